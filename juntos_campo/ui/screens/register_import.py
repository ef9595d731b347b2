"""Bringing the households in: from a register file, with every fault shown before anything changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QCheckBox, QFileDialog, QGridLayout, QLineEdit, QStackedWidget

from juntos_campo.app.import_register import ImportCheck, apply, check
from juntos_campo.app.session import NOTHING_CHANGED, Changed
from juntos_campo.domain.spanish import count
from juntos_campo.register.faults import Fault
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.tasks import Job, Task
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.inputs import ProgressPanel
from juntos_campo.ui.widgets.labels import Card, EmptyState, Label, button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable

FILES = "CSV, Excel (*.csv *.xlsx)"


class RegisterImportScreen(Screen):
    """Choose the file, look at what it would do, import."""

    def __init__(self, context: UiContext) -> None:
        title = QCoreApplication.translate("RegisterImportScreen", "Traer mis hogares")
        super().__init__(context, title)
        self.set_title(
            title,
            self.tr(
                "Del archivo del padrón que le dio la oficina. Primero se revisa, sin cambiar nada."
            ),
        )
        self.checked: ImportCheck | None = None
        self._task: Task | None = None
        self.register_edit = self._path_edit(self.tr("Archivo del padrón"))
        self.history_edit = self._path_edit(self.tr("Archivo de atenciones (si lo tiene)"))
        self.progress = ProgressPanel()
        self.summary = Label("", TextRole.STRONG, wrap=True)
        self.accept_box = QCheckBox(
            self.tr("Importar los hogares sin fallas y dejar fuera los otros")
        )
        self.accept_box.setAccessibleName(self.accept_box.text())
        self.model: RowsModel[Fault] = RowsModel(self._columns())
        self.table = DataTable(self.model, self.tr("Fallas del archivo"))
        self.ready = EmptyState("file-text", "", "")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.ready)
        self.pages.addWidget(self.table)
        self.check_button = button(
            self.tr("Revisar archivo"), "magnifying-glass", "primary", self.check
        )
        self.import_button = button(self.tr("Importar"), "download-simple", "primary", self.import_)
        self.sync_button = button(
            self.tr("Recibir por sincronización"),
            "arrows-clockwise",
            on_click=lambda: context.navigation.open("sync"),
        )
        self._lay_out()
        self._connect()
        self._forget()

    def focus_first(self) -> None:
        self.register_edit.setFocus()

    def check(self) -> None:
        """Read the files beside the window and show what they would do."""
        path = Path(self.register_edit.text().strip())
        history = self.history_edit.text().strip()
        session = self.context.session

        def work(job: Job) -> ImportCheck:
            with session.for_thread() as own:
                checked = check(own, path, Path(history) if history else None)
            job.check()
            return checked

        self._run(self.tr("Revisando el archivo"), work, self._checked, can_stop=True)

    def import_(self) -> None:
        """Take in what was checked."""
        checked, good_rows = self.checked, self.accept_box.isChecked()
        if checked is None:
            return
        session = self.context.session

        def work(_job: Job) -> Changed:
            with session.for_thread() as own:
                return apply(own, checked, accept_good_rows=good_rows)

        self._run(self.tr("Importando"), work, self._imported)

    def _run(
        self,
        text: str,
        work: Callable[[Job], object],
        on_done: Callable[[object], None],
        *,
        can_stop: bool = False,
    ) -> None:
        self.problems.hide()
        self._enable(False)
        self.progress.start(text, can_stop=can_stop)
        self._task = self.context.tasks.run(work, on_done, self._failed, owner=self)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _checked(self, checked: object) -> None:
        assert isinstance(checked, ImportCheck)  # noqa: S101 - what `check` returns
        self._end()
        self.checked = checked
        self.model.set_rows(checked.faults)
        self.pages.setCurrentIndex(1 if checked.faults else 0)
        if not checked.faults:
            self.ready.set_text(self.tr("El archivo no tiene fallas"), self.tr("Pulse «Importar»."))
        self.accept_box.setVisible(bool(checked.errors))
        self.accept_box.setChecked(False)
        self.summary.setText(self._summary(checked))
        self.summary.setVisible(True)
        self._offer()
        (self.accept_box if checked.errors else self.import_button).setFocus()

    def _imported(self, changed: object) -> None:
        assert isinstance(changed, Changed)  # noqa: S101 - what `apply` returns
        self._end()
        self._forget()
        done = self.tr("Padrón importado {time}")
        if changed == NOTHING_CHANGED:
            done = self.tr("El padrón ya estaba igual en esta computadora: nada cambió")
        self.context.changes.publish(changed)
        # Whoever went on to something else is not called away from it.
        if self.isVisible():
            self.context.navigation.open("households")
        self.context.notify.say(done.format(time=f"{self.context.clock.now():%H:%M}"))

    def _failed(self, error: Exception) -> None:
        self._end()
        self.context.notify.fail(error)

    def _end(self) -> None:
        self._task = None
        self.progress.finish()
        self._enable(True)

    def _forget(self) -> None:
        self.checked = None
        self.model.set_rows([])
        self.ready.set_text(
            self.tr("Elija el archivo del padrón"),
            self.tr("Un archivo CSV o Excel. Antes de importar verá cada falla con su remedio."),
        )
        self.pages.setCurrentIndex(0)
        self.summary.setVisible(False)
        self.accept_box.setVisible(False)
        self._offer()

    def _offer(self) -> None:
        checked = self.checked
        self.check_button.setEnabled(bool(self.register_edit.text().strip()))
        self.check_button.setVisible(checked is None)
        self.import_button.setVisible(checked is not None)
        allowed = checked is not None and (checked.is_clean or self.accept_box.isChecked())
        self.import_button.setEnabled(allowed and checked is not None and checked.usable > 0)

    def _enable(self, on: bool) -> None:
        for one in (self.check_button, self.import_button, self.register_edit, self.history_edit):
            one.setEnabled(on)
        if on:
            self._offer()

    def _summary(self, checked: ImportCheck) -> str:
        parts = []
        for kind, one, many in (
            ("household", self.tr("hogar"), self.tr("hogares")),
            ("member", self.tr("persona"), self.tr("personas")),
            ("service_event", self.tr("atención"), self.tr("atenciones")),
        ):
            found = checked.counts.get(kind)
            if found is None:
                continue
            text = count(found.new + found.updated + found.unchanged, one, many)
            detail = self.tr("{new} nuevos, {updated} cambian").format(
                new=found.new, updated=found.updated
            )
            parts.append(f"{text} ({detail})")
        if checked.errors:
            parts.append(count(len(checked.errors), self.tr("falla")))
            parts.append(
                self.tr("{number} quedan fuera").format(
                    number=count(len(checked.left_out), self.tr("hogar"), self.tr("hogares"))
                )
            )
        if checked.warnings:
            parts.append(count(len(checked.warnings), self.tr("aviso")))
        if checked.others:
            parts.append(
                self.tr("{number} de otros gestores no se importan").format(
                    number=count(checked.others, self.tr("hogar"), self.tr("hogares"))
                )
            )
        if checked.gone_households:
            gone = count(
                len(checked.gone_households),
                self.tr("hogar suyo ya no está"),
                self.tr("hogares suyos ya no están"),
            )
            parts.append(self.tr("{gone} en el archivo").format(gone=gone))
        return "  ·  ".join(parts)

    def _columns(self) -> list[Column[Fault]]:
        whole_file = self.tr("Todo el archivo")
        whole_row = self.tr("Toda la fila")
        return [
            Column(
                title=self.tr("Fila"),
                text=lambda one: str(one.row) if one.row else "",
                tooltip=lambda _one: whole_file,
                right=True,
                width=70,
            ),
            Column(
                title=self.tr("Columna"),
                text=lambda one: one.column,
                tooltip=lambda _one: whole_row,
                width=150,
            ),
            Column(
                title=self.tr("Dice"),
                text=lambda one: one.value,
                tooltip=lambda one: one.value or self.tr("La celda está vacía"),
                width=140,
            ),
            Column(
                title=self.tr("Qué pasa"),
                text=lambda one: one.reason,
                tone=lambda one: "medium" if one.is_warning else "very_high",
            ),
            Column(title=self.tr("Qué hacer"), text=lambda one: one.remedy),
        ]

    def _path_edit(self, name: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setAccessibleName(name)
        edit.setPlaceholderText(self.tr("Carpeta y nombre del archivo"))
        return edit

    def _lay_out(self) -> None:
        card = Card()
        grid = QGridLayout()
        grid.setSpacing(theme.metrics.s)
        for row, (edit, sign) in enumerate(
            ((self.register_edit, self.tr("Padrón")), (self.history_edit, self.tr("Atenciones")))
        ):
            choose = button(self.tr("Elegir…"), "folder-open", on_click=self._chooser(edit))
            choose.setAccessibleName(self.tr("Elegir {what}").format(what=edit.accessibleName()))
            grid.addWidget(Label(sign), row, 0)
            grid.addWidget(edit, row, 1)
            grid.addWidget(choose, row, 2)
        grid.addWidget(self.check_button, 0, 3)
        grid.addWidget(self.import_button, 0, 3)
        card.body.addLayout(grid)
        card.body.addWidget(self.progress)
        self.tools.addWidget(self.sync_button)
        self.body.addWidget(card)
        self.body.addWidget(self.summary)
        self.body.addWidget(self.accept_box)
        self.body.addWidget(self.pages, 1)

    def _connect(self) -> None:
        self.register_edit.textChanged.connect(lambda _text: self._forget())
        self.history_edit.textChanged.connect(lambda _text: self._forget())
        self.register_edit.returnPressed.connect(self.check_button.click)
        self.progress.cancelled.connect(self._stop)
        self.accept_box.toggled.connect(lambda _on: self._offer())

    def _chooser(self, edit: QLineEdit) -> Callable[[], None]:
        def choose() -> None:
            name, _ = QFileDialog.getOpenFileName(self, edit.accessibleName(), edit.text(), FILES)
            if name:
                edit.setText(name)

        return choose
