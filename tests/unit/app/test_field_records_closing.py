"""Our own forms closed: what the record holds, and what closing also does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from record_world import CAPTURE, captured, code_of, form
from visit_world import GESTOR, NOW, load

from juntos_campo.app.field_records import (
    DeleteReason,
    close_record,
    correct_record,
    delete_record,
    form_of_record,
    open_record,
    read_field_record,
    resume_record,
)
from juntos_campo.app.open_record import DRAFT_KIND
from juntos_campo.app.record_effects import request_id
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import ChangeRequest, FieldRecord, Member
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import ChangeRequestKind, ChangeRequestState
from juntos_campo.store.drafts import open_drafts
from juntos_campo.store.form_texts import kept_form_text
from juntos_campo.store.outbox import waiting_for

# -- closing ---------------------------------------------------------------------------------------


def test_a_closed_record_holds_what_was_typed_and_waits_for_the_server(session: Session) -> None:
    record = captured(session)
    stored = session.store.get(FieldRecord, record.id)
    assert stored == record
    assert record.answers["semanas"] == 9
    assert record.household_id == "h1"
    assert (record.form_id, record.form_version) == ("p_captacion", "2026.11.1")
    assert record.field_worker == GESTOR.name
    assert [one.kind for one in waiting_for(session.store, DRAFT_KIND, record.id)] == [DRAFT_KIND]
    assert open_drafts(session.store, DRAFT_KIND) == []


def test_the_title_names_nobody(session: Session) -> None:
    record = captured(session)
    assert record.title == "Captación de prueba · hogar 0307-004417"
    opened = open_record(session, "p_persona", "flor")
    opened.write({"vacuna": "2026-01-05"})
    title = close_record(session, opened)[0].title
    assert "hogar 0307-004417" in title
    for member in session.store.find(Member, household_id="h1"):
        assert member.given not in title
        assert member.paternal.upper() not in title.upper()
        assert member.document_number not in title


def test_the_record_tells_of_the_day_in_the_form_not_of_the_day_of_typing(
    session: Session,
) -> None:
    assert captured(session, fecha="2026-11-18").on == date(2026, 11, 18)
    opened = open_record(session, "p_desabastecimiento", "f1")
    opened.write({"falta": "Hierro en gotas"})
    record = close_record(session, opened)[0]
    assert record.on == NOW.date()
    assert record.facility_id == "f1"


def test_a_record_with_something_missing_or_wrong_stays_a_draft(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"semanas": "60"})
    with pytest.raises(UserError) as error:
        close_record(session, opened)
    assert code_of(error) == "RCD-004"
    assert "2 datos" in error.value.what  # the kind is missing, the weeks are beyond 42
    assert session.store.find(FieldRecord) == []
    assert resume_record(session, opened.id).form.answer("semanas") == 60


def test_rows_are_part_of_the_record(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    rows = [opened.add_row("asistentes")[0] for _ in range(2)]
    opened.write({"tema": "Hierro", **{f"{row}/nombre": f"N {row}" for row in rows}})
    record = close_record(session, opened)[0]
    again = form_of_record(session, record)
    assert list(again.rows("asistentes")) == rows
    assert [again.answer(f"{row}/nombre") for row in rows] == [f"N {row}" for row in rows]


def test_the_form_a_record_was_made_with_is_kept_when_a_newer_one_comes(session: Session) -> None:
    record = captured(session)
    assert kept_form_text(session.store, "p_captacion", "2026.11.1") is not None
    newer = CAPTURE.replace("| semanas | Semanas |", "| otra | Otra |").replace(
        "{semanas}", "{otra}"
    )
    load(session, form("p_captacion", newer, version="2026.12.1", subject="household"))
    assert open_record(session, "p_captacion", "h1").definition.version == "2026.12.1"
    assert form_of_record(session, record).answer("semanas") == 9


def test_a_draft_meets_a_newer_form_and_loses_nothing_that_was_typed(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"semanas": "9", "tipo": "pregnant"})
    newer = CAPTURE.replace("| semanas | Semanas |", "| otra | Otra |").replace(
        "{semanas}", "{otra}"
    )
    load(session, form("p_captacion", newer, version="2026.12.1", subject="household"))
    resumed = resume_record(session, opened.id)
    assert resumed.definition.version == "2026.12.1"
    assert resumed.form.answer("tipo") == "pregnant"
    assert any("2026.12.1" in one for one in resumed.news)
    assert any("Semanas" in one and "9" in one for one in resumed.news)
    resumed.write({"otra": "3"})
    again = resume_record(session, opened.id)
    assert again.form.answer("otra") == 3
    assert any("Semanas" in one and "9" in one for one in again.news)


def test_a_record_of_a_form_this_laptop_never_had_says_so(session: Session) -> None:
    load(session, replace(captured(session), id="foreign", form_version="2030.1"))
    with pytest.raises(UserError) as error:
        form_of_record(session, read_field_record(session, "foreign"))
    assert code_of(error) == "RCD-009"


def test_the_audit_trail_names_fields_and_never_what_was_typed(session: Session) -> None:
    opened = open_record(session, "p_ocurrencia")
    opened.write({"hechos": "Le pidieron dinero"})
    record = close_record(session, opened)[0]
    rows = session.store.audit_of(DRAFT_KIND, record.id)
    assert [one["action"] for one in rows] == ["record.close"]
    assert "dinero" not in str(rows)


# -- what closing also does ------------------------------------------------------------------------


def test_an_early_capture_tells_the_office(session: Session) -> None:
    record = captured(session)
    (request,) = session.store.find(ChangeRequest, household_id="h1")
    assert request.kind is ChangeRequestKind.PREGNANT
    assert "Semanas: 9" in request.detail
    assert request.requested_on == record.on
    assert waiting_for(session.store, "change_request", request.id)


def test_correcting_a_capture_updates_its_request_instead_of_making_another(
    session: Session,
) -> None:
    record = captured(session)
    opened = correct_record(session, record.id)
    opened.write({"tipo": "newborn", "semanas": "1"})
    close_record(session, opened)
    (request,) = session.store.find(ChangeRequest, household_id="h1")
    assert request.kind is ChangeRequestKind.NEWBORN
    assert "Semanas: 1" in request.detail


def test_a_request_the_office_acted_on_is_left_alone(session: Session) -> None:
    record = captured(session)
    request = session.store.get(ChangeRequest, request_id(record.id))
    assert request is not None
    applied = replace(request, state=ChangeRequestState.APPLIED)
    load(session, applied)
    opened = correct_record(session, record.id)
    opened.write({"tipo": "newborn"})
    close_record(session, opened)
    delete_record(session, record.id, DeleteReason.DUPLICATE)
    assert session.store.get(ChangeRequest, request.id) == applied


def test_a_form_that_asks_for_a_change_of_no_household_keeps_what_was_typed(
    session: Session,
) -> None:
    load(session, form("p_mala", CAPTURE, effect="early_capture"))
    opened = open_record(session, "p_mala")
    opened.write({"tipo": "pregnant"})
    with pytest.raises(UserError) as error:
        close_record(session, opened)
    assert code_of(error) == "RCD-015"
    assert session.store.find(FieldRecord) == []
    assert resume_record(session, opened.id).form.answer("tipo") == "pregnant"
