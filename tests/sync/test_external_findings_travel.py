"""What other systems say reaches the laptops, and leaves them again when it is corrected."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from juntos_campo.central.imports.importing import Imported, import_file
from juntos_campo.central.tables import partitions, record_versions
from juntos_campo.domain.entities import ExternalFinding, Member, ServiceEvent
from juntos_campo.domain.values import DocumentKind, FindingOutcome, ServiceSource, Sex

from .conftest import World

ANA_CHILD = "m-h-ana-1-1"
ONLY_THERE, AGAINST = FindingOutcome.ONLY_THERE, FindingOutcome.CONTRADICTORY
WHO = {
    "tipo_documento": "DNI",
    "numero_documento": "51000001",
    "apellido_paterno": "Quispe",
    "apellido_materno": "Huamán",
    "nombres": "Wayra",
    "fecha_nacimiento": "01/03/2025",
}


@pytest.fixture
def bring(tmp_path: Path) -> Callable[..., Imported]:
    """Write rows into a file and import it into a world."""

    def bring(
        world: World, source: str, rows: Iterable[Mapping[str, str]], **how: bool
    ) -> Imported:
        kept = list(rows)
        path = tmp_path / f"{source}.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            titles = list(dict.fromkeys(title for row in kept for title in row))
            writer = csv.DictWriter(handle, titles, delimiter=";", restval="")
            writer.writeheader()
            writer.writerows(kept)
        return import_file(world.database, source, path, world.clock, world.new_id, **how)

    return bring


def child() -> Member:
    """A child of ana's first household with a document of its own."""
    return Member(
        id=ANA_CHILD,
        household_id="h-ana-1",
        document_kind=DocumentKind.DNI,
        document_number="51000001",
        paternal="QUISPE",
        maternal="HUAMÁN",
        given="Wayra",
        sex=Sex.FEMALE,
        birth_date=date(2025, 3, 1),
    )


def noted(day: date, *, service: str = "HB", value: float = 10.8) -> ServiceEvent:
    return ServiceEvent(
        id=f"e-{service}-{day}",
        household_id="h-ana-1",
        member_id=ANA_CHILD,
        service=service,
        on=day,
        value=value,
        source=ServiceSource.HEALTH_CARD,
    )


def his(day: date, code: str = "85018", value: str = "10.8", **who: str) -> dict[str, str]:
    return {**WHO, **who, "servicio": code, "fecha": f"{day:%d/%m/%Y}", "resultado": value}


def versions(world: World) -> int:
    """How many times anything was ever written, in any partition."""
    with world.database.reading() as connection:
        written = connection.execute(sa.select(sa.func.sum(partitions.c.last_seq))).scalar_one()
        kept = sa.select(sa.func.count()).select_from(record_versions)
        return int(written) + int(connection.execute(kept).scalar_one())


def test_a_gestor_sees_what_his_has_and_not_his_neighbour_and_no_alert_is_closed_by_it(
    world: World, bring: Callable[..., Imported]
) -> None:
    world.load(child(), noted(date(2026, 9, 1), value=10.8))
    ana, beto = world.laptop("ana"), world.laptop("beto")
    ana.sync()
    beto.sync()
    bring(world, "his", [his(date(2026, 9, 1), value="9.1"), his(date(2026, 10, 5), "90670", "")])
    ana.sync()
    beto.sync()
    seen = {one.topic: one for one in ana.store.find(ExternalFinding, household_id="h-ana-1")}
    assert {topic: one.outcome for topic, one in seen.items()} == {
        "HB": AGAINST,
        "NEUMO": ONLY_THERE,
    }
    assert (seen["HB"].to_look_at, seen["NEUMO"].to_look_at) == (True, False)
    assert seen["NEUMO"].on == date(2026, 10, 5)
    assert "9.1" in seen["HB"].there_text
    assert "10.8" in seen["HB"].here_text
    assert beto.store.find(ExternalFinding) == []
    assert [one.service for one in ana.store.find(ServiceEvent)] == ["HB"]


def test_importing_the_same_file_again_sends_nothing(
    world: World, bring: Callable[..., Imported]
) -> None:
    world.load(child())
    rows = [his(date(2026, 10, 5), "90670", ""), his(date(2026, 10, 6), "90723", "")]
    first = bring(world, "his", rows)
    before = versions(world)
    again = bring(world, "his", reversed(rows))
    assert first.told is not None
    assert first.told.written == 2
    assert (again.stored.added, again.stored.changed, again.stored.same) == (0, 0, 2)
    assert versions(world) == before


def test_a_corrected_file_takes_the_wrong_finding_off_the_laptop(
    world: World, bring: Callable[..., Imported]
) -> None:
    world.load(child(), noted(date(2026, 9, 1), value=10.8))
    ana = world.laptop("ana")
    bring(world, "his", [his(date(2026, 9, 1), value="9.1"), his(date(2026, 10, 5), "90670", "")])
    ana.sync()
    assert len(ana.store.find(ExternalFinding)) == 2
    bring(world, "his", [his(date(2026, 9, 1), value="10.8")], complete=True)
    ana.sync()
    bring(world, "his", [his(date(2026, 9, 1), value="10.8"), his(date(2026, 10, 5), "90670", "")])
    left = ana.store.find(ExternalFinding)
    # What had not been in the file between is here again only after the next exchange.
    assert [(one.topic, one.outcome) for one in left if one.topic != "NEUMO"] == [
        ("SUMMARY", FindingOutcome.CONFIRMED)
    ]
    ana.sync()
    assert {one.topic for one in ana.store.find(ExternalFinding)} == {"SUMMARY", "NEUMO"}
