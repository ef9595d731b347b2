"""Indicators by territory and period, as rows.

What is told of a zone, a unit, a department or the country is the sum of what was kept of its field workers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa

from juntos_campo.central.indicators.ground import Ground, read_ground
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.privacy import LEAST_CASES, hidden_cells
from juntos_campo.central.indicators.sheets import Level, Sheet, computed
from juntos_campo.central.indicators.tables import IndicatorTables
from juntos_campo.domain.spanish import count, paper_date

SMALL = 5
"""Under so many cases no percentage is told: one child would move it by 20 points or more."""
STALE_DAYS = 30
"""Figures over a laptop that did not synchronise for so long say so."""
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Reader:
    """What a report is told for.

    Attributes:
        partitions: only these are told and added up, for who may not see the others; None: all.
        protects: figures of small places stay hidden (`privacy`).
        whose: Spanish, said of places that hold more than these partitions; empty: there are no others.
    """

    partitions: frozenset[str] | None = None
    protects: bool = True
    whose: str = ""


EVERYTHING = Reader()


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of one territory and period.

    Attributes:
        code, place: the territory's code (UBIGEO, user name, ...) and its name.
        numerator, denominator, unknown: None where so few cases are not told.
        percent: to one decimal; None under `SMALL` cases.
        synced: day of the oldest last synchronisation of its laptops; None: one never did, or there
            is none.
        cut: the earliest day its parts were judged on; `computed_at`: the earliest moment.
        note: Spanish, what a reader must know; may be empty.
    """

    sheet: Sheet
    period: Period
    level: Level
    code: str
    place: str
    numerator: int | None
    denominator: int | None
    unknown: int | None
    percent: Decimal | None
    synced: date | None
    cut: str
    computed_at: str
    note: str


@dataclass(slots=True)
class _Total:
    numerator: int = 0
    denominator: int = 0
    unknown: int = 0

    @property
    def cases(self) -> int:
        return self.denominator + self.unknown


_Key = tuple[Level, str]


def percent_of(numerator: int, denominator: int) -> Decimal:
    """To one decimal, half up, of whole counts."""
    exact = Decimal(100 * numerator) / Decimal(denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def report_rows(
    connection: sa.Connection,
    kept: IndicatorTables,
    sheets: Sequence[Sheet],
    periods: Sequence[Period],
    today: date,
    *,
    levels: Iterable[Level] = Level,
    reader: Reader = EVERYTHING,
) -> Iterator[Row]:
    """Rows of what is kept (`Indicators.refresh` brings it up to date), the widest territory first."""
    ground = read_ground(connection)
    chosen = [one for one in levels if one is not Level.UNIT or ground.unit_names]
    for sheet in computed(sheets):
        for period in periods:
            if sheet.fits(period):
                told = [level for level in chosen if level in sheet.levels]
                of_one = _OfOne(sheet, period, told, ground, reader)
                yield from of_one.rows(connection, kept, today)


@dataclass(frozen=True, slots=True)
class _OfOne:
    """The rows of one indicator and period."""

    sheet: Sheet
    period: Period
    levels: Sequence[Level]
    ground: Ground
    reader: Reader

    def rows(self, connection: sa.Connection, kept: IndicatorTables, today: date) -> Iterator[Row]:
        totals: dict[_Key, _Total] = defaultdict(_Total)
        whose: dict[_Key, set[str]] = defaultdict(set)
        for value in self._kept(connection, kept.values):
            for level in self.levels:
                where = (value.partition, value.district, value.facility)
                key = (level, self.ground.territory(level, *where))
                total = totals[key]
                total.numerator += int(value.numerator)
                total.denominator += int(value.denominator)
                total.unknown += int(value.unknown)
                whose[key].add(value.partition)
        runs = {one.partition: one for one in self._kept(connection, kept.runs)}
        hidden = self._hidden(totals)
        order = list(Level)
        for key in sorted(totals, key=lambda key: (order.index(key[0]), key[1])):
            known = [runs[one] for one in whose[key] if one in runs]
            yield self._row(key, totals[key], whose[key], known, today, tells=key not in hidden)

    def _kept(
        self, connection: sa.Connection, table: sa.Table
    ) -> Iterator[sa.Row[tuple[object, ...]]]:
        sql = sa.select(table).where(
            table.c.indicator == self.sheet.code, table.c.period == str(self.period)
        )
        if self.reader.partitions is None:
            yield from connection.execute(sql)
            return
        names = sorted(self.reader.partitions)
        for start in range(0, len(names), _CHUNK):
            part = names[start : start + _CHUNK]
            yield from connection.execute(sql.where(table.c.partition.in_(part)))

    def _hidden(self, totals: dict[_Key, _Total]) -> frozenset[_Key]:
        """Places too small to be told: districts beside those of their department, others beside all."""
        if not self.reader.protects:
            return frozenset()
        groups: dict[tuple[Level, str], dict[_Key, int]] = defaultdict(dict)
        for (level, code), total in totals.items():
            if level in (Level.DEPARTMENT, Level.DISTRICT, Level.FACILITY):
                beside = code[:2] if level is Level.DISTRICT else ""
                groups[level, beside][level, code] = total.cases
        return frozenset().union(*map(hidden_cells, groups.values()))

    def _row(
        self,
        key: _Key,
        total: _Total,
        partitions: set[str],
        runs: Sequence[sa.Row[tuple[object, ...]]],
        today: date,
        *,
        tells: bool,
    ) -> Row:
        level, code = key
        seen = [self.ground.seen.get(one) for one in partitions]
        days = [one for one in seen if one is not None]
        enough = tells and total.denominator >= SMALL
        return Row(
            sheet=self.sheet,
            period=self.period,
            level=level,
            code=code,
            place=self.ground.place_name(level, code),
            numerator=total.numerator if tells else None,
            denominator=total.denominator if tells else None,
            unknown=total.unknown if tells else None,
            percent=percent_of(total.numerator, total.denominator) if enough else None,
            synced=min(days) if len(days) == len(seen) and days else None,
            cut=min((str(one.cut) for one in runs), default=""),
            computed_at=min((str(one.computed_at) for one in runs), default=""),
            note=" ".join(self._notes(level, total if tells else None, seen, today)),
        )

    def _notes(
        self, level: Level, total: _Total | None, seen: Sequence[date | None], today: date
    ) -> Iterator[str]:
        if total is None:
            yield (
                f"No se muestra: aquí o en otro lugar hay menos de {LEAST_CASES} casos, y se sabría de "
                "quién se habla."
            )
        else:
            if total.denominator < SMALL:
                yield f"Menos de {SMALL} casos: mire los conteos, no el porcentaje."
            if total.unknown > total.denominator:
                yield "De la mayoría no hay dato: el porcentaje dice poco."
        if self.reader.whose and level in (Level.DISTRICT, Level.FACILITY):
            yield self.reader.whose
        if self.period.end >= today:
            yield "El periodo no ha terminado."
        never = sum(one is None for one in seen)
        if never:
            who = count(
                never, "gestor no ha sincronizado nunca", "gestores no han sincronizado nunca"
            )
            yield f"{who}: sus datos son solo los de la oficina."
        late = [one for one in seen if one is not None and (today - one).days > STALE_DAYS]
        if late:
            who = count(len(late), "gestor no sincroniza", "gestores no sincronizan")
            yield (
                f"{who} desde hace más de {STALE_DAYS} días (el más antiguo, "
                f"{paper_date(min(late))}): puede faltar lo que anotaron."
            )
