"""A workbook kept and sent as Markdown tables is the same form; versions have an order."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from openpyxl import Workbook
from pyxform.xls2json_backends import md_table_to_workbook

from juntos_campo import paths
from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine.form_files import (
    files_named,
    form_definition_id,
    forms_in,
    read_form_file,
    same_form,
)
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.markdown import settings_of, table_lines, workbook_as_markdown
from juntos_campo.form_engine.sheet import read_sheet
from juntos_campo.form_engine.versions import version_order

SHIPPED = [one.file for one in forms_in(paths.forms())]


def as_bytes(workbook: Workbook) -> bytes:
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_form_that_went_through_excel_compiles_to_the_same_xform(name: str) -> None:
    text = (paths.forms() / name).read_text(encoding="utf-8")
    book = as_bytes(md_table_to_workbook(table_lines(text)))
    back = workbook_as_markdown(book, name)
    assert read_sheet(back).xform == read_sheet(book, ".xlsx").xform
    assert read_sheet(back).xform == read_sheet(text).xform


def workbook(*labels: str, version: object = "1") -> bytes:
    made = Workbook()
    survey = made.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", None, "label", "constraint"])
    for number, label in enumerate(labels):
        survey.append(["text", f"p{number}", None, label, r"regex(., '^(a|b\|c)$')"])
        survey.append([])
    made.create_sheet("settings").append(["form_title", "form_id", "version"])
    made["settings"].append(["Prueba", "prueba", version])
    made.create_sheet("notas").append(["esto no es del formulario"])
    return as_bytes(made)


def test_cells_of_excel_with_bars_line_breaks_and_numbers_survive_as_tables() -> None:
    labels = (
        "Uno | dos",
        "Primera línea\nsegunda línea",
        "  con blancos  ",
        "# no es comentario",
        "---",
        "\\",
    )
    text = workbook_as_markdown(workbook(*labels, version=2026.5))
    form = load_text(text)
    shown = [question.label.plain() for question in form.questions]
    assert shown == [
        "Uno | dos",
        "Primera línea segunda línea",
        "con blancos",
        "# no es comentario",
        "---",
        "\\",
    ]
    assert form.version == "2026.5"
    assert all(
        question.constraint is not None and r"'^(a|b\|c)$'" in question.constraint.source
        for question in form.questions
    )


def test_a_fault_in_a_workbook_the_office_sent_is_told_with_the_row_excel_shows() -> None:
    made = Workbook()
    survey = made.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label"])
    for row in (["text", "a", "Uno"], [], [], ["texto", "b", "Dos"]):
        survey.append(row)
    made.create_sheet("settings").append(["form_title", "form_id", "version"])
    made["settings"].append(["Prueba", "prueba", "1"])
    with pytest.raises(UserError) as caught:
        load_text(workbook_as_markdown(as_bytes(made)))
    assert "fila 5" in str(caught.value)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no", b"hola", workbook("a")[:-200]])
def test_a_damaged_workbook_is_told_and_not_taken(data: bytes, tmp_path: Path) -> None:
    file = tmp_path / "malo.xlsx"
    file.write_bytes(data)
    with pytest.raises(UserError) as caught:
        read_form_file(file)
    assert caught.value.problem.code in ("FRM-001", "FRM-011")
    assert "malo.xlsx" in str(caught.value) or caught.value.problem.code == "FRM-011"


def test_a_formula_that_failed_is_told_and_not_kept_as_text(tmp_path: Path) -> None:
    made = Workbook()
    survey = made.active
    assert survey is not None
    survey.title = "survey"
    for row in (["type", "name", "label"], ["text", "a", '=VLOOKUP("a",Z1:Z2,1)']):
        survey.append(row)
    file = tmp_path / "malo.xlsx"
    file.write_bytes(as_bytes(made))
    with pytest.raises(UserError) as caught:
        read_form_file(file)
    assert "celda C2" in str(caught.value)


def test_settings_are_read_without_compiling_the_form() -> None:
    text = (
        "# Título\n\n| una | tabla | de la prosa |\n\n| survey |\n| | type | name | label |\n"
        "| | text | a | A |\n\n| settings |\n| | form_title | form_id | version | jc:group |\n"
        "| | Con \\| barra | f | 3 | |\n"
    )
    assert settings_of(text) == {"form_title": "Con | barra", "form_id": "f", "version": "3"}
    assert settings_of("nada") == settings_of("| settings |\n| | form_id |") == {}


def test_a_form_takes_along_the_files_it_names_and_no_others(tmp_path: Path) -> None:
    text = (
        "| survey |\n| | type | name | label | calculation |\n"
        "| | select_one_from_file lugares.csv | a | A | |\n"
        "| | calculate | b | | pulldata('precios', 'n', 'k', ${a}) |\n"
        "| | select_one_from_file miembros.csv | c | C | |\n"
        "| settings |\n| | form_title | form_id | version |\n| | T | f | 1 |\n"
    )
    for name in ("lugares.csv", "precios.csv", "otro.csv"):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbfname,label\r\nx,Equis\r\n")
    file = tmp_path / "f.md"
    file.write_text(text, encoding="utf-8")
    assert files_named(text) == ("lugares.csv", "precios.csv", "miembros.csv")
    form = read_form_file(file)
    assert form.tables == dict.fromkeys(("lugares.csv", "precios.csv"), "name,label\nx,Equis\n")
    assert (form.form_id, form.version, form.file) == ("f", "1", "f.md")
    assert form.id == form_definition_id("f", "1") != form_definition_id("f", "2")


def test_prose_around_a_form_does_not_make_it_another_one(tmp_path: Path) -> None:
    file = paths.forms() / "salud02.md"
    other = tmp_path / "salud02.md"
    other.write_bytes(
        "Otra introducción.\r\n\r\n".encode()
        + table_lines(file.read_text(encoding="utf-8")).replace("\n", "\r\n").encode()
    )
    assert same_form(read_form_file(file), read_form_file(other))
    other.write_text(other.read_text(encoding="utf-8").replace("Cabecera", "Cabeza"), "utf-8")
    assert not same_form(read_form_file(file), read_form_file(other))


def test_versions_are_compared_as_numbers_where_they_are_numbers() -> None:
    written = ["2026.11.2", "2026.9", "2027", "piloto", "2026.11", "2026.11.10", "9" * 5000, "beta"]
    ordered = sorted(written, key=version_order)
    assert [one[:10] for one in ordered] == [
        "9999999999", "beta", "piloto", "2026.9", "2026.11", "2026.11.2", "2026.11.10", "2027",
    ]  # fmt: skip
    assert version_order("2026.9").comparable("2027")
    assert not version_order("2026.9").comparable("piloto")
