"""Sentences about a synchronisation that several screens say: the clock, what arrives, what left."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from juntos_campo.domain.spanish import count, thousands
from juntos_campo.wire.messages import IMPOSSIBLE_CLOCK, IMPOSSIBLE_DATE

CLOCK_SECONDS = 300
"""A clock that is wrong by less is not worth a word."""

DAY_SECONDS = 43_200
"""A clock that is wrong by more is likely to name another day."""

_MINUTE, _HOUR, _DAY, _YEAR = 60, 3600, 86_400, 365 * 86_400

FLAGS = {
    IMPOSSIBLE_DATE: "La fecha es posterior al día en que llegó al servidor: revise la fecha y el "
    "reloj de la computadora.",
    IMPOSSIBLE_CLOCK: "Cuando se registró, el reloj de la computadora estaba mal por más de un día: "
    "la hora no es de fiar.",
}
"""What the server found impossible about a record, in a sentence."""


def flag_text(flag: str) -> str:
    """One flag in a sentence; one that this version does not know is named."""
    return FLAGS.get(flag, f"El servidor encontró algo imposible en este registro ({flag}).")


def clock_text(offset: int | None) -> str:
    """What to say of a clock; "" when it is right or was never compared.

    Args:
        offset: seconds the server's clock is ahead of this laptop's.
    """
    if offset is None or abs(offset) <= CLOCK_SECONDS:
        return ""
    return (
        f"El reloj de esta computadora está {_gap(offset)}. Corríjalo en la "
        "configuración del sistema; lo que registró sigue guardado y el servidor anota su propia hora."
    )


def wrong_day_text(offset: int | None) -> str:
    """What to say where days are counted from a clock that may name another day; "" when it is right."""
    if offset is None or abs(offset) <= DAY_SECONDS:
        return ""
    return (
        f"Según el servidor, el reloj de esta computadora está {_gap(offset)}: los plazos que ve aquí "
        "pueden estar mal. Corríjalo en la configuración del sistema y sincronice."
    )


def _gap(offset: int) -> str:
    """``atrasado unos 3 años``"""
    return f"{'atrasado' if offset > 0 else 'adelantado'} {_duration(abs(offset))}"


def arriving_text(done: int, total: int) -> str:
    """``Llegaron 340 de 1 200 hogares; los demás llegan al sincronizar.``; "" when all are here."""
    if done >= total:
        return ""
    verb = "Llegó" if done == 1 else "Llegaron"
    homes = count(total, "hogar", "hogares")
    return f"{verb} {thousands(done)} de {homes}; los demás llegan al sincronizar."


def left_lines(report: Mapping[str, Any]) -> list[str]:
    """What left this laptop, in sentences."""
    left = report.get("left", ())
    gone = sum(bool(one.get("gone")) for one in left)
    staying = len(left) - gone
    lines = []
    if gone:
        verb = "pasó a otro gestor y salió" if gone == 1 else "pasaron a otro gestor y salieron"
        lines.append(f"{count(gone, 'hogar', 'hogares')} {verb} de esta computadora.")
    if staying:
        verb = "pasó a otro gestor y sigue" if staying == 1 else "pasaron a otro gestor y siguen"
        lines.append(
            f"{count(staying, 'hogar', 'hogares')} {verb} aquí hasta que usted cierre y envíe "
            "lo que dejó pendiente."
        )
    erased = int(report.get("erased", 0))
    if erased:
        verb = "se eliminó" if erased == 1 else "se eliminaron"
        lines.append(f"{count(erased, 'registro')} {verb} por orden de ley.")
    dropped = len(report.get("dropped", ()))
    if dropped:
        lines.append(f"Con ellos se fue {count(dropped, 'cambio')} que no se había enviado.")
    return lines


def _duration(seconds: int) -> str:
    """``unos 12 minutos``, ``unas 3 horas``, ``1 día``, ``unos 4 años``."""
    for unit, some, one, many in (
        (_YEAR, "unos", "año", "años"),
        (_DAY, "unos", "día", "días"),
        (_HOUR, "unas", "hora", "horas"),
        (_MINUTE, "unos", "minuto", "minutos"),
    ):
        number = round(seconds / unit)
        if seconds >= unit:
            return f"1 {one}" if number == 1 else f"{some} {count(number, one, many)}"
    return "menos de un minuto"
