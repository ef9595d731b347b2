"""What looks impossible about an operation or a record. It is taken all the same, and told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from juntos_campo.domain.clock import LIMA
from juntos_campo.wire.messages import IMPOSSIBLE_CLOCK, IMPOSSIBLE_DATE, Operation

DAYS_TOLD = ("on", "agreed_on", "checked_on", "requested_on", "closed_at", "completed_at")
"""Fields of records that name a day or moment which cannot lie after their receipt."""

_TOLERANCE = timedelta(days=1)
_LONGEST_ABSENCE = timedelta(days=365)
"""A laptop that never knew the server's time may have been without network for months, not for years."""


def clock_flags(operation: Operation, received: datetime) -> frozenset[str]:
    """`IMPOSSIBLE_CLOCK` when the laptop's clock was off by more than a day as it wrote this.

    A record that is days old is nothing strange, since the laptop may have been without network; one
    of tomorrow is, and so is one whose laptop knew that its clock was wrong.
    """
    offset = operation.clock_offset
    if offset is not None and abs(offset) > _TOLERANCE.total_seconds():
        return frozenset({IMPOSSIBLE_CLOCK})
    # In seconds, since the year 9999 has no room for an offset.
    ahead = (operation.device_time - received).total_seconds() + (offset or 0)
    too_early = offset is None and ahead < -_LONGEST_ABSENCE.total_seconds()
    if ahead > _TOLERANCE.total_seconds() or too_early:
        return frozenset({IMPOSSIBLE_CLOCK})
    return frozenset()


def date_flags(fields: Mapping[str, Any], received: datetime) -> frozenset[str]:
    """`IMPOSSIBLE_DATE` when the record tells of a day after that of its receipt, Peru's calendar."""
    today = received.astimezone(LIMA).date()
    days = (_day(fields.get(name)) for name in DAYS_TOLD)
    return frozenset({IMPOSSIBLE_DATE} if any(day and day > today for day in days) else ())


def _day(value: Any) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        if len(value) <= len("2026-11-21"):
            return date.fromisoformat(value)
        moment = datetime.fromisoformat(value)
        return moment.astimezone(LIMA).date() if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):
        return None  # what is no day is refused where the record is read
