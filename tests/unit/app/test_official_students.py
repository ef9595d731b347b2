"""The education list: which students a school is asked about, and what the answers mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from official_world import OTHER_SCHOOL, SCHOOL, everybody, student
from salud02_world import load, world

from juntos_campo.app.coresponsibility import official_answers
from juntos_campo.app.form_print import print_official
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import forms_due, open_form
from juntos_campo.app.open_form import OpenForm, Origin
from juntos_campo.app.session import Session
from juntos_campo.commands.print_ import write_form
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import FormRecord, ServiceEvent
from juntos_campo.norms.verification.model import Responsibility

SEPTEMBER = Bimester(2026, 5)
"""Both of its months have ended on 21 November."""


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with world(tmp_path, 1) as opened:
        load(
            opened.store,
            SCHOOL,
            OTHER_SCHOOL,
            *everybody(
                student(30, attendance={"2026-09": 92.0, "2026-10": 71.5}),
                student(31),
            ),
        )
        yield opened


def open_list(session: Session, bimester: Bimester = SEPTEMBER) -> OpenForm:
    return open_form(session, "educacion", "i1", bimester)


def test_students_of_the_school_are_listed_by_their_school_year_then_by_the_register(
    session: Session,
) -> None:
    unrecorded = student(32)[:2]
    elsewhere = student(33, school_id="i2")
    came = student(34)
    came = (came[0], replace(came[1], school_id="i2"), came[2])
    old = student(35, birth=date(2007, 9, 1))[:2]
    young = student(36, birth=date(2024, 1, 1))[:2]
    left = student(37)
    left = (left[0], replace(left[1], left_on=date(2026, 8, 31)), left[2])
    load(session.store, *everybody(unrecorded, elsewhere, came, old, young, left))
    assert sorted(open_list(session).rows) == ["s030", "s031", "s032", "s034"]
    due = {
        one.place.id: one.people
        for one in forms_due(session, SEPTEMBER)
        if one.form_id == "educacion"
    }
    assert due == {"i1": 4, "i2": 1}


def test_enrolment_and_attendance_the_school_system_knows_are_there(session: Session) -> None:
    opened = open_list(session)
    assert opened.form.shown("s030/grado") == "4.º primaria"
    assert opened.form.answer("s030/matricula") == "2026-03-05"
    assert opened.form.answer("s030/m1_asistencia") == 92.0
    assert opened.origin("s030/m2_asistencia") is Origin.KNOWN
    assert opened.form.answer("s031/m1_asistencia") is None


@pytest.mark.parametrize(("cell", "text"), [("m1_asistencia", "101"), ("matricula", "22/11/2026")])
def test_what_cannot_be_is_told_at_its_cell(session: Session, cell: str, text: str) -> None:
    opened = open_list(session)
    edit_cells(session, opened, {f"s031/{cell}": text})
    finding = opened.form.finding(f"s031/{cell}")
    assert finding is not None
    assert finding.is_error


def test_a_closed_list_says_who_fulfilled_and_makes_no_health_service(session: Session) -> None:
    opened = open_list(session)
    edit_cells(session, opened, {"director": "Prof. Elías Ttito"})
    for row in opened.rows:
        edit_cells(session, opened, {f"{row}/m1_cumple": "si", f"{row}/m2_cumple": "si"})
    edit_cells(session, opened, {"s030/m2_cumple": "no", "s030/m2_motivo": "E"})
    complete_form(session, opened)
    record = session.store.get(FormRecord, opened.record_id)
    assert record is not None
    assert (record.school_id, record.facility_id) == ("i1", "")
    assert session.store.find(ServiceEvent, form_id=record.id) == []
    member = student(30)[1]
    answers = official_answers(session, [member], None, SEPTEMBER)
    assert [(one.month.month, one.fulfilled, one.cause, one.about) for one in answers] == [
        (9, True, "", Responsibility.EDUCATION),
        (10, False, "E", Responsibility.EDUCATION),
    ]
    assert SCHOOL.name in answers[0].source
    assert open_list(session).form.shown("director") == "Prof. Elías Ttito"


def test_the_next_list_begins_with_the_same_director(session: Session) -> None:
    opened = open_list(session)
    edit_cells(session, opened, {"director": "Prof. Elías Ttito"})
    for row in opened.rows:
        edit_cells(session, opened, {f"{row}/m1_cumple": "si", f"{row}/m2_cumple": "si"})
    complete_form(session, opened)
    assert open_list(session, Bimester(2026, 6)).form.shown("director") == "Prof. Elías Ttito"


def test_yes_and_no_against_the_attendance_are_remarked(session: Session) -> None:
    opened = open_list(session)
    edit_cells(session, opened, {"s030/m1_cumple": "no", "s030/m1_motivo": "B"})
    assert "por lo registrado cumplió" in opened.warning("s030/m1_cumple")
    edit_cells(session, opened, {"s030/m2_cumple": "si"})
    assert "no cumplió" in opened.warning("s030/m2_cumple")
    assert "71.5 %" in opened.warning("s030/m2_cumple")
    assert "sin fuente oficial" in opened.warning("s030/m2_cumple")
    edit_cells(session, opened, {"s030/m2_asistencia": "95"})
    assert opened.warning("s030/m2_cumple") == "", "what is typed counts too"
    assert "el SIAGIE registra" in opened.warning("s030/m2_asistencia")
    assert opened.progress().with_errors == 0


def test_in_the_holidays_attendance_is_not_asked(tmp_path: Path) -> None:
    with world(tmp_path / "summer", 0, datetime(2026, 2, 20, 9, 0, tzinfo=LIMA)) as session:
        load(session.store, SCHOOL, *everybody(student(30, enrolled_on=date(2026, 2, 10))))
        opened = open_list(session, Bimester(2026, 1))
        assert opened.rows == ("s030",)
        assert not opened.form.relevant("s030/m1_cumple")
        assert opened.progress().complete == 1


def test_the_list_is_printed_by_the_code_of_its_school(session: Session, tmp_path: Path) -> None:
    out = tmp_path / "lista.pdf"
    write_form(session, "educacion", SCHOOL.code, SEPTEMBER, out)
    assert out.read_bytes() == print_official(session, "educacion", "i1", SEPTEMBER)
