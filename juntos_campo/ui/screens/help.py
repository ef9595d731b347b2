"""Ayuda: short pages in plain words, from resources/help."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextLength, QTextTable
from PySide6.QtWidgets import QHBoxLayout, QTextBrowser

from juntos_campo import paths
from juntos_campo.app.session import Changed
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable


@dataclass(frozen=True, slots=True)
class Page:
    """One page of help: the first heading of its file, and the rest."""

    title: str
    text: str


def read_pages(folder: Path) -> list[Page]:
    """The pages of a folder in the order of their file names."""
    pages = []
    for file in sorted(folder.glob("*.md")):
        heading, _, text = file.read_text(encoding="utf-8").partition("\n")
        pages.append(Page(heading.lstrip("# ").strip(), text.strip()))
    return pages


class HelpScreen(Screen):
    """Topics at the left, the page at the right."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("HelpScreen", "Ayuda"))
        self.model: RowsModel[Page] = RowsModel(
            [Column(title=self.tr("Tema"), text=lambda page: page.title)]
        )
        self.topics = DataTable(self.model, self.tr("Temas"))
        self.topics.horizontalHeader().hide()
        self.topics.setFixedWidth(theme.metrics.px(230))
        self.page = QTextBrowser()
        self.page.setAccessibleName(self.tr("Página de ayuda"))
        self.page.setOpenLinks(False)
        self.page.anchorClicked.connect(self._follow)
        self.norms_button = button(
            self.tr("Ver las normas"),
            "book-open",
            on_click=self._open_norms,
            tooltip=self.tr("De dónde sale cada plazo (Ctrl+N)"),
        )
        self.forms_button = button(
            self.tr("Ver los formularios"),
            "clipboard-text",
            on_click=self._open_forms,
            tooltip=self.tr("Qué versión de cada formulario rige y qué cambió (Ctrl+O)"),
        )
        self.tools.addWidget(self.forms_button)
        self.tools.addWidget(self.norms_button)
        self.add_key("Ctrl+O", self.tr("Ver los formularios"), self._open_forms)
        self.add_key("Ctrl+N", self.tr("Ver las normas"), self._open_norms)
        self.page.document().setDocumentMargin(theme.metrics.m)
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.topics)
        row.addWidget(self.page, 1)
        self.body.addLayout(row, 1)
        self.topics.selectionModel().currentRowChanged.connect(lambda _a, _b: self._show())
        self.topics.opened.connect(lambda _page: self.page.setFocus())
        theme.changed.connect(self._show)

    def refresh(self, changed: Changed | None) -> None:
        """Read the pages (they do not change while the program runs)."""
        del changed
        if not self.model.rowCount():
            self.model.set_rows(read_pages(paths.resources() / "help"))

    def focus_first(self) -> None:
        self.topics.setFocus()

    def _open_norms(self) -> None:
        self.context.navigation.open("norms")

    def _open_forms(self) -> None:
        self.context.navigation.open("form_versions")

    def _follow(self, link: QUrl) -> None:
        """A link of a page names a screen, ``pantalla:norms``."""
        if link.scheme() == "pantalla":
            self.context.navigation.open(link.path())

    def _show(self) -> None:
        page: Page | None = self.topics.current()
        if page is None:
            return
        document = self.page.document()
        document.setDefaultFont(theme.font(TextRole.BODY))
        self.page.setMarkdown(f"# {page.title}\n\n{page.text}")
        _give_air(self.page)
        self.page.setAccessibleDescription(page.title)
        self.page.moveCursor(QTextCursor.MoveOperation.Start)


def _give_air(browser: QTextBrowser) -> None:
    """Line height, and tables that look like the program's own."""
    m = theme.metrics
    cursor = QTextCursor(browser.document())
    cursor.select(QTextCursor.SelectionType.Document)
    spaced = QTextBlockFormat()
    spaced.setLineHeight(135, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.mergeBlockFormat(spaced)
    for frame in browser.document().rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            shape = frame.format()
            shape.setBorder(0)
            shape.setCellPadding(m.px(5))
            shape.setCellSpacing(0)
            shape.setBottomMargin(m.s)
            shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
            frame.setFormat(shape)
            for column in range(frame.columns()):
                head = frame.cellAt(0, column)
                looks = head.format()
                looks.setBackground(theme.colour("sunken"))
                head.setFormat(looks)
