"""A closed record of ours to be read: what it says, and what its last correction changed."""

from __future__ import annotations

from pkgutil import resolve_name

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from juntos_campo.app.field_records import DeleteReason, delete_record
from juntos_campo.app.read_field_record import ReadFieldRecord, open_reading
from juntos_campo.app.record_list import RecordState
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import JuntosError, UserError
from juntos_campo.domain.spanish import count, moment, short_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.form_view import FormView
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.record_panels import DeletePanel
from juntos_campo.ui.screens.record_words import STATE, words
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label, button

_PRINT = "juntos_campo.app.record_print:print_record"
"""Named, not imported: the PDF library is slow to load, and most readers print nothing."""


class RecordReaderScreen(Screen):
    """Parameters of `open`: ``record_id``."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("RecordReaderScreen", "Registro"))
        self.reading: ReadFieldRecord | None = None
        self.view: FormView | None = None
        self._record_id = ""
        self.sign = QLabel()
        self.state = Label("", TextRole.STRONG)
        self.compared = Label("", TextRole.SOFT, wrap=True)
        self.place = QWidget()
        self.place_column = QVBoxLayout(self.place)
        self.place_column.setContentsMargins(0, 0, 0, 0)
        self.gone = EmptyState("note-pencil", "", "", self.tr("Ver registros"), self._to_list)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.place)
        self.pages.addWidget(self.gone)
        self._make_tools()
        self._lay_out()
        theme.changed.connect(self._show_state)

    def open(self, params: dict[str, str]) -> None:
        """Show the record ``record_id``."""
        self._record_id = params["record_id"]
        self.stale = False
        self.problems.hide()
        self.refresh(None)

    def refresh(self, changed: Changed | None) -> None:
        """Read the record again."""
        del changed
        if not self._record_id:
            return
        try:
            reading = open_reading(self.context.session, self._record_id)
        except JuntosError as error:
            self._show_gone(error)
            return
        same = self.reading is not None and self.reading.record == reading.record
        self.reading = reading
        if not same or self.view is None:
            self._show_form(reading)
        if reading.news:
            self.problems.show_notice(reading.news[0], "\n".join(reading.news[1:]))
        self._show_state()

    def focus_first(self) -> None:
        if self.pages.currentWidget() is self.gone:
            self.gone.button.setFocus()
        elif self.view is not None:
            self._page(self.view).setFocus(Qt.FocusReason.OtherFocusReason)

    def correct(self) -> None:
        """Open the record again to correct it."""
        if self.reading is not None and self.reading.own:
            self.context.navigation.open_record(record_id=self._record_id)

    def print_out(self) -> None:
        """Save the record as PDF where the user wants it."""
        reading = self.reading
        if reading is None:
            return
        name = f"{reading.record.form_id}-{reading.record.on.isoformat()}.pdf"
        try:
            data: bytes = resolve_name(_PRINT)(self.context.session, reading.record)
            path = pdf_output.save(self, name, data)
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        if path is not None:
            self.context.notify.tell(self.tr("El registro se guardó para imprimir"), str(path))

    def ask_delete(self) -> None:
        """Delete the record, after asking why."""
        if self.reading is None or not self.reading.own:
            return
        panel = DeletePanel(self.window())
        panel.agreed.connect(self.delete)
        panel.ask_beside(self.delete_button)

    def delete(self, reason: DeleteReason) -> None:
        """Delete the record for `reason`."""
        try:
            changed = delete_record(self.context.session, self._record_id, reason)
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        self._forget()
        self._record_id = ""
        self.context.changes.publish(changed)
        self._to_list()
        self.context.notify.say(self.tr("Registro eliminado"))

    # -- inside --------------------------------------------------------------------------------

    def _make_tools(self) -> None:
        self.delete_button = button(
            self.tr("Eliminar"), "trash", on_click=self.ask_delete,
            tooltip=self.tr("Eliminar este registro, diciendo por qué"),
        )  # fmt: skip
        self.household_button = button(
            self.tr("Abrir hogar"), "house-line", on_click=self._open_household,
            tooltip=self.tr("Abrir la ficha del hogar (Ctrl+H)"),
        )  # fmt: skip
        self.correct_button = button(
            self.tr("Corregir"), "pencil-simple", on_click=self.correct,
            tooltip=self.tr("Corregir este registro (Ctrl+R)"),
        )  # fmt: skip
        self.print_button = button(
            self.tr("Imprimir"), "printer", "primary", self.print_out,
            tooltip=self.tr("Imprimir el registro (Ctrl+P)"),
        )  # fmt: skip
        self._tools = (
            self.delete_button, self.household_button, self.correct_button, self.print_button
        )  # fmt: skip
        for one in self._tools:
            self.tools.addWidget(one)
        self.add_key("Ctrl+R", self.tr("Corregir el registro"), self.correct)
        self.add_key("Ctrl+P", self.tr("Imprimir el registro"), self.print_out)
        self.add_key("Ctrl+H", self.tr("Abrir la ficha del hogar"), self._open_household)
        self._own_keys = list(self.keys)

    def _lay_out(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.metrics.s)
        line.addWidget(self.sign)
        line.addWidget(self.state)
        line.addWidget(self.compared, 1)
        self.body.addLayout(line)
        self.body.addWidget(self.pages, 1)

    def _show_form(self, reading: ReadFieldRecord) -> None:
        self._drop_view()
        self.view = FormView(reading, readonly=True, differences=reading.differences)
        self.keys = [*self._own_keys, *self.view.keys]
        self.view.failed.connect(self.context.notify.fail)
        # Nothing in it takes the keyboard: the page itself does, so that it scrolls by keys.
        page = self._page(self.view)
        page.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        page.setAccessibleName(self.tr("Lo que dice el registro"))
        self.place_column.addWidget(self.view)
        self.pages.setCurrentWidget(self.place)

    @staticmethod
    def _page(view: FormView) -> QWidget:
        """What scrolls in the view."""
        return view.pages.area

    def _show_state(self) -> None:
        reading = self.reading
        for one in (self.sign, self.state, self.compared, *self._tools):
            one.setVisible(reading is not None)
        if reading is None:
            return
        record = reading.record
        parts = [reading.subject.text, short_date(record.on)]
        if not reading.own:
            parts.append(record.field_worker)
        self.set_title(reading.form.definition.title, "  ·  ".join(part for part in parts if part))
        mark = STATE[RecordState.SENT if reading.sent else RecordState.UNSENT]
        self.sign.setPixmap(icon_pixmap(mark.icon, mark.tone, theme.metrics.px(18)))
        self.state.setText(words(mark.word).capitalize())
        set_tone(self.state, mark.tone)
        self.compared.setText(self._comparison(reading))
        self.household_button.setVisible(bool(record.household_id))
        for one in (self.correct_button, self.delete_button):
            one.setVisible(reading.own)

    def _comparison(self, reading: ReadFieldRecord) -> str:
        parts = []
        if reading.record.confidential:
            parts.append(self.tr("Confidencial: solo lo abre quien lo hizo"))
        earlier = reading.earlier
        if earlier is not None:
            text = self.tr("{changes} desde la versión anterior").format(
                changes=count(reading.changes, self.tr("cambio"))
            )
            if earlier.replaced_at is not None:
                when = moment(earlier.replaced_at)
                text = self.tr("{text}, corregida el {when}").format(text=text, when=when)
            parts.append(text)
        return "  ·  ".join(parts)

    def _show_gone(self, error: JuntosError) -> None:
        self._forget()
        self.set_title(self.tr("Registro"))
        told = isinstance(error, UserError)
        self.gone.set_text(
            error.what if told else self.tr("El registro no se abrió"),  # type: ignore[attr-defined]
            error.remedy if told else "",  # type: ignore[attr-defined]
        )
        self.pages.setCurrentWidget(self.gone)
        self._show_state()
        if not told:
            self.context.notify.fail(error)

    def _forget(self) -> None:
        self.reading = None
        self._drop_view()

    def _drop_view(self) -> None:
        if self.view is not None:
            self.place_column.removeWidget(self.view)
            self.view.hide()
            self.view.deleteLater()
            self.view = None

    def _open_household(self) -> None:
        if self.reading is not None and self.reading.record.household_id:
            self.context.navigation.open_household(
                self.reading.record.household_id, self.reading.record.member_id
            )

    def _to_list(self) -> None:
        self.context.navigation.open("records")
