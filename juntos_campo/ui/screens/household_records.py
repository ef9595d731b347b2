"""The records of our own forms about one household."""

from __future__ import annotations

from juntos_campo.app.record_list import RecordLine, record_lines
from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.household_tab import LateTab
from juntos_campo.ui.screens.record_words import open_line, record_columns
from juntos_campo.ui.widgets.labels import EmptyState
from juntos_campo.ui.widgets.rows_model import RowsModel
from juntos_campo.ui.widgets.table import DataTable


class RecordsTab(LateTab):
    """Drafts first; Enter goes on with one or reads a closed record."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, EmptyState("note-pencil", "", ""))
        self.empty.set_text(
            self.tr("Este hogar no tiene registros"),
            self.tr("Captaciones y solicitudes se comienzan con «Nuevo registro», arriba."),
        )
        self.model: RowsModel[RecordLine] = RowsModel(
            record_columns(own=context.session.user.role is Role.FIELD_WORKER)
        )
        self.table = DataTable(self.model, self.tr("Registros del hogar"))
        self.table.opened.connect(lambda line: open_line(self.context, line))
        self.pages.addWidget(self.table)
        self._household_id = ""

    def show_household(self, household_id: str) -> None:
        """Show the records of a household, when somebody looks."""
        self._household_id = household_id
        self.fill_when_seen()

    def fill(self) -> None:
        """Read them."""
        lines = record_lines(self.context.session, self._household_id)
        self.model.set_rows(lines)
        self.pages.setCurrentIndex(1 if lines else 0)
