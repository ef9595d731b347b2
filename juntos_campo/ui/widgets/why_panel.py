"""The answer to "¿Por qué?": the reason, the norm behind it, how sure it is, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from juntos_campo.norms.model import Why
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Label, Line, button
from juntos_campo.ui.widgets.overlay import Overlay


class WhyPanel(Overlay):
    """A popover beside what it explains. Escape, a click elsewhere or "Cerrar" closes it."""

    def __init__(
        self, window: QWidget, title: str, reasons: tuple[Why, ...], intro: str = ""
    ) -> None:
        super().__init__(window)
        self.setAccessibleName(title)
        self.setAccessibleDescription(" ".join(why.text for why in reasons))
        m = theme.metrics
        column = QVBoxLayout(self)
        self._column = column
        column.setContentsMargins(m.m, m.px(12), m.m, m.px(12))
        column.setSpacing(m.s)
        heading = QHBoxLayout()
        heading.addWidget(Label(title, TextRole.SECTION, wrap=True), 1)
        self.close_button = button(self.tr("Cerrar"), role="quiet", on_click=self.dismiss)
        heading.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(heading)
        if intro:
            column.addWidget(Label(intro, TextRole.SOFT, wrap=True))
        for number, why in enumerate(reasons):
            if number:
                column.addWidget(Line())
            self._add(column, why)
        self.setFixedWidth(min(m.px(520), window.width() - m.l))
        self.dismissed.connect(self.deleteLater)

    @classmethod
    def show_for(
        cls,
        anchor: QWidget,
        title: str,
        reasons: tuple[Why, ...],
        at: QRect | None = None,
        intro: str = "",
    ) -> WhyPanel:
        """Open below `anchor`, or below the rectangle `at` within it, inside the window."""
        panel = cls(anchor.window(), title, reasons, intro)
        wanted = panel._column.totalHeightForWidth(panel.width())
        panel.setFixedHeight(min(wanted, panel.host.height() - theme.metrics.l))
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
