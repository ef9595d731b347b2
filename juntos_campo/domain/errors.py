"""The one exception root, and the shape of every error a person may read.

An error a user can meet is a `Problem` in a catalogue (each area keeps its own `problems.py`), never
a sentence written at the place that fails. A problem says what happened, whether anything was lost
and what to do; `UserError` adds where and the values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from string import Formatter
from typing import Any

NOTHING_LOST = "No se perdió ningún dato."


class JuntosError(Exception):
    """Root of every exception this project raises on purpose."""


class ProgrammingError(JuntosError):
    """A promise between our own modules was broken; never shown as such to a user."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of an error catalogue.

    Attributes:
        code: stable, unique over the project, e.g. ``REG-012``; goes into logs (no personal data).
        what: what happened, in Spanish, with ``{placeholders}``.
        remedy: what to do next, in Spanish, with ``{placeholders}``.
        safety: what became of the data; by default that nothing was lost.
    """

    code: str
    what: str
    remedy: str
    safety: str = NOTHING_LOST

    def placeholders(self) -> frozenset[str]:
        """Names that `UserError` must be given values for."""
        names: set[str] = set()
        for text in (self.what, self.remedy, self.safety):
            names.update(name for _, name, _, _ in Formatter().parse(text) if name)
        return frozenset(names)


@dataclass(slots=True)
class UserError(JuntosError):
    """Something a person must be told. `str()` gives the whole Spanish text."""

    problem: Problem
    where: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        return self.problem.what.format(**self.values)

    @property
    def remedy(self) -> str:
        return self.problem.remedy.format(**self.values)

    @property
    def safety(self) -> str:
        return self.problem.safety.format(**self.values)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return " ".join(part for part in (place + self.what, self.safety, self.remedy) if part)


def user_error(problem: Problem, where: str = "", **values: Any) -> UserError:
    """Build the error for `problem`; `values` fill its placeholders.

    Raises:
        ProgrammingError: a placeholder has no value.
    """
    missing = problem.placeholders() - values.keys()
    if missing:
        raise ProgrammingError(f"{problem.code}: no value for {sorted(missing)}")
    return UserError(problem, where, dict(values))
