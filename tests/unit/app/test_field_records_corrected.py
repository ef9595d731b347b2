"""Our own forms corrected, deleted and discarded, and who may do it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from record_world import captured, code_of
from visit_world import load

from juntos_campo.app.field_records import (
    DeleteReason,
    close_record,
    correct_record,
    delete_record,
    discard_record,
    form_of_record,
    open_record,
    read_field_record,
    resume_record,
)
from juntos_campo.app.open_record import DRAFT_KIND, OpenRecord
from juntos_campo.app.session import Session
from juntos_campo.app.user import User
from juntos_campo.domain.entities import ChangeRequest, FieldRecord
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role
from juntos_campo.store.drafts import get_draft
from juntos_campo.store.outbox import waiting_for

# -- correcting, deleting, discarding --------------------------------------------------------------


def test_correcting_keeps_both_versions(session: Session) -> None:
    record = captured(session)
    opened = correct_record(session, record.id)
    assert opened.form.answer("semanas") == 9
    opened.write({"semanas": "10"})
    corrected = close_record(session, opened)[0]
    assert corrected.id == record.id
    assert corrected.started_at == record.started_at
    ((before, *_),) = session.store.history(FieldRecord, record.id)
    assert before.answers["semanas"] == 9
    stored = session.store.get(FieldRecord, record.id)
    assert stored is not None
    assert stored.answers["semanas"] == 10


def test_a_correction_half_done_is_taken_up_from_the_list_of_drafts(session: Session) -> None:
    record = captured(session)
    correct_record(session, record.id).write({"semanas": "10"})
    resumed = resume_record(session, record.id)
    assert resumed.corrects == record
    assert resumed.form.answer("semanas") == 10
    # A new capture of the same household is another record.
    assert open_record(session, "p_captacion", "h1").id != record.id


def test_a_discarded_correction_leaves_the_closed_record_as_it_was(session: Session) -> None:
    record = captured(session)
    correct_record(session, record.id).write({"semanas": "10"})
    discard_record(session, record.id)
    assert session.store.get(FieldRecord, record.id) == record
    assert correct_record(session, record.id).form.answer("semanas") == 9


def test_a_discarded_draft_is_gone_and_leaves_a_trace_without_its_content(
    session: Session,
) -> None:
    opened = open_record(session, "p_ocurrencia")
    opened.write({"hechos": "Le pidieron dinero"})
    discard_record(session, opened.id)
    assert get_draft(session.store, opened.id) is None
    (trace,) = session.store.audit_of(DRAFT_KIND, opened.id)
    assert trace["action"] == "record.discard"
    assert "dinero" not in str(trace)
    with pytest.raises(UserError) as error:
        discard_record(session, opened.id)
    assert code_of(error) == "RCD-003"


def test_a_deleted_record_goes_with_its_request_and_the_server_is_told(session: Session) -> None:
    record = captured(session)
    delete_record(session, record.id, DeleteReason.WRONG_SUBJECT)
    assert session.store.get(FieldRecord, record.id) is None
    assert session.store.find(ChangeRequest, household_id="h1") == []
    assert any(one.deleted for one in waiting_for(session.store, DRAFT_KIND, record.id))
    assert {"reason": "wrong_subject"} in [
        one["detail"] for one in session.store.audit_of(DRAFT_KIND, record.id)
    ]
    with pytest.raises(UserError) as error:
        read_field_record(session, record.id)
    assert code_of(error) == "RCD-005"


def test_nothing_is_deleted_without_a_reason(session: Session) -> None:
    record = captured(session)
    with pytest.raises(UserError) as error:
        delete_record(session, record.id, None)
    assert code_of(error) == "RCD-013"
    assert session.store.get(FieldRecord, record.id) == record


# -- whose it is -----------------------------------------------------------------------------------


def as_another(session: Session, role: Role = Role.FIELD_WORKER) -> Session:
    return replace(session, user=User("otra", "Otra Persona", role))


def test_only_who_made_a_record_corrects_or_deletes_it(session: Session) -> None:
    record = captured(session)
    other = as_another(session)
    assert read_field_record(other, record.id) == record
    for attempt in (
        lambda: correct_record(other, record.id),
        lambda: delete_record(other, record.id, DeleteReason.TRIAL),
    ):
        with pytest.raises(UserError) as error:
            attempt()
        assert code_of(error) == "RCD-006"


def test_a_confidential_record_is_opened_by_who_made_it_alone(session: Session) -> None:
    opened = open_record(session, "p_ocurrencia")
    opened.write({"hechos": "Le pidieron dinero"})
    record = close_record(session, opened)[0]
    assert record.confidential
    assert read_field_record(session, record.id) == record
    with pytest.raises(UserError) as error:
        read_field_record(as_another(session, Role.ZONE_COORDINATOR), record.id)
    assert code_of(error) == "RCD-007"


def test_a_coordinator_reads_and_does_not_write(session: Session) -> None:
    record = captured(session)
    other = as_another(session, Role.ZONE_COORDINATOR)
    assert read_field_record(other, record.id) == record
    attempts = (
        lambda: open_record(other, "p_actividad"),
        lambda: correct_record(other, record.id),
        lambda: delete_record(other, record.id, DeleteReason.TRIAL),
    )
    for attempt in attempts:
        with pytest.raises(UserError) as error:
            attempt()
        assert code_of(error) == "RCD-016"


def test_a_record_stays_readable_when_its_household_left_this_laptop(session: Session) -> None:
    record = captured(session)
    load(session, replace(record, id="moved", household_id="gone", member_id="gone"))
    assert form_of_record(session, read_field_record(session, "moved")).answer("semanas") == 9


def test_an_open_record_is_what_the_form_view_needs(session: Session) -> None:
    opened: OpenRecord = open_record(session, "p_actividad")
    assert opened.form.definition.form_id == "p_actividad"
    assert opened.title == "Actividad de prueba"
