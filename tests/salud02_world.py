"""A small made-up health facility with children, for everything that fills in or prints Salud 02."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path

from juntos_campo import paths
from juntos_campo.app.session import Session, User
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import (
    Entity,
    HealthFacility,
    Household,
    Member,
    ServiceEvent,
    Settlement,
)
from juntos_campo.domain.values import DocumentKind, Role, Sex
from juntos_campo.norms.rules import rules_of
from juntos_campo.paths import DataPlace
from juntos_campo.store.store import Store

RULES = rules_of(paths.resources() / "norms")
"""Read once for all tests, by the first one that asks."""
NOW = datetime(2026, 11, 21, 10, 30, tzinfo=LIMA)
BIMESTER = Bimester(2026, 6)
FACILITY = HealthFacility(
    id="f1",
    code="00002345",
    name="Puesto de salud Curanco",
    category="I-1",
    ubigeo="030701",
    micro_network="Chuquibambilla",
    network="Grau",
    head="Lic. Rosa Huillca Mendoza",
)
OTHER_FACILITY = HealthFacility(id="f2", code="00002346", name="Puesto de salud Vilcabamba")
SETTLEMENT = Settlement(
    id="s1", name="Huancarpuquio", ubigeo="030701", district="Chuquibambilla", province="Grau"
)
_SURNAMES = (
    "Quispe", "Huamán", "Ccori", "Rojas", "Mamani", "Condori", "Ñahui", "Villcas", "Puma",
    "Sánchez de la Cruz", "Huillca", "Choquehuanca",
)  # fmt: skip
_GIVEN = (
    "Yeison", "Flor de María", "Luz Clarita", "José Ángel", "Nayeli", "Kevin Aldair", "Sami",
    "Wayra Killari", "María de los Ángeles Guadalupe", "Iñigo",
)  # fmt: skip


def child(number: int, facility_id: str = "f1", birth: date | None = None) -> Member:
    """Child `number` (from 0); births spread over the five years before the bimester."""
    return Member(
        id=f"m{number:03}",
        household_id=f"h{number:03}",
        document_kind=DocumentKind.DNI,
        document_number=f"{60000000 + number * 137}",
        paternal=_SURNAMES[number % len(_SURNAMES)],
        maternal=_SURNAMES[(number * 7 + 3) % len(_SURNAMES)],
        given=f"{_GIVEN[number % len(_GIVEN)]}",
        sex=Sex.FEMALE if number % 2 else Sex.MALE,
        birth_date=birth or date(2026, 10, 20) - timedelta(days=(number * 41) % 2000),
        facility_id=facility_id,
    )


def household(number: int) -> Household:
    return Household(
        id=f"h{number:03}",
        code=f"0312-{4000 + number:06}",
        field_worker="rccori",
        settlement_id="s1",
        affiliated_on=date(2024, 1, 1),
    )


def control(number: int, on: date, **measures: float) -> ServiceEvent:
    return ServiceEvent(
        id=f"e{number:03}{on:%m%d}",
        household_id=f"h{number:03}",
        member_id=f"m{number:03}",
        service="CRED",
        on=on,
        number=6,
        facility_id="f1",
        weight_kg=measures.get("weight_kg"),
        height_cm=measures.get("height_cm"),
    )


def load(store: Store, *entities: Entity) -> None:
    with store.transaction(actor="", at=NOW, action="test.load") as tx:
        for entity in entities:
            tx.load(entity)


@contextmanager
def world(folder: Path, children: int, now: datetime = NOW) -> Iterator[Session]:
    """A session of a field worker whose one facility has `children` children under 6.

    A child of another facility and one who is already 6 are there as well.
    """
    numbers = count(1)
    folder.mkdir(parents=True, exist_ok=True)
    place = DataPlace(folder)
    store = Store(place.database, b"k" * 32, ids=lambda: f"{next(numbers):032x}")
    entities: list[Entity] = [FACILITY, OTHER_FACILITY, SETTLEMENT]
    for number in range(children):
        entities += [household(number), child(number)]
    entities += [household(900), child(900, "f2", date(2025, 5, 5))]
    entities += [household(901), child(901, "f1", date(2020, 10, 31))]
    load(store, *entities)
    user = User("rccori", "Rufina Ccori", Role.FIELD_WORKER)
    session = Session(store, user, FixedClock(now), RULES, place, lambda: f"r{next(numbers):031x}")
    yield session
    session.close()


@contextmanager
def seen_children(folder: Path) -> Iterator[Session]:
    """Four children; of the first the health post has recorded two controls."""
    with world(folder, 4) as session:
        load(
            session.store,
            control(0, date(2026, 11, 5), weight_kg=4.1, height_cm=52.5),
            control(0, date(2026, 9, 5), weight_kg=3.1),
        )
        yield session
