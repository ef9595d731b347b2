"""The order of Tab: as the layouts read, whatever was made first."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractScrollArea, QLayout, QWidget


def put_in_order(top: QWidget) -> None:
    """Chain what takes the keyboard within `top` in the order of the layouts."""
    before: QWidget | None = None
    for widget in _controls(top):
        if before is not None:
            QWidget.setTabOrder(before, widget)
        before = widget


def _controls(widget: QWidget) -> Iterator[QWidget]:
    proxy = widget.focusProxy()
    # Tab enters a control through whatever stands for it: left where it was made, an editor would
    # lead back to its field from elsewhere, and the keyboard would go round in a circle.
    if (proxy is not None and widget.isAncestorOf(proxy)) or (
        proxy is None and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    ):
        yield widget
    layout = widget.layout()
    if layout is not None and not isinstance(widget, QAbstractScrollArea):
        yield from _of_layout(layout)


def _of_layout(layout: QLayout) -> Iterator[QWidget]:
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            continue
        inner, widget = item.layout(), item.widget()
        if widget is not None:
            yield from _controls(widget)
        elif inner is not None:
            yield from _of_layout(inner)
