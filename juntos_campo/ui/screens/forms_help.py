"""Formularios, below Ayuda: which version of each form is in force, from where, and what it changed."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QTimer

from juntos_campo.app.form_library import FormLeftOut
from juntos_campo.app.forms_in_force import (
    FormLine,
    FormPage,
    QuestionLine,
    form_page,
    forms_in_force,
)
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import UserError
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.list_beside import ListBesideScreen
from juntos_campo.ui.tasks import Job
from juntos_campo.ui.theme.theme import TextRole, set_tone
from juntos_campo.ui.widgets.labels import Label
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable

PAUSE = 120
"""Milliseconds the choice must stand before a form is read: arrowing past it costs nothing."""


class FormsHelpScreen(ListBesideScreen):
    """Forms at the left, the chosen one at the right. Enter goes to its questions."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(
            context,
            QCoreApplication.translate("FormsHelpScreen", "Formularios"),
            QCoreApplication.translate(
                "FormsHelpScreen", "Qué versión rige, de dónde viene y qué cambió"
            ),
        )
        self.page: FormPage | None = None
        self.left_out: tuple[FormLeftOut, ...] = ()
        self._pages: dict[tuple[str, str], FormPage] = {}
        self.forms_model: RowsModel[FormLine] = RowsModel(self._form_columns())
        self.forms = DataTable(self.forms_model, self.tr("Formularios"))
        self.form_title = Label("", TextRole.SECTION, wrap=True)
        self.intro = Label("", TextRole.BODY, wrap=True)
        self.versions = Label("", TextRole.SOFT, wrap=True)
        self.doubt = Label("", TextRole.BODY, wrap=True)
        set_tone(self.doubt, "medium")
        self.changes = Label("", TextRole.BODY, wrap=True)
        self.questions_model: RowsModel[QuestionLine] = RowsModel(self._question_columns())
        self.questions = DataTable(self.questions_model, self.tr("Preguntas del formulario"))
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(PAUSE)
        self._wait.timeout.connect(self._read)
        told = (self.form_title, self.intro, self.doubt, self.changes, self.versions)
        self.lay_out(self.forms, told, self.questions)
        self.forms.selectionModel().currentRowChanged.connect(lambda _a, _b: self._choose())

    def open(self, params: dict[str, str]) -> None:
        """Choose a form, ``form_id``."""
        super().open(params)
        wanted = params.get("form_id", "")
        for line in self.forms_model.rows() if wanted else ():
            if line.form_id == wanted:
                self.forms.select(line)

    def refresh(self, changed: Changed | None) -> None:
        """Look again; the office may have sent other forms."""
        if (
            changed is not None
            and not changed.everything
            and "form_definition" not in changed.kinds
        ):
            return
        chosen: FormLine | None = self.forms.current()
        try:
            lines, self.left_out = forms_in_force(self.context.session)
        except UserError as error:
            self.show_error(error)
            return
        self._pages.clear()
        self.forms_model.set_rows(lines)
        same = [one for one in lines if chosen is not None and one.form_id == chosen.form_id]
        if same:
            self.forms.select(same[0])
        self._tell_left_out()
        self._choose()

    def _choose(self) -> None:
        line: FormLine | None = self.forms.current()
        known = self._pages.get((line.form_id, line.version)) if line else None
        self.form_title.setText(line.title if line else "")
        self._show(known)
        if line is not None and known is None:
            self._wait.start()

    def _read(self) -> None:
        line: FormLine | None = self.forms.current()
        if line is None:
            return

        def work(_job: Job) -> FormPage:
            with self.context.session.for_thread() as session:
                return form_page(session, line.form_id)

        self.context.tasks.run(work, lambda page: self._have(line, page), self._failed, owner=self)

    def _have(self, line: FormLine, page: FormPage) -> None:
        self._pages[line.form_id, line.version] = page
        if self.forms.current() == line:
            self._show(page)

    def _failed(self, error: Exception) -> None:
        self.intro.setText("")
        if isinstance(error, UserError):
            self.show_error(error)
        else:
            self.context.tasks.unhandled.emit(error)

    def _show(self, page: FormPage | None) -> None:
        self.page = page
        self.intro.setText(self._intro(page) if page else self.tr("Leyendo el formulario…"))
        self.versions.setText(self._versions(page) if page else "")
        self.doubt.setText(page.doubt if page else "")
        self.changes.setText(self._changes(page) if page else "")
        for label in (self.versions, self.doubt, self.changes):
            label.setVisible(bool(label.text()))
        self.questions_model.set_rows(page.questions if page else ())

    def _intro(self, page: FormPage) -> str:
        parts = [page.intro.rstrip("."), page.about]
        return f"{'. '.join(part for part in parts if part)}."

    def _versions(self, page: FormPage) -> str:
        line: FormLine | None = self.forms.current()
        return self.tr("Versiones en esta computadora: {versions}. Archivo: {file}.").format(
            versions="; ".join(page.versions), file=line.file if line else ""
        )

    def _changes(self, page: FormPage) -> str:
        if not page.previous:
            return ""
        if not page.changes:
            return self.tr("Desde la versión {version} no cambió lo que se pregunta.").format(
                version=page.previous
            )
        head = self.tr("Qué cambió desde la versión {version}:").format(version=page.previous)
        return "\n".join([head, *(f"• {one}" for one in page.changes)])

    def _tell_left_out(self) -> None:
        self.tell_left_out(
            self.tr("formulario que envió la oficina no se puede usar en esta computadora"),
            self.tr("formularios que envió la oficina no se pueden usar en esta computadora"),
            [f"{one.file}: {one.reason}" for one in self.left_out],
            self.tr("Sigue el que ya regía. Actualice el programa, o avise a su coordinador."),
        )

    def _form_columns(self) -> list[Column[FormLine]]:
        return [
            Column(
                title=self.tr("Formulario"),
                text=lambda one: one.title,
                below=lambda one: one.state,
                tooltip=lambda one: f"{one.title}\n{one.state}\n{one.file}",
                strong=True,
            )
        ]

    def _question_columns(self) -> list[Column[QuestionLine]]:
        return [
            Column(
                title=self.tr("Pregunta"),
                text=lambda one: one.label,
                below=lambda one: one.section,
                tooltip=lambda one: "\n".join(
                    text for text in (one.label, one.section, one.hint) if text
                ),
                strong=True,
                weight=1.6,
            ),
            Column(
                title=self.tr("Respuesta"),
                text=lambda one: one.kind,
                tooltip=lambda one: one.kind,
                weight=0.9,
            ),
            Column(
                title=self.tr("De dónde sale"),
                text=lambda one: one.source or self.tr("el formulario no lo dice"),
                tooltip=lambda one: one.source or self.tr("El formulario no cita una fuente"),
                tone=lambda one: "medium" if one.unofficial else "soft",
                hide_below=560,
            ),
        ]
