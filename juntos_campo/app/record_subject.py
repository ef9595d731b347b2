"""What a record of ours is about: a household, a person, a facility, a school, a settlement, or nobody."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from juntos_campo.app.record_problems import SUBJECT_NOT_HERE, SUBJECT_WANTED
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import (
    FieldRecord,
    HealthFacility,
    Household,
    Member,
    School,
    Settlement,
)
from juntos_campo.domain.errors import user_error


class About(StrEnum):
    """The settings column ``jc:subject`` of a form."""

    HOUSEHOLD = "household"
    MEMBER = "member"
    FACILITY = "facility"
    SCHOOL = "school"
    SETTLEMENT = "settlement"
    NONE = "none"


ASKED = {
    About.HOUSEHOLD: "qué hogar",
    About.MEMBER: "qué persona",
    About.FACILITY: "qué establecimiento de salud",
    About.SCHOOL: "qué institución educativa",
    About.SETTLEMENT: "qué centro poblado",
}
_CALLED = {
    About.HOUSEHOLD: "El hogar",
    About.MEMBER: "La persona",
    About.FACILITY: "El establecimiento de salud",
    About.SCHOOL: "La institución educativa",
    About.SETTLEMENT: "El centro poblado",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """Who or what a record is about, read from the register.

    Attributes:
        about: NONE for a record about nobody in particular.
        holder: full name of the household's holder; empty when it has none.
    """

    about: About = About.NONE
    household: Household | None = None
    member: Member | None = None
    facility: HealthFacility | None = None
    school: School | None = None
    settlement: Settlement | None = None
    holder: str = ""

    @property
    def id(self) -> str:
        """Id of what it is about; empty for NONE."""
        found = {
            About.HOUSEHOLD: self.household,
            About.MEMBER: self.member,
            About.FACILITY: self.facility,
            About.SCHOOL: self.school,
            About.SETTLEMENT: self.settlement,
        }.get(self.about)
        return found.id if found is not None else ""

    @property
    def key(self) -> str:
        """``member|<id>``: names it among the drafts of a form; empty for NONE."""
        return f"{self.about}|{self.id}" if self.id else ""

    @property
    def plain(self) -> str:
        """Names it without anybody's name: ``hogar 0307-004417``, ``P.S. Curanco``; "" for NONE."""
        if self.household is not None:
            return f"hogar {self.household.code}"
        for place in (self.facility, self.school, self.settlement):
            if place is not None:
                return place.name
        return ""

    @property
    def text(self) -> str:
        """As a heading says it: ``QUISPE HUAMÁN, María Elena · hogar 0307-004417 · Huancarpuquio``."""
        person = self.member.full_name if self.member is not None else self.holder
        place = ""
        if self.household is not None and self.settlement is not None:
            place = self.settlement.name
        return "  ·  ".join(part for part in (person, self.plain, place) if part)


NOBODY = Subject()


def find_subject(session: Session, about: About, record_id: str) -> Subject:
    """What a record is about, by its id.

    Raises:
        UserError: RCD-001 it is not on this laptop, RCD-002 no id is given.
    """
    if about is About.NONE:
        return NOBODY
    if not record_id:
        raise user_error(SUBJECT_WANTED, what=ASKED[about])
    store = session.store
    member = store.get(Member, record_id) if about is About.MEMBER else None
    household = None
    if about is About.HOUSEHOLD or member is not None:
        household = store.get(Household, member.household_id if member else record_id)
    if household is not None:
        holder = next(
            (one for one in store.find(Member, household_id=household.id) if one.is_holder), None
        )
        return Subject(
            about,
            household,
            member,
            settlement=store.get(Settlement, household.settlement_id),
            holder=holder.full_name if holder else "",
        )
    facility = store.get(HealthFacility, record_id) if about is About.FACILITY else None
    school = store.get(School, record_id) if about is About.SCHOOL else None
    settlement = store.get(Settlement, record_id) if about is About.SETTLEMENT else None
    if facility is None and school is None and settlement is None:
        raise user_error(SUBJECT_NOT_HERE, what=_CALLED[about])
    return Subject(about, facility=facility, school=school, settlement=settlement)


def about_of_record(record: FieldRecord) -> tuple[About, str]:
    """What a saved record is about, and its id; the narrowest counts."""
    for about, record_id in (
        (About.MEMBER, record.member_id),
        (About.HOUSEHOLD, record.household_id),
        (About.FACILITY, record.facility_id),
        (About.SCHOOL, record.school_id),
        (About.SETTLEMENT, record.settlement_id),
    ):
        if record_id:
            return about, record_id
    return About.NONE, ""
