"""What the coordinator said about a returned visit, on top of it, with a way to each field."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from juntos_campo.ui.screens.visit_desk import VisitDesk
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label, button


class ReturnedBanner(QFrame):
    """The comment on the whole visit, and one line for each field that was commented.

    Attributes:
        jumped: go to the field of this path.
    """

    jumped = Signal(str)

    def __init__(self, desk: VisitDesk) -> None:
        super().__init__()
        self.setProperty("role", "bar")
        self.setProperty("tone", "information")
        correction = desk.form.correction
        column = QVBoxLayout(self)
        m = theme.metrics
        column.setContentsMargins(m.px(12), m.s, m.px(12), m.s)
        column.setSpacing(m.px(2))
        if correction is None or not (correction.comment or correction.comments):
            text = self.tr("Corrige una visita cerrada; la versión anterior se conserva.")
            column.addWidget(Label(text, TextRole.STRONG, wrap=True))
            return
        title = self.tr("Su coordinador ({who}) devolvió esta visita")
        column.addWidget(Label(title.format(who=correction.reviewer), TextRole.STRONG, wrap=True))
        if correction.comment:
            column.addWidget(Label(correction.comment, wrap=True))
        for path, comment in correction.comments.items():
            text = f"{desk.place(path)}: {comment}"
            link = button(text, "arrow-right", "quiet", partial(self.jumped.emit, path))
            link.setStyleSheet("text-align: left;")
            column.addWidget(link)
        kept = self.tr("Corrija y cierre de nuevo: las dos versiones se conservan.")
        column.addWidget(Label(kept, TextRole.SMALL, wrap=True))
