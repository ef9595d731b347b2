"""What to say and what to agree on with whom: the messages in force on this laptop."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from juntos_campo import paths
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import completed_months, completed_years
from juntos_campo.domain.entities import Member, MessagePack, Pregnancy
from juntos_campo.norms.messages import (
    Card,
    CommitmentText,
    MemberKind,
    Messages,
    load_messages,
    read_messages,
)

SCHOOL_FROM_YEARS, SCHOOL_UNTIL_YEARS = 6, 19
ADOLESCENT_FROM_YEARS = 12


def messages_in_force(session: Session) -> Messages:
    """The program's messages with those the office sent laid over them.

    What of the office cannot be used is in `Messages.left_out`. The database is asked each time, since
    another program may have synchronised; what was read is kept by its text.

    Raises:
        UserError: VIS-020 to VIS-024, a file of the program itself is faulty.
    """
    received = sorted(session.store.find(MessagePack), key=lambda one: one.pack_id)
    return _read(paths.resources() / "messages", tuple(received))


@lru_cache(maxsize=4)
def _read(folder: Path, received: tuple[MessagePack, ...]) -> Messages:
    return read_messages(folder, received)


def kinds_of(
    member: Member, pregnancy: Pregnancy | None, today: date, *, birth: Pregnancy | None = None
) -> tuple[MemberKind, ...]:
    """What kind of person to talk to somebody is today; empty for an adult who is not pregnant.

    Args:
        birth: her pregnancy that ended with a birth some weeks ago.
    """
    kinds = []
    months = completed_months(member.birth_date, today)
    years = completed_years(member.birth_date, today)
    if pregnancy is not None:
        kinds.append(MemberKind.PREGNANT)
        if years < SCHOOL_UNTIL_YEARS:
            kinds.append(MemberKind.PREGNANT_ADOLESCENT)
    elif birth is not None:
        kinds.append(MemberKind.PUERPERA)
    if months < 24:
        kinds.append(MemberKind.UNDER_24M)
    elif years < SCHOOL_FROM_YEARS:
        kinds.append(MemberKind.CHILD)
    elif years < SCHOOL_UNTIL_YEARS:
        kinds.append(MemberKind.SCHOOL)
        if years >= ADOLESCENT_FROM_YEARS:
            kinds.append(MemberKind.ADOLESCENT)
    return tuple(kinds)


__all__ = [
    "Card",
    "CommitmentText",
    "MemberKind",
    "Messages",
    "kinds_of",
    "load_messages",
    "messages_in_force",
]
