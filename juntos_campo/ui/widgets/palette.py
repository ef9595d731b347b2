"""Ctrl+K: type part of a name, a DNI, a household code or a screen, press Enter, be there."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.found import Finder, Found
from juntos_campo.ui.widgets.inputs import FilterBox
from juntos_campo.ui.widgets.labels import Label
from juntos_campo.ui.widgets.overlay import Overlay
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable


class Palette(Overlay):
    """The search over everything. `find` is asked at every keystroke and must answer at once."""

    def __init__(self, window: QWidget, find: Finder) -> None:
        super().__init__(window)
        self._find = find
        self.setAccessibleName(self.tr("Buscar en todo"))
        self.box = FilterBox(
            self.tr("Buscar hogar, persona o DNI"),
            self.tr("Apellidos, nombres, DNI, código de hogar o pantalla"),
        )
        self.box.escape_clears = False
        self.model: RowsModel[Found] = RowsModel(
            [
                Column(title=self.tr("Quién"), text=lambda one: one.text, strong=True),
                Column(
                    title=self.tr("DNI o código"),
                    text=lambda one: one.detail,
                    tooltip=lambda one: "" if one.detail else self.tr("No tiene documento"),
                    width=180,
                ),
                Column(title=self.tr("Dónde"), text=lambda one: one.place, width=170),
            ]
        )
        self.table = DataTable(self.model, self.tr("Resultados"))
        self.table.horizontalHeader().hide()
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hint = Label("", TextRole.SMALL)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(theme.metrics.px(12),) * 4)
        column.setSpacing(theme.metrics.s)
        column.addWidget(self.box)
        column.addWidget(self.table, 1)
        column.addWidget(self.hint)
        self.box.searched.connect(self._search)
        self.box.entered.connect(self._enter)
        self.table.opened.connect(self._go)
        self.table.clicked.connect(lambda _index: self._enter())
        self.box.left_down.connect(lambda: self._step(1))

    def open(self) -> None:
        """Open empty over the upper middle of the window."""
        window = self.host
        m = theme.metrics
        width = min(m.px(680), window.width() - m.xl)
        self.resize(width, min(m.px(438), window.height() - m.px(96)))
        self.move((window.width() - width) // 2, m.px(48))
        self.box.clear()
        self._search("")
        self.open_over(self.box)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Up:
            self._step(-1)
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        row = self.table.currentIndex().row() + by
        self.table.selectRow(max(0, min(row, self.model.rowCount() - 1)))

    def _search(self, text: str) -> None:
        found = self._find(text.strip())
        self.model.set_rows(found)
        if not text.strip():
            self.hint.setText(self.tr("Flechas para elegir · Enter para abrir · Esc para cerrar"))
        elif not found:
            self.hint.setText(
                self.tr("Nadie coincide con «{text}». Pruebe con un apellido o con el DNI.").format(
                    text=text.strip()
                )
            )
        else:
            self.hint.setText(self.tr("Enter abre al elegido"))

    def _enter(self) -> None:
        self._go(self.table.current())

    def _go(self, found: Found | None) -> None:
        if found is not None:
            self.dismiss()
            found.go()
