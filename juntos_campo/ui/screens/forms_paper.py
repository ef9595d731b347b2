"""The life of one paper, and the next step taken in a line or two."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.app.paperwork import Paper
from juntos_campo.app.paperwork_deadlines import NO_DEADLINES, Deadlines
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.app.paperwork_steps import (
    MOST_LETTERS,
    Taking,
    last_step,
    possible_steps,
    why_not,
)
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import count
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.forms_timeline import paper_life
from juntos_campo.ui.screens.forms_words import DOING, WHO, words
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.date_box import DateBox
from juntos_campo.ui.widgets.labels import Label, Line, button

_MOST_MOMENTS = 16


class PaperPanel(QWidget):
    """Shows a paper's way; emits what is to be noted.

    Attributes:
        noted: a `Taking`, and whether it is for all papers that wait for the same.
        undone: the last step is to be taken back.
        left: Escape: the keyboard goes back to the list.
    """

    noted = Signal(object, bool)
    undone = Signal()
    left = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self.paper: Paper | None = None
        self._together: dict[Step, int] = {}
        self._limits = NO_DEADLINES
        self.title = Label("", TextRole.SECTION, wrap=True)
        self.about = Label("", TextRole.SOFT, wrap=True)
        self.notice = Label(
            words("Plazos: propuesta de trabajo, sin fuente oficial."), TextRole.SMALL, wrap=True
        )
        self._moments = [(QLabel(), Label("", wrap=True)) for _ in range(_MOST_MOMENTS)]
        self._make_fields()
        self._lay_out()
        theme.changed.connect(self._redraw)

    def show_paper(self, paper: Paper | None, together: dict[Step, int], limits: Deadlines) -> None:
        """Show a paper; None empties the panel.

        Args:
            together: how many papers beside it wait for the same step, where it can be noted at once.
        """
        changed = paper is None or self.paper is None or paper.key != self.paper.key
        stepped = not changed and paper != self.paper
        self.paper, self._together, self._limits = paper, together, limits
        self.fields.setEnabled(paper is not None)
        self._redraw()
        if paper is None:
            self.title.setText("")
            self.about.setText("")
            return
        self.title.setText(f"{paper.short} · {paper.place}")
        people = count(paper.people, words("persona")) if paper.people else ""
        told = (words("Bimestre {roman}").format(roman=paper.bimester.roman), people)
        self.about.setText(" · ".join(part for part in (*told, paper.progress) if part))
        self.notice.setVisible(not limits.trust.is_official)
        if changed or stepped:
            self._offer(paper)

    def begin(self, step: Step) -> None:
        """Go to the fields of a step; says why when it cannot be noted."""
        if self.paper is None:
            return
        place = self.steps.findData(step)
        if place < 0:
            error = why_not(self.paper.handling, step, self.paper.filling)
            self.tell(error)
            return
        self.steps.setCurrentIndex(place)
        self._step_chosen()
        first = self.who if step in WHO else self.note if step is Step.ERRORS else self.day
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if first is self.who:
            self.who.selectAll()

    def tell(self, error: UserError | None) -> None:
        """Show what is wrong beside the fields."""
        text = f"{error.what} {error.remedy}" if error is not None else ""
        self.error.setText(text)
        self.error.setVisible(bool(text))
        self.who.setAccessibleDescription(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            leaving = event.key() == Qt.Key.Key_Escape
            if leaving:
                self.left.emit()
            return leaving
        return super().eventFilter(watched, event)

    # -- building -------------------------------------------------------------------------------

    def _make_fields(self) -> None:
        self.fields = QWidget()
        self.steps = QComboBox()
        self.steps.setAccessibleName(words("Paso que se anota"))
        self.day = DateBox(words("Fecha del paso"), self.context.clock.today)
        self.who, self.note = QLineEdit(), QLineEdit()
        self.who_label, self.note_label = Label("", TextRole.SMALL), Label("", TextRole.SMALL)
        self.note_label.setText(words("Qué está mal"))
        self.note.setAccessibleName(words("Qué está mal"))
        self.note.setPlaceholderText(words("falta el motivo en dos filas"))
        for line in (self.who, self.note):
            line.setMaxLength(MOST_LETTERS)
            line.returnPressed.connect(self._commit)
        self.sealed = QCheckBox(words("Tiene también el sello"))
        self.together = QCheckBox("")
        self.error = Label("", TextRole.SMALL, wrap=True)
        set_tone(self.error, "very_high")
        self.error.hide()
        self.note_button = button(words("Anotar paso"), "check", on_click=self._commit)
        self.undo_button = button(
            words("Deshacer"),
            "arrow-counter-clockwise",
            role="quiet",
            on_click=self.undone.emit,
            tooltip=words("Deshacer el último paso anotado (Ctrl+Z)"),
        )
        self.steps.activated.connect(lambda _index: self._step_chosen())
        self.day.committed.connect(self._after_day)
        for one in (self.steps, self.day.edit, self.who, self.note, self.sealed, self.together):
            one.installEventFilter(self)

    def _lay_out(self) -> None:
        m = theme.metrics
        life = QGridLayout()
        life.setContentsMargins(0, m.xs, 0, m.xs)
        life.setHorizontalSpacing(m.s)
        life.setVerticalSpacing(m.px(3))
        life.setColumnStretch(1, 1)
        for number, (sign, text) in enumerate(self._moments):
            life.addWidget(sign, number, 0, Qt.AlignmentFlag.AlignTop)
            life.addWidget(text, number, 1)
            sign.hide()
            text.hide()
        column = QVBoxLayout(self.fields)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(m.xs)
        first, last = QHBoxLayout(), QHBoxLayout()
        for row in (first, last):
            row.setSpacing(m.s)
        first.addWidget(self.steps, 1, Qt.AlignmentFlag.AlignTop)
        first.addWidget(self.day, 0, Qt.AlignmentFlag.AlignTop)
        last.addWidget(self.note_button)
        last.addWidget(self.undo_button)
        last.addStretch(1)
        column.addLayout(first)
        column.addWidget(self.who_label)
        column.addWidget(self.who)
        column.addWidget(self.note_label)
        column.addWidget(self.note)
        column.addWidget(self.sealed)
        column.addWidget(self.together)
        column.addWidget(self.error)
        column.addLayout(last)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(m.m, 0, m.s, 0)
        whole.setSpacing(m.xs)
        whole.addWidget(self.title)
        whole.addWidget(self.about)
        whole.addLayout(life)
        whole.addWidget(self.notice)
        whole.addWidget(Line())
        whole.addWidget(self.fields)
        whole.addStretch(1)

    # -- showing --------------------------------------------------------------------------------

    def _redraw(self) -> None:
        paper = self.paper
        today = self.context.clock.today()
        moments = paper_life(paper, self._limits, today) if paper is not None else []
        size = theme.metrics.px(16)
        for number, (sign, text) in enumerate(self._moments):
            shown = number < len(moments)
            sign.setVisible(shown)
            text.setVisible(shown)
            if shown:
                one = moments[number]
                sign.setPixmap(icon_pixmap(one.mark.icon, one.mark.tone, size))
                text.setText(one.text)
                text.setProperty("role", str(one.role))
                text.style().unpolish(text)
                text.style().polish(text)

    def _offer(self, paper: Paper) -> None:
        """The steps that can be noted now, the expected one first chosen."""
        self.steps.clear()
        for step in possible_steps(paper.handling, paper.filling):
            self.steps.addItem(words(DOING[step]), step)
        self.steps.setCurrentIndex(max(0, self.steps.findData(paper.next)))
        self.day.set_value(self.context.clock.today())
        self.note.clear()
        self.sealed.setChecked(True)
        self.undo_button.setEnabled(any_step(paper))
        self._step_chosen()

    def _step(self) -> Step | None:
        data = self.steps.currentData()
        return Step(data) if data else None

    def _step_chosen(self) -> None:
        step, paper = self._step(), self.paper
        self.tell(None)
        self.note_button.setEnabled(step is not None)
        self.who_label.setVisible(step in WHO)
        self.who.setVisible(step in WHO)
        self.note_label.setVisible(step is Step.ERRORS)
        self.note.setVisible(step is Step.ERRORS)
        self.sealed.setVisible(step is Step.SIGNED)
        more = self._together.get(step, 0) if step is not None else 0
        self.together.setChecked(False)
        self.together.setVisible(more > 0)
        if step is None or paper is None:
            return
        if step in WHO:
            self.who_label.setText(words(WHO[step]))
            self.who.setAccessibleName(words(WHO[step]))
            way = paper.handling
            known = way.signed_by or way.received_from or way.handed_to
            self.who.setText(known)
        if step in (Step.CONSOLIDATED, Step.SENT):
            said = words("También los otros {n} que están listos")
            one = words("También el otro que está listo")
        else:
            said = words("También los otros {n} de este lugar")
            one = words("También el otro de este lugar")
        self.together.setText(said.format(n=more) if more > 1 else one)

    # -- noting ---------------------------------------------------------------------------------

    def _after_day(self) -> None:
        """Enter on the day goes on to what is still empty, else notes the step."""
        for line in (self.who, self.note):
            if line.isVisible() and not line.text().strip():
                line.setFocus()
                return
        self._commit()

    def _commit(self) -> None:
        step, on = self._step(), self.day.value()
        if step is None:
            return
        if on is None:
            self.day.setFocus()
            return
        taking = Taking(
            step=step,
            on=on,
            who=self.who.text() if step in WHO else "",
            note=self.note.text() if step is Step.ERRORS else "",
            sealed=self.sealed.isChecked(),
        )
        self.noted.emit(taking, self.together.isVisible() and self.together.isChecked())


def any_step(paper: Paper) -> bool:
    """Whether there is a step to undo."""
    return last_step(paper.handling) is not None
