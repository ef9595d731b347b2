"""Waiting for what was really painted, not for what was only asked to be."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget

PATIENCE_SECONDS = 60.0


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
