"""Two laptops change the same record: both changes stand, or both people are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from juntos_campo.domain.entities import Visit
from juntos_campo.store import sync_state
from juntos_campo.sync.transport import Transport
from juntos_campo.sync.wording import report_lines
from juntos_campo.wire.messages import SyncRequest, SyncResponse

from .conftest import World, household, member, review, two_laptops, visit
from .links import LosesRequests, Wrapped

ANA = household("ana")
START = visit(ANA, "v-1", attended_by="x", mark="signature")


def test_different_answers_of_one_visit_both_stand_everywhere(world: World) -> None:
    first, second = two_laptops(world, START)
    first.save(replace(START, answers={"attended_by": "uno", "mark": "signature"}))
    second.save(replace(START, answers={"attended_by": "x", "mark": "fingerprint"}))
    first.sync()
    report = second.sync()
    assert [one.outcome for one in report.acknowledged] == ["parallel"]
    first.sync()
    wanted = {"attended_by": "uno", "mark": "fingerprint"}
    assert world.answers() == wanted
    for laptop in (first, second):
        assert laptop.store.get(Visit, "v-1").answers == wanted
        assert laptop.store.stored(Visit, "v-1").server_version == 3
        assert sync_state.conflicts(laptop.store) == []


def test_the_same_answer_changed_twice_is_told_to_both_with_both_values(world: World) -> None:
    first, second = two_laptops(world, START)
    first.save(replace(START, answers={"attended_by": "uno", "mark": "signature"}))
    second.save(replace(START, answers={"attended_by": "dos", "mark": "signature"}))
    first.sync()
    report = second.sync()
    assert [one.outcome for one in report.acknowledged] == ["merged_with_conflict"]
    assert "Dos personas cambiaron lo mismo en 1 dato" in "\n".join(report_lines(report))
    assert len(first.sync().conflicts) == 1
    assert first.sync().conflicts == []
    for laptop in (first, second):
        (told,) = sync_state.conflicts(laptop.store, unseen_only=True)
        assert (told.path, told.base, told.kept, told.lost) == (
            "answers/attended_by",
            "x",
            "dos",
            "uno",
        )
        assert (told.kept_author, told.lost_author) == ("ana", "ana")
        assert laptop.store.get(Visit, "v-1").answers["attended_by"] == "dos"


def test_a_laptop_that_edits_after_a_merge_is_not_told_of_a_conflict_again(world: World) -> None:
    first, second = two_laptops(world, START)
    first.save(replace(START, answers={"attended_by": "uno", "mark": "signature"}))
    second.save(replace(START, answers={"attended_by": "dos", "mark": "signature"}))
    first.sync()
    second.sync()
    second.save(replace(second.store.get(Visit, "v-1"), answers={"attended_by": "tres"}))
    report = second.sync()
    assert [one.outcome for one in report.acknowledged] == ["applied"]
    assert world.answers() == {"attended_by": "tres"}


def test_a_later_edit_does_not_silently_overwrite_what_was_never_seen(world: World) -> None:
    first, second = two_laptops(world, START)
    first.save(replace(START, answers={"attended_by": "uno", "mark": "signature"}))
    first.sync()
    world.load(*(member(ANA, number) for number in range(2, 40)))
    # The second laptop's edit goes up and is merged, but the link ends before the page that brings
    # the merged record; then the person edits the very answer the first laptop had changed.
    second.save(replace(START, answers={"attended_by": "x", "mark": "fingerprint"}))
    cut = second.sync(LosesRequests(second.transport, after=1), budget=1024)
    assert [one.outcome for one in cut.acknowledged] == ["parallel"]
    assert second.store.get(Visit, "v-1").answers["attended_by"] == "x"
    second.save(replace(START, answers={"attended_by": "dos", "mark": "fingerprint"}))
    report = second.sync()
    assert [one.outcome for one in report.acknowledged] == ["merged_with_conflict"]
    assert sync_state.conflicts(second.store)[0].lost == "uno"


class TypesMeanwhile(Wrapped):
    """The person goes on typing while the first request is under way."""

    def __init__(self, inner: Transport, typing: Callable[[], None]) -> None:
        super().__init__(inner)
        self.typing = typing

    def exchange(self, request: SyncRequest) -> SyncResponse:
        answer = super().exchange(request)
        if self.exchanges == 1:
            self.typing()
        return answer


def test_what_still_waits_stays_on_top_of_what_arrives(world: World) -> None:
    first, second = two_laptops(world, START)
    first.save(replace(START, answers={"attended_by": "uno", "mark": "fingerprint"}))
    first.sync()
    mine = replace(START, answers={"attended_by": "mío", "mark": "signature"})
    link = TypesMeanwhile(second.transport, lambda: second.save(mine))
    second.sync(LosesRequests(link, after=1))
    kept = second.store.stored(Visit, "v-1")
    assert kept.entity.answers == {"attended_by": "mío", "mark": "fingerprint"}
    assert (kept.server_version, kept.pending) == (2, True)
    report = second.sync()
    assert [one.outcome for one in report.acknowledged] == ["merged_with_conflict"]
    assert world.answers() == {"attended_by": "mío", "mark": "fingerprint"}


def test_two_notes_of_one_visit_both_stand_and_nobody_has_to_type_again(world: World) -> None:
    first, second = two_laptops(world, START)
    first.save(replace(START, answers={"note": "El perro muerde", "mark": "signature"}))
    second.save(replace(START, answers={"note": "Vive la abuela", "mark": "signature"}))
    first.sync()
    second.sync()
    first.sync()
    for laptop in (first, second):
        assert laptop.store.get(Visit, "v-1").answers["note"] == "El perro muerde\nVive la abuela"
        told = [one for one in sync_state.conflicts(laptop.store) if one.path == "answers/note"]
        assert [(one.kept, one.lost, one.rule) for one in told] == [
            ("El perro muerde", "Vive la abuela", "both_kept")
        ]


def test_an_edit_beats_a_deletion_that_did_not_know_of_it(world: World) -> None:
    first, second = two_laptops(world, START)
    first.save(replace(START, answers={"attended_by": "uno", "mark": "signature"}))
    second.delete(START)
    first.sync()
    second.sync()
    first.sync()
    assert not world.record("visit", "v-1").deleted
    for laptop in (first, second):
        assert laptop.store.get(Visit, "v-1").answers["attended_by"] == "uno"
        assert sync_state.conflicts(laptop.store)[0].path == "@deleted"


def test_a_deletion_gives_way_to_an_edit_that_arrives_later(world: World) -> None:
    first, second = two_laptops(world, START)
    first.delete(START)
    second.save(replace(START, answers={"attended_by": "dos", "mark": "signature"}))
    first.sync()
    second.sync()
    first.sync()
    for laptop in (first, second):
        assert laptop.store.get(Visit, "v-1").answers["attended_by"] == "dos"
        assert sync_state.conflicts(laptop.store)[0].lost is True


def test_a_wrong_clock_decides_nothing(world: World) -> None:
    first, second = two_laptops(world, START)
    second.clock.moment = second.clock.moment.replace(year=2031)
    second.save(replace(START, answers={"attended_by": "del futuro", "mark": "signature"}))
    second.sync()
    first.clock.moment = first.clock.moment.replace(year=1999)
    first.sync()
    first.save(replace(first.store.get(Visit, "v-1"), answers={"attended_by": "después"}))
    first.sync()
    second.sync()
    assert second.store.get(Visit, "v-1").answers == {"attended_by": "después"}
    assert sync_state.conflicts(second.store) == []


def test_two_laptops_and_a_coordinator_end_up_with_the_same(world: World) -> None:
    first, second = two_laptops(world, START)
    zoe = world.laptop("zoe")
    zoe.sync()
    first.save(replace(START, answers={"attended_by": "uno", "mark": "signature"}))
    zoe.save(review(START, 1, "zoe", "r-1"))
    second.save(visit(ANA, "v-2", attended_by="otra"), replace(START, answers={"attended_by": "x"}))
    for _ in range(2):
        for laptop in (second, zoe, first):
            assert laptop.sync().complete
    for laptop in (first, second, zoe):
        assert {one.id: one.answers for one in laptop.store.find(Visit)} == {
            "v-1": {"attended_by": "uno"},
            "v-2": {"attended_by": "otra"},
        }
        assert laptop.store.server_versions(Visit) == {"v-1": 3, "v-2": 1}


def test_a_record_made_again_after_its_deletion_holds_nothing_of_the_old_one(
    world: World,
) -> None:
    first, second = two_laptops(world, START)
    first.delete(START)
    first.save(replace(START, answers={"attended_by": "de nuevo"}))
    first.sync()
    second.sync()
    assert world.answers() == {"attended_by": "de nuevo"}
    assert second.store.get(Visit, "v-1").answers == {"attended_by": "de nuevo"}
