"""Our own forms: begun, typed, closed, corrected, deleted; and what each of these leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from record_world import CAPTURE, form, record_laptop
from visit_world import GESTOR, NOW, PASSWORD, book, load

from juntos_campo.app import open_record as open_record_module
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
from juntos_campo.app.form_changes import VERSION
from juntos_campo.app.open_record import DRAFT_KIND, OpenRecord
from juntos_campo.app.read_field_record import open_reading
from juntos_campo.app.record_effects import request_id
from juntos_campo.app.session import Session, open_session
from juntos_campo.app.user import User
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import ChangeRequest, FieldRecord, Member
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import ChangeRequestKind, ChangeRequestState, Role
from juntos_campo.form_engine.problems import UNREADABLE_FILE
from juntos_campo.store.drafts import get_draft, open_drafts
from juntos_campo.store.form_texts import kept_form_text
from juntos_campo.store.outbox import waiting_for

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = record_laptop(tmp_path / "laptop")
    yield made
    made.close()


def captured(session: Session, **answers: Any) -> FieldRecord:
    """A closed early capture of the household."""
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"tipo": "pregnant", "semanas": "9"} | answers)
    return close_record(session, opened)[0]


def code_of(error: pytest.ExceptionInfo[UserError]) -> str:
    return error.value.problem.code


# -- opening ---------------------------------------------------------------------------------------


def test_what_the_register_knows_need_not_be_typed_again(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    assert opened.form.answer("codigo") == "0307-004417"
    assert opened.form.answer("telefono") == "983111222"
    assert opened.form.answer("fecha") == NOW.date().isoformat()
    person = open_record(session, "p_persona", "flor")
    flor = session.store.get(Member, "flor")
    assert flor is not None
    assert person.form.answer("documento") == flor.document_number
    assert open_record(session, "p_desabastecimiento", "f1").form.answer("eess") == "P.S. Curanco"


def test_who_only_looks_leaves_no_record_begun(session: Session) -> None:
    open_record(session, "p_captacion", "h1")
    open_record(session, "p_actividad")
    assert open_drafts(session.store, DRAFT_KIND) == []


def test_a_field_that_was_only_looked_at_begins_no_record(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"fecha": NOW.strftime("%d/%m/%Y"), "semanas": ""})
    assert opened.begun is None
    assert open_drafts(session.store, DRAFT_KIND) == []


def test_every_write_survives_a_power_cut(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    opened.write({"tema": "Lavado de manos"})
    row, _ = opened.add_row("asistentes")
    opened.write({f"{row}/nombre": "Sabina"})
    # Nothing is closed or said goodbye to: another program opens the same file.
    again = open_session(session.place, password=PASSWORD, clock=FixedClock(NOW), book=book())
    resumed = resume_record(again, opened.id)
    assert resumed.form.answer("tema") == "Lavado de manos"
    assert resumed.form.rows("asistentes") == (row,)
    assert resumed.form.answer(f"{row}/nombre") == "Sabina"
    assert resumed.form.state() == opened.form.state()
    again.close()


def test_a_cell_emptied_on_purpose_stays_empty_when_the_draft_is_taken_up(
    session: Session,
) -> None:
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"telefono": ""})
    resumed = open_record(session, "p_captacion", "h1")
    assert resumed.id == opened.id
    assert resumed.form.answer("telefono") is None


def test_a_draft_says_with_which_version_of_the_form_it_was_begun(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"semanas": "9"})
    draft = get_draft(session.store, opened.id)
    assert draft is not None
    assert draft.answers[VERSION] == "2026.11.1"


def test_two_activities_may_be_begun_side_by_side(session: Session) -> None:
    first, second = open_record(session, "p_actividad"), open_record(session, "p_actividad")
    first.write({"tema": "Hierro"})
    second.write({"tema": "Agua segura"})
    topics = {one.answers["tema"] for one in open_drafts(session.store, DRAFT_KIND)}
    assert topics == {"Hierro", "Agua segura"}


def test_a_second_window_is_told_and_does_not_overwrite_the_first(session: Session) -> None:
    first = open_record(session, "p_captacion", "h1")
    second = open_record(session, "p_captacion", "h1")
    first.write({"semanas": "9"})
    with pytest.raises(UserError) as error:
        second.write({"semanas": "12"})
    assert code_of(error) == "RCD-014"
    assert resume_record(session, first.id).form.answer("semanas") == 9


@pytest.mark.parametrize(
    ("form_id", "subject", "code"),
    [
        ("p_captacion", "", "RCD-002"),
        ("p_captacion", "gone", "RCD-001"),
        ("p_persona", "h1", "RCD-001"),
        ("p_desabastecimiento", "gone", "RCD-001"),
        ("no_such_form", "h1", UNREADABLE_FILE.code),
    ],
)
def test_a_form_that_cannot_be_opened_says_why(
    session: Session, form_id: str, subject: str, code: str
) -> None:
    with pytest.raises(UserError) as error:
        open_record(session, form_id, subject)
    assert code_of(error) == code


# -- writing ---------------------------------------------------------------------------------------


def test_what_the_register_says_is_not_typed_over(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    with pytest.raises(UserError) as error:
        opened.write({"codigo": "0307-999999"})
    assert code_of(error) == "RCD-008"
    assert opened.form.answer("codigo") == "0307-004417"


def test_when_the_disk_refuses_the_form_shows_what_the_disk_holds(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_record(session, "p_actividad")
    opened.write({"tema": "Hierro"})
    row, _ = opened.add_row("asistentes")
    opened.write({f"{row}/nombre": "Sabina"})
    before = opened.form.state()

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(open_record_module, "save_answers", refuse)
    for attempt in (
        lambda: opened.write({"tema": "Agua"}),
        lambda: opened.add_row("asistentes"),
        lambda: opened.remove_row("asistentes", row),
    ):
        with pytest.raises(OSError, match="disk full"):
            attempt()
        assert opened.form.state() == before


def test_what_an_answer_set_off_is_put_back_too_when_the_disk_refuses(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = """# Con avisos

| survey |
| | type | name | label | trigger | calculation |
| | text | causa | Causa | | |
| | text | nota | Nota | ${causa} | concat('por ', ${causa}) |
"""
    load(session, form("p_avisos", survey))
    opened = open_record(session, "p_avisos")
    opened.write({"causa": "lluvia"})
    opened.write({"nota": "escrita a mano"})
    before = opened.form.state()

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(open_record_module, "save_answers", refuse)
    with pytest.raises(OSError, match="disk full"):
        opened.write({"causa": "helada"})
    assert opened.form.state() == before


def test_nothing_is_typed_into_a_record_that_was_closed_elsewhere(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    opened.write({"tipo": "pregnant", "semanas": "9"})
    close_record(session, resume_record(session, opened.id))
    with pytest.raises(UserError) as error:
        opened.write({"semanas": "10"})
    assert code_of(error) == "RCD-003"
    with pytest.raises(UserError) as error:
        close_record(session, opened)
    assert code_of(error) == "RCD-003"


def test_a_removed_row_is_gone_from_disk_too(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    first, _ = opened.add_row("asistentes")
    opened.write({f"{first}/nombre": "Sabina", "tema": "Hierro"})
    second, _ = opened.add_row("asistentes")
    opened.write({f"{second}/nombre": "Rufina"})
    opened.remove_row("asistentes", first)
    resumed = resume_record(session, opened.id)
    assert resumed.form.rows("asistentes") == (second,)
    assert resumed.form.answer(f"{second}/nombre") == "Rufina"
    draft = get_draft(session.store, opened.id)
    assert draft is not None
    assert not [path for path in draft.answers if path.startswith(first)]


def test_a_row_put_back_stands_on_disk_where_it_stood(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    first, second = (opened.add_row("asistentes")[0] for _ in range(2))
    opened.write({f"{first}/nombre": "Sabina", f"{second}/nombre": "Rufina"})
    opened.remove_row("asistentes", first)
    back, _ = opened.add_row("asistentes", before=second)
    assert resume_record(session, opened.id).form.rows("asistentes") == (back, second)


def test_rows_within_a_row_come_back_in_order_when_the_disk_refuses(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = """# Familias

| survey |
| | type | name | label | repeat_count |
| | begin repeat | familia | Familia | |
| | text | jefe | Jefe | |
| | integer | animales | Animales | |
| | begin repeat | hijo | Hijo | |
| | text | nombre | Nombre | |
| | end repeat | | | |
| | begin repeat | animal | Animal | ${animales} |
| | text | clase | Clase | |
| | end repeat | | | |
| | end repeat | | | |
"""
    load(session, form("p_familias", survey))
    opened = open_record(session, "p_familias")
    first, _ = (opened.add_row("familia")[0] for _ in range(2))
    child, other = (opened.add_row("hijo", first)[0] for _ in range(2))
    opened.write({f"{first}/jefe": "Sabina", f"{child}/nombre": "Ana", f"{other}/nombre": "Eva"})
    opened.write({f"{first}/animales": "2"})
    opened.write({f"{first}/1/clase": "Oveja", f"{first}/2/clase": "Llama"})
    before = opened.form.state()

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(open_record_module, "save_answers", refuse)
    for repeat, row in (("familia", first), ("hijo", child)):
        with pytest.raises(OSError, match="disk full"):
            opened.remove_row(repeat, row)
        assert opened.form.state() == before


def test_a_row_never_gets_the_key_of_another(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    opened.session = replace(session, ids=iter(["aaaaaa", "aaaaaa", "bbbbbb"]).__next__)
    keys = [opened.add_row("asistentes")[0] for _ in range(2)]
    assert keys == ["aaaaaa", "bbbbbb"]


# -- what contradicts the register -----------------------------------------------------------------


def test_a_document_of_somebody_in_another_household_is_pointed_at(session: Session) -> None:
    stranger = replace(
        session.store.find(Member)[0], id="other", household_id="h9", document_number="45454545"
    )
    load(session, stranger)
    opened = open_record(session, "p_actividad")
    row, _ = opened.add_row("asistentes")
    opened.write({f"{row}/dni": "45454545"})
    assert "otro hogar" in opened.remark(f"{row}/dni")
    opened.write({f"{row}/dni": "45454546"})
    assert opened.remark(f"{row}/dni") == ""


def test_a_date_before_the_birth_is_pointed_at(session: Session) -> None:
    opened = open_record(session, "p_persona", "flor")  # born on 20 February 2025
    opened.write({"vacuna": "2025-02-19"})
    assert "20/02/2025" in opened.remark("vacuna")
    opened.write({"vacuna": "2025-02-20"})
    assert opened.remark("vacuna") == ""


def test_what_differs_from_the_register_is_pointed_at_with_its_word(session: Session) -> None:
    opened = open_record(session, "p_captacion", "h1")
    assert opened.remark("telefono") == ""
    opened.write({"telefono": "951000111"})
    assert "983111222" in opened.remark("telefono")
    opened.write({"fecha": "2026-11-20"})
    assert opened.remark("fecha") == ""


# -- files -----------------------------------------------------------------------------------------


def test_a_photo_is_kept_and_found_again_by_its_answer(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    answer = opened.keep_file("foto.PNG", PNG)
    opened.write({"foto": answer})
    assert resume_record(session, opened.id).file(answer) == PNG
    assert opened.file("0" * 64 + ".png") is None


def kept_photos(session: Session) -> set[bytes]:
    return {data for (data,) in session.store.rows("SELECT data FROM attachment")}


def with_photo(opened: OpenRecord, data: bytes = PNG) -> OpenRecord:
    opened.write({"tema": "Hierro", "foto": opened.keep_file("foto.png", data)})
    return opened


def test_a_draft_thrown_away_takes_its_photo_with_it(session: Session) -> None:
    draft = with_photo(open_record(session, "p_actividad"))
    twin = with_photo(open_record(session, "p_actividad"))
    discard_record(session, draft.id)
    assert kept_photos(session) == {PNG}, "another draft shows the same photo"
    discard_record(session, twin.id)
    assert kept_photos(session) == set()


def test_a_photo_taken_anew_leaves_nothing_of_the_first_one(session: Session) -> None:
    other = with_photo(open_record(session, "p_actividad"), PNG + b"of another draft")
    opened = with_photo(open_record(session, "p_actividad"), PNG)
    record, _ = close_record(session, with_photo(opened, PNG + b"2"))
    assert kept_photos(session) == {PNG + b"2", PNG + b"of another draft"}
    with_photo(other, PNG + b"3")
    discard_record(session, other.id)
    assert kept_photos(session) == {PNG + b"2"}
    assert open_reading(session, record.id).file(str(record.answers["foto"])) == PNG + b"2"


def test_a_correction_thrown_away_leaves_the_photo_of_the_record(session: Session) -> None:
    record, _ = close_record(session, with_photo(open_record(session, "p_actividad")))
    discard_record(session, with_photo(correct_record(session, record.id), PNG + b"2").id)
    assert kept_photos(session) == {PNG}
    again = with_photo(correct_record(session, record.id))
    again.write({"tema": "Agua"})
    discard_record(session, again.id)
    assert kept_photos(session) == {PNG}


def test_an_earlier_version_keeps_its_photo_until_the_record_is_deleted(session: Session) -> None:
    first, second, third = PNG, PNG + b"2", PNG + b"3"
    record, _ = close_record(session, with_photo(open_record(session, "p_actividad"), first))
    other, _ = close_record(session, with_photo(open_record(session, "p_actividad"), second))
    close_record(session, with_photo(correct_record(session, record.id), second))
    with_photo(correct_record(session, record.id), third)
    assert kept_photos(session) == {first, second, third}
    delete_record(session, record.id, DeleteReason.TRIAL)
    assert kept_photos(session) == {second}, "the other record shows it too"
    delete_record(session, other.id, DeleteReason.TRIAL)
    assert kept_photos(session) == set()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("foto.jpg", bytes(5 * 1024 * 1024 + 1), "RCD-010"),
        ("programa.exe", b"MZ", "RCD-011"),
        ("sin_extension", b"x", "RCD-011"),
        ("foto.png", b"", "RCD-012"),
    ],
)
def test_a_file_that_is_not_taken_says_why(
    session: Session, name: str, data: bytes, code: str
) -> None:
    with pytest.raises(UserError) as error:
        open_record(session, "p_actividad").keep_file(name, data)
    assert code_of(error) == code
    assert session.store.rows("SELECT count(*) FROM attachment")[0][0] == 0


def test_a_photo_of_exactly_five_megabytes_is_taken(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    assert opened.keep_file("foto.jpg", bytes(5 * 1024 * 1024)).endswith(".jpg")


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
