"""The papers of a bimester with the life of the chosen one, where its steps are noted."""

from __future__ import annotations

from collections.abc import Sequence
from pkgutil import resolve_name

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.app.paperwork import (
    Paper,
    ready_for,
    take_all,
    take_step,
    undo_step,
)
from juntos_campo.app.paperwork_deadlines import NO_DEADLINES, Deadlines
from juntos_campo.app.paperwork_rules import TAKEN, Step
from juntos_campo.app.paperwork_steps import Taking
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.errors import JuntosError, UserError
from juntos_campo.domain.spanish import bimester_text, count
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.official_print import save_official
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screens.forms_board import PaperList
from juntos_campo.ui.screens.forms_paper import PaperPanel
from juntos_campo.ui.screens.forms_words import SHELVES, Shelf, on_shelf, words
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.labels import EmptyState, button

PANEL_WIDTH = 330


class BoardPage(QWidget):
    """Enter opens a form; its paper's steps are noted at the right.

    Attributes:
        papers: of the bimester, ordered by place.
        tools: buttons for the heading.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self.bimester = Bimester.of(context.clock.today())
        self.papers: tuple[Paper, ...] = ()
        self._limits = NO_DEADLINES
        self.list = PaperList(self.tr("Formatos del bimestre"))
        self.panel = PaperPanel(context)
        self.empty = EmptyState("clipboard-text", "", "")
        self.shelf = QComboBox()
        self.shelf.setAccessibleName(self.tr("Qué formatos se ven"))
        self.shelf.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.tools: list[QWidget] = []
        self._make_tools()
        self._lay_out()
        self.list.opened.connect(lambda _key: self.fill_form())
        self.list.chosen.connect(lambda _key: self._show_paper())
        self.shelf.activated.connect(lambda _index: self._filter())
        self.panel.noted.connect(self._note)
        self.panel.undone.connect(self.undo)
        self.panel.left.connect(self.focus_first)

    def show_papers(self, bimester: Bimester, papers: Sequence[Paper], limits: Deadlines) -> None:
        """Show a bimester; the chosen paper and the filter stay."""
        self.bimester, self.papers, self._limits = bimester, tuple(papers), limits
        self._fill_shelves()
        self._filter()

    def focus_first(self) -> None:
        """Give the keyboard to the list."""
        target = self.list if self.listing.currentWidget() is self.list else self.shelf
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def current(self) -> Paper | None:
        """The chosen paper."""
        key = self.list.current()
        return next((one for one in self.papers if one.key == key), None)

    def begin(self, step: Step) -> None:
        """Go to the fields of a step of the chosen paper."""
        if self.current is not None:
            self.panel.begin(step)

    def go_to(self, key: str) -> None:
        """Choose a paper in the list, whatever the filter hides."""
        if not self.list.select(key):
            self.shelf.setCurrentIndex(0)
            self._filter()
            self.list.select(key)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- building -------------------------------------------------------------------------------

    def _make_tools(self) -> None:
        self.receipt_button = button(
            self.tr("Cargo de entrega"),
            "handshake",
            on_click=self.print_receipt,
            tooltip=self.tr("Imprimir el cargo de entrega y devolución de este lugar (Ctrl+E)"),
        )
        self.print_button = button(
            self.tr("Imprimir formato"),
            "printer",
            on_click=self.print_form,
            tooltip=self.tr("Imprimir el formato elegido (Ctrl+P)"),
        )
        self.fill_button = button(
            self.tr("Llenar formato"),
            "note-pencil",
            role="primary",
            on_click=self.fill_form,
            tooltip=self.tr("Llenar el formato elegido (Enter)"),
        )
        self.tools += [self.receipt_button, self.print_button, self.fill_button]

    def _lay_out(self) -> None:
        m = theme.metrics
        self.listing = QStackedWidget()
        self.listing.addWidget(self.list)
        self.listing.addWidget(self.empty)
        left = QVBoxLayout()
        left.setSpacing(m.s)
        left.addWidget(self.shelf, 0, Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self.listing, 1)
        self.side = QScrollArea()
        self.side.setWidgetResizable(True)
        self.side.setFrameShape(QFrame.Shape.NoFrame)
        self.side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.side.setWidget(self.panel)
        self._fit_side()
        theme.changed.connect(self._fit_side)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, m.s, 0, 0)
        both.setSpacing(m.s)
        both.addLayout(left, 1)
        both.addWidget(self.side)

    def _fit_side(self) -> None:
        self.side.setFixedWidth(theme.metrics.px(PANEL_WIDTH))

    # -- showing --------------------------------------------------------------------------------

    def _fill_shelves(self) -> None:
        chosen = self.shelf.currentData()
        self.shelf.clear()
        for shelf, title in SHELVES.items():
            number = sum(on_shelf(one, shelf) for one in self.papers)
            self.shelf.addItem(f"{words(title)} ({number})", shelf)
        self.shelf.setCurrentIndex(max(0, self.shelf.findData(chosen)))

    def _filter(self) -> None:
        shelf = Shelf(self.shelf.currentData() or Shelf.ALL)
        shown = [one for one in self.papers if on_shelf(one, shelf)]
        self.list.show_papers(shown, self.context.clock.today())
        if not self.papers:
            self.empty.set_text(
                self.tr("No hay formatos para este bimestre"),
                self.tr(
                    "Importe el padrón: los formatos salen de los niños, gestantes y estudiantes."
                ),
            )
        elif not shown:
            self.empty.set_text(
                self.tr("Ningún formato está así"),
                self.tr("Elija «Todos» para ver los {n} del bimestre.").format(n=len(self.papers)),
            )
        self.listing.setCurrentIndex(0 if shown else 1)
        self.side.setVisible(bool(self.papers))
        self._show_paper()

    def _show_paper(self) -> None:
        paper = self.current
        for one in self.tools:
            one.setEnabled(paper is not None)
        together = {} if paper is None else {step: len(self._beside(paper, step)) for step in Step}
        self.panel.show_paper(paper, together, self._limits)

    def _beside(self, paper: Paper, step: Step) -> list[Paper]:
        """Other papers of which the same step can be noted at once."""
        if step not in (Step.HANDED, Step.RECEIVED, Step.SIGNED, Step.CONSOLIDATED, Step.SENT):
            return []
        everywhere = step in (Step.CONSOLIDATED, Step.SENT)
        return [
            one
            for one in self.papers
            if one.key != paper.key
            and (everywhere or one.place_id == paper.place_id)
            and ready_for(one, step)
        ]

    # -- steps ----------------------------------------------------------------------------------

    def _note(self, taking: Taking, together: bool) -> None:
        paper = self.current
        if paper is None:
            return
        session = self.context.session
        try:
            if together:
                chosen = [paper, *self._beside(paper, taking.step)]
                changed, number = take_all(session, chosen, taking, paper.place)
            else:
                changed, number = take_step(session, paper, taking), 1
        except UserError as error:
            self.panel.tell(error)
            return
        self._said(taking.step, number)
        self.context.changes.publish(changed)
        self.focus_first()

    def note_all(self, chosen: Sequence[Paper], step: Step) -> None:
        """From the summary: all that are ready, today."""
        taking = Taking(step=step, on=self.context.clock.today())
        where = bimester_text(self.bimester)
        try:
            changed, number = take_all(self.context.session, chosen, taking, where)
        except UserError as error:
            self.context.notify.fail(error)
            return
        self._said(step, number)
        self.context.changes.publish(changed)

    def _said(self, step: Step, number: int) -> None:
        forms = count(number, self.tr("formato"))
        self.context.notify.say(
            self.tr("Anotado: {step}, {forms}").format(step=words(TAKEN[step]), forms=forms)
        )

    def undo(self) -> None:
        """Take back the last step of the chosen paper."""
        paper = self.current
        if paper is None:
            return
        try:
            changed, step = undo_step(self.context.session, paper)
        except UserError as error:
            self.panel.tell(error)
            return
        self.context.notify.say(
            self.tr("Deshecho en {form}: {step}").format(form=paper.short, step=words(TAKEN[step]))
        )
        self.context.changes.publish(changed)

    # -- forms and prints -----------------------------------------------------------------------

    def fill_form(self) -> None:
        """Open the chosen form."""
        paper = self.current
        if paper is not None:
            go = self.context.navigation
            go.open_form(paper.form_id, paper.place_id, str(paper.bimester))

    def print_form(self) -> None:
        """Save the chosen form as a PDF; its paper is printed then."""
        paper = self.current
        if paper is None:
            return
        make = resolve_name("juntos_campo.app.form_print:print_official")
        printed = (paper.form_id, paper.place_id, paper.bimester)
        save_official(
            self,
            self.context,
            f"{paper.form_id}-{paper.code}-{paper.bimester}.pdf",
            lambda: make(self.context.session, *printed),
            printed,
        )

    def print_receipt(self) -> None:
        """Save the receipt of the chosen paper's place as a PDF."""
        paper = self.current
        if paper is None:
            return
        own = [one for one in self.papers if one.place_id == paper.place_id]
        make = resolve_name("juntos_campo.app.paper_prints:print_handover")
        name = f"cargo-{paper.code or 'lugar'}-{paper.bimester}.pdf"
        try:
            path = pdf_output.save(self, name, make(self.context.session, own))
        except JuntosError as error:
            self.context.notify.fail(error)
            return
        if path is not None:
            self.context.notify.tell(self.tr("El cargo se guardó para imprimir"), str(path))
