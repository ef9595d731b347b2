"""The form view: generated from the definition, in one column, saved as it is typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from juntos_campo.app.form_desk import FormDesk
from juntos_campo.form_engine.definition import Group
from juntos_campo.ui.form_view.editors.base import Surroundings
from juntos_campo.ui.form_view.findings_bar import FindingsBar
from juntos_campo.ui.form_view.gps import watch_for_gps
from juntos_campo.ui.form_view.languages import LanguageBox
from juntos_campo.ui.form_view.pages import Pages
from juntos_campo.ui.form_view.question_box import QuestionBox
from juntos_campo.ui.form_view.repeat_cards import RepeatCards
from juntos_campo.ui.form_view.repeat_cells import is_flat
from juntos_campo.ui.form_view.repeat_grid import RepeatGrid
from juntos_campo.ui.form_view.sections import Section, plan_sections
from juntos_campo.ui.form_view.stage import Box, Stage
from juntos_campo.ui.form_view.tally import Tally
from juntos_campo.ui.form_view.writer import FormWriter
from juntos_campo.ui.screen import Key
from juntos_campo.ui.tasks import Tasks
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.steps import StepState

TYPING_MS = 800
"""Typing that pauses this long is put on disk, although the field was not left."""


class FormView(QWidget):
    """A form on the screen. It binds its own keys (`keys`): a screen lists them, it does not bind them.

    Args:
        readonly: everything is shown, nothing can be typed.
        differences: address -> the text before, when two versions are compared; ``"#repeat"`` -> the
            keys of the rows before.
        tasks: the window's worker; with it a GPS receiver is looked for where the form asks for places.

    Attributes:
        edited: addresses after a durable write.
        failed: a write or a file was refused; the error.
        keys: what the view does by keyboard, for the help of the screen.
    """

    edited = Signal(object)
    failed = Signal(object)

    def __init__(
        self,
        desk: FormDesk,
        *,
        readonly: bool = False,
        differences: Mapping[str, str] | None = None,
        tasks: Tasks | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._readonly = desk, readonly
        self._differences = dict(differences or {})
        self._tasks = tasks
        self.keys: list[Key] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(TYPING_MS)
        self._timer.timeout.connect(self._paused)
        self._waiting: Box | None = None
        self._in_box: Box | None = None
        self.bar = FindingsBar()
        self.bar.next_wanted.connect(self.next_finding)
        self.bar.wanted.connect(self.go_to)
        self.bar.listed.connect(self._list_findings)
        self.languages = LanguageBox()
        self.languages.chosen.connect(self.set_language)
        self.pages = Pages()
        self.pages.built.connect(self._show_states)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        column.addWidget(self.languages)
        column.addWidget(self.pages, 1)
        # Below: it comes and goes, and what somebody reads must not move.
        column.addWidget(self.bar)
        self._bind_keys()
        self.reload()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_went)

    # -- what a screen asks ---------------------------------------------------------------------

    @property
    def sections(self) -> list[Section]:
        return self.pages.sections

    @property
    def half_typed(self) -> bool:
        """Something is typed that is not on disk yet."""
        return bool(self.writer.pending) or any(box.half_typed() for box in self._boxes())

    def finish_editing(self) -> bool:
        """Write what is being typed; False when it could not be."""
        self._timer.stop()
        self._waiting = None
        boxes = [box for box in self._boxes() if box.half_typed()]
        return sum(not box.commit() for box in boxes) == 0 and self.writer.retry()

    def reload(self) -> None:
        """Show the desk's form from scratch: another version, other answers."""
        self._timer.stop()
        self._waiting = self._in_box = None
        for old in self.findChildren(FormWriter):
            old.deleteLater()
        self.writer = FormWriter(self._desk, self)
        self.writer.wrote.connect(self._wrote)
        self.writer.rows_changed.connect(self._rows_changed)
        self.writer.failed.connect(self.failed)
        self.stage = Stage(
            self.writer,
            Surroundings(self._desk, self.writer.undo, self.writer.redo),
            self._readonly,
            self._differences,
            self._wait,
            self.failed.emit,
            self._go_on,
            self.pages.retab,
            self._make_repeat,
        )
        self.languages.show_for(self._desk.form)
        plans = plan_sections(self._desk.form.definition)
        sections = [Section(self.stage, plan) for plan in plans]
        numbers = {path: n for n, one in enumerate(sections) for path in one.paths}
        self._numbers = numbers
        self._tally = Tally(self.stage, numbers)
        self.pages.set_sections(sections)
        self._show_states(titles=True)
        if self._tasks is not None and not self._readonly:
            watch_for_gps(self._tasks, self, self.stage)

    def set_language(self, language: str) -> None:
        """Show the texts in another language; answers and keyboard stay where they are."""
        form = self._desk.form
        if language == form.language:
            return
        form.set_language(language)
        self.languages.show_for(form)
        for box in self._boxes():
            box.retext()
        for section in self.sections:
            section.retext_all()
        for repeat in self.stage.repeats:
            repeat.retext()
        self._show_states(titles=True)

    def focus_first(self) -> None:
        """Give the keyboard to the first question."""
        shown = [section for section in self.sections if section.shown]
        if shown:
            self.pages.focus_section(shown[0])

    def go_to(self, address: str) -> bool:
        """Give the keyboard to a cell and bring it into sight; False when it cannot take it."""
        question = self._tally.question(address)
        if question is None:
            return False
        number = self._numbers.get(question.path)
        self.pages.build_through(self.sections[number] if number is not None else None)
        for repeat in list(self.stage.repeats):
            if isinstance(repeat, RepeatCards):
                repeat.reveal(address)
        box = self.stage.boxes.get(address)
        if box is None or not box.focus(address):
            return False
        focus = QApplication.focusWidget()
        if focus is not None and self.pages.holds(focus):
            self.pages.make_visible(focus)
        return True

    def next_finding(self, direction: int = 1) -> bool:
        """Go to the next cell that is wrong; when none is, to the next that is missing (told everywhere
        from then on); then to what is to be looked at. False when nothing is left."""
        self.finish_editing()
        wrong = [found.address for found in self._tally.told() if found.is_error]
        if not wrong:
            self.show_missing()
            wrong = [found.address for found in self._tally.told()]
        return self._next_of(wrong or self._remarked(), direction)

    def show_missing(self) -> None:
        """Tell from now on everything that is missing: somebody wants to finish."""
        if self.stage.asked:
            return
        self.stage.asked = True
        self.pages.build_through(None)
        for box in self._boxes():
            if isinstance(box, RepeatGrid):
                box.refresh_all()
            else:
                box.refresh(())
        self._show_states()

    def next_difference(self, direction: int = 1) -> bool:
        """Go to the next cell that is not as it was."""
        self.pages.build_through(None)
        changed = [one for one in self._differences if self._tally.question(one) is not None]
        return self._next_of(sorted(changed, key=self._tally.order), direction)

    def _make_repeat(self, repeat: Group, within: str, depth: int) -> QWidget:
        """A sheet where its rows fit into one, else cards."""
        heading = repeat.path not in self.stage.headed
        part: RepeatGrid | RepeatCards
        if is_flat(self.stage, repeat):
            part = RepeatGrid(self.stage, repeat, within, heading=heading)
        else:
            part = RepeatCards(self.stage, repeat, within, depth, heading=heading)
        self.stage.repeats.append(part)
        return part

    # -- writing --------------------------------------------------------------------------------

    def _boxes(self) -> list[Box]:
        return list({id(box): box for box in self.stage.boxes.values()}.values())

    def _wait(self, box: Box) -> None:
        if self._waiting is not None and self._waiting is not box:
            self._paused()
        self._waiting = box
        self._timer.start()

    def _paused(self) -> None:
        box, self._waiting = self._waiting, None
        if isinstance(box, QuestionBox):
            box.paused()

    def _wrote(self, touched: frozenset[str]) -> None:
        before = self.pages.height_of_focus()
        self._tally.look_at(touched)
        stage = self.stage
        for repeat in list(stage.repeats):
            repeat.rows_changed()
        of_box: dict[int, tuple[Box, list[str]]] = {}
        for address in touched:
            box = stage.boxes.get(address)
            if box is not None:
                of_box.setdefault(id(box), (box, []))[1].append(address)
        for box, addresses in of_box.values():
            box.refresh(addresses)
        for box in [one for one in stage.living if id(one) not in of_box]:
            box.retext()
            box.refresh(())
        only_cells = all(isinstance(box, RepeatGrid) for box, _ in of_box.values())
        if not only_cells or len(of_box) != 1:
            self.pages.settle()
            self.pages.hold_still(before)
        self._show_states()
        self.edited.emit(touched)

    def _rows_changed(self, repeat: str, within: str) -> None:
        del repeat, within
        for part in list(self.stage.repeats):
            part.rows_changed()
        self._tally.read()

    # -- keyboard -------------------------------------------------------------------------------

    def _bind_keys(self) -> None:
        table: list[tuple[str, str, Callable[[], object]]] = [
            ("Ctrl+Down", self.tr("Ir a la parte siguiente"), lambda: self.pages.step(1)),
            ("Ctrl+Up", self.tr("Ir a la parte anterior"), lambda: self.pages.step(-1)),
        ]
        if self._readonly:
            table += [
                ("F8", self.tr("Ir a la siguiente diferencia"), self.next_difference),
                ("Shift+F8", self.tr("Diferencia anterior"), lambda: self.next_difference(-1)),
            ]
        else:
            table += [
                ("F8", self.tr("Ir al siguiente dato por corregir"), self.next_finding),
                ("Shift+F8", self.tr("Dato por corregir anterior"), lambda: self.next_finding(-1)),
                ("Ctrl+Return", self.tr("Agregar una fila"), lambda: self._row_key(add=True)),
                ("Ctrl+-", self.tr("Quitar la fila"), lambda: self._row_key(add=False)),
                ("Ctrl+Z", self.tr("Deshacer"), self._undo),
                ("Ctrl+Y", self.tr("Rehacer"), self._redo),
            ]
        for keys, does, action in table:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(action)
            self.keys.append(Key(keys, does))

    def _undo(self) -> None:
        self.finish_editing()
        self.writer.undo()

    def _row_key(self, *, add: bool) -> None:
        """Add or remove a row of the innermost repeat the keyboard is in."""
        self.finish_editing()
        at = QApplication.focusWidget()
        while at is not None and at is not self:
            if isinstance(at, RepeatGrid | RepeatCards):
                if add:
                    at.add_row()
                else:
                    at.remove_here()
                return
            at = at.parentWidget()

    def _redo(self) -> None:
        self.finish_editing()
        self.writer.redo()

    def _go_on(self, control: QWidget) -> None:
        """To the next control, as with Tab."""
        focus = QApplication.focusWidget()
        (focus if self.pages.holds(focus) and focus is not None else control).focusNextChild()

    def _next_of(self, addresses: list[str], direction: int) -> bool:
        """Go to the first of sorted addresses behind (or before) where the keyboard is."""
        if not addresses:
            return False
        at = self._address_in_front()
        if at:
            here = self._tally.order(at)
            keyed = [(self._tally.order(one), one) for one in addresses]
            beyond = [one for key, one in keyed if (key > here if direction > 0 else key < here)]
            rest = [one for one in addresses if one not in beyond]
            addresses = beyond + rest if direction > 0 else beyond[::-1] + rest[::-1]
        elif direction < 0:
            addresses = addresses[::-1]
        return any(self.go_to(address) for address in addresses)

    def _address_in_front(self) -> str:
        focus = QApplication.focusWidget()
        for address, box in self.stage.boxes.items():
            if focus is None or not box.holds(focus):
                continue
            if isinstance(box, RepeatGrid):
                return box.current_address()
            return address
        return ""

    def _remarked(self) -> list[str]:
        remark = self._desk.remark
        found = [address for address in self.stage.boxes if remark(address)]
        return sorted(found, key=self._tally.order)

    def _focus_went(self, old: QWidget | None, new: QWidget | None) -> None:
        if not self.isVisible():
            return
        left, self._in_box = self._in_box, self._box_of(new)
        if left is not None and left is not self._in_box and isinstance(left, QuestionBox):
            self._left(left)
        if new is not None and self.pages.holds(new):
            self.pages.follow(new)
        del old

    def _left(self, box: QuestionBox) -> None:
        """The keyboard left a question: what is missing or wrong there is told now."""
        if self.stage.boxes.get(box.address) is not box:
            return
        self.stage.left.add(box.address)
        if box is self._waiting:
            self._timer.stop()
            self._waiting = None
        box.commit()
        self._show_states()

    def _box_of(self, widget: QWidget | None) -> Box | None:
        at = widget
        while at is not None and at is not self:
            if isinstance(at, QuestionBox | RepeatGrid):
                return at
            at = at.parentWidget()
        return None

    # -- what is told ---------------------------------------------------------------------------

    def _show_states(self, *, titles: bool = False) -> None:
        """Progress, and how much is to be corrected."""
        tally = self._tally
        states = []
        for number, section in enumerate(self.sections):
            if self._readonly:
                states.append(StepState.DONE if section.answered() else StepState.OPEN)
                continue
            told, missing = tally.told_in(number), tally.counts(number)[1]
            states.append(section.state(told, missing, answered=section.answered()))
        self.pages.show_states(states, titles=titles)
        if not self._readonly:
            self.bar.show_count(tally.told_count(), errors=tally.has_errors())
            if self.bar.is_listed:
                self._list_findings()

    def _list_findings(self) -> None:
        self.bar.show_lines(self._tally.lines())
