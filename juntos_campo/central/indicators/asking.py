"""What a person asks of the indicators, in the words of the command line and of the addresses. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from juntos_campo.central.indicators.periods import Period, PeriodKind
from juntos_campo.central.indicators.problems import (
    INDICATOR_UNKNOWN,
    LEVEL_UNKNOWN,
    NOT_COMPUTED,
    PERIOD_UNFIT,
)
from juntos_campo.central.indicators.sheets import PERIOD_WORDS, Level, Sheet, computed
from juntos_campo.domain.calendar import add_months
from juntos_campo.domain.errors import user_error

LEVEL_NAMES = {
    "nation": Level.NATION,
    "department": Level.DEPARTMENT,
    "unit": Level.UNIT,
    "zone": Level.ZONE,
    "worker": Level.FIELD_WORKER,
    "district": Level.DISTRICT,
    "facility": Level.FACILITY,
}
"""Names of the levels in addresses and scripts; the Spanish ones, which people read, are understood too."""


def periods_on(today: date) -> tuple[Period, ...]:
    """What is of interest on a day: the running period of each kind and the one before."""
    running = [Period.of(kind, today) for kind in PeriodKind]
    return tuple(one for now in running for one in (now.previous(), now))


def choose_sheets(sheets: Sequence[Sheet], codes: Collection[str]) -> tuple[Sheet, ...]:
    """The indicators of these codes; of none: all that can be computed.

    Raises:
        UserError: CEN-340, CEN-341.
    """
    if not codes:
        return computed(sheets)
    known = {one.code: one for one in sheets}
    for code in codes:
        if code not in known:
            raise user_error(INDICATOR_UNKNOWN, code=code, known=", ".join(sorted(known)))
        if not known[code].is_computed:
            raise user_error(NOT_COMPUTED, code=code, lacks=known[code].lacks)
    return tuple(known[code] for code in dict.fromkeys(codes))


def choose_periods(
    sheets: Sequence[Sheet], text: str, today: date, *, every: bool
) -> tuple[Period, ...]:
    """The period somebody wrote; of an empty text what is of interest today.

    Args:
        every: all of `sheets` must be computed for it, not just one.

    Raises:
        UserError: CEN-347, CEN-342.
    """
    if not text:
        return periods_on(today)
    period = Period.parse(text)
    unfit = [one for one in sheets if not one.fits(period)]
    if unfit and (every or len(unfit) == len(sheets)):
        one = unfit[0]
        what = f"El indicador «{one.code}»" if every else "Ningún indicador"
        kinds = [one.period] if every else sorted({one.period for one in sheets})
        others = " o ".join(str(found) for kind in kinds for found in _like(period, kind))
        raise user_error(PERIOD_UNFIT, what=what, asked=PERIOD_WORDS[period.kind], periods=others)
    return (period,)


def _like(period: Period, kind: PeriodKind) -> Iterable[Period]:
    """The periods of a kind that lie in it, or the one that holds it."""
    months = (add_months(period.start, number) for number in range(12))
    return dict.fromkeys(Period.of(kind, one) for one in months if one <= period.end)


def choose_levels(texts: Iterable[str], allowed: Sequence[Level]) -> tuple[Level, ...]:
    """The levels of these names, of those somebody may see.

    Raises:
        UserError: CEN-343.
    """
    names = {**LEVEL_NAMES, **{one.value: one for one in Level}}
    found: list[Level] = []
    for text in texts:
        level = names.get(text.strip().lower())
        if level is None or level not in allowed:
            known = ", ".join(one.value for one in Level if one in allowed)
            raise user_error(LEVEL_UNKNOWN, level=text, known=known)
        found.append(level)
    return tuple(dict.fromkeys(found))
