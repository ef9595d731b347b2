"""One thing wrong with a file: where it stands and what to do."""

from __future__ import annotations

from dataclasses import dataclass, field

from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.register import problems, schooling_problems
from juntos_campo.register.external import problems as external_problems

WARNINGS = problems.WARNINGS | schooling_problems.WARNINGS | external_problems.WARNINGS


@dataclass(frozen=True, slots=True)
class Fault:
    """A problem at a place of a file.

    Holds what the cell says, which may be personal data: for the screen and the person's own export,
    never for a log.

    Attributes:
        row: as Excel numbers it; 0 for the file as a whole.
        column: name in the layout; empty for the row as a whole.
        household: code of the household the row belongs to; empty when none.
        details: what else the problem's text mentions.
    """

    problem: Problem
    row: int = 0
    column: str = ""
    value: str = ""
    household: str = ""
    details: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str:
        return self.problem.code

    @property
    def is_warning(self) -> bool:
        """It is told, but leaves nothing out."""
        return self.code in WARNINGS

    @property
    def reason(self) -> str:
        return self._error().what

    @property
    def remedy(self) -> str:
        return self._error().remedy

    def _error(self) -> UserError:
        known = {"column": self.column, "value": self.value, "household": self.household}
        return user_error(self.problem, **{**known, **self.details})


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReading:
    """What reading one of the office's files found wrong with it.

    Attributes:
        faults: in the order of their rows; warnings among them leave nothing out.
    """

    faults: tuple[Fault, ...] = ()

    @property
    def errors(self) -> tuple[Fault, ...]:
        """Faults that leave rows out."""
        return tuple(fault for fault in self.faults if not fault.is_warning)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        return tuple(fault for fault in self.faults if fault.is_warning)

    @property
    def is_clean(self) -> bool:
        return not self.errors
