"""What the norms said of somebody goes with him when the law has him removed."""

from __future__ import annotations

import re
from datetime import date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from server_databases import Lender

from juntos_campo.central.database import Database
from juntos_campo.central.erasure import Target, erase
from juntos_campo.central.indicators.office import indicators_of, refresh_all
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.sheets import Sheet
from juntos_campo.central.loading import load
from juntos_campo.central.tables import indicators as kept
from juntos_campo.central.tables import partitions, records
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Member, ServiceEvent, Settlement
from juntos_campo.domain.values import DocumentKind, Sex

from .conftest import first_morning

CHILD, SISTER = "c" * 32, "d" * 32
HOME = Household(id="b" * 32, code="00042", field_worker="ana", settlement_id="s-1")
MONTH = Period.parse("2026-11")


def person(key: str, birth: date) -> Member:
    return Member(
        id=key, household_id=HOME.id, document_kind=DocumentKind.NONE, document_number="",
        paternal="QUISPE", maternal="HUAMÁN", given="Flor", sex=Sex.FEMALE, birth_date=birth,
    )  # fmt: skip


@pytest.fixture
def judged(lend: Lender) -> Database:
    """Two children under three, about whom the norms had something to say, on two days."""
    return lend.opened("children judged by norms", judge)


def judge(database: Database) -> None:
    clock = first_morning()
    load(
        database,
        [
            Settlement(id="s-1", name="Alta", ubigeo="030101", district="A", province="A"),
            HOME,
            person(CHILD, date(2026, 1, 20)),
            person(SISTER, date(2024, 6, 1)),
            ServiceEvent(id="e", household_id=HOME.id, member_id=CHILD, service="CRED",
                         on=date(2026, 3, 1)),
        ],
        clock,
    )  # fmt: skip
    refresh_all(database, clock.now())


def verdicts(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(sa.select(kept.standings.c.member)).scalars())


def followed(database: Database) -> int:
    """Children of whom it is known whether a service is overdue."""
    values = kept.values
    sql = sa.select(sa.func.sum(values.c.denominator)).where(
        values.c.indicator == "servicios_vencidos", values.c.period == str(MONTH)
    )
    with database.reading() as connection:
        return int(connection.execute(sql).scalar_one())


def remnants(database: Database) -> list[bytes]:
    """Places of SQLite's files where the child's id stands beside a verdict; PostgreSQL's own it writes
    over when it likes."""
    path = Path(str(database.engine.url.database))
    said = re.compile(CHILD.encode() + rb"(?:OVERDUE|ANAEMIA|NEWBORN|ENROL|UNDER_|12_TO|PREGNANT)")
    files = [path, *path.parent.glob(f"{path.name}-*")]
    return [one for file in files for one in said.findall(file.read_bytes())]


def test_nothing_the_norms_said_of_an_erased_child_is_left_in_the_files(
    judged: Database, clock: FixedClock
) -> None:
    in_a_file = judged.engine.dialect.name == "sqlite"
    assert verdicts(judged) == {CHILD, SISTER}
    assert not in_a_file or remnants(judged), "else the search finds nothing anyway"
    erase(judged, Target("member", CHILD, (CHILD,)), clock)
    assert verdicts(judged) == {SISTER}
    assert not in_a_file or remnants(judged) == []
    refresh_all(judged, clock.now())
    assert followed(judged) == 1
    assert not in_a_file or remnants(judged) == []


def test_an_erased_household_leaves_no_verdict_about_anybody_of_it(
    judged: Database, clock: FixedClock
) -> None:
    assert followed(judged) == 2
    erase(judged, Target("household", HOME.id, (CHILD, SISTER)), clock)
    assert verdicts(judged) == set()
    refresh_all(judged, clock.now())
    assert verdicts(judged) == set()
    values = kept.values
    with judged.reading() as connection:
        assert connection.execute(sa.select(values.c.indicator)).scalars().all() == []


def test_a_child_erased_while_he_is_being_judged_does_not_come_back(
    judged: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refresh has read him already when the law has him removed."""
    made = indicators_of(judged)
    states = made._states

    def late() -> object:
        found = states()
        erase(judged, Target("member", CHILD, (CHILD,)), clock)
        return found

    monkeypatch.setattr(type(made), "_states", lambda _self: late())
    tomorrow = datetime(2026, 11, 18, 8, tzinfo=clock.now().tzinfo)
    done = made.refresh([MONTH], tomorrow)
    assert (done.computed, done.judged) == (0, 0)
    assert verdicts(judged) == {SISTER}


def test_verdicts_of_days_nobody_asks_about_any_more_are_dropped_each_day(
    judged: Database, clock: FixedClock
) -> None:
    tomorrow = datetime(2026, 11, 18, 8, tzinfo=clock.now().tzinfo)
    refresh_all(judged, tomorrow)
    with judged.reading() as connection:
        days = set(connection.execute(sa.select(kept.standings.c.day)).scalars())
    assert "2026-11-18" in days
    assert "2026-11-17" not in days
    assert "2026-10-31" in days, "last month is judged on its last day"


@pytest.mark.logs_warnings
def test_one_record_nobody_can_read_does_not_keep_the_others_figures_back(
    judged: Database, clock: FixedClock
) -> None:
    other = Household(id="f" * 32, code="00043", field_worker="beto", settlement_id="s-1")
    load(judged, [other], clock)
    with judged.writing() as connection:
        home = (records.c.unit == "", records.c.kind == "household", records.c.id == HOME.id)
        connection.execute(sa.update(records).where(*home).values(body='{"code":7}', seq=1000))
        ana = sa.update(partitions).where(partitions.c.name == "fw:ana")
        connection.execute(ana.values(last_seq=1000))
    done = refresh_all(judged, clock.now())
    assert done.failed == ["fw:ana"]
    with judged.reading() as connection:
        told = connection.execute(
            sa.select(kept.values.c.partition).where(
                kept.values.c.indicator == "hogares_acompanados"
            )
        ).scalars()
        assert set(told) == {"fw:ana", "fw:beto"}, "ana's stand as they were"


def test_a_figure_asked_for_alone_does_not_stop_the_others_of_that_day(
    database: Database, clock: FixedClock
) -> None:
    """Enrolment alone is judged first; the packages of the same last day of the year come later."""
    load(database, [HOME, person(CHILD, date(2025, 1, 20))], clock)
    enrolment = [
        one for one in indicators_of(database).sheets if one.code == "matricula_hasta_marzo"
    ]
    only: tuple[Sheet, ...] = tuple(enrolment)
    year, month = Period.parse("2025"), Period.parse("2025-12")
    indicators_of(database, only).refresh([year], clock.now())
    assert verdicts(database) == set()
    indicators_of(database).refresh([month], clock.now())
    assert verdicts(database) == {CHILD}
