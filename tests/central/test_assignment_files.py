"""A table of assignments moves all its households or none, and says which rows are wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import Workbook
from server_databases import Lender

from juntos_campo.central import assignment_file
from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.assignment_file import apply_assignments, plan_assignments
from juntos_campo.central.assignments import history_of
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import records
from juntos_campo.central.units import add_unit
from juntos_campo.central.verifying import verify
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role

from .conftest import first_morning

UNITS = {"ana": "PUNO", "beto": "PUNO", "carla": "CUSCO"}
HOMES = {
    f"{number:05d}": worker
    for number, worker in enumerate(["ana"] * 5 + ["beto"] * 2 + ["carla"] * 2, start=1)
}


@pytest.fixture
def office(lend: Lender) -> Database:
    return lend.opened("office with assignments", begin)


def begin(database: Database) -> None:
    clock = first_morning()
    for unit in ("PUNO", "CUSCO"):
        add_unit(database, unit, unit, clock)
    accounts = Accounts(database, ServerSettings(argon2_memory_kib=64, argon2_passes=1), clock)
    for name, unit in UNITS.items():
        accounts.enrol(Account(name, name, Role.FIELD_WORKER, f"Z{unit}", unit), "papa nativa 2026")
    load(database, [home(code, worker) for code, worker in HOMES.items()], clock)


def home(code: str, worker: str) -> Household:
    return Household(id=f"h-{code}", code=code, field_worker=worker, settlement_id="s-1")


def lying(database: Database) -> dict[str, str]:
    """Code -> who has it."""
    sql = sa.select(records.c.id, records.c.partition).where(records.c.kind == "household")
    with database.reading() as connection:
        rows = connection.execute(sql).all()
    return {row.id.removeprefix("h-"): row.partition.removeprefix("fw:") for row in rows}


def csv(folder: Path, *rows: str) -> Path:
    file = folder / "asignaciones.csv"
    file.write_text("\n".join(("codigo_hogar;de;a", *rows)), encoding="utf-8")
    return file


def test_households_go_where_the_table_says_within_a_unit_and_to_another(
    office: Database, clock: FixedClock, tmp_path: Path
) -> None:
    file = csv(tmp_path, "00001;ana;beto", "00002;ana;carla", "00008;carla;ana")
    plan = plan_assignments(office, file)
    assert (plan.households, plan.already, plan.errors) == (3, 0, ())
    assert lying(office) == HOMES  # a plan moves nothing
    done = apply_assignments(office, plan, clock, by="jefa")
    assert (done.households, done.left_alone) == (3, [])
    assert lying(office) == {**HOMES, "00001": "beto", "00002": "carla", "00008": "ana"}
    with office.reading() as connection:
        told = history_of(connection, "h-00002")
    assert [(one.worker, one.reason, one.ordered_by, one.unit) for one in told] == [
        ("ana", "load", "oficina", "CUSCO"),
        ("carla", "reassigned", "jefa", "CUSCO"),
    ]
    assert verify(office).findings == []


def test_one_wrong_row_keeps_all_back_and_every_wrong_row_is_told_with_its_number_and_remedy(
    office: Database, clock: FixedClock, tmp_path: Path
) -> None:
    file = csv(
        tmp_path,
        "00001;ana;beto",
        "00006;ana;carla",
        "99999;ana;beto",
        "00002;ana;nadie",
        "00003;ana;ana",
        "00004;;beto",
        "00001;ana;carla",
        "00005;ana;beto;otra",
    )
    plan = plan_assignments(office, file)
    told = [(fault.row, fault.code) for fault in plan.errors]
    assert told == [
        (3, "CEN-217"),
        (4, "CEN-217"),
        (5, "CEN-216"),
        (6, "CEN-218"),
        (7, "REG-020"),
        (8, "CEN-286"),
        (9, "REG-014"),
    ]
    assert all(fault.reason and fault.remedy for fault in plan.errors)
    with pytest.raises(UserError, match="7 filas con errores") as refused:
        apply_assignments(office, plan, clock)
    assert refused.value.problem.code == "CEN-285"
    assert lying(office) == HOMES


def test_a_file_that_is_no_table_is_told_in_spanish(office: Database, tmp_path: Path) -> None:
    file = tmp_path / "foto.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    assert [fault.code for fault in plan_assignments(office, file).errors] == ["REG-003"]
    assert [fault.code for fault in plan_assignments(office, tmp_path / "no").errors] == ["REG-001"]


def test_a_workbook_of_the_office_is_read_as_well(
    office: Database, clock: FixedClock, tmp_path: Path
) -> None:
    book = Workbook()
    for row in (
        ("Reasignación", None, None),
        ("Código hogar", "De", "A"),
        ("00001", "ana", "beto"),
    ):
        book.active.append(row)
    book.save(tmp_path / "tabla.xlsx")
    apply_assignments(office, plan_assignments(office, tmp_path / "tabla.xlsx"), clock)
    assert lying(office)["00001"] == "beto"


def test_a_unit_moves_nothing_of_another_unit_and_learns_nothing_of_it(
    office: Database, tmp_path: Path
) -> None:
    rows = ("00001;ana;beto", "00008;carla;beto", "77777;carla;beto", "00002;ana;carla")
    plan = plan_assignments(office, csv(tmp_path, *rows), unit="PUNO")
    there, nowhere, beyond = plan.errors
    assert [(fault.row, fault.code) for fault in plan.errors] == [
        (3, "CEN-217"),
        (4, "CEN-217"),
        (5, "CEN-216"),
    ]
    # Told alike: what exists over there, and what does not exist.
    assert there.reason.replace("00008", "77777") == nowhere.reason
    nobody = plan_assignments(office, csv(tmp_path, "00002;ana;nadie"), unit="PUNO").errors[0]
    assert nobody.reason.replace("nadie", "carla") == beyond.reason


def test_a_run_that_was_cut_off_is_simply_run_again(
    office: Database, clock: FixedClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = csv(tmp_path, *(f"0000{number};ana;beto" for number in range(1, 6)))
    real, calls = assignment_file.hand_over, []

    def cut(*given: Any) -> int:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(assignment_file, "hand_over", cut)
    with pytest.raises(KeyboardInterrupt):
        apply_assignments(office, plan_assignments(office, file), clock, at_once=1)
    assert sorted(lying(office).values()).count("beto") == 4
    assert verify(office).findings == []
    plan = plan_assignments(office, file)
    assert (plan.households, plan.already, plan.errors) == (3, 2, ())
    apply_assignments(office, plan, clock, at_once=1)
    assert lying(office) == {**HOMES, **{f"0000{number}": "beto" for number in range(1, 6)}}


def test_a_household_that_another_office_moves_meanwhile_stays_where_that_one_put_it(
    office: Database, clock: FixedClock, tmp_path: Path
) -> None:
    plan = plan_assignments(office, csv(tmp_path, "00001;ana;beto", "00002;ana;beto"))
    load(office, [home("00002", "carla")], clock)
    done = apply_assignments(office, plan, clock)
    assert (done.households, done.left_alone) == (1, ["00002"])
    assert (lying(office)["00001"], lying(office)["00002"]) == ("beto", "carla")
