"""A page that stands instead of the main window: one card in the middle, its head, and nothing else."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from juntos_campo.ui.theme.icons import app_icon
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Card, Label

_WIDTH = 640


class DoorPage(QWidget):
    """Base of such pages; what is added to `card.body` stands below the head. Scrolls if it must."""

    def __init__(self, title: str) -> None:
        super().__init__()
        m = theme.metrics
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Juntos Campo")
        self.setWindowIcon(app_icon())
        self.card = Card()
        self.card.setFixedWidth(m.px(_WIDTH))
        self.card.body.setContentsMargins(m.xl, m.l, m.xl, m.l)
        self.card.body.setSpacing(m.px(12))
        self.card.body.addLayout(_head(title))
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.card)
        row.addStretch(1)
        ground = QWidget()
        ground.setProperty("role", "ground")
        column = QVBoxLayout(ground)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidget(ground)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.area)
        self.resize(m.px(860), m.px(600))


def _head(title: str) -> QHBoxLayout:
    m = theme.metrics
    sign = QLabel()
    sign.setPixmap(app_icon().pixmap(QSize(m.px(48), m.px(48))))
    names = QVBoxLayout()
    names.setSpacing(0)
    names.addWidget(Label(title, TextRole.TITLE, wrap=True))
    names.addWidget(Label("Juntos Campo", TextRole.SOFT))
    head = QHBoxLayout()
    head.setSpacing(m.m)
    head.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
    head.addLayout(names, 1)
    return head
