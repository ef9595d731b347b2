"""Icons: Phosphor (MIT), one SVG a file in resources/icons, coloured by a palette token.

Drawn from files rather than through qtawesome, whose import alone takes as long as opening the whole
window (0.14 s of the 0.22 s of a bare one).
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from juntos_campo import paths
from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.ui.theme.theme import theme


@cache
def _source(name: str) -> str:
    file = paths.resources() / "icons" / f"{name}.svg"
    if not file.is_file():
        raise ProgrammingError(f"there is no icon {name!r}")
    return file.read_text(encoding="utf-8")


@cache
def _pixmap(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    pixmap = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    pixmap.fill(Qt.GlobalColor.transparent)
    svg = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    painter = QPainter(pixmap)
    svg.render(painter, QRectF(0, 0, size * ratio, size * ratio))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def icon_pixmap(name: str, tone: str = "soft", size: int = 0, ratio: float = 2.0) -> QPixmap:
    """One icon as a picture.

    Args:
        name: file name without suffix, e.g. ``house``.
        tone: palette token of its colour.
        size: edge in device-independent pixels; 0 takes the theme's icon size.
        ratio: pixels of the picture per device-independent pixel.

    Raises:
        ProgrammingError: there is no such icon.
    """
    return _pixmap(name, theme.colour(tone).name(), size or theme.metrics.icon, ratio)


def icon(name: str, tone: str = "text") -> QIcon:
    """One icon for a button or a menu, greyed when disabled."""
    result = QIcon()
    result.addPixmap(icon_pixmap(name, tone))
    result.addPixmap(icon_pixmap(name, "disabled"), QIcon.Mode.Disabled)
    return result


def app_icon() -> QIcon:
    """The program's own sign."""
    result = QIcon()
    for size in (16, 24, 32, 48, 64, 128):
        result.addPixmap(_pixmap("app", "", size, 1.0))
    return result
