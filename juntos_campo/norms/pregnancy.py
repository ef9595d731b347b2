"""Dating of a pregnancy. Weeks are completed weeks since the first day of the last period."""

from __future__ import annotations

from datetime import date, timedelta

from juntos_campo.domain.entities import Pregnancy

TERM_DAYS = 280
"""From last period to expected birth (NTS 105, as generally known; no text was read)."""
LONGEST_DAYS = 43 * 7
"""Beyond this a running pregnancy is a record to be corrected, not a pregnancy."""
SECOND_TRIMESTER_DAY = 14 * 7
THIRD_TRIMESTER_DAY = 28 * 7


def pregnancy_start(pregnancy: Pregnancy) -> date | None:
    """The day weeks are counted from: by ultrasound when there is one, else the last period."""
    if pregnancy.due_date_ultrasound is not None:
        try:
            return pregnancy.due_date_ultrasound - timedelta(days=TERM_DAYS)
        except OverflowError:
            return date.min
    return pregnancy.last_period


def expected_birth(pregnancy: Pregnancy) -> date | None:
    """Fecha probable de parto; None when neither last period nor ultrasound is known."""
    if pregnancy.due_date_ultrasound is not None:
        return pregnancy.due_date_ultrasound
    if pregnancy.last_period is None:
        return None
    try:
        return pregnancy.last_period + timedelta(days=TERM_DAYS)
    except OverflowError:
        return date.max


def gestational_days(pregnancy: Pregnancy, on: date) -> int | None:
    """Days of gestation on a day; negative before it began, None when it cannot be dated."""
    start = pregnancy_start(pregnancy)
    return None if start is None else (on - start).days


def trimester_of(days: int) -> int:
    """1, 2 or 3 from gestational days: the second begins at 14w0d, the third at 28w0d [SQL-MC01]."""
    if days < SECOND_TRIMESTER_DAY:
        return 1
    return 2 if days < THIRD_TRIMESTER_DAY else 3


def last_day(pregnancy: Pregnancy) -> date | None:
    """Last day on which a service of this pregnancy can be received; None when undated."""
    if pregnancy.ended_on is not None:
        return pregnancy.ended_on
    start = pregnancy_start(pregnancy)
    if start is None:
        return None
    try:
        return start + timedelta(days=LONGEST_DAYS - 1)
    except OverflowError:
        return date.max
