"""What a household needs: never yesterday's answer, never the answer from before an edit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from day_world import INFANT, TODAY, home, person, settlement, valley
from visit_world import laptop, load

from juntos_campo.app import attention as attention_module
from juntos_campo.app.attention import (
    attention_of_all,
    household_standings,
    refresh_attention,
    stale_households,
)
from juntos_campo.app.session import Session
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import Household, Member, ServiceEvent
from juntos_campo.domain.values import ProgrammeState, RiskLevel

FIRST_VACCINE = "h2-hija|BCG:1"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    records = [home("h2", "s5"), home("h3", "s5", child_born=None)]
    with closing(valley(tmp_path, settlement("s5", 20), *records)) as made:
        yield made


def texts(session: Session, household_id: str) -> list[str]:
    return [line.text for line in attention_of_all(session)[household_id].lines]


def vaccine(record_id: str) -> ServiceEvent:
    """The first vaccine, given the day after birth."""
    return ServiceEvent(
        id=record_id, household_id="h2", member_id="h2-hija", service="BCG", number=1,
        on=INFANT + timedelta(days=1),
    )  # fmt: skip


def needs(session: Session, household_id: str) -> set[str]:
    return {line.key for line in attention_of_all(session)[household_id].lines}


def save(session: Session, *entities: Any) -> None:
    with session.work("test.edit") as work:
        for entity in entities:
            work.tx.save(entity)


def test_once_computed_nothing_is_stale_and_every_household_has_its_answer(
    session: Session,
) -> None:
    assert stale_households(session) == []
    assert attention_of_all(session).keys() == {"h1", "h2", "h3"}
    assert texts(session, "h3") == []
    assert texts(session, "h2")


def test_after_an_edit_the_old_answer_is_shown_no_more(session: Session) -> None:
    assert FIRST_VACCINE in needs(session, "h2")
    save(session, vaccine("e1"))
    assert stale_households(session) == ["h2"]
    assert "h2" not in attention_of_all(session)
    assert refresh_attention(session) == 1
    assert FIRST_VACCINE not in needs(session, "h2")


def test_an_edit_of_one_household_leaves_the_others_computed(session: Session) -> None:
    save(session, vaccine("e1"))
    assert attention_of_all(session).keys() == {"h1", "h3"}


def test_a_record_that_was_deleted_counts_no_more(session: Session) -> None:
    before = texts(session, "h2")
    event = vaccine("e1")
    save(session, event)
    refresh_attention(session)
    with session.work("test.undo") as work:
        work.tx.delete(event)
    refresh_attention(session)
    assert texts(session, "h2") == before


def test_data_that_the_office_sends_makes_the_answer_stale_too(session: Session) -> None:
    load(session, vaccine("e1"))
    assert stale_households(session) == ["h2"]


def test_at_midnight_yesterdays_answer_is_gone(tmp_path: Path) -> None:
    evening = datetime(2026, 11, 21, 23, 59, 59, tzinfo=LIMA)
    with closing(laptop(tmp_path, evening)) as session:
        clock = session.clock
        assert isinstance(clock, FixedClock)
        refresh_attention(session)
        assert attention_of_all(session)
        clock.advance(timedelta(seconds=1))
        assert attention_of_all(session) == {}
        assert stale_households(session) == ["h1"]


def test_an_edit_made_while_everything_is_computed_is_not_overwritten_by_the_older_answer(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(session, person("h2", "tia", date(1990, 1, 1)))  # so that the household is computed anew
    write, edited = attention_module.write_attention, []

    def after_an_edit(*arguments: Any) -> Any:
        if not edited:
            edited.append(True)
            save(session, vaccine("e1"))
        return write(*arguments)

    monkeypatch.setattr(attention_module, "write_attention", after_an_edit)
    with session.for_thread() as beside:
        refresh_attention(beside)
    refresh_attention(session)
    assert FIRST_VACCINE not in needs(session, "h2")


def test_what_is_stopped_half_way_goes_on_from_there(session: Session) -> None:
    for number in range(100, 230):
        load(session, *home(f"h{number}", "s5", child_born=None))
    told: list[tuple[int, int]] = []
    done = refresh_attention(
        session, progress=lambda *told_now: told.append(told_now), cancelled=lambda: bool(told)
    )
    assert done == 100
    assert told == [(100, 130)]
    assert len(stale_households(session)) == 30
    assert refresh_attention(session) == 30


def test_a_member_who_left_needs_nothing_from_that_day_on(session: Session) -> None:
    child = session.store.get(Member, "h2-hija")
    assert child is not None
    save(session, replace(child, left_on=TODAY + timedelta(days=1)))
    assert [one.member.id for one in household_standings(session, "h2")] == [
        "h2-titular",
        "h2-hija",
    ]
    save(session, replace(child, left_on=TODAY))
    refresh_attention(session)
    assert texts(session, "h2") == []
    assert "h2-hija" not in attention_of_all(session)["h2"].members


def test_a_household_that_left_the_programme_raises_no_alert(session: Session) -> None:
    household = session.store.get(Household, "h2")
    assert household is not None
    save(session, replace(household, programme_state=ProgrammeState.DISAFFILIATED))
    refresh_attention(session)
    assert texts(session, "h2") == []


def test_a_household_that_left_this_laptop_is_not_computed(session: Session) -> None:
    household = session.store.get(Household, "h2")
    assert household is not None
    with session.work("test.leave") as work:
        work.tx.delete(household)
    assert stale_households(session) == []
    assert refresh_attention(session, ["h2"]) == 1
    assert "h2" not in attention_of_all(session)


def test_the_most_urgent_thing_stands_first(session: Session) -> None:
    load(session, person("h2", "hijo", date(2023, 1, 1)), person("h2", "bebe", INFANT))
    refresh_attention(session)
    order = list(RiskLevel)
    levels = [order.index(line.level) for line in attention_of_all(session)["h2"].lines]
    assert len(set(levels)) > 1
    assert levels == sorted(levels)
