"""The papers of a bimester, painted: places as headings, a line a form with where its paper is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem

from juntos_campo.app.paperwork import Paper
from juntos_campo.domain.spanish import count, near_date
from juntos_campo.ui.screens.forms_words import LATE, due_text, mark_of, words
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.meaning import Mark
from juntos_campo.ui.widgets.painted_list import (
    ITEM_DATA,
    GroupItem,
    Index,
    PaintedItem,
    PaintedLine,
    PaintedList,
)
from juntos_campo.ui.widgets.painting import (
    chip_width,
    paint_chip,
    paint_heading,
    paint_line_focus,
    paint_line_ground,
)

FORM_SHARE = 0.38
"""Of a line, for the form and how far it is filled."""
NARROW = 460
"""Design pixels of a line below which lateness takes the place of who has the paper."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class PaperItem(PaintedLine):
    """One form of one place.

    Attributes:
        about: people and progress, under the form's name.
        state, where: its word, and under it who has it or until when it is expected.
        late: ``5 días tarde``; "" in time.
    """

    key: str
    title: str
    about: str
    mark: Mark
    state: str
    where: str
    late: str

    def spoken(self) -> str:
        parts = (self.title, self.about, self.state, self.where, self.late)
        return ". ".join(part for part in parts if part)


def board_items(papers: Sequence[Paper], today: date) -> list[PaintedItem]:
    """Headings and lines of papers that come ordered by place."""
    items: list[PaintedItem] = []
    for _, group in groupby(papers, lambda one: one.place_id):
        own = list(group)
        items.append(GroupItem(own[0].place, _place_remark(own)))
        items += [_line(one, today) for one in own]
    return items


def _place_remark(papers: Sequence[Paper]) -> str:
    code = papers[0].code
    parts = [words("código {code}").format(code=code)] if code else []
    away = sum(bool(one.holder) for one in papers)
    if away:
        told = count(away, words("papel"), words("papeles"))
        parts.append(words("tiene {papers}").format(papers=told))
    return " · ".join(parts)


def _line(paper: Paper, today: date) -> PaperItem:
    people = count(paper.people, words("persona")) if paper.people else words("sin personas")
    return PaperItem(
        paper.key,
        paper.short,
        " · ".join(part for part in (people, paper.progress) if part),
        mark_of(paper),
        paper.state,
        _where(paper, today),
        due_text(None, paper.late, today) if paper.late else "",
    )


def _where(paper: Paper, today: date) -> str:
    way = paper.handling
    if paper.holder and way.handed_on is not None:
        told = words("lo tiene {name} desde el {day}")
        return told.format(name=paper.holder, day=near_date(way.handed_on, today))
    if paper.next is None and way.sent_on is not None:
        return words("el {day}").format(day=near_date(way.sent_on, today))
    return due_text(paper.due_on, 0, today)


class PaperDelegate(QStyledItemDelegate):
    """Lays out one item: form and progress, sign and state, lateness."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        m = theme.metrics
        view = option.widget
        width = view.viewport().width() if isinstance(view, QListView) else option.rect.width()
        if isinstance(index.data(ITEM_DATA), GroupItem):
            return QSize(width, m.px(40 if index.row() else 32))
        return QSize(width, m.px(50))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item, rect = index.data(ITEM_DATA), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(item, GroupItem):
            above = 8 if index.row() else 0
            paint_heading(painter, rect, item.title, item.remark, above)
        elif isinstance(item, PaperItem):
            self._paint_paper(painter, option, item)
        painter.restore()

    def _paint_paper(
        self, painter: QPainter, option: QStyleOptionViewItem, item: PaperItem
    ) -> None:
        m, rect = theme.metrics, QRect(option.rect)
        paint_line_ground(painter, option)
        inner = rect.adjusted(m.px(12), m.px(4), -m.px(12), -m.px(5))
        narrow = inner.width() < m.px(NARROW)
        late = chip_width(item.late) + m.s if item.late and not narrow else 0
        middle = inner.left() + round(inner.width() * FORM_SHARE)
        _two_lines(
            painter,
            QRect(inner.left(), inner.top(), middle - inner.left() - m.m, inner.height()),
            item.title,
            item.about,
        )
        size = m.px(18)
        sign = icon_pixmap(item.mark.icon, item.mark.tone, size)
        painter.drawPixmap(QPoint(middle, inner.center().y() - size // 2), sign)
        left = middle + size + m.s
        box = QRect(left, inner.top(), inner.right() - late - left, inner.height())
        if narrow and item.late:
            _two_lines(painter, box, item.state, item.late, LATE.tone)
        else:
            _two_lines(painter, box, item.state, item.where)
        if late:
            chip = QRect(inner.right() - late + m.s, inner.top(), late, inner.height())
            paint_chip(painter, chip, item.late, LATE)
        paint_line_focus(painter, option)


def _two_lines(painter: QPainter, rect: QRect, first: str, second: str, tone: str = "soft") -> None:
    m = theme.metrics
    lines = [(first, TextRole.STRONG, "text")]
    if second:
        lines.append((second, TextRole.SMALL, tone))
    height = m.px(20)
    top = rect.center().y() - height * len(lines) // 2
    for text, role, token in lines:
        font = theme.font(role)
        painter.setFont(font)
        painter.setPen(theme.colour(token))
        box = QRect(rect.left(), top, rect.width(), height)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, shown)
        top += height


class PaperList(PaintedList):
    """The papers of a bimester."""

    def __init__(self, name: str) -> None:
        super().__init__(name, PaperDelegate())

    def show_papers(self, papers: Iterable[Paper], today: date) -> None:
        """Show these, ordered by place; the chosen one stays chosen."""
        self.set_items(board_items(list(papers), today))
