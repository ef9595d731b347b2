"""What is to be known of a household before its file is read: it arrives, it left, somebody changed it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from juntos_campo.app.conflict_scope import open_in_household
from juntos_campo.app.external_data import households_to_look_at
from juntos_campo.app.household_file import HouseholdFile
from juntos_campo.app.left_households import left_household
from juntos_campo.domain.spanish import count
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.labels import button
from juntos_campo.ui.widgets.sentence import Sentence


class HouseholdNotices(QWidget):
    """Sentences above the file; nothing while there is nothing to say."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._household_id = ""
        self.conflicts_button = button(
            self.tr("Ver los cambios"), "scales", "quiet", self._open_conflicts
        )
        self.arriving = Sentence("download-simple", "information")
        self.left = Sentence("arrow-right", "medium")
        self.crossed = Sentence("scales", "information", self.conflicts_button)
        self.external_button = button(
            self.tr("Ver los datos"), "hard-drives", "quiet", self._open_external
        )
        self.external = Sentence("hard-drives", "medium", self.external_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        for one in (self.left, self.arriving, self.crossed, self.external):
            column.addWidget(one)

    def show_file(self, file: HouseholdFile) -> None:
        """Say what is to be known of this household."""
        session, self._household_id = self.context.session, file.household.id
        self.arriving.say(self._arriving() if file.arriving else "")
        gone = left_household(session, file.household.id) if file.departed else None
        said = self.tr("Este hogar pasó a otro gestor. {why}")
        self.left.say(said.format(why=gone.why) if gone is not None else "")
        number = open_in_household(session, file.household.id)
        what = count(
            number,
            self.tr("dato de este hogar lo cambió también otra persona"),
            self.tr("datos de este hogar los cambió también otra persona"),
        )
        self.crossed.say(f"{what}." if number else "")
        outside = households_to_look_at(session.store).get(file.household.id, 0)
        self.external.say(self._external(outside) if outside else "")
        self.setVisible(bool(file.arriving or gone or number or outside))

    def _external(self, number: int) -> str:
        what = count(
            number,
            self.tr("dato de otro sistema espera que usted lo revise"),
            self.tr("datos de otros sistemas esperan que usted los revise"),
        )
        return f"{what}."

    def _arriving(self) -> str:
        return self.tr(
            "La historia de este hogar todavía está llegando: por eso no se dice qué le falta. Se pidió "
            "que llegue primero; siga sincronizando."
        )

    def _open_external(self) -> None:
        go = self.context.navigation
        go.open("household", household_id=self._household_id, tab="external")

    def _open_conflicts(self) -> None:
        self.context.navigation.open("conflicts", household_id=self._household_id)
