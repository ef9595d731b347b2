"""A record to be read: headings and lines of label and value, with what changed and what was said.

Painted, not widgets: an official form has some hundred lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from juntos_campo.domain.spanish import ABSENT
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.painted_list import (
    ITEM_DATA,
    Index,
    PaintedItem,
    PaintedLine,
    PaintedList,
)
from juntos_campo.ui.widgets.painting import paint_heading, paint_line_focus, paint_line_ground

_WRAP = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)


@dataclass(frozen=True, slots=True)
class Note:
    """A remark under a value: an icon, the sentence, and the token of its colour."""

    icon: str
    text: str
    tone: str = "soft"
    tinted: bool = False


@dataclass(frozen=True, slots=True)
class HeadItem(PaintedItem):
    """Heading of a section."""

    title: str
    remark: str = ""

    def spoken(self) -> str:
        return self.title


@dataclass(frozen=True, slots=True)
class FieldItem(PaintedLine):
    """One line.

    Attributes:
        key: names the line within the list.
        label: what it is; `value`: what was recorded, "" is shown as "—".
        notes: what changed, what somebody said, what the health system says.
        strong: the label names somebody or something, the value explains it.
    """

    key: str
    label: str
    value: str
    notes: tuple[Note, ...] = ()
    strong: bool = False

    def spoken(self) -> str:
        return ". ".join(
            part.removesuffix(".")
            for part in (f"{self.label}: {self.value or ABSENT}", *(one.text for one in self.notes))
            if part
        )


Item = HeadItem | FieldItem


class RecordDelegate(QStyledItemDelegate):
    """Lays out one line: label left, value right of it, notes below the value.

    Attributes:
        narrow: the value stands below the label, whatever the width.
        label_pixels: design pixels of the label; 0 gives it a share of the line.
        bare: a line without a value is its label alone, over the whole line.
    """

    narrow = False
    label_pixels = 0
    bare = False

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        m, item = theme.metrics, index.data(ITEM_DATA)
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        if isinstance(item, HeadItem):
            return QSize(width, m.px(40 if index.row() else 32))
        if not isinstance(item, FieldItem):
            return QSize(width, m.row)
        label_width, value_width = self._columns(width)
        if self._is_bare(item):
            whole = label_width if label_width == value_width else width - m.px(12) * 2
            return QSize(width, _height(item.label, whole, _label_role(item)) + m.px(10))
        label = _height(item.label, label_width, _label_role(item))
        value = _height(item.value or ABSENT, value_width, TextRole.BODY)
        value += sum(_note_height(note, value_width) for note in item.notes)
        stacked = label_width == value_width
        return QSize(width, (label + value if stacked else max(label, value)) + m.px(10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item = index.data(ITEM_DATA)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, HeadItem):
            above = 8 if index.row() else 0
            paint_heading(painter, QRect(option.rect), item.title, item.remark, above, small=True)
        elif isinstance(item, FieldItem):
            self._paint_line(painter, option, item)
        painter.restore()

    def _paint_line(self, painter: QPainter, option: QStyleOptionViewItem, item: FieldItem) -> None:
        m, rect = theme.metrics, QRect(option.rect)
        paint_line_ground(painter, option)
        label_width, value_width = self._columns(rect.width())
        left, top = rect.left() + m.px(12), rect.top() + m.px(5)
        painter.setFont(theme.font(_label_role(item)))
        plain = item.strong or self.bare
        painter.setPen(theme.colour("text" if plain else "soft"))
        if self._is_bare(item):
            painter.drawText(rect.adjusted(m.px(12), m.px(5), -m.px(12), 0), _WRAP, item.label)
            paint_line_focus(painter, option)
            return
        painter.drawText(QRect(left, top, label_width, rect.height()), _WRAP, item.label)
        if label_width == value_width:
            top += _height(item.label, label_width, _label_role(item))
        else:
            left += label_width + m.px(12)
        painter.setFont(theme.font(TextRole.BODY))
        painter.setPen(theme.colour("soft" if item.strong else "text"))
        height = _height(item.value or ABSENT, value_width, TextRole.BODY)
        painter.drawText(QRect(left, top, value_width, height), _WRAP, item.value or ABSENT)
        top += height
        for note in item.notes:
            height = _note_height(note, value_width)
            _paint_note(painter, QRect(left, top, value_width, height), note)
            top += height
        paint_line_focus(painter, option)

    def _is_bare(self, item: FieldItem) -> bool:
        return self.bare and not item.value and not item.notes

    def _columns(self, width: int) -> tuple[int, int]:
        """Widths of label and value in a line `width` pixels wide; equal when stacked."""
        m = theme.metrics
        rest = width - m.px(12) * 3
        if self.label_pixels:
            return m.px(self.label_pixels), rest - m.px(self.label_pixels)
        if self.narrow or width < m.px(380):
            return rest + m.px(12), rest + m.px(12)
        label = min(m.px(260), round(rest * 0.38))
        return label, rest - label


def _label_role(item: FieldItem) -> TextRole:
    return TextRole.STRONG if item.strong else TextRole.BODY


def _height(text: str, width: int, role: TextRole) -> int:
    m = theme.metrics
    box = QFontMetrics(theme.font(role)).boundingRect(
        QRect(0, 0, max(m.px(60), width), 4000), _WRAP, text
    )
    return max(m.px(18), box.height())


def _note_height(note: Note, width: int) -> int:
    m = theme.metrics
    inner = width - m.px(26 if note.tinted else 22)
    return _height(note.text, inner, TextRole.SMALL) + m.px(6 if note.tinted else 3)


def _paint_note(painter: QPainter, rect: QRect, note: Note) -> None:
    m = theme.metrics
    size, inset = m.px(14), m.px(4) if note.tinted else 0
    if note.tinted:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"{note.tone}_tint"))
        painter.drawRoundedRect(rect.adjusted(-inset, m.px(2), 0, 0), m.xs, m.xs)
    top = rect.top() + m.px(4 if note.tinted else 2)
    painter.drawPixmap(QPointF(rect.left(), top + m.px(1)), icon_pixmap(note.icon, note.tone, size))
    painter.setFont(theme.font(TextRole.SMALL))
    painter.setPen(theme.colour(note.tone))
    box = QRect(
        rect.left() + m.px(20), top, rect.width() - m.px(26 if inset else 22), rect.height()
    )
    painter.drawText(box, _WRAP, note.text)


class RecordList(PaintedList):
    """The list of what was recorded.

    Attributes:
        delegate: lays the lines out; a panel may make it narrow.
    """

    def __init__(self, name: str) -> None:
        self.delegate = RecordDelegate()
        super().__init__(name, self.delegate)

    def set_items(self, items: Sequence[PaintedItem]) -> None:
        """Show these, keeping the chosen line when it is still there; else from the top."""
        before = self.current()
        super().set_items(items)
        if not before:
            self.scrollToTop()

    def keys(self) -> list[str]:
        """Keys of all lines in order."""
        return [one.key for one in self.lines()]

    def item(self, key: str) -> FieldItem | None:
        """The line `key`."""
        for one in self.lines():
            if isinstance(one, FieldItem) and one.key == key:
                return one
        return None

    def content_height(self) -> int:
        """Pixels the whole list takes at its present width."""
        rows = range(self.items_model.rowCount())
        return sum(self.sizeHintForRow(row) for row in rows) + 2 * self.frameWidth()

    def keyboardSearch(self, _search: str) -> None:
        """Letters are commands of the screen, not a search that would move the chosen line."""
