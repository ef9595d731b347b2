"""Formatos by keyboard: who did not fulfil, and the bimester put together."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from forms_board import forms_screen, keys, paper_session, way
from paper_world import BIMESTER
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from juntos_campo.app.session import Session
from juntos_campo.domain.form_ids import SALUD02
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screens.forms_exceptions import ExceptionsPage
from juntos_campo.ui.screens.forms_list import FormsListScreen
from juntos_campo.ui.screens.forms_summary import SummaryPage
from juntos_campo.ui.table_output import table_output

# The offscreen platform has no window manager to pass size hints to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

TODAY = date(2026, 11, 21)
CONTROL = Qt.KeyboardModifier.ControlModifier
session = paper_session
screen = forms_screen


def turn_to(qtbot: QtBot, screen: FormsListScreen, number: int) -> QWidget:
    for _ in range(number):
        qtbot.keyClick(screen, Qt.Key.Key_Tab, CONTROL)
    page = screen.worked[number]
    qtbot.waitUntil(lambda: not page.working and page.pages.currentIndex() == 1)
    return page


def test_who_did_not_fulfil_is_listed_filtered_printed_and_exported(
    qtbot: QtBot, tmp_path: Path, context: UiContext, screen: FormsListScreen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    page = turn_to(qtbot, screen, 1)
    assert isinstance(page, ExceptionsPage)
    rows = page.model.rows()
    assert [(row.person, row.month, row.cause) for row in rows] == [
        ("CCORI QUISPE, Flor", "octubre", "sin motivo anotado"),
        ("CCORI QUISPE, Yeison", "setiembre", "la familia no lo llevó"),
    ]
    assert not screen.board.fill_button.isVisible()
    page.kinds.setCurrentIndex(1)
    page.kinds.activated.emit(1)
    assert [row.person for row in page.model.rows()] == ["CCORI QUISPE, Flor"]
    monkeypatch.setattr(pdf_output, "show", lambda _path: None)
    monkeypatch.setattr(pdf_output, "ask", lambda _parent, name: str(tmp_path / name))
    qtbot.keyClick(page.table, Qt.Key.Key_P, CONTROL)
    assert (tmp_path / f"incumplimientos-{BIMESTER}.pdf").read_bytes().startswith(b"%PDF")
    monkeypatch.setattr(table_output, "ask", lambda _parent, _name: str(tmp_path / "x.csv"))
    qtbot.keyClick(page.export_button, Qt.Key.Key_Space)
    assert "la familia no lo llevó" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    with qtbot.waitSignal(context.navigation.went) as went:
        qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert went.args is not None
    assert went.args[0].params["household_id"] == "h1"


def test_an_estimate_that_was_stopped_is_not_taken_for_a_whole_one(
    qtbot: QtBot, screen: FormsListScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    qtbot.keyClick(screen, Qt.Key.Key_Tab, CONTROL)
    page = screen.worked[1]
    assert isinstance(page, ExceptionsPage)
    monkeypatch.setattr(page, "_estimate", lambda: None)  # as if it was stopped at once
    qtbot.waitUntil(lambda: page.report is not None)
    assert not page.print_button.isEnabled()
    assert page.kinds.itemText(2) == "Por confirmar (…)"
    page.kinds.setCurrentIndex(2)
    page.kinds.activated.emit(2)
    assert "Todavía no se estimó" in page.empty.title.text()
    monkeypatch.undo()
    page._estimate()
    qtbot.waitUntil(lambda: page.waiting is not None)
    assert page.print_button.isEnabled()


def test_what_cannot_be_written_is_told_and_nothing_is_lost(
    qtbot: QtBot, tmp_path: Path, screen: FormsListScreen, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = turn_to(qtbot, screen, 1)
    assert isinstance(page, ExceptionsPage)
    gone = str(tmp_path / "no" / "x.xlsx")
    monkeypatch.setattr(table_output, "ask", lambda _parent, _name: gone)
    page.export()
    assert "x.xlsx" in screen.problems.what.text()


def test_the_bimester_is_put_together_and_ready_papers_go_at_once(
    qtbot: QtBot, tmp_path: Path, session: Session, screen: FormsListScreen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    keys(qtbot, Qt.Key.Key_F, "Rosa Huillca", Qt.Key.Key_Return)
    page = turn_to(qtbot, screen, 2)
    assert isinstance(page, SummaryPage)
    children = [
        one for one in page.counts.rows() if one.form_id == SALUD02 and one.place_id == "f1"
    ]
    assert [(one.fulfilled, one.not_fulfilled) for one in children] == [(1, 1), (1, 1)]
    lacking = {one.key: one.obstacles for one in page.waiting.rows()}
    assert not lacking["salud02|f1"]
    assert "falta llenarlo y cerrarlo" in lacking["salud03|f1"]
    for button in (page.consolidate_button, page.send_button):
        qtbot.waitUntil(button.isEnabled)
        qtbot.keyClick(button, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not page.working)
    assert way(session).sent_on == TODAY
    book = tmp_path / "c.xlsx"
    monkeypatch.setattr(table_output, "ask", lambda _parent, _name: str(book))
    qtbot.keyClick(page.export_button, Qt.Key.Key_Space)
    assert book.read_bytes().startswith(b"PK")
    page.paper_table.selectRow(0)
    qtbot.keyClick(page.paper_table, Qt.Key.Key_Return)
    assert screen.tabs.currentIndex() == 0
    assert screen.board.current is not None
