"""What must hold for any family, any records and any day."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from verified_families import (
    case,
    expecting,
    home,
    month_of,
    person,
    received,
    school,
)

from juntos_campo import paths
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Pregnancy, SchoolYear, ServiceEvent
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.values import (
    Cse,
    PregnancyOutcome,
    ProgrammeState,
    SchoolLevel,
)
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import State
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.norms.verification.estimate import HouseholdCase, estimate_household
from juntos_campo.norms.verification.model import OfficialAnswer, Responsibility, Verdict
from juntos_campo.norms.verification.packages import packages_of

BOOK = load_rule_book(paths.resources() / "norms")
TODAY = date(2026, 11, 21)
VACCINES = {code for code, one in SERVICES.items() if one.group == "vaccine"} - {"VSR"}
CHILD_SERVICES = sorted({"CRED", "IRON", "HB"} | VACCINES)
PRENATAL = ("APN", "HIV", "SYPHILIS", "URINE", "IRON_FOLIC", "HB")

near = st.dates(date(2024, 1, 1), date(2027, 6, 30))
any_day = st.dates() | near
months = st.sampled_from([f"2026-{number:02d}" for number in range(1, 11)])


def last_day(month: str) -> date:
    year, number = int(month[:4]), int(month[5:])
    return date(year, number, calendar.monthrange(year, number)[1])


def oracle(found: HouseholdCase, month: str, pregnancy: Pregnancy | None) -> Verdict:
    """The rule in its plainest words, for a child under three or a woman who is pregnant."""
    last = last_day(month)
    first = last.replace(day=1)
    member = found.members[0]
    for status in services_of(member, pregnancy, found.events.get(member.id, ()), BOOK, last):
        if pregnancy is None:
            counted = status.service in CHILD_SERVICES
        else:
            counted = status.service in PRENATAL[:-1] or status.key == "HB:T1"
        if not counted:
            continue
        if status.state is State.OVERDUE:
            return Verdict.NOT_FULFILLED
        if status.state is State.LOST and status.closes is not None:
            lost_on = status.closes + timedelta(days=1)
            if first <= lost_on <= last:
                return Verdict.NOT_FULFILLED
    return Verdict.FULFILLED


def child_events(birth: date, found: Sequence[tuple[str, int]]) -> list[ServiceEvent]:
    return [
        received("ana", service, birth + timedelta(days=day), id=f"{number:03d}")
        for number, (service, day) in enumerate(found)
    ]


some_services = st.lists(
    st.tuples(st.sampled_from(CHILD_SERVICES), st.integers(0, 900)), max_size=30
)


@given(birth=st.dates(date(2024, 3, 1), date(2026, 10, 31)), found=some_services, month=months)
@settings(max_examples=80, deadline=None)
def test_a_childs_month_is_what_the_rule_in_plain_words_says(
    birth: date, found: list[tuple[str, int]], month: str
) -> None:
    family = case(person("ana", birth), events=child_events(birth, found))
    verdict = month_of(family, month, BOOK, TODAY).verdict
    if birth > last_day(month):
        assert verdict is Verdict.NOT_APPLICABLE
    else:
        assert verdict is oracle(family, month, None)


@given(
    start=st.dates(date(2026, 1, 1), date(2026, 6, 1)),
    found=st.lists(st.tuples(st.sampled_from(PRENATAL), st.integers(0, 280)), max_size=20),
    month=st.sampled_from(["2026-07", "2026-08", "2026-09", "2026-10"]),
)
@settings(max_examples=60, deadline=None)
def test_a_pregnant_womans_month_is_what_the_rule_in_plain_words_says(
    start: date, found: list[tuple[str, int]], month: str
) -> None:
    pregnancy = expecting("rosa", start)
    events = [
        received(
            "rosa", service, start + timedelta(days=day), id=f"{n:03d}", pregnancy_id=pregnancy.id
        )
        for n, (service, day) in enumerate(found)
    ]
    family = case(person("rosa", date(1995, 1, 1)), events=events, pregnancies=[pregnancy])
    verdict = month_of(family, month, BOOK, TODAY).verdict
    if (last_day(month) - start).days >= 43 * 7:
        assert verdict is Verdict.PENDING
    else:
        assert verdict is oracle(family, month, pregnancy)


@given(
    birth=st.dates(date(2024, 3, 1), date(2026, 10, 31)),
    found=some_services,
    more=st.lists(st.sampled_from(CHILD_SERVICES), min_size=1, max_size=5),
    month=months,
)
@settings(max_examples=70, deadline=None)
def test_a_service_more_before_the_month_closes_never_makes_it_not_fulfilled(
    birth: date, found: list[tuple[str, int]], more: list[str], month: str
) -> None:
    """Received on the last day. Earlier in life it may open a later dose that then runs out."""
    last = last_day(month)
    events = [one for one in child_events(birth, found) if one.on <= last]
    extra = [received("ana", one, last, id=f"zz{number}") for number, one in enumerate(more)]
    child = person("ana", birth)
    before = month_of(case(child, events=events), month, BOOK, TODAY).verdict
    after = month_of(case(child, events=[*events, *extra]), month, BOOK, TODAY).verdict
    assert before is not Verdict.FULFILLED or after is Verdict.FULFILLED


@st.composite
def families(draw: st.DrawFn, days: st.SearchStrategy[date] = near) -> HouseholdCase:
    """Any household of up to five people, with records that need not make sense."""
    names = [f"m{number}" for number in range(draw(st.integers(0, 5)))]
    members = [
        person(name, draw(days), left_on=draw(st.none() | days), birth_weight_g=draw(WEIGHTS))
        for name in names
    ]
    if not names:
        return case(household=home(cse_expires=draw(st.none() | days)))
    who = st.sampled_from(names)
    pregnancies = [
        Pregnancy(
            id=f"p{number}",
            household_id="household",
            member_id=draw(who),
            last_period=draw(st.none() | days),
            due_date_ultrasound=draw(st.none() | days),
            captured_on=draw(st.none() | days),
            ended_on=draw(st.none() | days),
            outcome=draw(st.none() | st.sampled_from(PregnancyOutcome)),
        )
        for number in range(draw(st.integers(0, 3)))
    ]
    events = [
        received(draw(who), draw(st.sampled_from(sorted(SERVICES))), draw(days), id=f"e{number}")
        for number in range(draw(st.integers(0, 6)))
    ]
    years: list[SchoolYear] = [
        school(
            draw(who),
            draw(st.integers(2024, 2027)),
            id=f"y{number}",
            enrolled_on=draw(st.none() | days),
            level=draw(st.none() | st.sampled_from(SchoolLevel)),
            grade=draw(st.integers(0, 6)),
            passed=draw(st.none() | st.booleans()),
            top_third=draw(st.none() | st.booleans()),
            attendance={draw(months): draw(st.floats(0, 100))},
        )
        for number in range(draw(st.integers(0, 4)))
    ]
    return case(
        *members,
        events=events,
        school_years=years,
        pregnancies=pregnancies,
        household=home(
            programme_state=draw(st.sampled_from(ProgrammeState)),
            cse=draw(st.sampled_from(Cse)),
            cse_expires=draw(st.none() | days),
            affiliated_on=draw(st.none() | days),
        ),
        settlement_flags=draw(st.sampled_from([(), ("VRAEM",)])),
        reported_until=draw(st.none() | days),
    )


WEIGHTS = st.sampled_from([None, 1900, 3200])
bimesters = st.builds(Bimester, st.integers(2025, 2027), st.integers(1, 6))
slow = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(family=families(), bimester=bimesters, today=near)
@slow
def test_the_totals_are_the_sums_of_the_lines_and_every_answer_has_its_reasons(
    family: HouseholdCase, bimester: Bimester, today: date
) -> None:
    found = estimate_household(family, bimester, BOOK, today)
    kinds = (Verdict.FULFILLED, Verdict.PENDING, Verdict.NOT_FULFILLED)
    assert {one.verdict for one in found.lines} <= set(kinds)
    sums = [sum(one.amount for one in found.lines if one.verdict is kind) for kind in kinds]
    assert [found.expected, found.open, found.lost] == sums
    assert len(found.months) == 2 * len(family.members)
    for one in (*found.months, *found.lines):
        assert one.reasons
        assert all(why.text and why.norm for why in one.reasons)
    assert all("estimación" in one.reasons[0].text for one in found.lines)


@given(family=families(), bimester=bimesters, today=near, seed=st.randoms(use_true_random=False))
@slow
def test_the_order_of_people_and_records_changes_nothing(
    family: HouseholdCase, bimester: Bimester, today: date, seed: Any
) -> None:
    def mixed(found: Sequence[Any]) -> list[Any]:
        copy = list(found)
        seed.shuffle(copy)
        return copy

    other = replace(
        family,
        members=mixed(family.members),
        pregnancies=mixed(family.pregnancies),
        events={key: mixed(found) for key, found in family.events.items()},
        school_years={key: mixed(found) for key, found in family.school_years.items()},
    )
    assert estimate_household(family, bimester, BOOK, today) == estimate_household(
        other, bimester, BOOK, today
    )


@given(
    family=families(any_day),
    bimester=st.builds(Bimester, st.sampled_from([1, 2, 2026, 9998, 9999]), st.integers(1, 6)),
    today=any_day,
)
@slow
def test_no_combination_of_dates_stops_the_estimate(
    family: HouseholdCase, bimester: Bimester, today: date
) -> None:
    found = estimate_household(family, bimester, BOOK, today)
    for one in (*found.months, *found.lines):
        assert all(isinstance(why.text + why.next_step, str) for why in one.reasons)
    for member in family.members:
        events = family.events.get(member.id, ())
        pregnancy = next((p for p in family.pregnancies if p.member_id == member.id), None)
        statuses = services_of(member, pregnancy, events, BOOK, today)
        for standing in packages_of(member, pregnancy, statuses, BOOK, today):
            assert standing.complete == (not standing.missing and not standing.lost)


@given(
    family=families().filter(lambda family: bool(family.members)),
    month=months,
    today=near,
    fulfilled=st.booleans(),
    cause=st.sampled_from(["", "A", "D", "X"]),
)
@slow
def test_an_official_answer_always_wins(
    family: HouseholdCase, month: str, today: date, fulfilled: bool, cause: str
) -> None:
    first = date.fromisoformat(f"{month}-01")
    answers = [
        OfficialAnswer(one.id, first, fulfilled, cause, "La oficina") for one in family.members
    ]
    found = month_of(replace(family, answers=answers), month, BOOK, today)
    if fulfilled:
        assert found.verdict is Verdict.FULFILLED
    else:
        expected = Verdict.EXCEPTED if cause == "A" else Verdict.NOT_FULFILLED
        assert found.verdict is expected
    assert "La oficina" in found.reasons[0].text


@given(family=families(), month=months, today=near)
@slow
def test_nobody_answers_for_two_things_and_who_answers_for_none_is_never_judged(
    family: HouseholdCase, month: str, today: date
) -> None:
    for member in family.members:
        found = month_of(family, month, BOOK, today, member.id)
        none = found.responsibility is Responsibility.NONE
        assert none == (found.verdict is Verdict.NOT_APPLICABLE)
