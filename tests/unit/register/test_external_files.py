"""Files of other systems: read as a stream, every fault told, nothing of a faulty row used."""

from __future__ import annotations

import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from external_samples import SERVICE, TODAY, as_file, as_text, as_workbook, example_row
from register_samples import as_csv, base_rows

import juntos_campo.register
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.values import DocumentKind, SchoolLevel, Sex
from juntos_campo.register.describe import markdown
from juntos_campo.register.external import reading
from juntos_campo.register.external.layouts import layout, layouts
from juntos_campo.register.external.reading import ExternalFile, open_external
from juntos_campo.register.external.records import (
    HealthService,
    Identity,
    LifeState,
    ListedChild,
    Payment,
    Record,
    SchoolRecord,
    changes,
    consolidate,
    content_of,
    key_of,
)
from juntos_campo.register.external.tolerances import tolerances
from juntos_campo.register.layout import SCHOOLING_COLUMNS


def read(path: Path, layout_id: str = "", **options: object) -> tuple[ExternalFile, list[Record]]:
    file = open_external(path, TODAY, layout_id, **options)  # type: ignore[arg-type]
    return file, list(file.records())


def codes(file: ExternalFile) -> list[str]:
    return [fault.code for fault in file.reading().faults]


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_service_is_read_whatever_the_separator_and_the_encoding(
    tmp_path: Path, separator: str, encoding: str
) -> None:
    row = {**SERVICE, "nombres": "Yeison\nLuis; el menor, de Ñahui"}
    file, records = read(as_file(tmp_path, [row], separator, encoding))
    assert file.reading().faults == ()
    (service,) = records
    assert isinstance(service, HealthService)
    assert (service.service, service.on, service.value) == ("HB", date(2026, 11, 20), 10.8)
    assert service.person.documents == ((DocumentKind.DNI, "98000003"),)
    assert service.person.maternal == "Ñahui"
    assert service.person.given == "Yeison Luis; el menor, de Ñahui"


def test_a_workbook_with_a_cover_sheet_is_read_and_the_choice_of_sheet_is_told(
    tmp_path: Path,
) -> None:
    file, records = read(as_workbook(tmp_path, [SERVICE, {**SERVICE, "fecha": "31/02/2026"}]))
    assert [one.row for one in records] == [3]
    assert codes(file) == ["REG-013", "REG-022"]
    assert file.faults[1].row == 4


def test_a_wrong_letter_in_the_last_row_of_a_long_file_changes_the_encoding_of_all(
    tmp_path: Path,
) -> None:
    path = tmp_path / "largo.csv"
    plain = {**SERVICE, "apellido_materno": "Rojas"}
    rows = [plain] * 1_500
    path.write_bytes(as_text(rows).encode("ascii") + as_text([SERVICE]).encode("cp1252"))
    file = open_external(path, TODAY)
    assert file.total == 1_502
    assert list(file.records())[-1].person.maternal == "Ñahui"


@pytest.mark.parametrize("layout_id", sorted(layouts()))
def test_the_examples_of_every_layout_make_a_row_without_fault_that_is_recognised(
    tmp_path: Path, layout_id: str
) -> None:
    row = example_row(layout_id)
    for empty in ("motivo", "fecha_fallecimiento"):  # they go with the other state
        row.pop(empty, None)
    file, records = read(as_file(tmp_path, [row]))
    assert file.layout is not None
    assert file.layout.id == layout_id
    assert file.reading().faults == ()
    assert len(records) == 1


@pytest.mark.parametrize("layout_id", sorted(layouts()))
def test_every_title_and_spelling_that_a_layout_accepts_is_understood(
    tmp_path: Path, layout_id: str
) -> None:
    plain = {
        name: cell
        for name, cell in example_row(layout_id).items()
        if name not in ("motivo", "fecha_fallecimiento")
    }
    for column in layout(layout_id).columns:
        for title in column.titles:
            row = {title if name == column.name else name: cell for name, cell in plain.items()}
            file, _ = read(as_file(tmp_path, [row]), layout_id)
            assert "REG-011" not in codes(file), title
        for spelling in column.spellings() if column.type == "lista" else ():
            file, records = read(as_file(tmp_path, [{**plain, column.name: spelling}]), layout_id)
            assert "REG-021" not in codes(file), spelling
            assert records or file.rows_left_out, spelling


def test_what_each_system_says_arrives_as_it_was_said(tmp_path: Path) -> None:
    _, (year,) = read(as_file(tmp_path, [example_row("siagie")]))
    assert isinstance(year, SchoolRecord)
    assert (year.year, year.level, year.grade) == (2026, SchoolLevel.PRIMARY, 4)
    assert year.attendance[0] == ("2026-03", 95.0)
    assert len(year.attendance) == 10
    assert (year.passed, year.top_third) == (True, False)
    dead = {**example_row("reniec"), "estado": "Fallecida"}
    _, (identity,) = read(as_file(tmp_path, [dead]))
    assert isinstance(identity, Identity)
    assert (identity.state, identity.died_on) == (LifeState.DEAD, date(2026, 8, 2))
    _, (child,) = read(as_file(tmp_path, [example_row("padron_nominal")]))
    assert isinstance(child, ListedChild)
    assert [kind for kind, _ in child.person.documents] == ["DNI", "CUI", "CNV"]
    assert child.person.sex is Sex.MALE
    unpaid = {**example_row("pagos"), "estado": "No pagado", "mes": "09/2026"}
    _, (payment,) = read(as_file(tmp_path, [unpaid]))
    assert isinstance(payment, Payment)
    assert (payment.paid, payment.month) == (False, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("wrong", "column", "code"),
    [
        ({"fecha": "22/11/2026"}, "fecha", "EXT-031"),
        ({"fecha": "19/05/2026"}, "fecha", "EXT-032"),
        ({"fecha": ""}, "fecha", "REG-020"),
        ({"resultado": "108"}, "resultado", "REG-025"),
        ({"numero_documento": "980000"}, "numero_documento", "REG-030"),
        ({"numero_documento": "98000003-0"}, "numero_documento", "REG-031"),
        ({"tipo_documento": ""}, "tipo_documento", "REG-020"),
        ({"tipo_documento": "SIN DOC", "numero_documento": "", "nombres": ""}, "", "EXT-030"),
    ],
)
def test_a_faulty_row_is_told_with_its_place_and_alone_left_out(
    tmp_path: Path, wrong: dict[str, str], column: str, code: str
) -> None:
    path = as_file(tmp_path, [SERVICE, {**SERVICE, **wrong}, {**SERVICE, "fecha": "01/11/2026"}])
    file, records = read(path)
    assert [one.row for one in records] == [2, 4]
    assert (file.rows, file.rows_left_out) == (3, 1)
    fault = next(one for one in file.faults if one.code == code)
    assert (fault.row, fault.column) == (3, column)
    assert fault.reason
    assert fault.remedy
    refused, none = read(path, strict=True)
    assert none == []
    assert "EXT-005" in codes(refused)


def test_a_clean_file_is_used_although_a_clean_one_was_asked_for(tmp_path: Path) -> None:
    file, records = read(as_file(tmp_path, [SERVICE]), strict=True)
    assert len(records) == 1
    assert file.reading().faults == ()


def test_a_code_nobody_follows_is_told_once_with_its_rows_and_refuses_nothing(
    tmp_path: Path,
) -> None:
    foreign = {**SERVICE, "servicio": "D0120"}
    file, records = read(as_file(tmp_path, [foreign, SERVICE, foreign]), strict=True)
    assert [one.row for one in records] == [3]
    (fault,) = file.faults
    assert (fault.code, fault.row, fault.details["rows"]) == ("EXT-021", 2, "2")


def test_the_obstetric_profile_counts_for_its_four_exams_and_a_prefix_for_its_family(
    tmp_path: Path,
) -> None:
    rows = [{**SERVICE, "servicio": "80055.01"}, {**SERVICE, "servicio": "z3492"}]
    _, records = read(as_file(tmp_path, rows))
    assert [one.service for one in records if isinstance(one, HealthService)] == [
        "HB",
        "SYPHILIS",
        "HIV",
        "URINE",
        "APN",
    ]


def test_zeros_that_excel_dropped_come_back_only_where_nothing_else_is_possible(
    tmp_path: Path,
) -> None:
    file, (one,) = read(as_file(tmp_path, [{**SERVICE, "numero_documento": "8000003"}]))
    assert one.person.documents == ((DocumentKind.DNI, "08000003"),)
    assert codes(file) == ["REG-015"]
    file, records = read(as_file(tmp_path, [{**SERVICE, "numero_documento": "800003"}]))
    assert records == []
    assert codes(file) == ["REG-030"]


def test_more_faults_than_are_listed_are_counted(tmp_path: Path) -> None:
    rows = [{**SERVICE, "fecha": "mañana"}] * 7
    file, _ = read(as_file(tmp_path, rows), limit=3)
    assert codes(file) == ["REG-022"] * 3 + ["EXT-007"]
    assert file.reading().faults[-1].details == {"rows": "4"}
    assert (file.by_code["REG-022"], file.rows_left_out) == (7, 7)


def test_a_file_of_another_layout_says_which_it_looks_like(tmp_path: Path) -> None:
    file, records = read(as_file(tmp_path, [example_row("siagie")]), "his")
    assert records == []
    (fault,) = file.faults
    assert fault.code == "EXT-004"
    assert "Matrícula y asistencia del SIAGIE" in fault.reason
    register = as_csv(tmp_path / "padron.csv", base_rows())
    (fault,) = read(register, "his")[0].faults
    assert "Padrón" in fault.reason


def test_a_file_of_no_layout_says_what_the_nearest_one_lacks(tmp_path: Path) -> None:
    row = {name: cell for name, cell in SERVICE.items() if name != "fecha"}
    (fault,) = read(as_file(tmp_path, [row]))[0].faults
    assert fault.code == "EXT-003"
    assert "Atenciones del HIS" in fault.reason
    assert "fecha" in fault.reason
    (fault,) = read(as_file(tmp_path, [row]), "his")[0].faults
    assert fault.code == "REG-009"


def test_two_columns_of_one_meaning_are_refused(tmp_path: Path) -> None:
    (fault,) = read(as_file(tmp_path, [{**SERVICE, "HB": "11"}]))[0].faults
    assert (fault.code, fault.column) == ("REG-010", "resultado")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "REG-002"),
        (b"%PDF-1.7", "REG-003"),
        (b"\xd0\xcf\x11\xe0rest", "REG-004"),
        (b"PK\x03\x04rest", "REG-005"),
        (b'a;b\n"c;d\n', "REG-007"),
        ("tipo_documento;\u00f1\n".encode("cp1252") + b"\x81", "REG-006"),
    ],
)
def test_a_file_that_cannot_be_read_says_so_and_gives_nothing(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "malo.csv"
    path.write_bytes(content)
    file, records = read(path)
    assert (records, codes(file), file.is_readable) == ([], [code], False)


def test_a_file_that_breaks_off_while_it_is_read_is_not_taken_for_whole(tmp_path: Path) -> None:
    path = as_file(tmp_path, [SERVICE] * 5_000)
    file = open_external(path, TODAY)
    records = file.records()
    next(records)
    path.write_bytes(path.read_bytes()[:100_000] + b'";"')
    with pytest.raises(UserError) as raised:
        list(file.records())
    assert raised.value.problem.code == "EXT-006"


def test_what_is_in_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_LOOKED_AT", 20)
    peaks = []
    for rows in (100, 200, 1_000):
        file = open_external(as_file(tmp_path, [SERVICE] * rows), TODAY)
        tracemalloc.start()
        for _ in file.records():
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[2] < peaks[1] * 2, "the first round fills caches, file buffers vary"


@pytest.mark.parametrize(
    ("layout_id", "wrong", "code"),
    [
        ("pagos", {"mes": "2026-13"}, "EXT-020"),
        ("pagos", {"mes": "setiembre"}, "EXT-020"),
        ("pagos", {"mes": "2026-12"}, "EXT-031"),
        ("pagos", {"motivo": "Inasistencia"}, "EXT-035"),
        ("pagos", {"transferencia": "TAS", "numero_documento": ""}, "EXT-036"),
        ("pagos", {"codigo_hogar": ""}, "REG-020"),
        ("cuna_mas", {"fecha_salida": "02/08/2026"}, "EXT-034"),
        ("cuna_mas", {"servicio": "GUARDERIA"}, "REG-021"),
        ("reniec", {"fecha_fallecimiento": "02/08/2026"}, "EXT-033"),
        ("siagie", {"asistencia_03": "0.95"}, "REG-112"),
        ("siagie", {"grado": "noveno"}, "REG-103"),
        ("padron_nominal", {"cnv": "123"}, "REG-032"),
        ("padron_nominal", {"dni": "", "cui": "", "cnv": "", "nombres": ""}, "EXT-030"),
    ],
)
def test_what_cannot_be_in_a_row_of_each_system_is_told_and_not_used(
    tmp_path: Path, layout_id: str, wrong: dict[str, str], code: str
) -> None:
    plain = {
        name: cell
        for name, cell in example_row(layout_id).items()
        if name not in ("motivo", "fecha_fallecimiento")
    }
    for name in ("tipo_documento", "numero_documento"):
        if wrong.get("numero_documento") == "":
            plain.pop(name)
    row = {**plain, **{name: cell for name, cell in wrong.items() if name in plain or cell}}
    file, records = read(as_file(tmp_path, [row]), layout_id)
    assert records == []
    assert code in codes(file)


def test_importing_again_changes_nothing_and_a_corrected_file_replaces(tmp_path: Path) -> None:
    rows = [SERVICE, {**SERVICE, "servicio": "90670", "resultado": ""}]
    _, first = read(as_file(tmp_path, rows))
    stored = changes({}, first).added
    assert len(stored) == 2
    before = _stored(first)
    _, again = read(as_file(tmp_path, reversed(rows)))
    unchanged = changes(before, again, complete=True)
    assert (unchanged.added, unchanged.changed, unchanged.removed) == ((), (), ())
    assert unchanged.same == 2
    _, corrected = read(as_file(tmp_path, [{**SERVICE, "resultado": "11.2"}]))
    partial, whole = changes(before, corrected), changes(before, corrected, complete=True)
    assert (len(partial.changed), partial.removed) == (1, ())
    assert len(whole.removed) == 1


def _stored(records: list[Record]) -> dict[str, str]:
    return {key_of(one): content_of(one) for one in records}


def test_rows_that_contradict_each_other_within_a_file_are_not_used(tmp_path: Path) -> None:
    other = {**SERVICE, "resultado": "12.0"}
    penta = {**SERVICE, "servicio": "90723", "resultado": ""}
    _, records = read(as_file(tmp_path, [SERVICE, penta, other, penta]))
    for order in (records, records[::-1]):
        found = consolidate(order)
        assert [one.row for one in found.kept] == [3]
        assert found.repeated == 1
        ((one, two),) = found.disagreeing
        assert {one.row, two.row} == {2, 4}


def test_the_office_reads_the_layouts_that_the_program_reads() -> None:
    readme = (Path(juntos_campo.register.__file__).parent / "README.md").read_text("utf-8")
    for one in layouts().values():
        assert markdown(one.plain_columns()) in readme, one.id
        assert one.title in readme


def test_no_layout_passes_for_official_without_a_source_and_siagie_takes_the_schooling_file() -> (
    None
):
    for one in layouts().values():
        assert one.source
        assert not one.is_official, "read the source, then change the trust of the layout"
        assert all(code.source and set(code.services) <= SERVICES.keys() for code in one.services)
    assert tolerances().trust == "not_found"
    names = {column.name for column in layout("siagie").columns}
    assert {column.name for column in SCHOOLING_COLUMNS} <= names
    with pytest.raises(UserError, match="his"):
        layout("sis")


@pytest.mark.parametrize(
    ("text", "detail"),
    [
        ("id = ", "Invalid"),
        ('id = "x"', "title"),
        ('[[column]]\nname = "a"\nmeaning = "a"\ntype = "lista"', "lista"),
    ],
)
def test_a_layout_written_wrong_is_named_with_what_is_wrong(
    tmp_path: Path, text: str, detail: str
) -> None:
    (tmp_path / "comunes.toml").write_text("", "utf-8")
    (tmp_path / "nuevo.toml").write_text(text, "utf-8")
    with pytest.raises(UserError) as raised:
        layouts(tmp_path)
    assert raised.value.problem.code == "EXT-001"
    assert "nuevo.toml" in str(raised.value)
    assert detail in str(raised.value)
