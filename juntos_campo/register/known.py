"""What a database already knows when a register file is read again: whom, and what the file never says.

Ids come from the document number. A newborn is registered with its CNV and later gets a DNI, a name
without document gets one, a last period is corrected by some days: the id derived from the new file
would make a second record. `match_known` gives such records the id they already have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from juntos_campo.domain.entities import Entity, HealthFacility, Member, Pregnancy
from juntos_campo.domain.spanish import fold
from juntos_campo.register.reader import RegisterFile

E = TypeVar("E", bound=Entity)

SAME_PREGNANCY = timedelta(days=120)


def match_known(
    file: RegisterFile, members: Iterable[Member], pregnancies: Iterable[Pregnancy] = ()
) -> RegisterFile:
    """`file` with the ids that known records already carry.

    A member is the same person when the id is the same, or when a known member of the same household
    that the file does not name otherwise has the same given names and birth date. A pregnancy is the
    same when it is the woman's, has not ended, and began less than four months apart.
    """
    known = list(members)
    in_file = {member.id for member in file.members}
    by_id = {member.id for member in known}
    waiting: dict[tuple[str, str, date], list[Member]] = {}
    for member in known:
        if member.id not in in_file:
            waiting.setdefault(_name_key(member), []).append(member)
    renamed: dict[str, str] = {}
    for member in file.members:
        candidates = waiting.get(_name_key(member), [])
        if member.id not in by_id and len(candidates) == 1 and _may_follow(candidates[0], member):
            renamed[member.id] = candidates.pop().id
    open_pregnancies: dict[str, list[Pregnancy]] = {}
    for pregnancy in pregnancies:
        if pregnancy.ended_on is None:
            open_pregnancies.setdefault(pregnancy.member_id, []).append(pregnancy)
    return replace(
        file,
        members=tuple(
            replace(member, id=renamed[member.id]) if member.id in renamed else member
            for member in file.members
        ),
        pregnancies=tuple(
            _same_pregnancy(
                replace(pregnancy, member_id=renamed.get(pregnancy.member_id, pregnancy.member_id)),
                open_pregnancies,
            )
            for pregnancy in file.pregnancies
        ),
    )


def keep_known(entity: E, old: Entity | None) -> E:
    """`entity` with what a register file never says but the database knows of it as `old`.

    That is the head of a facility, the day somebody left, the end of a pregnancy where the file does
    not say it.
    """
    if isinstance(entity, HealthFacility) and isinstance(old, HealthFacility):
        return replace(entity, head=old.head)
    if isinstance(entity, Member) and isinstance(old, Member):
        return replace(entity, left_on=old.left_on)
    if isinstance(entity, Pregnancy) and isinstance(old, Pregnancy) and entity.ended_on is None:
        return replace(entity, ended_on=old.ended_on, outcome=old.outcome)
    return entity


def _name_key(member: Member) -> tuple[str, str, date]:
    return member.household_id, fold(member.given), member.birth_date


def _may_follow(known: Member, new: Member) -> bool:
    """Two different DNI are two persons (twins of one name); a DNI after a CNV is one."""
    return known.document_kind is not new.document_kind or not known.document_number


def _same_pregnancy(pregnancy: Pregnancy, known: dict[str, list[Pregnancy]]) -> Pregnancy:
    for other in known.get(pregnancy.member_id, ()):
        if other.id == pregnancy.id:
            return pregnancy
        start, before = _start(pregnancy), _start(other)
        if start and before and abs(start - before) < SAME_PREGNANCY:
            return replace(pregnancy, id=other.id)
    return pregnancy


def _start(pregnancy: Pregnancy) -> date | None:
    if pregnancy.last_period is not None:
        return pregnancy.last_period
    due = pregnancy.due_date_ultrasound
    return due - timedelta(days=280) if due else None
