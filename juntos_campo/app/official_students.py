"""Rows of the education list: the students of 3 to 19 years of a school."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from juntos_campo.app.form_roster import (
    Facts,
    Known,
    Listed,
    belongs,
    households_listed,
    in_order,
    members_of,
    register_facts,
)
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester, add_months
from juntos_campo.domain.entities import Answer, Member, SchoolYear
from juntos_campo.domain.values import SchoolLevel
from juntos_campo.store.roster import school_years, students_born

FROM_YEARS, UNTIL_YEARS = 3, 19
"""Who a school is asked about (`domain.md` E); whether a student answers for education in a month is
for the rules of verification, not for the list."""
LEVELS = {
    SchoolLevel.INITIAL: "inicial",
    SchoolLevel.PRIMARY: "primaria",
    SchoolLevel.SECONDARY: "secundaria",
}
_SIAGIE = "el SIAGIE"


def students_of(session: Session, bimester: Bimester, school_id: str = "") -> list[Listed]:
    """Students enrolled this school year, and those the register has at the school without a record.

    The school year's record rules over the register when they name different schools.
    """
    store, day = session.store, min(bimester.end, session.today)
    oldest = add_months(day, -12 * UNTIL_YEARS) + timedelta(days=1)
    youngest = add_months(day, -12 * FROM_YEARS)
    known = students_born(store, oldest, youngest, school_id)
    if school_id:
        years = {one.member_id: one for one in school_years(store, bimester.year, school_id)}
        elsewhere = store.find_in(SchoolYear, "member_id", (one.id for one in known))
        for one in elsewhere:
            if one.year == bimester.year:
                years.setdefault(one.member_id, one)
    else:
        years = {one.member_id: one for one in school_years(store, bimester.year)}
    members = {one.id: one for one in known}
    missing = [key for key in years if key not in members]
    for member in store.get_many(Member, missing).values():
        if oldest <= member.birth_date <= youngest:
            members[member.id] = member
    here = [one for one in members.values() if belongs(one, bimester)]
    households = households_listed(session, here)
    found = (
        Listed(
            key=member.id,
            place_id=(years[member.id].school_id if member.id in years else "") or member.school_id,
            name=member.full_name,
            member=member,
            household=households[member.household_id],
            year=years.get(member.id),
        )
        for member in here
        if member.household_id in households
    )
    return in_order(one for one in found if not school_id or one.place_id == school_id)


def students_of_record(
    session: Session, cells: Mapping[str, Answer], name: str, bimester: Bimester
) -> list[Listed]:
    """The students a saved list holds."""
    listed = members_of(session, cells, name)
    found = session.store.find_in(SchoolYear, "member_id", (one.key for one in listed))
    years = {one.member_id: one for one in found if one.year == bimester.year}
    return [replace(one, year=years.get(one.key)) for one in listed]


def student_facts(
    session: Session, listed: Sequence[Listed], bimester: Bimester, form_record_id: str
) -> dict[str, Facts]:
    """Register, grade, enrolment and attendance, by row."""
    del form_record_id  # no service is learnt from this list
    day = min(bimester.end, session.today)
    facts: dict[str, Facts] = {}
    for one in listed:
        if one.member is None:
            continue
        found = register_facts(one.member, one.household, day)
        found["student.grade"] = Known(grade_text(one.member, one.year))
        if one.year is not None:
            found |= _year_facts(one.year, bimester)
        facts[one.key] = found
    return facts


def grade_text(member: Member, year: SchoolYear | None) -> str:
    """``3.º primaria``, ``inicial 4 años``; as the register writes it where no record says more."""
    if year is None or year.level is None or year.grade <= 0:
        return member.grade
    if year.level is SchoolLevel.INITIAL:
        return f"inicial {year.grade} años"
    return f"{year.grade}.º {LEVELS[year.level]}"


def _year_facts(year: SchoolYear, bimester: Bimester) -> Facts:
    facts: Facts = {}
    if year.enrolled_on is not None:
        facts["school_year.enrolled_on"] = Known(year.enrolled_on.isoformat(), _SIAGIE)
    for number, first in enumerate(bimester.months, start=1):
        share = year.attendance.get(first.isoformat()[:7])
        if share is not None:
            facts[f"school_year.attendance@{number}"] = Known(share, _SIAGIE)
    return facts
