"""Shape, word and colour of every risk level and service state: never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.model import State


@dataclass(frozen=True, slots=True)
class Mark:
    """How one meaning looks.

    Attributes:
        tone: palette token of ink; its ground is ``<tone>_tint`` where there is one.
        icon: icon name; empty for risk levels, which have shapes of their own.
        word: Spanish source text.
    """

    tone: str
    icon: str
    word: str

    @property
    def text(self) -> str:
        """The word in the language of the screen."""
        return QCoreApplication.translate("meaning", self.word)


RISK: dict[RiskLevel, Mark] = {
    RiskLevel.VERY_HIGH: Mark("very_high", "", "muy alta"),
    RiskLevel.HIGH: Mark("high", "", "alta"),
    RiskLevel.MEDIUM: Mark("medium", "", "media"),
    RiskLevel.LOW: Mark("low", "", "baja"),
}

SERVICE: dict[State, Mark] = {
    State.DONE: Mark("low", "check", "hecho"),
    State.DONE_LATE: Mark("medium", "check", "hecho tarde"),
    State.DUE: Mark("information", "clock", "toca ahora"),
    State.OVERDUE: Mark("high", "warning", "vencido"),
    State.LOST: Mark("very_high", "x", "ya no se puede"),
    State.NOT_YET: Mark("soft", "circle", "aún no toca"),
    State.NOT_APPLICABLE: Mark("soft", "minus", "no corresponde"),
}

RISK_ORDER: dict[RiskLevel, int] = {level: index for index, level in enumerate(RiskLevel)}
"""0 is the most urgent."""
