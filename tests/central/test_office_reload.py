"""Loading the office's next register: the same people, and what only the server knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.office_files import read_office_files
from juntos_campo.demo.data import DemoData, generate, write
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import HealthFacility, Member

DAY = date(2026, 11, 17)


def test_a_newborn_whose_cnv_became_a_dni_is_not_a_second_child_on_the_server(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    data = generate(20, 6, DAY, ["ana"])
    child = next(one for one in data.register if one["fecha_nacimiento"].endswith(("2025", "2026")))
    dni = child["numero_documento"]
    cnv = {"tipo_documento": "CNV", "numero_documento": "9900000777"}

    def before(row: dict[str, str]) -> dict[str, str]:
        return {**row, **cnv} if row["numero_documento"] == dni else row

    earlier = DemoData(tuple(map(before, data.register)), tuple(map(before, data.history)))
    files = write(earlier, tmp_path / "antes")
    load(database, read_office_files(database, *files, DAY), clock)
    files = write(data, tmp_path / "despues")
    report = load(database, read_office_files(database, *files, DAY), clock)
    assert report.added == {}
    assert report.changed == {"member": 1}


def test_who_left_and_who_heads_a_facility_survive_the_next_register(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    register, _ = write(generate(20, 6, DAY, ["ana"]), tmp_path)
    entities = read_office_files(database, register, None, DAY)
    load(database, entities, clock)
    member = next(one for one in entities if isinstance(one, Member))
    facility = next(one for one in entities if isinstance(one, HealthFacility))
    load(database, [replace(member, left_on=DAY), replace(facility, head="Lic. Inventada")], clock)
    report = load(database, read_office_files(database, register, None, DAY), clock)
    assert (report.added, report.changed) == ({}, {})
