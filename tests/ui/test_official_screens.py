"""Salud 01, Salud 03 and the education list in the window, by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from grid_hands import form_screen, go_to, press, write
from official_world import SCHOOL, everybody, pregnant, student
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from salud02_world import BIMESTER, load, world

from juntos_campo.app.official_forms import open_form
from juntos_campo.app.session import Session
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import FormRecord
from juntos_campo.domain.values import FormState
from juntos_campo.ui.screens.form_grid import FormGridScreen
from juntos_campo.ui.widgets.grid import GridView

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with world(tmp_path, 1) as opened:
        load(opened.store, SCHOOL, *everybody(pregnant(10), pregnant(11), student(30), student(31)))
        yield opened


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, session: Session) -> Iterator[FormGridScreen]:
    with form_screen(qtbot, qapp, session, 1130, 640) as made:
        yield made


def show(screen: FormGridScreen, form_id: str, place_id: str) -> GridView:
    screen.open({"form_id": form_id, "place_id": place_id, "bimester": str(BIMESTER)})
    assert screen.grid is not None
    screen.focus_first()
    return screen.grid


def close(screen: FormGridScreen, session: Session) -> FormRecord:
    assert screen.opened is not None
    screen.complete_button.setFocus()
    press(screen, Qt.Key.Key_Space)
    record = session.store.get(FormRecord, screen.opened.record_id)
    assert record is not None, screen.problems.findChildren(QWidget)
    assert record.state is FormState.COMPLETE
    return record


def test_another_form_is_shown_from_its_first_columns(
    screen: FormGridScreen, session: Session
) -> None:
    screen.resize(760, 500)
    grid = show(screen, "salud03", "f1")
    go_to(screen, "w011/m2_cumple")
    assert grid.horizontalScrollBar().value() > 0
    show(screen, "salud01", "f1")
    assert grid.currentIndex().row() == 0
    assert grid.horizontalScrollBar().value() == 0
    show(screen, "salud03", "f1")
    assert grid.currentIndex().row() == 0


def test_a_form_closed_before_its_second_month_says_that_it_is_to_be_closed_again(
    screen: FormGridScreen, session: Session
) -> None:
    show(screen, "salud03", "f1")
    for _ in range(2):
        press(screen, Qt.Key.Key_F8)
        write(screen, "si")
        press(screen, Qt.Key.Key_Return)
    told: list[str] = []
    screen.context.notify.notice.connect(lambda _what, detail: told.append(detail))
    close(screen, session)
    assert "Diciembre" in told[-1]
    assert "falta" not in screen.counter.text()
    session.clock = FixedClock(datetime(2026, 12, 20, 9, tzinfo=LIMA))
    screen.refresh(None)
    assert "falta completarlo" in screen.counter.text()


def test_pregnant_women_are_filled_in_from_missing_cell_to_missing_cell(
    screen: FormGridScreen, session: Session
) -> None:
    grid = show(screen, "salud03", "f1")
    for _ in range(2):
        press(screen, Qt.Key.Key_F8)
        assert "cumplió" in screen.sentence.text()
        write(screen, "si")
        press(screen, Qt.Key.Key_Return)
    press(screen, Qt.Key.Key_F8)
    go_to(screen, "w010/m1_apn")
    write(screen, "14/11")
    press(screen, Qt.Key.Key_Tab)
    write(screen, "4")
    press(screen, Qt.Key.Key_Return)
    assert grid.isVisible()
    record = close(screen, session)
    assert record.cells["w010/m1_apn"] == "2026-11-14"


def test_students_are_filled_in_and_the_director_is_asked(
    screen: FormGridScreen, session: Session
) -> None:
    show(screen, "educacion", "i1")
    for row in ("s030", "s031"):
        go_to(screen, f"{row}/m1_cumple")
        write(screen, "si")
        press(screen, Qt.Key.Key_Return)
    press(screen, Qt.Key.Key_F8)
    assert screen.focusWidget() is screen.inputs["director"]
    write(screen, "Prof. Ttito")
    press(screen, Qt.Key.Key_Return)
    assert close(screen, session).school_id == "i1"


def test_a_representative_is_added_removed_and_put_back_by_keys(
    screen: FormGridScreen, session: Session, qtbot: QtBot
) -> None:
    grid = show(screen, "salud01", "f1")
    assert screen.add_button.isVisible()
    press(screen, Qt.Key.Key_Plus, CONTROL)
    assert grid.model().rowCount() == 6
    assert grid.currentIndex().row() == 5
    write(screen, "Luis Ttito")
    press(screen, Qt.Key.Key_Tab)
    write(screen, "red")
    press(screen, Qt.Key.Key_Return)
    assert open_form(session, "salud01", "f1", BIMESTER).form.answer("r6/nombre") == "Luis Ttito"
    go_to(screen, "r6/nombre")
    press(screen, Qt.Key.Key_Minus, CONTROL)
    assert grid.model().rowCount() == 5
    press(screen, Qt.Key.Key_Z, CONTROL)
    qtbot.waitUntil(lambda: grid.model().rowCount() == 6)
    assert open_form(session, "salud01", "f1", BIMESTER).form.answer("r6/nivel") == "red"


def test_the_list_of_the_register_takes_no_row_and_says_what_to_do(screen: FormGridScreen) -> None:
    grid = show(screen, "salud03", "f1")
    assert not screen.add_button.isVisible()
    press(screen, Qt.Key.Key_Plus, CONTROL)
    assert grid.model().rowCount() == 2
    assert screen.problems.isVisible()


def test_from_one_form_to_another_head_and_sheet_are_those_of_the_other(
    screen: FormGridScreen,
) -> None:
    show(screen, "salud03", "f1")
    show(screen, "educacion", "i1")
    assert "jefe" not in screen.inputs
    assert "director" in screen.inputs
    assert screen.cells is not None
    titles = [one.title for one in screen.cells.columns]
    assert "Asistencia %" in titles
    assert "SIAGIE" not in screen.source_note.text()
    assert "asistencia" in screen.source_note.text()


def test_a_place_without_anybody_says_what_to_do(screen: FormGridScreen, session: Session) -> None:
    screen.open({"form_id": "salud03", "place_id": "f2", "bimester": str(BIMESTER)})
    assert screen.empty is not None
    assert screen.empty.isVisible()
    assert screen.grid is not None
    assert not screen.grid.isVisible()
