"""Women, students and a school beside the children of `salud02_world`."""

from __future__ import annotations

from datetime import date

from salud02_world import household

from juntos_campo.domain.entities import (
    Entity,
    Household,
    Member,
    Pregnancy,
    School,
    SchoolYear,
    ServiceEvent,
)
from juntos_campo.domain.values import DocumentKind, Relationship, SchoolLevel, Sex

SCHOOL = School(id="i1", code="0745216", name="I.E. 54012 Curanco", level="Primaria")
OTHER_SCHOOL = School(id="i2", code="0745217", name="I.E. 54013 Vilcabamba", level="Primaria")


def woman(number: int, facility_id: str = "f1") -> Member:
    """A woman of 25; her household has the same number."""
    return Member(
        id=f"w{number:03}",
        household_id=f"h{number:03}",
        document_kind=DocumentKind.DNI,
        document_number=f"{40000000 + number * 131}",
        paternal="Puma",
        maternal="Ccori",
        given=f"Gestante {number:03}",
        sex=Sex.FEMALE,
        birth_date=date(2001, 5, 5),
        relationship=Relationship.HOLDER,
        facility_id=facility_id,
    )


def pregnancy(number: int, **values: object) -> Pregnancy:
    """Of the woman of that number; last period on 1 June 2026 unless told otherwise."""
    wanted: dict[str, object] = {
        "last_period": date(2026, 6, 1),
        "captured_on": date(2026, 7, 15),
        "facility_id": "f1",
        **values,
    }
    return Pregnancy(
        id=f"p{number:03}",
        household_id=f"h{number:03}",
        member_id=f"w{number:03}",
        **wanted,  # type: ignore[arg-type]
    )


def pregnant(number: int, **values: object) -> tuple[Household, Member, Pregnancy]:
    return household(number), woman(number), pregnancy(number, **values)


def prenatal(who: int, service: str, on: date, **values: object) -> ServiceEvent:
    return ServiceEvent(
        id=f"e{who:03}{service}{on:%m%d}",
        household_id=f"h{who:03}",
        member_id=f"w{who:03}",
        service=service,
        on=on,
        pregnancy_id=f"p{who:03}",
        **values,  # type: ignore[arg-type]
    )


def student(
    number: int, birth: date = date(2016, 4, 4), **year: object
) -> tuple[Household, Member, SchoolYear]:
    """A student of the school with her 2026 school year."""
    member = Member(
        id=f"s{number:03}",
        household_id=f"h{number:03}",
        document_kind=DocumentKind.DNI,
        document_number=f"{70000000 + number * 127}",
        paternal="Rojas",
        maternal="Puma",
        given=f"Estudiante {number:03}",
        sex=Sex.FEMALE,
        birth_date=birth,
        school_id="i1",
        grade="4",
    )
    wanted: dict[str, object] = {
        "school_id": "i1",
        "level": SchoolLevel.PRIMARY,
        "grade": 4,
        "enrolled_on": date(2026, 3, 5),
        **year,
    }
    record = SchoolYear(
        id=f"y{number:03}",
        household_id=f"h{number:03}",
        member_id=member.id,
        year=2026,
        **wanted,  # type: ignore[arg-type]
    )
    return household(number), member, record


def everybody(*groups: tuple[Entity, ...]) -> list[Entity]:
    return [one for group in groups for one in group]
