"""Faultless rows to entities with the ids that every laptop and the server derive alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from juntos_campo.domain.entities import (
    HealthFacility,
    Household,
    Member,
    Pregnancy,
    School,
    Settlement,
)
from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import Cse, DocumentKind, ProgrammeState
from juntos_campo.register.checks import majority, place_key
from juntos_campo.register.layout import household_key, member_key
from juntos_campo.register.rows import SETTLEMENT_FLAGS, Row
from juntos_campo.register.territory import districts


def settlement_id(ubigeo: str, name: str) -> str:
    return derived_id("settlement", ubigeo, fold(name))


def facility_id(code: str) -> str:
    """Empty for an empty code."""
    return derived_id("health_facility", code) if code else ""


def school_id(code: str) -> str:
    """Empty for an empty code."""
    return derived_id("school", code) if code else ""


def household_id(code: str) -> str:
    return derived_id("household", *household_key(code))


def member_id(household: str, kind: DocumentKind, number: str, given: str, birth: date) -> str:
    return derived_id(
        "member", *member_key(household, kind.value, number, fold(given), birth.isoformat())
    )


def pregnancy_id(member: str, last_period: date | None, due_date: date | None) -> str:
    """By the last period; by the due date of the ultrasound where nobody knows the period."""
    known = last_period or due_date
    return derived_id("pregnancy", member, known.isoformat() if known else "")


@dataclass(frozen=True, slots=True)
class Built:
    settlements: tuple[Settlement, ...]
    facilities: tuple[HealthFacility, ...]
    schools: tuple[School, ...]
    households: tuple[Household, ...]
    members: tuple[Member, ...]
    pregnancies: tuple[Pregnancy, ...]


def build(households: Sequence[Sequence[Row]]) -> Built:
    """Entities of faultless households, each a sequence of its rows."""
    rows = [row for members in households for row in members]
    members = [member_in(row) for row in rows]
    return Built(
        settlements=settlements_in(rows),
        facilities=facilities_in(rows),
        schools=schools_in(rows),
        households=tuple(household_in(members[0]) for members in households),
        members=tuple(members),
        pregnancies=tuple(
            pregnancy_in(row, member)
            for row, member in zip(rows, members, strict=True)
            if row.person.pregnant or row.person.ended_on
        ),
    )


def settlements_in(rows: Sequence[Row]) -> tuple[Settlement, ...]:
    """One a place; what its rows say of it most often stands."""
    altitude = majority((place_key(row), row.household.altitude_m) for row in rows)
    walk = majority((place_key(row), row.household.walk_minutes) for row in rows)
    facility = majority((place_key(row), row.person.facility_code) for row in rows)
    flags: dict[tuple[str, str], set[str]] = {}
    first: dict[tuple[str, str], Row] = {}
    for row in rows:
        key = place_key(row)
        first.setdefault(key, row)
        flags.setdefault(key, set()).update(row.household.flags)
    return tuple(
        Settlement(
            id=settlement_id(*key),
            name=row.household.settlement,
            ubigeo=row.household.ubigeo,
            district=districts()[row.household.ubigeo].name,
            province=districts()[row.household.ubigeo].province,
            altitude_m=altitude.get(key),
            walk_minutes=walk.get(key),
            facility_id=facility_id(facility.get(key, "")),
            flags=tuple(flag for flag in SETTLEMENT_FLAGS if flag in flags[key]),
        )
        for key, row in first.items()
    )


def facilities_in(rows: Sequence[Row]) -> tuple[HealthFacility, ...]:
    """One a code that some row names."""
    name, category, micro, network = (
        majority((row.person.facility_code, row.person.facility[part]) for row in rows)
        for part in range(4)
    )
    ubigeo = majority((row.person.facility_code, row.household.ubigeo) for row in rows)
    return tuple(
        HealthFacility(
            id=facility_id(code),
            code=code,
            name=name[code],
            category=category.get(code, ""),
            ubigeo=ubigeo.get(code, ""),
            micro_network=micro.get(code, ""),
            network=network.get(code, ""),
        )
        for code in name
    )


def schools_in(rows: Sequence[Row]) -> tuple[School, ...]:
    """One a code that some row names."""
    name, level = (
        majority((row.person.school_code, row.person.school[part]) for row in rows)
        for part in range(2)
    )
    ubigeo = majority((row.person.school_code, row.household.ubigeo) for row in rows)
    return tuple(
        School(
            id=school_id(code),
            code=code,
            name=name[code],
            level=level.get(code, ""),
            ubigeo=ubigeo.get(code, ""),
        )
        for code in name
    )


def household_in(row: Row) -> Household:
    """The household of a faultless row."""
    household = row.household
    return Household(
        id=household_id(household.code),
        code=household.code,
        field_worker=household.field_worker,
        settlement_id=settlement_id(household.ubigeo, household.settlement),
        address=household.address,
        reference=household.reference,
        phone=household.phone,
        language=household.language,
        cse=household.cse or Cse.POOR,
        cse_expires=household.cse_expires,
        programme_state=household.state or ProgrammeState.ACTIVE,
        affiliated_on=household.affiliated_on,
        flags=household.flags,
    )


def member_in(row: Row) -> Member:
    """The person of a faultless row."""
    person = row.person
    kind, birth, sex = person.document_kind, person.birth, person.sex
    if kind is None or birth is None or sex is None or person.relationship is None:
        raise ProgrammingError("a faultless row has every required cell")
    return Member(
        id=member_id(row.household.code, kind, person.document_number, person.given, birth),
        household_id=household_id(row.household.code),
        document_kind=kind,
        document_number=person.document_number,
        paternal=person.paternal,
        maternal=person.maternal,
        given=person.given,
        sex=sex,
        birth_date=birth,
        relationship=person.relationship,
        facility_id=facility_id(person.facility_code),
        school_id=school_id(person.school_code),
        grade=person.grade,
        birth_weight_g=person.birth_weight_g,
        gestation_weeks=person.gestation_weeks,
    )


def pregnancy_in(row: Row, member: Member) -> Pregnancy:
    """The pregnancy a row tells of."""
    person = row.person
    return Pregnancy(
        id=pregnancy_id(member.id, person.last_period, person.due_date_ultrasound),
        household_id=member.household_id,
        member_id=member.id,
        last_period=person.last_period,
        due_date_ultrasound=person.due_date_ultrasound,
        captured_on=person.captured_on,
        facility_id=member.facility_id,
        ended_on=person.ended_on,
        outcome=person.outcome,
    )
