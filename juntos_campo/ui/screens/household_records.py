"""The records of our own forms about one household.

What reads forms is named, not imported: it takes longer to load than the household's file to open, and
most files are opened for something else.
"""

from __future__ import annotations

from pkgutil import resolve_name
from typing import TYPE_CHECKING

from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.tab import LateTab
from juntos_campo.ui.widgets.labels import EmptyState
from juntos_campo.ui.widgets.rows_model import RowsModel
from juntos_campo.ui.widgets.table import DataTable

if TYPE_CHECKING:
    from juntos_campo.app.record_list import RecordLine

_LINES = "juntos_campo.app.record_list:record_lines"
_WORDS = "juntos_campo.ui.screens.record_words"


class RecordsTab(LateTab):
    """Drafts first; Enter goes on with one or reads a closed record.

    Attributes:
        table: None until somebody looked at the tab.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, EmptyState("note-pencil", "", ""))
        self.empty.set_text(
            self.tr("Este hogar no tiene registros"),
            self.tr("Captaciones y solicitudes se comienzan con «Nuevo registro», arriba."),
        )
        self.model: RowsModel[RecordLine] | None = None
        self.table: DataTable | None = None
        self._household_id = ""

    def show_household(self, household_id: str) -> None:
        """Show the records of a household, when somebody looks."""
        self._household_id = household_id
        self.fill_when_seen()

    def fill(self) -> None:
        """Read them."""
        lines: list[RecordLine] = resolve_name(_LINES)(self.context.session, self._household_id)
        model = self.model or self._make_table()
        model.set_rows(lines)
        self.pages.setCurrentIndex(1 if lines else 0)

    def _make_table(self) -> RowsModel[RecordLine]:
        own = self.context.session.user.role is Role.FIELD_WORKER
        self.model = RowsModel(resolve_name(f"{_WORDS}:record_columns")(own=own))
        self.table = DataTable(self.model, self.tr("Registros del hogar"))
        self.table.opened.connect(self._open)
        self.pages.addWidget(self.table)
        return self.model

    def _open(self, line: RecordLine) -> None:
        resolve_name(f"{_WORDS}:open_line")(self.context, line)
