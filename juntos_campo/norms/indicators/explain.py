"""The answer to "¿por qué?" for one item of an indicator, and for the whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import count
from juntos_campo.norms.ages import Age, age_words
from juntos_campo.norms.explain import NEAR_DAYS, NO_SOURCE, day_text
from juntos_campo.norms.indicators.matching import Clock
from juntos_campo.norms.indicators.rules import Choice, Item, Path
from juntos_campo.norms.model import Anchor


class Found(NamedTuple):
    """What became of one item.

    Attributes:
        event: the record that fulfils it; `base`: that of the item it is counted from.
        waits_for: label of the item it is counted from, when that one has no record.
        unused: records of its services that fulfil nothing, in order.
        required: it decides today.
        closed: nothing can be received for it any more.
    """

    item: Item
    event: ServiceEvent | None
    base: ServiceEvent | None
    waits_for: str
    unused: Sequence[ServiceEvent]
    required: bool
    closed: bool


def item_text(found: Found, clock: Clock, anchor: Anchor) -> str:
    """One or more sentences with the dates that decided."""
    item = found.item
    if item.cannot:
        return " ".join(text for text in (f"No se puede juzgar: {item.cannot}.", item.note) if text)
    if found.event is not None:
        parts = [
            f"«{item.label}» se recibió el {day_text(found.event.on)}, "
            f"{_reached(found.event.on, clock, anchor)} ({_window(item, clock)})."
        ]
        if found.event.service not in item.accepts or (
            len(item.accepts) > 1 and found.event.service != item.key.partition(":")[0]
        ):
            parts.append(f"Se cuenta {SERVICES[found.event.service].name}.")
        parts += [item.untold] if item.untold else []
    else:
        parts = [_missing(found, clock), *_not_counted(found, clock)]
    if not item.decides:
        parts.append("Se observa, pero no decide el indicador.")
    if item.trust.is_official and not item.required_trust.is_official:
        parts.append(f"Desde cuándo se exige es referencial ({NO_SOURCE}).")
    return " ".join([*parts, item.note]).strip()


def dni_text(label: str) -> str:
    """When the register has the DNI and nobody recorded the day."""
    return f"«{label}»: ya tiene DNI según el padrón; no se conoce el día de emisión, se da por cumplido."


def choice_text(choice: Choice, path: Path | None, done: Sequence[ServiceEvent]) -> str:
    """How a choice was judged: by which path, and which paths nobody can judge."""
    parts = []
    if path is not None:
        days = ", ".join(day_text(event.on) for event in done)
        told = f": {days}" if days else ""
        parts.append(
            f"«{choice.label}» por «{path.name}»: {len(done)} de {len(path.items)} registros{told}."
        )
        if done and choice.untold:
            parts.append(choice.untold)
    parts += [
        f"«{one.name}» no se puede juzgar: {one.cannot}." for one in choice.paths if one.cannot
    ]
    return " ".join([*parts, choice.note]).strip()


def _missing(found: Found, clock: Clock) -> str:
    item = found.item
    rule = f"«{item.label}» se recibe {_window(item, clock)}"
    if found.waits_for:
        return f"{rule} y se cuenta desde «{found.waits_for}», que no tiene un registro que valga."
    first, last = clock.window(item)
    if found.base is not None and item.min_gap is not None:
        first = max(first, item.min_gap.after(found.base.on))
    if found.base is not None and item.max_gap is not None:
        end = item.max_gap.after(found.base.on)
        last = end if last is None else min(last, end)
    end_text = f" hasta el {day_text(last)}" if last is not None else ""
    dates = f"desde el {day_text(first)}{end_text}"
    if found.required:
        late = "" if found.closed else "; todavía se puede recibir"
        return f"{rule}, {dates}; ya se exige y no hay un registro que valga{late}."
    if found.closed:
        return f"{rule}, {dates}; no hay un registro que valga."
    return f"{rule}, {dates}; todavía no se exige."


def _not_counted(found: Found, clock: Clock) -> list[str]:
    first, last = clock.window(found.item)
    parts = []
    for event in found.unused:
        outside = event.on < first or (last is not None and event.on > last)
        beyond = (first - event.on).days if event.on < first else (event.on - (last or first)).days
        if outside and beyond <= NEAR_DAYS:
            parts.append(f"El registro del {day_text(event.on)} no se cuenta: está fuera de plazo.")
        elif not outside and not found.waits_for:
            parts.append(
                f"El registro del {day_text(event.on)} no se cuenta: no guarda el intervalo exigido."
            )
    return parts


def _window(item: Item, clock: Clock) -> str:
    parts = []
    if item.closes is not None and item.closes != item.opens:
        parts.append(span(item.opens, item.closes))
    elif item.closes is not None:
        parts.append("el mismo día" if not item.opens.days else f"a los {age_words(item.opens)}")
    elif item.opens.days or item.opens.months:
        parts.append(f"desde {age_words(item.opens)}")
    elif clock.end is not None:
        parts.append("hasta el parto")
    if item.after and item.min_gap is not None and item.max_gap is not None:
        parts.append(f"{span(item.min_gap, item.max_gap)} después del anterior")
    elif item.gap_steps:
        parts.append("con el intervalo de su edad gestacional")
    elif item.min_gap is not None:
        parts.append(f"al menos {age_words(item.min_gap)} después del anterior")
    return ", ".join(parts) or "en cualquier momento"


def _reached(on: date, clock: Clock, anchor: Anchor) -> str:
    days = (on - clock.ages.start).days
    if anchor is Anchor.PREGNANCY:
        weeks, rest = divmod(days, 7)
        return f"a las {count(weeks, 'semana')} y {count(rest, 'día')} de gestación"
    if anchor is Anchor.ANAEMIA:
        return f"{count(days, 'día')} después del dosaje con anemia"
    return f"{'al' if days == 1 else 'a los'} {count(days, 'día')} de nacido"


def whole_text(
    on: date, met: int, missing: Sequence[str], unjudged: Sequence[str], remark: str
) -> str:
    """The verdict: how many items decide today, which are missing, what nobody can judge."""
    required = met + len(missing)
    if not required:
        head = f"El {day_text(on)} todavía no se exige nada."
    elif missing:
        names = ", ".join(f"«{label}»" for label in missing)
        verb = "falta" if len(missing) == 1 else "faltan"
        head = f"El {day_text(on)} no cumple: tiene {met} de {required} exigidos; {verb} {names}."
    else:
        head = f"El {day_text(on)} cumple: tiene {met} de {required} exigidos."
    parts = [head]
    if unjudged:
        names = ", ".join(f"«{label}»" for label in unjudged)
        parts.append(f"Sin contar {names}, que los registros no permiten juzgar.")
    return " ".join([*parts, remark]).strip()


def span(first: Age | None, last: Age | None) -> str:
    """``de 0 a 364 días``, ``de 14 semanas a 27 semanas y 6 días``, ``desde 29 días``."""
    if first is not None and last is not None:
        start, end = age_words(first), age_words(last)
        unit = end.partition(" ")[2]
        if unit in ("días", "meses", "semanas") and start.partition(" ")[2] == unit:
            start = start.partition(" ")[0]
        return f"de {start} a {end}"
    if first is not None:
        return f"desde {age_words(first)}"
    return f"hasta {age_words(last)}" if last is not None else ""
