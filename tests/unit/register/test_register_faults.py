"""Every kind of fault of a register file: its message, its row, its column, and nothing imported."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from register_samples import TODAY, Rows, as_csv, as_xlsx, base_rows

from juntos_campo.register import problems
from juntos_campo.register.layout import REGISTER_COLUMNS
from juntos_campo.register.reader import RegisterFile, read_register

FIRST = "0307-000001"
SECOND = "0307-000002"
COLUMN_NAMES = [column.name for column in REGISTER_COLUMNS]


@dataclass(frozen=True)
class Case:
    """A cell (Excel row, column) set to a value, and what must be said about it."""

    code: str
    row: int
    column: str
    value: str
    says: str
    left_out: str = FIRST


CELLS = (
    Case("REG-020", 4, "nombres", "", "Falta un dato obligatorio en «nombres»"),
    Case("REG-020", 7, "sexo", "", "Falta un dato obligatorio en «sexo»", SECOND),
    Case("REG-021", 4, "sexo", "NIÑO", "«NIÑO» no es un valor de «sexo»"),
    Case("REG-021", 3, "parentesco", "TIO", "no es un valor de «parentesco»"),
    Case("REG-022", 4, "fecha_nacimiento", "31/02/2026", "no es una fecha que exista"),
    Case("REG-022", 4, "fecha_nacimiento", "03/25/2026", "no es una fecha que exista"),
    Case("REG-022", 4, "fecha_nacimiento", "mayo", "no es una fecha que exista"),
    Case("REG-023", 4, "fecha_nacimiento", "20/05/26", "dos cifras"),
    Case("REG-024", 4, "peso_nacer", "tres kilos", "no es un número"),
    Case("REG-025", 4, "peso_nacer", "31200", "fuera de lo posible"),
    Case("REG-025", 4, "semanas_nacer", "52", "de 20 a 44 semanas"),
    Case("REG-026", 4, "grado", "#N/A", "error de Excel"),
    Case("REG-026", 3, "apellido_materno", "#¡VALOR!", "error de Excel"),
    Case("REG-027", 3, "numero_documento", "9,6E+07", "se perdieron cifras"),
    Case("REG-028", 3, "apellido_materno", "Ã‘ahui", "mal convertidas"),
    Case("REG-029", 5, "nombre_ie", "x" * 300, "300 letras"),
    Case("REG-030", 3, "numero_documento", "12AB", "no es un DNI"),
    Case("REG-031", 3, "numero_documento", "96000002-9", "dígito verificador"),
    Case("REG-033", 7, "numero_documento", "98000003", "SIN DOCUMENTO", SECOND),
    Case("REG-034", 3, "numero_documento", "", "no hay número"),
    Case("REG-038", 4, "codigo_eess", "PS-12", "no es un código de establecimiento"),
    Case("REG-039", 5, "codigo_ie", "054101-A", "no es un código modular"),
    Case("REG-041", 4, "codigo_eess", "", "pero no su código"),
    Case("REG-042", 5, "codigo_ie", "", "pero no su código"),
    Case("REG-050", 4, "fecha_nacimiento", "22/11/2026", "todavía no llega"),
    Case("REG-051", 6, "fecha_nacimiento", "01/01/1901", "más de 115 años", SECOND),
    Case("REG-052", 3, "gestante", "SI", "su sexo es M"),
    Case("REG-053", 2, "fecha_nacimiento", "03/02/1950", "gestante con 76 años"),
    Case("REG-054", 2, "fur", "22/11/2026", "todavía no llega"),
    Case("REG-055", 2, "fur", "01/01/2026", "más de 44 semanas"),
    Case("REG-056", 2, "fur", "", "no hay fecha de última regla"),
    Case("REG-057", 2, "gestante", "NO", "no dice SI en «gestante»"),
    Case("REG-058", 2, "fpp_ecografia", "01/01/2026", "no es de un embarazo en curso"),
    Case("REG-059", 2, "fecha_captacion", "01/08/2026", "anterior a la última regla"),
    Case("REG-063", 2, "fin_gestacion", "10/11/2026", "también que está gestando"),
    Case("REG-052", 3, "fin_gestacion", "10/11/2026", "su sexo es M"),
    Case("REG-061", 6, "tipo_documento", "CUI", "El titular no tiene DNI", SECOND),
    Case("REG-070", 6, "parentesco", "OTRO", "no tiene titular", SECOND),
    Case("REG-071", 3, "parentesco", "TITULAR", "ya tiene titular en la fila 2"),
    Case("REG-072", 6, "fecha_nacimiento", "01/01/2010", "El titular tiene 16 años", SECOND),
    Case("REG-073", 3, "telefono", "900099999", "dice «900099999» aquí y «900012345» en la fila 2"),
    Case("REG-073", 3, "gestor", "otra", "en la fila 2"),
    Case("REG-080", 4, "nombre_eess", "P.S. Otro", "se llama «P.S. Otro» aquí"),
)

HOUSEHOLD_CELLS = (
    Case("REG-035", 6, "ubigeo", "03AB", "no es un UBIGEO", SECOND),
    Case("REG-036", 6, "ubigeo", "039999", "Ningún distrito", SECOND),
    Case("REG-037", 6, "telefono", "12345", "no es un teléfono", SECOND),
    Case("REG-040", 6, "marcas", "VRAEM;SIERRA", "«SIERRA» no es una marca", SECOND),
    Case("REG-025", 6, "altitud", "9000", "de 0 a 5500 metros", SECOND),
    Case("REG-060", 6, "fecha_afiliacion", "01/01/2030", "todavía no llega", SECOND),
    Case("REG-021", 6, "estado_hogar", "RETIRADO", "no es un valor de «estado_hogar»", SECOND),
    Case("REG-021", 6, "cse", "MEDIO", "POBRE EXTREMO, POBRE, NO POBRE", SECOND),
)
"""Changed on every row of the household."""


def _check(file: RegisterFile, case: Case) -> None:
    found = [
        fault
        for fault in file.errors
        if (fault.code, fault.row, fault.column) == (case.code, case.row, case.column)
    ]
    assert found, [(fault.code, fault.row, fault.column, fault.reason) for fault in file.faults]
    fault = found[0]
    assert case.says in f"{fault.reason} {fault.remedy}"
    assert fault.household == case.left_out
    assert fault.remedy
    assert case.left_out in file.left_out
    assert case.left_out not in {household.code for household in file.households}


@pytest.mark.parametrize(
    "case", CELLS, ids=lambda case: f"{case.code}-{case.column}-{case.value[:12]}"
)
def test_a_faulty_cell_is_named_and_its_household_left_out(tmp_path: Path, case: Case) -> None:
    rows = base_rows()
    rows[case.row - 2][case.column] = case.value
    _check(read_register(as_csv(tmp_path / "p.csv", rows), TODAY), case)


@pytest.mark.parametrize(
    "case", HOUSEHOLD_CELLS, ids=lambda case: f"{case.code}-{case.column}-{case.value[:12]}"
)
def test_a_faulty_household_cell_is_named_on_its_row(tmp_path: Path, case: Case) -> None:
    rows = base_rows()
    for row in rows:
        if row["codigo_hogar"] == case.left_out:
            row[case.column] = case.value
    file = read_register(as_csv(tmp_path / "p.csv", rows), TODAY)
    _check(file, case)
    assert len(file.errors) == 1, "one mistake of the office is told once, not once a person"


def _same_document_in_household(rows: Rows) -> None:
    rows[2]["numero_documento"] = rows[3]["numero_documento"]


def _same_document_in_two_households(rows: Rows) -> None:
    rows[5] |= {"tipo_documento": "DNI", "numero_documento": rows[2]["numero_documento"]}


def _same_child_twice(rows: Rows) -> None:
    rows.append(dict(rows[5]))


def _one_altitude_differs(rows: Rows) -> None:
    for row in rows[4:]:
        row |= {"centro_poblado": "HUANCARPUQUIO", "altitud": "3900"}


def _cnv_too_short(rows: Rows) -> None:
    rows[5] |= {"tipo_documento": "CNV", "numero_documento": "12"}


def _girl_of_eight_pregnant(rows: Rows) -> None:
    rows[3] |= {"gestante": "SI", "fur": "01/09/2026", "fecha_nacimiento": "09/09/2018"}


def _nameless_facility(rows: Rows) -> None:
    rows[5] |= {"codigo_eess": "00990799", "nombre_eess": ""}


def _nameless_school(rows: Rows) -> None:
    rows[3] |= {"nombre_ie": ""}


@pytest.mark.parametrize(
    ("spoil", "code", "row", "column", "left_out"),
    [
        (_same_document_in_household, "REG-074", 5, "numero_documento", {FIRST}),
        (_same_document_in_two_households, "REG-075", 7, "numero_documento", {FIRST, SECOND}),
        (_same_document_in_two_households, "REG-075", 4, "numero_documento", {FIRST, SECOND}),
        (_same_child_twice, "REG-076", 8, "nombres", {SECOND}),
        (_one_altitude_differs, "REG-081", 6, "altitud", {SECOND}),
        (_cnv_too_short, "REG-032", 7, "numero_documento", {SECOND}),
        (_girl_of_eight_pregnant, "REG-053", 5, "fecha_nacimiento", {FIRST}),
        (_nameless_facility, "REG-043", 7, "codigo_eess", {SECOND}),
        (_nameless_school, "REG-044", 5, "codigo_ie", {FIRST}),
    ],
)
def test_rows_that_contradict_each_other_are_named(
    tmp_path: Path,
    spoil: Callable[[Rows], None],
    code: str,
    row: int,
    column: str,
    left_out: set[str],
) -> None:
    rows = base_rows()
    spoil(rows)
    file = read_register(as_csv(tmp_path / "p.csv", rows), TODAY)
    assert (code, row, column) in {(one.code, one.row, one.column) for one in file.errors}
    assert set(file.left_out) == left_out


def _csv(tmp_path: Path) -> Path:
    return as_csv(tmp_path / "p.csv", base_rows())


def _without_columns(tmp_path: Path) -> Path:
    names = [name for name in COLUMN_NAMES if name not in ("sexo", "ubigeo")]
    return as_csv(tmp_path / "p.csv", base_rows(), names=names)


def _bytes(name: str, content: bytes) -> Callable[[Path], Path]:
    def write(tmp_path: Path) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def _cut_xlsx(tmp_path: Path) -> Path:
    path = as_xlsx(tmp_path / "p.xlsx", base_rows())
    path.write_bytes(path.read_bytes()[:-900])
    return path


def _open_quote(tmp_path: Path) -> Path:
    path = _csv(tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace("Barrio Alto", '"Barrio Alto', 1), "utf-8")
    return path


def _twin_column(tmp_path: Path) -> Path:
    path = _csv(tmp_path)
    path.write_text(path.read_text("utf-8-sig").replace("referencia", "DIRECCIÓN", 1), "utf-8")
    return path


def _unquoted_separator(tmp_path: Path) -> Path:
    path = _csv(tmp_path)
    text = path.read_text("utf-8-sig").replace(
        '"Barrio Alto s/n; casa 2"', "Barrio Alto; casa; 2", 1
    )
    path.write_text(text, "utf-8")
    return path


WHOLE_FILES: tuple[tuple[str, Callable[[Path], Path], str, int], ...] = (
    ("missing", lambda folder: folder / "no-existe.csv", "REG-001", 0),
    ("empty", _bytes("p.csv", b""), "REG-002", 0),
    ("only separators", _bytes("p.csv", b";;;;\r\n;;;;\r\n"), "REG-002", 0),
    ("pdf", _bytes("p.csv", b"%PDF-1.7 ..."), "REG-003", 0),
    ("binary", _bytes("p.csv", b"\x01\x00\x02\x00codigo_hogar"), "REG-003", 0),
    ("old excel", _bytes("p.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600), "REG-004", 0),
    ("cut xlsx", _cut_xlsx, "REG-005", 0),
    (
        "unreadable letters",
        _bytes("p.csv", b"codigo_hogar;gestor\r\n\x81\x8d\xff;x\r\n"),
        "REG-006",
        0,
    ),
    ("open quote", _open_quote, "REG-007", 2),
    ("shopping list", _bytes("p.csv", b"arroz;azucar\r\n2;3\r\n"), "REG-008", 0),
    ("columns missing", _without_columns, "REG-009", 1),
    ("twin column", _twin_column, "REG-010", 1),
    ("header only", lambda folder: as_csv(folder / "p.csv", []), "REG-012", 0),
)


@pytest.mark.parametrize(
    ("make", "code", "row"),
    [case[1:] for case in WHOLE_FILES],
    ids=[case[0] for case in WHOLE_FILES],
)
def test_a_file_that_cannot_be_read_is_one_clear_fault_and_no_record(
    tmp_path: Path, make: Callable[[Path], Path], code: str, row: int
) -> None:
    file = read_register(make(tmp_path), TODAY)
    assert [(fault.code, fault.row) for fault in file.faults] == [(code, row)]
    assert not list(file.entities())
    assert file.faults[0].reason
    assert file.faults[0].remedy


def test_every_missing_column_is_named_at_once(tmp_path: Path) -> None:
    file = read_register(_without_columns(tmp_path), TODAY)
    assert "ubigeo, sexo" in file.faults[0].reason


def test_a_separator_inside_a_text_does_not_shift_the_columns_silently(tmp_path: Path) -> None:
    file = read_register(_unquoted_separator(tmp_path), TODAY)
    assert ("REG-014", 2) in {(fault.code, fault.row) for fault in file.errors}
    assert FIRST in file.left_out


def test_a_file_too_big_for_a_cheap_laptop_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("juntos_campo.register.table.MAX_BYTES", 500)
    assert [one.code for one in read_register(_csv(tmp_path), TODAY).faults] == ["REG-016"]


def test_thirty_kinds_of_faults_in_one_file_give_thirty_messages_and_import_nothing(
    tmp_path: Path,
) -> None:
    rows: Rows = []
    for index, case in enumerate((*CELLS, *HOUSEHOLD_CELLS)):
        # a household of its own for every fault, with its own document numbers
        for row in base_rows():
            if row["codigo_hogar"] != case.left_out:
                continue
            copy = dict(
                row, codigo_hogar=f"0307-{index + 100:06d}", centro_poblado=f"Lugar {index}"
            )
            if copy["numero_documento"]:
                copy["numero_documento"] = str(60_000_000 + len(rows))
            if row is not None and _is_target(row, case):
                copy[case.column] = case.value
            rows.append(copy)
    file = read_register(as_csv(tmp_path / "p.csv", rows), TODAY)
    messages = {fault.code: fault.reason for fault in file.errors}
    assert len(messages) >= 30
    assert len(set(messages.values())) == len(messages)
    assert not list(file.entities())


def _is_target(row: dict[str, str], case: Case) -> bool:
    if case in HOUSEHOLD_CELLS:
        return True
    return row == base_rows()[case.row - 2]


def test_every_problem_has_its_own_code_and_words() -> None:
    catalogue = [value for value in vars(problems).values() if isinstance(value, problems.Problem)]
    assert len({one.code for one in catalogue}) == len(catalogue) >= 50
    assert len({one.what for one in catalogue}) == len(catalogue)
    known = {one.code for one in catalogue}
    assert known >= problems.WARNINGS
