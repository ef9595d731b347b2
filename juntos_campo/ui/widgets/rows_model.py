"""Rows of plain data as a Qt model: a list of objects and a list of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from juntos_campo.domain.spanish import ABSENT
from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.model import State
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.meaning import RISK, Mark

Row = TypeVar("Row")
Index = QModelIndex | QPersistentModelIndex

RISK_DATA = int(Qt.ItemDataRole.UserRole) + 1
CHIPS_DATA = int(Qt.ItemDataRole.UserRole) + 2
TONE_DATA = int(Qt.ItemDataRole.UserRole) + 3
ROW_DATA = int(Qt.ItemDataRole.UserRole) + 4
BELOW_DATA = int(Qt.ItemDataRole.UserRole) + 5

Chips = Sequence[tuple[str, State | Mark]]
"""Labels with the state of a service or another mark, in the order they are painted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column(Generic[Row]):
    """One column.

    Attributes:
        title: heading, Spanish.
        text: what the cell says; "" is shown as "—".
        tooltip: why it says so; for an empty cell, the reason why there is nothing.
        risk, chips, tone: paint a risk badge; service chips; the text in a palette token's colour.
        below: a second, softer line; the rows of the table are then 44 pixels high.
        width: design pixels; 0 takes a share of the rest of the line, in proportion to `weight`.
        hide_below: the column is left out in tables narrower than this many design pixels.
        strong: the text that identifies the row.
        right: figures are aligned to the right.
        sort: value the column is ordered by; None leaves it out of sorting.
    """

    title: str
    text: Callable[[Row], str]
    tooltip: Callable[[Row], str] | None = None
    risk: Callable[[Row], RiskLevel | None] | None = None
    chips: Callable[[Row], Chips | None] | None = None
    tone: Callable[[Row], str] | None = None
    below: Callable[[Row], str] | None = None
    width: int = 0
    weight: float = 1.0
    hide_below: int = 0
    strong: bool = False
    right: bool = False
    sort: Callable[[Row], Any] | None = None


class RowsModel(QAbstractTableModel, Generic[Row]):
    """A read-only table of `Row` objects."""

    def __init__(self, columns: Sequence[Column[Row]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._rows: list[Row] = []

    def set_rows(self, rows: Sequence[Row]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()

    def rows(self) -> Sequence[Row]:
        """All rows, in the order shown."""
        return self._rows

    def row_at(self, index: Index) -> Row | None:
        """The object of an index; None outside the table."""
        return self._rows[index.row()] if 0 <= index.row() < len(self._rows) else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.right)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order the rows by a column that can be sorted; others leave the order as it is."""
        key = self.columns[column].sort if 0 <= column < len(self.columns) else None
        if key is None:
            return
        self.layoutAboutToBeChanged.emit()
        self._rows.sort(key=key, reverse=order is Qt.SortOrder.DescendingOrder)
        self.layoutChanged.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row_at(index)
        if row is None:
            return None
        return self.cell(row, self.columns[index.column()], role)

    def cell(self, row: Row, column: Column[Row], role: int) -> Any:
        """The value of one cell in one Qt role."""
        if role == Qt.ItemDataRole.DisplayRole:
            return column.text(row) or ABSENT
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleDescriptionRole):
            return (column.tooltip(row) if column.tooltip else "") or column.text(row) or None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column.right)
        if role == Qt.ItemDataRole.FontRole:
            return theme.font(TextRole.STRONG) if column.strong else None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            level = column.risk(row) if column.risk else None
            below = column.below(row) if column.below else ""
            text = RISK[level].text if level else column.text(row) or ABSENT
            return f"{text}. {below}" if below else text
        return self._own(row, column, role)

    @staticmethod
    def _own(row: Row, column: Column[Row], role: int) -> Any:
        if role == RISK_DATA:
            return column.risk(row) if column.risk else None
        if role == CHIPS_DATA:
            return column.chips(row) if column.chips else None
        if role == TONE_DATA:
            return column.tone(row) if column.tone else None
        if role == BELOW_DATA:
            return column.below(row) if column.below else None
        return row if role == ROW_DATA else None


def _alignment(right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return Qt.AlignmentFlag(side | Qt.AlignmentFlag.AlignVCenter)
