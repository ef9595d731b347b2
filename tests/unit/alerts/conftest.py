"""The shipped rule book, and short makers of synthetic people and records."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from juntos_campo import paths
from juntos_campo.domain.entities import Member, ServiceEvent
from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.packs import load_rule_book

MakeMember = Callable[..., Member]
MakeEvent = Callable[..., ServiceEvent]


@pytest.fixture(scope="session")
def book() -> RuleBook:
    return load_rule_book(paths.resources() / "norms")


@pytest.fixture(scope="session")
def member() -> MakeMember:
    def make(birth: date, **changes: Any) -> Member:
        values: dict[str, Any] = {
            "id": "member",
            "household_id": "household",
            "document_kind": DocumentKind.CNV,
            "document_number": "1000000001",
            "paternal": "Prueba",
            "maternal": "Ejemplo",
            "given": "Persona",
            "sex": Sex.FEMALE,
            "birth_date": birth,
            "birth_weight_g": 3200,
            "gestation_weeks": 39,
        }
        return Member(**{**values, **changes})

    return make


@pytest.fixture(scope="session")
def event() -> MakeEvent:
    def make(service: str, on: date, number: int = 0, **changes: Any) -> ServiceEvent:
        values: dict[str, Any] = {
            "id": f"{service}-{on.isoformat()}-{number}",
            "household_id": "household",
            "member_id": "member",
            "service": service,
            "on": on,
            "number": number,
        }
        return ServiceEvent(**{**values, **changes})

    return make
