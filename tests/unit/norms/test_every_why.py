""" "¿Por qué?" asked of every state of every service: it names a norm, the dates that decided, what to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from juntos_campo import paths
from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.services import SERVICES
from juntos_campo.domain.values import DocumentKind, PregnancyOutcome, Sex
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.model import Anchor, ServiceStatus, State
from juntos_campo.norms.packs import load_rule_book

BOOK = load_rule_book(paths.resources() / "norms")
MONTHS = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "set", "oct", "nov", "dic"]


def written(day: date) -> str:
    """A date as the screens write it, made here without the program's own words."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def person(birth: date, weight: int | None = 3000, sex: Sex = Sex.FEMALE) -> Member:
    return Member(
        id="member",
        household_id="household",
        document_kind=DocumentKind.NONE,
        document_number="",
        paternal="Prueba",
        maternal="",
        given="Persona",
        sex=sex,
        birth_date=birth,
        birth_weight_g=weight,
    )


def record(service: str, on: date, value: float | None = None) -> ServiceEvent:
    return ServiceEvent(
        id=f"{service}-{on}",
        household_id="household",
        member_id="member",
        service=service,
        on=on,
        value=value,
    )


def check(status: ServiceStatus, today: date) -> None:
    why, key = status.why, status.key
    assert why.norm.strip(), key
    assert why.text.strip().endswith("."), (key, why.text)
    assert "  " not in why.text, (key, why.text)
    assert "None" not in why.text + why.next_step, (key, why.text)
    if status.state.is_missing:
        assert why.next_step.endswith("."), key
    if status.state is State.NOT_YET and status.opens is not None:
        assert written(status.opens) in why.text, (key, why.text)
        assert written(status.opens) in why.next_step, (key, why.next_step)
    if status.state is State.DUE and status.due is not None:
        assert written(status.due) in why.text, (key, why.text)
        assert written(status.due) in why.next_step, (key, why.next_step)
    if status.state is State.OVERDUE and status.due is not None:
        assert written(status.due) in why.text, (key, why.text)
        late = str((today - status.due).days)
        assert late in why.text.replace("\u202f", ""), (key, why.text)
    if status.state.is_received and status.done_on is not None:
        assert written(status.done_on) in why.text, (key, why.text)
        assert why.next_step == "", key
    if status.state is State.LOST:
        told = status.closes is None or written(status.closes) in why.text
        assert told or "intervalo exigido" in why.text or "corrija" in why.text, (key, why.text)
        assert why.next_step == "", key


def records_of(anchor: Anchor, start: date) -> list[ServiceEvent]:
    """One record for every row, on the first day it is expected."""
    found = {
        (family.service, row.opens.after(start))
        for family in BOOK.families
        if family.anchor is anchor
        for item in family.expected
        for row in item.versions
    }
    return [record(*one) for one in sorted(found)]


def behind(events: list[ServiceEvent], today: date, late: int) -> list[ServiceEvent]:
    """Somebody who has received nothing for some days."""
    return [one for one in events if one.on < today - timedelta(days=late)]


def edges_of(anchor: Anchor, start: date) -> list[date]:
    """The first and last days of every row, and the days after them."""
    found = {
        age.after(start) + timedelta(days=more)
        for family in BOOK.families
        if family.anchor is anchor
        for item in family.expected
        for row in item.versions
        for age in (row.opens, row.due, row.closes)
        if age is not None
        for more in (0, 1)
    }
    return sorted(found)


def lives() -> Iterator[tuple[Member, Pregnancy | None, list[ServiceEvent], date]]:
    """Children and women at many days, so that every row stands in every state it can have."""
    for birth, weight in (
        (date(2018, 8, 31), None),
        (date(2022, 1, 31), 1800),
        (date(2023, 6, 30), 3200),
        (date(2025, 11, 30), 1800),
        (date(2026, 7, 31), 3200),
    ):
        child = person(birth, weight)
        every = records_of(Anchor.BIRTH, birth)
        for today in edges_of(Anchor.BIRTH, birth):
            yield child, None, [], today
            yield child, None, every, today
            yield child, None, behind(every, today, 60), today
        found = birth + timedelta(days=190)
        anaemic = record("HB", found, 8.5)
        late = record("IRON", birth + timedelta(days=195))
        healthy = record("HB", birth + timedelta(days=380), 13.5)
        course = [record("IRON", birth + timedelta(days=day)) for day in (190, 230, 365)]
        control = record("HB", birth + timedelta(days=285), 12.8)
        for today in [*edges_of(Anchor.ANAEMIA, found), birth + timedelta(days=420)]:
            yield child, None, [anaemic], today
            yield child, None, [anaemic, late], today
            yield child, None, [anaemic, late, healthy], today
            yield child, None, [anaemic, *course, control], today
    woman, start = person(date(1997, 7, 7), None), date(2026, 1, 1)
    for ended, outcome in (
        (None, None),
        (270, PregnancyOutcome.BIRTH),
        (60, PregnancyOutcome.LOSS),
        (200, PregnancyOutcome.BIRTH),
    ):
        pregnancy = Pregnancy(
            id="pregnancy",
            household_id="household",
            member_id="member",
            last_period=start,
            ended_on=start + timedelta(days=ended) if ended is not None else None,
            outcome=outcome,
        )
        every = records_of(Anchor.PREGNANCY, start)
        if pregnancy.ended_on is not None:
            every += records_of(Anchor.POSTPARTUM, pregnancy.ended_on)
        for day in range(0, 420, 5):
            yield woman, pregnancy, [], start + timedelta(days=day)
            yield woman, pregnancy, every, start + timedelta(days=day)
            for late in (10, 60):
                today = start + timedelta(days=day)
                yield woman, pregnancy, behind(every, today, late), today


@pytest.fixture(scope="module")
def asked() -> set[tuple[str, State]]:
    """Asks of everybody; (key, state) of all that was met."""
    met: set[tuple[str, State]] = set()
    for member, pregnancy, events, today in lives():
        for status in services_of(member, pregnancy, events, BOOK, today, altitude_m=0):
            if (status.key, status.state) not in met or today.day == 1:
                check(status, today)
            met.add((status.key, status.state))
    return met


def test_every_row_answers_why_in_the_states_it_can_have(asked: set[tuple[str, State]]) -> None:
    rows = {item.key: item.versions for family in BOOK.families for item in family.expected}
    for key, versions in rows.items():
        states = {state for found, state in asked if found == key}
        assert State.DUE in states, key
        assert State.DONE in states, key
        if any(row.due is not None or row.closes is not None for row in versions):
            assert {State.OVERDUE, State.LOST} & states, key


@given(
    birth=st.dates(date(2021, 1, 1), date(2026, 11, 21)),
    found=st.lists(
        st.tuples(
            st.sampled_from(sorted(SERVICES)),
            st.dates(date(2021, 1, 1), date(2026, 11, 21)),
            st.none() | st.sampled_from((8.0, 12.9)),
        ),
        max_size=20,
    ),
    weight=st.sampled_from((None, 1800, 3200)),
    altitude=st.none() | st.just(3848),
)
@settings(max_examples=80, deadline=None)
def test_whatever_was_recorded_the_answer_names_the_dates_that_decided(
    birth: date, found: list[Any], weight: int | None, altitude: int | None
) -> None:
    today = date(2026, 11, 21)
    events = [record(*one) for one in found]
    for status in services_of(
        person(birth, weight), None, events, BOOK, today, altitude_m=altitude
    ):
        check(status, today)
