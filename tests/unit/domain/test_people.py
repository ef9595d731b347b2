"""People, as they are written."""

from __future__ import annotations

from datetime import date

import pytest

from juntos_campo.domain.entities import Member
from juntos_campo.domain.values import DocumentKind, Relationship, Sex


@pytest.mark.parametrize(
    ("paternal", "maternal", "shown"),
    [
        ("Quispe", "Huamán", "QUISPE HUAMÁN, María Elena"),
        ("Ñahui", "", "ÑAHUI, María Elena"),
        ("", "", "María Elena"),
    ],
)
def test_a_name_is_written_without_a_comma_before_nothing(
    paternal: str, maternal: str, shown: str
) -> None:
    member = Member(
        id="m",
        household_id="h",
        document_kind=DocumentKind.DNI,
        document_number="",
        paternal=paternal,
        maternal=maternal,
        given="María Elena",
        sex=Sex.FEMALE,
        birth_date=date(2026, 11, 1),
        relationship=Relationship.CHILD,
    )
    assert member.full_name == shown
