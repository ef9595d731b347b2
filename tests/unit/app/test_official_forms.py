"""Official forms: who is on the list, what is known, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from salud02_world import BIMESTER, FACILITY, NOW, child, household, load, seen_children, world

from juntos_campo.app.form_problems import FACILITY_NOT_HERE, READ_ONLY_CELL, UNKNOWN_FORM
from juntos_campo.app.official_editing import edit_cells
from juntos_campo.app.official_forms import FormDue, definition_of, forms_due, open_form
from juntos_campo.app.open_form import Origin
from juntos_campo.app.session import Session
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import FormRecord
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import DocumentKind
from juntos_campo.form_engine.problems import UNREADABLE_FILE


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with seen_children(tmp_path) as opened:
        yield opened


def test_every_child_under_six_of_the_facility_is_listed_and_nobody_else(
    session: Session,
) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    assert sorted(opened.form.rows("ninos")) == ["m000", "m001", "m002", "m003"]


def test_a_child_who_turns_six_within_the_bimester_is_still_listed(session: Session) -> None:
    load(session.store, household(50), child(50, birth=date(2020, 11, 2)))
    load(session.store, household(51), child(51, birth=date(2020, 11, 1)))
    rows = open_form(session, "salud02", "f1", BIMESTER).form.rows("ninos")
    assert "m050" in rows
    assert "m051" not in rows


def test_a_child_who_moved_away_before_the_bimester_is_not_listed(session: Session) -> None:
    gone = replace(child(60), left_on=date(2026, 10, 31))
    within = replace(child(61), left_on=date(2026, 11, 3))
    load(session.store, household(60), gone, household(61), within)
    rows = open_form(session, "salud02", "f1", BIMESTER).form.rows("ninos")
    assert "m060" not in rows
    assert "m061" in rows


def test_what_is_known_is_there_before_anybody_types(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    assert opened.form.answer("m000/m1_cred") == "2026-11-05"
    assert opened.form.answer("m000/m1_peso") == 4.1
    assert opened.origin("m000/m1_cred") is Origin.KNOWN
    assert opened.origin("m000/nombre") is Origin.REGISTER
    assert opened.origin("m000/m1_hb") is Origin.EMPTY
    assert opened.form.shown("eess") == FACILITY.name
    assert opened.form.shown("jefe") == FACILITY.head


def test_a_child_without_dni_shows_what_document_there_is(session: Session) -> None:
    newborn = replace(child(70), document_kind=DocumentKind.CNV, document_number="1234567890")
    load(session.store, household(70), newborn)
    opened = open_form(session, "salud02", "f1", BIMESTER)
    assert opened.form.shown("m070/documento") == "CNV 1234567890"


def test_what_contradicts_the_health_system_is_said_at_the_cell(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    assert opened.warning("m000/m1_cred") == ""
    edit_cells(session, opened, {"m000/m1_cred": "6/11"})
    assert "05/11/2026" in opened.warning("m000/m1_cred")
    assert opened.progress().with_warnings == 1
    edit_cells(session, opened, {"m000/m1_cred": "5/11"})
    assert opened.warning("m000/m1_cred") == ""


def test_every_typed_cell_is_there_after_the_power_went(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    edit_cells(session, opened, {"m001/m1_cred": "14/11"})
    edit_cells(session, opened, {"m001/m1_peso": "mucho", "responsable": "Otra Persona"})
    edit_cells(session, opened, {"m000/m1_peso": ""})
    store = session.store.again()
    try:
        other = Session(store, session.user, session.clock, session.book, session.place)
        again = open_form(other, "salud02", "f1", BIMESTER)
    finally:
        store.close()
    assert again.record_id == opened.record_id
    assert again.form.answer("m001/m1_cred") == "2026-11-14"
    assert again.form.shown("m001/m1_peso") == "mucho"
    assert again.form.shown("responsable") == "Otra Persona"
    assert again.form.answer("m000/m1_peso") is None
    assert again.form.answers() == opened.form.answers()


def test_taking_back_a_typed_cell_shows_what_is_known_again(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    edit_cells(session, opened, {"m000/m1_cred": "6/11"})
    edit_cells(session, opened, {"m000/m1_cred": None})
    assert opened.form.answer("m000/m1_cred") == "2026-11-05"
    assert opened.origin("m000/m1_cred") is Origin.KNOWN
    again = open_form(session, "salud02", "f1", BIMESTER)
    assert again.typed == {}


def test_register_data_cannot_be_changed_in_the_form(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    with pytest.raises(UserError) as caught:
        edit_cells(session, opened, {"m000/nombre": "Otro"})
    assert caught.value.problem is READ_ONLY_CELL


def _children_forms(session: Session) -> list[FormDue]:
    return [due for due in forms_due(session, BIMESTER) if due.form_id == "salud02"]


def test_the_list_of_forms_counts_what_is_missing(session: Session) -> None:
    first = {due.place.id: due for due in _children_forms(session)}
    assert first["f1"].people == 4
    assert first["f1"].progress is None
    assert first["f2"].people == 1
    opened = open_form(session, "salud02", "f1", BIMESTER)
    edit_cells(session, opened, {"m001/m1_cumple": "si", "m002/m1_cumple": "si"})
    edit_cells(session, opened, {"m002/m1_peso": "99"})
    due = next(one for one in _children_forms(session) if one.place.id == "f1")
    assert due.progress is not None
    assert due.progress.text == "1 de 4 completos · 1 con error"
    assert due.missing == 3


def test_the_progress_counted_step_by_step_is_the_progress_counted_at_once(
    session: Session,
) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    for address, text in (
        ("m000/m1_cumple", "si"),
        ("m000/m1_cred", "6/11"),
        ("m001/m1_cumple", "no"),
        ("m001/m1_motivo", "B"),
        ("m002/m1_peso", "99"),
    ):
        edit_cells(session, opened, {address: text})
        assert opened.progress() == open_form(session, "salud02", "f1", BIMESTER).progress()


def test_a_facility_that_is_not_here_is_told(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        open_form(session, "salud02", "nada", BIMESTER)
    assert caught.value.problem is FACILITY_NOT_HERE


def test_after_the_bimester_its_second_month_is_asked_too(tmp_path: Path) -> None:
    with world(tmp_path / "later", 2, datetime(2027, 1, 5, 9, 0, tzinfo=LIMA)) as session:
        opened = open_form(session, "salud02", "f1", BIMESTER)
        edit_cells(session, opened, {"m000/m1_cumple": "si", "m001/m1_cumple": "si"})
        assert opened.progress().complete == 0
        edit_cells(session, opened, {"m000/m2_cumple": "si", "m000/m2_cred": "30/12"})
        assert opened.progress().complete == 1
        assert opened.form.answer("m000/m2_cred") == "2026-12-30"
        assert session.clock.now() > NOW


@pytest.mark.parametrize("form_id", ["../../secreto", "no_existe", "", "a/b"])
def test_a_form_that_is_not_installed_is_told_and_never_looked_for_elsewhere(
    session: Session, form_id: str
) -> None:
    with pytest.raises(UserError) as caught:
        open_form(session, form_id, "f1", BIMESTER)
    assert caught.value.problem is UNKNOWN_FORM
    record = FormRecord(
        id="r1", field_worker="rccori", form_id=form_id, form_version="1", facility_id="f1",
        bimester=str(BIMESTER),
    )  # fmt: skip
    with pytest.raises(UserError) as caught:
        definition_of(session, record)
    assert caught.value.problem is UNREADABLE_FILE
    assert "secreto" not in str(caught.value)
