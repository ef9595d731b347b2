"""Exported records: what a person opens in Excel, and what another program reads as XForms."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from lxml import etree
from openpyxl import load_workbook
from record_world import ACTIVITY, CAPTURE, PNG, form
from visit_world import load

from juntos_campo.app.field_records import close_record, open_record
from juntos_campo.app.record_export import export_records
from juntos_campo.app.session import Session
from juntos_campo.app.user import User
from juntos_campo.domain.entities import FieldRecord
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role
from juntos_campo.form_engine.instance_xml import read_instance
from juntos_campo.form_engine.loader import load_text


def activity(session: Session, topic: str, *people: str, photo: bool = False) -> FieldRecord:
    opened = open_record(session, "p_actividad")
    opened.write({"tema": topic})
    for name in people:
        row, _ = opened.add_row("asistentes")
        opened.write({f"{row}/nombre": name})
    if photo:
        opened.write({"foto": opened.keep_file("foto.png", PNG)})
    return close_record(session, opened)[0]


def sheets(data: bytes) -> dict[str, list[list[object]]]:
    book = load_workbook(BytesIO(data))
    return {page.title: [[cell.value for cell in row] for row in page.iter_rows()] for page in book}


def test_excel_holds_a_line_a_record_and_a_line_a_person_who_came(session: Session) -> None:
    first = activity(session, "Hierro", "Sabina", "Rufina")
    second = activity(session, "Agua")
    found = sheets(export_records(session, [first.id, second.id], ".xlsx"))
    main, people = found["p_actividad"], found["asistentes"]
    topic = main[0].index("tema")
    assert {row[topic] for row in main[1:]} == {"Hierro", "Agua"}
    name, of = people[0].index("nombre"), people[0].index("registro")
    assert [(row[of], row[name]) for row in people[1:]] == [
        (first.id, "Sabina"),
        (first.id, "Rufina"),
    ]


def test_csv_holds_the_records_with_the_household_by_its_code(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"tipo": "pregnant", "semanas": "9"})
    record = close_record(session, opened)[0]
    text = export_records(session, [record.id], ".csv").decode("utf-8-sig")
    (line,) = csv.DictReader(StringIO(text), delimiter=";")
    assert line["sobre"] == "0307-004417"
    assert line["tipo"] == "Gestante"
    assert line["semanas"] == "9"
    assert line["fecha"] == "2026-11-21"


def test_every_record_is_an_instance_that_reads_back_the_same(session: Session) -> None:
    record = activity(session, "Hierro", "Sabina", photo=True)
    with zipfile.ZipFile(BytesIO(export_records(session, [record.id], ".zip"))) as archive:
        names = archive.namelist()
        xml = archive.read(f"p_actividad/{record.id}.xml")
        assert archive.read(f"p_actividad/{record.answers['foto']}") == PNG
    assert len(names) == 2
    definition = load_text(
        session.store.rows("SELECT text FROM form_text WHERE form_id = 'p_actividad'")[0][0]
    )
    kept = {path: one for path, one in record.answers.items() if path != "#started"}
    assert read_instance(xml, definition).answers == kept
    assert etree.fromstring(xml).get("version") == "2026.11.1"


def test_versions_with_other_questions_get_tables_of_their_own(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"tipo": "pregnant", "semanas": "9"})
    old = close_record(session, opened)[0]
    newer = CAPTURE.replace("| semanas | Semanas |", "| otra | Otra |")
    load(session, form("p_captacion", newer, version="2026.12.1", subject="household"))
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"tipo": "pregnant", "otra": "3"})
    new = close_record(session, opened)[0]
    found = sheets(export_records(session, [old.id, new.id], ".xlsx"))
    assert list(found) == ["p_captacion", "p_captacion 2026.11.1"]
    assert "otra" in found["p_captacion"][0]
    assert "semanas" in found["p_captacion 2026.11.1"][0]
    text = export_records(session, [old.id, new.id], ".csv").decode("utf-8-sig")
    assert old.id in text, "records of an older version are lost from the CSV"
    assert new.id in text
    assert {"otra", "semanas"} <= set(text.splitlines()[0].split(";"))


def test_somebody_elses_confidential_record_is_not_exported(session: Session) -> None:
    opened = open_record(session, "p_ocurrencia")
    opened.write({"hechos": "Le pidieron dinero"})
    record = close_record(session, opened)[0]
    other = replace(session, user=User("otra", "Otra", Role.ZONE_COORDINATOR))
    for suffix in (".csv", ".zip"):
        assert b"dinero" not in export_records(other, [record.id], suffix)
    assert "dinero" not in str(sheets(export_records(other, [record.id], ".xlsx")))
    assert "dinero" in str(sheets(export_records(session, [record.id], ".xlsx")))
    assert "dinero" in export_records(session, [record.id], ".csv").decode("utf-8-sig")
    assert zipfile.ZipFile(BytesIO(export_records(other, [record.id], ".zip"))).namelist() == []


def test_a_text_that_looks_like_a_formula_stays_a_text(session: Session) -> None:
    record = activity(session, "=1+1")
    text = export_records(session, [record.id], ".csv").decode("utf-8-sig")
    (line,) = csv.DictReader(StringIO(text), delimiter=";")
    assert not line["tema"].startswith("=")
    assert "1+1" in line["tema"]


def test_a_record_of_a_form_that_is_not_here_says_so(session: Session) -> None:
    load(session, replace(activity(session, "Hierro"), id="foreign", form_version="2030.1"))
    with pytest.raises(UserError) as error:
        export_records(session, ["foreign"], ".xlsx")
    assert error.value.problem.code == "RCD-009"


def test_forms_with_long_names_and_equal_rows_do_not_share_a_sheet(session: Session) -> None:
    versions = ("2026.1", "2026.2", "2026.3")
    ids = []
    for version in versions:
        load(session, form("p_actividad_con_un_nombre_muy_largo", ACTIVITY, version=version))
        opened = open_record(session, "p_actividad_con_un_nombre_muy_largo")
        opened.write({"tema": version})
        ids.append(close_record(session, opened)[0].id)
    found = sheets(export_records(session, ids, ".xlsx"))
    assert len(found) == 2 * len(versions)
    assert all(len(title) <= 31 for title in found)
