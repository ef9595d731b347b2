"""What other systems say reaches the laptops, and leaves them again when it is corrected."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from juntos_campo.central.erasure import erase, find_member
from juntos_campo.central.imports.importing import Imported, import_file
from juntos_campo.central.tables import (
    external_matches,
    external_records,
    findings,
    lookup_keys,
    partitions,
    record_versions,
)
from juntos_campo.domain.entities import ExternalFinding, Member, ServiceEvent
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import DocumentKind, FindingOutcome, ServiceSource, Sex
from juntos_campo.store.held import held_changes

from .conftest import World, household

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

    def bring(world: World, source: str, rows: Iterable[Mapping[str, str]], **how: Any) -> Imported:
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
    sqlite_world: World, bring: Callable[..., Imported]
) -> None:
    world = sqlite_world
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
    bring(world, "his", [his(date(2026, 9, 1), value="9.1"), his(date(2026, 9, 25), "90670", "")])
    ana.sync()
    assert {one.topic for one in ana.store.find(ExternalFinding)} == {"HB", "NEUMO"}
    bring(world, "his", [his(date(2026, 9, 1), value="10.8")], complete=True)
    ana.sync()
    (left,) = ana.store.find(ExternalFinding)
    assert (left.topic, left.outcome) == ("SUMMARY", FindingOutcome.CONFIRMED)
    bring(world, "his", [his(date(2026, 9, 1), value="10.8"), his(date(2026, 9, 25), "90670", "")])
    ana.sync()
    assert {one.topic for one in ana.store.find(ExternalFinding)} == {"SUMMARY", "NEUMO"}


def test_a_laptop_that_does_not_know_such_records_keeps_them_until_its_program_is_renewed(
    sqlite_world: World, bring: Callable[..., Imported], monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sqlite_world
    world.load(child())
    ana = world.laptop("ana")
    bring(world, "his", [his(date(2026, 10, 5), "90670", ""), his(date(2026, 10, 6), "90723", "")])
    with monkeypatch.context() as older:
        older.delitem(KINDS, "external_finding")
        report = ana.sync()
        assert report.complete
        assert report.held == 2
    assert len(held_changes(ana.store)) == 2
    bring(world, "his", [his(date(2026, 10, 5), "90670", "")], complete=True)
    ana.sync()
    assert [one.topic for one in ana.store.find(ExternalFinding)] == ["NEUMO"]
    assert held_changes(ana.store) == []


def test_a_household_that_goes_to_another_gestor_takes_what_is_said_of_it_along(
    sqlite_world: World, bring: Callable[..., Imported]
) -> None:
    world = sqlite_world
    world.load(child())
    rows = [his(date(2026, 10, 5), "90670", "")]
    bring(world, "his", rows)
    ana, beto = world.laptop("ana"), world.laptop("beto")
    ana.sync()
    world.load(replace(household("ana", 1), field_worker="beto"))
    again = bring(world, "his", rows)
    ana.sync()
    beto.sync()
    assert again.told is not None
    assert (again.told.written, again.told.deleted) == (0, 0)
    assert ana.store.find(ExternalFinding) == []
    assert [one.topic for one in beto.store.find(ExternalFinding)] == ["NEUMO"]


@pytest.mark.parametrize(("former", "new"), [("ana", "beto"), ("beto", "ana")])
def test_a_child_who_goes_to_live_with_another_gestors_family_is_followed_by_what_is_said_of_him(
    sqlite_world: World, bring: Callable[..., Imported], former: str, new: str
) -> None:
    world = sqlite_world
    world.load(replace(child(), household_id=f"h-{former}-1"))
    rows = [his(date(2026, 10, 5), "90670", "")]
    bring(world, "his", rows)
    world.load(replace(child(), household_id=f"h-{new}-1"))
    bring(world, "his", rows)
    here, there = world.laptop(former), world.laptop(new)
    here.sync()
    there.sync()
    assert here.store.find(ExternalFinding) == []
    assert [one.household_id for one in there.store.find(ExternalFinding)] == [f"h-{new}-1"]


def test_a_first_download_brings_what_other_systems_say_with_the_household(
    sqlite_world: World, bring: Callable[..., Imported]
) -> None:
    world = sqlite_world
    world.load(child())
    bring(world, "his", [his(date(2026, 10, 5), "90670", "")])
    ana = world.laptop("ana")
    ana.sync()
    assert [one.topic for one in ana.store.find(ExternalFinding)] == ["NEUMO"]


def test_a_death_and_a_suspension_are_to_be_looked_at_and_change_nothing_in_the_register(
    sqlite_world: World, bring: Callable[..., Imported]
) -> None:
    world = sqlite_world
    world.load(replace(household("ana", 1), code="0777"), child())
    ana = world.laptop("ana")
    bring(world, "reniec", [{**WHO, "estado": "FALLECIDO", "fecha_fallecimiento": "02/11/2026"}])
    pay = {"codigo_hogar": "0777", "mes": "202609"}
    rows = [
        {**pay, "transferencia": "TB", "estado": "SUSPENDIDO", "motivo": "sin controles"},
        {**pay, "transferencia": "TPI", "estado": "PAGADO", "monto": "100"},
        {**pay, "transferencia": "TPI", "estado": "PAGADO", "monto": "50"},
        {**pay, "transferencia": "TB", "mes": "202608", "estado": "PAGADO", "monto": "200"},
    ]
    bring(world, "pagos", rows)
    ana.sync()
    found = {one.topic: one for one in ana.store.find(ExternalFinding)}
    seen = {topic for topic, one in found.items() if one.to_look_at}
    assert {"DEATH", "TB:2026-09", "TPI:2026-09"} <= seen
    assert "02/11/2026" in found["DEATH"].there_text
    assert "sin controles" in found["TB:2026-09"].there_text
    assert "más de una vez" in found["TPI:2026-09"].there_text
    dead = ana.store.get(Member, ANA_CHILD)
    assert dead is not None
    assert dead.left_on is None


def test_nothing_a_source_lacks_outside_of_the_days_it_covers_is_told_as_missing(
    sqlite_world: World, bring: Callable[..., Imported]
) -> None:
    world = sqlite_world
    inside, before = date(2026, 9, 15), date(2026, 3, 1)
    world.load(child(), noted(inside, service="CRED"), noted(before, service="CRED"))
    ana = world.laptop("ana")
    bring(world, "his", [his(date(2026, 9, 1), "90670", ""), his(date(2026, 10, 5), "90670", "")])
    ana.sync()
    missing = [
        one.on for one in ana.store.find(ExternalFinding) if one.outcome is FindingOutcome.ONLY_HERE
    ]
    assert missing == [inside]


def test_what_the_office_loaded_from_the_same_system_is_not_told_as_unknown_here(
    sqlite_world: World, bring: Callable[..., Imported]
) -> None:
    world = sqlite_world
    day = date(2026, 9, 15)
    world.load(child(), replace(noted(day), source=ServiceSource.HEALTH_SYSTEM))
    bring(world, "his", [his(day)])
    ana = world.laptop("ana")
    ana.sync()
    assert [one.topic for one in ana.store.find(ExternalFinding)] == ["SUMMARY"]


def test_what_the_law_removed_is_not_left_in_what_other_systems_said(
    world: World, bring: Callable[..., Imported]
) -> None:
    world.load(child())
    rows = [
        his(date(2026, 10, 5), "90670", ""),
        {**his(date(2026, 10, 6), "90723", ""), "nombres": "X"},
    ]
    bring(world, "his", rows)
    ana = world.laptop("ana")
    ana.sync()
    erase(world.database, find_member(world.database, "51000001"), world.clock)
    ana.sync()
    assert ana.store.find(ExternalFinding) == []
    again = bring(world, "his", rows)
    assert again.stored.matches == {"unknown": 2}
    with world.database.reading() as connection:
        for table in (external_records, external_matches, findings):
            left = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            assert left == 0, table.name
        key = sa.select(lookup_keys.c.word).where(lookup_keys.c.id == ANA_CHILD)
        assert connection.execute(key).first() is None
