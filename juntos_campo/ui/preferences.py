"""How a person likes the window: appearance, size, geometry. Nothing about families is kept here."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from juntos_campo.ui.theme.scale import SIZE_STEPS
from juntos_campo.ui.theme.theme import Appearance


class Preferences:
    """Settings in one ini file beside the database."""

    def __init__(self, file: Path) -> None:
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)

    @property
    def appearance(self) -> Appearance:
        """Light, dark or as the system; an unknown value counts as the system."""
        value = str(self._settings.value("appearance", Appearance.SYSTEM))
        return Appearance(value) if value in set(Appearance) else Appearance.SYSTEM

    @appearance.setter
    def appearance(self, value: Appearance) -> None:
        self._settings.setValue("appearance", str(value))

    @property
    def scale(self) -> float:
        """One of `SIZE_STEPS`; anything else counts as normal."""
        try:
            value = float(str(self._settings.value("scale", 1.0)))
        except ValueError:
            return 1.0
        return value if value in SIZE_STEPS else 1.0

    @scale.setter
    def scale(self, value: float) -> None:
        self._settings.setValue("scale", value)

    @property
    def geometry(self) -> QByteArray:
        """Place and size of the window; empty the first time."""
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, value: QByteArray) -> None:
        self._settings.setValue("geometry", value)
