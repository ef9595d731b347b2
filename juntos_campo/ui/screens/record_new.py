"""Nuevo registro: which form, and about whom; then the form opens."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.app.record_candidates import Candidate, candidates
from juntos_campo.app.record_forms import FormOffer, offered_forms
from juntos_campo.app.record_subject import About, find_subject
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import UserError
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.record_words import ASK, words
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.inputs import FilterBox
from juntos_campo.ui.widgets.labels import EmptyState, Label, SectionHeader, button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable

OF_HOUSEHOLD = (About.HOUSEHOLD, About.MEMBER)
_LINES = 2
"""Lines a form's description takes, at most."""


class OfferButton(QPushButton):
    """One form: icon, name, what it is for."""

    def __init__(self, offer: FormOffer) -> None:
        super().__init__()
        self.offer = offer
        self.setAccessibleName(offer.title)
        self.setAccessibleDescription(offer.intro)
        self.setToolTip(offer.intro)
        self.setAutoDefault(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._fit)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def sizeHint(self) -> QSize:
        m = theme.metrics
        strong = QFontMetrics(theme.font(TextRole.STRONG)).height()
        small = QFontMetrics(theme.font(TextRole.SMALL)).height()
        return QSize(m.px(280), strong + _LINES * small + m.px(20))

    def _fit(self) -> None:
        """The style sheet gives every button the height of one line; this one has three."""
        self.setMinimumHeight(self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        m = theme.metrics
        painter = QPainter(self)
        size = m.px(24)
        sign = icon_pixmap(self.offer.icon, "primary", size, self.devicePixelRatioF())
        painter.drawPixmap(m.px(14), m.px(12), sign)
        left, width = m.px(14) + size + m.px(12), self.width() - size - m.px(40)
        top = m.px(9)
        for text, role, token, lines in (
            (self.offer.title, TextRole.STRONG, "text", 1),
            (self.offer.intro, TextRole.SMALL, "soft", _LINES),
        ):
            letters = QFontMetrics(theme.font(role))
            painter.setFont(theme.font(role))
            painter.setPen(theme.colour(token))
            for line in _wrapped(text, letters, width, lines):
                height = letters.height()
                painter.drawText(QRect(left, top, width, height), int(_LEFT), line)
                top += height
            top += m.px(2)
        painter.end()


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def _wrapped(text: str, letters: QFontMetrics, width: int, most: int) -> list[str]:
    """`text` in at most `most` lines; the last one ends in … where there is more."""
    lines: list[str] = []
    rest = text.split()
    while rest and len(lines) < most - 1:
        taken = 1
        while taken < len(rest) and letters.horizontalAdvance(" ".join(rest[: taken + 1])) <= width:
            taken += 1
        lines.append(" ".join(rest[:taken]))
        rest = rest[taken:]
    if rest:
        lines.append(letters.elidedText(" ".join(rest), Qt.TextElideMode.ElideRight, width))
    return lines


class OfferMenu(QScrollArea):
    """The forms under their headings, two beside each other where there is room.

    Attributes:
        chosen: the `FormOffer`.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[OfferButton] = []
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def set_offers(self, offers: tuple[FormOffer, ...]) -> None:
        """Show these forms."""
        self.buttons = []
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, theme.metrics.s, 0)
        column.setSpacing(theme.metrics.xs)
        groups: dict[str, list[FormOffer]] = {}
        for offer in offers:
            groups.setdefault(offer.group, []).append(offer)
        for group, listed in groups.items():
            column.addWidget(SectionHeader(group))
            grid = QGridLayout()
            grid.setSpacing(theme.metrics.s)
            for side in (0, 1):
                grid.setColumnStretch(side, 1)
            for number, offer in enumerate(listed):
                made = self._button(offer)
                grid.addWidget(made, number // 2, number % 2)
            if len(listed) % 2:
                grid.addWidget(QWidget(), len(listed) // 2, 1)  # an empty side keeps its half
            column.addLayout(grid)
        column.addStretch(1)
        self.setWidget(content)

    def _button(self, offer: FormOffer) -> OfferButton:
        made = OfferButton(offer)
        made.clicked.connect(lambda _checked: self.chosen.emit(offer))
        self.buttons.append(made)
        return made


class SubjectPicker(QWidget):
    """Type, choose with the arrows, Enter.

    Attributes:
        chosen: id of the household, person or place.
    """

    chosen = Signal(str)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._about, self._household_id = About.HOUSEHOLD, ""
        self.question = Label("", TextRole.SECTION)
        self.box = FilterBox(words("Buscar"), "")
        self.model: RowsModel[Candidate] = RowsModel(
            [
                Column(
                    title=words("Nombre"), text=lambda one: one.name, strong=True, weight=1.4,
                    tooltip=lambda one: one.name,
                ),
                Column(
                    title=words("Documento o código"), text=lambda one: one.detail, width=190,
                    tooltip=lambda _one: words("No tiene documento"),
                ),
                Column(title=words("Dónde"), text=lambda one: one.place, width=200,
                       tooltip=lambda _one: words("No se sabe")),
            ]
        )  # fmt: skip
        self.table = DataTable(self.model, words("A quién o qué se refiere el registro"))
        self.empty = EmptyState("magnifying-glass", "", "")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.table)
        self.pages.addWidget(self.empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.s)
        for one in (self.question, self.box):
            column.addWidget(one)
        column.addWidget(self.pages, 1)
        self.box.searched.connect(lambda _text: self._search())
        self.box.left_down.connect(self.table.setFocus)
        self.box.entered.connect(lambda: self._choose(self.table.current()))
        self.table.opened.connect(self._choose)

    def ask(self, about: About, household_id: str = "", likely: str = "") -> None:
        """Begin to ask whom or what the record is about; `likely` is chosen if it is offered."""
        self._about, self._household_id = about, household_id
        self.question.setText(words(ASK[about]))
        people = about in OF_HOUSEHOLD
        hint = words("Apellidos, nombres, DNI o código de hogar")
        self.box.setPlaceholderText(hint if people else words("Nombre o código"))
        self.box.clear()
        self._search()
        likely_row = next((n for n, one in enumerate(self.model.rows()) if one.id == likely), 0)
        self.table.selectRow(likely_row)
        self.box.setFocus()

    def _search(self) -> None:
        text = self.box.text().strip()
        found = candidates(self.context.session, self._about, text, self._household_id)
        self.model.set_rows(found)
        self.pages.setCurrentIndex(0 if found else 1)
        if found:
            return
        if not text:
            self.empty.set_text(
                words("Escriba para buscar"),
                words("Con un apellido, el DNI o el código del hogar basta. Enter elige."),
            )
        else:
            self.empty.set_text(
                words("Nadie ni nada coincide con «{text}»").format(text=text),
                words("Pruebe con menos letras, con un apellido o con el código."),
            )

    def _choose(self, one: Candidate | None) -> None:
        if one is not None:
            self.chosen.emit(one.id)


class RecordNewScreen(Screen):
    """The menu of forms; then, where the form wants it, the picker.

    Parameters of `open`: ``household_id``, ``member_id`` when begun from a household's file.
    """

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("RecordNewScreen", "Nuevo registro"))
        self._params: dict[str, str] = {}
        self._offer: FormOffer | None = None
        self.menu = OfferMenu()
        self.picker = SubjectPicker(context)
        self.pages = QStackedWidget()
        self.pages.addWidget(self.menu)
        self.pages.addWidget(self.picker)
        self.back_button = button(
            self.tr("Elegir otro formulario"), "arrow-left", on_click=self.to_menu,
            tooltip=self.tr("Volver a los formularios (Ctrl+N)"),
        )  # fmt: skip
        self.tools.addWidget(self.back_button)
        self.body.addWidget(self.pages, 1)
        self.menu.chosen.connect(self.choose)
        self.picker.chosen.connect(self._begin)
        self.add_key("Ctrl+N", self.tr("Volver a los formularios"), self.to_menu)

    def open(self, params: dict[str, str]) -> None:
        """Show the menu: of the household's forms first when it was opened from one."""
        self._params = dict(params)
        self.stale = False
        self.problems.hide()
        self.refresh(None)
        self.to_menu()

    def refresh(self, changed: Changed | None) -> None:
        """Read the forms again."""
        del changed
        offers = offered_forms(self.context.session)
        if self._params.get("household_id"):
            offers = tuple(one for one in offers if one.about in OF_HOUSEHOLD)
        self.menu.set_offers(offers)

    def focus_first(self) -> None:
        if self.pages.currentWidget() is self.picker:
            self.picker.box.setFocus()
        elif self.menu.buttons:
            self.menu.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def to_menu(self) -> None:
        """Choose a form."""
        self.pages.setCurrentWidget(self.menu)
        self.back_button.hide()
        self._show_title(self.tr("Nuevo registro"))
        self.focus_first()

    def choose(self, offer: FormOffer) -> None:
        """Open the form, or ask whom it is about first."""
        self._offer = offer
        household_id, member_id = (
            self._params.get(key, "") for key in ("household_id", "member_id")
        )
        if offer.about is About.NONE:
            self._begin("")
        elif offer.about is About.HOUSEHOLD and household_id:
            self._begin(household_id)
        else:
            self._show_title(offer.title)
            self.pages.setCurrentWidget(self.picker)
            self.back_button.show()
            self.picker.ask(offer.about, household_id, member_id)

    def _begin(self, subject_id: str) -> None:
        if self._offer is not None:
            self.context.navigation.open_record(
                form_id=self._offer.form_id,
                subject_id=subject_id,
                draft_id=self.context.session.ids(),
            )

    def _show_title(self, title: str) -> None:
        household_id = self._params.get("household_id", "")
        remark = ""
        if household_id:
            try:
                remark = find_subject(self.context.session, About.HOUSEHOLD, household_id).text
            except UserError as error:
                self.show_error(error)
        self.set_title(title, remark)
