"""The plan of the day: nobody who waits for the gestor vanishes from it, nobody is put in without need."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from day_world import INFANT, TODAY, home, person, settlement, valley, visited
from visit_world import NOW, laptop, load

from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.session import Session
from juntos_campo.app.today import (
    DAY_MINUTES,
    HOUSEHOLDS_A_DAY,
    MINUTES_A_VISIT,
    REST_DAYS,
    DayPlan,
    PlanLine,
    move_to_day,
    plan_day,
)
from juntos_campo.app.visit import save_answer, start_visit
from juntos_campo.domain.entities import Household
from juntos_campo.domain.values import ProgrammeState

NEAR = settlement("s5", 20)


def lines(plan: DayPlan) -> dict[str, PlanLine]:
    return {line.household_id: line for group in plan.groups for line in group.lines}


def planned(session: Session, day: date | None = None) -> dict[str, PlanLine]:
    return lines(plan_day(session, day))


def test_a_household_with_something_missing_is_proposed_with_the_reason(tmp_path: Path) -> None:
    with closing(valley(tmp_path, NEAR, home("h2", "s5"))) as session:
        line = planned(session)["h2"]
    assert not line.chosen
    assert not line.draft
    assert line.holder == "APAZA H2, Titular"
    assert {name for name, _ in line.needs} == {"Hija"}
    assert all(need.text for _, need in line.needs)


def test_a_household_put_on_the_day_by_hand_is_there_without_any_need(tmp_path: Path) -> None:
    with closing(valley(tmp_path, NEAR, home("h2", "s5", child_born=None))) as session:
        assert "h2" not in planned(session)
        move_to_day(session, "h2", TODAY)
        assert planned(session)["h2"].chosen


def test_a_household_moved_to_another_day_is_gone_today_and_there_on_that_day(
    tmp_path: Path,
) -> None:
    later = TODAY + timedelta(days=3)
    with closing(valley(tmp_path, NEAR, home("h2", "s5"))) as session:
        move_to_day(session, "h2", later, "de viaje")
        assert "h2" not in planned(session)
        assert planned(session, later)["h2"].chosen


def test_a_planned_household_that_was_not_visited_on_its_day_does_not_vanish(
    tmp_path: Path,
) -> None:
    with closing(valley(tmp_path, NEAR, home("h2", "s5", child_born=None))) as session:
        move_to_day(session, "h2", TODAY)
        assert planned(session, TODAY + timedelta(days=1))["h2"].chosen
        load(session, visited("h2", TODAY))
        assert "h2" not in planned(session, TODAY + timedelta(days=1))


def test_a_household_planned_long_ago_that_left_the_programme_does_not_stay_for_ever(
    tmp_path: Path,
) -> None:
    gone = home("h2", "s5", state=ProgrammeState.DISAFFILIATED)
    with closing(valley(tmp_path, NEAR, gone)) as session:
        move_to_day(session, "h2", TODAY - timedelta(days=1))
        assert "h2" not in planned(session)


def test_more_households_chosen_by_hand_than_a_day_has_room_for_are_all_there(
    tmp_path: Path,
) -> None:
    numbers = [f"h{number}" for number in range(2, HOUSEHOLDS_A_DAY + 4)]
    records = [home(one, "s5", child_born=None) for one in numbers]
    with closing(valley(tmp_path, NEAR, *records)) as session:
        for one in numbers:
            move_to_day(session, one, TODAY)
        plan = planned(session)
    assert set(numbers) == set(plan)


def test_a_household_chosen_by_hand_takes_one_place_and_not_two(tmp_path: Path) -> None:
    records = [home(f"h{number}", "s5") for number in range(2, 20)]
    with closing(valley(tmp_path, NEAR, *records)) as session:
        first = next(iter(planned(session)))
        move_to_day(session, first, TODAY)
        plan = planned(session)
    assert len(plan) == HOUSEHOLDS_A_DAY
    assert plan[first].chosen


def test_a_household_that_left_the_programme_is_not_proposed(tmp_path: Path) -> None:
    gone = home("h2", "s5", state=ProgrammeState.DISAFFILIATED)
    with closing(valley(tmp_path, NEAR, gone)) as session:
        assert "h2" not in planned(session)
        with session.work("test") as work:
            household = session.store.get(Household, "h2")
            assert household is not None
            work.tx.save(replace(household, programme_state=ProgrammeState.ACTIVE))
        refresh_attention(session)
        assert "h2" in planned(session)


@pytest.mark.parametrize(
    ("days_ago", "proposed"), [(0, False), (1, False), (REST_DAYS, False), (REST_DAYS + 1, True)]
)
def test_a_household_visited_lately_is_not_proposed_again_too_soon(
    tmp_path: Path, days_ago: int, proposed: bool
) -> None:
    visit = visited("h2", TODAY - timedelta(days=days_ago))
    with closing(valley(tmp_path, NEAR, home("h2", "s5"), visit)) as session:
        assert ("h2" in planned(session)) is proposed
        move_to_day(session, "h2", TODAY)
        assert "h2" in planned(session), "by hand it is"


def test_a_proposed_day_is_never_longer_than_a_day(tmp_path: Path) -> None:
    records: list[object] = []
    for place, walk in enumerate((60, 75, 90, 120, 180, None), start=10):
        records.append(settlement(f"s{place}", walk))
        records += [home(f"h{place}{number}", f"s{place}") for number in range(3)]
    with closing(valley(tmp_path, *records)) as session:
        plan = plan_day(session)
    assert plan.households
    assert plan.minutes <= DAY_MINUTES


def test_what_was_chosen_by_hand_leaves_only_the_rest_of_the_day_for_proposals(
    tmp_path: Path,
) -> None:
    far, near = settlement("s8", 180), settlement("s9", 60)
    chosen = home("h80", "s8", child_born=None)
    others = [home(f"h9{number}", "s9") for number in range(6)]
    with closing(valley(tmp_path, far, near, chosen, *others)) as session:
        move_to_day(session, "h80", TODAY)
        plan = plan_day(session)
    assert "h80" in lines(plan)
    assert plan.minutes <= DAY_MINUTES


def test_neighbours_of_a_chosen_household_are_proposed_since_the_walk_is_made_anyway(
    tmp_path: Path,
) -> None:
    far = settlement("s8", 180)
    records = [home("h80", "s8", child_born=None), home("h81", "s8")]
    with closing(valley(tmp_path, far, *records)) as session:
        move_to_day(session, "h80", TODAY)
        plan = plan_day(session)
    assert "h81" in lines(plan)
    assert plan.minutes == 2 * 180 + len(lines(plan)) * MINUTES_A_VISIT


def test_a_visit_that_was_begun_is_marked_until_it_is_closed(tmp_path: Path) -> None:
    with closing(valley(tmp_path, NEAR, home("h2", "s5"))) as session:
        draft = start_visit(session, "h2")
        save_answer(session, draft.id, "attended_by", "h2-titular")
        assert planned(session)["h2"].draft
        assert not planned(session)["h1"].draft


def test_the_line_names_who_is_the_holder_now(tmp_path: Path) -> None:
    former = person("h2", "abuela", date(1950, 1, 1), holder=True, left_on=date(2026, 3, 1))
    with closing(valley(tmp_path, NEAR, home("h2", "s5"), former)) as session:
        assert planned(session)["h2"].holder == "APAZA H2, Titular"


def test_the_households_of_one_settlement_stand_together(tmp_path: Path) -> None:
    records = [settlement("s6", 20), home("h2", "s5"), home("h3", "s6"), home("h4", "s5")]
    with closing(valley(tmp_path, NEAR, *records)) as session:
        groups = plan_day(session).groups
    together = [{line.household_id for line in group.lines} for group in groups]
    assert {"h2", "h4"} in together
    assert {"h3"} in together


def test_a_household_whose_settlement_is_not_known_is_not_left_out(tmp_path: Path) -> None:
    with closing(valley(tmp_path, home("h2", "nowhere"))) as session:
        plan = plan_day(session)
    assert "h2" in lines(plan)
    assert [group.walk_minutes for group in plan.groups if group.settlement_id == "nowhere"] == [
        None
    ]


def test_households_not_looked_at_yet_are_counted_as_pending(tmp_path: Path) -> None:
    with closing(laptop(tmp_path)) as session:
        load(session, NEAR, *home("h2", "s5", child_born=INFANT))
        assert (plan_day(session).total_households, plan_day(session).pending_households) == (2, 2)
        refresh_attention(session)
        assert plan_day(session).pending_households == 0


@pytest.mark.parametrize(
    ("day", "left"), [(date(2026, 12, 31), 0), (date(2026, 12, 1), 30), (date(2027, 1, 1), 58)]
)
def test_the_days_until_the_bimester_closes_are_right(tmp_path: Path, day: date, left: int) -> None:
    with closing(laptop(tmp_path, NOW)) as session:
        assert plan_day(session, day).days_to_close == left
