"""Who is counted: households of the programme and the people who live in them, as tables of SQL.

The register holds what is true now, not what was true then: a closed period is counted over the
households and members of today (the sheets say so).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import sqlalchemy as sa

from juntos_campo.central.indicators import facts
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.tables import IndicatorTables
from juntos_campo.norms.book import RuleBook

PARTITION = "in_partition"
"""Name of the parameter of statements that read what is kept of a partition: a statement is made once and
run for each partition, over its `facts`."""


@dataclass(frozen=True)
class Scope:
    """One period, over the facts of one partition.

    Attributes:
        cut: the day everything is judged on; nothing dated later is seen.
        book: for the thresholds that are data.
    """

    period: Period
    cut: date
    book: RuleBook
    kept: IndicatorTables

    @property
    def first_day(self) -> str:
        return self.period.start.isoformat()

    @property
    def last_day(self) -> str:
        return self.cut.isoformat()

    def within(self, day: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """The day lies in the period, not after the cut."""
        return day.between(self.first_day, self.last_day)

    @cached_property
    def homes(self) -> sa.Subquery:
        """`facts.homes` that had joined by the cut."""
        home = facts.homes
        return sa.select(home).where(self._joined(home)).subquery("homes")

    @cached_property
    def people(self) -> sa.Subquery:
        """`facts.people` who live on the cut in a household that had joined."""
        one = facts.people
        lives = sa.or_(one.c.left_on.is_(None), one.c.left_on > self.last_day)
        return (
            sa.select(one)
            .where(self._joined(one), one.c.birth <= self.last_day, lives)
            .subquery("people")
        )

    def _joined(self, table: sa.Table) -> sa.ColumnElement[bool]:
        joined = table.c.affiliated_on
        return sa.or_(joined.is_(None), joined <= self.last_day)
