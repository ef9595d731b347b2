"""Registros by keyboard: begun, typed, closed, printed, corrected, compared, deleted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from record_world import record_laptop

from juntos_campo.app import record_list
from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.field_records import close_record, open_record
from juntos_campo.app.open_record import DRAFT_KIND
from juntos_campo.app.session import Session
from juntos_campo.app.user import User
from juntos_campo.domain.entities import ChangeRequest, FieldRecord
from juntos_campo.domain.values import Role
from juntos_campo.store.drafts import open_drafts
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.record_output import record_output
from juntos_campo.ui.screens import records
from juntos_campo.ui.screens.record_panels import DeletePanel, DiscardPanel

Key = Qt.Key


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = record_laptop(tmp_path / "laptop")
    refresh_attention(made)
    yield made
    made.close()


def press(qtbot: QtBot, key: Qt.Key, modifier: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """A key, to whatever has the keyboard."""
    target = QApplication.focusWidget()
    assert target is not None, "nothing has the keyboard"
    qtbot.keyClick(target, key, modifier)
    QApplication.processEvents()


def control(qtbot: QtBot, key: Qt.Key) -> None:
    press(qtbot, key, Qt.KeyboardModifier.ControlModifier)


def type_(qtbot: QtBot, text: str) -> None:
    target = QApplication.focusWidget()
    assert target is not None
    qtbot.keyClicks(target, text)
    QApplication.processEvents()


def go(window: MainWindow, key: str, **params: str) -> Any:
    window.context.navigation.open(key, **params)
    for _ in range(3):
        QApplication.processEvents()
    return window.screen_in_front


def make(session: Session, form_id: str, subject: str = "", **answers: str) -> FieldRecord:
    opened = open_record(session, form_id, subject)
    opened.write(answers)
    return close_record(session, opened)[0]


def panel_of(window: MainWindow, kind: type[QWidget]) -> Any:
    shown = [one for one in window.findChildren(kind) if one.isVisible()]
    assert len(shown) == 1
    return shown[0]


# -- the list and the menu -------------------------------------------------------------------------


def test_an_empty_list_says_how_to_begin_and_enter_begins(qtbot: QtBot, window: MainWindow) -> None:
    screen = go(window, "records")
    assert screen.empty.isVisible()
    press(qtbot, Key.Key_Return)
    assert window.context.navigation.place.key == "record_new"


def test_a_new_record_of_a_household_is_begun_by_keyboard_alone(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    go(window, "household", household_id="h1")
    control(qtbot, Key.Key_N)
    menu = window.screen_in_front
    titles = [one.offer.title for one in menu.menu.buttons]
    assert "Captación de prueba" in titles
    assert "Actividad de prueba" not in titles  # it is about nobody
    while QApplication.focusWidget().accessibleName() != "Captación de prueba":
        press(qtbot, Key.Key_Tab)
    press(qtbot, Key.Key_Return)
    screen = window.screen_in_front
    assert "0307-004417" in screen.remark.text()
    assert screen.opened.form.answer("codigo") == "0307-004417"
    assert open_drafts(session.store, DRAFT_KIND) == []


def test_whom_a_record_is_about_is_found_by_typing(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    menu = go(window, "record_new")
    offer = next(one for one in menu.menu.buttons if one.offer.form_id == "p_captacion")
    offer.setFocus()
    press(qtbot, Key.Key_Return)
    assert menu.picker.empty.isVisible()
    type_(qtbot, "quispe elena")
    assert [one.detail for one in menu.picker.model.rows()] == ["0307-004417"]
    press(qtbot, Key.Key_Return)
    assert window.screen_in_front.opened.subject.household.id == "h1"


def test_a_person_of_the_household_is_asked_for_and_not_guessed(
    qtbot: QtBot, window: MainWindow
) -> None:
    menu = go(window, "record_new", household_id="h1", member_id="flor")
    offer = next(one for one in menu.menu.buttons if one.offer.form_id == "p_persona")
    offer.setFocus()
    press(qtbot, Key.Key_Return)
    assert len(menu.picker.model.rows()) == 4
    assert menu.picker.table.current().id == "flor"
    press(qtbot, Key.Key_Return)
    assert window.screen_in_front.opened.subject.member.id == "flor"


def test_a_form_about_a_place_lists_the_places_at_once(qtbot: QtBot, window: MainWindow) -> None:
    menu = go(window, "record_new")
    offer = next(one for one in menu.menu.buttons if one.offer.form_id == "p_desabastecimiento")
    offer.setFocus()
    press(qtbot, Key.Key_Return)
    assert [one.name for one in menu.picker.model.rows()] == ["P.S. Curanco"]
    type_(qtbot, "zzz")
    assert menu.picker.empty.isVisible()
    press(qtbot, Key.Key_Escape)  # empties the box
    press(qtbot, Key.Key_Return)
    assert window.screen_in_front.opened.form.answer("eess") == "P.S. Curanco"


# -- filling in ------------------------------------------------------------------------------------


def test_a_capture_is_typed_closed_seen_and_corrected_by_keyboard(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    screen = go(window, "record", form_id="p_captacion", subject_id="h1", draft_id="d1")
    assert screen.view.go_to("tipo")
    press(qtbot, Key.Key_Space)
    assert screen.view.go_to("semanas")
    type_(qtbot, "9")
    control(qtbot, Key.Key_G)
    assert window.context.navigation.place.key == "record_reader"
    reader = window.screen_in_front
    (record,) = session.store.find(FieldRecord)
    assert (record.id, record.answers["semanas"]) == ("d1", 9)
    assert session.store.find(ChangeRequest, household_id="h1")
    assert "Por enviar" in reader.state.text()
    reader.correct_button.setFocus()
    control(qtbot, Key.Key_R)
    screen = window.screen_in_front
    assert screen.opened.corrects == record
    assert screen.view.go_to("semanas")
    control(qtbot, Key.Key_A)
    type_(qtbot, "10")
    control(qtbot, Key.Key_G)
    reader = window.screen_in_front
    assert reader.reading.differences["semanas"] == "9"
    assert "cambio" in reader.compared.text()
    listed = go(window, "records")
    assert [one.record_id for one in listed.model.rows()] == ["d1"]


def test_what_keeps_a_record_open_has_the_keyboard(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    screen = go(window, "record", form_id="p_captacion", subject_id="h1", draft_id="d1")
    screen.view.go_to("semanas")
    type_(qtbot, "60")
    control(qtbot, Key.Key_G)
    assert screen.problems.isVisible()
    assert session.store.find(FieldRecord) == []
    assert window.screen_in_front is screen
    focus = QApplication.focusWidget()
    box = screen.view.stage.boxes["tipo"]  # the first of the two
    assert box.holds(focus)


def test_leaving_keeps_the_draft_and_says_where(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    screen = go(window, "record", form_id="p_actividad", draft_id="d1")
    screen.view.go_to("tema")
    type_(qtbot, "Lavado de manos")
    listed = go(window, "records")
    assert "Registros" in window.status.said.text()
    (draft,) = open_drafts(session.store, DRAFT_KIND)
    assert draft.answers["tema"] == "Lavado de manos"
    assert window.side.buttons["records"].count == 1
    listed.table.setFocus()
    press(qtbot, Key.Key_Return)
    assert window.screen_in_front.opened.id == "d1"
    assert window.screen_in_front.opened.form.answer("tema") == "Lavado de manos"


def test_going_back_to_a_closed_record_does_not_begin_another(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    screen = go(window, "record", form_id="p_actividad", draft_id="d1")
    screen.view.go_to("tema")
    type_(qtbot, "Hierro")
    screen.close_now()
    window.context.navigation.back()
    QApplication.processEvents()
    assert window.screen_in_front is screen
    assert screen.opened is None
    assert screen.gone.isVisible()
    screen.gone.button.click()
    assert window.screen_in_front.reading.record.id == "d1"


def test_discarding_asks_first_and_the_safe_answer_has_the_keyboard(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    screen = go(window, "record", form_id="p_actividad", draft_id="d1")
    screen.opened.write({"tema": "Hierro"})
    screen.ask_discard()
    press(qtbot, Key.Key_Return)  # what has the keyboard keeps everything
    assert len(open_drafts(session.store, DRAFT_KIND)) == 1
    screen.ask_discard()
    panel_of(window, DiscardPanel).yes_button.setFocus()
    press(qtbot, Key.Key_Return)
    assert open_drafts(session.store, DRAFT_KIND) == []
    assert window.context.navigation.place.key == "records"
    window.context.navigation.back()
    QApplication.processEvents()
    assert screen.gone.isVisible()


def test_a_form_nobody_typed_into_is_left_without_a_question(
    window: MainWindow, session: Session
) -> None:
    screen = go(window, "record", form_id="p_actividad", draft_id="d1")
    screen.ask_discard()
    assert not window.findChildren(DiscardPanel)
    assert window.context.navigation.place.key == "records"


def test_a_household_that_is_not_here_is_told_on_the_screen(window: MainWindow) -> None:
    screen = go(window, "record", form_id="p_captacion", subject_id="gone", draft_id="d1")
    assert screen.problems.isVisible()
    assert screen.gone.isVisible()
    assert not screen.close_button.isEnabled()


# -- reading ---------------------------------------------------------------------------------------


def test_a_record_is_deleted_only_after_saying_why(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    record = make(session, "p_actividad", tema="Hierro")
    reader = go(window, "record_reader", record_id=record.id)
    reader.ask_delete()
    panel = panel_of(window, DeletePanel)
    assert not panel.yes_button.isEnabled()
    assert QApplication.focusWidget() is panel.reasons
    press(qtbot, Key.Key_Down)
    assert panel.yes_button.isEnabled()
    panel.yes_button.setFocus()
    press(qtbot, Key.Key_Return)
    assert session.store.get(FieldRecord, record.id) is None
    assert window.context.navigation.place.key == "records"


def test_a_closed_record_is_printed_where_the_person_wants_it(
    window: MainWindow, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make(session, "p_actividad", tema="Hierro")
    monkeypatch.setattr(pdf_output, "ask", lambda _parent, name: str(tmp_path / name))
    monkeypatch.setattr(pdf_output, "show", lambda _path: None)
    reader = go(window, "record_reader", record_id=record.id)
    reader.print_out()
    printed = tmp_path / "p_actividad-2026-11-21.pdf"
    assert "Hierro" in PdfReader(printed).pages[0].extract_text()
    assert reader.problems.isVisible()


def test_the_records_of_one_form_are_exported_and_the_file_is_warned_about(
    qtbot: QtBot,
    window: MainWindow,
    session: Session,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make(session, "p_actividad", tema="Hierro")
    make(session, "p_captacion", "h1", tipo="pregnant")
    asked: list[str] = []

    def ask(_parent: object, name: str) -> str:
        asked.append(name)
        return str(tmp_path / "salida.csv")

    monkeypatch.setattr(record_output, "ask", ask)
    screen = go(window, "records")
    screen.export()
    assert not asked  # no form is chosen: the screen says what to do
    assert screen.problems.isVisible()
    screen.forms.setCurrentIndex(screen.forms.findData("p_actividad"))
    screen.forms.activated.emit(screen.forms.currentIndex())
    screen.export()
    file = tmp_path / "salida.csv"
    qtbot.waitUntil(file.exists)
    assert asked == ["p_actividad.xlsx"]
    qtbot.waitUntil(lambda: "cuidado" in screen.problems.detail.text())
    assert "1 registro exportado a «salida.csv»" in screen.problems.what.text()
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 2
    assert "Hierro" in lines[1]


def test_the_households_file_lists_its_records_and_opens_them(
    qtbot: QtBot, window: MainWindow, session: Session
) -> None:
    record = make(session, "p_captacion", "h1", tipo="pregnant")
    screen = go(window, "household", household_id="h1", tab="records")
    assert [one.record_id for one in screen.records.model.rows()] == [record.id]
    screen.records.table.setFocus()
    press(qtbot, Key.Key_Return)
    assert window.screen_in_front.reading.record == record


def test_the_list_is_narrowed_by_form_month_and_state(window: MainWindow, session: Session) -> None:
    make(session, "p_actividad", tema="Hierro", fecha="2026-10-05")
    make(session, "p_captacion", "h1", tipo="pregnant")
    screen = go(window, "records")
    screen.forms.setCurrentIndex(screen.forms.findData("p_actividad"))
    screen.forms.activated.emit(screen.forms.currentIndex())
    assert [one.form_id for one in screen.model.rows()] == ["p_actividad"]
    screen.months.setCurrentIndex(screen.months.findData("2026-11"))
    screen.months.activated.emit(screen.months.currentIndex())
    assert screen.empty.isVisible()
    assert not screen.empty.button.isVisible()


def test_a_list_that_holds_only_the_latest_says_so(
    window: MainWindow, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for topic in ("Hierro", "Agua", "Matrícula"):
        make(session, "p_actividad", tema=topic)
    for module in (record_list, records):
        monkeypatch.setattr(module, "MOST_RECORDS", 2)
    screen = go(window, "records")
    assert len(screen.model.rows()) == 2
    assert "más recientes" in screen.figure.text()


def test_a_coordinator_reads_records_and_makes_none(open_window: Any, session: Session) -> None:
    record = make(session, "p_captacion", "h1", tipo="pregnant")
    secret = make(session, "p_ocurrencia", hechos="Le pidieron dinero")
    session.user = User("mzea", "Marta Zea", Role.ZONE_COORDINATOR)
    window = open_window(session)
    screen = go(window, "records")
    assert not screen.new_button.isVisible()
    assert {one.form for one in screen.model.rows()} == {
        "Captación de prueba",
        "Registro confidencial",
    }
    screen.table.select(next(one for one in screen.model.rows() if not one.may_open))
    assert not screen.act_button.isEnabled()
    reader = go(window, "record_reader", record_id=record.id)
    assert reader.view is not None
    assert not reader.correct_button.isVisible()
    assert not reader.delete_button.isVisible()
    reader = go(window, "record_reader", record_id=secret.id)
    assert reader.view is None
    assert "confidencial" in reader.gone.title.text()
