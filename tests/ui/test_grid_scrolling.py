"""A sheet that scrolls moves its pixels; what is on the screen is what a fresh painting would show."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from juntos_campo.ui.widgets.grid import GridView
from juntos_campo.ui.widgets.grid_delegate import CELL_EDITOR, GridDelegate
from juntos_campo.ui.widgets.grid_model import GridCell, GridColumn, GridModel, Mark, Spot

ROWS, COLUMNS = 60, 18
LETTER_EDGES = 600
"""Bytes of a picture of 1.2 million."""
KEY = Qt.Key


class Numbers:
    """A sheet whose first columns are frozen; every cell can be typed into."""

    def __init__(self, frozen: int) -> None:
        self.said: dict[Spot, str] = {}
        self.columns = tuple(
            GridColumn(f"Columna {n}", 70 + n, f"Grupo {n // 4}", frozen=n < frozen)
            for n in range(COLUMNS)
        )
        self.row_count = ROWS

    def cell(self, row: int, column: int) -> GridCell:
        marks = (Mark.NONE, Mark.NONE, Mark.MISSING, Mark.ERROR)
        return GridCell(self.edit_text(row, column), mark=marks[(row + column) % 4])

    def edit_text(self, row: int, column: int) -> str:
        return self.said.get((row, column), f"{row}.{column}" if (row + column) % 3 else "")

    def typed(self, row: int, column: int) -> str | None:
        return self.said.get((row, column))

    def write(self, changes: Mapping[Spot, str | None]) -> set[Spot]:
        self.said |= {spot: text or "" for spot, text in changes.items()}
        return set(changes)


@pytest.fixture
def grid(qtbot: QtBot) -> GridView:
    return shown(qtbot, 2)


def shown(qtbot: QtBot, frozen: int) -> GridView:
    def fail(error: Exception) -> None:
        raise error

    view = GridView(GridModel(Numbers(frozen), fail), "Hoja")
    qtbot.addWidget(view)
    view.grid_model.setParent(view)
    view.resize(700, 420)
    with qtbot.waitExposed(view):
        view.show()
    view.activateWindow()
    view.setFocus()
    QApplication.processEvents()
    return view


def on_screen(grid: GridView) -> QImage:
    QApplication.processEvents()
    QApplication.processEvents()
    return (
        grid.screen().grabWindow(grid.winId()).toImage().convertToFormat(QImage.Format.Format_RGB32)
    )


def painted_anew(grid: GridView) -> QImage:
    return grid.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def same(one: QImage, other: QImage) -> bool:
    """Equal, but for the smoothed edges of letters that were drawn half out of sight."""
    pairs = zip(bytes(one.constBits()), bytes(other.constBits()), strict=True)
    return one == other or sum(a != b for a, b in pairs) <= LETTER_EDGES


def target(grid: GridView) -> GridView | QLineEdit:
    editor = QApplication.focusWidget()
    return editor if isinstance(editor, QLineEdit) else grid


def wheel(grid: GridView, turn: int) -> None:
    at = QPointF(grid.viewport().rect().center())
    event = QWheelEvent(
        at,
        grid.viewport().mapToGlobal(at),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(grid.viewport(), event)


@pytest.mark.parametrize(("frozen", "seed"), [(2, 0), (2, 1), (0, 2), (0, 3)])
def test_what_stands_on_the_screen_after_any_scrolling_is_what_the_sheet_holds(
    qtbot: QtBot, frozen: int, seed: int
) -> None:
    grid = shown(qtbot, frozen)
    chance = random.Random(seed)
    QApplication.setCursorFlashTime(0)
    down, across = grid.verticalScrollBar(), grid.horizontalScrollBar()
    keys = (KEY.Key_Return, KEY.Key_Tab, KEY.Key_Down, KEY.Key_Up, KEY.Key_Left, KEY.Key_PageDown)
    deeds: dict[str, Callable[[], object]] = {
        "keys": lambda: [QTest.keyClick(target(grid), one) for one in chance.choices(keys, k=6)],
        "type": lambda: QTest.keyClicks(target(grid), "7"),
        "wheel": lambda: wheel(grid, chance.choice((-120, 120))),
        "down": lambda: down.setValue(down.value() + chance.randint(-90, 90)),
        "across": lambda: across.setValue(across.value() + chance.randint(-90, 90)),
        "go": lambda: grid.go_to(chance.randrange(ROWS), chance.randrange(COLUMNS)),
    }
    done = []
    for _ in range(25):
        done.append(chance.choice(sorted(deeds)))
        deeds[done[-1]]()
        assert same(on_screen(grid), painted_anew(grid)), f"stale pixels after {done}"


def test_enter_at_the_lower_edge_paints_the_new_row_and_not_the_sheet(
    grid: GridView, monkeypatch: pytest.MonkeyPatch
) -> None:
    grid.go_to(0, 4)
    while grid.verticalScrollBar().value() == 0:
        QTest.keyClick(grid, KEY.Key_Return)
    on_screen(grid)
    painted: list[Spot] = []
    paint = GridDelegate.paint

    def counted(self: GridDelegate, *args: object) -> None:
        index = args[2]
        painted.append((index.row(), index.column()))  # type: ignore[attr-defined]
        paint(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(GridDelegate, "paint", counted)
    was = grid.verticalScrollBar().value()
    QTest.keyClicks(grid, "5")
    on_screen(grid)
    QTest.keyClick(target(grid), KEY.Key_Return)
    on_screen(grid)
    assert grid.verticalScrollBar().value() > was
    assert len({row for row, _ in painted}) <= 3, "whole sheets are painted at each Enter"


@pytest.mark.parametrize("column", [0, 1, 5])
def test_what_is_typed_into_a_cell_is_seen_also_in_the_frozen_columns(
    grid: GridView, column: int
) -> None:
    grid.horizontalScrollBar().setValue(0 if column == 5 else 200)
    grid.go_to(3, column)
    QTest.keyClicks(grid, "8")
    QTest.keyClicks(target(grid), "15")
    editor = QApplication.focusWidget()
    assert isinstance(editor, QLineEdit)
    assert editor.objectName() == CELL_EDITOR
    middle = editor.mapTo(grid, editor.rect().center())
    assert grid.childAt(middle) is editor, "the box lies under the frozen columns"
    QTest.keyClick(editor, KEY.Key_Return)
    assert grid.grid_model.cell(3, column).text == "815"
    assert (grid.currentIndex().row(), grid.currentIndex().column()) == (4, column)
    assert QApplication.focusWidget() is grid


def test_a_frozen_cell_being_typed_into_is_written_when_the_form_is_left(grid: GridView) -> None:
    grid.go_to(2, 0)
    QTest.keyClicks(grid, "9")
    grid.finish_cell()
    assert grid.grid_model.cell(2, 0).text == "9"
    assert not grid.typing


def test_keys_the_box_of_a_frozen_cell_does_not_take_reach_the_grid(grid: GridView) -> None:
    grid.go_to(2, 0)
    QTest.keyClicks(grid, "9")
    QTest.keyClick(target(grid), KEY.Key_F8)
    at = grid.currentIndex()
    assert grid.grid_model.cell(at.row(), at.column()).mark is Mark.ERROR
