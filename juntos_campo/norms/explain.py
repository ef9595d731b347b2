"""The answer to "¿por qué?" for one row, written only when somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum, auto
from typing import NamedTuple

from juntos_campo.domain.entities import ServiceEvent
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.spanish import count, short_month
from juntos_campo.norms.ages import Age, age_words
from juntos_campo.norms.book import Row
from juntos_campo.norms.model import Anchor, LazyWhy, State, Trust

NO_SOURCE = "sin fuente oficial"
NEAR_DAYS = 15
"""A record at most so many days before a window was meant for it, and is told why it does not count."""

_AT_THE_POST = ("Que lo reciba", " en su establecimiento de salud")
_ACTIONS = {
    "DNI": ("Que lo tramiten", " en el Reniec o la municipalidad"),
    "BIRTH": ("Registre el parto o la pérdida", ""),
    "NEWBORN": ("Registre al recién nacido con una solicitud de actualización", ""),
}
"""What to do and where, when it is not to be received at the health facility."""


class Refusal(Enum):
    """Why a record was not counted for a row."""

    EARLY = auto()
    GAP = auto()
    SAME_DAY = auto()
    BEFORE_START = auto()
    LATE = auto()
    OTHER = auto()


class Refused(NamedTuple):
    on: date
    why: Refusal


@dataclass(slots=True)
class Facts:
    """Everything that decided the state of one row for one person on one day.

    Attributes:
        anchor: the day ages are counted from.
        base, base_key: the record that gaps are counted from.
        floor: first day on which a record counts, gaps included.
        first_age: first day on which a record counts by age alone.
        waits_for: label of the service that must be received first.
        impossible: the gap leads beyond the last day.
        moved: the dates are not those of the age alone, but follow from `base`.
        recovers: the lost row that this one makes up for.
        counted: what happened on the `anchor` day.
    """

    row: Row
    anchor: date
    today: date
    opens: date | None
    due: date | None
    closes: date | None
    earliest: date | None
    remark: str = ""
    state: State = State.NOT_YET
    event: ServiceEvent | None = None
    base: date | None = None
    base_key: str = ""
    floor: date | None = None
    first_age: date | None = None
    waits_for: str = ""
    impossible: bool = False
    moved: bool = False
    recovers: Row | None = None
    refused: tuple[Refused, ...] = ()
    chained: bool = False
    counted: Anchor = Anchor.BIRTH

    def __post_init__(self) -> None:
        self.first_age = self.earliest

    def near(self, on: date) -> bool:
        """Close enough before the window to be meant for this row; every dose of a chain is."""
        if self.chained or self.first_age is None:
            return True
        return (self.first_age - on).days <= NEAR_DAYS


class RowWhy(LazyWhy):
    """A `Why` whose sentences are made from `Facts` when they are read."""

    __slots__ = ("_facts",)

    def __init__(self, facts: Facts) -> None:
        object.__setattr__(self, "_facts", facts)

    @property
    def text(self) -> str:
        return explain(self._facts)

    @property
    def norm(self) -> str:
        return self._facts.row.norm

    @property
    def trust(self) -> Trust:
        return self._facts.row.trust

    @property
    def next_step(self) -> str:
        return next_step(self._facts)

    _facts: Facts


def day_text(day: date) -> str:
    """``3 dic 2026``"""
    return f"{day.day} {short_month(day)} {day.year}"


def explain(facts: Facts) -> str:
    """The sentences with the dates that decided."""
    parts = [_main(facts)]
    parts += _spacing(facts)
    parts += [text for one in facts.refused if (text := _refused(facts, one))]
    if facts.event is not None:
        parts += _record(facts, facts.event)
    row = facts.row
    if row.trust.is_official and not row.window_trust.is_official:
        parts.append(f"El plazo es referencial ({NO_SOURCE}).")
    elif row.window_trust.is_official and not row.closes_trust.is_official and _names_end(facts):
        parts.append(f"El último día para recibirlo es referencial ({NO_SOURCE}).")
    parts += [text for text in (row.note, facts.remark) if text]
    return " ".join(parts)


def _names_end(facts: Facts) -> bool:
    """Whether the last day at all is named in the answer."""
    if facts.event is not None or facts.closes is None:
        return False
    return facts.state in (State.OVERDUE, State.LOST) or bool(facts.waits_for)


def _ends_with_birth(facts: Facts) -> bool:
    """Nothing but the end of the pregnancy closes it; while that is to come, no day is known."""
    row = facts.row
    open_still = facts.state is not State.LOST
    return open_still and facts.counted is Anchor.PREGNANCY and not (row.closes or row.close_gap)


def next_step(facts: Facts) -> str:
    """What to do and until when; empty when nothing is to be done."""
    action, place = _ACTIONS.get(facts.row.service, _AT_THE_POST)
    if facts.event is not None or facts.state in (State.LOST, State.NOT_APPLICABLE):
        text = ""
    elif facts.waits_for:
        text = f"Primero debe recibir «{facts.waits_for}»{place}."
    elif facts.state is State.NOT_YET:
        text = f"Recuérdele la fecha: {day_text(facts.opens)}." if facts.opens else ""
    elif facts.state is State.OVERDUE:
        end = ""
        if facts.closes is not None:
            end = f": se pierde después del {day_text(facts.closes)}"
            if _ends_with_birth(facts):
                end = ", antes del parto"
        text = f"{action} cuanto antes{place}{end}."
    else:
        until = f" hasta el {day_text(facts.due)}" if facts.due else ""
        text = f"{action}{place}{until}."
    return text


def _main(facts: Facts) -> str:
    if facts.event is not None:
        return _received(facts, facts.event.on)
    if facts.state is State.LOST:
        return _lost(facts)
    return _waiting(facts)


def _received(facts: Facts, on: date) -> str:
    timing = "a tiempo"
    if facts.state is State.DONE_LATE and facts.due is not None:
        timing = f"fuera de plazo: vencía el {day_text(facts.due)}"
    return f"«{facts.row.label}» se recibió el {day_text(on)}, {timing} ({_rule(facts)})."


def _lost(facts: Facts) -> str:
    label = facts.row.label
    if facts.impossible:
        return f"«{label}» ya no se puede recibir: el intervalo exigido termina después del plazo."
    closed = f" el {day_text(facts.closes)}" if facts.closes else ""
    return (
        f"El plazo de «{label}» se cerró{closed} sin registro ({_rule(facts)}); ya no se recupera."
    )


def _waiting(facts: Facts) -> str:
    label, state, due = facts.row.label, facts.state, facts.due
    if facts.waits_for:
        end = ""
        if facts.closes is not None and not _ends_with_birth(facts):
            end = f"; la última fecha posible es el {day_text(facts.closes)}"
        return f"«{label}» se cuenta desde «{facts.waits_for}», que aún no tiene registro{end}."
    opens = f"desde el {day_text(facts.opens)}" if facts.opens else "ahora"
    head = f"«{label}» corresponde {opens} ({_rule(facts)})"
    if state is State.NOT_YET:
        return f"{head}."
    if due is None:
        return f"{head} y no hay registro."
    if state is State.DUE:
        return f"{head} y vence el {day_text(due)} ({_left(due, facts.today)}); no hay registro."
    late = count((facts.today - due).days, "día")
    return f"«{label}» venció el {day_text(due)}, hace {late} ({_rule(facts)}); no hay registro."


def _left(due: date, today: date) -> str:
    """``hoy``, ``falta 1 día``, ``faltan 12 días``"""
    days = (due - today).days
    return f"falta{'n' if days > 1 else ''} {count(days, 'día')}" if days else "hoy"


def _rule(facts: Facts) -> str:
    """Age and starting day: ``a los 6 meses; nació el 3 may 2026``."""
    from_day = day_text(facts.anchor)
    age = facts.row.opens
    if facts.recovers is not None and facts.event is None and facts.state is not State.LOST:
        return f"se adelanta porque se perdió «{facts.recovers.label}»; nació el {from_day}"
    grown = bool(age.months or age.days)
    if facts.counted is Anchor.PREGNANCY:
        since = f"contada desde el {from_day}"
        return f"a las {age_words(age)} de gestación, {since}" if grown else f"gestación {since}"
    if facts.counted is Anchor.BIRTH:
        return f"{_at(age)}; nació el {from_day}" if grown else f"desde el nacimiento, {from_day}"
    what = "parto" if facts.counted is Anchor.POSTPARTUM else "dosaje con anemia"
    return f"{_at(age)} del {what}, {from_day}" if grown else f"desde el {what}, {from_day}"


def _at(age: Age) -> str:
    return f"{'al' if age_words(age).startswith('1 ') else 'a los'} {age_words(age)}"


def _spacing(facts: Facts) -> list[str]:
    if facts.base is None or not facts.moved or facts.event is not None:
        return []
    if facts.state is State.LOST:
        return []
    return [f"La fecha se cuenta desde el registro anterior, del {day_text(facts.base)}."]


def _refused(facts: Facts, one: Refused) -> str:
    day, reason = day_text(one.on), ""
    if one.why is Refusal.SAME_DAY:
        return f"Hay más de un registro del {day}: cuenta uno solo."
    if one.why is Refusal.BEFORE_START:
        reason = f"es anterior al {day_text(facts.anchor)}; revise la fecha"
    elif one.why is Refusal.LATE:
        reason = "llegó después del plazo"
    elif one.why is Refusal.GAP and facts.floor is not None:
        # A delivery in the middle of a treatment is expected; it is no fault.
        if facts.counted is not Anchor.ANAEMIA or (facts.floor - one.on).days <= NEAR_DAYS:
            since = f"válido desde el {day_text(facts.floor)}"
            reason = f"debía pasar más tiempo desde el anterior ({since})"
    elif one.why is Refusal.EARLY and facts.first_age is not None and facts.near(one.on):
        reason = f"es válido solo desde el {day_text(facts.first_age)}"
    return f"El registro del {day} no se cuenta: {reason}." if reason else ""


def _record(facts: Facts, event: ServiceEvent) -> list[str]:
    parts = []
    if event.service != facts.row.service:
        parts.append(f"Se aplicó {SERVICES[event.service].name}, que la contiene.")
    if facts.chained and event.number and facts.row.number and event.number != facts.row.number:
        parts.append(
            f"El registro dice número {event.number}; por las fechas es el {facts.row.number}."
        )
    return parts
