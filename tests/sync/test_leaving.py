"""Households that go to another field worker leave the laptop, but nothing unfinished is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from juntos_campo.domain.entities import (
    Commitment,
    FieldRecord,
    FormRecord,
    Household,
    Member,
    Review,
    ServiceEvent,
    Visit,
)
from juntos_campo.store import departures, outbox, sync_state
from juntos_campo.store.attachments import get_attachment, put_attachment
from juntos_campo.store.drafts import find_draft, save_answers, start_draft
from juntos_campo.store.plan import Planned, planned_households, set_planned
from juntos_campo.store.search import search_people
from juntos_campo.store.store import Store
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.storing import store_answer
from juntos_campo.sync.wording import report_lines
from juntos_campo.wire.messages import Ack, Operation, Outcome, Refusal, Removal

from .conftest import (
    MORNING,
    SETTLEMENT,
    commitment,
    household,
    member,
    official_form,
    review,
    visit,
)
from .scripted import Scripted, sync

HOME, OTHER = household("ana", 1), household("ana", 2)
CHILD = member(HOME)
PARTITION = "fw:ana"
CELLS = {f"{CHILD.id}/cred": "1", "m-other/cred": "2"}
REFUSED = Refusal(code="CEN-100", text="No.")


@pytest.fixture
def server(store: Store) -> Scripted:
    """Two households, one with a life of its own; the laptop has everything."""
    made = Scripted()
    made.put("ref", SETTLEMENT)
    made.put(PARTITION, HOME, OTHER, CHILD, member(OTHER, 2))
    first = visit(HOME, "v-1", note="uno")
    made.put(PARTITION, first, commitment(HOME, "c-1", "v-1"), review(first, 1, "zoe", "r-1"))
    made.put(
        PARTITION,
        ServiceEvent(
            id="s-1", household_id=HOME.id, member_id=CHILD.id, service="CRED", on=date(2026, 1, 3)
        ),
        official_form(CELLS),
    )
    sync(store, made)
    # An earlier version of the visit is kept beside the one that replaces it.
    made.put(PARTITION, visit(HOME, "v-1", note="dos"), author="ana")
    made.tell(
        PARTITION,
        conflict_id="k-1",
        kind="visit",
        id="v-1",
        path="answers/note",
        version=2,
        kept={"value": "dos"},
        lost={"value": "tres"},
        rule="last_arrival",
    )
    sync(store, made)
    set_planned(store, Planned(HOME.id, MORNING.date(), "hoy"))
    assert rows_about(store)
    return made


def photo_record(photo: str) -> FieldRecord:
    return FieldRecord(
        id="fr-1",
        field_worker="ana",
        form_id="hecho",
        form_version="1",
        on=MORNING.date(),
        household_id=HOME.id,
        answers={"foto": photo},
        closed_at=MORNING,
    )


def edit(store: Store, *entities: Visit | Commitment | FieldRecord) -> None:
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        for one in entities:
            tx.save(one)


def rows_about(store: Store, *names: str) -> list[str]:
    """Tables of the whole file in which the household, its people or its visits are named."""
    wanted = names or (HOME.id, CHILD.id, "v-1", CHILD.document_number)
    found = []
    for (table,) in store.rows("SELECT name FROM sqlite_master WHERE type = 'table'"):
        if table in ("audit", "sync_log", "meta", "form_record") or table.startswith("_"):
            continue
        for row in store.rows(f"SELECT * FROM {table}"):  # noqa: S608 - names of the schema itself
            if any(name in str(value) for value in row for name in wanted):
                found.append(table)
    return sorted(set(found))


def test_a_household_that_went_to_another_leaves_nothing_behind_but_the_official_form(
    store: Store, server: Scripted
) -> None:
    server.remove(PARTITION, "reassigned", "household", HOME.id)
    report = sync(store, server)
    assert rows_about(store) == []
    assert planned_households(store) == []
    assert search_people(store, CHILD.document_number) == []
    assert store.get(FormRecord, "f-1") is not None
    assert store.get(Household, OTHER.id) == OTHER
    assert store.count(Member) == 1
    assert [(one.household_id, one.code, one.gone) for one in report.left] == [
        (HOME.id, HOME.code, True)
    ]
    assert HOME.id in report.households
    assert any("otro gestor" in line for line in report_lines(report))
    assert sync(store, server).left == []


def test_a_change_the_server_refused_keeps_the_household_until_it_is_taken(
    store: Store, server: Scripted
) -> None:
    server.outcome = lambda one: Ack(op_id=one.op_id, outcome=Outcome.REFUSED, refused=REFUSED)
    edit(store, visit(HOME, "v-9", note="mío"))
    server.remove(PARTITION, "reassigned", "household", HOME.id)
    report = sync(store, server)
    assert [one.gone for one in report.left] == [False]
    assert departures.has_departed(store, HOME.id)
    kept = store.get(Visit, "v-9")
    assert kept is not None
    assert kept.answers == {"note": "mío"}
    assert store.get(Member, CHILD.id) == CHILD
    server.outcome = lambda _one: None
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        sync_state.try_again(tx, [one.op_id for one in outbox.refused(store)])
    again = sync(store, server)
    assert len(again.acknowledged) == 1
    assert [one.gone for one in again.left] == [True]
    assert rows_about(store, HOME.id, CHILD.id) == []


def test_a_visit_being_typed_keeps_the_household_until_it_is_sent(
    store: Store, server: Scripted
) -> None:
    draft = start_draft(
        store, draft_id="v-7", kind="visit", subject=HOME.id, author="ana", now=MORNING
    )
    save_answers(store, draft.id, {"note": "a medias"}, MORNING)
    server.remove(PARTITION, "reassigned", "household", HOME.id)
    assert [one.gone for one in sync(store, server).left] == [False]
    assert sync(store, server).left == []
    assert find_draft(store, "visit", HOME.id) is not None
    assert store.get(Household, HOME.id) == HOME
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        tx.save(visit(HOME, "v-7", note="a medias"))
        tx.execute("DELETE FROM draft WHERE id = 'v-7'")
    report = sync(store, server)
    assert [one.record_id for one in report.acknowledged] == ["v-7"]
    assert [one.gone for one in report.left] == [True]
    assert rows_about(store) == []


def test_a_draft_nobody_typed_into_keeps_nobody_elses_names(store: Store, server: Scripted) -> None:
    start_draft(store, draft_id="v-7", kind="visit", subject=HOME.id, author="ana", now=MORNING)
    server.remove(PARTITION, "reassigned", "household", HOME.id)
    assert [one.gone for one in sync(store, server).left] == [True]
    assert rows_about(store) == []


def test_a_photo_that_was_not_sent_keeps_the_household_and_a_sent_one_goes_with_it(
    store: Store, server: Scripted
) -> None:
    photo = put_attachment(store, "foto.jpg", "image/jpeg", b"\xff\xd8imagen", MORNING)
    edit(store, photo_record(photo))
    sync(store, server)
    server.remove(PARTITION, "reassigned", "household", HOME.id)
    assert [one.gone for one in sync(store, server).left] == [False]
    assert get_attachment(store, photo) is not None
    with store.transaction(actor="ana", at=MORNING, action="test") as tx:
        tx.execute("UPDATE attachment SET sent_at = ?", (MORNING.isoformat(),))
    assert [one.gone for one in sync(store, server).left] == [True]
    assert get_attachment(store, photo) is None
    assert rows_about(store, photo) == []


def test_a_household_that_comes_back_before_the_laptop_noticed_stays(
    store: Store, server: Scripted
) -> None:
    server.remove(PARTITION, "reassigned", "household", HOME.id)
    server.put(PARTITION, HOME, CHILD, visit(HOME, "v-1", note="dos"))
    sync(store, server)
    assert store.get(Household, HOME.id) == HOME
    assert store.get(Visit, "v-1") is not None
    assert departures.departed(store) == {}


@pytest.mark.parametrize("reason", ["reassigned", "erased"])
def test_an_answer_from_before_that_is_stored_late_brings_nobody_back(
    store: Store, server: Scripted, reason: str
) -> None:
    server.checks_stamps = False
    server.put(PARTITION, replace(CHILD, given="Otra"), visit(HOME, "v-1", note="tres"))
    request = server.requests[-1].model_copy(update={"cursor": sync_state.cursor(store)})
    late = server.exchange(request)
    assert [one.kind for one in late.changes] == ["member", "visit"]
    server.remove(PARTITION, reason, "household", HOME.id)
    sync(store, server)
    store_answer(store, request, late, actor="ana", at=MORNING, report=SyncReport(MORNING))
    assert rows_about(store) == []


def test_a_departed_household_that_is_assigned_again_is_an_ordinary_one(
    store: Store, server: Scripted
) -> None:
    server.outcome = lambda one: Ack(op_id=one.op_id, outcome=Outcome.REFUSED, refused=REFUSED)
    edit(store, visit(HOME, "v-9", note="mío"))
    server.remove(PARTITION, "reassigned", "household", HOME.id)
    sync(store, server)
    server.put(PARTITION, HOME)
    sync(store, server)
    assert departures.departed(store) == {}
    assert store.get(Visit, "v-9") is not None


def test_a_coordinator_keeps_a_household_that_moves_between_two_of_hers(
    store: Store, server: Scripted
) -> None:
    server.partitions = ("ref", "fw:ana", "fw:beto")
    server.last["fw:beto"] = 0
    moved = replace(HOME, field_worker="beto")
    server.put("fw:beto", moved, CHILD)
    sync(store, server)
    server.others.clear()
    server.last["fw:ana"] += 1
    server.others.append(removal("fw:ana", server.last["fw:ana"]))
    report = sync(store, server)
    assert report.left == []
    assert store.get(Household, HOME.id) == moved
    assert store.get(Member, CHILD.id) == CHILD


def removal(partition: str, seq: int) -> Removal:
    return Removal(partition=partition, seq=seq, reason="reassigned", kind="household", id=HOME.id)


def test_what_the_law_removed_is_nowhere_and_the_person_is_told_what_went_unsent(
    store: Store, server: Scripted
) -> None:
    def never(one: Operation) -> Ack:
        return Ack(op_id=one.op_id, outcome=Outcome.WAITING, refused=REFUSED)

    server.outcome = never
    edit(store, visit(HOME, "v-9", note="mío"), commitment(OTHER, "c-9", "v-0"))
    draft = start_draft(
        store, draft_id="v-7", kind="visit", subject=HOME.id, author="ana", now=MORNING
    )
    save_answers(store, draft.id, {"note": "a medias"}, MORNING)
    server.remove(PARTITION, "erased", "household", HOME.id)
    report = sync(store, server)
    assert rows_about(store, HOME.id, CHILD.id, "v-1", "v-9", "v-7") == []
    assert report.erased == 1
    assert [(one.kind, one.record_id) for one in report.dropped] == [("visit", "v-9")]
    assert [one.record_id for one in outbox.waiting(store)] == ["c-9"]
    assert any("por orden de ley" in line for line in report_lines(report))


def test_a_person_the_law_removed_is_taken_out_of_forms_about_others(
    store: Store, server: Scripted
) -> None:
    server.outcome = lambda one: Ack(op_id=one.op_id, outcome=Outcome.WAITING, refused=REFUSED)
    edit(store, visit(HOME, "v-9", **{f"member/{CHILD.id}/hb": "11.2", "note": "queda"}))
    server.remove(PARTITION, "erased", "member", CHILD.id)
    sync(store, server)
    kept = store.get(FormRecord, "f-1")
    assert kept is not None
    assert kept.cells == {"m-other/cred": "2"}
    typed = store.get(Visit, "v-9")
    assert typed is not None
    assert typed.answers == {"note": "queda"}
    assert rows_about(store, CHILD.id) == []
    assert store.get(Household, HOME.id) == HOME
    assert store.count(Review) == 1
