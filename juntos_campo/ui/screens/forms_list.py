"""Formatos: the official forms of a bimester, the way of their papers, and what comes out of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pkgutil import resolve_name

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from juntos_campo.app.official_forms import forms_due
from juntos_campo.app.paper_errands import errands
from juntos_campo.app.paperwork import Paper, papers
from juntos_campo.app.paperwork_deadlines import deadlines_or_none
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.app.session import Changed
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormRecord
from juntos_campo.domain.spanish import bimester_text, count, short_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.forms_page import WorkedPage
from juntos_campo.ui.screens.forms_papers import BoardPage
from juntos_campo.ui.screens.forms_words import words
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label, button

_SCREENS = "juntos_campo.ui.screens"
_WORKED = {
    1: f"{_SCREENS}.forms_exceptions:ExceptionsPage",
    2: f"{_SCREENS}.forms_summary:SummaryPage",
}
SOON_DAYS = 7
"""A paper whose next step is due within so many days counts in the navigation."""
KEYS = (
    ("E", Step.HANDED, "Anotar la entrega del formato elegido"),
    ("R", Step.RECEIVED, "Anotar que se recibió"),
    ("X", Step.ERRORS, "Anotar errores encontrados"),
    ("C", Step.MENDED, "Anotar que se corrigieron"),
    ("F", Step.SIGNED, "Anotar firma y sello"),
    ("K", Step.CONSOLIDATED, "Consolidar"),
    ("V", Step.SENT, "Anotar el envío"),
)


class FormsListScreen(Screen):
    """The papers of a bimester, who did not fulfil, and the bimester put together.

    Parameters of `open`: ``bimester`` (``2026-6``), by default the present one; ``paper`` chooses one
    (its key); ``record_id`` goes on to the form of that record.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("FormsListScreen", "Formatos"))
        self.bimester = Bimester.of(context.clock.today())
        self.papers: tuple[Paper, ...] = ()
        self._only_papers = False
        self.board = BoardPage(context)
        self.worked: dict[int, WorkedPage] = {}
        self.deadline = Label("", TextRole.SOFT, wrap=True)
        self.tabs = QTabWidget()
        self._lay_out()
        self._make_keys()
        self.tabs.currentChanged.connect(self._turned)

    # -- what the main window asks --------------------------------------------------------------

    def open(self, params: dict[str, str]) -> None:
        if params.get("bimester"):
            self.bimester = Bimester.parse(params["bimester"])
        self._only_papers = not self.stale
        self.stale = True  # cells typed into a form change no record, but its progress here
        super().open(params)
        self._only_papers = False
        if params.get("paper"):
            self._go_to(params["paper"])
        record = self.context.session.store.get(FormRecord, params.get("record_id", ""))
        if record is not None:
            self.context.navigation.open_form(record.form_id, record.place_id, record.bimester)

    def refresh(self, changed: object) -> None:
        """Read the bimester again."""
        only_papers = self._only_papers or (
            isinstance(changed, Changed) and changed.kinds == {"form_handling"}
        )
        session = self.context.session
        limits, faulty = deadlines_or_none()
        if faulty is not None:
            self.show_error(faulty)
        self.papers = papers(session, self.bimester, forms_due(session, self.bimester))
        if self.bimester == Bimester.of(self.context.clock.today()):
            self.nav_figure = sum(self._presses(one) for one in self.papers)
        self._show_head()
        self.board.show_papers(self.bimester, self.papers, limits)
        for page in self.worked.values():
            page.show_bimester(self.bimester, self.papers, only_papers=only_papers)

    def _presses(self, paper: Paper) -> bool:
        """Something is to be done about a paper within days."""
        left = None if paper.due_on is None else (paper.due_on - self.context.clock.today()).days
        return paper.filling.returned or (left is not None and left <= SOON_DAYS)

    def focus_first(self) -> None:
        page = self.worked.get(self.tabs.currentIndex())
        (page or self.board).focus_first()

    # -- building -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        m = theme.metrics
        self.before = button(
            self.tr("Bimestre anterior"), "caret-left", role="quiet", on_click=self._go_before
        )
        self.after = button(
            self.tr("Bimestre siguiente"), "caret-right", role="quiet", on_click=self._go_after
        )
        row = QHBoxLayout()
        row.setSpacing(m.s)
        row.addWidget(self.deadline, 1)
        row.addWidget(self.before)
        row.addWidget(self.after)
        for tool in self.board.tools:
            self.tools.addWidget(tool)
        self.tabs.setAccessibleName(self.tr("Partes de Formatos"))
        self.tabs.tabBar().setAccessibleName(self.tr("Partes de Formatos"))
        self.tabs.setDocumentMode(True)
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.board, self.tr("Formatos"))
        # Worked out, and their libraries loaded, when somebody looks at them.
        self._holders = {number: _holder() for number in _WORKED}
        titles = (self.tr("Incumplimientos"), self.tr("Consolidado"))
        for holder, title in zip(self._holders.values(), titles, strict=True):
            self.tabs.addTab(holder, title)
        self.body.addLayout(row)
        self.body.addWidget(self.tabs, 1)

    def _make_keys(self) -> None:
        self.add_key("Ctrl+P", self.tr("Imprimir lo elegido"), self._print)
        on_board = self._on_board
        self.add_key(
            "Ctrl+E", self.tr("Imprimir el cargo del lugar"), on_board(self.board.print_receipt)
        )
        for keys, step, does in KEYS:
            self.add_key(keys, words(does), on_board(partial(self.board.begin, step)))
        self.add_key(
            "Ctrl+Z", self.tr("Deshacer el último paso del formato"), on_board(self.board.undo)
        )
        self.add_key("Alt+PgUp", self.tr("Ver el bimestre anterior"), self._go_before)
        self.add_key("Alt+PgDown", self.tr("Ver el bimestre siguiente"), self._go_after)
        self.add_key("Ctrl+Tab", self.tr("Siguiente parte"), lambda: self._turn(1))
        self.add_key("Ctrl+Shift+Tab", self.tr("Parte anterior"), lambda: self._turn(-1))

    def _on_board(self, action: Callable[[], object]) -> Callable[[], None]:
        """The same, while the papers are in front."""

        def act() -> None:
            if self.tabs.currentIndex() == 0:
                action()

        return act

    # -- showing --------------------------------------------------------------------------------

    def _show_head(self) -> None:
        text = bimester_text(self.bimester)
        late = sum(one.late > 0 for one in self.papers)
        places = len({one.place_id for one in self.papers})
        parts = [
            f"{text[:1].upper()}{text[1:]}",
            count(len(self.papers), self.tr("formato")),
            count(places, self.tr("lugar"), self.tr("lugares")),
        ]
        if late:
            parts.append(count(late, self.tr("atrasado")))
        self.set_title(self.tr("Formatos"), " · ".join(parts))
        self.deadline.setText(self._deadline())
        self.after.setEnabled(self.bimester < Bimester.of(self.context.clock.today()))

    def _deadline(self) -> str:
        left = (self.bimester.end - self.context.clock.today()).days
        day = short_date(self.bimester.end)
        if left < 0:
            told = self.tr("El bimestre cerró el {day}.").format(day=day)
        else:
            days = count(left, self.tr("día"))
            told = self.tr("El bimestre cierra el {day}, en {days}.").format(day=day, days=days)
        older: dict[Bimester, int] = {}
        for one in errands(self.context.session, ()):
            if one.paper.bimester < self.bimester:
                older[one.paper.bimester] = older.get(one.paper.bimester, 0) + 1
        for bimester, number in sorted(older.items(), reverse=True):
            # Only what is under way: the bimester's own page counts what was never begun too.
            late = count(number, self.tr("formato en camino"), self.tr("formatos en camino"))
            told += " " + self.tr("Del bimestre {roman}: {late} con retraso (Alt+Re Pág).").format(
                roman=bimester.roman, late=late
            )
        return told

    # -- going about ----------------------------------------------------------------------------

    def _print(self) -> None:
        page = self.worked.get(self.tabs.currentIndex())
        if page is not None:
            page.print_out()
        else:
            self.board.print_form()

    def _go_before(self) -> None:
        self.bimester = self.bimester.previous()
        self.refresh(None)

    def _go_after(self) -> None:
        if self.bimester < Bimester.of(self.context.clock.today()):
            self.bimester = self.bimester.next()
            self.refresh(None)

    def _go_to(self, key: str) -> None:
        self.tabs.setCurrentIndex(0)
        self.board.go_to(key)

    def _turn(self, by: int) -> None:
        self.tabs.setCurrentIndex((self.tabs.currentIndex() + by) % self.tabs.count())
        self.focus_first()

    def _turned(self, number: int) -> None:
        if number in _WORKED and number not in self.worked:
            self._build(number)
        for one in self.board.tools:
            one.setVisible(number == 0)
        for place, page in self.worked.items():
            for tool in page.tools:
                tool.setVisible(place == number)

    def _build(self, number: int) -> None:
        """Put a page into its tab, the first time it is looked at."""
        page: WorkedPage = resolve_name(_WORKED[number])(self.context)
        self.worked[number] = page
        for tool in page.tools:
            self.tools.addWidget(tool)
        page.chosen.connect(self._go_to)
        page.wanted.connect(self.board.note_all)
        page.show_bimester(self.bimester, self.papers)
        layout = self._holders[number].layout()
        if layout is not None:
            layout.addWidget(page)


def _holder() -> QWidget:
    holder = QWidget()
    QVBoxLayout(holder).setContentsMargins(0, 0, 0, 0)
    return holder
