"""What can stand in the way of having a stolen laptop erased (Spanish)."""

from __future__ import annotations

from juntos_campo.domain.errors import Problem

NO_SUCH_LAPTOP = Problem(
    "CEN-291",
    "Esa persona no tiene una computadora cuyo código empiece así.",
    "Vea sus computadoras y sus códigos con «juntos-central accounts»; no se ordenó nada.",
)
ERASE_WHICH = Problem(
    "CEN-292",
    "Esa persona tiene más de una computadora: {devices}.",
    "Escriba cuál con --device; no se ordenó nada.",
)
NO_ERASE_ORDER = Problem(
    "CEN-293",
    "No hay ninguna orden de borrar una computadora de {user}.",
    "Vea los pedidos con «juntos-central accounts»; no se cambió nada.",
)
ALREADY_ERASED = Problem(
    "CEN-294",
    "Esa computadora ya avisó que se borró.",
    "Si la recuperaron, su dueño la prepara otra vez desde el programa.",
    "Lo que se había enviado sigue en el servidor.",
)
