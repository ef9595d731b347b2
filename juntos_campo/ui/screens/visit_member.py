"""One target member in a visit: services to copy from the card, figures, and the card to read."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from juntos_campo.app.orientation import Card as OrientationCard
from juntos_campo.app.visit_context import figure, iso_date
from juntos_campo.app.visit_form import MemberVisit, ServiceQuestion, hb_text
from juntos_campo.app.visit_labels import ATTENDS
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import near_date
from juntos_campo.domain.visits import member_path
from juntos_campo.norms.model import State
from juntos_campo.ui.screens.visit_desk import FieldNotes, Section, VisitDesk
from juntos_campo.ui.screens.visit_fields import (
    ChoiceField,
    TextArea,
    date_field,
    labelled,
    number_field,
    tick,
)
from juntos_campo.ui.screens.visit_questions import PhoneReminder, QuestionList
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import (
    Card,
    IconButton,
    Label,
    RiskBadge,
    SectionHeader,
    ServiceChip,
    button,
)
from juntos_campo.ui.widgets.why_panel import WhyPanel

SIDE_BY_SIDE = 820
"""Narrower than this the orientation card stands below the services."""
RECEIVED_SHOWN = 4


class ServiceRows(QWidget):
    """The services of one member, one row each, and the figures that belong to them."""

    def __init__(self, desk: VisitDesk, one: MemberVisit) -> None:
        super().__init__()
        self._desk, self._one = desk, one
        self._row = 0
        self._figures: set[str] = set()
        self._chips: dict[str, tuple[ServiceChip, State]] = {}
        self.meaning: Label | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.metrics.px(12))
        self._grid.setVerticalSpacing(theme.metrics.xs)
        self._grid.setColumnStretch(1, 3)
        self._grid.setColumnStretch(2, 4)
        desk.saved.connect(self._show_states)

    def add_questions(self, questions: tuple[ServiceQuestion, ...]) -> None:
        """A row for each; the figures of a service follow its last row."""
        for number, question in enumerate(questions):
            self._add(question)
            later = questions[number + 1 :]
            if not any(other.service == question.service for other in later):
                self._add_figures(question.service)
        self._show_states()

    def _add(self, question: ServiceQuestion) -> None:
        name = f"{self._one.member.given}, {question.label}"
        sign: QWidget = Label(question.label)
        if question.status is not None:
            sign = chip = ServiceChip.of(question.status)
            self._chips[question.path] = (chip, question.state)
        known = Label(question.known, TextRole.SMALL, wrap=True)
        notes = FieldNotes()
        box = date_field(self._desk, question.path, name, notes, earliest=question.first)
        self._place(sign, known, box, notes)

    def _add_figures(self, service: str) -> None:
        if service not in ("HB", "CRED") or service in self._figures:
            return
        self._figures.add(service)
        desk, one = self._desk, self._one
        notes = FieldNotes()
        fields = QHBoxLayout()
        fields.setSpacing(theme.metrics.s)
        given = one.member.given
        if service == "HB":
            path = member_path(one.member.id, "hb")
            name = self.tr("Hemoglobina de {name}, g/dL").format(name=given)
            fields.addLayout(number_field(desk, path, name, notes, "g/dL"))
            known = one.last_hb or self.tr("sin dosaje anterior")
            title = self.tr("Hemoglobina")
            self.meaning = Label("", TextRole.SMALL, wrap=True)
            fields.addWidget(self.meaning, 1)
            desk.saved.connect(self._show_meaning)
        else:
            for part, unit, word in (
                ("weight_kg", "kg", self.tr("Peso")),
                ("height_cm", "cm", self.tr("Talla")),
            ):
                below = FieldNotes()
                path = member_path(one.member.id, part)
                name = self.tr("{what} de {name}").format(what=word, name=given)
                fields.addLayout(number_field(desk, path, name, below, unit))
                notes.addLayout(below)
            fields.addStretch(1)
            known = one.last_measures or self.tr("sin medidas anteriores")
            title = self.tr("Peso y talla")
        holder = QWidget()
        fields.setContentsMargins(0, 0, 0, 0)
        holder.setLayout(fields)
        label = Label(title)
        label.setIndent(theme.metrics.s)
        self._place(label, Label(known, TextRole.SMALL, wrap=True), holder, notes)
        self._show_meaning()

    def _place(self, sign: QWidget, known: QWidget, field: QWidget, notes: FieldNotes) -> None:
        middle = Qt.AlignmentFlag.AlignVCenter
        self._grid.addWidget(sign, self._row, 0, Qt.AlignmentFlag.AlignLeft | middle)
        self._grid.addWidget(known, self._row, 1, middle)
        self._grid.addWidget(field, self._row, 2, middle)
        self._grid.addLayout(notes, self._row + 1, 1, 1, 2)
        self._row += 2

    def _show_states(self) -> None:
        """A service noted just now looks received; one with a doubtful date does not."""
        doubtful = {one.path for one in self._desk.findings}
        for path, (chip, state) in self._chips.items():
            noted = iso_date(self._desk.get(path)) is not None and path not in doubtful
            chip.set_state(State.DONE if noted else state)

    def _show_meaning(self) -> None:
        if self.meaning is None:
            return
        member = self._one.member
        value = figure(self._desk.get(member_path(member.id, "hb")))
        days = [
            day
            for question in (*self._one.questions, *self._one.more)
            if question.service == "HB"
            and (day := iso_date(self._desk.get(question.path))) is not None
        ]
        text = ""
        if value is not None:
            day = max(days, default=self._desk.context.clock.today())
            try:
                text = hb_text(self._desk.form, self._desk.context.session, member.id, value, day)
            except UserError:
                text = ""  # what is wrong with the figure stands at the field itself
        self.meaning.setText(text)


class CardShelf(QWidget):
    """The cards for one person: one open, the others by their titles.

    Attributes:
        shown: the open card.
    """

    def __init__(self, desk: VisitDesk, member_id: str, cards: tuple[OrientationCard, ...]) -> None:
        super().__init__()
        self._desk, self._path, self._cards = desk, member_path(member_id, "topics"), cards
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.metrics.xs)
        self._box = Card()
        self._box.body.setContentsMargins(*(theme.metrics.px(12),) * 4)
        self._title = Label("", TextRole.STRONG, wrap=True)
        self._say = Label("", wrap=True)
        self._ask = Label("", TextRole.SOFT, wrap=True)
        self._evidence = Label("", TextRole.SMALL, wrap=True)
        self._source = Label("", TextRole.SMALL, wrap=True)
        self._talked = tick(self.tr("Ya lo conversamos"), "", False, self._tick)
        for part in (self._title, self._say, self._ask, self._evidence, self._source):
            self._box.body.addWidget(part)
        self._box.body.addWidget(self._talked)
        self._column.addWidget(self._box)
        self._titles: list[IconButton] = []
        for number, card in enumerate(cards):
            other = button(card.title, "chat-text", "quiet", partial(self.show_card, number))
            other.setStyleSheet("text-align: left;")
            self._titles.append(other)
            self._column.addWidget(other)
        self._column.addStretch(1)
        self.shown = 0
        self.show_card(0)

    def show_card(self, number: int) -> None:
        """Open one card; the title of the one that was open takes its place in the list."""
        self.shown = number
        card = self._cards[number]
        self._title.setText(card.title)
        self._say.setText(card.say)
        self._ask.setText(self.tr("Pregunte: {question}").format(question=card.ask))
        self._ask.setVisible(bool(card.ask))
        self._evidence.setText(self.tr("Evidencia: {text}").format(text=card.evidence))
        self._evidence.setVisible(bool(card.evidence))
        self._source.setText(self.tr("Sin fuente oficial"))
        self._source.setVisible(not card.trust.is_official)
        self._talked.blockSignals(True)
        self._talked.setChecked(card.id in self._ids())
        self._talked.blockSignals(False)
        self._talked.setAccessibleName(self.tr("Ya conversamos: {title}").format(title=card.title))
        for index, other in enumerate(self._titles):
            other.setVisible(index != number)
            done = self._cards[index].id in self._ids()
            mark = self.tr("{title} (conversado)") if done else "{title}"
            other.setText(mark.format(title=self._cards[index].title))
            other.setAccessibleName(other.text())

    def _ids(self) -> list[str]:
        return self._desk.text(self._path).split()

    def _tick(self, on: bool) -> None:
        chosen = self._cards[self.shown].id
        ids = [one for one in self._ids() if one != chosen] + ([chosen] if on else [])
        self._desk.put(self._path, " ".join(ids))


class MemberSection(Section):
    """One child, student or pregnant woman."""

    def __init__(self, desk: VisitDesk, one: MemberVisit) -> None:
        member = one.member
        super().__init__(desk, member.given, (f"member/{member.id}",))
        self._one = one
        about = " · ".join(part for part in (one.age, one.situation) if part)
        header = SectionHeader(member.full_name, about)
        standing = desk.form.context.standing(member.id)
        badge = RiskBadge()
        header.add_action(badge)
        badge.set_level(one.level, standing.risk.reasons if standing else ())
        why = button(self.tr("¿Por qué?"), role="quiet", on_click=lambda: self._explain(why))
        why.setAccessibleName(self.tr("¿Por qué está así {name}?").format(name=member.given))
        header.add_action(why)  # into its place first: a parentless widget would be a window
        why.setVisible(bool(standing and standing.alerts))
        self.column.addWidget(header)
        self._parts: list[QWidget] = [header]
        self.services = ServiceRows(desk, one)
        self._more_open = False
        self._more = button("", "caret-down", "quiet", self.open_more)
        self._split = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._split.setSpacing(theme.metrics.m)
        self._parts.append(self._left())
        self._split.addWidget(self._parts[-1], 5)
        self.shelf = CardShelf(desk, member.id, one.cards) if one.cards else None
        if self.shelf is not None:
            self._parts.append(self.shelf)
            self._split.addWidget(self.shelf, 3)
        self.column.addLayout(self._split)

    def open_more(self) -> None:
        """Ask for the services that are not asked at once as well."""
        if not self._more_open:
            self._more_open = True
            self._more.hide()
            self.services.add_questions(self._one.more)

    def show_path(self, path: str) -> bool:
        if path not in self.desk.fields and any(one.path == path for one in self._one.more):
            self.open_more()
        return super().show_path(path)

    def minimumSizeHint(self) -> QSize:
        """Room for the parts below each other: those that stand beside each other must be able to
        give way when the window gets narrower."""
        widest = max(part.minimumSizeHint().width() for part in self._parts)
        return QSize(widest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= theme.metrics.px(SIDE_BY_SIDE)
        direction = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        if self._split.direction() is not direction:
            self._split.setDirection(direction)
        super().resizeEvent(event)

    def _left(self) -> QWidget:
        box, one, desk = Card(), self._one, self.desk
        box.body.setContentsMargins(*(theme.metrics.px(12),) * 4)
        if one.asks_attendance:
            path, notes = member_path(one.member.id, "attends"), FieldNotes()
            name = self.tr("Asistencia de {name}").format(name=one.member.given)
            words = {answer: text.capitalize() for answer, text in ATTENDS.items()}
            choice = ChoiceField(desk, path, name, words, notes, columns=3)
            box.body.addLayout(labelled(self.tr("¿Va al colegio?"), choice, notes))
        received = self._received()
        if received:
            box.body.addWidget(Label(received, TextRole.SMALL, wrap=True))
        reminder = PhoneReminder(desk)
        box.body.addWidget(reminder)
        reminder.follow()
        self.services.add_questions(one.questions)
        box.body.addWidget(self.services)
        number = len(one.more)
        self._more.setText(self.tr("Anotar otra atención del carné ({n})").format(n=number))
        self._more.setAccessibleName(
            self.tr("Anotar otra atención de {name}").format(name=one.member.given)
        )
        box.body.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self._more.setVisible(bool(number))
        asked = partial(desk.form.questions.asked, one.member.id)
        self.questions = QuestionList(desk, one.member.given, asked)
        box.body.addWidget(self.questions)
        path, notes = member_path(one.member.id, "note"), FieldNotes()
        name = self.tr("Nota sobre {name}").format(name=one.member.given)
        area = TextArea(desk, path, name, notes, self.tr("Lo que observó o le contaron"))
        box.body.addLayout(labelled(self.tr("Nota"), area, notes))
        box.body.addStretch(1)
        return box

    def _received(self) -> str:
        today = self.desk.context.clock.today()
        shown = [
            f"{one.label} ({near_date(one.done_on, today)})"
            for one in self._one.received[:RECEIVED_SHOWN]
            if one.done_on
        ]
        return self.tr("Ya recibió: {list}").format(list=", ".join(shown)) if shown else ""

    def _explain(self, anchor: QWidget) -> None:
        standing = self.desk.form.context.standing(self._one.member.id)
        if standing is not None:
            whys = tuple(alert.status.why for alert in standing.alerts[:3])
            title = self.tr("¿Por qué {name}?").format(name=self._one.member.given)
            WhyPanel.show_for(anchor, title, whys)
