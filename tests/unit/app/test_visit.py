"""A visit on a real encrypted store: typed, closed, corrected, thrown away and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from visit_world import FULL, GESTOR, laptop, load, send_back, type_all

from juntos_campo.app.session import NOTHING_CHANGED, Session
from juntos_campo.app.visit import (
    close_visit,
    discard_visit,
    drop_untouched,
    open_draft,
    reopen_visit,
    restore_visit,
    save_answer,
    start_visit,
)
from juntos_campo.app.visit_form import visit_form
from juntos_campo.app.visit_summary import visit_summary
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import (
    ChangeRequest,
    Commitment,
    Household,
    Review,
    ServiceEvent,
    Visit,
)
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import (
    ChangeRequestKind,
    ChangeRequestState,
    CommitmentState,
    Decision,
    ServiceSource,
)
from juntos_campo.store.drafts import find_draft
from juntos_campo.store.outbox import waiting


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    opened = laptop(tmp_path)
    yield opened
    opened.close()


def closed(session: Session, **other: str) -> Visit:
    draft = start_visit(session, "h1")
    type_all(session, draft.id, {**FULL, **other})
    return close_visit(session, draft.id)[0]


def events(session: Session, visit: Visit) -> dict[tuple[str, str, int], ServiceEvent]:
    found = session.store.find(ServiceEvent, visit_id=visit.id)
    return {(one.member_id, one.service, one.number): one for one in found}


def test_everything_noted_of_two_children_and_a_pregnant_woman_becomes_records(
    session: Session,
) -> None:
    visit = closed(session)
    found = events(session, visit)
    assert set(found) == {
        ("elena", "APN", 1),
        ("elena", "HB", 1),
        ("yeison", "CRED", 6),
        ("yeison", "HB", 1),
        ("flor", "CRED", 21),
    }
    assert {one.source for one in found.values()} == {ServiceSource.HEALTH_CARD}
    assert found["elena", "APN", 1].pregnancy_id == "p1"
    assert (found["elena", "HB", 1].pregnancy_id, found["elena", "HB", 1].value) == ("p1", 12.4)
    control = found["yeison", "CRED", 6]
    assert (control.on, control.weight_kg, control.height_cm) == (date(2026, 11, 14), 7.6, 66.5)
    assert (found["yeison", "HB", 1].value, found["yeison", "HB", 1].pregnancy_id) == (11.2, "")
    agreed = session.store.find(Commitment, visit_id=visit.id)
    assert {(one.member_id, one.text) for one in agreed} == {
        ("elena", "Ir a su control prenatal"),
        ("", "Avisar los cambios del hogar"),
    }
    assert {one.due_on for one in agreed} == {date(2026, 12, 19)}
    assert {one.agreed_on for one in agreed} == {visit.on}


def test_reported_changes_become_requests_for_the_office(session: Session) -> None:
    visit = closed(session)
    found = session.store.find(ChangeRequest, visit_id=visit.id)
    assert {(one.kind, one.member_id, one.detail) for one in found} == {
        (ChangeRequestKind.PHONE, "", "951 222 333"),
        (ChangeRequestKind.PREGNANT, "elena", "13 semanas"),
    }


def test_what_became_of_earlier_commitments_is_written_on_them(session: Session) -> None:
    visit = closed(session)
    met, not_met = session.store.get(Commitment, "c1"), session.store.get(Commitment, "c2")
    assert met is not None
    assert not_met is not None
    assert (met.state, met.checked_on) == (CommitmentState.MET, visit.on)
    assert not_met.state is CommitmentState.NOT_MET


def test_closing_is_audited_sent_later_and_leaves_no_draft(session: Session) -> None:
    draft = start_visit(session, "h1")
    type_all(session, draft.id, FULL)
    before = len(waiting(session.store))
    visit, changed = close_visit(session, draft.id)
    assert visit.id == draft.id
    assert find_draft(session.store, "visit", "h1") is None
    assert changed.households == {"h1"}
    assert changed.kinds == {"visit", "service_event", "commitment", "change_request"}
    assert len(waiting(session.store)) == before + 1 + 5 + 4 + 2
    (row,) = session.store.audit_of("visit", visit.id)
    assert (row["actor"], row["action"]) == ("rccori", "visit.close")


def test_a_visit_with_gaps_is_not_closed_and_nothing_of_it_is_written(session: Session) -> None:
    draft = start_visit(session, "h1")
    type_all(session, draft.id, {**FULL, "mark": "", "member/yeison/service/CRED:6m": "14/1"})
    with pytest.raises(UserError) as caught:
        close_visit(session, draft.id)
    assert caught.value.problem.code == "VIS-002"
    assert "2 datos" in str(caught.value)
    assert session.store.count(Visit) == 0
    assert session.store.find(ServiceEvent, visit_id=draft.id) == []
    assert open_draft(session, draft.id).answers["member/yeison/service/CRED:6m"] == "14/1"


def test_an_open_visit_is_gone_on_with_instead_of_begun_twice(session: Session) -> None:
    first = start_visit(session, "h1")
    save_answer(session, first.id, "note", "Esperamos a la mamá")
    again = start_visit(session, "h1")
    assert (again.id, again.resumed, again.answers["note"]) == (
        first.id,
        True,
        "Esperamos a la mamá",
    )
    save_answer(session, first.id, "note", "")
    assert "note" not in open_draft(session, first.id).answers


def test_typing_into_a_visit_that_was_closed_elsewhere_is_refused_not_lost_in_silence(
    session: Session,
) -> None:
    visit = closed(session)
    with pytest.raises(UserError) as caught:
        save_answer(session, visit.id, "note", "tarde")
    assert caught.value.problem.code == "VIS-001"


def test_a_discarded_visit_can_be_brought_back_whole(session: Session) -> None:
    draft = start_visit(session, "h1")
    type_all(session, draft.id, FULL)
    gone, _ = discard_visit(session, draft.id)
    assert find_draft(session.store, "visit", "h1") is None
    restore_visit(session, gone)
    assert open_draft(session, draft.id).answers == FULL


def test_a_discarded_visit_does_not_push_a_newer_one_aside(session: Session) -> None:
    gone, _ = discard_visit(session, start_visit(session, "h1").id)
    start_visit(session, "h1")
    with pytest.raises(UserError) as caught:
        restore_visit(session, gone)
    assert caught.value.problem.code == "VIS-003"


def test_only_a_visit_nobody_typed_into_is_forgotten(session: Session) -> None:
    fresh = start_visit(session, "h1")
    assert drop_untouched(session, fresh.id).kinds == {"visit"}
    assert find_draft(session.store, "visit", "h1") is None
    typed = start_visit(session, "h1")
    save_answer(session, typed.id, "note", "No estaba la mamá")
    assert drop_untouched(session, typed.id) == NOTHING_CHANGED
    assert open_draft(session, typed.id).answers["note"] == "No estaba la mamá"


# -- corrections ---------------------------------------------------------------------------------


def test_a_returned_visit_shows_the_comment_and_its_own_answers(session: Session) -> None:
    visit = closed(session)
    path = "member/yeison/service/CRED:6m"
    send_back(session, visit, {path: "No coincide con el carné"}, "Revise")
    form = visit_form(session, "h1", visit.id)
    assert form.correction is not None
    assert form.correction.comments == {path: "No coincide con el carné"}
    assert (form.correction.comment, form.correction.reviewer) == ("Revise", "mzea")
    assert form.draft.answers == visit.answers
    yeison = next(one for one in form.members if one.member.id == "yeison")
    assert path in {one.path for one in yeison.questions}, "the corrected row must be asked again"


def test_a_correction_updates_the_same_records_and_keeps_both_versions(session: Session) -> None:
    visit = closed(session)
    old = events(session, visit)
    send_back(session, visit, {"note": "Falta"})
    clock = session.clock
    assert isinstance(clock, FixedClock)
    clock.advance(timedelta(days=3))
    draft = reopen_visit(session, visit.id)
    type_all(
        session,
        draft.id,
        {
            "member/yeison/service/CRED:6m": "2026-11-15",
            "member/flor/service/CRED:21m": None,
            "member/flor/weight_kg": None,
            "new_commitment/household/1": None,
            "commitment/c1": None,
            "change/2/kind": None,
            "change/2/member": None,
            "change/2/detail": None,
        },
    )
    corrected, _ = close_visit(session, draft.id)
    assert (corrected.id, corrected.on, corrected.started_at) == (
        visit.id,
        visit.on,
        visit.started_at,
    )
    new = events(session, corrected)
    control = new["yeison", "CRED", 6]
    assert (control.id, control.on) == (old["yeison", "CRED", 6].id, date(2026, 11, 15))
    assert ("flor", "CRED", 21) not in new
    assert len(session.store.find(Commitment, visit_id=visit.id)) == 1
    assert len(session.store.find(ChangeRequest, visit_id=visit.id)) == 1
    first = session.store.get(Commitment, "c1")
    assert first is not None
    assert (first.state, first.checked_on) == (CommitmentState.OPEN, None)
    ((before, version, _, _),) = session.store.history(Visit, visit.id)
    assert (before.answers, version) == (visit.answers, 1)


def test_a_correction_does_not_undo_what_happened_meanwhile(session: Session) -> None:
    visit = closed(session)
    request = session.store.find(ChangeRequest, visit_id=visit.id)[0]
    promise = session.store.find(Commitment, visit_id=visit.id)[0]
    load(
        session,
        replace(request, state=ChangeRequestState.VALIDATED),
        replace(promise, state=CommitmentState.MET, checked_on=date(2026, 11, 23)),
    )
    draft = reopen_visit(session, visit.id)
    gone = {path: None for path in draft.answers if path.startswith("change/")}
    type_all(session, draft.id, gone)
    close_visit(session, draft.id)
    assert session.store.get(ChangeRequest, request.id) == replace(
        request, state=ChangeRequestState.VALIDATED
    )
    kept = session.store.get(Commitment, promise.id)
    assert kept is not None
    assert kept.state is CommitmentState.MET
    assert len(session.store.find(ChangeRequest, visit_id=visit.id)) == 1


def test_an_approved_visit_cannot_be_changed_behind_the_coordinator(session: Session) -> None:
    visit = closed(session)
    send_back(session, visit, {})
    (review,) = session.store.find(Review)
    load(session, replace(review, decision=Decision.APPROVED))
    with pytest.raises(UserError) as caught:
        reopen_visit(session, visit.id)
    assert caught.value.problem.code == "VIS-005"


def test_a_returned_visit_does_not_go_back_as_corrected_with_nothing_changed(
    session: Session,
) -> None:
    visit = closed(session)
    send_back(session, visit, {})
    draft = reopen_visit(session, visit.id)
    with pytest.raises(UserError) as caught:
        close_visit(session, draft.id)
    assert caught.value.problem.code == "VIS-007"
    save_answer(session, draft.id, "note", "El carné dice lo mismo: está bien")
    corrected, _ = close_visit(session, draft.id)
    assert corrected.answers["note"] == "El carné dice lo mismo: está bien"


def test_somebody_elses_visit_is_not_corrected(session: Session) -> None:
    visit = closed(session)
    load(session, replace(visit, field_worker="jquispe"))
    with pytest.raises(UserError) as caught:
        reopen_visit(session, visit.id)
    assert caught.value.problem.code == "VIS-006"
    assert "jquispe" in str(caught.value)
    assert GESTOR.name not in str(caught.value)


def test_a_correction_waits_while_another_visit_is_open(session: Session) -> None:
    visit = closed(session)
    start_visit(session, "h1")
    with pytest.raises(UserError) as caught:
        reopen_visit(session, visit.id)
    assert caught.value.problem.code == "VIS-003"


# -- what is asked, what is said -----------------------------------------------------------------


def test_each_member_is_asked_for_what_is_missing_and_nobody_is_forgotten(
    session: Session,
) -> None:
    form = visit_form(session, "h1")
    assert [one.member.id for one in form.members] == ["elena", "yeison", "flor", "dina"]
    asked = {one.member.id: {q.path.split("/")[-1] for q in one.questions} for one in form.members}
    assert {"APN:1", "HB:T1", "SYPHILIS:1", "HIV:1", "URINE:1"} <= asked["elena"]
    assert {"CRED:6m", "HB:6m", "DNI:30d", "PENTA:1"} <= asked["yeison"]
    assert [one.id for one in form.attendants] == ["elena"]
    assert form.members[2].last_hb == (
        "12.1 g/dL el 24 ago (ajustada 10.0: anemia leve; altitud de Huancarpuquio)"
    )
    assert form.members[0].cards[0].id == "apn-temprano"
    assert form.members[3].asks_attendance


def test_a_lost_dose_can_still_be_noted_when_the_card_shows_it(session: Session) -> None:
    form = visit_form(session, "h1")
    flor = next(one for one in form.members if one.member.id == "flor")
    more = {one.path.split("/")[-1] for one in flor.more}
    assert {"ROTA:1", "BCG:1", "PENTA:2"} <= more


def test_the_summary_says_what_was_noted_agreed_and_when_we_return(session: Session) -> None:
    form = visit_form(session, "h1")
    said = " ".join(visit_summary(form, FULL))
    for part in (
        "conversamos con María Elena",
        "De Yeison anotamos: CRED 6 meses el 14 nov",
        "hemoglobina 11.2 g/dL",
        "A María Elena todavía le falta: Prueba de sífilis",
        "Por María Elena, se comprometen a: ir a su control prenatal.",
        "cumplieron: «Darle su hierro todos los días como se indicó»",
        "cambio de teléfono: 951 222 333",
        "Volveré el sábado 19 de diciembre de 2026.",
    ):
        assert part in said
    assert "VPH" not in said, "what can wait for years is not read out as missing"


def test_a_household_that_left_this_laptop_cannot_be_visited(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        start_visit(session, "elsewhere")
    assert caught.value.problem.code == "APP-001"
    assert session.store.get(Household, "h1") is not None


def test_a_family_is_not_told_that_a_screening_nobody_follows_is_missing(session: Session) -> None:
    form = visit_form(session, "h1")
    asked = {question.service for one in form.members for question in one.questions}
    assert "EDI" in asked, "it can be noted"
    assert "EDI" not in " ".join(visit_summary(form, {}))
