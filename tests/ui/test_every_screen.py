"""What must hold on every registered screen, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from pkgutil import resolve_name

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QWidget,
)
from pytestqt.qtbot import QtBot

from juntos_campo import paths
from juntos_campo.app.attention import attention_of_all
from juntos_campo.app.session import Session
from juntos_campo.domain.values import Role
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.registry import SCREENS, screens_for
from juntos_campo.ui.theme.theme import Appearance, theme

INTERACTIVE = (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
)
OWN_PARTS = ("qt_", "QLineEditIconButton", "QTableCornerButton", "QComboBoxPrivateScroller")
OpenWindow = Callable[[Session], MainWindow]
SIZES = ((1366, 768), (1024, 600))
LOOKS = (Appearance.LIGHT, Appearance.DARK)
OPENED_BY_KEY = [entry.key for entry in screens_for(Role.FIELD_WORKER) if entry.listed]
SHOWN = [
    *OPENED_BY_KEY,
    "conflicts",
    "form_versions",
    "household",
    "norms",
    "record",
    "record_new",
    "register",
    "sync_account",
    "usb",
    "visit",
]


def show(window: MainWindow, session: Session, key: str) -> QWidget:
    household_id = next(hid for hid, one in attention_of_all(session).items() if one.lines)
    of_household = {"household_id": household_id}
    params = {
        "household": of_household,
        "visit": of_household,
        "record": {"form_id": "captacion_temprana", "subject_id": household_id, "draft_id": "d1"},
    }.get(key, {})
    window.context.navigation.open(key, **params)
    for _ in range(4):  # a layout that changes its mind takes a few rounds
        QApplication.processEvents()
    screen = window.screen_in_front
    assert screen is not None
    return screen


def controls(root: QWidget) -> Iterator[QWidget]:
    for widget in root.findChildren(QWidget):
        inner = any(
            widget.objectName().startswith(part) or type(widget).__name__ == part
            for part in OWN_PARTS
        )
        inner = inner or widget.focusProxy() is not None  # the line a box of choices is typed into
        takes_keys = widget.focusPolicy() is not Qt.FocusPolicy.NoFocus
        if isinstance(widget, INTERACTIVE) and widget.isVisible() and takes_keys and not inner:
            yield widget


def test_every_screen_can_be_loaded() -> None:
    assert all(callable(resolve_name(entry.factory)) for entry in SCREENS)


def test_every_screen_has_its_own_key_and_an_icon_that_exists() -> None:
    keys = [entry.key for entry in SCREENS]
    assert len(keys) == len(set(keys))
    icons = paths.resources() / "icons"
    assert not [one.icon for one in SCREENS if not (icons / f"{one.icon}.svg").is_file()]
    assert not [one.key for one in SCREENS if not one.listed and one.parent not in keys]


@pytest.mark.parametrize("key", SHOWN)
def test_every_control_has_a_name_for_who_cannot_see_it(
    window: MainWindow, session: Session, key: str
) -> None:
    show(window, session, key)
    nameless = [
        f"{type(one).__name__} {one.objectName()}"
        for one in controls(window)
        if not one.accessibleName() and not (isinstance(one, QAbstractButton) and one.text())
    ]
    assert not nameless


@pytest.mark.parametrize("key", SHOWN)
def test_the_keyboard_reaches_every_control(
    qtbot: QtBot, window: MainWindow, session: Session, key: str
) -> None:
    screen = show(window, session, key)
    wanted = {one for one in controls(screen) if one.isEnabled()}
    wanted = {one for one in wanted if one.focusPolicy() & Qt.FocusPolicy.TabFocus}
    # Of several buttons that exclude each other Tab reaches one; the arrows reach the others.
    wanted = {one for one in wanted if not (isinstance(one, QAbstractButton) and _excludes(one))}
    reached: set[QWidget | None] = set()
    for _ in range(len(wanted) + len(list(controls(window))) + 20):
        reached.add(QApplication.focusWidget())
        qtbot.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
    missed = [f"{type(one).__name__} {one.accessibleName()}" for one in wanted - reached]
    assert not missed, [str(one) for one in reached]


def _excludes(one: QAbstractButton) -> bool:
    return one.autoExclusive() or (one.group() is not None and one.group().exclusive())


@pytest.mark.parametrize(("size", "look"), list(product(SIZES, LOOKS)))
def test_no_text_is_cut_off(
    window: MainWindow, session: Session, size: tuple[int, int], look: Appearance
) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, look)
    window.resize(*size)
    cut = []
    for key in SHOWN:
        screen = show(window, session, key)
        assert (window.width(), window.height()) == size, f"{key} pushes the window open"
        cut += [f"{key}: {text}" for text in _cut_off(screen)]
    assert not cut


def test_nothing_is_cut_off_with_larger_letters(window: MainWindow, session: Session) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, scale=1.15)
    window.resize(1366, 768)
    cut = [f"{key}: {text}" for key in SHOWN for text in _cut_off(show(window, session, key))]
    assert not cut


@pytest.mark.parametrize("size", SIZES)
def test_a_coordinators_screens_hold_the_same(
    open_window: OpenWindow, coordinator: Session, size: tuple[int, int]
) -> None:
    window = open_window(coordinator)
    window.resize(*size)
    entries = [one.key for one in screens_for(Role.ZONE_COORDINATOR) if one.listed]
    assert set(window.side.buttons) == set(entries)
    bad = []
    for key in entries:
        screen = show(window, coordinator, key)
        bad += [f"{key}: {text}" for text in _cut_off(screen)]
        bad += [
            f"{key}: nameless {type(one).__name__}"
            for one in controls(screen)
            if not one.accessibleName() and not (isinstance(one, QAbstractButton) and one.text())
        ]
    assert not bad


def _cut_off(screen: QWidget) -> list[str]:
    """Texts of labels and buttons that have less room than they need, or leave the screen."""
    bad = []
    for widget in screen.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.isVisible():
            continue
        if not widget.text() or _scrolls(widget, screen):
            continue
        hint = widget.sizeHint()
        if isinstance(widget, QLabel) and widget.wordWrap():
            enough = widget.height() >= widget.heightForWidth(widget.width()) - 1
        else:
            enough = widget.width() >= hint.width() - 1 and widget.height() >= hint.height() - 6
        place = QRect(widget.mapTo(screen, widget.rect().topLeft()), widget.size())
        if not enough or not screen.rect().contains(place):
            bad.append(f"{widget.text()[:40]!r} {widget.size().toTuple()} < {hint.toTuple()}")
    return bad


def _scrolls(widget: QWidget, screen: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and parent is not screen:
        if isinstance(parent, QAbstractScrollArea):
            return True
        parent = parent.parentWidget()
    return False


def test_no_two_keys_of_a_screen_mean_different_things(
    window: MainWindow, session: Session
) -> None:
    for key in SHOWN:
        screen = show(window, session, key)
        keys = [one.keys for one in screen.keys]  # type: ignore[attr-defined]
        assert len(keys) == len(set(keys)), key
        assert not set(keys) & {"Ctrl+K", "Alt+Left", "F6"}, key
