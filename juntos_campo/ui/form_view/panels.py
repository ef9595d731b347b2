"""What holds questions: groups, fields side by side, sections."""

from __future__ import annotations

import re

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from juntos_campo.form_engine.definition import Group, Node, Question
from juntos_campo.ui.form_view.matrix import Matrix, matrix_run
from juntos_campo.ui.form_view.question_box import QuestionBox
from juntos_campo.ui.form_view.stage import READING_WIDTH, Part, Stage, is_visible, label_text
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Heading, Label

_WIDTH = re.compile(r"w(\d{1,2})")
_ALL_ROOM = 10_000
"""Stretch of what takes all the room there is, up to its greatest width."""
GRID_COLUMNS = 4
"""Columns of ``theme-grid`` in a group that does not say how many it has."""


class Panel(QWidget):
    """Parts one below the other; shown while one of them is."""

    def __init__(self) -> None:
        super().__init__()
        self.shown = True
        self.parts: list[Part] = []
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.metrics.px(14))

    def add(self, part: QWidget) -> None:
        """Append a part."""
        self.parts.append(part)  # type: ignore[arg-type]
        self.column.addWidget(part)

    def settle(self) -> bool:
        shown = self.allowed() and sum(part.settle() for part in self.parts) > 0
        if shown != self.shown or self.isHidden() == shown:
            self.shown = shown
            if self.parentWidget() is not None:
                self.setVisible(shown)
        return shown

    def allowed(self) -> bool:
        """False hides it whatever it holds."""
        return True

    def retext(self) -> None:
        """Its own texts in another language."""


class GroupPanel(Panel):
    """A group within a section: a lighter heading over its questions, no box."""

    def __init__(self, stage: Stage, group: Group, row: str, depth: int) -> None:
        super().__init__()
        self._stage, self._group, self._row = stage, group, row
        role = TextRole.STRONG if depth <= 1 else TextRole.SOFT
        self.heading = Label("", role, wrap=True)
        self.column.addWidget(self.heading)
        self.line = QFrame()
        self.line.setProperty("role", "line")
        self.column.addWidget(self.line)
        self.column.setSpacing(theme.metrics.px(10))
        self.retext()

    def retext(self) -> None:
        text = label_text(self._stage.form, self._group, self._row)
        self.heading.setText(text)
        for one in (self.heading, self.line):
            one.setVisible(bool(text)) if one.parent() else None


class SideBySide(QWidget):
    """Fields beside each other, each as many columns wide as its appearance says (``w1`` .. )."""

    def __init__(self, columns: int) -> None:
        super().__init__()
        self.shown = True
        self._count = columns
        self._boxes: list[tuple[QWidget, int]] = []
        self._laid: list[QWidget] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.metrics.m)
        self._grid.setVerticalSpacing(theme.metrics.px(12))
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)
        self.setMaximumWidth(theme.metrics.px(READING_WIDTH))

    def add(self, box: QWidget, width: int) -> None:
        box.setParent(self)
        self._boxes.append((box, min(width, self._count)))

    def settle(self) -> bool:
        states = [(box, width, box.settle()) for box, width in self._boxes]  # type: ignore[attr-defined]
        shown = [(box, width) for box, width, there in states if there]
        if [box for box, _ in shown] != self._laid:
            self._lay(shown)
        self.shown = bool(shown)
        if self.parentWidget() is not None and self.isHidden() == self.shown:
            self.setVisible(self.shown)
        return self.shown

    def _lay(self, shown: list[tuple[QWidget, int]]) -> None:
        for box in self._laid:
            self._grid.removeWidget(box)
        row = column = 0
        for box, width in shown:
            if column + width > self._count:
                row, column = row + 1, 0
            self._grid.addWidget(box, row, column, 1, width, Qt.AlignmentFlag.AlignTop)
            column += width
        self._laid = [box for box, _ in shown]


def narrow(widget: QWidget) -> QHBoxLayout:
    """A row for a widget that has a greatest width, to stand in a wider column.

    A column asks what is in it how high it is at the whole width, whatever its greatest: texts that
    wrap at the narrower one would be cut off.
    """
    row = QHBoxLayout()
    row.setSpacing(0)
    row.addWidget(widget, _ALL_ROOM)
    row.addStretch(1)
    return row


def width_of(node: Node) -> int:
    """Columns a field asks for with ``w1`` ..; 0 when it does not."""
    found = (_WIDTH.fullmatch(word) for word in node.appearance)
    return next((int(match[1]) for match in found if match), 0)


def fill(
    stage: Stage,
    panel: Panel,
    nodes: tuple[Node, ...],
    row: str,
    depth: int,
    columns: int = GRID_COLUMNS,
) -> None:
    """Put questions, groups and repeats into a panel, in order.

    Args:
        nodes: direct children of one group.
        depth: how many groups it lies in.
        columns: of fields that stand side by side.
    """
    side: SideBySide | None = None
    at = 0
    while at < len(nodes):
        node = nodes[at]
        at += 1
        if isinstance(node, Group):
            side = None
            panel.add(_group(stage, node, row, depth))
            continue
        run = [] if stage.readonly else matrix_run(stage.form, nodes[at - 1 :], row)
        if len(run) > 1:
            side = None
            panel.add(Matrix(stage, run, row))
            at = nodes.index(run[-1]) + 1
        elif is_visible(node):
            side = _question(stage, panel, node, row, side, columns)


def _question(
    stage: Stage, panel: Panel, node: Question, row: str, side: SideBySide | None, columns: int
) -> SideBySide | None:
    box = QuestionBox(stage, node, row)
    width = width_of(node)
    if not width or stage.readonly:
        panel.add(box)
        return None
    if side is None:
        side = SideBySide(columns)
        panel.add(side)
    side.add(box, width)
    return side


def _group(stage: Stage, group: Group, row: str, depth: int) -> QWidget:
    if group.is_repeat:
        return stage.make_repeat(group, row, depth)
    inner = GroupPanel(stage, group, row, depth)
    children = stage.form.definition.children(group.path)
    columns = width_of(group) or GRID_COLUMNS
    fill(stage, inner, children, row, depth + 1, columns)
    return inner


def find_panels(part: object) -> list[Panel]:
    """A panel and the panels within it."""
    if not isinstance(part, Panel):
        return []
    return [part] + [inner for one in part.parts for inner in find_panels(one)]


__all__ = [
    "GroupPanel",
    "Heading",
    "Panel",
    "SideBySide",
    "fill",
    "find_panels",
    "narrow",
    "width_of",
]
