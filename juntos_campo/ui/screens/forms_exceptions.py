"""Incumplimientos: who did not fulfil in a bimester and why, and whom no form speaks of yet."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pkgutil import resolve_name

from PySide6.QtWidgets import QComboBox, QHBoxLayout

from juntos_campo.app.exceptions_report import (
    ESTIMATED,
    ExceptionReport,
    UnconfirmedLine,
    exception_report,
    summary,
    unconfirmed,
)
from juntos_campo.app.session import Session
from juntos_campo.domain.errors import JuntosError
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screens.forms_page import WorkedPage
from juntos_campo.ui.screens.forms_words import words
from juntos_campo.ui.table_output import table_output
from juntos_campo.ui.tasks import Job
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label, button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable

_TABLES = "juntos_campo.app.consolidation"
_EVERY = 20
"""Households between two signs of progress."""


class Kind(StrEnum):
    """What the list shows."""

    TOLD = "told"
    NO_CAUSE = "no_cause"
    TO_CONFIRM = "to_confirm"


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One line of the list, whichever of both it comes from."""

    kind: Kind
    place: str
    form: str
    person: str
    household: str
    household_id: str
    member_id: str
    month: str
    cause: str
    observation: str


class ExceptionsPage(WorkedPage):
    """Enter opens the household's coresponsibility; print and export from the heading."""

    follows_papers = False

    def __init__(self, context: UiContext) -> None:
        empty = EmptyState("check-circle", "", "", words("Estimar ahora"), self._estimate)
        super().__init__(context, empty, words("Reuniendo los incumplimientos del bimestre"))
        self.report: ExceptionReport | None = None
        self.waiting: tuple[UnconfirmedLine, ...] | None = None
        self._rows: list[ExceptionRow] = []
        self.model: RowsModel[ExceptionRow] = RowsModel(self._columns())
        self.table = DataTable(self.model, words("Incumplimientos del bimestre"))
        self.table.opened.connect(self._open)
        self.pages.addWidget(self.table)
        self.kinds = QComboBox()
        self.kinds.setAccessibleName(words("Qué incumplimientos se ven"))
        self.kinds.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.kinds.activated.connect(lambda _index: self._filter())
        self.told = Label("", TextRole.SOFT, wrap=True)
        self.note = Label(words(ESTIMATED), TextRole.SMALL, wrap=True)
        self.note.hide()
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.m)
        row.addWidget(self.kinds)
        row.addWidget(self.told, 1)
        self.column.insertLayout(0, row)
        self.column.addWidget(self.note)
        self.print_button = button(words("Imprimir reporte"), "printer", on_click=self.print_out)
        self.export_button = button(words("Exportar"), "download-simple", on_click=self.export)
        self.tools += [self.export_button, self.print_button]
        self._offer()

    def work(self, session: Session, job: Job) -> ExceptionReport:
        job.check()
        return exception_report(session, self.bimester)

    def show_result(self, result: ExceptionReport) -> None:
        """What the forms say stands at once; judging every household takes seconds."""
        self.report, self.waiting = result, None
        self._show()
        self._estimate()

    def _estimate(self) -> None:
        self.begin(self._judge, self._judged, words("Estimando quiénes faltan confirmar"))

    def _judge(self, session: Session, job: Job) -> tuple[UnconfirmedLine, ...]:
        def tell(done: int, total: int) -> None:
            job.check()
            if done % _EVERY == 0:
                job.progress(done, total, "")

        return unconfirmed(session, self.bimester, tell)

    def _judged(self, waiting: tuple[UnconfirmedLine, ...]) -> None:
        self.waiting = waiting
        self._show()

    def _show(self) -> None:
        if self.report is None:
            return
        self._rows = [
            ExceptionRow(
                Kind.TOLD if one.has_cause else Kind.NO_CAUSE,
                one.place.name,
                one.answer.short,
                one.answer.person,
                one.answer.household_code,
                one.answer.household_id,
                one.answer.member_id,
                one.month,
                words("{cause} (exceptuable)").format(cause=one.cause)
                if one.excused
                else one.cause,
                one.answer.observation,
            )
            for one in self.report.lines
        ]
        self._rows += [
            ExceptionRow(
                Kind.TO_CONFIRM,
                one.place.name if one.place else "",
                one.about,
                one.person,
                one.household_code,
                one.household_id,
                one.member_id,
                one.month_text,
                one.why,
                "",
            )
            for one in self.waiting or ()
        ]
        chosen = self.kinds.currentData()
        self.kinds.clear()
        for title, kind in (
            (words("Dichos en los formatos ({n})"), Kind.TOLD),
            (words("Sin motivo anotado ({n})"), Kind.NO_CAUSE),
            (words("Por confirmar ({n})"), Kind.TO_CONFIRM),
        ):
            unknown = kind is Kind.TO_CONFIRM and self.waiting is None
            number = "…" if unknown else str(len(self._of(kind)))
            self.kinds.addItem(title.format(n=number), kind)
        place = self.kinds.findData(chosen) if chosen else -1
        if place <= 0:  # what there is something of, first
            place = 0 if self.report.lines or not self.waiting else 2
        self.kinds.setCurrentIndex(place)
        self.told.setText(" ".join(summary(self.report)))
        self._filter()
        self._offer()

    def focus_first(self) -> None:
        """Give the keyboard to the list."""
        (self.table if self.model.rowCount() else self.kinds).setFocus()

    def print_out(self) -> None:
        """Save the report as a PDF, once it is whole."""
        if self.report is None or self.waiting is None:
            return
        name = f"incumplimientos-{self.bimester}.pdf"
        try:
            make = resolve_name("juntos_campo.app.paper_prints:print_exceptions")
            path = pdf_output.save(
                self, name, make(self.context.session, self.report, self.waiting)
            )
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        if path is not None:
            self.context.notify.tell(words("El reporte se guardó para imprimir"), str(path))

    def export(self) -> None:
        """Save both lists as tables, once they are whole."""
        if self.report is None or self.waiting is None:
            return
        sheets = (
            resolve_name(f"{_TABLES}:exception_sheet")(self.report.lines),
            resolve_name(f"{_TABLES}:unconfirmed_sheet")(self.waiting),
        )
        try:
            path = table_output.save(self, f"incumplimientos-{self.bimester}.xlsx", sheets)
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        if path is not None:
            self.context.notify.tell(words("Las tablas se guardaron"), str(path))

    def _of(self, kind: Kind) -> list[ExceptionRow]:
        if kind == Kind.TOLD:  # those without a cause are among them
            return [one for one in self._rows if one.kind is not Kind.TO_CONFIRM]
        return [one for one in self._rows if one.kind == kind]

    def _filter(self) -> None:
        kind = Kind(self.kinds.currentData() or Kind.TOLD)
        rows = self._of(kind)
        self.model.set_rows(rows)
        self.note.setVisible(kind is Kind.TO_CONFIRM and bool(rows))
        if not rows:
            texts = {
                Kind.TOLD: words("Los formatos cerrados no registran incumplimientos"),
                Kind.NO_CAUSE: words("A nadie le falta el motivo"),
                Kind.TO_CONFIRM: words("Nadie espera confirmación"),
            }
            advice = words("Salen de los formatos cerrados: llénelos y ciérrelos en «Formatos».")
            open_estimate = kind is Kind.TO_CONFIRM and self.waiting is None
            if open_estimate:
                self.empty.set_text(
                    words("Todavía no se estimó a quiénes falta confirmar"),
                    words("Se revisa cada hogar con las reglas del programa. Tarda unos segundos."),
                )
            else:
                self.empty.set_text(texts[kind], advice if kind is Kind.TOLD else "")
            self.empty.button.setVisible(open_estimate)
        self.pages.setCurrentWidget(self.table if rows else self.empty)

    def _offer(self) -> None:
        some = bool(self._rows) and self.waiting is not None
        for one in (self.print_button, self.export_button):
            one.setEnabled(some)

    def _open(self, row: ExceptionRow) -> None:
        if row.household_id:
            self.context.navigation.open_household(
                row.household_id, row.member_id, tab="coresponsibility"
            )
            return
        self.context.notify.say(words("Esa persona ya no está en el padrón"))

    @staticmethod
    def _columns() -> list[Column[ExceptionRow]]:
        return [
            Column(
                title=words("Persona"),
                text=lambda row: row.person,
                below=lambda row: words("hogar {code}").format(code=row.household),
                strong=True,
                weight=1.2,
            ),
            Column(
                title=words("Mes"),
                text=lambda row: row.month,
                below=lambda row: row.form,
                width=100,
            ),
            Column(
                title=words("Motivo"),
                text=lambda row: row.cause,
                tone=lambda row: "high" if row.kind is Kind.NO_CAUSE else "",
                below=lambda row: row.observation,
                tooltip=lambda row: "\n".join(one for one in (row.cause, row.observation) if one),
                weight=1.7,
            ),
            Column(
                title=words("Lugar"),
                text=lambda row: row.place,
                tooltip=lambda row: (
                    row.place or words("El padrón no dice dónde se atiende o estudia")
                ),
                weight=0.8,
                hide_below=700,
            ),
        ]
