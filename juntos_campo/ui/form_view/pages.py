"""The page of a form: its sections in one column, the progress at the left, and the way round."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from juntos_campo.ui.form_view.repeat_cards import first_control
from juntos_campo.ui.form_view.sections import Section
from juntos_campo.ui.form_view.taborder import put_in_order
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.steps import Steps, StepState

STEPS_FROM = 700
"""Narrower than this the sections at the left give way to the questions."""
STEPS_WIDTH = 208
AT_ONCE = 24
"""Questions made before the page is shown; the sections after them as the window has time."""


class Pages(QWidget):
    """Shows sections and goes from one to the other.

    Attributes:
        built: sections were made that were not there before.
    """

    built = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.sections: list[Section] = []
        self._stepped: list[Section] = []
        words = {
            StepState.OPEN: self.tr("por llenar"),
            StepState.DONE: self.tr("listo"),
            StepState.WRONG: self.tr("por corregir"),
            StepState.COMMENTED: self.tr("con un comentario"),
        }
        self.steps = Steps(self.tr("Partes del formulario"), words, tab_stop=False)
        self.steps.setFixedWidth(theme.metrics.px(STEPS_WIDTH))
        self.steps.chosen.connect(self._chosen)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._target: Section | None = None
        self._settling = False
        self._later = QTimer(self)
        self._later.setInterval(0)
        self._later.timeout.connect(self._build_next)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.steps)
        row.addWidget(self.area, 1)

    # -- sections -------------------------------------------------------------------------------

    def set_sections(self, sections: list[Section]) -> None:
        """Show these; the first are made at once."""
        self._later.stop()
        self.sections, self._stepped = sections, []
        column = QWidget()
        lay = QVBoxLayout(column)
        lay.setContentsMargins(0, 0, theme.metrics.s, 0)
        lay.setSpacing(theme.metrics.s)
        for section in sections:
            lay.addWidget(section)
        lay.addStretch(1)
        made = 0
        for section in sections:
            section.build()
            made += len(section.paths)
            if made >= AT_ONCE:
                break
        self.area.setWidget(column)
        for section in sections:
            section.settle()
        self._later.start()

    def build_through(self, wanted: Section | None) -> None:
        """Make the sections up to one; None: all. In order, so that Tab goes as one reads."""
        before = sum(section.built for section in self.sections)
        for section in self.sections:
            section.build()
            if section is wanted:
                break
        if sum(section.built for section in self.sections) != before:
            self.built.emit()

    def settle(self) -> None:
        """Sections and what is in them appear or disappear as the form says now."""
        for section in self.sections:
            section.settle()

    def retab(self) -> None:
        """Put the order of Tab right."""
        inside = self.area.widget()
        if inside is not None:
            put_in_order(inside)

    def show_states(self, states: list[StepState], *, titles: bool = False) -> None:
        """How far each section is; one for each of `sections`."""
        shown = [section for section in self.sections if section.shown]
        if titles or shown != self._stepped:
            at = self._in_front()
            self._stepped = shown
            self.steps.set_titles([section.title for section in shown])
            if at in shown:
                self.steps.set_current(shown.index(at))
        by_section = dict(zip(map(id, self.sections), states, strict=True))
        self.steps.set_states([by_section[id(section)] for section in shown])
        self._show_or_hide_steps()

    def _build_next(self) -> None:
        section = next((one for one in self.sections if not one.built), None)
        if section is None:
            self._later.stop()
            self.retab()
            return
        section.build()
        self.built.emit()

    # -- the way round --------------------------------------------------------------------------

    def step(self, direction: int) -> None:
        """To the next section (1) or the one before (-1)."""
        shown = [section for section in self.sections if section.shown]
        at = self._in_front()
        number = shown.index(at) if at in shown else 0
        self.focus_section(shown[min(max(number + direction, 0), len(shown) - 1)])

    def focus_section(self, section: Section) -> None:
        """Bring a section to the top and give the keyboard to its first question."""
        self.build_through(section)
        first, focus = first_control(section), QApplication.focusWidget()
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)
        elif focus is not None and self.holds(focus):
            focus.clearFocus()
        self._target = section
        self._settle_at(section)
        # Heights are known only once everything is laid out.
        QTimer.singleShot(0, self, lambda: self._settle_at(section))

    def make_visible(self, control: QWidget) -> None:
        """Bring a control into sight, with some room around it."""
        self.area.ensureWidgetVisible(control, 0, theme.metrics.px(72))

    def holds(self, widget: QWidget | None) -> bool:
        """The widget is on the page."""
        inside = self.area.widget()
        return widget is not None and inside is not None and inside.isAncestorOf(widget)

    def height_of_focus(self) -> int | None:
        """Where the field with the keyboard stands on the screen; None when it is not on the page."""
        focus = QApplication.focusWidget()
        if focus is None or not self.holds(focus):
            return None
        return focus.mapTo(self.area.viewport(), focus.rect().topLeft()).y()

    def hold_still(self, before: int | None) -> None:
        """What appeared or went above does not move the field somebody types into."""
        if before is None:
            return
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)
        now = self.height_of_focus()
        if now is not None and now != before:
            bar = self.area.verticalScrollBar()
            bar.setValue(bar.value() + now - before)

    def follow(self, focus: QWidget) -> None:
        """The keyboard went to a control on the page."""
        self.make_visible(focus)
        self._mark_step()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_or_hide_steps()

    def _show_or_hide_steps(self) -> None:
        wide = self.width() >= theme.metrics.px(STEPS_FROM)
        self.steps.setVisible(wide and len(self._stepped) > 1)

    def _chosen(self, number: int) -> None:
        if 0 <= number < len(self._stepped):
            self.focus_section(self._stepped[number])

    def _in_front(self) -> Section | None:
        focus = QApplication.focusWidget()
        for section in self.sections:
            if focus is not None and section.isAncestorOf(focus):
                return section
        if self._target in self.sections:
            return self._target
        top = self.area.verticalScrollBar().value() + theme.metrics.xl
        passed = [one for one in self.sections if one.shown and one.y() <= top]
        return passed[-1] if passed else None

    def _settle_at(self, section: Section) -> None:
        if section not in self.sections:
            return
        self._settling = True
        self.area.verticalScrollBar().setValue(section.y())
        self._settling = False
        focus = QApplication.focusWidget()
        if focus is not None and section.isAncestorOf(focus):
            self.make_visible(focus)

    def _scrolled(self, _value: int) -> None:
        if not self._settling:
            self._target = None
        self._mark_step()

    def _mark_step(self) -> None:
        at = self._in_front()
        if at in self._stepped:
            self.steps.set_current(self._stepped.index(at))
