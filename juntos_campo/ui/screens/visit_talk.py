"""The conversation of a visit: its parts in one column, the progress at the left, and the way round."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from juntos_campo.app.visit_rules import blocking
from juntos_campo.ui.screens.visit_desk import Section, VisitDesk
from juntos_campo.ui.screens.visit_ending import EndSection
from juntos_campo.ui.screens.visit_fields import is_inside
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.steps import Steps, StepState

BOTH_FROM = 680
"""Narrower than this the progress at the left gives way to the conversation."""


class Conversation(QWidget):
    """Shows the parts of a visit and goes from one to the other.

    Attributes:
        desk: of the visit that is shown; None while there is none.
        sections: in the order of the conversation.
    """

    def __init__(self) -> None:
        super().__init__()
        self.desk: VisitDesk | None = None
        self.sections: list[Section] = []
        words = {
            StepState.OPEN: self.tr("por conversar"),
            StepState.DONE: self.tr("anotado"),
            StepState.WRONG: self.tr("por corregir"),
            StepState.COMMENTED: self.tr("con un comentario de su coordinador"),
        }
        self.steps = Steps(self.tr("Partes de la visita"), words)
        self.talk = QScrollArea()
        self.talk.setWidgetResizable(True)
        self.talk.setFrameShape(QFrame.Shape.NoFrame)
        self.talk.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.steps)
        row.addWidget(self.talk, 1)
        self.steps.chosen.connect(self.go_to)
        self.talk.verticalScrollBar().valueChanged.connect(lambda _value: self._mark_current())
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow_focus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # With large letters on a small screen the questions need the room.
        self.steps.setVisible(self.width() >= theme.metrics.px(BOTH_FROM))

    def set_sections(
        self, desk: VisitDesk, sections: list[Section], banner: QWidget | None
    ) -> None:
        """Show the parts of a visit, below `banner` if there is one."""
        self.desk, self.sections = desk, sections
        column = QWidget()
        lay = QVBoxLayout(column)
        lay.setContentsMargins(0, 0, theme.metrics.s, 0)
        lay.setSpacing(theme.metrics.s)
        if banner is not None:
            lay.addWidget(banner)
        for section in sections:
            lay.addWidget(section)
        lay.addStretch(1)
        self.talk.setWidget(column)
        self.steps.set_titles([section.title for section in sections])
        self.steps.set_current(0)
        desk.saved.connect(self.show_states)
        self.show_states()

    def forget(self) -> None:
        """The visit ended: nothing that is shown leads anywhere any more."""
        self.desk, self.sections = None, []

    def focus_first(self) -> None:
        """Give the keyboard to the first field."""
        if self.sections:
            self._focus_section(0)

    def page(self, direction: int) -> None:
        """A page down (1) or up (-1)."""
        bar = self.talk.verticalScrollBar()
        bar.setValue(bar.value() + direction * (bar.pageStep() - theme.metrics.xl))

    def next_part(self) -> None:
        """Go to the next part."""
        self.go_to(min(self._part_in_front() + 1, len(self.sections) - 1))

    def previous_part(self) -> None:
        """Go to the part before."""
        self.go_to(max(self._part_in_front() - 1, 0))

    def go_to(self, number: int) -> None:
        """Bring a part to the top and give the keyboard to its first field."""
        if 0 <= number < len(self.sections):
            self._focus_section(number)
            self.steps.set_current(number)
            section = self.sections[number]
            self._settle(section)
            # Sentences that came or went change the heights only once they are laid out.
            QTimer.singleShot(0, self, lambda: self._settle(section))

    def jump(self, path: str) -> None:
        """Give the keyboard to the field of a path."""
        if self.desk is None:
            return
        for section in self.sections:
            if section.show_path(path):
                break
        field = self.desk.fields.get(path)
        if field is not None:
            field.focus()
            self._make_visible(field.control)

    def show_states(self) -> None:
        """Mark in the progress what is done, wrong or commented."""
        if self.desk is None:
            return
        shown = blocking(self.desk.shown_findings())
        comments = self.desk.open_comments()
        states = []
        for section in self.sections:
            if any(section.owns(one.path) for one in shown):
                states.append(StepState.WRONG)
            elif any(section.owns(path) for path in comments):
                states.append(StepState.COMMENTED)
            else:
                states.append(StepState.DONE if section.is_answered() else StepState.OPEN)
        self.steps.set_states(states)

    def _part_in_front(self) -> int:
        focus = QApplication.focusWidget()
        for number, section in enumerate(self.sections):
            if is_inside(focus, section):
                return number
        return self.steps.current()

    def _focus_section(self, number: int) -> None:
        section = self.sections[number]
        if isinstance(section, EndSection):
            section.close_button.setFocus()
            return
        if self.desk is None:
            return
        for field in self.desk.fields.values():
            if is_inside(field.control, section):
                field.focus()
                return
        for child in section.findChildren(QWidget):
            if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.isVisible():
                child.setFocus()
                return

    def _follow_focus(self, _old: QWidget | None, new: QWidget | None) -> None:
        if new is None or self.desk is None or not self.isVisible():
            return
        inside = self.talk.widget()
        if inside is not None and is_inside(new, inside):
            self._make_visible(new)
            self.steps.set_current(self._part_in_front())

    def _settle(self, section: Section) -> None:
        """The part at the top, as far as its field with the keyboard stays in sight."""
        if section not in self.sections:
            return
        self.talk.verticalScrollBar().setValue(section.y())
        focus = QApplication.focusWidget()
        if focus is not None and is_inside(focus, section):
            self._make_visible(focus)

    def _make_visible(self, control: QWidget) -> None:
        self.talk.ensureWidgetVisible(control, 0, theme.metrics.px(56))

    def _mark_current(self) -> None:
        inside = self.talk.widget()
        if inside is not None and is_inside(QApplication.focusWidget(), inside):
            return
        top = self.talk.verticalScrollBar().value() + theme.metrics.xl
        passed = [number for number, one in enumerate(self.sections) if one.y() <= top]
        if passed:
            self.steps.set_current(passed[-1])
