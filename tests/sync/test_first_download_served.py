"""A first download from a real server, cut, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from juntos_campo.domain.entities import Household, Member, ServiceEvent, Visit
from juntos_campo.store import arrivals, sync_state
from juntos_campo.sync.report import SyncReport

from .conftest import PASSWORD, Laptop, World, household, member, visit
from .links import LosesAnswers

HOMES = tuple(
    replace(household("ana", number), id=f"{number:02x}bb{number:028x}") for number in range(3, 15)
)


def fill(world: World) -> None:
    children = [
        replace(member(home), birth_date=date(2021 + place % 5, 1, 1))
        for place, home in enumerate(HOMES)
    ]
    events = [
        ServiceEvent(
            id=f"s-{child.id}-{number}",
            household_id=child.household_id,
            member_id=child.id,
            service="CRED",
            on=date(2026, 1 + number, 3),
        )
        for child in children
        for number in range(4)
    ]
    world.load(*HOMES, *children, *events)


def new_laptop(world: World, user: str = "ana") -> Laptop:
    """A laptop that has just signed in, as `app.synchronise.set_up_from_server` leaves it."""
    laptop = world.laptop(user)
    answer = laptop.transport.login(user, PASSWORD, laptop.device, "laptop")
    with laptop.store.transaction(actor=user, at=laptop.clock.now(), action="test") as tx:
        sync_state.remember_login(tx, laptop.transport.url, answer.token, answer.stamp)
    return laptop


def holds_everything(laptop: Laptop) -> None:
    store = laptop.store
    assert store.count(Household) == len(HOMES) + 2
    assert store.count(Member) == len(HOMES) + 2
    assert store.count(ServiceEvent) == 4 * len(HOMES)
    assert arrivals.state(store) == {}
    assert arrivals.incomplete(store) == frozenset()
    assert set(sync_state.cursor(store)) == {"ref", "fw:ana"}


def test_every_second_answer_lost_still_brings_every_household_whole(world: World) -> None:
    fill(world)
    ana = new_laptop(world)
    link = LosesAnswers(ana.transport, lambda number: number % 2 == 0)
    reports: list[SyncReport] = []
    while not (reports and reports[-1].complete):
        reports.append(ana.sync(link, budget=3000))
        assert len(reports) < 40
        assert all(
            ana.store.count(ServiceEvent, household_id=home.id) == 4
            for home in ana.store.find(Household)
            if home in HOMES and not arrivals.is_incomplete(ana.store, home.id)
        )
    assert len(reports) > 2
    holds_everything(ana)


def test_what_another_sends_during_a_first_download_comes_with_it(world: World) -> None:
    fill(world)
    first = new_laptop(world)
    assert first.sync().complete
    second = new_laptop(world)
    left = iter([False] * 3)
    second.sync(budget=3000, cancelled=lambda: next(left, True))
    assert arrivals.under_way(second.store)
    first.save(visit(HOMES[0], "v-1", note="nueva"), visit(HOMES[11], "v-2", note="nueva"))
    assert first.sync().complete
    assert second.sync(budget=3000).complete
    holds_everything(second)
    assert second.store.count(Visit) == 2


def test_a_coordinator_receives_every_partition_of_the_zone_household_by_household(
    world: World,
) -> None:
    fill(world)
    zoe = new_laptop(world, "zoe")
    assert zoe.sync(budget=3000).complete
    assert zoe.store.count(Household) == len(HOMES) + 4
    assert zoe.store.count(ServiceEvent) == 4 * len(HOMES)
    assert set(sync_state.cursor(zoe.store)) == {"ref", "fw:ana", "fw:beto"}
    assert zoe.sync().exchanges == 1
