"""A visit or form to be read: what it says, what changed, what the coordinator said."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel

from juntos_campo.app.record_reader import ReadRecord, read_record
from juntos_campo.app.reviews import VISIT, Stage
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import count, moment, short_date
from juntos_campo.domain.values import Role
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.review_words import (
    STAGE,
    comment_note,
    flag_items,
    record_items,
    review_items,
    stage_text,
    words,
)
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label, button
from juntos_campo.ui.widgets.record_list import FieldItem, HeadItem, Item, RecordList


class VisitReaderScreen(Screen):
    """Read only; "Corregir" opens the visit again when it was returned."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("VisitReaderScreen", "Visita"))
        self.record: ReadRecord | None = None
        self._kind, self._record_id = VISIT, ""
        self.sign = QLabel()
        self.state = Label("", TextRole.STRONG)
        self.compared = Label("", TextRole.SOFT, wrap=True)
        self.changes_box = QCheckBox(self.tr("Solo lo que cambió o fue comentado"))
        self.changes_box.setAccessibleName(self.changes_box.text())
        self.changes_box.toggled.connect(lambda _on: self._fill())
        self.list = RecordList(self.tr("Lo registrado en la visita"))
        self.correct_button = button(
            self.tr("Corregir"),
            "pencil-simple",
            "primary",
            self._correct,
            tooltip=self.tr("Corregir esta visita (Ctrl+R)"),
        )
        self.household_button = button(
            self.tr("Abrir hogar"),
            "house-line",
            on_click=self._open_household,
            tooltip=self.tr("Abrir la ficha del hogar (Ctrl+H)"),
        )
        self.tools.addWidget(self.household_button)
        self.tools.addWidget(self.correct_button)
        line = QHBoxLayout()
        line.setSpacing(theme.metrics.s)
        line.addWidget(self.sign)
        line.addWidget(self.state)
        line.addWidget(self.compared, 1)
        line.addWidget(self.changes_box)
        self.body.addLayout(line)
        self.body.addWidget(self.list, 1)
        self.add_key("Ctrl+R", self.tr("Corregir la visita"), self._correct)
        self.add_key("Ctrl+H", self.tr("Abrir la ficha del hogar"), self._open_household)
        self.add_key("Ctrl+D", self.tr("Mostrar solo lo que cambió"), self.changes_box.toggle)
        theme.changed.connect(self._show_state)

    def open(self, params: dict[str, str]) -> None:
        """Show the record ``record_id`` of ``kind``."""
        self._kind = params.get("kind", VISIT)
        self._record_id = params["record_id"]
        self.stale = False
        self.problems.hide()
        self.changes_box.setChecked(False)
        self.list.set_items([])
        self.refresh(None)
        if self.record is not None and self.record.state.stage is Stage.RETURNED:
            self.list.select(next((one.path for one in self.record.fields if one.comment), ""))

    def focus_first(self) -> None:
        self.list.setFocus()

    def refresh(self, changed: Changed | None) -> None:
        """Read the record again."""
        del changed
        if not self._record_id:
            return
        try:
            self.record = read_record(self.context.session, self._kind, self._record_id)
        except UserError as error:
            self.record = None
            self.show_error(error)
        self._show_state()
        self._fill()

    def _show_state(self) -> None:
        record = self.record
        for one in (self.correct_button, self.household_button, self.changes_box):
            one.setVisible(record is not None)
        if record is None:
            self.set_title(self.tr("Visita"))
            for label in (self.sign, self.state, self.compared):
                label.clear()
            return
        when = short_date(record.on)
        self.set_title(record.title, f"{record.subtitle}  ·  {when}  ·  {record.field_worker}")
        mark = STAGE[record.state.stage]
        self.sign.setPixmap(icon_pixmap(mark.icon, mark.tone, theme.metrics.px(18)))
        text = stage_text(record.state)
        self.state.setText(text[:1].upper() + text[1:])
        set_tone(self.state, "" if mark.tone == "soft" else mark.tone)
        self.compared.setText(self._comparison(record))
        self.changes_box.setEnabled(
            bool(record.differences) or any(field.comment for field in record.fields)
        )
        self.household_button.setVisible(bool(record.household_id))
        own = self.context.session.user.role is Role.FIELD_WORKER
        returned = record.state.stage in (Stage.RETURNED, Stage.REFUSED)
        self.correct_button.setVisible(own and returned)

    def _comparison(self, record: ReadRecord) -> str:
        if record.earlier is None:
            return self.tr("Primera versión")
        changes = count(len(record.differences), self.tr("cambio"))
        return self.tr("{changes} desde la versión anterior, reemplazada el {when}").format(
            changes=changes, when=moment(record.earlier.replaced_at)
        )

    def _fill(self) -> None:
        record = self.record
        if record is None:
            self.list.set_items([])
            return
        items: list[Item] = []
        last = record.state.review
        if record.state.stage is Stage.RETURNED and last is not None and last.comment:
            who = self.tr("De {who}, {when}").format(
                who=record.reviewers.get(last.reviewer, last.reviewer),
                when=moment(last.reviewed_at),
            )
            items = [
                HeadItem(words("Lo que dijo su coordinador")),
                FieldItem("general", self.tr("Sobre todo el registro"), who,
                          (comment_note(last.comment),)),
            ]  # fmt: skip
        items += flag_items(record)
        items += record_items(record, only_differences=self.changes_box.isChecked())
        if not self.changes_box.isChecked():
            items += review_items(record.reviews, record.reviewers)
        self.list.set_items(items)

    def _correct(self) -> None:
        record = self.record
        if record is None or not self.correct_button.isVisibleTo(self):
            return
        if record.kind == VISIT:
            self.context.navigation.open_visit(record.household_id, record.id)
        else:
            self.context.navigation.open_form(record.form_id, record.facility_id, record.bimester)

    def _open_household(self) -> None:
        if self.record is not None and self.record.household_id:
            self.context.navigation.open_household(self.record.household_id)
