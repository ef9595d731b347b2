"""Computing the indicators: only partitions that changed, or whose day of judgement moved.

Reading and judging hold no lock; only writing locks the partition, for a moment. Who comes with an older
state of a partition than what is kept writes nothing. Each partition is written by itself: who stops in
between leaves whole ones.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.database import Database
from juntos_campo.central.indicators.counting import counted
from juntos_campo.central.indicators.facts import Place, forget_facts, read_facts
from juntos_campo.central.indicators.forgetting import overwrite_deleted
from juntos_campo.central.indicators.formulas import FORMULAS
from juntos_campo.central.indicators.judging import Judge, Judgement
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.population import PARTITION, Scope
from juntos_campo.central.indicators.sheets import Sheet, computed
from juntos_campo.central.indicators.standings import Group
from juntos_campo.central.indicators.tables import IndicatorTables
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.places import every_unit
from juntos_campo.central.tables import partitions, records
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.book import RuleBook

_MOST_STATEMENTS = 500
_AT_ONCE = 100

log = logging.getLogger(__name__)

Runs = dict[tuple[str, str], tuple[int, str, str]]
"""(indicator, period) -> number of the partition, basis and cut of what is kept."""


@dataclass(slots=True)
class Refreshed:
    """What a refresh did.

    Attributes:
        computed, kept: values (of a partition, indicator and period) computed again, or still good.
        judged: households the norms judged, each once for every day.
        failed: partitions whose records could not be read; what was kept of them stands.
    """

    computed: int = 0
    kept: int = 0
    judged: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _State:
    """What the values of a partition depend on besides its records."""

    place: Place
    last_seq: int
    places: int
    rules: str


@dataclass(frozen=True, slots=True)
class _Stale:
    """A value to be computed again."""

    sheet: Sheet
    period: Period
    cut: date
    basis: str

    @property
    def key(self) -> tuple[str, str]:
        return self.sheet.code, str(self.period)


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
    _judge: Judge = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_statements", _Statements(self.book, self.kept))
        object.__setattr__(self, "_judge", Judge(self.database, self.kept, self.book))

    def refresh(
        self,
        periods: Iterable[Period],
        now: datetime,
        progress: Callable[[int, int], None] = lambda _done, _all: None,
        *,
        only: Collection[str] | None = None,
    ) -> Refreshed:
        """Bring the values of these periods up to date; periods still to come are passed over.

        Args:
            now: an aware moment of Peru; its date is the last day anything is judged on.
            progress: given the partitions done and all of them.
            only: these partitions; None: all.
        """
        wanted = [one for one in periods if one.start <= now.date()]
        done = Refreshed()
        states = [one for one in self._states() if only is None or one.place.partition in only]
        for number, (state, present) in enumerate(self._with_runs(states), start=1):
            try:
                self._refresh_partition(state, present, wanted, now, done)
            except UserError as error:
                # One record nobody can read must not keep the figures of the country back.
                done.failed.append(state.place.partition)
                log.error("indicators.failed", extra={"fields": {"code": error.problem.code}})
            progress(number, len(states))
        return done

    def _states(self) -> list[_State]:
        with self.database.reading() as connection:
            places = {
                unit: connection.execute(
                    sa.select(sa.func.max(records.c.seq)).where(
                        records.c.unit == unit,
                        records.c.partition == REFERENCE,
                        records.c.kind == "settlement",
                    )
                ).scalar_one()
                or 0
                for unit in every_unit(connection)
            }
            rows = connection.execute(
                sa.select(partitions)
                .where(partitions.c.name != REFERENCE)
                .order_by(partitions.c.name)
            ).all()
        rules = self.book.stamp[:32]
        last = places[NO_UNIT]  # what is everybody's counts everywhere
        return [
            _State(
                Place(row.unit, row.name), row.last_seq, max(last, places.get(row.unit, 0)), rules
            )
            for row in rows
        ]

    def _with_runs(self, states: Sequence[_State]) -> Iterator[tuple[_State, Runs]]:
        """Each with what is kept of it, asked for many at once: most of them did not change."""
        for start in range(0, len(states), _AT_ONCE):
            part = states[start : start + _AT_ONCE]
            with self.database.reading() as connection:
                found = self._present(connection, [one.place.partition for one in part])
            for state in part:
                yield state, found[state.place.partition]

    def _present(self, connection: sa.Connection, names: Sequence[str]) -> dict[str, Runs]:
        runs = self.kept.runs
        found: dict[str, Runs] = defaultdict(dict)
        for row in connection.execute(sa.select(runs).where(runs.c.partition.in_(names))):
            found[row.partition][row.indicator, row.period] = (row.last_seq, row.basis, row.cut)
        return found

    def _refresh_partition(
        self,
        state: _State,
        present: Runs,
        periods: Sequence[Period],
        now: datetime,
        done: Refreshed,
    ) -> None:
        stale: list[_Stale] = []
        for sheet in computed(self.sheets):
            basis = _basis(sheet, state)
            for period in periods:
                if not sheet.fits(period):
                    continue
                one = _Stale(sheet, period, period.cut(now.date()), basis)
                if present.get(one.key) == (state.last_seq, basis, one.cut.isoformat()):
                    done.kept += 1
                else:
                    stale.append(one)
        if not stale:
            return
        days: dict[date, set[Group]] = defaultdict(set)
        for one in stale:
            if one.sheet.group is not None:
                days[one.cut].add(one.sheet.group)
        asked = Judgement(state.place, state.last_seq, f"{state.places}|{state.rules}", days)
        judged = self._judge.judge(asked)
        if judged is None:  # somebody was erased meanwhile: the next refresh counts without him
            return
        done.judged += judged
        self._compute(state, stale, now)
        done.computed += len(stale)

    def _compute(self, state: _State, stale: Sequence[_Stale], now: datetime) -> None:
        """Count, one statement a value, then write them all at once."""
        partition = state.place.partition
        found: list[dict[str, Any]] = []
        with self.database.reading() as connection:
            read_facts(connection, state.place, min(one.period.start for one in stale))
            for one in stale:
                sql = self._statements.of(one.sheet, one.period, one.cut)
                for row in connection.execute(sql, {PARTITION: partition}):
                    code, period = one.key
                    key = {"partition": partition, "indicator": code, "period": period}
                    found.append({**row._mapping, **key})
            forget_facts(connection)
        values, runs = self.kept.values, self.kept.runs
        with self.database.writing() as connection:
            Ledger.open(connection, partition)
            present = self._present(connection, [partition])[partition]
            fresh = [
                {
                    "partition": partition,
                    "indicator": one.sheet.code,
                    "period": str(one.period),
                    "last_seq": state.last_seq,
                    "basis": one.basis,
                    "cut": one.cut.isoformat(),
                    "computed_at": moment(now),
                }
                for one in stale
                # else somebody was quicker, with more
                if present.get(one.key, (0, "", ""))[0] <= state.last_seq
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

    def forget_standings(self, before: date, keep: Collection[date] = ()) -> int:
        """Drop verdicts about days before `before` but for those to `keep`; a late change then judges
        all households of such a day again. Returns how many."""
        done = 0
        kept_days = [one.isoformat() for one in keep]
        with self.database.writing() as connection:
            overwrite_deleted(connection)
            for table in (self.kept.standing_runs, self.kept.standings):
                old = (table.c.day < before.isoformat(), table.c.day.not_in(kept_days))
                done = connection.execute(sa.delete(table).where(*old)).rowcount
        return done


def _basis(sheet: Sheet, state: _State) -> str:
    # Every statement takes thresholds from the rules and districts from the places.
    return f"{sheet.version}|{state.places}|{state.rules}"
