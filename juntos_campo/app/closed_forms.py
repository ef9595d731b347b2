"""What the closed official forms of a bimester say of each person and month: fulfilled or not, and why.

A form that is being corrected counts as it was closed last: that is what was signed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from juntos_campo.app.official_columns import FULFILLED, cause_key, fulfilled_key
from juntos_campo.app.session import Session
from juntos_campo.domain import form_ids
from juntos_campo.domain.calendar import Bimester, add_months
from juntos_campo.domain.entities import FormRecord, HealthFacility, Household, Member, School
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import FormState
from juntos_campo.store.form_rows import form_records

VERIFYING = (form_ids.SALUD02, form_ids.SALUD03, form_ids.EDUCATION)
"""Forms that say of each person and month whether the coresponsibility was fulfilled."""
UNKNOWN_PERSON = "Persona que ya no está en el padrón"


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthAnswer:
    """One person in one month, as a closed form has it.

    Attributes:
        fulfilled: None where the form says nothing.
        cause: key of the reason for not having fulfilled, ``E``; "" when none was given.
        household_code, person: as on the paper.
    """

    form_id: str
    place_id: str
    household_id: str
    household_code: str
    member_id: str
    person: str
    document: str
    month: date
    fulfilled: bool | None
    cause: str = ""
    observation: str = ""

    @property
    def short(self) -> str:
        return form_ids.SHORT[self.form_id]


@dataclass(frozen=True, slots=True)
class Place:
    """A facility or school."""

    name: str
    code: str
    at_school: bool


def month_answers(session: Session, bimester: Bimester) -> list[MonthAnswer]:
    """Every person and month on the closed forms of the user's own bimester, in no particular order.

    Who was born after a month is not on its list.
    """
    records = [
        one
        for one in form_records(session.store, bimester, VERIFYING)
        if one.state is FormState.COMPLETE and one.field_worker == session.user.name
    ]
    rows = {row for one in records for row in _rows(one)}
    members = session.store.get_many(Member, sorted(rows))
    households = session.store.get_many(Household, (one.household_id for one in members.values()))
    answers: list[MonthAnswer] = []
    for record in records:
        for row in sorted(_rows(record)):
            member = members.get(row)
            household = households.get(member.household_id) if member else None
            answers += _of_row(record, row, member, household, bimester)
    return answers


def _rows(record: FormRecord) -> set[str]:
    return {row for address in record.cells if (row := address.rpartition("/")[0])}


def _of_row(
    record: FormRecord,
    row: str,
    member: Member | None,
    household: Household | None,
    bimester: Bimester,
) -> Iterable[MonthAnswer]:
    cells = record.cells
    for number, month in enumerate(bimester.months, start=1):
        fulfilled = FULFILLED.get(str(cells.get(f"{row}/{fulfilled_key(number)}")))
        last = add_months(month, 1) - timedelta(days=1)
        if fulfilled is None and member is not None and member.birth_date > last:
            continue
        cause = cells.get(f"{row}/{cause_key(number)}") if fulfilled is False else ""
        named = member.full_name if member else UNKNOWN_PERSON
        yield MonthAnswer(
            form_id=record.form_id,
            place_id=record.place_id,
            household_id=member.household_id if member else "",
            household_code=str(cells.get(f"{row}/hogar") or (household.code if household else "")),
            member_id=row,
            person=str(cells.get(f"{row}/nombre") or named),
            document=str(cells.get(f"{row}/documento") or ""),
            month=month,
            fulfilled=fulfilled,
            cause=str(cause or ""),
            observation=str(cells.get(f"{row}/observacion") or ""),
        )


def places_of(session: Session, place_ids: Iterable[str]) -> dict[str, Place]:
    """Names and codes of facilities and schools."""
    wanted = list(dict.fromkeys(place_ids))
    facilities = session.store.get_many(HealthFacility, wanted)
    schools = session.store.get_many(School, wanted)
    found = {one.id: Place(one.name, one.code, False) for one in facilities.values()}
    return found | {one.id: Place(one.name, one.code, True) for one in schools.values()}


def place_order(place: Place | None) -> tuple[bool, str]:
    """Facilities before schools, each by name."""
    return (place.at_school, fold(place.name)) if place else (True, "")
