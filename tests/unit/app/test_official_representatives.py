"""Formato Salud 01: rows that are added and removed, and what the other forms take from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from salud02_world import BIMESTER, FACILITY, load, world

from juntos_campo.app.form_labels import form_labels
from juntos_campo.app.form_print import sheet_of
from juntos_campo.app.form_problems import FORM_INCOMPLETE, ROW_STAYS
from juntos_campo.app.official_editing import (
    add_row,
    complete_form,
    edit_cells,
    remove_row,
    restore_row,
)
from juntos_campo.app.official_forms import forms_due, open_form
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FormRecord, Review
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Decision


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with world(tmp_path, 2) as opened:
        yield opened


def open_01(session: Session) -> OpenForm:
    return open_form(session, "salud01", "f1", BIMESTER)


def fill(session: Session, opened: OpenForm) -> None:
    """Names for every row; only the head of the facility keeps the name the register has."""
    names = {f"{row}/nombre": f"Persona {row}" for row in opened.rows if row != "jefe"}
    edit_cells(session, opened, names)


def test_it_begins_with_a_row_for_each_role_and_the_head_the_register_names(
    session: Session,
) -> None:
    opened = open_01(session)
    assert opened.rows == ("jefe", "cred", "gestantes", "microrred", "red")
    assert opened.form.answer("jefe/nombre") == FACILITY.head
    assert opened.form.answer("red/nivel") == "red"
    assert opened.form.finding("red/nombre") is not None


def test_rows_added_and_removed_are_there_after_the_power_went(session: Session) -> None:
    opened = open_01(session)
    edit_cells(session, opened, {"cred/nombre": "Ana Soto"})
    key = add_row(session, opened)
    edit_cells(session, opened, {f"{key}/nombre": "Luis Ttito", f"{key}/nivel": "red"})
    held = remove_row(session, opened, "cred")
    empty = add_row(session, opened)
    store = session.store.again()
    try:
        other = Session(store, session.user, session.clock, session.rules, session.place)
        again = open_01(other)
    finally:
        store.close()
    assert again.rows == ("jefe", "gestantes", "microrred", "red", key, empty)
    assert again.form.answer(f"{key}/nombre") == "Luis Ttito"
    assert again.form.answers() == opened.form.answers()
    restore_row(session, opened, "cred", 1, held)
    assert open_01(session).rows[1] == "cred"
    assert open_01(session).form.answer("cred/nombre") == "Ana Soto"


def test_lists_from_the_register_take_no_rows(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    for act in (lambda: add_row(session, opened), lambda: remove_row(session, opened, "m000")):
        with pytest.raises(UserError) as caught:
            act()
        assert caught.value.problem is ROW_STAYS
    assert len(opened.rows) == 2


def test_a_row_without_a_name_is_filled_or_removed_before_closing(session: Session) -> None:
    opened = open_01(session)
    with pytest.raises(UserError) as caught:
        complete_form(session, opened)
    assert caught.value.problem is FORM_INCOMPLETE
    for row in ("cred", "gestantes", "microrred", "red"):
        remove_row(session, opened, row)
    complete_form(session, opened)
    record = session.store.get(FormRecord, opened.record_id)
    assert record is not None
    assert not any(address.startswith("#") for address in record.cells)
    assert open_01(session).rows == ("jefe",)


@pytest.mark.parametrize(
    ("cell", "text"), [("dni", "1234567"), ("telefono", "no tiene"), ("desde", "22/11/2026")]
)
def test_what_cannot_be_is_told_at_its_cell(session: Session, cell: str, text: str) -> None:
    opened = open_01(session)
    edit_cells(session, opened, {f"jefe/{cell}": text})
    finding = opened.form.finding(f"jefe/{cell}")
    assert finding is not None
    assert finding.is_error


def test_the_head_it_names_signs_the_other_forms_and_the_next_one_begins_with_it(
    session: Session,
) -> None:
    opened = open_01(session)
    fill(session, opened)
    key = add_row(session, opened)
    edit_cells(
        session,
        opened,
        {
            "jefe/nombre": "Lic. Ana Soto Ccori",
            "jefe/dni": "41234567",
            f"{key}/nombre": "Luis Ttito",
            f"{key}/nivel": "red",
            f"{key}/funcion": "otro",
        },
    )
    assert opened.warning("jefe/nombre") == "", "a new head contradicts nobody"
    complete_form(session, opened)
    assert open_form(session, "salud02", "f1", BIMESTER).form.shown("jefe") == "Lic. Ana Soto Ccori"
    later = open_form(session, "salud01", "f1", BIMESTER.next())
    assert later.rows == opened.rows
    assert later.form.answer("jefe/dni") == "41234567"
    assert later.form.answer(f"{key}/nombre") == "Luis Ttito"
    assert (
        open_form(session, "salud02", "f1", BIMESTER.previous()).form.shown("jefe") == FACILITY.head
    )


def test_a_coordinator_reads_each_representative_by_name(session: Session) -> None:
    opened = open_01(session)
    fill(session, opened)
    complete_form(session, opened)
    record = session.store.get(FormRecord, opened.record_id)
    assert record is not None
    labels = form_labels(session, record)
    assert labels.label("cred/dni") == "Persona cred: DNI"
    assert labels.section("jefe/dni").order < labels.section("cred/dni").order


def test_a_returned_form_keeps_its_rows_while_it_is_corrected(session: Session) -> None:
    opened = open_01(session)
    fill(session, opened)
    remove_row(session, opened, "red")
    complete_form(session, opened)
    load(
        session.store,
        Review(
            id="v1", field_worker="rccori", target_kind="form_record", target_id=opened.record_id,
            target_version=0, decision=Decision.RETURNED, reviewer="n.quispe",
            reviewed_at=session.clock.now(), comments={"cred/dni": "Falta"},
        ),
    )  # fmt: skip
    again = open_01(session)
    edit_cells(session, again, {"cred/dni": "41234567"})
    assert open_01(session).rows == ("jefe", "cred", "gestantes", "microrred")


def test_paper_leaves_room_to_sign_and_says_how_many(session: Session) -> None:
    opened = open_01(session)
    sheet = sheet_of(session, opened)
    assert sheet.rows_a_page < 12
    assert sheet.totals == "5 representantes"
    specimen = next(at for at, one in enumerate(sheet.columns) if "Firma" in one.label)
    assert sheet.columns[specimen].width_mm > 40
    assert all(row[specimen] == "" for row in sheet.rows)
    due = next(one for one in forms_due(session, BIMESTER) if one.form_id == "salud01")
    assert due.people == 5
