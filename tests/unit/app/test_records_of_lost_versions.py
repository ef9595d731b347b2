"""A record whose version of the form is nowhere on the laptop (a new laptop, a renewed program)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from record_world import ACTIVITY, form, record_laptop
from visit_world import GESTOR, NOW, load

from juntos_campo.app.field_records import close_record, correct_record, form_of_record
from juntos_campo.app.form_library import form_of_record as form_of_version
from juntos_campo.app.read_field_record import open_reading
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FieldRecord
from juntos_campo.domain.errors import UserError

RECORD = FieldRecord(
    id="r1",
    field_worker=GESTOR.name,
    form_id="p_actividad",
    form_version="2025.1",
    on=NOW.date(),
    answers={
        "fecha": "2026-11-20",
        "tema": "El DNI",
        "lugar": "Ccatun Pampa",
        "#asistentes": "k1",
        "k1/nombre": "Ana Quispe",
    },
    closed_at=NOW,
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = record_laptop(tmp_path / "laptop")
    load(made, RECORD)
    assert form_of_version(made, RECORD.form_id, RECORD.form_version) is None
    yield made
    made.close()


def test_it_is_read_in_the_form_in_force_which_says_so_and_what_it_cannot_show(
    session: Session,
) -> None:
    reading = open_reading(session, "r1")
    assert reading.form.definition.version == "2026.11.1"
    assert reading.form.answer("tema") == "El DNI"
    assert reading.form.answer("k1/nombre") == "Ana Quispe"
    assert reading.news == (
        "Esta computadora no tiene la versión 2025.1 del formulario, con que se hizo el registro: "
        "se muestra con la 2026.11.1.",
        "En la versión 2025.1, «lugar» decía «Ccatun Pampa».",
    )
    assert session.store.get(FieldRecord, "r1") == RECORD, "looking changes nothing"


def test_it_is_corrected_with_the_form_in_force_and_the_version_before_stays_readable(
    session: Session,
) -> None:
    opened = correct_record(session, "r1")
    assert "2025.1" in opened.news[0]
    opened.write({"tema": "El DNI y la matrícula"})
    record, _ = close_record(session, opened)
    assert record.form_version == "2026.11.1"
    ((before, *_),) = session.store.history(FieldRecord, "r1")
    assert before == RECORD
    assert open_reading(session, "r1").news == ()


def test_it_is_not_printed_or_exported_as_if_the_form_were_its_own(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        form_of_record(session, RECORD)
    assert caught.value.problem.code == "RCD-009"


def test_without_any_version_of_the_form_the_reader_is_told(session: Session) -> None:
    load(session, replace(RECORD, id="r2", form_id="perdido"))
    with pytest.raises(UserError) as caught:
        open_reading(session, "r2")
    assert caught.value.problem.code == "RCD-009"


def test_when_the_office_sends_its_version_it_is_read_in_that(session: Session) -> None:
    more = "| | text | tema | Tema | yes | |\n| | text | lugar | Lugar | | |"
    survey = ACTIVITY.replace("| | text | tema | Tema | yes | |", more)
    assert survey != ACTIVITY
    load(session, form("p_actividad", survey, version="2025.1"))
    reading = open_reading(session, "r1")
    assert reading.news == ()
    assert reading.form.answer("lugar") == "Ccatun Pampa"
