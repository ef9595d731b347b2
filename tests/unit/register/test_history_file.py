"""Services received: tied to the right person, counted once, every fault named."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from register_samples import TODAY, Rows, as_csv, as_xlsx, base_history, base_rows, typed

from juntos_campo.register.history import HistoryFile, read_history
from juntos_campo.register.layout import HISTORY_COLUMNS
from juntos_campo.register.reader import RegisterFile, read_register


@pytest.fixture
def register(tmp_path: Path) -> RegisterFile:
    return read_register(as_csv(tmp_path / "p.csv", base_rows()), TODAY)


def _read(tmp_path: Path, register: RegisterFile, rows: Rows) -> HistoryFile:
    path = as_csv(tmp_path / "h.csv", rows, HISTORY_COLUMNS)
    return read_history(path, register.members, TODAY, register.pregnancies)


def test_services_find_their_person_by_document_or_by_name(
    tmp_path: Path, register: RegisterFile
) -> None:
    file = _read(tmp_path, register, base_history())
    assert file.faults == ()
    control, vaccine, prenatal = file.events
    assert (control.member_id, control.weight_kg, control.height_cm) == (
        register.members[2].id,
        5.6,
        58.2,
    )
    assert control.facility_id == register.facilities[0].id
    assert (vaccine.member_id, vaccine.number) == (register.members[5].id, 1)
    assert prenatal.pregnancy_id == register.pregnancies[0].id
    assert prenatal.on == date(2026, 10, 16)


def test_a_workbook_gives_the_same_services(tmp_path: Path, register: RegisterFile) -> None:
    path = as_xlsx(tmp_path / "h.xlsx", base_history(), HISTORY_COLUMNS, typed)
    file = read_history(path, register.members, TODAY, register.pregnancies)
    assert file.events == _read(tmp_path, register, base_history()).events


def test_a_control_recorded_under_the_old_cnv_is_not_lost(
    tmp_path: Path, register: RegisterFile
) -> None:
    rows = base_history()
    rows[0] |= {"tipo_documento": "CNV", "numero_documento": "9900000001"}
    file = _read(tmp_path, register, rows)
    assert file.events[0].member_id == register.members[2].id


def test_the_same_service_twice_is_counted_once_and_told(
    tmp_path: Path, register: RegisterFile
) -> None:
    rows = base_history()
    file = _read(tmp_path, register, [*rows, dict(rows[0])])
    assert len(file.events) == 3
    assert [(fault.code, fault.row, fault.details["other"]) for fault in file.faults] == [
        ("REG-094", 5, "2")
    ]


def test_services_of_households_left_out_are_not_reported_one_by_one(
    tmp_path: Path, register: RegisterFile
) -> None:
    path = as_csv(tmp_path / "h.csv", base_history(), HISTORY_COLUMNS)
    file = read_history(path, [], TODAY, skip=("0307-000001", "0307-000002"))
    assert (file.events, file.faults, file.rows_left_out) == ((), (), 3)


def _set(row: int, **cells: str) -> Callable[[Rows], None]:
    return lambda rows: rows[row - 2].update(cells)


@pytest.mark.parametrize(
    ("spoil", "code", "row", "column"),
    [
        (_set(2, numero_documento="98000555"), "REG-090", 2, "numero_documento"),
        (_set(2, servicio="CREDITO"), "REG-091", 2, "servicio"),
        (_set(2, servicio="ATTENDANCE"), "REG-091", 2, "servicio"),
        (_set(2, servicio=""), "REG-020", 2, "servicio"),
        (_set(2, fecha="22/11/2026"), "REG-092", 2, "fecha"),
        (_set(2, fecha="19/05/2026"), "REG-093", 2, "fecha"),
        (_set(2, servicio="APN"), "REG-095", 2, "servicio"),
        (_set(2, servicio="HB", valor="112"), "REG-025", 2, "valor"),
        (_set(2, peso_kg="5600"), "REG-025", 2, "peso_kg"),
        (_set(3, numero="primera"), "REG-024", 3, "numero"),
        (_set(3, codigo_eess="PS"), "REG-038", 3, "codigo_eess"),
    ],
)
def test_a_faulty_service_is_named_and_only_it_is_left_out(
    tmp_path: Path,
    register: RegisterFile,
    spoil: Callable[[Rows], None],
    code: str,
    row: int,
    column: str,
) -> None:
    rows = base_history()
    if code == "REG-090":
        rows[0]["nombres"] = "Nadie"
    spoil(rows)
    file = _read(tmp_path, register, rows)
    assert [(fault.code, fault.row, fault.column) for fault in file.errors] == [(code, row, column)]
    assert file.errors[0].reason
    assert (len(file.events), file.rows_left_out) == (2, 1)


def test_a_padron_given_as_history_is_refused_clearly(
    tmp_path: Path, register: RegisterFile
) -> None:
    path = as_csv(tmp_path / "p.csv", base_rows())
    file = read_history(path, register.members, TODAY)
    assert [fault.code for fault in file.faults] == ["REG-009"]
    assert "servicio, fecha" in file.faults[0].reason
