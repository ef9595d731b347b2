"""A synchronisation on a USB stick: the same promises as over the net, days late and in any order."""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
import sqlalchemy as sa

from juntos_campo.central.server_key import server_seed
from juntos_campo.central.tables import audit, devices
from juntos_campo.domain.entities import Household, Member, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.store import sync_state
from juntos_campo.store.device_keys import device_seed, keep_server_key
from juntos_campo.store.store import Store
from juntos_campo.sync.run import Settings
from juntos_campo.wire.bundle import open_content, read, seal
from juntos_campo.wire.bundle_messages import BundleRequest
from juntos_campo.wire.signing import public_key

from .conftest import Laptop, World, household, member, visit
from .file_laptops import has, photo, with_photo
from .sticks import apply, give_keys, make, office

HOME = household("ana")


@pytest.fixture
def ana(world: World) -> Laptop:
    return give_keys(world, world.laptop("ana"))


def refused(call: object) -> str:
    """The code with which something is refused."""
    with pytest.raises(UserError) as caught:
        call()  # type: ignore[operator]
    return caught.value.problem.code


def test_a_visit_reaches_the_server_by_stick_and_its_receipt_comes_back(
    world: World,
) -> None:
    ana = give_keys(world, world.laptop("ana"))
    ana.save(visit(HOME, "v-1", note="sin señal"))
    answer = office(world).take(make(ana))
    assert world.record("visit", "v-1") is not None
    assert sync_state.waiting_count(ana.store) == 1, "the receipt is not here yet"
    report = apply(ana, answer)
    assert report.complete
    assert [one.record_id for one in report.acknowledged] == ["v-1"]
    assert sync_state.waiting_count(ana.store) == 0
    assert ana.store.stored(Visit, "v-1").server_version == 1  # type: ignore[union-attr]
    assert ana.store.count(Household) == 2, "what was new came with it"
    assert ana.sync().received == {}, "and does not come twice"


def test_what_was_recorded_after_the_file_is_said_to_wait(world: World, ana: Laptop) -> None:
    ana.save(visit(HOME, "v-1"))
    file = make(ana)
    ana.save(visit(HOME, "v-2"))
    report = apply(ana, office(world).take(file))
    assert not report.complete
    assert report.stopped is not None
    assert report.stopped.code == "USB-006"
    assert (len(report.acknowledged), report.still_waiting) == (1, 1)
    assert sync_state.last_sync_at(ana.store) is None


def test_the_same_file_is_not_taken_twice_but_its_answer_is_not_lost(
    world: World, ana: Laptop
) -> None:
    ana.save(visit(HOME, "v-1"))
    file, desk = make(ana), office(world)
    answer = desk.take(file)
    with pytest.raises(UserError, match="ya recibió este archivo") as caught:
        desk.take(file)
    assert caught.value.problem.code == "CEN-603"
    assert desk.take(file, again=True) == answer
    assert apply(ana, answer).complete
    assert refused(lambda: apply(ana, answer)) == "USB-002"


def test_an_answer_is_kept_for_weeks_and_not_for_ever(world: World, ana: Laptop) -> None:
    first, desk = make(ana), office(world)
    answer = desk.take(first)
    world.clock.advance(timedelta(days=40))
    desk.take(make(ana))
    assert desk.take(first, again=True) == answer
    world.clock.advance(timedelta(days=40))
    desk.take(make(ana))
    assert refused(lambda: desk.take(first, again=True)) == "CEN-603"


def test_a_carrier_whose_link_broke_gets_the_answer_again_and_nobody_else_does(
    world: World, ana: Laptop
) -> None:
    file, desk = make(ana), office(world)
    answer = desk.take(file, carrier="zoe")
    assert desk.take(file, carrier="zoe") == answer
    assert refused(lambda: desk.take(file, carrier="beto")) == "CEN-603"


def test_an_answer_is_for_the_laptop_that_asked(world: World, ana: Laptop) -> None:
    other = give_keys(world, world.laptop("ana"))
    answer = office(world).take(make(ana))
    assert refused(lambda: apply(other, answer)) == "JCB-007"
    assert other.store.count(Household) == 0


def test_an_answer_to_a_file_this_database_never_made_is_refused(world: World, ana: Laptop) -> None:
    before = world.folder / "before.db"
    ana.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(ana.store.path, before)
    answer = office(world).take(make(ana))
    restored = Store(before, bytes(32), world.new_id)
    world.closing.callback(restored.close)
    assert refused(lambda: apply(replace(ana, store=restored), answer)) == "USB-003"


def test_a_request_and_an_answer_are_not_taken_for_each_other(world: World, ana: Laptop) -> None:
    file, desk = make(ana), office(world)
    answer = desk.take(file)
    assert refused(lambda: desk.take(answer)) == "JCB-008"
    with world.database.reading() as connection:
        told = connection.execute(
            sa.select(audit.c.detail).where(audit.c.action == "bundle.refused")
        ).scalars()
        assert list(told) == ["JCB-008"]
    assert refused(lambda: apply(ana, file)) == "JCB-009"


def test_another_server_neither_takes_a_file_nor_answers_for_ours(
    world: World, ana: Laptop
) -> None:
    with ana.store.transaction(actor="ana", at=ana.clock.now(), action="test") as tx:
        keep_server_key(tx, public_key("99" * 32))
    file = make(ana)
    assert refused(lambda: office(world).take(file)) == "JCB-006"
    give_keys(world, ana)
    answer = office(world).take(make(ana))
    with ana.store.transaction(actor="ana", at=ana.clock.now(), action="test") as tx:
        keep_server_key(tx, public_key("99" * 32))
    assert refused(lambda: apply(ana, answer)) == "JCB-006"


def test_an_altered_or_cut_file_changes_nothing_on_either_side(world: World, ana: Laptop) -> None:
    ana.save(visit(HOME, "v-1"))
    file, desk = make(ana), office(world)
    dice = random.Random(5)
    for _ in range(25):
        at = dice.randrange(len(file))
        altered = file[:at] + bytes([file[at] ^ dice.randrange(1, 256)]) + file[at + 1 :]
        for wrong in (altered, file[:at]):
            assert refused(lambda wrong=wrong: desk.take(wrong)).startswith(("JCB-", "CEN-60"))
    assert world.record("visit", "v-1") is None
    answer = desk.take(file)
    for _ in range(25):
        at = dice.randrange(len(answer))
        altered = answer[:at] + bytes([answer[at] ^ dice.randrange(1, 256)]) + answer[at + 1 :]
        for wrong in (altered, answer[:at]):
            assert refused(lambda wrong=wrong: apply(ana, wrong)).startswith(("JCB-", "USB-003"))
    assert sync_state.waiting_count(ana.store) == 1
    assert apply(ana, answer).complete


def test_nobody_signs_for_another_laptop(world: World, ana: Laptop) -> None:
    ana.save(visit(HOME, "v-1"))
    file = make(ana)
    server = server_seed(world.database, world.clock)
    content, _ = open_content(read(file), BundleRequest, server)
    foreign = content.requests[0].model_copy(update={"device": "another-laptop"})
    both = content.model_copy(update={"requests": (*content.requests, foreign)})
    seed, key = device_seed(ana.store), public_key(server)
    forged = seal(read(file).header, both, seed=seed, to_key=key)
    assert refused(lambda: office(world).take(forged)) == "JCB-010"
    assert world.record("visit", "v-1") is None


def test_who_never_met_the_server_is_told_what_to_do_first(world: World) -> None:
    laptop = world.laptop("ana")
    with pytest.raises(UserError, match="Entre una vez al servidor") as caught:
        make(laptop)
    assert caught.value.problem.code == "USB-001"


def test_a_stolen_laptop_that_was_blocked_gets_nothing_by_file_either(
    world: World, ana: Laptop
) -> None:
    ana.save(visit(HOME, "v-1"))
    file = make(ana)
    world.accounts.block_devices("ana")
    assert refused(lambda: office(world).take(file)) == "CEN-012"
    assert world.record("visit", "v-1") is None


def test_a_file_of_a_laptop_the_server_does_not_know_is_refused(world: World, ana: Laptop) -> None:
    file = make(ana)
    keyless = sa.update(devices).where(devices.c.id == ana.device).values(sign_key="")
    with world.database.writing() as connection:
        connection.execute(keyless)
    assert refused(lambda: office(world).take(file)) == "CEN-602"
    with world.database.writing() as connection:
        connection.execute(sa.delete(devices).where(devices.c.id == ana.device))
    assert refused(lambda: office(world).take(file)) == "CEN-601"


def test_a_file_under_way_does_not_make_its_laptop_look_like_a_copy(
    world: World, ana: Laptop
) -> None:
    ana.save(visit(HOME, "v-1"))
    file = make(ana)
    for number in (2, 3, 4):
        ana.save(visit(HOME, f"v-{number}"))
        assert ana.sync().complete
    answer = office(world).take(file)
    assert ana.sync().complete
    apply(ana, answer)
    assert ana.sync().complete
    assert world.count("visit") == 4


def test_two_copies_of_a_database_are_found_by_their_files(world: World, ana: Laptop) -> None:
    ana.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    path = world.folder / "copy.db"
    shutil.copy(ana.store.path, path)
    copy = replace(ana, store=Store(path, bytes(32), world.new_id))
    world.closing.callback(copy.store.close)
    desk = office(world)
    desk.take(make(ana))
    copy.save(visit(HOME, "v-2"))
    assert refused(lambda: desk.take(make(copy))) == "CEN-604", "two files of one number"
    assert world.record("visit", "v-2") is None
    ana.save(visit(HOME, "v-1"))
    desk.take(make(ana))
    make(copy)
    assert refused(lambda: desk.take(make(copy))) == "CEN-604", "two changes of one counter"
    assert world.record("visit", "v-2") is None


def test_a_late_answer_brings_nothing_back_that_has_left(world: World, ana: Laptop) -> None:
    file = make(ana)
    answer = office(world).take(file)
    assert ana.sync().complete
    world.load(replace(HOME, field_worker="beto"))
    assert ana.sync().complete
    assert ana.store.get(Household, HOME.id) is None
    before = sync_state.cursor(ana.store)
    apply(ana, answer)
    assert ana.store.get(Household, HOME.id) is None
    assert sync_state.cursor(ana.store) == before


def test_a_household_that_went_to_another_leaves_by_stick_as_well(
    world: World, ana: Laptop
) -> None:
    desk = office(world)
    apply(ana, desk.take(make(ana)))
    world.load(replace(HOME, field_worker="beto"))
    report = apply(ana, desk.take(make(ana)))
    assert [one.household_id for one in report.left] == [HOME.id]
    assert ana.store.get(Household, HOME.id) is None
    assert ana.store.count(Household) == 1


def test_a_late_answer_does_not_undo_what_came_since(world: World, ana: Laptop) -> None:
    assert ana.sync().complete
    child = member(HOME)
    world.load(replace(child, given="Primera"))
    file = make(ana)
    answer = office(world).take(file)
    world.load(replace(child, given="Segunda"))
    assert ana.sync().complete
    apply(ana, answer)
    found = ana.store.get(Member, child.id)
    assert found is not None
    assert found.given == "Segunda"


def test_a_first_download_that_was_cut_goes_on_by_file(world: World, ana: Laptop) -> None:
    world.load(*(visit(HOME, f"old-{number}") for number in range(30)))
    stop = iter((False, True))
    ana.sync(budget=1024, cancelled=lambda: next(stop, True))
    apply(ana, office(world).take(make(ana)))
    assert ana.store.count(Visit) == 30
    assert ana.sync().complete
    assert ana.store.count(Visit) == 30


def test_an_answer_too_large_for_one_file_says_so_and_goes_on(
    world: World, ana: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("juntos_campo.central.bundles.PAGE_BUDGET", 1024)
    monkeypatch.setattr("juntos_campo.central.bundles.MOST_OF_AN_ANSWER", 3000)
    world.load(*(visit(HOME, f"old-{number}") for number in range(10)))
    desk = office(world)
    report = apply(ana, desk.take(make(ana)))
    assert report.stopped is not None
    assert report.stopped.code == "USB-005"
    for _ in range(20):
        if apply(ana, desk.take(make(ana))).complete:
            break
    assert ana.store.count(Visit) == 10
    assert ana.sync().received == {}


def test_names_and_numbers_of_families_are_not_in_the_files(world: World, ana: Laptop) -> None:
    child = member(HOME)
    ana.save(visit(HOME, "v-1", note="Ñusta Killa"))
    file = make(ana)
    answer = office(world).take(file)
    for data in (file, answer):
        for secret in ("Ñusta", child.document_number, child.paternal):
            assert secret.encode() not in data
        assert b"ana" not in read(data).header.to_json()


def test_what_waits_goes_over_in_several_exchanges_of_one_file(
    world: World, ana: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("juntos_campo.sync.bundle.Settings", partial(Settings, most_operations=4))
    for number in range(10):
        ana.save(visit(HOME, f"v-{number}"))
    report = apply(ana, office(world).take(make(ana)))
    assert report.complete
    assert len(report.acknowledged) == 10
    ana.clock.advance(timedelta(minutes=1))
    assert ana.sync().waiting_before == 0


def test_a_photo_goes_with_its_record_and_reaches_the_coordinator_by_stick(
    world: World, ana: Laptop
) -> None:
    desk, data = office(world), photo(size=1_500_000)
    key = with_photo(ana, "r-1", data)
    report = apply(ana, desk.take(make(ana)))
    assert (report.files.sent, report.files.waiting) == (1, 0)
    zoe = give_keys(world, world.laptop("zoe"))
    apply(zoe, desk.take(make(zoe)))
    assert not has(zoe, key, data), "only now does zoe know that there is one"
    report = apply(zoe, desk.take(make(zoe)))
    assert (report.files.fetched, report.files.to_come) == (1, 0)
    assert has(zoe, key, data)


def test_a_photo_the_server_will_not_take_is_told_and_kept(world: World, ana: Laptop) -> None:
    desk = office(world)
    data = photo(size=400)
    key = with_photo(ana, "r-1", data, household_id="h-beto-1")
    report = apply(ana, desk.take(make(ana)))
    assert (report.files.sent, len(report.refused)) == (0, 1)
    assert has(ana, key, data)
