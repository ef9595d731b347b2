"""Our own forms: begun and typed; what is on disk, and what contradicts the register."""

from __future__ import annotations

from dataclasses import replace

import pytest
from record_world import code_of, form
from visit_world import NOW, PASSWORD, book, load

from juntos_campo.app import open_record as open_record_module
from juntos_campo.app.field_records import (
    close_record,
    open_record,
    resume_record,
)
from juntos_campo.app.form_changes import VERSION
from juntos_campo.app.open_record import DRAFT_KIND
from juntos_campo.app.session import Session, open_session
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Member
from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine.problems import UNREADABLE_FILE
from juntos_campo.store.drafts import get_draft, open_drafts

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
