"""The written layout, the districts and the list of faults for the office."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from register_samples import TODAY, as_csv, base_rows

import juntos_campo.register
from juntos_campo.domain.spanish import fold
from juntos_campo.register.describe import markdown
from juntos_campo.register.export import HEADER, write_faults
from juntos_campo.register.layout import HISTORY_COLUMNS, REGISTER_COLUMNS, SCHOOLING_COLUMNS
from juntos_campo.register.reader import read_register
from juntos_campo.register.rows import (
    CLASSES,
    DOCUMENTS,
    LEVELS,
    OUTCOMES,
    RELATIONSHIPS,
    SEXES,
    STATES,
    YES_NO,
)
from juntos_campo.register.territory import districts


def test_the_office_reads_the_layout_that_the_program_reads() -> None:
    readme = (Path(juntos_campo.register.__file__).parent / "README.md").read_text("utf-8")
    assert markdown(REGISTER_COLUMNS) in readme
    assert markdown(HISTORY_COLUMNS) in readme
    assert markdown(SCHOOLING_COLUMNS) in readme


def test_every_allowed_value_of_the_layout_is_understood_and_no_other() -> None:
    understood = {
        "estado_hogar": STATES,
        "cse": CLASSES,
        "tipo_documento": DOCUMENTS,
        "sexo": SEXES,
        "parentesco": RELATIONSHIPS,
        "nivel_ie": LEVELS,
        "gestante": YES_NO,
        "resultado_gestacion": OUTCOMES,
    }
    listed = {column.name: column.allowed for column in REGISTER_COLUMNS if column.allowed}
    assert listed.keys() == understood.keys()
    for name, allowed in listed.items():
        assert {fold(value) for value in allowed} == set(understood[name])


def test_every_district_of_peru_is_known_and_an_unsure_altitude_is_empty() -> None:
    known = districts()
    assert len(known) == 1_893
    assert all(re.fullmatch(r"\d{6}", code) and one.name for code, one in known.items())
    assert len({one.department for one in known.values()}) == 25
    assert sum(code.startswith("03") for code in known) == 85
    altitudes = [one.altitude_m for one in known.values() if one.altitude_m is not None]
    assert 1_500 < len(altitudes) < len(known)
    assert 0 < min(altitudes) <= max(altitudes) < 5_200
    assert (known["030701"].name, known["030701"].altitude_m) == ("Chuquibambilla", 3360)
    assert (known["030710"].name, known["030710"].altitude_m) == ("Santa Rosa", None)


def test_the_list_of_faults_opens_in_excel_and_runs_no_formula(tmp_path: Path) -> None:
    rows = base_rows()
    rows[2]["sexo"] = "=1+1"
    path = tmp_path / "fallas.csv"
    write_faults(path, read_register(as_csv(tmp_path / "p.csv", rows), TODAY).faults)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as handle:
        header, fault = csv.reader(handle, delimiter=";")
    assert tuple(header) == HEADER
    assert fault[:5] == ["4", "sexo", "'=1+1", "0307-000001", "error"]
