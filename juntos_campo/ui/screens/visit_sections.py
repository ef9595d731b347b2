"""The parts of a visit that are about the household: who attends, commitments, what to talk about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from juntos_campo.app.orientation import CommitmentText
from juntos_campo.app.visit_labels import COMMITMENT_STATES, MODALITIES
from juntos_campo.domain.spanish import short_date
from juntos_campo.domain.visits import (
    HOUSEHOLD,
    commitment_path,
    member_path,
    new_commitment_path,
)
from juntos_campo.ui.screens.visit_desk import Field, FieldNotes, Section, VisitDesk
from juntos_campo.ui.screens.visit_fields import ChoiceField, go_on, labelled, tick
from juntos_campo.ui.screens.visit_member import CardShelf
from juntos_campo.ui.screens.visit_questions import CallQuestions
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Card, Label, Line, SectionHeader

TWO_COLUMNS_FROM = 780
"""Narrower than this the commitments stand in one column."""


class WhoSection(Section):
    """Who attends, and how."""

    def __init__(self, desk: VisitDesk) -> None:
        title = desk.tr("¿Quién atiende?")
        super().__init__(desk, title, ("attended_by", "modality"))
        self.column.addWidget(SectionHeader(title))
        box = Card()
        names = {
            one.id: desk.tr("{name} (titular)").format(name=one.given)
            if one.is_holder
            else one.given
            for one in desk.form.attendants
        }
        names["other"] = desk.tr("Otra persona")
        notes = FieldNotes()
        self.who = ChoiceField(desk, "attended_by", title, names, notes)
        box.body.addWidget(self.who)
        box.body.addLayout(notes)
        notes = FieldNotes()
        how = {str(key): text.capitalize() for key, text in MODALITIES.items()}
        question = desk.tr("¿Cómo es la visita?")
        self.modality = ChoiceField(desk, "modality", question, how, notes)
        box.body.addLayout(labelled(question, self.modality, notes))
        self.call = CallQuestions(desk)
        box.body.addWidget(self.call)
        self.column.addWidget(box)

    def owns(self, path: str) -> bool:
        """Who attends, how, and the call."""
        return super().owns(path) or path in self.call.questions.paths()

    def is_answered(self) -> bool:
        """How the visit is made is filled in already; who attends is for the person to say."""
        return bool(self.desk.get("attended_by"))


class PastSection(Section):
    """What was agreed before, and what became of it."""

    def __init__(self, desk: VisitDesk) -> None:
        title = desk.tr("Compromisos anteriores")
        super().__init__(desk, desk.tr("Acuerdos de antes"), ("commitment",))
        self.column.addWidget(SectionHeader(title))
        box = Card()
        words = {str(key): text.capitalize() for key, text in COMMITMENT_STATES.items()}
        order = ("met", "not_met", "open")
        for number, one in enumerate(desk.form.commitments):
            if number:
                box.body.addWidget(Line())
            who = desk.form.given_name(one.member_id) if one.member_id else desk.tr("Todo el hogar")
            agreed = desk.tr("{who} · acordado el {day}").format(
                who=who, day=short_date(one.agreed_on)
            )
            box.body.addWidget(Label(one.text, TextRole.STRONG, wrap=True))
            box.body.addWidget(Label(agreed, TextRole.SMALL, wrap=True))
            notes = FieldNotes()
            choices = {key: words[key] for key in order}
            box.body.addWidget(ChoiceField(desk, commitment_path(one.id), one.text, choices, notes))
            box.body.addLayout(notes)
        self.column.addWidget(box)


class TopicsSection(Section):
    """What to talk about with everybody; the cards of each member stand beside him."""

    def __init__(self, desk: VisitDesk, member_id: str) -> None:
        title = desk.tr("Qué conversar")
        super().__init__(desk, title, ())
        self._path = member_path(member_id, "topics")
        remark = desk.tr("Con toda la familia; los temas de cada persona están junto a ella.")
        self.column.addWidget(SectionHeader(title))
        self.column.addWidget(Label(remark, TextRole.SOFT, wrap=True))
        self.shelf = CardShelf(desk, member_id, desk.form.household_cards)
        self.column.addWidget(self.shelf)

    def is_answered(self) -> bool:
        """A card for everybody was talked about."""
        own = {card.id for card in self.desk.form.household_cards}
        return bool(own & set(self.desk.text(self._path).split()))


class CommitmentGroup(QWidget):
    """New commitments for one person: some to tick, and a line for one in own words."""

    def __init__(
        self, desk: VisitDesk, member_id: str, title: str, texts: Sequence[CommitmentText]
    ) -> None:
        super().__init__()
        self._desk, self._member = desk, member_id
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.xs)
        column.addWidget(Label(title, TextRole.STRONG))
        self._grid = QGridLayout()
        self._grid.setVerticalSpacing(0)
        self._grid.setHorizontalSpacing(theme.metrics.m)
        column.addLayout(self._grid)
        agreed = self._agreed()
        for one in texts:
            self.boxes[one.text] = tick(
                one.text,
                f"{title}: {one.text}",
                one.text in agreed.values(),
                partial(self._tick, one.text),
            )
        self._columns = 0
        self._arrange(1)
        own = [path for path, text in agreed.items() if text not in self.boxes]
        self._own_path = own[0] if own else ""
        self.own = QLineEdit(agreed.get(self._own_path, ""))
        self.own.setAccessibleName(desk.tr("Otro compromiso: {who}").format(who=title))
        self.own.setPlaceholderText(desk.tr("Otro compromiso, en sus palabras"))
        self.own.textEdited.connect(self._type)
        self.own.editingFinished.connect(self._typed)
        self.own.returnPressed.connect(lambda: go_on(self.own))
        notes = FieldNotes()
        column.addWidget(self.own)
        column.addLayout(notes)
        first = next(iter(self.boxes.values()), self.own)
        for path, text in agreed.items():
            control = self.boxes.get(text, self.own)
            desk.add(Field(path, control, notes))
        desk.add(Field(f"new_commitment/{member_id}", first, notes))

    def minimumSizeHint(self) -> QSize:
        """Room for one column: two that stand beside each other must not keep the window wide."""
        widest = max((one.sizeHint().width() for one in self.boxes.values()), default=0)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange(2 if self.width() >= theme.metrics.px(TWO_COLUMNS_FROM) else 1)
        super().resizeEvent(event)

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, box in enumerate(self.boxes.values()):
            self._grid.addWidget(box, number // columns, number % columns)
        for number in range(2):
            self._grid.setColumnStretch(number, 1 if number < columns else 0)

    def _agreed(self) -> dict[str, str]:
        prefix = f"new_commitment/{self._member}/"
        return {
            path: str(text)
            for path, text in sorted(self._desk.answers.items())
            if path.startswith(prefix)
        }

    def _free(self) -> str:
        taken = set(self._agreed()) | {self._own_path}
        number = 1
        while new_commitment_path(self._member, number) in taken:
            number += 1
        return new_commitment_path(self._member, number)

    def _tick(self, text: str, on: bool) -> None:
        if on:
            self._desk.put(self._free(), text)
            return
        for path, agreed in self._agreed().items():
            if agreed == text and path != self._own_path:
                self._desk.put(path, None)

    def _type(self, text: str) -> None:
        if not self._own_path:
            self._own_path = self._free()
        self._desk.type(self._own_path, text)

    def _typed(self) -> None:
        if self._own_path:
            self._desk.put(self._own_path, self.own.text().strip())


class NewSection(Section):
    """What the household undertakes now."""

    def __init__(self, desk: VisitDesk) -> None:
        title = desk.tr("Compromisos nuevos")
        super().__init__(desk, desk.tr("Acuerdos nuevos"), ("new_commitment",))
        remark = desk.tr("Pocos y posibles: uno o dos por persona.")
        self.column.addWidget(SectionHeader(title, remark))
        box = Card()
        self.groups: dict[str, CommitmentGroup] = {}
        form = desk.form
        parts = [(one.member.id, one.member.given, one.commitments) for one in form.members]
        parts.append((HOUSEHOLD, desk.tr("Todo el hogar"), form.household_commitments))
        for number, (member_id, name, texts) in enumerate(parts):
            if number:
                box.body.addWidget(Line())
            group = CommitmentGroup(desk, member_id, name, texts)
            self.groups[member_id] = group
            box.body.addWidget(group)
        self.column.addWidget(box)
