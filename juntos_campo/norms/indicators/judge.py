"""One person against one indicator of the incentive fund. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.norms.indicators.rules import Indicator
from juntos_campo.norms.model import Why


@dataclass(frozen=True, slots=True)
class ItemResult:
    """One item of the definition. `met` is None while its window has not closed."""

    key: str
    label: str
    required: bool
    met: bool | None
    done_on: date | None
    why: Why


@dataclass(frozen=True, slots=True)
class IndicatorResult:
    """One person on one day.

    Attributes:
        applies: the person is in the denominator; otherwise `why` says what leaves her out.
        met: in the numerator; None when it does not apply.
    """

    indicator_id: str
    applies: bool
    met: bool | None
    items: tuple[ItemResult, ...]
    why: Why


def judge_indicator(
    indicator: Indicator,
    member: Member,
    pregnancy: Pregnancy | None,
    events: Iterable[ServiceEvent],
    on: date,
) -> IndicatorResult:
    """Judge one person on the day of the measurement (the last day of a month)."""
    raise NotImplementedError
