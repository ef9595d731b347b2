"""Women who gave birth lately: their pregnancy stays known, ended on its day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from register_samples import TODAY, as_csv, base_rows

from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.register.known import keep_known
from juntos_campo.register.reader import RegisterFile, read_register

BORN = {
    "gestante": "NO",
    "fur": "12/02/2026",
    "fecha_captacion": "20/04/2026",
    "fin_gestacion": "10/11/2026",
    "resultado_gestacion": "NACIMIENTO",
}


def _read(tmp_path: Path, **cells: str) -> RegisterFile:
    rows = base_rows()
    rows[0] |= {**BORN, **cells}
    return read_register(as_csv(tmp_path / "p.csv", rows), TODAY)


def test_a_birth_ends_the_pregnancy_and_keeps_when_it_was_captured(tmp_path: Path) -> None:
    file = _read(tmp_path)
    assert file.faults == ()
    (pregnancy,) = file.pregnancies
    assert (pregnancy.ended_on, pregnancy.outcome) == (date(2026, 11, 10), PregnancyOutcome.BIRTH)
    assert pregnancy.captured_on == date(2026, 4, 20)


def test_the_same_pregnancy_running_and_ended_is_one_record(tmp_path: Path) -> None:
    running = _read(
        tmp_path, gestante="SI", fin_gestacion="", resultado_gestacion="", fur="12/02/2026"
    )
    assert [one.id for one in running.pregnancies] == [
        one.id for one in _read(tmp_path).pregnancies
    ]


def test_a_loss_is_no_birth(tmp_path: Path) -> None:
    file = _read(tmp_path, resultado_gestacion="PERDIDA", fin_gestacion="01/06/2026")
    assert [one.outcome for one in file.pregnancies] == [PregnancyOutcome.LOSS]


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"fin_gestacion": "22/11/2026"}, "REG-064", "fin_gestacion"),
        ({"fin_gestacion": "12/02/2026"}, "REG-064", "fin_gestacion"),
        ({"fur": "01/01/2025"}, "REG-064", "fin_gestacion"),
        ({"fur": "", "fpp_ecografia": "01/09/2027"}, "REG-064", "fin_gestacion"),
        ({"resultado_gestacion": ""}, "REG-065", "resultado_gestacion"),
        ({"fin_gestacion": ""}, "REG-066", "fin_gestacion"),
        ({"fur": ""}, "REG-056", "fur"),
        ({"fin_gestacion": "hace poco"}, "REG-022", "fin_gestacion"),
    ],
)
def test_an_end_that_cannot_be_is_told(
    tmp_path: Path, cells: dict[str, str], code: str, column: str
) -> None:
    file = _read(tmp_path, **cells)
    assert [(fault.code, fault.row, fault.column) for fault in file.errors] == [(code, 2, column)]
    assert file.pregnancies == ()


def test_an_end_the_field_recorded_outlives_a_register_that_does_not_know_it(
    tmp_path: Path,
) -> None:
    (ended,) = _read(tmp_path).pregnancies
    (running,) = _read(
        tmp_path, gestante="SI", fin_gestacion="", resultado_gestacion=""
    ).pregnancies
    assert keep_known(running, ended).ended_on == ended.ended_on
    assert keep_known(ended, running) == ended
