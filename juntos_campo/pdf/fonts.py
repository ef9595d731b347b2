"""The embedded typeface, and fitting text into a box without ever clipping it."""

from __future__ import annotations

from functools import lru_cache

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from juntos_campo import paths

REGULAR = "NotoSans"
BOLD = "NotoSans-Bold"
LEADING = 1.14
"""Line distance of small table text as a multiple of its size."""


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Make Noto Sans (OFL) known to reportlab, once a process."""
    folder = paths.resources() / "fonts"
    pdfmetrics.registerFont(TTFont(REGULAR, str(folder / "NotoSans-Regular.ttf")))
    pdfmetrics.registerFont(TTFont(BOLD, str(folder / "NotoSans-Bold.ttf")))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR)


@lru_cache(maxsize=20_000)
def text_width(text: str, font: str, size: float) -> float:
    """Width in points."""
    register_fonts()
    return float(pdfmetrics.stringWidth(text, font, size))


def wrap(text: str, font: str, size: float, width: float) -> list[str]:
    """Lines no wider than `width` points; a word wider than that is broken."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        candidate = f"{current} {word}" if current else word
        if text_width(candidate, font, size) <= width:
            current = candidate
            continue
        if current:
            lines.append(current)
        current = word
        while text_width(current, font, size) > width and len(current) > 1:
            cut = next(
                count
                for count in range(len(current) - 1, 0, -1)
                if count == 1 or text_width(current[:count], font, size) <= width
            )
            lines.append(current[:cut])
            current = current[cut:]
    if current:
        lines.append(current)
    return lines


@lru_cache(maxsize=20_000)
def fit(
    text: str, font: str, sizes: tuple[float, ...], width: float, height: float
) -> tuple[float, tuple[str, ...]] | None:
    """The largest of `sizes` at which `text` fits the box (points), with its lines.

    None when it does not fit at the smallest either. A text keeps to one line where it can, and a
    word is broken only at the smallest size.
    """
    for size in sizes:
        if text_width(text, font, size) <= width and size * LEADING <= height:
            return size, (text,)
        lines = wrap(text, font, size, width)
        whole = all(text_width(word, font, size) <= width for word in text.split())
        if len(lines) * size * LEADING <= height and (whole or size == sizes[-1]):
            return size, tuple(lines)
    return None
