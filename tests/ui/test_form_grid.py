"""Formato Salud 02 on the screen, driven by keyboard as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from grid_hands import form_screen, go_to, press, write
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot
from salud02_world import BIMESTER, control, load, world

from juntos_campo.app.official_forms import open_form
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FormRecord
from juntos_campo.domain.values import FormState
from juntos_campo.ui.context import make_context
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screens.form_grid import FormGridScreen
from juntos_campo.ui.widgets.grid import GridView

# The offscreen platform has no window manager to pass size hints to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

PARAMS = {"form_id": "salud02", "place_id": "f1", "bimester": str(BIMESTER)}
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with world(tmp_path, 6) as opened:
        load(opened.store, control(0, date(2026, 11, 5), weight_kg=4.1, height_cm=52.5))
        yield opened


@pytest.fixture
def screen(qtbot: QtBot, qapp: QApplication, session: Session) -> Iterator[FormGridScreen]:
    with form_screen(qtbot, qapp, session, 1160, 600) as made:
        made.open(PARAMS)
        qtbot.waitUntil(lambda: grid_of(made).isVisible())
        made.focus_first()
        yield made


def grid_of(screen: FormGridScreen) -> GridView:
    assert screen.grid is not None
    return screen.grid


def at(screen: FormGridScreen) -> tuple[str, int]:
    """Column key and row of the current cell."""
    index = grid_of(screen).currentIndex()
    assert screen.cells is not None
    return screen.cells.address(index.row(), index.column()).partition("/")[2], index.row()


def go(screen: FormGridScreen, column: str, row: int) -> str:
    """Make a cell current; its address."""
    assert screen.cells is not None
    address = f"{screen.cells.address(row, 0).partition('/')[0]}/{column}"
    go_to(screen, address)
    return address


def answer(screen: FormGridScreen, address: str) -> object:
    assert screen.opened is not None
    return screen.opened.form.answer(address)


def test_typing_opens_the_cell_and_enter_goes_to_the_next_child(screen: FormGridScreen) -> None:
    first = go(screen, "m1_cred", 0)
    second = go(screen, "m1_cred", 1)
    go(screen, "m1_cred", 0)
    write(screen, "14/11")
    press(screen, Qt.Key.Key_Return)
    assert at(screen) == ("m1_cred", 1)
    write(screen, "12/11")
    press(screen, Qt.Key.Key_Tab)
    assert at(screen) == ("m1_cred_n", 1)
    assert answer(screen, first) == "2026-11-14"
    assert answer(screen, second) == "2026-11-12"


def test_each_typed_cell_is_on_disk_at_once(screen: FormGridScreen, session: Session) -> None:
    address = go(screen, "m1_hb", 2)
    write(screen, "10,8")
    press(screen, Qt.Key.Key_Return)
    store = session.store.again()
    try:
        other = Session(store, session.user, session.clock, session.book, session.place)
        assert open_form(other, "salud02", "f1", BIMESTER).form.answer(address) == 10.8
    finally:
        store.close()


def test_escape_leaves_the_cell_as_it_was(screen: FormGridScreen) -> None:
    address = go(screen, "m1_hb", 2)
    write(screen, "10")
    press(screen, Qt.Key.Key_Escape)
    assert answer(screen, address) is None
    assert at(screen) == ("m1_hb", 2)


def test_the_sentence_below_tells_what_is_wrong_with_the_current_cell(
    screen: FormGridScreen,
) -> None:
    go(screen, "m1_cred", 1)
    write(screen, "28/11")
    press(screen, Qt.Key.Key_Return)
    press(screen, Qt.Key.Key_Up)
    assert "noviembre" in screen.sentence.text()
    assert screen.where.text().endswith("Noviembre, CRED fecha")
    assert "1 con error" in screen.counter.text()


def test_f8_goes_to_the_error_and_then_to_what_is_missing(screen: FormGridScreen) -> None:
    wrong = go(screen, "m1_peso", 3)
    write(screen, "99")
    press(screen, Qt.Key.Key_Return)
    go(screen, "m1_cred", 0)
    press(screen, Qt.Key.Key_F8)
    assert at(screen) == ("m1_peso", 3)
    grid_of(screen).clear_cells()
    assert answer(screen, wrong) is None
    press(screen, Qt.Key.Key_F8)
    assert at(screen) == ("m1_cumple", 3)


def test_not_fulfilled_opens_its_reason_and_fulfilled_closes_it(screen: FormGridScreen) -> None:
    assert screen.cells is not None
    go(screen, "m1_cumple", 0)
    write(screen, "n")
    press(screen, Qt.Key.Key_Tab)
    assert at(screen) == ("m1_motivo", 0)
    write(screen, "b")
    press(screen, Qt.Key.Key_Return)
    assert answer(screen, go(screen, "m1_motivo", 0)) == "B"
    go(screen, "m1_cumple", 1)
    write(screen, "s")
    press(screen, Qt.Key.Key_Tab)
    assert at(screen)[0] == "observacion", "the closed reason and December are passed over"


def test_a_block_from_excel_is_pasted_where_the_cursor_is(screen: FormGridScreen) -> None:
    QGuiApplication.clipboard().setText("3/11\t6\t7,9\t66\r\n4/11\t7\t8.1\t67\r\n")
    go(screen, "m1_cred", 1)
    press(screen, Qt.Key.Key_V, CONTROL)
    assert answer(screen, go(screen, "m1_cred", 1)) == "2026-11-03"
    assert answer(screen, go(screen, "m1_peso", 1)) == 7.9
    assert answer(screen, go(screen, "m1_talla", 2)) == 67.0
    assert answer(screen, go(screen, "m1_cred", 3)) is None


def test_a_pasted_reason_is_not_lost_because_its_no_came_with_it(screen: FormGridScreen) -> None:
    QGuiApplication.clipboard().setText("no\tB\nsi\tC")
    go(screen, "m1_cumple", 0)
    press(screen, Qt.Key.Key_V, CONTROL)
    assert answer(screen, go(screen, "m1_motivo", 0)) == "B"
    assert screen.opened is not None
    assert screen.opened.form.given(go(screen, "m1_motivo", 1)) is None
    assert "1 dato" in screen.problems.what.text(), "the reason of a yes went without a word"
    press(screen, Qt.Key.Key_Z, CONTROL)
    assert screen.opened.typed == {}


def test_a_block_that_is_larger_than_the_sheet_or_covers_names_spoils_nothing(
    screen: FormGridScreen,
) -> None:
    assert screen.opened is not None
    names = [screen.opened.form.shown(f"{row}/nombre") for row in screen.opened.form.rows("ninos")]
    QGuiApplication.clipboard().setText("\n".join(["x\t" * 40] * 12))
    grid_of(screen).go_to(0, 0)
    press(screen, Qt.Key.Key_V, CONTROL)
    after = [screen.opened.form.shown(f"{row}/nombre") for row in screen.opened.form.rows("ninos")]
    assert after == names


def test_who_pastes_more_rows_than_there_are_is_told_that_some_did_not_fit(
    screen: FormGridScreen,
) -> None:
    QGuiApplication.clipboard().setText("\r\n".join(["3/11"] * 6) + "\r\n\r\n\r\n")
    go(screen, "m1_cred", 0)
    press(screen, Qt.Key.Key_V, CONTROL)
    assert not screen.problems.isVisible(), "blank lines below are no loss"
    go(screen, "m1_cred", 2)
    press(screen, Qt.Key.Key_V, CONTROL)
    assert screen.problems.isVisible()
    assert "2 datos" in screen.problems.what.text()


def test_what_is_copied_can_be_pasted(screen: FormGridScreen) -> None:
    source = go(screen, "m1_vac", 0)
    write(screen, "Penta 2, Neumo 2")
    press(screen, Qt.Key.Key_Return)
    go(screen, "m1_vac", 0)
    press(screen, Qt.Key.Key_C, CONTROL)
    target = go(screen, "m1_vac", 3)
    press(screen, Qt.Key.Key_V, CONTROL)
    assert answer(screen, target) == answer(screen, source) == "Penta 2, Neumo 2"


def test_fill_down_and_undo_and_redo(screen: FormGridScreen) -> None:
    go(screen, "m1_cumple", 0)
    write(screen, "si")
    press(screen, Qt.Key.Key_Return)
    go(screen, "m1_cumple", 0)
    for _ in range(5):
        press(screen, Qt.Key.Key_Down, SHIFT)
    press(screen, Qt.Key.Key_D, CONTROL)
    assert screen.counter.text() == "Borrador · 6 de 6 completos"
    press(screen, Qt.Key.Key_Z, CONTROL)
    assert screen.counter.text() == "Borrador · 1 de 6 completos"
    press(screen, Qt.Key.Key_Z, CONTROL)
    assert screen.counter.text() == "Borrador · 0 de 6 completos"
    press(screen, Qt.Key.Key_Y, CONTROL)
    press(screen, Qt.Key.Key_Y, CONTROL)
    assert screen.counter.text() == "Borrador · 6 de 6 completos"


def test_undo_of_a_corrected_date_shows_what_the_health_system_said(
    screen: FormGridScreen,
) -> None:
    assert screen.opened is not None
    go(screen, "m1_cred", 0)
    address = "m000/m1_cred"
    spot = screen.cells.spot(address) if screen.cells else None
    assert spot is not None
    grid_of(screen).go_to(*spot)
    write(screen, "6/11")
    press(screen, Qt.Key.Key_Return)
    assert "05/11/2026" in screen.opened.warning(address)
    press(screen, Qt.Key.Key_Z, CONTROL)
    assert answer(screen, address) == "2026-11-05"
    assert address not in screen.opened.typed


def test_name_and_document_stay_in_sight_while_the_months_scroll(screen: FormGridScreen) -> None:
    go(screen, "observacion", 0)
    grid = grid_of(screen)
    frozen = grid.findChild(QWidget, "frozen_columns")
    assert frozen is not None
    assert frozen.isVisible()
    assert grid.horizontalScrollBar().value() > 0
    go(screen, "m1_cred", 0)
    rect = grid.visualRect(grid.currentIndex())
    covered = frozen.geometry().right() - grid.viewport().geometry().left()
    assert rect.left() >= covered, "the current cell is hidden behind the frozen columns"


def test_the_form_is_closed_when_every_child_is_done(
    screen: FormGridScreen, session: Session, qtbot: QtBot
) -> None:
    screen.complete()
    assert screen.problems.isVisible()
    assert session.store.find(FormRecord) == []
    go(screen, "m1_cumple", 0)
    for _ in range(6):
        write(screen, "s")
        press(screen, Qt.Key.Key_Return)
    with qtbot.waitSignal(screen.context.changes.happened):
        screen.complete()
    assert screen.counter.text() == "Cerrado · 6 de 6 completos"
    assert session.store.find(FormRecord)[0].state is FormState.COMPLETE


def test_the_head_is_typed_above_the_grid_and_marked_when_empty(screen: FormGridScreen) -> None:
    line = screen.inputs["jefe"]
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.property("wrong") is True
    QTest.keyClicks(line, "Lic. Ana Puma")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.property("wrong") is False
    assert screen.opened is not None
    assert screen.opened.form.answer("jefe") == "Lic. Ana Puma"


def test_the_print_is_saved_where_the_user_says(
    screen: FormGridScreen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(pdf_output, "ask", lambda _parent, name: str(tmp_path / name))
    monkeypatch.setattr(pdf_output, "show", shown.append)
    screen.print_out()
    assert shown == [tmp_path / "salud02-00002345-2026-6.pdf"]
    assert shown[0].read_bytes().startswith(b"%PDF")
    monkeypatch.setattr(pdf_output, "ask", lambda _parent, name: str(tmp_path / "no" / name))
    screen.print_out()
    assert screen.problems.isVisible()


def test_the_preview_shows_the_page_of_the_child_that_is_filled_in(
    screen: FormGridScreen,
) -> None:
    screen.toggle_preview()
    assert screen.preview.isVisible()
    picture = screen.preview.grab().toImage()
    inked = {picture.pixelColor(x, picture.height() // 3).name() for x in range(picture.width())}
    assert len(inked) > 3, "the preview is blank"
    screen.toggle_preview()
    assert not screen.preview.isVisible()


def test_every_visible_control_has_a_name_for_who_cannot_see_it(screen: FormGridScreen) -> None:
    for line in screen.findChildren(QLineEdit):
        assert line.accessibleName()
    assert grid_of(screen).accessibleName()


def test_a_facility_without_children_says_what_to_do(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    with world(tmp_path / "empty", 0) as session:
        context = make_context(session)
        screen = FormGridScreen(context)
        qtbot.addWidget(screen)
        screen.show()
        screen.open(PARAMS)
        assert screen.empty.isVisible()
        assert not grid_of(screen).isVisible()
        context.tasks.close()
