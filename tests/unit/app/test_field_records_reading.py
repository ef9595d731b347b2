"""A closed record on the reading desk, and the forms whose closing tells the office of a change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from record_world import form
from visit_world import NOW, load

from juntos_campo.app.field_records import close_record, correct_record, open_record
from juntos_campo.app.form_library import all_forms, present_form
from juntos_campo.app.read_field_record import open_reading
from juntos_campo.app.record_candidates import candidates
from juntos_campo.app.record_effects import asks_for_change, names_kinds, names_people
from juntos_campo.app.record_forms import about_of
from juntos_campo.app.record_subject import About, find_subject
from juntos_campo.app.session import Session
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import ChangeRequest, FieldRecord, Household, Member
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import ChangeRequestKind, ProgrammeState


def activity(session: Session) -> tuple[FieldRecord, list[str]]:
    opened = open_record(session, "p_actividad")
    rows = [opened.add_row("asistentes")[0] for _ in range(2)]
    opened.write({"tema": "Hierro", **{f"{row}/nombre": f"N{row}" for row in rows}})
    return close_record(session, opened)[0], rows


# -- reading ---------------------------------------------------------------------------------------


def test_a_record_never_corrected_shows_no_differences(session: Session) -> None:
    record, _ = activity(session)
    reading = open_reading(session, record.id)
    assert (reading.differences, reading.earlier, reading.changes) == ({}, None, 0)
    assert reading.own
    assert not reading.sent
    assert reading.form.answer("tema") == "Hierro"


def test_what_a_correction_changed_is_shown_with_what_stood_there(session: Session) -> None:
    record, (first, second) = activity(session)
    opened = correct_record(session, record.id)
    opened.remove_row("asistentes", first)
    third, _ = opened.add_row("asistentes")
    opened.write({"tema": "Agua segura", f"{third}/nombre": "Sabina"})
    close_record(session, opened)
    reading = open_reading(session, record.id)
    assert reading.differences["tema"] == "Hierro"
    assert reading.differences[f"{first}/nombre"] == f"N{first}"
    assert reading.differences[f"{third}/nombre"] == ""
    assert f"{second}/nombre" not in reading.differences
    assert reading.differences["#asistentes"] == f"{first} {second}"
    assert reading.changes == 3
    assert reading.earlier is not None
    assert reading.earlier.replaced_by == session.user.name


PEOPLE = """# Charla

| survey |
| | type | name | label |
| | select_one_from_file miembros.csv | quien | Quién |
| | select_multiple_from_file miembros.csv | otros | Otros |
| | select_one_from_file establecimientos.csv | eess | Establecimiento |
| | text | tema | Tema |
"""


def test_who_is_not_on_this_laptop_is_said_so_and_no_id_is_shown(session: Session) -> None:
    load(session, form("p_charla", PEOPLE))
    opened = open_record(session, "p_charla")
    opened.write({"quien": "flor", "otros": "flor elena", "eess": "f1", "tema": "Agua"})
    record, _ = close_record(session, opened)
    known = open_reading(session, record.id).form
    elena = session.store.get(Member, "elena")
    assert elena is not None
    assert elena.full_name in known.shown("otros")
    far = replace(record, id="far", answers={**record.answers, "quien": "x9", "otros": "elena x8"})
    load(session, replace(far, answers={**far.answers, "eess": "f9"}))
    shown = open_reading(session, "far").form
    assert shown.shown("quien") == "alguien que no está en esta computadora"
    assert shown.shown("otros") == f"{elena.full_name}, alguien que no está en esta computadora"
    assert shown.shown("eess") == "un establecimiento que no está en esta computadora"
    again = correct_record(session, "far")
    again.write({"tema": "Hierro"})
    corrected, _ = close_record(session, again)
    assert corrected.answers["quien"] == "x9", "what it names stays when something else is mended"


def test_nothing_can_be_typed_into_a_record_that_is_read(session: Session) -> None:
    record, rows = activity(session)
    reading = open_reading(session, record.id)
    attempts = (
        lambda: reading.write({"tema": "Agua"}),
        lambda: reading.add_row("asistentes"),
        lambda: reading.remove_row("asistentes", rows[0]),
        lambda: reading.keep_file("foto.png", b"x"),
    )
    for attempt in attempts:
        with pytest.raises(UserError) as error:
            attempt()
        assert error.value.problem.code == "RCD-008"
    assert reading.remark("tema") == ""
    assert reading.file("0.png") is None
    assert session.store.get(FieldRecord, record.id) == record


def test_a_record_the_server_has_is_read_as_sent(session: Session) -> None:
    record, _ = activity(session)
    with session.work("test.sync") as work:
        work.tx.execute("DELETE FROM outbox")
    assert open_reading(session, record.id).sent


def test_a_record_names_the_person_it_named_though_she_left_the_household(
    session: Session,
) -> None:
    survey = """# Con persona

| survey |
| | type | name | label | choice_filter | calculation |
| | select_one_from_file miembros.csv | quien | ¿Quién? | edad_meses < 22 | |
| | select_multiple_from_file hogares.csv | vecinos | Vecinos | | |
| | calculate | dia | Día | | format-date(today(), '%d/%m/%Y') |
"""
    load(session, form("p_quien", survey, subject="household"))
    opened = open_record(session, "p_quien", "h1")
    opened.write({"quien": "flor", "vecinos": "h1"})
    record, _ = close_record(session, opened)
    flor, home = session.store.get(Member, "flor"), session.store.get(Household, "h1")
    assert flor is not None
    assert home is not None
    # Three months later she is too old for the list, has left, and the household as well.
    load(
        session,
        replace(flor, left_on=date(2026, 12, 1)),
        replace(home, programme_state=ProgrammeState.DISAFFILIATED),
    )
    later = replace(session, clock=FixedClock(NOW + timedelta(days=90)))
    form_then = open_reading(later, record.id).form
    assert form_then.shown("quien") == flor.full_name
    assert form_then.findings() == ()
    assert form_then.answer("dia") == "21/11/2026"
    assert correct_record(later, record.id).form.shown("quien") == flor.full_name


# -- effects of the forms there are ----------------------------------------------------------------


def test_every_form_that_tells_of_a_change_names_one_the_office_knows(session: Session) -> None:
    found = 0
    for summary in all_forms(session):
        definition = present_form(session, summary.form_id).definition
        if not asks_for_change(definition) or summary.form_id.startswith("p_"):
            continue
        found += 1
        head = definition.columns("")
        assert [one for one in head if names_kinds(one) and one.required is not None]
        assert [one for one in head if names_people(one)]
        assert about_of(definition) in (About.HOUSEHOLD, About.MEMBER), summary.form_id
    assert found >= 2


def test_the_change_form_asks_for_every_change_a_household_must_report(session: Session) -> None:
    definition = present_form(session, "solicitud_cambio").definition
    (kinds,) = [one.choices for one in definition.columns("") if names_kinds(one)]
    assert {one.name for one in kinds} == set(ChangeRequestKind)


def test_a_new_phone_reaches_the_office_through_the_form(session: Session) -> None:
    opened = open_record(session, "solicitud_cambio", "h1")
    opened.write({"tipo": "phone", "canal": "visita", "desde": "2026-11-01"})
    missing = {one.address for one in opened.form.findings()}
    opened.write(dict.fromkeys(missing, "951222333"))
    wrong = {one.address: one.message for one in opened.form.findings()}
    opened.write({address: _allowed(opened.form.choices(address)) for address in wrong})
    record, _ = close_record(session, opened)
    (request,) = session.store.find(ChangeRequest, household_id="h1")
    assert request.kind is ChangeRequestKind.PHONE
    assert "951222333" in request.detail.replace(" ", "")
    assert request.requested_on == record.on


def _allowed(choices: tuple[object, ...]) -> str:
    return str(getattr(choices[0], "name", "")) if choices else "si"


# -- whom it is about ------------------------------------------------------------------------------


def test_a_place_has_the_words_a_list_may_show(session: Session) -> None:
    assert find_subject(session, About.FACILITY, "f1").plain == "P.S. Curanco"
    assert find_subject(session, About.SCHOOL, "e1").plain == "I.E. 54321"
    assert find_subject(session, About.SETTLEMENT, "s1").plain == "Huancarpuquio"
    assert find_subject(session, About.NONE, "").plain == ""
    flor = find_subject(session, About.MEMBER, "flor")
    assert flor.plain == "hogar 0307-004417"
    assert flor.key == "member|flor"


def test_a_household_is_found_once_by_any_of_its_people(session: Session) -> None:
    found = candidates(session, About.HOUSEHOLD, "ccori")
    assert [one.id for one in found] == ["h1"]
    assert candidates(session, About.HOUSEHOLD, "") == []
    assert {one.id for one in candidates(session, About.MEMBER, "ccori")} == {
        "yeison",
        "flor",
        "dina",
    }


def test_the_people_of_a_known_household_are_offered_at_once(session: Session) -> None:
    offered = candidates(session, About.MEMBER, "", "h1")
    assert offered[0].id == "elena"
    assert {one.id for one in offered} == {"elena", "yeison", "flor", "dina"}
    assert [one.id for one in candidates(session, About.MEMBER, "flo", "h1")] == ["flor"]


def test_somebody_who_left_the_household_is_not_offered(session: Session) -> None:
    dina = session.store.get(Member, "dina")
    assert dina is not None
    load(session, replace(dina, left_on=session.today))
    assert "dina" not in {one.id for one in candidates(session, About.MEMBER, "", "h1")}


def test_places_are_listed_and_narrowed_by_name_or_code(session: Session) -> None:
    assert [one.id for one in candidates(session, About.FACILITY, "")] == ["f1"]
    assert [one.id for one in candidates(session, About.FACILITY, "cura")] == ["f1"]
    assert [one.id for one in candidates(session, About.SCHOOL, "0512")] == ["e1"]
    assert [one.id for one in candidates(session, About.SETTLEMENT, "huan chuqui")] == ["s1"]
    assert candidates(session, About.FACILITY, "lima") == []
