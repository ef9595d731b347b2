"""Who may read and send a photo; whom it is not for does not even learn that it is there."""

from __future__ import annotations

from dataclasses import replace

from juntos_campo.central.erasure import erase, find_household
from juntos_campo.store import attachment_transfer as kept
from juntos_campo.store.attachments import get_attachment
from juntos_campo.sync.http_files import HttpFiles

from .conftest import World, household
from .file_laptops import code_of, has, move_files, on_server, photo, record_naming, with_photo


def test_a_stranger_neither_reads_nor_sends_nor_learns_that_it_is_there(world: World) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    data = photo(7, 5_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    move_files(ana)
    link = HttpFiles(beto.transport)
    unknown = "0" * 64 + ".jpg"
    assert link.ask([key]) == link.ask([unknown])
    for one in (key, unknown):
        assert code_of(lambda one=one: link.get(one, 0, 100)) == "CEN-131"  # type: ignore[misc]
        assert code_of(lambda one=one: link.put(one, 0, 5_000, data)) == "CEN-131"  # type: ignore[misc]


def test_naming_somebody_elses_photo_in_a_record_that_is_refused_opens_nothing(
    world: World,
) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    key = with_photo(ana, "r-1", photo(8, 5_000))
    ana.sync()
    move_files(ana)
    beto.save(record_naming("r-2", key, "beto", household_id=household("ana").id))
    assert beto.sync().refused
    assert code_of(lambda: HttpFiles(beto.transport).get(key, 0, 100)) == "CEN-131"


def test_photos_of_a_confidential_record_are_for_who_made_it_alone(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    key = with_photo(ana, "r-1", photo(9, 5_000), confidential=True)
    ana.sync()
    assert move_files(ana).sent == 1
    zoe.sync()
    assert kept.wanted(zoe.store, "zoe") == []
    assert code_of(lambda: HttpFiles(zoe.transport).get(key, 0, 100)) == "CEN-131"
    assert HttpFiles(ana.transport).get(key, 0, 100)[0] == 5_000


def test_a_coordinator_sends_no_files(world: World) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    data = photo(10, 5_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    assert code_of(lambda: HttpFiles(zoe.transport).put(key, 0, 5_000, data)) == "CEN-131"


def test_after_a_reassignment_the_new_gestor_gets_the_photo_and_the_old_one_may_still_send_it(
    world: World,
) -> None:
    ana, beto = world.laptop("ana"), world.laptop("beto")
    data = photo(11, 60_000)
    key = with_photo(ana, "r-1", data)
    ana.sync()
    world.load(replace(household("ana"), field_worker="beto"))
    assert move_files(ana).sent == 1, "what was not sent before the move is not lost"
    beto.sync()
    assert move_files(beto).fetched == 1
    assert has(beto, key, data)
    assert code_of(lambda: HttpFiles(ana.transport).get(key, 0, 100)) == "CEN-131", (
        "what left a gestor's territory is not his to read any more"
    )


def test_what_the_law_has_removed_takes_its_photos_from_the_server_and_every_laptop(
    world: World,
) -> None:
    ana, zoe = world.laptop("ana"), world.laptop("zoe")
    data = photo(60, 20_000)
    key = with_photo(ana, "r-1", data)
    other = with_photo(ana, "r-2", photo(61, 5_000), household_id=household("ana", 2).id)
    ana.sync()
    move_files(ana)
    zoe.sync()
    move_files(zoe)
    erase(world.database, find_household(world.database, household("ana").code), world.clock)
    assert on_server(world, key) is None
    assert on_server(world, other).complete
    for laptop in (ana, zoe):
        laptop.sync()
        assert get_attachment(laptop.store, key) is None
        assert get_attachment(laptop.store, other) is not None
        assert kept.wanted(laptop.store, laptop.user) == []
    assert code_of(lambda: HttpFiles(ana.transport).put(key, 0, len(data), data)) == "CEN-131"
