"""A panel laid over the window it belongs to: popovers and the palette. Never a window of its own."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QWidget,
)

from juntos_campo.ui.theme.theme import theme


class Overlay(QFrame):
    """Closes on Escape, on a click elsewhere and when the keyboard goes elsewhere.

    Attributes:
        dismissed: it was closed; the keyboard is back where it was before.
    """

    dismissed = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "popover")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(theme.metrics.px(28))
        shadow.setOffset(0, theme.metrics.xs)
        shadow.setColor(QColor(0, 0, 0, 90))
        self.setGraphicsEffect(shadow)
        self.host = window
        self._before: QWidget | None = None
        self._watching = False
        self.hide()

    def open_over(self, first: QWidget) -> None:
        """Show on top; `first` takes the keyboard."""
        application = QApplication.instance()
        assert isinstance(application, QApplication)  # noqa: S101 - a window exists
        self._remember(application.focusWidget())
        self.raise_()
        self.show()
        first.setFocus(Qt.FocusReason.PopupFocusReason)
        application.installEventFilter(self)
        application.focusChanged.connect(self._focus_went)
        self._watching = True

    def dismiss(self) -> None:
        """Close and give the keyboard back."""
        if not self.isVisible():
            return
        self._forget()
        before = self._before
        self._remember(None)
        self.hide()
        if before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.dismissed.emit()

    def place_beside(self, anchor: QWidget, at: QRect | None = None) -> None:
        """Put it below `anchor` (or the rectangle `at` within it), above when there is no room."""
        window = self.host
        rect = at or anchor.rect()
        gap = theme.metrics.xs
        place = anchor.mapTo(window, rect.bottomLeft() + QPoint(0, gap))
        if place.y() + self.height() > window.height() - gap:
            place.setY(anchor.mapTo(window, rect.topLeft()).y() - self.height() - gap)
        place.setX(max(gap, min(place.x(), window.width() - self.width() - gap)))
        place.setY(max(gap, place.y()))
        self.move(place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            inside = self.rect().contains(self.mapFromGlobal(event.globalPosition().toPoint()))
            if not inside:
                self.dismiss()
        return super().eventFilter(watched, event)

    def hideEvent(self, _event: object) -> None:
        self._forget()

    def _focus_went(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and new is not self and not self.isAncestorOf(new):
            self._remember(new)
            self.dismiss()

    def _remember(self, widget: QWidget | None) -> None:
        """Note where the keyboard goes back to: never to a widget that is deleted by then."""
        if self._before is not None:
            self._before.destroyed.disconnect(self._gone)
        self._before = None if widget is None else _lasting(widget)
        if self._before is not None:
            self._before.destroyed.connect(self._gone)

    def _gone(self) -> None:
        self._before = None

    def _forget(self) -> None:
        application = QApplication.instance()
        if self._watching and isinstance(application, QApplication):
            self._watching = False
            application.removeEventFilter(self)
            application.focusChanged.disconnect(self._focus_went)


def _lasting(widget: QWidget) -> QWidget:
    """The list or sheet `widget` is an open cell of: the cell closes when the keyboard leaves it.

    Of a sheet whose first columns stay in sight it is the whole one, which has the keyboard.
    """
    found, around = widget, widget.parentWidget()
    while around is not None:
        if isinstance(around, QAbstractItemView):
            found = around
        around = around.parentWidget()
    return found
