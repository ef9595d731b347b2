"""Requests that arrive twice, or long after the laptop gave up: nobody is taken for a copy by them."""

from __future__ import annotations

import shutil

from juntos_campo.store import sync_state
from juntos_campo.store.store import Store

from .conftest import Laptop, World, household, visit
from .links import LosesRequests, SendsTwice, Wrapped

ANA = household("ana")


class Overtaken(Wrapped):
    """The first request reaches the server only after the second one was answered."""

    def exchange(self, request):  # type: ignore[no-untyped-def]
        self.exchanges += 1
        if self.exchanges == 1:
            self.late = request
            return LosesRequests(self.inner, after=0).exchange(request)
        answer = self.inner.exchange(request)
        self.inner.exchange(self.late)
        return answer


def signed_in(world: World, user: str) -> Laptop:
    """A laptop that shows its stamps, as after entering by the screen."""
    laptop = world.laptop(user)
    given = laptop.transport.login(user, "papa nativa 2026", laptop.device, "laptop")
    with laptop.store.transaction(actor=user, at=laptop.clock.now(), action="login") as tx:
        sync_state.remember_login(tx, world.server.url, given.token, given.stamp)
    return laptop


def test_a_request_that_comes_behind_the_next_one_does_not_make_the_laptop_a_copy(
    world: World,
) -> None:
    ana = signed_in(world, "ana")
    assert ana.sync().complete
    ana.save(visit(ANA, "v-1", note="x"))
    link = Overtaken(ana.transport)
    assert not ana.sync(link).complete
    assert ana.sync(link).complete
    ana.save(visit(ANA, "v-2", note="y"))
    assert ana.sync().stopped is None
    assert world.record("visit", "v-1").version == 1


def test_a_request_that_arrives_twice_does_not_make_the_laptop_a_copy(world: World) -> None:
    class FirstAnswer(SendsTwice):
        def exchange(self, request):  # type: ignore[no-untyped-def]
            first = self.inner.exchange(request)
            self.inner.exchange(request)
            return first

    ana = signed_in(world, "ana")
    for _ in range(3):
        assert ana.sync(FirstAnswer(ana.transport)).complete


def test_two_copies_of_a_laptop_are_told_apart_once_something_was_recorded(world: World) -> None:
    ana = signed_in(world, "ana")
    assert ana.sync().complete
    ana.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copied = world.folder / "copy.db"
    shutil.copy(ana.store.path, copied)
    store = Store(copied, bytes(32), world.new_id)
    world.closing.callback(store.close)
    copy = Laptop(ana.user, ana.device, store, ana.clock, ana.transport, world.new_id)
    ana.save(visit(ANA, "v-1", note="x"))
    copy.save(visit(ANA, "v-2", note="y"))  # the same counter, another operation
    stops = [one.sync().stopped for one in (ana, copy, ana, copy)]
    assert "SYN-012" in {one.code for one in stops if one}
