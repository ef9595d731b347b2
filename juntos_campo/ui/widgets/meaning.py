"""Shape, word and colour of every risk level and service state: never colour alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from juntos_campo.domain.values import RiskLevel
from juntos_campo.norms.model import ServiceStatus, State
from juntos_campo.norms.verification.model import Verdict


@dataclass(frozen=True, slots=True)
class Mark:
    """How one meaning looks.

    Attributes:
        tone: palette token of ink; its ground is ``<tone>_tint`` where there is one.
        icon: icon name; empty for risk levels, which have shapes of their own.
        word: Spanish source text.
        tinted: its chip stands on a ground of its tone: somebody should act, or it is lost.
    """

    tone: str
    icon: str
    word: str
    tinted: bool = False

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
    State.DUE: Mark("information", "clock", "toca ahora", tinted=True),
    State.OVERDUE: Mark("high", "warning", "vencido", tinted=True),
    State.LOST: Mark("very_high", "x", "ya no se puede", tinted=True),
    State.NOT_YET: Mark("soft", "circle", "aún no toca"),
    State.NOT_APPLICABLE: Mark("soft", "minus", "no corresponde"),
}

LOW_ATTENDANCE = Mark("high", "warning", "bajo el mínimo", tinted=True)
"""A month at school is no date that passes."""

VERDICT: dict[Verdict, Mark] = {
    Verdict.FULFILLED: Mark("low", "check", "cumplió"),
    Verdict.NOT_FULFILLED: Mark("very_high", "x", "no cumplió", tinted=True),
    Verdict.PENDING: Mark("information", "circle-dashed", "pendiente"),
    Verdict.EXCEPTED: Mark("medium", "shield-check", "exceptuado"),
    Verdict.NOT_APPLICABLE: Mark("soft", "minus", "no aplica"),
}

PAYMENT: dict[Verdict, Mark] = {
    Verdict.FULFILLED: Mark("low", "check", "se pagaría"),
    Verdict.NOT_FULFILLED: Mark("very_high", "x", "en riesgo", tinted=True),
    Verdict.PENDING: Mark("information", "circle-dashed", "pendiente"),
    Verdict.EXCEPTED: Mark("low", "check", "se pagaría"),
    Verdict.NOT_APPLICABLE: Mark("soft", "minus", "no aplica"),
}
"""The same verdicts, said of a transfer."""

GROWTH_ALARM = Mark("high", "warning", "por atender", tinted=True)
GROWTH_DOUBTFUL = Mark("medium", "question", "cifra por revisar", tinted=True)
GROWTH_NORMAL = Mark("low", "check", "normal")
GROWTH_UNJUDGED = Mark("soft", "minus", "sin clasificar")

RISK_ORDER: dict[RiskLevel, int] = {level: index for index, level in enumerate(RiskLevel)}
"""0 is the most urgent."""


def status_mark(status: ServiceStatus) -> Mark:
    """Word and colour of the state of one service."""
    if status.service == "ATTENDANCE" and status.state is State.OVERDUE:
        return LOW_ATTENDANCE
    return SERVICE[status.state]
