"""Consolidado: the bimester's counts, what is still missing before it can be sent, and the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from juntos_campo.app.consolidation import (
    Consolidation,
    MonthCount,
    consolidation,
    count_sheet,
    exception_sheet,
    nominal_sheet,
    paper_sheet,
)
from juntos_campo.app.exceptions_report import exception_report
from juntos_campo.app.paperwork import Paper
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.app.session import Session
from juntos_campo.domain.errors import JuntosError
from juntos_campo.domain.spanish import count, thousands
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.forms_page import WorkedPage
from juntos_campo.ui.screens.forms_words import mark_of, words
from juntos_campo.ui.table_output import table_output
from juntos_campo.ui.tasks import Job
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label, SectionHeader, button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable


class SummaryPage(WorkedPage):
    """Counts at the left, papers with what they lack at the right; Enter on one goes to its paper."""

    def __init__(self, context: UiContext) -> None:
        empty = EmptyState(
            "clipboard-text",
            words("No hay formatos que consolidar en este bimestre"),
            words("Aparecen aquí en cuanto el padrón tiene a quién verificar."),
        )
        super().__init__(context, empty, words("Reuniendo el consolidado del bimestre"))
        self.found: Consolidation | None = None
        self.counts: RowsModel[MonthCount] = RowsModel(self._count_columns())
        self.count_table = DataTable(self.counts, words("Cumplimiento por formato, lugar y mes"))
        self.waiting: RowsModel[Paper] = RowsModel(self._paper_columns())
        self.paper_table = DataTable(self.waiting, words("Formatos y lo que les falta"))
        self.paper_table.opened.connect(lambda paper: self.chosen.emit(paper.key))
        self.totals = Label("", TextRole.SOFT, wrap=True)
        self.ready_text = Label("", TextRole.SOFT, wrap=True)
        self.consolidate_button = button(
            words("Consolidar"),
            "checks",
            on_click=lambda: self._want(Step.CONSOLIDATED),
            tooltip=words("Anotar hoy la consolidación de todos los que están listos"),
        )
        self.send_button = button(
            words("Marcar enviados"),
            "paper-plane-tilt",
            on_click=lambda: self._want(Step.SENT),
            tooltip=words("Anotar hoy el envío de todos los consolidados"),
        )
        self.export_button = button(
            words("Exportar para la oficina"), "download-simple", on_click=self.export
        )
        self.tools += [self.export_button]
        self._lay_out()
        self._offer()

    def work(self, session: Session, job: Job) -> Consolidation:
        job.check()
        return consolidation(session, self.bimester, self.papers)

    def show_result(self, result: Any) -> None:
        assert isinstance(result, Consolidation)  # noqa: S101 - what `work` returns
        self.found = result
        self.counts.set_rows(result.counts)
        self.waiting.set_rows((*result.ready, *result.waiting, *result.sent))
        listed = sum(one.listed for one in result.counts)
        fulfilled = sum(one.fulfilled for one in result.counts)
        missed = sum(one.not_fulfilled for one in result.counts)
        self.totals.setText(
            words(
                "En los dos meses: cumplió {fulfilled}, no cumplió {missed}, sin dato {without}, "
                "de {listed} en lista."
            ).format(
                fulfilled=thousands(fulfilled),
                missed=thousands(missed),
                without=thousands(listed - fulfilled - missed),
                listed=thousands(listed),
            )
        )
        told = (
            count(len(result.ready), words("listo")),
            count(len(result.waiting), words("pendiente")),
            count(len(result.sent), words("enviado")),
        )
        self.ready_text.setText(" · ".join(told))
        self.pages.setCurrentIndex(1 if self.papers else 0)
        self._offer()

    def focus_first(self) -> None:
        """Give the keyboard to what can be done."""
        self.paper_table.setFocus()

    def export(self) -> None:
        """Save counts, everybody by name, exceptions and papers as one workbook."""
        if self.found is None:
            return
        session, bimester = self.context.session, self.bimester
        try:
            sheets = (
                nominal_sheet(session, bimester),
                count_sheet(self.found.counts),
                exception_sheet(exception_report(session, bimester).lines),
                paper_sheet(self.papers),
            )
            path = table_output.save(self, f"consolidado-{bimester}.xlsx", sheets)
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        if path is not None:
            self.context.notify.tell(
                words("El consolidado se guardó"),
                words("{path}. Contiene datos personales: entréguelo solo a la oficina.").format(
                    path=path
                ),
            )

    def _want(self, step: Step) -> None:
        chosen = self._ready_for(step)
        if chosen:
            self.wanted.emit(chosen, step)

    def _ready_for(self, step: Step) -> Sequence[Paper]:
        ready = self.found.ready if self.found is not None else ()
        return [one for one in ready if one.next is step]

    def _offer(self) -> None:
        for one, step, text in (
            (self.consolidate_button, Step.CONSOLIDATED, words("Consolidar ({n})")),
            (self.send_button, Step.SENT, words("Marcar enviados ({n})")),
        ):
            number = len(self._ready_for(step))
            one.setText(text.format(n=number))
            one.setAccessibleName(one.text())
            one.setEnabled(number > 0)
        self.export_button.setEnabled(self.found is not None and bool(self.papers))

    def _lay_out(self) -> None:
        m = theme.metrics
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(m.xs)
        left.addWidget(SectionHeader(words("Cumplimiento por mes")))
        left.addWidget(self.totals)
        left.addWidget(self.count_table, 1)
        right.addWidget(SectionHeader(words("Antes de enviar")))
        right.addWidget(self.ready_text)
        right.addWidget(self.paper_table, 1)
        acts = QHBoxLayout()
        acts.setSpacing(m.s)
        acts.addWidget(self.consolidate_button)
        acts.addWidget(self.send_button)
        acts.addStretch(1)
        right.addLayout(acts)
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(m.m)
        row.addLayout(left, 7)
        row.addLayout(right, 5)
        self.pages.addWidget(both)

    @staticmethod
    def _count_columns() -> list[Column[MonthCount]]:
        def figure(
            title: str, of: Any, width: int, tone: str = "", hide_below: int = 0
        ) -> Column[MonthCount]:
            return Column(
                title=title,
                text=lambda one: str(of(one)),
                tone=(lambda one: tone if of(one) else "soft") if tone else None,
                width=width,
                hide_below=hide_below,
                right=True,
            )

        return [
            Column(
                title=words("Lugar y formato"),
                text=lambda one: one.place.name,
                below=lambda one: f"{one.short} · {one.month_text}",
                strong=True,
            ),
            figure(words("Lista"), lambda one: one.listed, 64, hide_below=400),
            figure(words("SÍ"), lambda one: one.fulfilled, 52, "low"),
            figure(words("NO"), lambda one: one.not_fulfilled, 52, "very_high"),
            figure(words("Sin dato"), lambda one: one.without, 84, "medium", 300),
        ]

    @staticmethod
    def _paper_columns() -> list[Column[Paper]]:
        return [
            Column(
                title=words("Formato"),
                text=lambda one: f"{one.short} · {one.place}",
                below=lambda one: "; ".join(one.obstacles) or words("no le falta nada"),
                tooltip=lambda one: f"{one.short} · {one.place}\n" + "\n".join(one.obstacles),
                strong=True,
            ),
            Column(
                title=words("Estado"),
                text=lambda one: one.state,
                tone=lambda one: mark_of(one).tone,
                width=136,
                hide_below=420,
            ),
        ]
