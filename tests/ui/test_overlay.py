"""A panel over the window gives the keyboard back, whatever became of where it was."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QTableWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from juntos_campo.ui.widgets.overlay import Overlay


class Panel(Overlay):
    """One line to type into, as the search over everything has."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.line = QLineEdit()
        QVBoxLayout(self).addWidget(self.line)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    QVBoxLayout(made)
    return made


def show(qtbot: QtBot, window: QWidget, first: QWidget) -> None:
    layout = window.layout()
    assert layout is not None
    layout.addWidget(first)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    first.setFocus()


def delete_late() -> None:
    """What waits to be deleted is deleted, as when the program comes to rest."""
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_search_opened_while_a_cell_was_typed_into_gives_the_keyboard_back_to_the_sheet(
    qtbot: QtBot, window: QWidget
) -> None:
    sheet = QTableWidget(3, 3)
    show(qtbot, window, sheet)
    sheet.setCurrentCell(1, 1)
    QTest.keyClicks(sheet, "7")
    QTest.keyClicks(QApplication.focusWidget(), "0.5")
    assert QApplication.focusWidget() is not sheet, "the cell is not open"
    panel = Panel(window)
    panel.open_over(panel.line)
    delete_late()
    QTest.keyPress(panel.line, Qt.Key.Key_Escape)
    assert not panel.isVisible()
    assert QApplication.focusWidget() is sheet
    written = sheet.item(1, 1)
    assert written is not None
    assert written.text() == "70.5"


def test_of_a_sheet_in_a_sheet_the_whole_one_gets_the_keyboard_back(
    qtbot: QtBot, window: QWidget
) -> None:
    sheet = QTableWidget(3, 3)
    first_columns = QTableWidget(3, 1, sheet)
    show(qtbot, window, sheet)
    first_columns.setFocus()
    first_columns.setCurrentCell(1, 0)
    QTest.keyClicks(first_columns, "7")
    panel = Panel(window)
    panel.open_over(panel.line)
    delete_late()
    QTest.keyPress(panel.line, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is sheet


def test_a_field_that_went_while_the_panel_was_open_does_not_stop_the_program(
    qtbot: QtBot, window: QWidget
) -> None:
    line = QLineEdit()
    show(qtbot, window, line)
    panel = Panel(window)
    panel.open_over(panel.line)
    line.deleteLater()
    delete_late()
    QTest.keyPress(panel.line, Qt.Key.Key_Escape)
    assert not panel.isVisible()
