"""Computing the indicators: only partitions that changed, or whose day of judgement moved.

Reading and judging hold no lock; only writing locks the partition, for a moment. Who comes with an older
state of a partition than what is kept writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.database import Database
from juntos_campo.central.indicators.counting import counted
from juntos_campo.central.indicators.formulas import FORMULAS
from juntos_campo.central.indicators.periods import Period, PeriodKind
from juntos_campo.central.indicators.population import PARTITION, Scope
from juntos_campo.central.indicators.sheets import Sheet, computed
from juntos_campo.central.indicators.standings import (
    Standing,
    changed_households,
    families,
    standings_of,
)
from juntos_campo.central.indicators.tables import IndicatorTables
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.tables import partitions, records
from juntos_campo.norms.book import RuleBook

_CHUNK = 400
_MOST_STATEMENTS = 500


@dataclass(slots=True)
class Refreshed:
    """What a refresh did.

    Attributes:
        computed, kept: values (of a partition, indicator and period) computed again, or still good.
        judged: households the norms judged.
    """

    computed: int = 0
    kept: int = 0
    judged: int = 0


@dataclass(frozen=True, slots=True)
class _State:
    """What the values of a partition depend on besides its records."""

    partition: str
    last_seq: int
    places: int
    rules: str


@dataclass(frozen=True, slots=True)
class _Statements:
    """Each statement is made once: making one takes longer than running it."""

    book: RuleBook
    kept: IndicatorTables
    made: dict[tuple[str, Period, date], sa.Select[Any]] = field(default_factory=dict)

    def of(self, sheet: Sheet, period: Period, cut: date) -> sa.Select[Any]:
        key = (sheet.code, period, cut)
        found = self.made.get(key)
        if found is None:
            if len(self.made) >= _MOST_STATEMENTS:  # the days go on
                self.made.clear()
            scope = Scope(period, cut, self.book, self.kept)
            found = self.made[key] = counted(FORMULAS[sheet.formula](scope))
        return found


def periods_on(today: date) -> tuple[Period, ...]:
    """What is of interest on a day: the running period of each kind and the one before."""
    running = [Period.of(kind, today) for kind in PeriodKind]
    return tuple(one for now in running for one in (now.previous(), now))


@dataclass(frozen=True, slots=True)
class Indicators:
    """The indicators of one server.

    Attributes:
        kept: the tables the values are kept in.
        book: the rules in force, the office's own packs among them.
    """

    database: Database
    kept: IndicatorTables
    sheets: Sequence[Sheet]
    book: RuleBook
    _statements: _Statements = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_statements", _Statements(self.book, self.kept))

    def refresh(
        self,
        periods: Iterable[Period],
        now: datetime,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
    ) -> Refreshed:
        """Bring the values of these periods up to date; periods still to come are passed over.

        Args:
            now: an aware moment of Peru; its date is the last day anything is judged on.
            progress: given the partitions done and all of them.
        """
        wanted = [one for one in periods if one.start <= now.date()]
        done = Refreshed()
        states = self._states()
        for number, state in enumerate(states, start=1):
            self._refresh_partition(state, wanted, now, done)
            progress(number, len(states))
        return done

    def _states(self) -> list[_State]:
        with self.database.reading() as connection:
            places = connection.execute(
                sa.select(sa.func.max(records.c.seq)).where(
                    records.c.kind == "settlement", records.c.partition == REFERENCE
                )
            ).scalar_one()
            rows = connection.execute(
                sa.select(partitions)
                .where(partitions.c.name != REFERENCE)
                .order_by(partitions.c.name)
            ).all()
        return [_State(row.name, row.last_seq, places or 0, self.book.stamp[:32]) for row in rows]

    def _refresh_partition(
        self,
        state: _State,
        periods: Sequence[Period],
        now: datetime,
        done: Refreshed,
    ) -> None:
        stale: list[tuple[Sheet, Period, str]] = []
        with self.database.reading() as connection:
            present = self._present(connection, state.partition)
        for sheet in computed(self.sheets):
            basis = _basis(sheet, state)
            for period in periods:
                if not sheet.fits(period):
                    continue
                stands = (state.last_seq, basis, period.cut(now.date()).isoformat())
                if present.get((sheet.code, str(period))) == stands:
                    done.kept += 1
                else:
                    stale.append((sheet, period, basis))
        if not stale:
            return
        for day in sorted({one[1].cut(now.date()) for one in stale if one[0].needs_norms}):
            done.judged += self._judge(state, day)
        self._compute(state, stale, now)
        done.computed += len(stale)

    def _present(
        self, connection: sa.Connection, partition: str
    ) -> dict[tuple[str, str], tuple[int, str, str]]:
        runs = self.kept.runs
        rows = connection.execute(sa.select(runs).where(runs.c.partition == partition))
        return {(row.indicator, row.period): (row.last_seq, row.basis, row.cut) for row in rows}

    # -- what the norms say --------------------------------------------------------------------------

    def _judge(self, state: _State, day: date) -> int:
        """Bring the standings of a partition and day up to date; the households judged."""
        runs = self.kept.standing_runs
        this = (runs.c.partition == state.partition, runs.c.day == day.isoformat())
        basis = f"{state.places}|{state.rules}"
        with self.database.reading() as connection:
            before = connection.execute(sa.select(runs).where(*this)).first()
            if before is not None and (before.last_seq, before.basis) == (state.last_seq, basis):
                return 0
            changed: set[str] | None = None
            if before is not None and before.basis == basis:
                changed = changed_households(
                    connection, self.kept, state.partition, before.last_seq
                )
            judged = 0
            verdicts: list[Standing] = []
            for family in families(connection, state.partition, changed):
                judged += 1
                verdicts += standings_of(family, self.book, day)
        with self.database.writing() as connection:
            Ledger.open(connection, state.partition)  # one after the other
            stands = connection.execute(sa.select(runs).where(*this)).first()
            if stands == before:
                self._write_standings(connection, state.partition, day, changed, verdicts)
                connection.execute(sa.delete(runs).where(*this))
                connection.execute(
                    sa.insert(runs).values(
                        partition=state.partition,
                        day=day.isoformat(),
                        last_seq=state.last_seq,
                        basis=basis,
                    )
                )
        return judged

    def _write_standings(
        self,
        connection: sa.Connection,
        partition: str,
        day: date,
        changed: set[str] | None,
        verdicts: Sequence[Standing],
    ) -> None:
        table = self.kept.standings
        old = sa.delete(table).where(table.c.partition == partition, table.c.day == day.isoformat())
        if changed is None:
            connection.execute(old)
        else:
            wanted = sorted(changed)
            for start in range(0, len(wanted), _CHUNK):
                part = wanted[start : start + _CHUNK]
                connection.execute(old.where(table.c.household.in_(part)))
        if verdicts:
            rows = [
                {
                    "partition": partition,
                    "day": day.isoformat(),
                    "member": one.member,
                    "code": one.code,
                    "household": one.household,
                    "outcome": one.outcome,
                }
                for one in verdicts
            ]
            connection.execute(sa.insert(table), rows)

    # -- counting ------------------------------------------------------------------------------------

    def _compute(
        self,
        state: _State,
        stale: Sequence[tuple[Sheet, Period, str]],
        now: datetime,
    ) -> None:
        """Count, one statement a value, then write them all at once."""
        found: list[dict[str, Any]] = []
        with self.database.reading() as connection:
            for sheet, period, _basis_of in stale:
                sql = self._statements.of(sheet, period, period.cut(now.date()))
                for row in connection.execute(sql, {PARTITION: state.partition}):
                    counts = dict(row._mapping)
                    found.append({**counts, "indicator": sheet.code, "period": str(period)})
        values, runs = self.kept.values, self.kept.runs
        with self.database.writing() as connection:
            Ledger.open(connection, state.partition)
            present = self._present(connection, state.partition)
            fresh = [
                {
                    "partition": state.partition,
                    "indicator": sheet.code,
                    "period": str(period),
                    "last_seq": state.last_seq,
                    "basis": basis,
                    "cut": period.cut(now.date()).isoformat(),
                    "computed_at": moment(now),
                }
                for sheet, period, basis in stale
                # else somebody was quicker, with more
                if present.get((sheet.code, str(period)), (0, "", ""))[0] <= state.last_seq
            ]
            if not fresh:
                return
            for table in (values, runs):
                same = [
                    table.c[name] == sa.bindparam(f"its_{name}")
                    for name in ("partition", "indicator", "period")
                ]
                keys = [{f"its_{name}": value for name, value in one.items()} for one in fresh]
                connection.execute(sa.delete(table).where(*same), keys)
            written = {(one["indicator"], one["period"]) for one in fresh}
            rows = [one for one in found if (one["indicator"], one["period"]) in written]
            if rows:
                connection.execute(sa.insert(values), rows)
            connection.execute(sa.insert(runs), fresh)

    def forget_standings(self, before: date) -> int:
        """Drop verdicts about days before `before`; a late change then judges all households again."""
        with self.database.writing() as connection:
            for table in (self.kept.standing_runs, self.kept.standings):
                done = connection.execute(sa.delete(table).where(table.c.day < before.isoformat()))
        return done.rowcount


def _basis(sheet: Sheet, state: _State) -> str:
    # Every statement takes thresholds from the rules and districts from the places.
    return f"{sheet.version}|{state.places}|{state.rules}"
