"""Taking back one cell of a form: closed again by the form's own rules, with all that follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from crossed import told
from record_world import captured
from salud02_world import BIMESTER, world

from juntos_campo.app.conflict_scope import unsettled
from juntos_campo.app.conflicts import Action, conflicts, take_back, undo
from juntos_campo.app.field_records import correct_record
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import open_form
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FieldRecord, FormRecord, ServiceEvent
from juntos_campo.domain.errors import UserError
from juntos_campo.store import outbox
from juntos_campo.store.drafts import get_draft


def weeks(session: Session, record_id: str) -> object:
    found = session.store.get(FieldRecord, record_id)
    assert found is not None
    return found.answers["semanas"]


def test_an_answer_of_a_record_of_ours_comes_back_and_goes_again(session: Session) -> None:
    record = captured(session)
    conflict_id = told(
        session, "field_record", record.id, "answers/semanas", 9, 12, loser=session.user.name
    )
    told(session, "field_record", record.id, "closed_at", "2026-11-21", "2026-11-20")
    (one,) = conflicts(session)
    assert (one.field, one.kept.value, one.lost.value) == ("Semanas", "9", "12")
    take_back(session, conflict_id)
    assert weeks(session, record.id) == 12
    assert get_draft(session.store, record.id) is None
    assert unsettled(session) == 0
    undo(session, conflict_id)
    assert weeks(session, record.id) == 9


def test_an_answer_the_form_forbids_leaves_record_and_drafts_as_they_were(session: Session) -> None:
    record = captured(session)
    conflict_id = told(
        session, "field_record", record.id, "answers/semanas", 9, 99, loser=session.user.name
    )
    waiting = outbox.waiting(session.store)
    with pytest.raises(UserError, match="no se puede poner tal cual"):
        take_back(session, conflict_id)
    assert weeks(session, record.id) == 9
    assert get_draft(session.store, record.id) is None
    assert outbox.waiting(session.store) == waiting


def test_a_record_being_corrected_is_left_to_who_corrects_it(session: Session) -> None:
    record = captured(session)
    correct_record(session, record.id).write({"semanas": "10"})
    conflict_id = told(
        session, "field_record", record.id, "answers/semanas", 9, 12, loser=session.user.name
    )
    with pytest.raises(UserError, match="corrección sin cerrar"):
        take_back(session, conflict_id)
    draft = get_draft(session.store, record.id)
    assert draft is not None
    assert draft.answers["semanas"] == 10


def test_rows_that_two_people_changed_are_mended_in_the_record_itself(session: Session) -> None:
    record = captured(session)
    told(session, "field_record", record.id, "answers/#asistentes", "a b", "a c")
    (one,) = conflicts(session)
    assert one.action is Action.NONE
    assert "filas" in one.cannot


@pytest.fixture
def facility(tmp_path: Path) -> Iterator[Session]:
    """A laptop with a small facility and its Salud 02."""
    with world(tmp_path / "facility", 4) as made:
        yield made


def test_a_cell_of_an_official_form_comes_back_with_the_service_it_tells_of(
    facility: Session,
) -> None:
    opened = open_form(facility, "salud02", "f1", BIMESTER)
    rows = opened.form.rows("ninos")
    edit_cells(facility, opened, {f"{row}/m1_cumple": "si" for row in rows})
    edit_cells(facility, opened, {"m001/m1_hierro": "12/11"})
    complete_form(facility, opened)
    path = "cells/m001/m1_hierro"
    conflict_id = told(facility, "form_record", opened.record_id, path, "2026-11-12", "2026-11-10")
    take_back(facility, conflict_id)
    record = facility.store.get(FormRecord, opened.record_id)
    assert record is not None
    assert record.cells["m001/m1_hierro"] == "2026-11-10"
    (event,) = facility.store.find(ServiceEvent, form_id=opened.record_id)
    assert event.on.isoformat() == "2026-11-10"
    assert get_draft(facility.store, opened.record_id) is None
