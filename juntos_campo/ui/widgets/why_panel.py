"""The answer to "¿Por qué?": the reason, the norm behind it, how sure it is, and the next step."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from juntos_campo.norms.model import Why
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import IconButton, Label, Line, button
from juntos_campo.ui.widgets.overlay import Overlay


@runtime_checkable
class ShowsNorms(Protocol):
    """A window that can show where the norms come from; a reason then has a link there."""

    def open_norms(self, norm: str) -> None: ...


class WhyPanel(Overlay):
    """A popover beside what it explains. Escape, a click elsewhere or "Cerrar" closes it."""

    def __init__(
        self,
        window: QWidget,
        title: str,
        reasons: tuple[Why, ...],
        intro: str = "",
        *,
        linked: bool = True,
    ) -> None:
        super().__init__(window)
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join(why.text for why in reasons))
        m = theme.metrics
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(m.m, m.px(12), m.m, m.px(12))
        self._column.setSpacing(m.s)
        self.heading = Label(title, TextRole.SECTION, wrap=True)
        self.close_button = button(self.tr("Cerrar"), role="quiet", on_click=self.dismiss)
        heading = QHBoxLayout()
        heading.addWidget(self.heading, 1)
        heading.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._column.addLayout(heading)
        self.text = QWidget()
        column = QVBoxLayout(self.text)
        column.setContentsMargins(0, 0, m.xs, 0)
        column.setSpacing(m.s)
        if intro:
            column.addWidget(Label(intro, TextRole.SOFT, wrap=True))
        for number, why in enumerate(reasons):
            if number:
                column.addWidget(Line())
            self._add(column, why)
        self._text_column = column
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.area.setAccessibleName(title)
        self.area.setWidget(self.text)
        self._column.addWidget(self.area, 1)
        self.norms_button: IconButton | None = None
        norms = [why.norm for why in reasons if why.norm]
        if linked and isinstance(window, ShowsNorms) and norms:
            opener = window.open_norms
            self.norms_button = button(self.tr("Ver las normas"), role="quiet")
            self._column.addWidget(self.norms_button, 0, Qt.AlignmentFlag.AlignLeft)
            self.norms_button.clicked.connect(self.dismiss)
            self.norms_button.clicked.connect(lambda _checked: opener(norms[0]))
        self.setFixedWidth(min(m.px(520), window.width() - m.l))
        self.dismissed.connect(self.deleteLater)

    def wanted_height(self) -> int:
        """Height at which nothing has to scroll."""
        for label in self.findChildren(QLabel):
            label.ensurePolished()  # its size is known once the style sheet gave it its type
        margins = self._column.contentsMargins()
        inner = self.width() - margins.left() - margins.right() - 2  # its own edge
        beside = inner - self.close_button.sizeHint().width() - theme.metrics.s
        head = max(self.heading.heightForWidth(beside), self.close_button.sizeHint().height())
        text = self._text_column.totalHeightForWidth(inner - theme.metrics.px(4))
        link = 0
        if self.norms_button is not None:
            link = self.norms_button.sizeHint().height() + self._column.spacing()
        return (
            margins.top()
            + link
            + head
            + self._column.spacing()
            + text
            + margins.bottom()
            + theme.metrics.s
        )

    @classmethod
    def show_for(
        cls,
        anchor: QWidget,
        title: str,
        reasons: tuple[Why, ...],
        at: QRect | None = None,
        intro: str = "",
        *,
        linked: bool = True,
    ) -> WhyPanel:
        """Open below `anchor`, or below the rectangle `at` within it, inside the window.

        `linked`: with a way to where the norms come from.
        """
        panel = cls(anchor.window(), title, reasons, intro, linked=linked)
        panel.setFixedHeight(min(panel.wanted_height(), panel.host.height() - theme.metrics.l))
        panel.place_beside(anchor, at)
        panel.open_over(panel.close_button)
        return panel

    def _add(self, column: QVBoxLayout, why: Why) -> None:
        column.addWidget(Label(why.text, wrap=True))
        if why.next_step:
            column.addLayout(_line("arrow-right", why.next_step, TextRole.STRONG, "primary"))
        if why.norm:
            column.addLayout(_line("book-open", why.norm, TextRole.SMALL, "soft"))
        if not why.trust.is_official:
            mark = self.tr("Sin fuente oficial: confírmelo con la oficina antes de exigirlo.")
            column.addLayout(_line("question", mark, TextRole.SMALL, "medium"))


def _line(icon_name: str, text: str, role: TextRole, tone: str) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(theme.metrics.s)
    sign = QLabel()
    sign.setPixmap(icon_pixmap(icon_name, tone, theme.metrics.px(16)))
    row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    label = Label(text, role, wrap=True)
    if tone == "medium":
        set_tone(label, tone)
    row.addWidget(label, 1)
    return row
