"""Values that an edit could not know of, since they lay under an edit of one's own."""

from __future__ import annotations

from dataclasses import replace

from juntos_campo.domain.entities import Visit
from juntos_campo.store import outbox, sync_state
from juntos_campo.sync.wording import report_lines

from .conftest import Laptop, World, household, two_laptops, visit

HOME = household("ana")
START = visit(HOME, "v-1", mark="signature")


def write(laptop: Laptop, **answers: object) -> None:
    """The visit with these answers."""
    laptop.save(replace(START, answers={"mark": "signature", **answers}))


def test_a_note_that_was_corrected_twice_without_network_leaves_the_other_note_standing(
    world: World,
) -> None:
    first, second = two_laptops(world, START)
    write(first, note="La puerta estaba cerrada")
    first.sync()
    for text in ("Nadie", "Nadie en casa", "Nadie en casa hoy"):
        write(second, note=text)
    second.sync()
    wanted = "La puerta estaba cerrada\nNadie en casa hoy"
    assert world.answers()["note"] == wanted
    first.sync()
    for laptop in (first, second):
        assert laptop.store.get(Visit, "v-1").answers["note"] == wanted


def test_a_note_taken_back_without_network_leaves_the_other_note_standing(
    world: World,
) -> None:
    first, second = two_laptops(world, START)
    write(first, note="La puerta estaba cerrada")
    first.sync()
    write(second, note="Nadie")
    write(second)
    second.sync()
    assert world.answers()["note"] == "La puerta estaba cerrada"


def test_an_edit_over_a_refused_one_does_not_overwrite_what_that_one_hides(
    world: World,
) -> None:
    first, second = two_laptops(world, START)
    write(second, attended_by="dos")
    with second.store.transaction(actor="ana", at=second.clock.now(), action="test") as tx:
        outbox.refuse(tx, *outbox.waiting(second.store), "por otra razón")
    write(first, attended_by="uno")
    first.sync()
    second.sync()
    assert second.store.get(Visit, "v-1").answers["attended_by"] == "dos", "his own still shows"
    write(second, attended_by="tres")
    second.sync()
    (told,) = sync_state.conflicts(second.store)
    assert (told.kept, told.lost) == ("tres", "uno")


def test_a_change_refused_some_other_day_is_not_said_to_be_on_the_server(
    world: World,
) -> None:
    ana = world.laptop("ana")
    ana.sync()
    ana.save(visit(household("beto"), "v-9", mark="ajena"))
    assert len(ana.sync().refused) == 1
    report = ana.sync()
    assert report.complete
    assert report.refused == []
    assert "el servidor tiene todo" not in report_lines(report)[0]
