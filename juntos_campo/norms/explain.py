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
from juntos_campo.norms.model import State, Trust, Why

NO_SOURCE = "sin fuente oficial"


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
    in_pregnancy: bool = False

    def __post_init__(self) -> None:
        self.first_age = self.earliest

    def near(self, on: date) -> bool:
        """Close enough before the window to be meant for this row; every dose of a chain is."""
        if self.chained or self.first_age is None:
            return True
        return (self.first_age - on).days <= 15


class RowWhy(Why):
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

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Why):
            return NotImplemented
        mine = (self.text, self.norm, self.trust, self.next_step)
        return mine == (other.text, other.norm, other.trust, other.next_step)

    def __hash__(self) -> int:
        return hash((self.norm, self.trust, self._facts.row.key))

    def __repr__(self) -> str:
        return f"Why({self.text!r}, {self.norm!r}, {self.trust!r}, {self.next_step!r})"


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
    parts += [text for text in (row.note, facts.remark) if text]
    return " ".join(parts)


def next_step(facts: Facts) -> str:
    """What to do and until when; empty when nothing is to be done."""
    place = "en su establecimiento de salud"
    if facts.row.service == "DNI":
        place = "en el Reniec o la municipalidad"
    if facts.event is not None or facts.state in (State.LOST, State.NOT_APPLICABLE):
        text = ""
    elif facts.waits_for:
        text = f"Primero debe recibir «{facts.waits_for}» {place}."
    elif facts.state is State.NOT_YET:
        text = f"Recuérdele la fecha: {day_text(facts.opens)}." if facts.opens else ""
    elif facts.state is State.OVERDUE:
        end = f": se pierde después del {day_text(facts.closes)}" if facts.closes else ""
        text = f"Que lo reciba cuanto antes {place}{end}."
    else:
        until = f" hasta el {day_text(facts.due)}" if facts.due else ""
        text = f"Que lo reciba {place}{until}."
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
        end = f"; la última fecha posible es el {day_text(facts.closes)}" if facts.closes else ""
        return f"«{label}» se cuenta desde «{facts.waits_for}», que aún no tiene registro{end}."
    opens = f"desde el {day_text(facts.opens)}" if facts.opens else "ahora"
    head = f"«{label}» corresponde {opens} ({_rule(facts)})"
    if state is State.NOT_YET:
        return f"{head}."
    if due is None:
        return f"{head} y no hay registro."
    if state is State.DUE:
        left = count((due - facts.today).days, "día")
        return f"{head} y vence el {day_text(due)} (faltan {left}); no hay registro."
    late = count((facts.today - due).days, "día")
    return f"«{label}» venció el {day_text(due)}, hace {late} ({_rule(facts)}); no hay registro."


def _rule(facts: Facts) -> str:
    """Age and starting day: ``a los 6 meses; nació el 3 may 2026``."""
    from_day = day_text(facts.anchor)
    age = facts.row.opens
    if facts.recovers is not None and facts.event is None:
        return f"se adelanta porque se perdió «{facts.recovers.label}»; nació el {from_day}"
    if facts.in_pregnancy:
        if not age.days:
            return f"gestación contada desde el {from_day}"
        return f"a las {age_words(age)} de gestación, contada desde el {from_day}"
    if not (age.months or age.days):
        return f"desde el nacimiento, {from_day}"
    return f"{_at(age)}; nació el {from_day}"


def _at(age: Age) -> str:
    return f"{'al' if age_words(age).startswith('1 ') else 'a los'} {age_words(age)}"


def _spacing(facts: Facts) -> list[str]:
    if facts.base is None or not facts.moved or facts.event is not None:
        return []
    if facts.state is State.LOST:
        return []
    return [f"La fecha se cuenta desde el registro anterior, del {day_text(facts.base)}."]


def _refused(facts: Facts, one: Refused) -> str:
    day = day_text(one.on)
    if one.why is Refusal.BEFORE_START:
        start = day_text(facts.anchor)
        return f"El registro del {day} no se cuenta: es anterior al {start}; revise la fecha."
    if one.why is Refusal.LATE:
        return f"El registro del {day} no se cuenta: llegó después del plazo."
    if one.why is Refusal.GAP and facts.floor is not None:
        return (
            f"El registro del {day} no se cuenta: debía pasar más tiempo desde el anterior "
            f"(válido desde el {day_text(facts.floor)})."
        )
    if one.why is Refusal.EARLY and facts.first_age is not None and facts.near(one.on):
        return f"El registro del {day} no se cuenta: es válido solo desde el {day_text(facts.first_age)}."
    return ""


def _record(facts: Facts, event: ServiceEvent) -> list[str]:
    parts = []
    if event.service != facts.row.service:
        parts.append(f"Se aplicó {SERVICES[event.service].name}, que la contiene.")
    if facts.chained and event.number and facts.row.number and event.number != facts.row.number:
        parts.append(
            f"El registro dice número {event.number}; por las fechas es el {facts.row.number}."
        )
    return parts
