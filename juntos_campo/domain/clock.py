"""Time as a parameter. Nothing but the composition root asks the machine for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Protocol

LIMA = timezone(timedelta(hours=-5), "PET")
"""Peru keeps one time zone without summer time, so no zone database is needed."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware, in Peru's time."""
        ...

    def today(self) -> date:
        """The present calendar day in Peru."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(LIMA)

    def today(self) -> date:
        return self.now().date()


@dataclass(slots=True)
class FixedClock:
    """A clock that stands still until moved: for the demonstration day and for tests."""

    moment: datetime

    def now(self) -> datetime:
        return self.moment

    def today(self) -> date:
        return self.moment.date()

    def advance(self, delta: timedelta) -> None:
        self.moment += delta
