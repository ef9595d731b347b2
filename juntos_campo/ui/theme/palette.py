"""Colours as data: one name per meaning, one table per appearance.

A screen names the meaning (`palette.very_high`), never a colour. Every pair in `TEXT_PAIRS` holds a
contrast of at least 4.5 (WCAG 2.2, 1.4.3), every pair in `LINE_PAIRS` at least 3 (1.4.11); a test
measures them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """One appearance. All values are ``#RRGGBB``.

    Attributes:
        ground: behind everything; surface: what carries content; sunken: headings of tables.
        hover: a row or button under the pointer; selection: the chosen row.
        line: separates; control_line: the edge of something that can be typed into or pressed.
        text, soft: what is read first, and what explains it.
        primary: the one accent; on_primary: text upon it.
        very_high .. low: risk; information: neutral notices; each with its `_tint` as ground.
    """

    dark: bool
    ground: str
    surface: str
    sunken: str
    hover: str
    selection: str
    line: str
    control_line: str
    text: str
    soft: str
    disabled: str
    primary: str
    primary_strong: str
    on_primary: str
    very_high: str
    very_high_tint: str
    high: str
    high_tint: str
    medium: str
    medium_tint: str
    low: str
    low_tint: str
    information: str
    information_tint: str

    def colours(self) -> dict[str, str]:
        """Token name -> ``#RRGGBB``."""
        return {
            field.name: getattr(self, field.name) for field in fields(self) if field.name != "dark"
        }


LIGHT = Palette(
    dark=False,
    ground="#F6F7F5",
    surface="#FFFFFF",
    sunken="#EFF2F0",
    hover="#F0F5F3",
    selection="#DCEFEA",
    line="#DDE3E0",
    control_line="#7C8A85",
    text="#1B2421",
    soft="#4F5B57",
    disabled="#8A9691",
    primary="#0B6B5D",
    primary_strong="#08544A",
    on_primary="#FFFFFF",
    very_high="#B3261E",
    very_high_tint="#FBEAE8",
    high="#A64A08",
    high_tint="#FCEEE2",
    medium="#6F5900",
    medium_tint="#F8F1D4",
    low="#2C6E31",
    low_tint="#E7F3E7",
    information="#1F5FA8",
    information_tint="#E6EFF9",
)

DARK = Palette(
    dark=True,
    ground="#151A18",
    surface="#1E2522",
    sunken="#232B28",
    hover="#28312D",
    selection="#234640",
    line="#343E3A",
    control_line="#7F8D87",
    text="#E7ECE9",
    soft="#A9B5B0",
    disabled="#75817C",
    primary="#5CC7B4",
    primary_strong="#82D9C9",
    on_primary="#08231E",
    very_high="#FF8A80",
    very_high_tint="#402523",
    high="#FFB070",
    high_tint="#3D2C1E",
    medium="#E6CB5A",
    medium_tint="#37321B",
    low="#8CD691",
    low_tint="#213524",
    information="#8EBBF0",
    information_tint="#203041",
)

_GROUNDS = ("ground", "surface", "sunken", "hover", "selection")
_MEANINGS = ("very_high", "high", "medium", "low", "information")

TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *(
        (ink, ground)
        for ink in ("text", "soft", "primary", "primary_strong", *_MEANINGS)
        for ground in _GROUNDS
    ),
    *((meaning, f"{meaning}_tint") for meaning in _MEANINGS),
    *((ink, f"{meaning}_tint") for ink in ("text", "soft") for meaning in _MEANINGS),
    ("on_primary", "primary"),
    ("on_primary", "primary_strong"),
)
"""(ink, ground) pairs that carry text somewhere."""

LINE_PAIRS: tuple[tuple[str, str], ...] = tuple(
    (line, ground) for line in ("control_line", "primary") for ground in ("ground", "surface")
)
"""(edge, ground) pairs that tell a control from its ground."""


def _luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two ``#RRGGBB`` colours, 1 to 21."""
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)
