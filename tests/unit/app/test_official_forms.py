"""Official forms: who is on the list, what is known, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from salud02_world import (
    BIMESTER,
    FACILITY,
    NOW,
    child,
    control,
    household,
    load,
    world,
)

from juntos_campo.app.form_print import sheet_of
from juntos_campo.app.form_problems import (
    FACILITY_NOT_HERE,
    FORM_APPROVED,
    FORM_HAS_ERRORS,
    FORM_INCOMPLETE,
    NOTHING_CORRECTED,
    READ_ONLY_CELL,
    UNKNOWN_FORM,
)
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import FormDue, definition_of, forms_due, open_form
from juntos_campo.app.open_form import OpenForm, Origin
from juntos_campo.app.session import NOTHING_CHANGED, Session
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import FormRecord, Member, Review, ServiceEvent
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Decision, DocumentKind, FormState, ServiceSource
from juntos_campo.form_engine.problems import UNREADABLE_FILE
from juntos_campo.store.drafts import find_draft
from juntos_campo.store.outbox import acknowledge, waiting


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with world(tmp_path, 4) as opened:
        load(
            opened.store,
            control(0, date(2026, 11, 5), weight_kg=4.1, height_cm=52.5),
            control(0, date(2026, 9, 5), weight_kg=3.1),
        )
        yield opened


def fill(session: Session, opened: OpenForm) -> None:
    rows = opened.form.rows("ninos")
    edit_cells(session, opened, {f"{row}/m1_cumple": "si" for row in rows})


def test_every_child_under_six_of_the_facility_is_listed_and_nobody_else(
    session: Session,
) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    assert sorted(opened.form.rows("ninos")) == ["m000", "m001", "m002", "m003"]


def test_a_child_who_turns_six_within_the_bimester_is_still_listed(session: Session) -> None:
    load(session.store, household(50), child(50, birth=date(2020, 11, 2)))
    load(session.store, household(51), child(51, birth=date(2020, 11, 1)))
    rows = open_form(session, "salud02", "f1", BIMESTER).form.rows("ninos")
    assert "m050" in rows
    assert "m051" not in rows


def test_a_child_who_moved_away_before_the_bimester_is_not_listed(session: Session) -> None:
    gone = replace(child(60), left_on=date(2026, 10, 31))
    within = replace(child(61), left_on=date(2026, 11, 3))
    load(session.store, household(60), gone, household(61), within)
    rows = open_form(session, "salud02", "f1", BIMESTER).form.rows("ninos")
    assert "m060" not in rows
    assert "m061" in rows


def test_what_is_known_is_there_before_anybody_types(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    assert opened.form.answer("m000/m1_cred") == "2026-11-05"
    assert opened.form.answer("m000/m1_peso") == 4.1
    assert opened.origin("m000/m1_cred") is Origin.KNOWN
    assert opened.origin("m000/nombre") is Origin.REGISTER
    assert opened.origin("m000/m1_hb") is Origin.EMPTY
    assert opened.form.shown("eess") == FACILITY.name
    assert opened.form.shown("jefe") == FACILITY.head


def test_a_child_without_dni_shows_what_document_there_is(session: Session) -> None:
    newborn = replace(child(70), document_kind=DocumentKind.CNV, document_number="1234567890")
    load(session.store, household(70), newborn)
    opened = open_form(session, "salud02", "f1", BIMESTER)
    assert opened.form.shown("m070/documento") == "CNV 1234567890"


def test_what_contradicts_the_health_system_is_said_at_the_cell(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    assert opened.warning("m000/m1_cred") == ""
    edit_cells(session, opened, {"m000/m1_cred": "6/11"})
    assert "05/11/2026" in opened.warning("m000/m1_cred")
    assert opened.progress().with_warnings == 1
    edit_cells(session, opened, {"m000/m1_cred": "5/11"})
    assert opened.warning("m000/m1_cred") == ""


def test_every_typed_cell_is_there_after_the_power_went(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    edit_cells(session, opened, {"m001/m1_cred": "14/11"})
    edit_cells(session, opened, {"m001/m1_peso": "mucho", "responsable": "Otra Persona"})
    edit_cells(session, opened, {"m000/m1_peso": ""})
    store = session.store.again()
    try:
        other = Session(store, session.user, session.clock, session.book, session.place)
        again = open_form(other, "salud02", "f1", BIMESTER)
    finally:
        store.close()
    assert again.record_id == opened.record_id
    assert again.form.answer("m001/m1_cred") == "2026-11-14"
    assert again.form.shown("m001/m1_peso") == "mucho"
    assert again.form.shown("responsable") == "Otra Persona"
    assert again.form.answer("m000/m1_peso") is None
    assert again.form.answers() == opened.form.answers()


def test_taking_back_a_typed_cell_shows_what_is_known_again(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    edit_cells(session, opened, {"m000/m1_cred": "6/11"})
    edit_cells(session, opened, {"m000/m1_cred": None})
    assert opened.form.answer("m000/m1_cred") == "2026-11-05"
    assert opened.origin("m000/m1_cred") is Origin.KNOWN
    again = open_form(session, "salud02", "f1", BIMESTER)
    assert again.typed == {}


def test_register_data_cannot_be_changed_in_the_form(session: Session) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    with pytest.raises(UserError) as caught:
        edit_cells(session, opened, {"m000/nombre": "Otro"})
    assert caught.value.problem is READ_ONLY_CELL


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
    edit_cells(
        session,
        opened,
        {
            "m001/m1_vac": "Penta 2, Neumo 2",
            "m001/m1_vac_fecha": "12/11",
            "m001/m1_hb": "10.8",
            "m001/m1_hb_fecha": "12/11",
        },
    )
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
    edit_cells(
        session,
        opened,
        {
            "m001/m1_vac": "Penta 2, Neumo 2",
            "m001/m1_vac_fecha": "12/11",
            "m001/m1_hb": "10.8",
            "m001/m1_hb_fecha": "12/11",
        },
    )
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


def _children_forms(session: Session) -> list[FormDue]:
    return [due for due in forms_due(session, BIMESTER) if due.form_id == "salud02"]


def test_the_list_of_forms_counts_what_is_missing(session: Session) -> None:
    first = {due.place.id: due for due in _children_forms(session)}
    assert first["f1"].people == 4
    assert first["f1"].progress is None
    assert first["f2"].people == 1
    opened = open_form(session, "salud02", "f1", BIMESTER)
    edit_cells(session, opened, {"m001/m1_cumple": "si", "m002/m1_cumple": "si"})
    edit_cells(session, opened, {"m002/m1_peso": "99"})
    due = next(one for one in _children_forms(session) if one.place.id == "f1")
    assert due.progress is not None
    assert due.progress.text == "1 de 4 completos · 1 con error"
    assert due.missing == 3


def test_the_progress_counted_step_by_step_is_the_progress_counted_at_once(
    session: Session,
) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    for address, text in (
        ("m000/m1_cumple", "si"),
        ("m000/m1_cred", "6/11"),
        ("m001/m1_cumple", "no"),
        ("m001/m1_motivo", "B"),
        ("m002/m1_peso", "99"),
    ):
        edit_cells(session, opened, {address: text})
        assert opened.progress() == open_form(session, "salud02", "f1", BIMESTER).progress()


def test_a_facility_that_is_not_here_is_told(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        open_form(session, "salud02", "nada", BIMESTER)
    assert caught.value.problem is FACILITY_NOT_HERE


def test_after_the_bimester_its_second_month_is_asked_too(tmp_path: Path) -> None:
    with world(tmp_path / "later", 2, datetime(2027, 1, 5, 9, 0, tzinfo=LIMA)) as session:
        opened = open_form(session, "salud02", "f1", BIMESTER)
        edit_cells(session, opened, {"m000/m1_cumple": "si", "m001/m1_cumple": "si"})
        assert opened.progress().complete == 0
        edit_cells(session, opened, {"m000/m2_cumple": "si", "m000/m2_cred": "30/12"})
        assert opened.progress().complete == 1
        assert opened.form.answer("m000/m2_cred") == "2026-12-30"
        assert session.clock.now() > NOW


@pytest.mark.parametrize("form_id", ["../../secreto", "no_existe", "", "a/b"])
def test_a_form_that_is_not_installed_is_told_and_never_looked_for_elsewhere(
    session: Session, form_id: str
) -> None:
    with pytest.raises(UserError) as caught:
        open_form(session, form_id, "f1", BIMESTER)
    assert caught.value.problem is UNKNOWN_FORM
    record = FormRecord(
        id="r1", field_worker="rccori", form_id=form_id, form_version="1", facility_id="f1",
        bimester=str(BIMESTER),
    )  # fmt: skip
    with pytest.raises(UserError) as caught:
        definition_of(session, record)
    assert caught.value.problem is UNREADABLE_FILE
    assert "secreto" not in str(caught.value)


def test_a_coordinators_comment_stands_at_its_cell_until_the_cell_is_corrected(
    session: Session,
) -> None:
    opened = open_form(session, "salud02", "f1", BIMESTER)
    fill(session, opened)
    edit_cells(session, opened, {"m001/m1_hierro": "12/11", "m002/m1_hierro": "12/11"})
    complete_form(session, opened)
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
                decision=Decision.RETURNED,
                reviewer="n.quispe",
                reviewed_at=NOW,
                comment="Revise el hierro",
                comments={"m001/m1_hierro": "El cuaderno dice 10 de noviembre"},
            )
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
                decision=Decision.APPROVED,
                reviewer="n.quispe",
                reviewed_at=NOW,
            )
        )
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
