"""Keeping what the norms say of the members of a partition: only of households that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.indicators.facts import Place
from juntos_campo.central.indicators.families import changed_households, families
from juntos_campo.central.indicators.forgetting import overwrite_deleted
from juntos_campo.central.indicators.standings import Group, Standing, standings_of
from juntos_campo.central.indicators.tables import IndicatorTables
from juntos_campo.central.ledger import Ledger
from juntos_campo.central.tables import removals
from juntos_campo.central.territory import ERASED_BY_LAW
from juntos_campo.norms.book import RuleBook

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is to be judged.

    Attributes:
        last_seq: of the partition, before anything of it is read.
        basis: what verdicts depend on besides the records; no ``|+``.
        days: what is asked about which day.
    """

    place: Place
    last_seq: int
    basis: str
    days: Mapping[date, Collection[Group]]


@dataclass(frozen=True, slots=True)
class _Day:
    """One day to be judged; `changed` None: every household, `before`: the row of its last run."""

    day: date
    groups: frozenset[Group]
    changed: frozenset[str] | None
    before: Any

    def concerns(self, household: str) -> bool:
        return self.changed is None or household in self.changed


@dataclass(frozen=True, slots=True)
class Judge:
    """Brings the standings of partitions up to date."""

    database: Database
    kept: IndicatorTables
    book: RuleBook

    def judge(self, asked: Judgement) -> int | None:
        """The households judged, each once for every day; None: somebody was erased meanwhile, and
        nothing was written."""
        if not asked.days:
            return 0
        with self.database.reading() as connection:
            days = self._to_judge(connection, asked)
            if not days:
                return 0
            verdicts, judged = self._verdicts(connection, asked.place, days)
        with self.database.writing() as connection:
            Ledger.open(connection, asked.place.partition)  # one after the other
            if _erased_since(connection, asked.place, asked.last_seq):
                return None
            overwrite_deleted(connection)
            for one in days:
                if self._run(connection, asked.place, one.day) == one.before:
                    self._write(connection, asked, one, verdicts[one.day])
        return judged

    def _run(self, connection: sa.Connection, place: Place, day: date) -> Any:
        return connection.execute(
            sa.select(self.kept.standing_runs).where(*self._of(place, day))
        ).first()

    def _of(self, place: Place, day: date) -> tuple[sa.ColumnElement[bool], ...]:
        runs = self.kept.standing_runs
        return (runs.c.partition == place.partition, runs.c.day == day.isoformat())

    def _to_judge(self, connection: sa.Connection, asked: Judgement) -> list[_Day]:
        changed: dict[int, frozenset[str]] = {}
        found: list[_Day] = []
        for day, groups in sorted(asked.days.items()):
            before = self._run(connection, asked.place, day)
            basis, told = _read_basis(before.basis) if before is not None else ("", frozenset())
            same = before is not None and basis == asked.basis
            every = frozenset(groups) | (told if same else frozenset())
            if not same or every != told:
                found.append(_Day(day, every, None, before))
            elif before.last_seq != asked.last_seq:
                since = before.last_seq
                if since not in changed:
                    homes = changed_households(connection, self.kept, asked.place, since)
                    changed[since] = frozenset(homes)
                found.append(_Day(day, every, changed[since], before))
        return found

    def _verdicts(
        self, connection: sa.Connection, place: Place, days: Sequence[_Day]
    ) -> tuple[dict[date, list[Standing]], int]:
        """What is said about each day, and of how many households."""
        households: set[str] | None = set()
        for one in days:
            if one.changed is None or households is None:
                households = None
            else:
                households |= one.changed
        service_days = [one.day for one in days if Group.SERVICES in one.groups]
        found: dict[date, list[Standing]] = defaultdict(list)
        judged = 0
        for family in families(connection, place, households, service_days):
            for one in days:
                if one.concerns(family.household.id):
                    judged += 1
                    found[one.day] += standings_of(family, self.book, one.day, one.groups)
        return found, judged

    def _write(
        self, connection: sa.Connection, asked: Judgement, one: _Day, verdicts: Sequence[Standing]
    ) -> None:
        table, runs, day = self.kept.standings, self.kept.standing_runs, one.day.isoformat()
        partition = asked.place.partition
        old = sa.delete(table).where(table.c.partition == partition, table.c.day == day)
        if one.changed is None:
            connection.execute(old)
        else:
            wanted = sorted(one.changed)
            for start in range(0, len(wanted), _CHUNK):
                part = wanted[start : start + _CHUNK]
                connection.execute(old.where(table.c.household.in_(part)))
        rows = [
            {
                "partition": partition,
                "day": day,
                "member": verdict.member,
                "code": verdict.code,
                "household": verdict.household,
                "outcome": verdict.outcome,
            }
            for verdict in verdicts
        ]
        if rows:
            connection.execute(sa.insert(table), rows)
        connection.execute(sa.delete(runs).where(*self._of(asked.place, one.day)))
        connection.execute(
            sa.insert(runs).values(
                partition=partition,
                day=day,
                last_seq=asked.last_seq,
                basis=_written_basis(asked.basis, one.groups),
            )
        )


_GROUPS = "|+"


def _written_basis(basis: str, groups: Collection[Group]) -> str:
    return f"{basis}{_GROUPS}{','.join(sorted(groups))}"


def _read_basis(text: str) -> tuple[str, frozenset[Group]]:
    basis, _, groups = text.partition(_GROUPS)
    return basis, frozenset(Group(one) for one in groups.split(",") if one)


def _erased_since(connection: sa.Connection, place: Place, last_seq: int) -> bool:
    """Whether the law had something removed from here that was still read."""
    sql = sa.select(removals.c.seq).where(
        removals.c.unit == place.unit,
        removals.c.partition == place.partition,
        removals.c.seq > last_seq,
        removals.c.reason == ERASED_BY_LAW,
    )
    return connection.execute(sql.limit(1)).first() is not None
