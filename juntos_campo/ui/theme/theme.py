"""The theme in force: one appearance, one size; applied to the application as palette and style sheet."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from juntos_campo import paths
from juntos_campo.ui.theme.palette import DARK, LIGHT, Palette
from juntos_campo.ui.theme.qss import style_sheet
from juntos_campo.ui.theme.scale import BODY_POINTS, BOLD, FAMILY, Metrics, TextRole


class Appearance(StrEnum):
    """What the user chose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Theme(QObject):
    """Palette and metrics in force. `changed` follows every change of either."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.appearance = Appearance.SYSTEM
        self.palette: Palette = LIGHT
        self.metrics = Metrics()
        self._colours: dict[str, QColor] = {}
        self._fonts: dict[TextRole, QFont] = {}

    def apply(
        self,
        application: QApplication,
        appearance: Appearance | None = None,
        scale: float | None = None,
    ) -> None:
        """Put the appearance and size into force for the whole application."""
        if appearance is not None:
            self.appearance = appearance
        if scale is not None:
            self.metrics = Metrics(scale)
        self.palette = self._resolve()
        self._colours.clear()
        self._fonts.clear()
        application.setPalette(_qpalette(self.palette))
        application.setFont(self.font(TextRole.BODY))
        application.setStyleSheet(style_sheet(self.palette, self.metrics))
        self.changed.emit()

    def follow_system(self, application: QApplication) -> None:
        """Change with the system's light or dark while the user chose neither."""
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _scheme: self._system_changed(application))

    def font(self, role: TextRole) -> QFont:
        """The font of a role, with tabular figures; kept, for delegates ask at every row."""
        if role not in self._fonts:
            font = QFont(FAMILY)
            font.setPointSizeF(self.metrics.points(role))
            font.setBold(role in BOLD)
            font.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[role] = font
        return self._fonts[role]

    def colour(self, token: str) -> QColor:
        """The colour of a palette token, for painting."""
        if not self._colours:
            colours = self.palette.colours().items()
            self._colours.update((name, QColor(value)) for name, value in colours)
        return self._colours[token]

    def _system_changed(self, application: QApplication) -> None:
        if self.appearance is Appearance.SYSTEM:
            self.apply(application)

    def _resolve(self) -> Palette:
        if self.appearance is Appearance.SYSTEM:
            scheme = QGuiApplication.styleHints().colorScheme()
            return DARK if scheme is Qt.ColorScheme.Dark else LIGHT
        return DARK if self.appearance is Appearance.DARK else LIGHT


def load_fonts() -> None:
    """Register the bundled fonts; the system's own face stays where a file is missing."""
    for file in sorted((paths.resources() / "fonts").glob("*.ttf")):
        QFontDatabase.addApplicationFont(str(file))


def set_role(widget: QWidget, role: TextRole | str) -> None:
    """Give a widget its role in the style sheet (`TextRole`, ``primary``, ``quiet``, ...)."""
    widget.setProperty("role", str(role))
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def set_tone(widget: QWidget, tone: str) -> None:
    """Colour a widget by meaning: ``very_high`` .. ``low``, ``information``, or ``""`` for none."""
    widget.setProperty("tone", tone)
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)


def _qpalette(colours: Palette) -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.ground,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.sunken,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.soft,
        QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.ToolTipBase: colours.surface,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.Highlight: colours.selection,
        QPalette.ColorRole.HighlightedText: colours.text,
        QPalette.ColorRole.Link: colours.primary,
        QPalette.ColorRole.Accent: colours.primary,
    }
    for role, value in roles.items():
        palette.setColor(role, QColor(value))
    for role in (
        QPalette.ColorRole.Text,
        QPalette.ColorRole.ButtonText,
        QPalette.ColorRole.WindowText,
    ):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.disabled))
    return palette


theme = Theme()
"""The one theme of the process: an application has one style sheet."""

__all__ = [
    "BODY_POINTS",
    "Appearance",
    "TextRole",
    "Theme",
    "load_fonts",
    "set_role",
    "set_tone",
    "theme",
]
