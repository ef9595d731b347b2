"""One question: label, hint, editor, and below it what is wrong or to be looked at."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from juntos_campo.domain.spanish import ABSENT
from juntos_campo.form_engine.definition import Question
from juntos_campo.ui.form_view.editors import make_editor
from juntos_campo.ui.form_view.editors.base import Editor, Place
from juntos_campo.ui.form_view.editors.files import not_here_text, picture_of
from juntos_campo.ui.form_view.stage import (
    READING_WIDTH,
    Stage,
    address_of,
    is_living,
    label_text,
    plain,
)
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label

LABEL_WIDTH = 260
"""Design pixels of the label beside what is only read."""


class Said(QWidget):
    """A sentence below a field, with its sign; `struck` follows it crossed out."""

    def __init__(self, text: str, sign: str, tone: str, struck: str = "") -> None:
        super().__init__()
        self.struck = struck
        self.sign = QLabel()
        self.sign.setPixmap(icon_pixmap(sign, tone, theme.metrics.px(16)))
        self.text = Label(text, TextRole.SMALL, wrap=True)
        set_tone(self.text, tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.xs)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.text, 0 if struck else 1)
        if struck:
            crossed = Label(struck, TextRole.SMALL, wrap=True)
            crossed.setStyleSheet("text-decoration: line-through;")
            row.addWidget(crossed, 1)


class Notes(QVBoxLayout):
    """The sentences below a field; each has its place and is there only while it is said."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(0)
        self._said: dict[str, Said] = {}

    def say(self, place: str, text: str, sign: str, tone: str, struck: str = "") -> None:
        """Say `text` at a place (``finding``, ``remark``, ``before``); empty takes it away."""
        old = self._said.get(place)
        if old is not None and (old.text.text(), old.text.property("tone"), old.struck) == (
            text,
            tone,
            struck,
        ):
            return
        if old is not None:
            del self._said[place]
            self.removeWidget(old)
            old.hide()
            old.deleteLater()
        if text:
            said = self._said[place] = Said(text, sign, tone, struck)
            self.addWidget(said)

    def text(self, place: str) -> str:
        """What is said at a place; "" for nothing."""
        said = self._said.get(place)
        return said.text.text() if said else ""


class QuestionBox(QWidget):
    """A question on the page; a `stage.Box`."""

    def __init__(self, stage: Stage, question: Question, row: str) -> None:
        super().__init__()
        self.stage, self.question, self.row = stage, question, row
        self.address = address_of(question, row)
        self.shown = True
        self.name = question.name
        self.editor: Editor | None = None
        self.value: Label | None = None
        self._picture: QLabel | None = None
        self.label = Label("", TextRole.STRONG, wrap=True)
        self.hint: Label | None = None
        self.notes = Notes()
        self._typing = False
        self._controls = QVBoxLayout()
        self._lay()
        self.setMaximumWidth(theme.metrics.px(READING_WIDTH))
        stage.add(self.address, self)
        self._living = is_living(question.label, question.hint, question.guidance)
        if self._living or question.itemset:
            stage.living.append(self)
        self._show_texts()
        self._choose_control()
        self._controls.addLayout(self.notes)
        self.refresh((self.address,))

    def _lay(self) -> None:
        """The label above what is typed into; where one only reads, beside it."""
        m = theme.metrics
        note = self.question.type.name == "note"
        beside = self.stage.readonly and not note
        place = QHBoxLayout(self) if beside else QVBoxLayout(self)
        place.setContentsMargins(0, 0, 0, 0)
        place.setSpacing(m.m if beside else m.px(3))
        self._controls.setSpacing(m.px(3))
        if beside:
            self.label.setProperty("role", str(TextRole.SOFT))
            self.label.setFixedWidth(m.px(LABEL_WIDTH))
            place.addWidget(self.label, 0, Qt.AlignmentFlag.AlignTop)
            place.addLayout(self._controls, 1)
            return
        if note:
            self.label.setProperty("role", str(TextRole.BODY))
        place.addWidget(self.label)
        place.addLayout(self._controls)

    # -- what the view asks ---------------------------------------------------------------------

    def settle(self) -> bool:
        """Appear or disappear as the form says now."""
        shown = self.stage.form.relevant(self.address)
        if shown != self.shown or self.isHidden() == shown:
            self.shown = shown
            if self.parentWidget() is not None:
                self.setVisible(shown)
        return shown

    def refresh(self, addresses: Iterable[str]) -> None:
        """Show value, what is wrong, and what is to be looked at."""
        del addresses
        self.settle()
        if not self.shown:
            return
        if self._living:
            self._show_texts()
        self._choose_control()
        if self.editor is not None and not self._typing:
            self.editor.load()
        self._show_value()
        self._show_notes()

    def retext(self) -> None:
        self._show_texts()
        if self.editor is not None:
            self.editor.relabel(self.name)
        self._show_value()

    def commit(self) -> bool:
        """Write what is in the editor."""
        self._typing = False
        editor = self.editor
        if editor is None or not self.shown or not editor.half_typed():
            self._show_notes()
            return True
        return self._write()

    def half_typed(self) -> bool:
        return self.shown and self.editor is not None and self.editor.half_typed()

    def focus(self, address: str) -> bool:
        del address
        if not self.shown:
            return False
        if self.editor is None:
            if self.value is None or self.value.focusPolicy() is Qt.FocusPolicy.NoFocus:
                return False
            self.value.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        # As with Tab: what stands there is chosen, and typing replaces it.
        self.editor.first.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def holds(self, widget: QObject) -> bool:
        return isinstance(widget, QWidget) and (widget is self or self.isAncestorOf(widget))

    def paused(self) -> None:
        """Somebody stopped typing for a moment: on disk, but the text stays as it is typed."""
        if self.editor is not None and self._typing:
            self.stage.writer.write({self.address: self.editor.answer()}, self._step(), typing=True)

    # -- texts ----------------------------------------------------------------------------------

    def _show_texts(self) -> None:
        form = self.stage.form
        text = label_text(form, self.question, self.row)
        needed = not self.stage.readonly and form.required(self.address)
        self.name = text or self.question.name
        self.label.setText(f"{text} *" if needed and text else text)
        self.label.setToolTip(self.tr("Dato obligatorio") if needed else "")
        self.label.setVisible(bool(text)) if self.label.parent() else None
        hint = plain(form.hint_of(self.question, self.row))
        if hint and not self.stage.readonly:
            if self.hint is None:
                self.hint = Label(hint, TextRole.SMALL, wrap=True)
                self._controls.insertWidget(0, self.hint)
            self.hint.setText(hint)
        elif self.hint is not None:
            self.hint.hide()
        guidance = plain(form.guidance_of(self.question, self.row))
        if guidance:
            self.setToolTip(guidance)

    # -- the control ----------------------------------------------------------------------------

    def _choose_control(self) -> None:
        """An editor where something can be typed, else the value as text."""
        form, stage = self.stage.form, self.stage
        if self.question.type.name == "note":
            return
        writable = not stage.readonly and not form.readonly(self.address)
        if writable and self.editor is None:
            self._make_editor()
        if not writable and self.value is None:
            self.value = Label("", TextRole.BODY, wrap=True)
            self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.value.setProperty("value", True)
            # What is not as it was can be reached by keyboard, one after the other.
            changed = self.address in stage.differences
            focus = Qt.FocusPolicy
            self.value.setFocusPolicy(focus.StrongFocus if changed else focus.NoFocus)
            self._controls.insertWidget(self._control_at(), self.value)
        if self.editor is not None and self.editor.isHidden() == writable:
            self.editor.setVisible(writable)
        if self.value is not None and self.value.isHidden() != writable:
            self.value.setVisible(not writable)

    def _control_at(self) -> int:
        return 1 if self.hint is not None else 0

    def _make_editor(self) -> None:
        place = Place(self.stage.around, self.address, self.question, self.name)
        editor = self.editor = make_editor(place)
        self._controls.insertWidget(self._control_at(), editor)
        self.label.setBuddy(editor.first)
        editor.typed.connect(self._typed)
        editor.done.connect(self._done)
        editor.failed.connect(self.stage.failed)
        editor.go_on.connect(lambda: self.stage.go_on(editor.first))

    def _typed(self) -> None:
        self._typing = True
        self.stage.wait(self)

    def _done(self) -> None:
        self._typing = False
        if self.stage.boxes.get(self.address) is not self:
            return  # its row was taken away while it had the keyboard
        self.stage.left.add(self.address)
        editor = self.editor
        if editor is not None and (
            editor.was_changed() or self.address in self.stage.writer.pending
        ):
            self._write()
        else:
            # What is looked at only is not written: a date is shown otherwise than it is kept.
            self._show_notes()

    def _write(self) -> bool:
        assert self.editor is not None  # noqa: S101 - called by editors
        written = self.stage.writer.write({self.address: self.editor.answer()}, self._step())
        if written:
            self.editor.load()
        self._show_notes()
        return written

    def _step(self) -> str:
        return self.tr("escribir")

    # -- what is shown --------------------------------------------------------------------------

    def _show_value(self) -> None:
        if self.value is None or self.value.isHidden():
            return
        shown = self.stage.form.shown(self.address)
        self.value.setAccessibleName(f"{self.name}: {shown or ABSENT}")
        if shown:
            self.value.setText(shown)
        else:
            self.value.set_absent(self.tr("Sin dato"))
        if self.question.type.name in ("image", "file"):
            self._show_picture()

    def _show_picture(self) -> None:
        desk = self.stage.writer.desk
        given = str(self.stage.form.given(self.address) or "")
        data = desk.file(given) if given else None
        if given and data is None and self.value is not None:
            self.value.setText(not_here_text(self.question, given))
        found = picture_of(data)
        if self._picture is None:
            if found is None:
                return
            self._picture = QLabel()
            self._controls.insertWidget(self._control_at(), self._picture)
        self._picture.setVisible(found is not None)
        if found is not None:
            self._picture.setPixmap(found)
            self._picture.setAccessibleName(self.name)

    def _show_notes(self) -> None:
        stage, form = self.stage, self.stage.form
        before = stage.differences.get(self.address)
        if before is not None:
            self._show_difference(before)
        if not self.shown:
            return
        found = None if self._typing else stage.told(self.address)
        missing = found is not None and not found.is_error
        tone = "high" if missing else "very_high"
        sign = "circle-dashed" if missing else "warning-octagon"
        self.notes.say("finding", found.message if found else "", sign, tone)
        self.notes.say("remark", stage.writer.desk.remark(self.address), "warning", "medium")
        if self.editor is not None:
            said = found.message if found else self.notes.text("remark")
            self.editor.say_wrong(said, error=found is not None)
        needed = not stage.readonly and form.required(self.address)
        if needed != self.label.text().endswith(" *"):
            self._show_texts()

    def _show_difference(self, before: str) -> None:
        """What stood here before, struck out, with a word for who does not see the line."""
        self.notes.say("before", self.tr("antes:"), "git-diff", "information", before or ABSENT)


__all__ = ["Notes", "QuestionBox", "Said"]
