"""What can be wrong with assignments of households and with leaves (Spanish)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

_NOTHING_MOVED = "No se movió ningún hogar."

OWN_REPLACEMENT = Problem(
    "CEN-280",
    "«{user}» no puede ser su propio reemplazo.",
    "Escriba el usuario de otro gestor.",
    _NOTHING_MOVED,
)
LEAVE_DATES = Problem(
    "CEN-281",
    "La licencia no puede ir del {first} al {last}: {reason}.",
    "Revise las dos fechas y ordénela otra vez.",
    _NOTHING_MOVED,
)
ALREADY_ON_LEAVE = Problem(
    "CEN-282",
    "«{user}» ya tiene una licencia del {first} al {last} (número {number}).",
    "Elija otras fechas, o cancele primero esa licencia.",
    _NOTHING_MOVED,
)
REPLACEMENT_AWAY = Problem(
    "CEN-283",
    "«{user}» estará de licencia del {first} al {last} y no puede reemplazar a nadie esos días.",
    "Elija a otro gestor, u otras fechas.",
    _NOTHING_MOVED,
)
NO_SUCH_LEAVE = Problem(
    "CEN-284",
    "No hay una licencia número {number} en curso o por empezar.",
    "Vea las licencias con «juntos-central leaves» y use el número que aparece ahí.",
    _NOTHING_MOVED,
)
ASSIGNMENTS_REFUSED = Problem(
    "CEN-285",
    "«{file}» tiene {count}.",
    "Corrija el archivo y pruebe otra vez. Lo primero: {first}",
    _NOTHING_MOVED,
)
TWICE_IN_FILE = Problem(
    "CEN-286",
    "El hogar «{code}» está también en la fila {other}.",
    "Deje una sola fila para cada hogar.",
    _NOTHING_MOVED,
)
HIS_ALREADY = Problem(
    "CEN-287",
    "El hogar «{code}» ya es de «{user}», que está de licencia: lo atiende «{replacement}».",
    "Volverá solo cuando termine la licencia; para que vuelva antes, cancélela.",
    _NOTHING_MOVED,
)
