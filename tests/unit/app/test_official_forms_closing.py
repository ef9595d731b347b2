"""Official forms closed, sent back, corrected and approved: what was signed for stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from salud02_world import BIMESTER, FACILITY, NOW, child, household, load, seen_children

from juntos_campo.app.form_print import sheet_of
from juntos_campo.app.form_problems import (
    FORM_APPROVED,
    FORM_HAS_ERRORS,
    FORM_INCOMPLETE,
    NOTHING_CORRECTED,
)
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import forms_due, open_form
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import NOTHING_CHANGED, Session
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import FormRecord, Member, Review, ServiceEvent
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Decision, FormState, ServiceSource
from juntos_campo.store.drafts import find_draft
from juntos_campo.store.outbox import acknowledge, waiting

SERVICES = {
    "m001/m1_vac": "Penta 2, Neumo 2",
    "m001/m1_vac_fecha": "12/11",
    "m001/m1_hb": "10.8",
    "m001/m1_hb_fecha": "12/11",
}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with seen_children(tmp_path) as opened:
        yield opened


def fill(session: Session, opened: OpenForm) -> None:
    rows = opened.form.rows("ninos")
    edit_cells(session, opened, {f"{row}/m1_cumple": "si" for row in rows})


def reviewed(session: Session, opened: OpenForm, decision: Decision, **more: Any) -> None:
    """The form reached the server as its version 3, and the coordinator's word about it came back."""
    with session.store.transaction(actor="", at=NOW, action="test.sync") as tx:
        for operation in waiting(session.store):
            acknowledge(tx, operation, 3)
        tx.set_server_version("form_record", opened.record_id, 3)
        tx.load(
            Review(
                id="v1",
                field_worker="rccori",
                target_kind="form_record",
                target_id=opened.record_id,
                target_version=3,
                decision=decision,
                reviewer="n.quispe",
                reviewed_at=NOW,
                **more,
            )
        )


def test_a_form_with_errors_or_gaps_is_not_closed(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    with pytest.raises(UserError) as caught:
        complete_form(session, opened)
    assert caught.value.problem is FORM_INCOMPLETE
    fill(session, opened)
    edit_cells(session, opened, {"m001/m1_cred": "1/1/2020"})
    with pytest.raises(UserError) as caught:
        complete_form(session, opened)
    assert caught.value.problem is FORM_HAS_ERRORS
    assert session.store.find(FormRecord) == []


def test_a_form_without_its_head_is_not_closed(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    edit_cells(session, opened, {"jefe": ""})
    with pytest.raises(UserError) as caught:
        complete_form(session, opened)
    assert caught.value.problem is FORM_INCOMPLETE


def test_a_closed_form_is_recorded_and_waits_to_be_sent(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    edit_cells(session, opened, SERVICES)
    changed = complete_form(session, opened)
    assert "form_record" in changed.kinds
    record = session.store.get(FormRecord, opened.record_id)
    assert record is not None
    assert record.state is FormState.COMPLETE
    assert record.bimester == "2026-6"
    assert record.cells["m001/m1_hb"] == 10.8
    assert record.cells["m001/nombre"] == child(1).full_name
    assert record.cells["eess"] == FACILITY.name
    assert find_draft(session.store, "form_record", "salud02|f1|2026-6") is None
    assert {entry.kind for entry in waiting(session.store)} == {"form_record", "service_event"}


def test_services_typed_into_a_form_count_for_the_child_and_known_ones_not_twice(
    session: Session,
) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    edit_cells(session, opened, SERVICES)
    complete_form(session, opened)
    events = session.store.find(ServiceEvent, form_id=opened.record_id)
    found = {(one.member_id, one.service, one.number, one.value) for one in events}
    assert found == {
        ("m001", "PENTA", 2, None),
        ("m001", "NEUMO", 2, None),
        ("m001", "HB", 0, 10.8),
    }
    assert all(one.source is ServiceSource.OFFICIAL_FORM for one in events)
    assert all(one.on == date(2026, 11, 12) for one in events)


def test_correcting_a_closed_form_corrects_its_services(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    edit_cells(session, opened, {"m001/m1_hierro": "12/11", "m002/m1_hierro": "13/11"})
    complete_form(session, opened)
    again = open_form(session, "salud02", "f1", BIMESTER)
    assert again.state is FormState.COMPLETE
    assert again.record_id == opened.record_id
    edit_cells(session, again, {"m001/m1_hierro": "10/11", "m002/m1_hierro": ""})
    assert open_form(session, "salud02", "f1", BIMESTER).state is FormState.FILLING
    complete_form(session, again)
    events = session.store.find(ServiceEvent, form_id=opened.record_id)
    assert [(one.member_id, one.on) for one in events] == [("m001", date(2026, 11, 10))]
    assert len(session.store.find(FormRecord)) == 1


def test_a_child_the_register_moved_keeps_his_row_when_the_closed_form_is_corrected(
    session: Session,
) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    edit_cells(session, opened, {"m001/m1_hierro": "12/11"})
    complete_form(session, opened)
    member = session.store.get(Member, "m001")
    assert member is not None
    load(session.store, replace(member, facility_id="f9"))
    again = open_form(session, "salud02", "f1", BIMESTER)
    edit_cells(session, again, {"m002/observacion": "Se corrige"})
    again = open_form(session, "salud02", "f1", BIMESTER)
    assert "m001" in again.form.rows("ninos")
    complete_form(session, again)
    events = session.store.find(ServiceEvent, form_id=opened.record_id)
    assert [(one.member_id, one.on) for one in events] == [("m001", date(2026, 11, 12))]
    (record,) = session.store.find(FormRecord)
    assert record.cells["m001/m1_cumple"] == "si"


def test_a_coordinators_comment_stands_at_its_cell_until_the_cell_is_corrected(
    session: Session,
) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    edit_cells(session, opened, {"m001/m1_hierro": "12/11", "m002/m1_hierro": "12/11"})
    complete_form(session, opened)
    reviewed(
        session,
        opened,
        Decision.RETURNED,
        comment="Revise el hierro",
        comments={"m001/m1_hierro": "El cuaderno dice 10 de noviembre"},
    )
    again = open_form(session, "salud02", "f1", BIMESTER)
    assert again.returned is not None
    assert again.returned.comment == "Revise el hierro"
    assert "El cuaderno dice 10 de noviembre" in again.warning("m001/m1_hierro")
    assert again.warning("m002/m1_hierro") == ""
    assert again.progress().with_warnings == 1
    with pytest.raises(UserError) as caught:
        complete_form(session, again)
    assert caught.value.problem is NOTHING_CORRECTED, "nothing corrected must not go as corrected"
    assert [one.place.id for one in forms_due(session, BIMESTER) if one.returned] == ["f1"]
    edit_cells(session, again, {"m001/m1_hierro": "10/11"})
    assert again.warning("m001/m1_hierro") == ""
    complete_form(session, again)
    assert open_form(session, "salud02", "f1", BIMESTER).returned is None


def test_closing_a_form_twice_sends_it_once(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    complete_form(session, opened)
    sent = len(waiting(session.store))
    assert isinstance(session.clock, FixedClock)
    session.clock.advance(timedelta(minutes=1))
    assert complete_form(session, opened) == NOTHING_CHANGED
    assert complete_form(session, open_form(session, "salud02", "f1", BIMESTER)) == NOTHING_CHANGED
    assert len(waiting(session.store)) == sent


def test_an_approved_form_is_not_changed_behind_the_coordinators_back(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    complete_form(session, opened)
    reviewed(session, opened, Decision.APPROVED)
    again = open_form(session, "salud02", "f1", BIMESTER)
    with pytest.raises(UserError) as caught:
        edit_cells(session, again, {"m001/observacion": "Otra cosa"})
    assert caught.value.problem is FORM_APPROVED
    assert again.form.shown("m001/observacion") == ""


def test_a_closed_form_prints_the_same_a_month_later(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    complete_form(session, opened)
    code = sheet_of(session, open_form(session, "salud02", "f1", BIMESTER)).code
    assert code == sheet_of(session, opened).code
    renamed = replace(child(2), given="Otro Nombre", facility_id="f2")
    load(session.store, renamed, household(80), child(80))
    assert isinstance(session.clock, FixedClock)
    session.clock.advance(timedelta(days=6))
    later = open_form(session, "salud02", "f1", BIMESTER)
    assert sheet_of(session, later).code == code
    assert later.form.shown("m002/nombre") == child(2).full_name
    edit_cells(session, later, {"m000/observacion": "Se corrige"})
    followed = open_form(session, "salud02", "f1", BIMESTER)
    assert "m080" in followed.form.rows("ninos")
    assert "m002" in followed.form.rows("ninos")  # signed for there; what was said of him stays
