"""Cases and how they are added up; the statements themselves are in `of_households` and `of_people`."""

from __future__ import annotations

from typing import Any, TypeAlias

import sqlalchemy as sa

Cases: TypeAlias = sa.Select[Any]
"""One row a case, columns district, facility, outcome.

An outcome is 1 (in the numerator), 0 (only in the denominator) or NULL: a case about which the data
does not say, counted apart, never guessed.
"""


def counted(found: Cases) -> sa.Select[Any]:
    """Numerator, denominator and unknown by district and facility."""
    case = found.subquery("cases")
    known = sa.func.count(case.c.outcome)
    return sa.select(
        case.c.district,
        case.c.facility,
        sa.func.coalesce(sa.func.sum(case.c.outcome), 0).label("numerator"),
        known.label("denominator"),
        (sa.func.count() - known).label("unknown"),
    ).group_by(case.c.district, case.c.facility)


def cases(table: sa.FromClause, outcome: sa.ColumnElement[Any]) -> Cases:
    """A row of `table` a case; it has the columns of the place."""
    return sa.select(table.c.district, table.c.facility, outcome.label("outcome"))


def yes(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    """1 or 0; 0 where the condition is NULL."""
    return sa.case((condition, 1), else_=0)
