"""What two people changed: told as people understand it, and taken back through the record's own checks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from crossed import OTHER, crossed_commitment, told
from return_loop import GESTOR, advance, correct, open_laptop, save, visit

from juntos_campo.app.conflict_scope import unsettled
from juntos_campo.app.conflicts import (
    Action,
    Conflict,
    conflicts,
    leave,
    open_conflicts,
    take_back,
    undo,
)
from juntos_campo.app.session import Session
from juntos_campo.app.visit import close_visit, save_many, start_visit
from juntos_campo.domain.entities import (
    ChangeRequest,
    Commitment,
    Household,
    ServiceEvent,
    Visit,
)
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import ChangeRequestKind, CommitmentState
from juntos_campo.store import outbox
from juntos_campo.store.conflict_rows import Settled
from juntos_campo.store.sync_state import learn_names


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path, GESTOR)
    yield session
    session.close()


def only(session: Session) -> Conflict:
    (one,) = conflicts(session)
    return one


def commitment(session: Session) -> Commitment:
    found = session.store.get(Commitment, "c1")
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("author", "who"),
    [("jquispe", "Juan Quispe"), ("oficina", "la oficina"), ("", "la oficina")],
)
def test_people_are_named_as_people_once_the_server_said_their_names(
    gestor: Session, author: str, who: str
) -> None:
    told(gestor, "commitment", "c1", "state", "not_met", "met", by=author)
    with gestor.work("test") as work:
        learn_names(work.tx, {"jquispe": "Juan Quispe"})
    assert only(gestor).kept.who == who


def test_a_conflict_says_who_wrote_what_when_and_which_stands(gestor: Session) -> None:
    crossed_commitment(gestor)
    one = only(gestor)
    assert one.record == (
        "Compromiso «Darle el hierro todos los días» de QUISPE HUAMÁN, María Elena"
    )
    assert one.field == "estado"
    assert one.before == "sigue pendiente"
    assert [(side.who, side.value, side.when, side.stands) for side in one.voices] == [
        ("usted", "cumplido", "vie 20 nov 18:05", False),
        ("el usuario jquispe", "no cumplido", "sáb 21 nov 08:30", True),
    ]
    assert one.rule == "Quedó el que llegó después al servidor."
    assert one.household_id == "h1"
    assert open_conflicts(gestor, "h2") == []


def test_ones_own_value_comes_back_with_what_goes_with_it_and_waits_to_be_sent(
    gestor: Session,
) -> None:
    conflict_id = crossed_commitment(gestor)
    changed = take_back(gestor, conflict_id)
    assert commitment(gestor).state is CommitmentState.MET
    assert str(commitment(gestor).checked_on) == "2026-11-20"
    assert [one.record_id for one in outbox.waiting(gestor.store)] == ["c1"]
    assert "h1" in changed.households
    assert only(gestor).state is Settled.TAKEN_BACK
    assert open_conflicts(gestor) == []


def test_taking_back_can_be_undone_and_both_values_are_still_told(gestor: Session) -> None:
    conflict_id = crossed_commitment(gestor)
    take_back(gestor, conflict_id)
    undo(gestor, conflict_id)
    assert commitment(gestor).state is CommitmentState.NOT_MET
    assert only(gestor).state is Settled.OPEN
    assert only(gestor).action is Action.PUT_BACK


def test_what_changed_again_since_is_not_overwritten_by_an_undo(gestor: Session) -> None:
    conflict_id = crossed_commitment(gestor)
    take_back(gestor, conflict_id)
    save(gestor, replace(commitment(gestor), state=CommitmentState.OPEN))
    assert not only(gestor).undo
    with pytest.raises(UserError, match="sigue pendiente"):
        undo(gestor, conflict_id)
    assert commitment(gestor).state is CommitmentState.OPEN


def test_leaving_it_as_it_is_changes_no_record_and_stays_in_the_history(gestor: Session) -> None:
    conflict_id = crossed_commitment(gestor)
    leave(gestor, conflict_id)
    assert outbox.waiting(gestor.store) == []
    assert unsettled(gestor) == 0
    assert only(gestor).state is Settled.READ
    assert only(gestor).settled_on == "sáb 21 nov 09:30"
    undo(gestor, conflict_id)
    assert unsettled(gestor) == 1


def closed_visit(session: Session) -> Visit:
    """A visit closed on this laptop as its screen closes it, with the services it told of."""
    draft = start_visit(session, "h1")
    from_screen = {
        "attended_by": "elena",
        "member/yeison/service/CRED:6m": "2026-11-14",
        "member/yeison/weight_kg": "7.2",
        "member/yeison/height_cm": "66",
        "mark": "paper",
        "next_visit_on": "2026-12-19",
    }
    save_many(session, draft.id, from_screen)
    closed, _ = close_visit(session, draft.id)
    return closed


def test_an_answer_of_a_visit_comes_back_with_the_service_it_told_of(gestor: Session) -> None:
    closed = closed_visit(gestor)
    path = "answers/member/yeison/weight_kg"
    told(gestor, "visit", closed.id, "closed_at", "2026-11-21T10:00:00", "2026-11-21T09:00:00")
    (event,) = gestor.store.find(ServiceEvent, visit_id=closed.id)
    told(gestor, "service_event", event.id, "weight_kg", 7.2, 7.9)
    conflict_id = told(gestor, "visit", closed.id, path, "7.2", "7.9")
    assert only(gestor).field == "Yeison: peso"
    assert only(gestor).kept.value == "7.2 kg"
    advance(gestor, hours=1)
    take_back(gestor, conflict_id)
    (event,) = gestor.store.find(ServiceEvent, visit_id=closed.id)
    assert event.weight_kg == 7.9
    assert unsettled(gestor) == 0


def test_a_value_the_visit_would_not_take_is_refused_and_nothing_changes(gestor: Session) -> None:
    closed = closed_visit(gestor)
    path = "answers/member/yeison/service/CRED:6m"
    conflict_id = told(gestor, "visit", closed.id, path, "2026-11-14", "2027-02-01")
    waiting = outbox.waiting(gestor.store)
    with pytest.raises(UserError, match="no se puede poner tal cual") as caught:
        take_back(gestor, conflict_id)
    assert "Los dos valores siguen guardados" in str(caught.value)
    assert gestor.store.get(Visit, closed.id) == closed
    assert outbox.waiting(gestor.store) == waiting
    assert only(gestor).state is Settled.OPEN
    assert start_visit(gestor, "h1").resumed is False


def test_a_visit_being_corrected_keeps_what_is_typed(gestor: Session) -> None:
    closed = closed_visit(gestor)
    open_draft = start_visit(gestor, "h1")
    conflict_id = told(gestor, "visit", closed.id, "answers/member/yeison/weight_kg", "7.2", "7.9")
    with pytest.raises(UserError, match="corrección sin cerrar"):
        take_back(gestor, conflict_id)
    assert start_visit(gestor, "h1").id == open_draft.id


def test_register_data_is_asked_of_the_office_and_the_request_can_be_withdrawn(
    gestor: Session,
) -> None:
    conflict_id = told(
        gestor, "household", "h1", "phone", "951000111", "983999888",
        by="", rule="first_arrival", base="983111221",
    )  # fmt: skip
    one = only(gestor)
    assert one.record == "Hogar de QUISPE HUAMÁN, María Elena"
    assert (one.field, one.kept.who, one.lost.who) == ("teléfono", "la oficina", "usted")
    assert one.rule == "En los datos del padrón vale lo que ya tenía el servidor."
    assert one.action is Action.ASK
    before = gestor.store.get(Household, "h1")
    take_back(gestor, conflict_id)
    assert gestor.store.get(Household, "h1") == before
    (request,) = gestor.store.find(ChangeRequest, household_id="h1")
    assert request.kind is ChangeRequestKind.PHONE
    assert request.detail == "teléfono: 983 999 888"
    undo(gestor, conflict_id)
    assert gestor.store.find(ChangeRequest, household_id="h1") == []


def test_two_texts_that_both_stand_ask_for_no_choice(gestor: Session) -> None:
    save(gestor, visit())
    told(gestor, "visit", "v1", "answers/note", "uno\ndos", "dos", rule="both_kept")
    one = only(gestor)
    assert one.both
    assert one.action is Action.NONE
    assert "los dos textos" in one.rule


def test_a_record_that_left_this_laptop_says_so(gestor: Session) -> None:
    conflict_id = told(gestor, "visit", "gone", "answers/note", "a", "b")
    one = only(gestor)
    assert one.record == "Visita que ya no está en esta computadora"
    assert one.cannot.startswith("Ese registro ya no está")
    with pytest.raises(UserError, match="ya no está"):
        take_back(gestor, conflict_id)
    leave(gestor, conflict_id)
    assert unsettled(gestor) == 0


def test_somebody_elses_visit_is_told_but_not_changed_here(gestor: Session) -> None:
    save(gestor, visit("v2", worker=OTHER))
    told(gestor, "visit", "v2", "answers/note", "a", "b", loser=OTHER, by=GESTOR.name)
    one = only(gestor)
    assert one.action is Action.NONE
    assert OTHER in one.cannot


def test_only_bookkeeping_in_conflict_asks_nobody_anything(gestor: Session) -> None:
    save(gestor, visit())
    told(gestor, "visit", "v1", "closed_at", "2026-11-21T10:00:00", "2026-11-21T09:00:00")
    assert conflicts(gestor) == []
    assert unsettled(gestor) == 0


def test_a_present_value_that_is_another_one_is_shown_too(gestor: Session) -> None:
    save(gestor, visit())
    told(gestor, "visit", "v1", "answers/member/yeison/hb", "10.4", "11.2")
    assert only(gestor).present == ""
    stored = gestor.store.get(Visit, "v1")
    assert stored is not None
    correct(gestor, stored, member__yeison__hb="9.8")
    assert only(gestor).present == "9.8 g/dL"
