"""Rows of answers as the cells of a sheet: which cell is which answer."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.form_engine.definition import Question
from juntos_campo.ui.widgets.grid_model import GridColumn, Spot

PIXELS_A_MM = 6.4
"""Design pixels for a millimetre of a paper column."""


class RowCells:
    """What every `GridSource` over rows of a form has: a row a row, a column a question.

    Attributes:
        rows: keys of the rows, in order.
        questions: of the columns.
    """

    def __init__(self, questions: Sequence[Question], rows: Sequence[str] = ()) -> None:
        self.questions = list(questions)
        self._at = {question.key: number for number, question in enumerate(self.questions)}
        self._columns: tuple[GridColumn, ...] = ()
        self.rows: tuple[str, ...] = ()
        self._row_at: dict[str, int] = {}
        self.set_rows(rows)

    def set_rows(self, rows: Sequence[str]) -> bool:
        """These are the rows now; True when they are others."""
        if tuple(rows) == self.rows:
            return False
        self.rows = tuple(rows)
        self._row_at = {row: number for number, row in enumerate(self.rows)}
        return True

    @property
    def columns(self) -> Sequence[GridColumn]:
        return self._columns

    @property
    def row_count(self) -> int:
        return len(self.rows)

    def address(self, row: int, column: int) -> str:
        """Address of a cell's answer."""
        return f"{self.rows[row]}/{self.questions[column].key}"

    def spot(self, address: str) -> Spot | None:
        """Row and column of an address; None for what is not shown here."""
        row, _, key = address.rpartition("/")
        if row not in self._row_at or key not in self._at:
            return None
        return self._row_at[row], self._at[key]

    def title_of(self, column: int) -> str:
        """``Noviembre, Peso kg``"""
        one = self._columns[column]
        return ", ".join(part for part in (one.group, one.title) if part)
