"""What must hold for any person, any records and any day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from any_people import (
    BOOK,
    TODAY,
    ages,
    any_date,
    any_sex,
    history,
    make_events,
    make_member,
    records,
    weights,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from juntos_campo.alerts.engine import alerts_of
from juntos_campo.alerts.risk import member_risk
from juntos_campo.domain.entities import Pregnancy
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome, Sex
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import State


@given(age=ages, found=records, weight=weights, seed=st.randoms(use_true_random=False))
@settings(max_examples=80, deadline=None)
def test_the_order_in_which_records_arrive_changes_nothing(
    age: int, found: list[tuple[str, int, int]], weight: int | None, seed: Any
) -> None:
    birth = TODAY - timedelta(days=age)
    events = history(birth, found)
    shuffled = list(events)
    seed.shuffle(shuffled)
    person = make_member(birth, weight)
    assert services_of(person, None, events, BOOK, TODAY) == services_of(
        person, None, shuffled, BOOK, TODAY
    )


@given(age=ages, found=records, weight=weights, dni=st.booleans(), ended=st.booleans())
@settings(max_examples=80, deadline=None)
def test_nothing_missing_is_left_out_where_only_the_missing_is_asked_for(
    age: int, found: list[tuple[str, int, int]], weight: int | None, dni: bool, ended: bool
) -> None:
    birth = TODAY - timedelta(days=age)
    events = history(birth, found)
    held = {"document_kind": DocumentKind.DNI, "document_number": "12345678"} if dni else {}
    person = make_member(birth, weight, **held)
    pregnancy = Pregnancy(
        id="pregnancy",
        household_id="household",
        member_id="member",
        last_period=TODAY - timedelta(days=275),
        ended_on=TODAY - timedelta(days=3) if ended else None,
        outcome=PregnancyOutcome.BIRTH if ended else None,
    )
    for judged in (None, pregnancy):
        everything = services_of(person, judged, events, BOOK, TODAY)
        missing = services_of(person, judged, events, BOOK, TODAY, with_received=False)
        assert missing == tuple(one for one in everything if not one.state.is_received)


@given(
    birth=any_date,
    today=any_date,
    pregnancy=st.builds(
        Pregnancy,
        id=st.just("pregnancy"),
        household_id=st.just("household"),
        member_id=st.just("member"),
        last_period=st.none() | any_date,
        due_date_ultrasound=st.none() | any_date,
        ended_on=st.none() | any_date,
        outcome=st.none() | st.sampled_from(PregnancyOutcome),
    ),
    found=st.lists(
        st.tuples(
            st.sampled_from(sorted(SERVICES)),
            any_date,
            st.integers(-1, 99),
            st.none() | st.floats() | st.sampled_from((7.5, 10.0, 12.5)),
        ),
        max_size=8,
    ),
    body=st.tuples(any_sex, weights),
    home=st.tuples(
        st.none() | st.integers(-500, 9000),
        st.lists(any_date, max_size=2),
        st.sampled_from(("", "pregnancy", "another")),
    ),
)
@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_combination_of_dates_stops_the_program(
    birth: date,
    today: date,
    pregnancy: Pregnancy,
    found: list[tuple[str, date, int, float | None]],
    body: tuple[Sex, int | None],
    home: tuple[int | None, list[date], str],
) -> None:
    (sex, weight), (altitude, births, owner) = body, home
    person = make_member(birth, weight, sex=sex)
    events = make_events(found, owner)
    statuses = services_of(
        person, pregnancy, events, BOOK, today, altitude_m=altitude, household_births=births
    )
    alerts = alerts_of(person, pregnancy, statuses, today, BOOK)
    member_risk(person, pregnancy, statuses, alerts, events, book=BOOK, today=today)
    assert all(status.why.text and status.why.norm for status in statuses)
    assert all(alert.title and alert.since <= today for alert in alerts)


RANK = {
    State.NOT_YET: 0,
    State.DUE: 1,
    State.OVERDUE: 2,
    State.LOST: 3,
}


@given(birth_day=st.integers(0, 1200), found=records, weight=weights, step=st.integers(7, 60))
@settings(max_examples=20, deadline=None)
def test_time_alone_never_brings_back_what_was_lost_or_undoes_what_was_received(
    birth_day: int, found: list[tuple[str, int, int]], weight: int | None, step: int
) -> None:
    birth = date(2023, 1, 31) + timedelta(days=birth_day)
    person, events = make_member(birth, weight), history(birth, found)
    before: dict[str, Any] = {}
    for age in range(0, 1500, step):
        today = birth + timedelta(days=age)
        now = {status.key: status for status in services_of(person, None, events, BOOK, today)}
        never_back(before, now)
        before = now


def never_back(before: dict[str, Any], now: dict[str, Any]) -> None:
    """From one day to a later one of the same life."""
    for key, old in before.items():
        new = now.get(key)
        if new is None or new.state is State.NOT_APPLICABLE:
            continue
        if old.state in (State.LOST, State.NOT_APPLICABLE):
            assert new.state is old.state, key
        if old.state.is_received:
            assert (new.state, new.done_on) == (old.state, old.done_on), key
        elif not new.state.is_received and old.opens == new.opens and old.due == new.due:
            assert RANK[new.state] >= RANK[old.state], key


@given(
    found=st.lists(
        st.tuples(
            st.sampled_from(("APN", "HB", "HIV", "IRON_FOLIC", "NEWBORN", "PUERPERAL", "BIRTH")),
            st.integers(-5, 360),
        ),
        max_size=14,
    ),
    ended=st.none() | st.integers(100, 300),
    outcome=st.sampled_from(PregnancyOutcome),
    step=st.integers(3, 20),
)
@settings(max_examples=40, deadline=None)
def test_time_alone_undoes_nothing_of_a_pregnancy_and_what_follows_it(
    found: list[tuple[str, int]], ended: int | None, outcome: PregnancyOutcome, step: int
) -> None:
    start = date(2026, 1, 1)
    pregnancy = Pregnancy(
        id="pregnancy",
        household_id="household",
        member_id="member",
        last_period=start,
        ended_on=start + timedelta(days=ended) if ended is not None else None,
        outcome=outcome if ended is not None else None,
    )
    woman = make_member(date(1998, 4, 4), None, document_kind=DocumentKind.DNI)
    events = make_events([(code, start + timedelta(days=on), 0) for code, on in found])
    before: dict[str, Any] = {}
    for day in range(0, 380, step):
        today = start + timedelta(days=day)
        now = {one.key: one for one in services_of(woman, pregnancy, events, BOOK, today)}
        never_back(before, now)
        before = now


@given(
    iron=st.lists(st.integers(0, 400), max_size=5),
    controls=st.lists(st.integers(1, 160), max_size=3),
    value=st.sampled_from((8.0, 13.0)),
    step=st.integers(3, 25),
)
@settings(max_examples=40, deadline=None)
def test_time_alone_undoes_nothing_of_a_treatment(
    iron: list[int], controls: list[int], value: float, step: int
) -> None:
    birth, found = date(2025, 3, 31), date(2025, 12, 1)
    # Controls before the end of any course: the episode stays the same one.
    started = any(day <= 5 for day in iron)
    blood = [("HB", found, 0, 8.0)]
    blood += [
        ("HB", found + timedelta(days=day), 0, value) for day in controls if started or day < 90
    ]
    events = make_events([*blood, *(("IRON", found + timedelta(days=day), 0) for day in iron)])
    person, before = make_member(birth), {}
    for day in range(0, 560, step):
        today = found + timedelta(days=day)
        now = {
            one.key: one
            for one in services_of(person, None, events, BOOK, today, altitude_m=0)
            if ":T" in one.key
        }
        assert set(now) == {"IRON:T1", "IRON:T2", "HB:T3", "IRON:T6"} or day > 540
        never_back(before, now)
        before = now


@given(birth_day=st.integers(0, 1200), age=ages, weight=weights)
@settings(max_examples=60, deadline=None)
def test_every_expected_service_is_listed_once_and_its_dates_are_in_order(
    birth_day: int, age: int, weight: int | None
) -> None:
    birth = date(2021, 1, 31) + timedelta(days=birth_day)
    statuses = services_of(make_member(birth, weight), None, [], BOOK, birth + timedelta(days=age))
    keys = [status.key for status in statuses]
    assert len(keys) == len(set(keys))
    for status in statuses:
        known = [day for day in (status.opens, status.due, status.closes) if day is not None]
        assert known == sorted(known), status.key
