"""What a birth opens for mother and newborn, what a loss opens for nobody, and the birth nobody recorded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from juntos_campo.domain.entities import Pregnancy, ServiceEvent
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import ServiceStatus, State, Trust

START = date(2026, 1, 5)
BORN = START + timedelta(days=277)
AFTER = ("IRON_FOLIC:P1", "PUERPERAL:1", "NEWBORN:1")


def days(number: int) -> timedelta:
    return timedelta(days=number)


@pytest.fixture
def mother(book: RuleBook, member: Any) -> Any:
    def judge(
        *events: ServiceEvent,
        today: date,
        births: tuple[date, ...] = (),
        ended: date | None = BORN,
        outcome: PregnancyOutcome | None = PregnancyOutcome.BIRTH,
        **changes: Any,
    ) -> dict[str, ServiceStatus]:
        values: dict[str, Any] = {"last_period": START, "ended_on": ended, "outcome": outcome}
        pregnancy = Pregnancy(
            id="pregnancy", household_id="household", member_id="member", **{**values, **changes}
        )
        woman = member(date(1999, 9, 9), document_kind=DocumentKind.DNI)
        found = services_of(woman, pregnancy, events, book, today, household_births=births)
        return {one.key: one for one in found}

    return judge


def test_the_newborn_is_to_be_registered_within_thirty_days(mother: Any) -> None:
    for day, state in ((0, State.DUE), (29, State.DUE), (30, State.OVERDUE), (60, State.OVERDUE)):
        status = mother(today=BORN + days(day))["NEWBORN:1"]
        assert status.state is state, day
    assert "hasta 29 días" in status.why.text
    assert "solicitud" in status.why.next_step
    assert "NEWBORN:1" not in mother(today=BORN + days(90))


def test_a_child_of_that_birth_in_the_household_is_the_newborn(mother: Any) -> None:
    today = BORN + days(40)
    assert mother(today=today, births=(BORN + days(1),))["NEWBORN:1"].state is State.DONE
    older = mother(today=today, births=(BORN - days(400), date(1999, 9, 9)))
    assert older["NEWBORN:1"].state is State.OVERDUE


def test_a_recorded_registration_counts_by_its_date(mother: Any, event: Any) -> None:
    late = mother(event("NEWBORN", BORN + days(31)), today=BORN + days(40))["NEWBORN:1"]
    assert (late.state, late.done_on) == (State.DONE_LATE, BORN + days(31))


def test_iron_of_the_puerperium_is_asked_for_thirty_days(mother: Any, event: Any) -> None:
    assert mother(today=BORN)["IRON_FOLIC:P1"].state is State.DUE
    assert mother(today=BORN + days(30))["IRON_FOLIC:P1"].state is State.LOST
    given = event("IRON_FOLIC", BORN + days(3))
    found = mother(given, today=BORN + days(30))
    assert found["IRON_FOLIC:P1"].state is State.DONE
    assert "días del parto" not in found["IRON_FOLIC:P1"].why.text
    assert "desde el parto, 9 oct 2026" in found["IRON_FOLIC:P1"].why.text


def test_prenatal_iron_before_the_birth_is_not_that_of_the_puerperium(
    mother: Any, event: Any
) -> None:
    before = event("IRON_FOLIC", BORN - days(1), pregnancy_id="pregnancy")
    assert mother(before, today=BORN)["IRON_FOLIC:P1"].state is State.DUE


def test_the_control_of_the_puerperium_is_shown_without_a_source(mother: Any) -> None:
    assert mother(today=BORN + days(10))["PUERPERAL:1"].why.trust is Trust.RECALL


@pytest.mark.parametrize("outcome", [PregnancyOutcome.LOSS, None])
def test_after_a_loss_nothing_of_a_newborn_is_asked(
    mother: Any, outcome: PregnancyOutcome | None
) -> None:
    found = mother(today=BORN + days(5), outcome=outcome)
    assert not set(AFTER) & found.keys()


def test_a_running_pregnancy_opens_nothing_of_the_newborn(mother: Any) -> None:
    running = mother(today=BORN, ended=None, outcome=None)
    assert not set(AFTER) & running.keys()
    planned = mother(today=BORN - days(1))
    assert not set(AFTER) & planned.keys()


@pytest.mark.parametrize(
    ("day", "state"),
    [
        (279, State.NOT_YET),
        (280, State.DUE),
        (293, State.DUE),
        (294, State.OVERDUE),
        (400, State.OVERDUE),
    ],
)
def test_a_birth_nobody_recorded_is_asked_for_from_forty_weeks_and_overdue_from_forty_two(
    mother: Any, day: int, state: State
) -> None:
    status = mother(today=START + days(day), ended=None, outcome=None)["BIRTH:1"]
    assert (status.state, status.why.trust) == (state, Trust.RECALL)


def test_a_recorded_birth_answers_the_question_whenever_it_was(mother: Any) -> None:
    for ended in (START + days(200), BORN, START + days(300)):
        status = mother(today=START + days(310), ended=ended)["BIRTH:1"]
        assert (status.state, status.done_on) == (State.DONE, ended)


def test_a_pregnancy_without_dates_does_not_ask_for_the_birth(mother: Any) -> None:
    found = mother(today=BORN, ended=None, outcome=None, last_period=None)
    assert not found["BIRTH:1"].state.is_missing


def test_what_was_not_received_before_the_birth_is_lost_then(mother: Any, event: Any) -> None:
    on_the_day = mother(today=BORN)
    assert on_the_day["APN:1"].state is State.OVERDUE
    after = mother(event("APN", START + days(60)), today=BORN + days(1))
    assert (after["APN:1"].state, after["APN:2"].state) == (State.DONE, State.LOST)
    assert after["HIV:1"].state is State.LOST
