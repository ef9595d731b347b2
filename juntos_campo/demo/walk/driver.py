"""Driving a real window: opening it, typing, waiting, reading what it shows, taking its picture."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractListModel,
    QCoreApplication,
    QEvent,
    QEventLoop,
    Qt,
    QTimer,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from juntos_campo import paths
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import JuntosError
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.spanish import fold
from juntos_campo.logs import log_to, stop_logging
from juntos_campo.norms.rules import reader_of
from juntos_campo.paths import DataPlace
from juntos_campo.ui.application import Shell, Start, build_application
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.screen import Screen

SIZE = (1366, 768)
PATIENCE_SECONDS = 120.0


class WalkError(JuntosError):
    """The window did not get where the walk needs it; the text says where it stood."""


class Driver:
    """One laptop's program, driven as a person would.

    Attributes:
        shell: the program; `window` is its main window once the password was given.
    """

    def __init__(self, place: DataPlace, clock: Clock, pictures: Path) -> None:
        place.root.mkdir(parents=True, exist_ok=True)
        self._log = log_to(place.log_file)
        preferences = Preferences(place.root / "window.ini")
        build_application([], preferences)
        load_book = reader_of(paths.resources() / "norms")
        self.shell = Shell(Start(place, clock, load_book, random_id), preferences)
        self._pictures = pictures

    @property
    def window(self) -> MainWindow:
        if self.shell.window is None:
            raise WalkError("la ventana principal no se abrió")
        return self.shell.window

    def close(self) -> None:
        """Close the program as the user would, and let go of its windows."""
        if self.shell.login is not None:
            self.shell.login.close()
        if self.shell.window is not None:
            self.shell.window.close()
            self.shell.window.deleteLater()
        self.shell.notify.uninstall()
        self.shell.deleteLater()
        stop_logging(self._log)
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    # -- waiting and looking -------------------------------------------------------------------

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Let the window work until `condition` holds.

        Raises:
            WalkError: it did not, in `PATIENCE_SECONDS`.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > deadline:
                self._record_failure()
                raise WalkError(f"se esperó en vano: {what} (el teclado está en {_focus()})")
            pause(10)

    def _record_failure(self) -> None:
        shown = self.shell.window or self.shell.login
        if shown is not None:
            shown.grab().save(str(self._pictures / "falla.png"))

    def settle(self) -> None:
        """After the main window opened: its size, the keyboard on it, nothing running."""
        self.wait(lambda: self.shell.window is not None, "la ventana principal")
        self.window.resize(*SIZE)
        self._take_keyboard()
        self.idle()

    def _take_keyboard(self) -> None:
        """Without a window manager, a window that closed may have taken the keyboard with it."""
        shown = self.shell.window or self.shell.login
        if shown is not None and QApplication.activeWindow() is not shown:
            shown.activateWindow()
            QTest.qWaitForWindowActive(shown)

    def idle(self) -> None:
        """Wait until the worker has nothing to do."""
        self.wait(lambda: not self.window.context.tasks.busy, "que termine el trabajo en curso")
        pause(30)

    def text(self, widget: QWidget | None = None) -> str:
        """Everything readable in `widget` (the whole window), accents and case folded."""
        return fold("\n".join(visible_texts(widget or self.window)))

    def shows(self, *phrases: str) -> bool:
        """Whether every phrase can be read in the window, whatever its case and accents."""
        shown = self.text()
        return all(fold(phrase) in shown for phrase in phrases)

    def picture(self, name: str, widget: QWidget | None = None) -> str:
        """Take a picture at 1366x768; its file name."""
        shown = widget or self.window
        pause(150)
        file = f"{name}.png"
        shown.grab().save(str(self._pictures / file))
        return file

    # -- acting --------------------------------------------------------------------------------

    def open(self, key: str) -> Screen:
        """Go to a screen through the navigation at the left."""
        button = self.window.side.buttons[key]
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.idle()
        return self.screen(key)

    def screen(self, key: str) -> Screen:
        """The screen `key`, which must be in front.

        Raises:
            WalkError: another one is.
        """
        screen = self.window.screen_of(key)
        self.wait(lambda: self.window.screen_in_front is screen, f"la pantalla «{key}»")
        return screen

    def key(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key where the keyboard is."""
        self._take_keyboard()
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        pause(10)

    def type(self, text: str, *, enter: bool = False) -> None:
        """Type where the keyboard is."""
        self._take_keyboard()
        target = QApplication.focusWidget() or self.window
        type_letters(target, text)
        if enter:
            QTest.keyClick(target, Qt.Key.Key_Return)
        pause(10)

    def fill(self, box: QWidget, text: str) -> None:
        """Put the keyboard into `box` and replace its content."""
        self._take_keyboard()
        box.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(box, QLineEdit | QPlainTextEdit):
            box.selectAll()
        type_letters(box, text)
        pause(10)

    def click(self, button: QAbstractButton) -> None:
        """Press a button.

        Raises:
            WalkError: it cannot be pressed.
        """
        if not button.isEnabled():
            raise WalkError(f"el botón «{button.text()}» no se puede usar")
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        pause(10)


def type_letters(widget: QWidget, text: str) -> None:
    """Type `text`; QTest knows no key for ñ or á, so those come as the text of a key press."""
    for letter in text:
        if letter.isascii():
            QTest.keyClicks(widget, letter)
            continue
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter)
            QCoreApplication.sendEvent(widget, event)


def _focus() -> str:
    widget: QWidget | None = QApplication.focusWidget()
    return f"{type(widget).__name__} «{widget.accessibleName()}»" if widget else "ninguna parte"


def pause(milliseconds: int) -> None:
    """Let the window work for a while; the worker runs on (QTest's own wait would hold it up)."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def visible_texts(widget: QWidget) -> list[str]:
    """Texts of labels, buttons, boxes and lists that are shown inside `widget`."""
    texts = []
    for child in [widget, *widget.findChildren(QWidget)]:
        if not child.isVisible():
            continue
        if isinstance(child, QLabel | QAbstractButton | QLineEdit):
            texts.append(child.text())
        elif isinstance(child, QPlainTextEdit):
            texts.append(child.toPlainText())
        elif isinstance(child, QComboBox):
            texts.append(child.currentText())
        elif isinstance(child, QAbstractItemView):
            texts += _cells(child)
    return texts


def _cells(view: QAbstractItemView) -> list[str]:
    model: QAbstractItemModel | None = view.model()
    if model is None:
        return []
    # Qt hides the column count of list models: they have one column.
    columns = 1 if isinstance(model, QAbstractListModel) else model.columnCount(view.rootIndex())
    roles = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
    return [
        str(value)
        for row in range(model.rowCount(view.rootIndex()))
        for column in range(columns)
        for role in roles
        if (value := model.index(row, column, view.rootIndex()).data(role)) is not None
    ]
