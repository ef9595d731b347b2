"""The return loop between a field worker and a coordinator, on two encrypted laptops."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from return_loop import (
    COORDINATOR,
    GESTOR,
    MORNING,
    advance,
    carry,
    correct,
    form_record,
    open_laptop,
    save,
    visit,
)

from juntos_campo.app.review_queue import QueueFilter, queue
from juntos_campo.app.reviews import (
    FORM,
    Stage,
    approve,
    return_with_comments,
    returned,
    review_state,
    undo,
)
from juntos_campo.app.session import Session
from juntos_campo.app.standing import standing_of
from juntos_campo.app.visits_list import Shelf, visit_lines
from juntos_campo.domain.entities import Review, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Decision
from juntos_campo.store import outbox
from juntos_campo.store.drafts import start_draft
from juntos_campo.store.sync_state import log_sync, mark_begun

CRED = "member/yeison/service/CRED:6m"


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "gestor", GESTOR)
    yield session
    session.close()


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "zone", COORDINATOR)
    yield session
    session.close()


def stage(session: Session, visit_id: str = "v1") -> Stage:
    found = session.store.get(Visit, visit_id)
    assert found is not None
    return review_state(session, found).stage


def code(caught: pytest.ExceptionInfo[UserError]) -> str:
    return caught.value.problem.code


def test_a_visit_goes_round_the_whole_loop_and_both_sides_always_agree(
    gestor: Session, zone: Session
) -> None:
    first = visit()
    save(gestor, first)
    assert stage(gestor) is Stage.UNSENT
    carry(gestor, zone)
    assert stage(gestor) is stage(zone) is Stage.WAITING
    return_with_comments(zone, "v1", "", {CRED: "No coincide con el carné"}, version=1)
    assert stage(zone) is Stage.RETURNED
    carry(zone, gestor)
    assert stage(gestor) is Stage.RETURNED
    correct(gestor, first, **{CRED.replace("/", "__"): "2026-11-16"})
    assert stage(gestor) is Stage.UNSENT
    carry(gestor, zone)
    assert stage(gestor) is stage(zone) is Stage.CORRECTED
    approve(zone, "v1", version=2)
    carry(zone, gestor)
    assert stage(gestor) is stage(zone) is Stage.APPROVED
    assert [one.decision for one in gestor.store.find(Review)] == [
        Decision.RETURNED,
        Decision.APPROVED,
    ]


def test_the_gestor_hears_exactly_what_is_wrong_and_with_which_field(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit())
    carry(gestor, zone)
    return_with_comments(zone, "v1", "  Revise  ", {CRED: "Mire el carné", "note": " "}, version=1)
    carry(zone, gestor)
    (item,) = returned(gestor)
    assert (item.visit_id, item.household_id, item.reviewer) == ("v1", "h1", "mzea")
    assert (item.comment, item.comments) == ("Revise", {CRED: "Mire el carné"})
    assert item.at == MORNING


def test_a_corrected_visit_is_no_longer_asked_for_before_it_is_even_sent(
    gestor: Session, zone: Session
) -> None:
    first = visit()
    save(gestor, first)
    carry(gestor, zone)
    return_with_comments(zone, "v1", "Revise", {}, version=1)
    carry(zone, gestor)
    correct(gestor, first, note="corregido")
    assert returned(gestor) == []


def test_a_refused_visit_is_told_as_refused_and_not_as_waiting(gestor: Session) -> None:
    save(gestor, visit())
    (operation,) = outbox.waiting(gestor.store)
    with gestor.work("test") as work:
        outbox.refuse(work.tx, operation, "El hogar no está asignado a usted.")
    assert stage(gestor) is Stage.REFUSED
    (line,) = visit_lines(gestor)
    assert line.remark == "El hogar no está asignado a usted."


def test_an_approved_visit_that_changes_waits_for_review_again(
    gestor: Session, zone: Session
) -> None:
    first = visit()
    save(gestor, first)
    carry(gestor, zone)
    approve(zone, "v1", version=1)
    correct(gestor, first, note="algo más")
    carry(gestor, zone)
    assert stage(zone) is Stage.CORRECTED
    assert [item.id for item in queue(zone)] == ["v1"]


def test_the_queue_holds_what_waits_and_what_comes_back_corrected_stands_first(
    gestor: Session, zone: Session
) -> None:
    first = visit()
    save(gestor, first, form_record(), visit("v2", "h2"))
    carry(gestor, zone)
    assert {item.id for item in queue(zone)} == {"v1", "v2", "form1"}
    approve(zone, "v2", version=1)
    return_with_comments(zone, "v1", "Revise", {}, version=1)
    assert [item.id for item in queue(zone)] == ["form1"]
    correct(gestor, first, note="ya")
    carry(gestor, zone)
    ahead, behind = queue(zone)
    assert (ahead.id, ahead.version, behind.id) == ("v1", 2, "form1")
    assert ahead.returned is not None
    assert (ahead.title, ahead.place) == ("QUISPE HUAMÁN, María Elena", "Huancarpuquio")
    assert (behind.title, behind.place) == ("Formato Salud 02, bimestre VI 2026", "P.S. Curanco")


def test_the_queue_is_narrowed_by_gestor_kind_age_and_corrections(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit(), form_record())
    carry(gestor, zone)
    with zone.work("test") as work:
        other = visit("v9", "h3", worker="jquispe")
        work.tx.apply_server(other, {}, version=1, deleted=False, author="jquispe")
    advance(zone, days=3)

    def ids(**wanted: object) -> set[str]:
        return {item.id for item in queue(zone, QueueFilter(**wanted))}  # type: ignore[arg-type]

    assert ids() == {"v1", "form1", "v9"}
    assert ids(field_worker="jquispe") == {"v9"}
    assert ids(kind=FORM) == {"form1"}
    assert ids(waiting_days=3) == {"v1", "form1", "v9"}
    assert ids(waiting_days=4) == ids(corrected_only=True) == set()


def test_the_figures_beside_the_navigation_are_those_of_the_lists(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit(), form_record(), replace(form_record("form2"), completed_at=None))
    carry(gestor, zone)
    assert standing_of(zone).to_review == len(queue(zone)) == 2
    return_with_comments(zone, "v1", "Revise", {}, version=1)
    carry(zone, gestor)
    assert (standing_of(gestor).returned, standing_of(gestor).to_review) == (1, 0)
    assert standing_of(zone).to_review == 1


def test_a_visit_that_changed_while_it_was_read_is_not_approved_unseen(
    gestor: Session, zone: Session
) -> None:
    first = visit()
    save(gestor, first)
    carry(gestor, zone)
    correct(gestor, first, note="otra cosa")
    carry(gestor, zone)
    with pytest.raises(UserError) as caught:
        approve(zone, "v1", version=1)
    assert code(caught) == "REV-004"
    assert zone.store.find(Review) == []


def test_a_gestor_cannot_approve_his_own_visit(gestor: Session, zone: Session) -> None:
    save(gestor, visit())
    carry(gestor, zone)
    with pytest.raises(UserError) as caught:
        approve(gestor, "v1", version=1)
    assert code(caught) == "REV-001"


def test_nothing_is_returned_without_saying_what_is_wrong(gestor: Session, zone: Session) -> None:
    save(gestor, visit())
    carry(gestor, zone)
    with pytest.raises(UserError) as caught:
        return_with_comments(zone, "v1", "  ", {CRED: ""}, version=1)
    assert code(caught) == "REV-005"
    assert stage(zone) is Stage.WAITING


def test_what_no_server_has_seen_is_not_reviewed(zone: Session) -> None:
    save(zone, visit())
    with pytest.raises(UserError) as caught:
        approve(zone, "v1", version=0)
    assert code(caught) == "REV-003"


def test_a_decision_taken_back_in_time_never_reaches_the_gestor(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit())
    carry(gestor, zone)
    decided = approve(zone, "v1", version=1)
    assert stage(zone) is Stage.APPROVED
    changed = undo(zone, decided.review_id)
    assert changed.households == {"h1"}
    assert stage(zone) is Stage.WAITING
    assert outbox.waiting(zone.store) == []
    assert [item.id for item in queue(zone)] == ["v1"]
    assert zone.store.audit_of("review", decided.review_id)[-1]["action"] == "review.undo"


def test_a_decision_the_server_has_cannot_be_undone_in_silence_but_decided_again(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit())
    carry(gestor, zone)
    decided = approve(zone, "v1", version=1)
    carry(zone, gestor)
    with pytest.raises(UserError) as caught:
        undo(zone, decided.review_id)
    assert code(caught) == "REV-006"
    advance(zone, minutes=5)
    return_with_comments(zone, "v1", "Me equivoqué: falta la firma", {}, version=1)
    carry(zone, gestor)
    assert stage(gestor) is Stage.RETURNED


def test_a_decision_that_a_cut_sync_may_have_carried_up_is_not_undone(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit())
    carry(gestor, zone)
    decided = approve(zone, "v1", version=1)
    advance(zone, minutes=1)
    with zone.work("sync") as work:
        log_sync(work.tx, zone.clock.now(), False, {})
    with pytest.raises(UserError) as caught:
        undo(zone, decided.review_id)
    assert code(caught) == "REV-006"


def test_a_decision_that_a_killed_sync_may_have_carried_up_is_not_undone(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit())
    carry(gestor, zone)
    decided = approve(zone, "v1", version=1)
    advance(zone, minutes=1)
    with zone.work("sync.begin") as work:
        mark_begun(work.tx)
    with pytest.raises(UserError) as caught:
        undo(zone, decided.review_id)
    assert code(caught) == "REV-006"


def test_the_list_of_visits_begins_with_what_the_gestor_must_do(
    gestor: Session, zone: Session
) -> None:
    save(gestor, visit("v1"), visit("v2", "h2"), visit("v3", "h2"))
    carry(gestor, zone)
    return_with_comments(zone, "v1", "Falta la firma", {}, version=1)
    approve(zone, "v2", version=1)
    carry(zone, gestor)
    start_draft(
        gestor.store, draft_id="d1", kind="visit", subject="h2", author="rccori", now=MORNING
    )
    lines = visit_lines(gestor)
    assert [(line.shelf, line.visit_id) for line in lines] == [
        (Shelf.DRAFT, ""),
        (Shelf.RETURNED, "v1"),
        (Shelf.WAITING, "v3"),
        (Shelf.APPROVED, "v2"),
    ]
    assert lines[1].remark == "Falta la firma"
    assert lines[0].matches("roj jua")
    assert not lines[0].matches("quispe")


def test_a_correction_begun_is_listed_once_as_begun(gestor: Session, zone: Session) -> None:
    save(gestor, visit("v1"))
    carry(gestor, zone)
    start_draft(
        gestor.store, draft_id="v1", kind="visit", subject="h1", author="rccori", now=MORNING
    )
    (line,) = visit_lines(gestor)
    assert (line.shelf, line.visit_id, line.remark) == (Shelf.DRAFT, "v1", "corrección empezada")
