"""Synchronising by itself costs no more than it must, and is not forgotten either."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from juntos_campo.app.auto_pace import LEAST_SECONDS, NEWS_SECONDS, AutoPace


def test_the_first_look_of_a_day_asks_the_server() -> None:
    assert AutoPace().due(0.0, waiting=False)


def test_with_nothing_to_send_the_server_is_asked_seldom() -> None:
    pace = AutoPace()
    pace.ended(100.0, got_through=True)
    assert not pace.due(100.0 + NEWS_SECONDS - 1, waiting=False)
    assert pace.due(100.0 + NEWS_SECONDS, waiting=False)


def test_what_was_just_typed_is_sent_much_sooner_than_news_are_asked_for() -> None:
    pace = AutoPace()
    pace.ended(0.0, got_through=True)
    assert pace.pause(waiting=True) < NEWS_SECONDS / 5


@given(st.integers(1, 200))
def test_a_server_that_is_away_is_asked_ever_less_often_but_always_again(failures: int) -> None:
    pace, now = AutoPace(), 0.0
    pauses = []
    for _ in range(failures):
        pace.ended(now, got_through=False)
        pauses.append(pace.pause(waiting=True))
        now += pauses[-1]
        assert pace.due(now, waiting=True)
    assert pauses == sorted(pauses)
    assert pauses[-1] <= NEWS_SECONDS
    pace.ended(now, got_through=True)
    assert pace.pause(waiting=True) == pauses[0]


def test_a_network_that_appears_is_used_at_once_but_one_that_flutters_is_not_asked_each_time() -> (
    None
):
    pace = AutoPace()
    for number in range(6):
        pace.ended(float(number), got_through=False)
    pace.network_appeared()
    assert not pace.due(5.0 + LEAST_SECONDS - 1, waiting=False)
    assert pace.due(5.0 + LEAST_SECONDS, waiting=False)
    pace.ended(5.0 + LEAST_SECONDS, got_through=False)
    assert not pace.due(5.0 + 2 * LEAST_SECONDS, waiting=True)
