"""What the offices say and are told about assignments of households and leaves."""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime, Field

from juntos_campo.wire.messages import Message

USER = r"^[0-9A-Za-z._@-]{1,64}$"


class AssignmentInfo(Message):
    """One stretch of a household's history; `since`: None where nobody wrote it down, `ended_at`: where it
    goes on."""

    unit: str = ""
    household: str
    number: int
    worker: str
    since: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    reason: str
    ordered_by: str = ""


class AssignmentList(Message):
    """Stretches by household; `more`: ask again `after` the last household."""

    assignments: tuple[AssignmentInfo, ...] = ()
    more: bool = False


class RowFault(Message):
    """What is wrong with a row of a file; `row` 0: with the file as a whole."""

    row: int
    column: str = ""
    code: str
    what: str
    remedy: str


class AssignmentReport(Message):
    """What a file of assignments did, or would do; with a fault, nothing."""

    dry_run: bool = False
    accepted: bool
    households: int = 0
    already: int = 0
    left_alone: tuple[str, ...] = ()
    faults: tuple[RowFault, ...] = ()


class LeaveOrder(Message):
    """Who goes on leave, who answers for his households, and the first and last day."""

    worker: str = Field(pattern=USER)
    replacement: str = Field(pattern=USER)
    first_day: date
    last_day: date


class LeaveChange(Message):
    """The new last day of a leave."""

    last_day: date


class LeaveInfo(Message):
    """A leave; `away`: households that lie elsewhere because of it."""

    number: int
    worker: str
    replacement: str
    first_day: date
    last_day: date
    state: str
    ordered_by: str = ""
    away: int = 0


class LeaveList(Message):
    """Leaves, those that run or come first."""

    leaves: tuple[LeaveInfo, ...] = ()
