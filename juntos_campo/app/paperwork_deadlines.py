"""Until when each step of a paper is expected.

Data (``resources/forms/plazos.toml``): no source that could be read sets these days.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from juntos_campo import paths
from juntos_campo.app.paperwork_problems import DEADLINES_FAULTY
from juntos_campo.app.paperwork_rules import Filling, Step, next_step
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.norms.model import Trust


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Until when each step is expected: days from the end of the bimester."""

    days: Mapping[Step, int]
    trust: Trust
    source: str

    def due(self, step: Step, bimester: Bimester) -> date | None:
        """Last day on which the step is in time; None when none is set."""
        after = self.days.get(step)
        return None if after is None else bimester.end + timedelta(days=after)


@lru_cache(maxsize=4)
def read_deadlines(file: Path) -> Deadlines:
    """Deadlines from a TOML file.

    Raises:
        UserError: PAP-019, it cannot be read or says something unknown.
    """
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
        days = {Step(one["step"]): one["days"] for one in data["step"]}
        if any(isinstance(one, bool) or not isinstance(one, int) for one in days.values()):
            raise ValueError("days")
        return Deadlines(days, Trust(data["trust"]), str(data["source"]))
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError) as error:
        detail = str(error) or type(error).__name__
        raise user_error(DEADLINES_FAULTY, name=file.name, detail=detail) from None


def deadlines() -> Deadlines:
    """The deadlines that come with the program.

    Raises:
        UserError: PAP-019.
    """
    return read_deadlines(paths.resources() / "forms" / "plazos.toml")


NO_DEADLINES = Deadlines({}, Trust.NOT_FOUND, "")


def deadlines_or_none() -> tuple[Deadlines, UserError | None]:
    """The deadlines; with a faulty file none, and what is wrong with it: papers go on without days."""
    try:
        return deadlines(), None
    except UserError as error:
        return NO_DEADLINES, error


def due_day(
    handling: FormHandling, filling: Filling, bimester: Bimester, limits: Deadlines
) -> date | None:
    """Last day of the next step; None when none is set.

    A paper still to be printed for the facility is expected there: it has the day of handing out.
    """
    step = next_step(handling, filling)
    if step is None:
        return None
    if step is Step.PRINTED:
        step = Step.SIGNED if filling.complete else Step.HANDED
    return limits.due(step, bimester)


def late_days(due: date | None, today: date) -> int:
    """By how many days something due is late; 0 when it is in time."""
    return max(0, (today - due).days) if due is not None else 0
