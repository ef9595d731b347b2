"""A repeat whose rows are too much for a sheet: one card a row, that can be folded."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from juntos_campo.domain.spanish import count
from juntos_campo.form_engine.definition import Group
from juntos_campo.ui.form_view.panels import Panel, fill
from juntos_campo.ui.form_view.row_changes import RowChanges
from juntos_campo.ui.form_view.stage import (
    READING_WIDTH,
    Stage,
    is_visible,
    label_text,
    plain,
    repeat_key,
)
from juntos_campo.ui.theme.icons import icon
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label, button

OPEN_AT_FIRST = 3
"""A repeat with more rows than this begins with its cards folded."""


class RowCard(QFrame):
    """One row: a heading to fold it by, and its questions, made when it is first unfolded."""

    def __init__(self, part: RepeatCards, row: str, *, unfolded: bool) -> None:
        super().__init__()
        self.part, self.row = part, row
        self.shown = True
        self.unfolded = False
        self.panel: Panel | None = None
        self.fold = QPushButton()
        self.fold.setProperty("role", "nav")
        self.fold.clicked.connect(lambda: self.set_unfolded(not self.unfolded))
        self.mark = Label("", TextRole.SMALL)
        self.remove_button = button(
            part.tr("Quitar"), "trash", "quiet", on_click=lambda: part.remove(self.row)
        )
        self.remove_button.setToolTip(part.tr("Quitar esta fila (Ctrl+-)"))
        head = QHBoxLayout()
        head.setSpacing(theme.metrics.s)
        head.addWidget(self.fold, 1)
        head.addWidget(self.mark)
        head.addWidget(self.remove_button)
        self.column = QVBoxLayout(self)
        m = theme.metrics
        if part.boxed:
            self.setProperty("role", "card")
            self.column.setContentsMargins(m.s, m.s, m.m, m.s)
        else:
            self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.metrics.s)
        self.column.addLayout(head)
        theme.changed.connect(self._show_fold)
        if unfolded:
            self.set_unfolded(True)
        self._show_fold()

    def set_unfolded(self, unfolded: bool) -> None:
        """Unfold or fold it."""
        self.unfolded = unfolded
        if unfolded and self.panel is None:
            self.panel = Panel()
            self.panel.setContentsMargins(theme.metrics.l, 0, 0, theme.metrics.s)
            part = self.part
            children = part.stage.form.definition.children(part.repeat.path)
            fill(part.stage, self.panel, children, self.row, part.level + 1)
            self.column.addWidget(self.panel)
            self.panel.settle()
        if self.panel is not None:
            self.panel.setVisible(unfolded)
        self._show_fold()

    def settle(self) -> bool:
        if self.panel is not None and self.unfolded:
            self.panel.settle()
        return True

    def show_title(self, number: int) -> None:
        """Number and name of the row, and what is wrong within."""
        part = self.part
        new = part.tr(" (fila nueva)") if self.row in part.changes.added else ""
        self.fold.setText(f"{number}. {part.title_of(self.row)}{new}")
        self.fold.setAccessibleName(self.fold.text())
        self.remove_button.setAccessibleName(
            part.tr("Quitar: {title}").format(title=self.fold.text())
        )
        self.remove_button.setVisible(part.can_add())
        wrong = sum(1 for one in part.told_in(self.row) if one)
        text = count(wrong, part.tr("dato por corregir"), part.tr("datos por corregir"))
        self.mark.setText(text if wrong else "")
        set_tone(self.mark, "very_high" if wrong else "")

    def _show_fold(self) -> None:
        self.fold.setIcon(icon("caret-down" if self.unfolded else "caret-right", "primary"))


class RepeatCards(QWidget):
    """The cards of a repeat, and the button for one more; a `stage.Part`."""

    def __init__(
        self,
        stage: Stage,
        repeat: Group,
        within: str,
        depth: int,
        *,
        heading: bool,
    ) -> None:
        super().__init__()
        self.stage, self.repeat, self.within = stage, repeat, within
        self.level = depth
        self.boxed = not within
        self.shown = True
        self.cards: list[RowCard] = []
        self.heading = Label("", TextRole.STRONG, wrap=True)
        self._has_heading = heading
        self.setMaximumWidth(theme.metrics.px(READING_WIDTH))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.s)
        if heading:
            column.addWidget(self.heading)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(theme.metrics.s)
        column.addLayout(self._rows)
        self.add_button = button(self.tr("Agregar fila"), "plus", on_click=self.add_row)
        self.add_button.setToolTip(self.tr("Agregar (Ctrl+Enter)"))
        self.counted = Label("", TextRole.SOFT, wrap=True)
        self.changes = RowChanges(stage, repeat, within)
        self.changes.show_in(column)
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.add_button)
        row.addWidget(self.counted, 1)
        column.addLayout(row)
        self.rows_changed()
        self.retext()

    # -- part -----------------------------------------------------------------------------------

    def settle(self) -> bool:
        shown = self.stage.form.group_relevant(self.repeat.path, self.within)
        self.shown = shown
        if self.parentWidget() is not None and self.isHidden() == shown:
            self.setVisible(shown)
        for card in self.cards:
            card.settle()
        self.show_titles()
        return shown

    def retext(self) -> None:
        self.heading.setText(self._name())
        name = self._name()
        self.add_button.setText(self.tr("Agregar: {name}").format(name=name))
        self.add_button.setAccessibleName(self.add_button.text())
        self.show_titles()

    def reveal(self, address: str) -> bool:
        """Unfold the card an address lies in; False when it is none of these."""
        for card in self.cards:
            if address.startswith(f"{card.row}/"):
                if not card.unfolded:
                    card.set_unfolded(True)
                return True
        return False

    # -- rows -----------------------------------------------------------------------------------

    def rows_changed(self) -> None:
        """The form may have other rows now."""
        rows = self.stage.form.rows(repeat_key(self.repeat), self.within)
        if list(rows) == [card.row for card in self.cards]:
            return
        kept = {card.row: card for card in self.cards}
        for row, card in kept.items():
            if row not in rows:
                # First: as the card goes, the keyboard leaves a question that is no more.
                self.stage.forget_row(row)
                self._rows.removeWidget(card)
                card.hide()
                card.deleteLater()
        few = len(rows) <= OPEN_AT_FIRST
        self.cards = [kept.get(row) or RowCard(self, row, unfolded=few) for row in rows]
        for number, card in enumerate(self.cards):
            if self._rows.indexOf(card) != number:
                self._rows.insertWidget(number, card)
        if self.parentWidget() is not None:
            self.stage.retab()  # a row that comes back may stand between others
        self.show_titles()

    def add_row(self) -> None:
        """Append a row, unfold it and go to its first question."""
        if self.stage.readonly or not self.can_add():
            return
        row = self.stage.writer.add_row(repeat_key(self.repeat), self.within)
        card = next((one for one in self.cards if one.row == row), None)
        if card is None:
            return
        card.set_unfolded(True)
        self.stage.retab()
        first = first_control(card.panel) or card.fold
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def remove_here(self) -> None:
        """Take away the row the keyboard is in."""
        focus = QApplication.focusWidget()
        for card in self.cards:
            if focus is not None and card.isAncestorOf(focus):
                self.remove(card.row)
                return

    def remove(self, row: str) -> None:
        """Take a row away; undo brings it back."""
        if self.stage.readonly or not self.can_add():
            return
        if self.stage.writer.remove_row(repeat_key(self.repeat), self.within, row):
            self.add_button.setFocus()
            self.counted.setText(self.tr("Fila quitada: Ctrl+Z la devuelve"))

    def can_add(self) -> bool:
        """A person adds and removes the rows, not the form."""
        if self.stage.readonly:
            return False
        return self.stage.form.can_add(repeat_key(self.repeat), self.within)

    # -- texts ----------------------------------------------------------------------------------

    def title_of(self, row: str) -> str:
        """What the form calls the row; else the first thing that was answered in it."""
        form = self.stage.form
        label = plain(form.row_label(repeat_key(self.repeat), row))
        if label and label != self._name():
            return label
        for question in form.definition.columns(self.repeat.path):
            if is_visible(question) and question.type.name in ("text", "select_one", "calculate"):
                shown = form.shown(f"{row}/{question.key}")
                if shown:
                    return shown
        return self._name()

    def told_in(self, row: str) -> list[bool]:
        """For each cell of the row itself whether something is told about it."""
        columns = self.stage.form.definition.columns(self.repeat.path)
        return [self.stage.told(f"{row}/{question.key}") is not None for question in columns]

    def show_titles(self) -> None:
        for number, card in enumerate(self.cards, start=1):
            card.show_title(number)
        can = self.can_add()
        self.add_button.setVisible(can) if self.add_button.parent() else None
        rows = len(self.cards)
        self.counted.setText(count(rows, self.tr("fila")) if rows else self.tr("Todavía no hay."))

    def _name(self) -> str:
        return label_text(self.stage.form, self.repeat, self.within) or self.repeat.name


def first_control(panel: QWidget | None) -> QWidget | None:
    """The first control within that takes the keyboard."""
    if panel is None:
        return None
    for child in panel.findChildren(QWidget):
        takes = child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None
        if takes and child.isVisibleTo(panel) and child.isEnabled():
            return child
    return None


__all__ = ["RepeatCards", "RowCard", "first_control"]
