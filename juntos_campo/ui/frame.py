"""Header and navigation of the main window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
)

from juntos_campo.app.session import User
from juntos_campo.domain.spanish import thousands
from juntos_campo.domain.values import Role
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.registry import ScreenEntry
from juntos_campo.ui.theme.icons import app_icon, icon_pixmap
from juntos_campo.ui.theme.scale import SIZE_STEPS
from juntos_campo.ui.theme.theme import Appearance, TextRole, theme
from juntos_campo.ui.widgets.labels import IconButton, Label, button


class Header(QFrame):
    """Name of the program, the way back, the search, how it looks, and who works."""

    search_wanted = Signal()
    back_wanted = Signal()

    def __init__(self, user: User, preferences: Preferences) -> None:
        super().__init__()
        self._preferences = preferences
        self.setProperty("role", "header")
        m = theme.metrics
        sign = QLabel()
        sign.setPixmap(app_icon().pixmap(QSize(m.l, m.l)))
        self.back_button = button("", "arrow-left", "quiet", self.back_wanted.emit)
        self.back_button.setAccessibleName(self.tr("Volver a la pantalla anterior"))
        self.back_button.setToolTip(self.tr("Volver (Alt+Izquierda)"))
        self.back_button.setEnabled(False)
        self.search_button = SearchButton()
        self.search_button.clicked.connect(self.search_wanted)
        self.view_button = button("", "text-aa", "quiet")
        self.view_button.setAccessibleName(self.tr("Colores y tamaño"))
        self.view_button.setToolTip(self.tr("Colores y tamaño de letra"))
        self.view_button.clicked.connect(lambda _checked: self._show_menu())
        roles = {
            Role.FIELD_WORKER: self.tr("gestor local"),
            Role.ZONE_COORDINATOR: self.tr("coordinación zonal"),
        }
        who = Label(user.full_name or user.name)
        role = Label(roles[user.role], TextRole.SMALL)
        names = QVBoxLayout()
        names.setSpacing(0)
        for label in (who, role):
            label.setAlignment(Qt.AlignmentFlag.AlignRight)
            names.addWidget(label)
        row = QHBoxLayout(self)
        row.setContentsMargins(m.m, m.px(6), m.m, m.px(6))
        row.setSpacing(m.s)
        row.addWidget(sign)
        row.addWidget(Label("Juntos Campo", TextRole.SECTION))
        row.addSpacing(m.s)
        row.addWidget(self.back_button)
        row.addWidget(self.search_button, 3)
        row.addStretch(1)
        row.addWidget(self.view_button)
        row.addLayout(names)

    def view_menu(self) -> QMenu:
        """The menu of appearance and size."""
        menu = QMenu(self)
        looks = QActionGroup(menu)
        for appearance, text in (
            (Appearance.SYSTEM, self.tr("Como el sistema")),
            (Appearance.LIGHT, self.tr("Claro")),
            (Appearance.DARK, self.tr("Oscuro")),
        ):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(theme.appearance is appearance)
            action.triggered.connect(lambda _on, wanted=appearance: self._look(wanted))
            looks.addAction(action)
        menu.addSeparator()
        names = (
            self.tr("Letra pequeña"),
            self.tr("Letra normal"),
            self.tr("Letra grande"),
            self.tr("Letra muy grande"),
        )
        sizes = QActionGroup(menu)
        for scale, text in zip(SIZE_STEPS, names, strict=True):
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(theme.metrics.scale == scale)
            action.triggered.connect(lambda _on, wanted=scale: self._size(wanted))
            sizes.addAction(action)
        return menu

    def _show_menu(self) -> None:
        menu = self.view_menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.view_button.mapToGlobal(self.view_button.rect().bottomLeft()))

    def _look(self, appearance: Appearance) -> None:
        self._preferences.appearance = appearance
        _apply(appearance=appearance)

    def _size(self, scale: float) -> None:
        self._preferences.scale = scale
        _apply(scale=scale)


def _apply(appearance: Appearance | None = None, scale: float | None = None) -> None:
    application = QApplication.instance()
    if isinstance(application, QApplication):
        theme.apply(application, appearance, scale)


class SearchButton(IconButton):
    """Looks like a search box and opens the palette."""

    def __init__(self) -> None:
        super().__init__("", "magnifying-glass", "search")
        self.setText(self.tr("Buscar hogar, persona o DNI"))
        self.setAccessibleName(self.tr("Buscar hogar, persona o DNI (Ctrl+K)"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMaximumWidth(theme.metrics.px(520))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setPen(theme.colour("soft"))
        painter.setFont(theme.font(TextRole.SMALL))
        space = self.rect().adjusted(0, 0, -theme.metrics.px(12), 0)
        painter.drawText(
            space, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), "Ctrl+K"
        )
        painter.end()


class NavButton(QPushButton):
    """One line of the navigation: icon, title, figure."""

    def __init__(self, entry: ScreenEntry, number: int) -> None:
        super().__init__()
        self.entry = entry
        self.count = 0
        self._title = QCoreApplication.translate("registry", entry.title)
        self.setProperty("role", "nav")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        keys = f"Ctrl+{number}" if number <= 9 else ""
        self.setToolTip(f"{self._title} ({keys})" if keys else self._title)
        self.set_count(0)

    def set_count(self, count: int) -> None:
        """Show a figure; 0 shows none."""
        self.count = count
        figure = thousands(count)
        self.setAccessibleName(f"{self._title}, {figure}" if count else self._title)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.metrics.px(160), theme.metrics.px(36))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        m, chosen = theme.metrics, self.isChecked()
        painter = QPainter(self)
        size = m.px(20)
        top = (self.height() - size) // 2
        ratio = self.devicePixelRatioF() * 2
        sign = icon_pixmap(self.entry.icon, "primary_strong" if chosen else "soft", size, ratio)
        painter.drawPixmap(m.px(10), top, sign)
        painter.setPen(theme.colour("primary_strong" if chosen else "text"))
        painter.setFont(theme.font(TextRole.STRONG if chosen else TextRole.BODY))
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        left = m.px(10) + size + m.px(10)
        painter.drawText(
            self.rect().adjusted(left, 0, 0, 0),
            middle | int(Qt.AlignmentFlag.AlignLeft),
            self._title,
        )
        if self.count:
            painter.setPen(theme.colour("primary_strong" if chosen else "soft"))
            painter.drawText(
                self.rect().adjusted(0, 0, -m.px(12), 0),
                middle | int(Qt.AlignmentFlag.AlignRight),
                thousands(self.count),
            )
        painter.end()


class SideBar(QFrame):
    """The navigation at the left. Up and Down move, Enter or Space opens.

    Attributes:
        chosen: key of the screen wanted.
    """

    chosen = Signal(str)

    def __init__(self, entries: Sequence[ScreenEntry]) -> None:
        super().__init__()
        self.setProperty("role", "side")
        self.setAccessibleName(self.tr("Pantallas"))
        m = theme.metrics
        column = QVBoxLayout(self)
        column.setContentsMargins(m.s, m.px(12), m.s, m.px(12))
        column.setSpacing(m.px(2))
        self.buttons = {
            entry.key: NavButton(entry, number) for number, entry in enumerate(entries, start=1)
        }
        for key, nav in self.buttons.items():
            if key == "help":
                column.addStretch(1)
            nav.clicked.connect(lambda _checked, wanted=key: self.chosen.emit(wanted))
            column.addWidget(nav)
        if "help" not in self.buttons:
            column.addStretch(1)

    def mark(self, key: str) -> None:
        """Mark the screen in front."""
        if key in self.buttons:
            self.buttons[key].setChecked(True)

    def set_counts(self, counts: Mapping[str, int]) -> None:
        """Show the figures by name."""
        for nav in self.buttons.values():
            nav.set_count(counts.get(nav.entry.count, 0))

    def focus_marked(self) -> None:
        """Give the keyboard to the marked line."""
        for nav in self.buttons.values():
            if nav.isChecked():
                nav.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        lines = list(self.buttons.values())
        focused = next((number for number, nav in enumerate(lines) if nav.hasFocus()), None)
        step = steps.get(Qt.Key(event.key()))
        if step is None or focused is None:
            super().keyPressEvent(event)
            return
        lines[(focused + step) % len(lines)].setFocus(Qt.FocusReason.TabFocusReason)
