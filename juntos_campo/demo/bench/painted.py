"""Waiting for what was really painted, not for what was only asked to be."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

PATIENCE_SECONDS, KEY_PATIENCE = 60.0, 5.0


class PaintWatch(QObject):
    """Counts how often a widget was painted.

    Attributes:
        painted: so far.
    """

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.painted = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted += 1
        return super().eventFilter(watched, event)

    def wait_for_next(self, before: int) -> None:
        """Let the window work until it was painted again after the count `before`.

        Raises:
            TimeoutError: nothing was painted.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.painted <= before:
            if time.monotonic() > deadline:
                raise TimeoutError("nothing was painted")
            QCoreApplication.processEvents()


def key_to_paint(
    home: QWidget,
    surface: QWidget,
    key: str | Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> float:
    """Milliseconds from a key until what it changed was painted, and nothing is left to paint.

    Args:
        home: gets the key when nothing has the keyboard; while it has, `surface` is watched.
        surface: what is painted for it, the viewport of a sheet.
        key: a letter, or a key.

    Raises:
        TimeoutError: nothing was painted: somebody who typed it saw nothing, and no time is to be told.
    """
    target: QWidget = QApplication.focusWidget() or home
    # The first letter opens a box that is painted over the sheet.
    watch = PaintWatch(target if target is not home else surface)
    before = watch.painted
    started = time.perf_counter()
    if isinstance(key, str):
        QTest.keyClicks(target, key)
    else:
        QTest.keyClick(target, key, modifier)
    deadline = started + KEY_PATIENCE
    QCoreApplication.processEvents()
    while watch.painted <= before and target is (QApplication.focusWidget() or home):
        if time.perf_counter() > deadline:
            raise TimeoutError(f"nothing was painted after the key {key!r}")
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()
    return 1000 * (time.perf_counter() - started)
