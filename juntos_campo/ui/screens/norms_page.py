"""Normas: everything that judges, where it comes from and how sure it is; to be read, not edited."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from juntos_campo.app.norm_packs import NormsPage, PackLine, norms_page
from juntos_campo.app.norm_words import PackRow
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.model import Why
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.list_beside import ListBesideScreen
from juntos_campo.ui.theme.theme import TextRole, set_tone
from juntos_campo.ui.widgets.labels import Label, button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable
from juntos_campo.ui.widgets.why_panel import WhyPanel


class NormsScreen(ListBesideScreen):
    """Norms at the left, the chosen one at the right. Enter goes to its rows, F1 reads a whole row."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(
            context,
            QCoreApplication.translate("NormsScreen", "Normas"),
            QCoreApplication.translate(
                "NormsScreen", "De dónde sale cada plazo y cuánto se puede confiar en él"
            ),
        )
        self.page = NormsPage((), ())
        self.packs_model: RowsModel[PackLine] = RowsModel(self._pack_columns())
        self.packs = DataTable(self.packs_model, self.tr("Normas"))
        self.pack_title = Label("", TextRole.SECTION, wrap=True)
        self.norm = Label("", TextRole.BODY, wrap=True)
        self.source = Label("", TextRole.SOFT, wrap=True)
        self.doubt = Label("", TextRole.STRONG, wrap=True)
        set_tone(self.doubt, "medium")
        self.rows_model: RowsModel[PackRow] = RowsModel(self._row_columns())
        self.rows = DataTable(self.rows_model, self.tr("Filas de la norma"))
        self.row_button = button(
            self.tr("Leer la fila"),
            "question",
            on_click=lambda: self._explain(self.rows.current()),
            tooltip=self.tr("Leer la fila entera, con su sección y su fuente (F1)"),
        )
        self.tools.addWidget(self.row_button)
        told = (self.pack_title, self.norm, self.source, self.doubt)
        self.lay_out(self.packs, told, self.rows)
        self.packs.selectionModel().currentRowChanged.connect(lambda _a, _b: self._show())
        self.packs.explained.connect(lambda _pack: self.rows.setFocus())
        self.rows.opened.connect(self._explain)
        self.rows.explained.connect(self._explain)

    def open(self, params: dict[str, str]) -> None:
        """Choose what a reason named as its norm, ``norm``: number and section."""
        super().open(params)
        wanted = params.get("norm", "")
        for pack in self.page.packs if wanted else ():
            rows = [row for row in pack.rows if f"{pack.norm}, {row.section}" == wanted]
            if rows:
                self.packs.select(pack)
                self.rows.select(rows[0])
                return

    def refresh(self, changed: Changed | None) -> None:
        """Read the norms again; other packs may have come."""
        del changed
        chosen: PackLine | None = self.packs.current()
        try:
            self.page = norms_page(self.context.session)
        except UserError as error:
            self.page = NormsPage((), ())
            self.show_error(error)
        lines = (*self.page.packs, *self.page.messages)
        if lines == tuple(self.packs_model.rows()):
            self._tell_left_out()
            return
        self.packs_model.set_rows(lines)
        same = [one for one in lines if chosen is not None and one.id == chosen.id]
        if same:
            self.packs.select(same[0])
        self._tell_left_out()
        self._show()

    def _show(self) -> None:
        pack: PackLine | None = self.packs.current()
        self.row_button.setEnabled(pack is not None)
        if pack is None:
            for label in (self.pack_title, self.norm, self.source, self.doubt):
                label.setText("")
            self.rows_model.set_rows(())
            return
        self.pack_title.setText(pack.title)
        when = pack.validity
        if pack.ended:
            when = self.tr("{when}: juzga solo lo que vencía entonces").format(when=when)
        self.norm.setText(f"{pack.norm} · {when}")
        told = self.tr("{origin} ({file})").format(origin=pack.origin, file=pack.file)
        source = self.tr("Fuente: {source} ({trust}); {told}.").format(
            source=pack.source.rstrip("."), trust=pack.trust, told=told
        )
        self.source.setText("\n".join(text for text in (source, pack.note) if text))
        self.doubt.setText(self._doubt(pack))
        self.doubt.setVisible(bool(self.doubt.text()))
        self.rows_model.set_rows(pack.rows)

    def _doubt(self, pack: PackLine) -> str:
        if not pack.unofficial:
            return ""
        if not any(row.trust.is_official for row in pack.rows):
            return self.tr(
                "Ninguna de sus filas tiene fuente oficial: la oficina puede corregirla."
            )
        text = self.tr("{some} de {all} filas tienen algo sin fuente oficial.")
        return text.format(some=pack.unofficial, all=len(pack.rows))

    def _tell_left_out(self) -> None:
        messages = [one.reason for one in self.page.messages_left_out]
        if messages:
            self._tell_both(messages)
            return
        self.tell_left_out(
            self.tr("norma que envió la oficina no se puede usar en esta computadora"),
            self.tr("normas que envió la oficina no se pueden usar en esta computadora"),
            [one.reason for one in self.page.left_out],
            self.tr("Sigue la norma que ya regía. Avise a su coordinador."),
        )

    def _tell_both(self, messages: list[str]) -> None:
        """Messages, and norms as well if there are any, that cannot be used."""
        norms = [one.reason for one in self.page.left_out]
        if norms:
            one = self.tr("archivo que envió la oficina no se puede usar en esta computadora")
            many = self.tr("archivos que envió la oficina no se pueden usar en esta computadora")
            advice = self.tr("Siguen las normas y los mensajes de antes. Avise a su coordinador.")
        else:
            one = self.tr(
                "archivo de mensajes que envió la oficina no se puede usar en esta computadora"
            )
            many = self.tr(
                "archivos de mensajes que envió la oficina no se pueden usar en esta computadora"
            )
            advice = self.tr("Siguen los mensajes que ya se usaban. Avise a su coordinador.")
        self.tell_left_out(one, many, [*norms, *messages], advice)

    def _explain(self, row: PackRow | None) -> None:
        pack: PackLine | None = self.packs.current()
        if row is None or pack is None:
            return
        parts = [part.rstrip(".") for part in (row.value, row.more, row.note) if part]
        text = " ".join(_sentence(part) for part in parts)
        where = ", ".join(part for part in (pack.norm, row.section) if part)
        why = Why(text, where, row.trust)
        rect = self.rows.visualRect(self.rows.currentIndex())
        title = " · ".join(text for text in (row.name, row.who, row.key) if text)
        WhyPanel.show_for(self.rows.viewport(), title, (why,), rect, row.mark, linked=False)

    def _pack_columns(self) -> list[Column[PackLine]]:
        return [
            Column(
                title=self.tr("Norma"),
                text=lambda one: one.title,
                below=lambda one: f"{one.kind} · {one.validity}",
                tooltip=lambda one: f"{one.title}\n{one.norm}\n{one.validity}",
                strong=True,
            ),
            Column(
                title=self.tr("Sin fuente"),
                text=lambda one: f"{one.unofficial} de {len(one.rows)}" if one.unofficial else "0",
                tooltip=lambda _one: self.tr("Filas que tienen algo sin fuente oficial"),
                tone=lambda one: "medium" if one.unofficial else "soft",
                width=88,
                right=True,
                hide_below=320,
            ),
        ]

    def _row_columns(self) -> list[Column[PackRow]]:
        return [
            Column(
                title=self.tr("Qué"),
                text=lambda row: row.name,
                below=_place,
                tooltip=lambda row: f"{row.name}\n{_place(row)}",
                strong=True,
                weight=1.2,
            ),
            Column(
                title=self.tr("Dice"),
                text=lambda row: row.value,
                below=lambda row: row.more,
                tooltip=lambda row: (
                    "\n".join(text for text in (row.value, row.more, row.note) if text)
                    or self.tr("El archivo no dice más de esta fila")
                ),
                weight=1.6,
            ),
            Column(
                title=self.tr("Confianza"),
                text=self._confidence,
                tooltip=lambda row: row.mark or row.note,
                tone=lambda row: "medium" if row.mark else "soft",
                width=150,
            ),
        ]

    def _confidence(self, row: PackRow) -> str:
        if not row.mark:
            return self.tr("con fuente")
        # The whole mark is in the tooltip and in the panel of the row.
        return row.mark.removesuffix(" oficial") if row.trust.is_official else row.mark


def _sentence(text: str) -> str:
    end = "" if text.endswith(("?", "!")) else "."
    return f"{text[:1].upper()}{text[1:]}{end}"


def _place(row: PackRow) -> str:
    """Where it stands: its key in the file, whose schedule, section of the norm."""
    return " · ".join(text for text in (row.key, row.who, row.section) if text)
