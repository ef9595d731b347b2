"""Every indicator against a count by hand, on both databases; incremental against from scratch."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juntos_campo import paths
from juntos_campo.central.database import Database
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.refresh import Indicators, Refreshed
from juntos_campo.central.indicators.sheets import load_sheets
from juntos_campo.central.indicators.tables import IndicatorTables, indicator_tables
from juntos_campo.central.ledger import Ledger
from juntos_campo.central.loading import load
from juntos_campo.central.reference import ReferenceWriter
from juntos_campo.central.tables import partitions, record_versions, records, removals
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Entity, Household, Member, ServiceEvent, Visit
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.packs import load_rule_book

from .indicator_oracle import Counts, Key, Register, count_all
from .indicator_world import TODAY, WORKERS, Maker, settlements

PERIODS = tuple(
    map(Period.parse, ("2026-M11", "2026-M10", "2026-M02", "2026-B6", "2026-B5", "2026-T4", "2026"))
)
AWAY = tuple(map(Period.parse, ("2025", "2026-T1", "2025-B6")))
SHEETS = load_sheets(paths.resources() / "indicators")
FEW = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return load_rule_book(paths.resources() / "norms")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def stand(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    new_postgresql: Callable[[], str],
    book: RuleBook,
) -> Iterator[Stand]:
    """One database for all tests of an engine; each begins with `households`, which empties it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('indicators') / 'central.db'}"
    database = Database(new_postgresql() if request.param == "postgresql" else url)
    database.migrate()
    metadata = sa.MetaData()
    kept = indicator_tables(metadata)
    with database.writing() as connection:
        metadata.create_all(connection)
    yield Stand(database, Indicators(database, kept, SHEETS, book))
    database.close()


@dataclasses.dataclass(repr=False)  # a failing example tells its seed, not everything
class Stand:
    """A server with nothing but records, and the indicators over it."""

    database: Database
    indicators: Indicators

    @property
    def kept(self) -> IndicatorTables:
        return self.indicators.kept

    def empty(self) -> None:
        with self.database.writing() as connection:
            for table in (removals, record_versions, records, partitions):
                connection.execute(sa.delete(table))
        self.forget()

    def forget(self) -> None:
        kept = self.kept
        with self.database.writing() as connection:
            for table in (kept.values, kept.runs, kept.standings, kept.standing_runs):
                connection.execute(sa.delete(table))

    def load(self, *content: Entity, clock: FixedClock) -> None:
        load(self.database, content, clock)

    def delete(self, worker: str, *content: Entity) -> None:
        with self.database.writing() as connection:
            ledger = Ledger.open(connection, f"fw:{worker}")
            writer = ReferenceWriter(ledger, "2026-11-17T08:00:00-05:00")
            for one in content:
                writer.take_back(one)
            ledger.close()

    def refresh(self, clock: FixedClock, *periods: Period) -> Refreshed:
        return self.indicators.refresh(periods or PERIODS, clock.now())

    def values(self, period: Period) -> dict[Key, Counts]:
        table = self.kept.values
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(table).where(table.c.period == str(period))).all()
        return {
            (one.indicator, one.partition, one.district, one.facility): (
                one.numerator,
                one.denominator,
                one.unknown,
            )
            for one in rows
        }

    def by_hand(self, period: Period) -> dict[Key, Counts]:
        with self.database.reading() as connection:
            register = Register.read(connection)
        workers = [f"fw:{name}" for name in WORKERS]
        return count_all(register, workers, period, TODAY, self.indicators.book)


def households(stand: Stand, seed: int, clock: FixedClock) -> dict[str, list[list[Entity]]]:
    """Load four households a field worker; some of their records are deleted again."""
    stand.empty()
    maker = Maker(seed)
    made = {name: [list(maker.household(name)) for _ in range(4)] for name in WORKERS}
    everything = [one for homes in made.values() for home in homes for one in home]
    stand.load(*settlements(), *everything, clock=clock)
    for name, homes in made.items():
        flat = [one for home in homes for one in home]
        stand.delete(name, *(one for one in flat if maker.maybe(0.06)))
    return made


@given(seed=st.integers(0, 10**6))
@FEW
def test_a_coordinator_never_reads_a_figure_that_counting_by_hand_does_not_give(
    stand: Stand, clock: FixedClock, seed: int
) -> None:
    households(stand, seed, clock)
    stand.refresh(clock)
    for period in PERIODS:
        assert stand.values(period) == stand.by_hand(period), str(period)


@given(seed=st.integers(0, 10**6))
@FEW
def test_what_changed_since_yesterday_is_in_the_figures_as_if_all_were_counted_again(
    stand: Stand, clock: FixedClock, seed: int
) -> None:
    made = households(stand, seed, clock)
    stand.refresh(clock)
    change(stand, made, seed, clock)
    stand.refresh(clock)
    incremental = {period: stand.values(period) for period in PERIODS}
    stand.forget()
    stand.refresh(clock)
    for period in PERIODS:
        assert incremental[period] == stand.values(period), f"{period}: incremental is not scratch"
        assert incremental[period] == stand.by_hand(period), f"{period}: scratch is not by hand"


def change(stand: Stand, made: dict[str, list[list[Entity]]], seed: int, clock: FixedClock) -> None:
    """A household goes to another field worker, a member to another household; events come and go."""
    maker = Maker(seed + 1)
    maker.number = 10**6
    moved = next(one for one in made["ana"][0] if isinstance(one, Household))
    stand.load(dataclasses.replace(moved, field_worker="beto"), clock=clock)
    target = next(one for one in made["ana"][1] if isinstance(one, Household))
    child = next(one for one in made["ana"][3] if isinstance(one, Member))
    other = next(one for one in made["beto"][1] if isinstance(one, Member))
    stand.load(
        dataclasses.replace(child, household_id=target.id),
        dataclasses.replace(other, household_id=target.id),
        *(one for one in maker.household("ana")),
        clock=clock,
    )
    stand.delete("beto", *(one for one in made["beto"][3] if isinstance(one, ServiceEvent | Visit)))
    stand.delete("beto", *made["beto"][2][:1])


def test_a_quiet_partition_is_not_counted_again(stand: Stand, clock: FixedClock) -> None:
    made = households(stand, 7, clock)
    first = stand.refresh(clock)
    assert first.kept == 0
    assert first.computed
    again = stand.refresh(clock)
    assert (again.computed, again.kept, again.judged) == (0, first.computed, 0)
    home = next(one for one in made["caro"][0] if isinstance(one, Household))
    stand.load(dataclasses.replace(home, phone="983111222"), clock=clock)
    third = stand.refresh(clock)
    assert third.computed * 3 == first.computed, "one of three partitions changed"
    days = {period.cut(TODAY) for period in PERIODS if period.kind.value in ("month", "year")}
    assert third.judged == len(days), "one household, once for each day it is judged on"


def test_a_settlement_whose_altitude_was_mended_changes_the_anaemia_of_its_children(
    stand: Stand, clock: FixedClock
) -> None:
    households(stand, 11, clock)
    stand.refresh(clock)
    first, *_ = settlements()
    stand.load(dataclasses.replace(first, altitude_m=10, ubigeo="150101"), clock=clock)
    stand.refresh(clock)
    for period in PERIODS:
        assert stand.values(period) == stand.by_hand(period)


def test_a_running_period_is_counted_anew_on_the_next_day_and_a_closed_one_is_not(
    stand: Stand, clock: FixedClock
) -> None:
    households(stand, 3, clock)
    stand.refresh(clock)
    tomorrow = FixedClock(clock.now() + timedelta(days=1))
    closed = stand.refresh(tomorrow, Period.parse("2026-M10"), Period.parse("2026-B5"))
    assert closed.computed == 0
    assert stand.refresh(tomorrow, Period.parse("2026-M11")).kept == 0


def test_periods_still_to_come_and_long_past_do_not_stop_the_rest(
    stand: Stand, clock: FixedClock
) -> None:
    households(stand, 5, clock)
    stand.refresh(clock, Period.parse("2027-M01"), *AWAY)
    assert stand.values(Period.parse("2027-M01")) == {}
    for period in AWAY:
        assert stand.values(period) == stand.by_hand(period)


def test_verdicts_about_people_are_gone_once_they_are_forgotten(
    stand: Stand, clock: FixedClock
) -> None:
    households(stand, 9, clock)
    stand.refresh(clock)
    stand.indicators.forget_standings(date(2027, 1, 1))
    with stand.database.reading() as connection:
        count = sa.select(sa.func.count()).select_from(stand.kept.standings)
        assert connection.execute(count).scalar_one() == 0
    stand.refresh(clock)
    for period in PERIODS:
        assert stand.values(period) == stand.by_hand(period), "the values stay"
