"""What the rule packs answer: the state of one service of one person on one day, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """State of a service on a day.

    LOST means that the window closed for good: nobody can make up for it any more.
    """

    NOT_YET = "not_yet"
    DUE = "due"
    OVERDUE = "overdue"
    DONE = "done"
    DONE_LATE = "done_late"
    LOST = "lost"
    NOT_APPLICABLE = "not_applicable"

    @property
    def is_missing(self) -> bool:
        """Something can and should still be done now."""
        return self in _MISSING

    @property
    def is_received(self) -> bool:
        return self in _RECEIVED


_MISSING = frozenset((State.DUE, State.OVERDUE))
_LATE = frozenset((State.OVERDUE, State.LOST))
_RECEIVED = frozenset((State.DONE, State.DONE_LATE))


class Trust(StrEnum):
    """How far a row of a rule pack is backed by a text that was read."""

    CONFIRMED = "confirmed"
    SEED = "seed"
    RECALL = "recall"
    CONFLICT = "conflict"
    NOT_FOUND = "not_found"

    @property
    def is_official(self) -> bool:
        """False: the screen says "sin fuente oficial"."""
        return self in (Trust.CONFIRMED, Trust.SEED)


class Profile(StrEnum):
    """Whose schedule a series is: any child, a term child, or one born small (LBW or preterm)."""

    ANY = "any"
    TERM = "term"
    SMALL = "small"


class Anchor(StrEnum):
    """The day ages are counted from.

    BIRTH: the person's own. PREGNANCY: first day of the last period. ANAEMIA: the haemoglobin that
    opened the latest episode. POSTPARTUM: the day on which she gave birth.
    """

    BIRTH = "birth"
    PREGNANCY = "pregnancy"
    ANAEMIA = "anaemia"
    POSTPARTUM = "postpartum"


class SeriesKind(StrEnum):
    """DOSES: each needs the one before. SLOTS: each has its own window of age."""

    DOSES = "doses"
    SLOTS = "slots"


@dataclass(frozen=True, slots=True)
class Why:
    """The answer to "¿por qué?".

    Attributes:
        text: one or two Spanish sentences with the dates that decided.
        norm: number of the norm and its section, as one Spanish phrase.
        trust: how far to believe the row.
        next_step: what to do and until when, Spanish; empty when nothing is to be done.
    """

    text: str
    norm: str
    trust: Trust
    next_step: str = ""


class LazyWhy(Why):
    """A `Why` whose sentences are properties, made when somebody reads them.

    Subclasses keep what decided in a slot of their own and define the four properties.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Why):
            return NotImplemented
        mine = (self.text, self.norm, self.trust, self.next_step)
        return mine == (other.text, other.norm, other.trust, other.next_step)

    def __hash__(self) -> int:
        return hash((self.text, self.norm))

    def __repr__(self) -> str:
        return f"Why({self.text!r}, {self.norm!r}, {self.trust!r}, {self.next_step!r})"


class ServiceStatus(NamedTuple):
    """One service that a rule pack expects of one person.

    A tuple, since a morning makes tens of thousands and a frozen dataclass takes four times as long.

    Attributes:
        key: names the expected service within the person, stable over time: ``CRED:6m``, ``IPV:1``,
            ``HB:6m``, ``APN:1``. It is what a visit's date box and a form's column refer to.
        service: code of the service (`juntos_campo.domain.services`).
        label: Spanish, short: ``CRED 6 meses``, ``Neumo 2``, ``Hb 6 meses``.
        opens: first day on which it is expected; None when that depends on an earlier one.
        due: last day on which it is on time.
        closes: last day on which it can be received at all; None when it never closes.
        done_on, event_id: the record that fulfils it (`done_on` is None when only its result is
            known, as with a DNI in the register).
        number: dose or control number to record it with; 0 when it has none.
        earliest: first day on which a record counts (a vaccine may be valid some days before it is
            expected); None when that depends on an earlier service.
        recovers: key of an earlier service whose window closed and which this one makes up for.
    """

    key: str
    service: str
    label: str
    state: State
    why: Why
    opens: date | None = None
    due: date | None = None
    closes: date | None = None
    done_on: date | None = None
    event_id: str = ""
    number: int = 0
    earliest: date | None = None
    recovers: str = ""

    def days_overdue(self, today: date) -> int:
        """Days since the last day on time; 0 when not overdue."""
        if self.state not in _LATE or self.due is None:
            return 0
        return max(0, (today - self.due).days)
