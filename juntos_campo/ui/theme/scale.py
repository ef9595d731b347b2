"""Space and type as data: an 8-pixel grid and five sizes of type, all multiplied by one setting."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BODY_POINTS = 10.0
FAMILY = "Noto Sans"


class TextRole(StrEnum):
    """What a piece of text is; its size and weight follow from that."""

    TITLE = "title"
    SECTION = "section"
    FIGURE = "figure"
    BODY = "body"
    STRONG = "strong"
    SMALL = "small"
    SOFT = "soft"


POINTS: dict[TextRole, float] = {
    TextRole.TITLE: 16.0,
    TextRole.SECTION: 12.0,
    TextRole.FIGURE: 20.0,
    TextRole.BODY: BODY_POINTS,
    TextRole.STRONG: BODY_POINTS,
    TextRole.SMALL: 9.0,
    TextRole.SOFT: BODY_POINTS,
}

BOLD: frozenset[TextRole] = frozenset(
    {TextRole.TITLE, TextRole.SECTION, TextRole.FIGURE, TextRole.STRONG}
)

SIZE_STEPS: tuple[float, ...] = (0.9, 1.0, 1.15, 1.3)
"""The sizes a person can choose: small, normal, large, very large."""


@dataclass(frozen=True, slots=True)
class Metrics:
    """Lengths in device-independent pixels at one size setting.

    Attributes:
        scale: 1.0 is normal.
    """

    scale: float = 1.0

    def px(self, length: float) -> int:
        """`length` pixels of the design, scaled."""
        return max(1, round(length * self.scale))

    def points(self, role: TextRole) -> float:
        """Type size of a role in points, scaled."""
        return POINTS[role] * self.scale

    @property
    def xs(self) -> int:
        return self.px(4)

    @property
    def s(self) -> int:
        return self.px(8)

    @property
    def m(self) -> int:
        return self.px(16)

    @property
    def l(self) -> int:  # noqa: E743 - the sizes are named as on clothes
        return self.px(24)

    @property
    def xl(self) -> int:
        return self.px(32)

    @property
    def row(self) -> int:
        """Height of a table row."""
        return self.px(28)

    @property
    def row_tall(self) -> int:
        """Height of a comfortable row, of a button and of an input."""
        return self.px(32)

    @property
    def icon(self) -> int:
        return self.px(18)

    @property
    def radius(self) -> int:
        return self.px(6)
