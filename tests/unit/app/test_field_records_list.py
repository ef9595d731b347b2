"""The menu of forms, the list of records, and the register as tables a form reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from record_world import ACTIVITY, form
from visit_world import load

from juntos_campo.app.field_records import close_record, correct_record, open_record
from juntos_campo.app.record_forms import GROUPS, intro_of, offered_forms
from juntos_campo.app.record_list import RecordState, record_lines
from juntos_campo.app.record_subject import About
from juntos_campo.app.register_tables import kind_of_member, register_tables
from juntos_campo.app.session import Session
from juntos_campo.app.standing import standing_of
from juntos_campo.app.user import User
from juntos_campo.domain.entities import FieldRecord, Household, Member
from juntos_campo.domain.values import ProgrammeState, Role
from juntos_campo.form_engine.sources import REGISTER_TABLES
from juntos_campo.store.drafts import discard_draft
from juntos_campo.store.outbox import refuse, waiting_for


def closed(session: Session, form_id: str, subject: str, **answers: str) -> FieldRecord:
    opened = open_record(session, form_id, subject)
    opened.write(answers)
    return close_record(session, opened)[0]


# -- the menu --------------------------------------------------------------------------------------


def test_the_menu_offers_forms_by_heading_and_not_those_filled_in_elsewhere(
    session: Session,
) -> None:
    load(session, form("p_visita", ACTIVITY, group=""), form("salud02", ACTIVITY, version="9999.1"))
    offers = offered_forms(session)
    ids = [one.form_id for one in offers]
    assert not {"p_visita", "salud02", "visita", "visita_telefonica"} & set(ids)
    assert {"p_captacion", "p_actividad", "p_ocurrencia", "p_persona"} <= set(ids)
    headings = [GROUPS.index(one.group) for one in offers]
    assert headings == sorted(headings)
    assert ids.index("p_captacion") < ids.index("p_persona")  # jc:order 5 and 9


def test_an_offer_says_what_the_form_is_for_and_about_whom(session: Session) -> None:
    (offer,) = [one for one in offered_forms(session) if one.form_id == "p_captacion"]
    assert offer.intro == "Para anotar a una gestante o un recién nacido."
    assert offer.about is About.HOUSEHOLD
    (secret,) = [one for one in offered_forms(session) if one.form_id == "p_ocurrencia"]
    assert secret.confidential


def test_a_heading_the_program_does_not_know_comes_last(session: Session) -> None:
    load(session, form("p_nueva", ACTIVITY, group="Emergencias", order=0))
    assert offered_forms(session)[-1].form_id == "p_nueva"


@pytest.mark.parametrize(
    ("text", "intro"),
    [
        ("# Título\n\nUna frase. Otra.\n\n| survey |", "Una frase."),
        ("# Título\n\nEn dos\nlíneas, `así`. Y **más**.\n", "En dos líneas, así."),
        ("# Título\n\nSin punto\n\nOtro párrafo.", "Sin punto"),
        ("| survey |\n| | type |", ""),
        ("", ""),
    ],
)
def test_the_line_below_a_forms_name_is_its_first_sentence(text: str, intro: str) -> None:
    assert intro_of(text) == intro


# -- the list --------------------------------------------------------------------------------------


def test_drafts_stand_first_and_closed_records_by_day(session: Session) -> None:
    early = closed(session, "p_actividad", "", fecha="2026-11-02", tema="Hierro")
    late = closed(session, "p_actividad", "", fecha="2026-11-20", tema="Agua")
    begun = open_record(session, "p_captacion", "h1")
    begun.write({"semanas": "9"})
    lines = record_lines(session)
    assert [one.record_id or one.draft_id for one in lines] == [begun.id, late.id, early.id]
    assert [one.state for one in lines] == [
        RecordState.DRAFT,
        RecordState.UNSENT,
        RecordState.UNSENT,
    ]
    assert standing_of(session).open_records == 1


def test_a_line_says_which_form_about_whom_and_where(session: Session) -> None:
    closed(session, "p_captacion", "h1", tipo="pregnant")
    closed(session, "p_persona", "flor", vacuna="2026-01-01")
    closed(session, "p_desabastecimiento", "f1", falta="Hierro")
    by_form = {one.form_id: one for one in record_lines(session)}
    assert by_form["p_captacion"].who == "QUISPE HUAMÁN, María Elena"
    assert by_form["p_captacion"].place == "hogar 0307-004417 · Huancarpuquio"
    assert by_form["p_captacion"].form == "Captación de prueba"
    flor = session.store.get(Member, "flor")
    assert flor is not None
    assert by_form["p_persona"].who == flor.full_name
    assert by_form["p_desabastecimiento"].who == "P.S. Curanco"
    assert by_form["p_captacion"].month == "2026-11"


def test_a_household_lists_its_own_records_and_drafts_alone(session: Session) -> None:
    closed(session, "p_captacion", "h1", tipo="pregnant")
    closed(session, "p_actividad", "", tema="Hierro")
    open_record(session, "p_persona", "flor").write({"vacuna": "2026-01-01"})
    open_record(session, "p_actividad").write({"tema": "Agua"})
    assert {one.form_id for one in record_lines(session, "h1")} == {"p_captacion", "p_persona"}
    assert record_lines(session, "another") == []


def test_a_record_being_corrected_stands_once_in_the_list_as_a_draft(session: Session) -> None:
    record = closed(session, "p_captacion", "h1", tipo="pregnant")
    correct_record(session, record.id).write({"semanas": "10"})
    (line,) = record_lines(session)
    assert line.state is RecordState.DRAFT
    assert (line.record_id, line.draft_id) == (record.id, record.id)
    assert line.who == "QUISPE HUAMÁN, María Elena"
    assert line.remark


def test_the_list_tells_sent_and_refused_records_apart(session: Session) -> None:
    sent = closed(session, "p_actividad", "", fecha="2026-11-02", tema="Hierro")
    bad = closed(session, "p_actividad", "", fecha="2026-11-01", tema="Agua")
    with session.work("test.sync") as work:
        work.tx.execute("DELETE FROM outbox WHERE record_id = ?", (sent.id,))
        (operation,) = waiting_for(session.store, "field_record", bad.id)
        refuse(work.tx, operation, "No es de su zona.")
    states = {one.record_id: (one.state, one.remark) for one in record_lines(session)}
    assert states[sent.id] == (RecordState.SENT, "")
    assert states[bad.id] == (RecordState.REFUSED, "No es de su zona.")


def test_somebody_elses_confidential_record_says_nothing_in_the_list(session: Session) -> None:
    record = closed(session, "p_ocurrencia", "", hechos="Le pidieron dinero")
    load(session, replace(record, id="about", household_id="h1"))
    other = replace(session, user=User("otra", "Otra", Role.ZONE_COORDINATOR))
    lines = record_lines(other)
    assert {one.record_id for one in lines} == {record.id, "about"}
    for line in lines:
        assert line.form == "Registro confidencial"
        assert not line.may_open
        assert (line.who, line.place, line.form_id, line.household_id) == ("", "", "", "")
    assert [one.may_open for one in record_lines(session)] == [True, True]


def test_a_record_whose_form_is_gone_is_still_listed_by_its_title(session: Session) -> None:
    record = closed(session, "p_actividad", "", tema="Hierro")
    load(session, replace(record, id="foreign", form_id="p_futura", title="Futura · hogar 1"))
    assert "Futura" in {one.form for one in record_lines(session)}


def test_the_list_is_filtered_by_what_a_person_remembers(session: Session) -> None:
    closed(session, "p_captacion", "h1", tipo="pregnant")
    (line,) = record_lines(session)
    for text in ("quispe", "captación", "4417 ", "huancar", "QUISPE capt", "0307-0044"):
        assert line.matches(text) is (text != "4417 "), text


def test_a_draft_closed_elsewhere_is_not_counted(session: Session) -> None:
    opened = open_record(session, "p_actividad")
    opened.write({"tema": "Hierro"})
    assert standing_of(session).open_records == 1
    with session.work("test") as work:
        discard_draft(work.tx, opened.id)
    assert standing_of(session).open_records == 0


# -- the register as tables ------------------------------------------------------------------------


def test_every_table_has_the_columns_the_engine_promises(session: Session) -> None:
    tables = register_tables(session, REGISTER_TABLES)
    assert set(tables) == set(REGISTER_TABLES)
    for name, columns in REGISTER_TABLES.items():
        assert tables[name], name
        for row in tables[name]:
            assert set(row) == set(columns), name
            assert all(isinstance(value, str) for value in row.values())
            assert row["name"]
            assert row["label"]


def test_only_what_a_form_asks_for_is_read(session: Session) -> None:
    assert set(register_tables(session, {"colegios", "otra"})) == {"colegios"}


def test_the_people_of_a_table_are_those_of_the_household_who_live_there(session: Session) -> None:
    dina = session.store.get(Member, "dina")
    assert dina is not None
    load(
        session,
        replace(dina, left_on=date(2026, 10, 1)),
        replace(dina, id="far", household_id="h9", given="Lejana"),
    )
    own = {row["name"] for row in register_tables(session, {"miembros"}, "h1")["miembros"]}
    assert own == {"elena", "yeison", "flor"}
    everybody = {row["name"] for row in register_tables(session, {"miembros"})["miembros"]}
    assert everybody == own | {"far"}


def test_a_person_is_described_as_the_office_writes_it(session: Session) -> None:
    rows = {row["name"]: row for row in register_tables(session, {"miembros"}, "h1")["miembros"]}
    elena, yeison, dina = rows["elena"], rows["yeison"], rows["dina"]
    assert (elena["tipo"], elena["parentesco"], elena["es_titular"]) == (
        "gestante",
        "titular",
        "si",
    )
    assert (yeison["sexo"], yeison["tipo"], yeison["edad_meses"], yeison["edad"]) == (
        "M",
        "nino",
        "6",
        "0",
    )
    assert (dina["tipo"], dina["edad"], dina["es_titular"]) == ("escolar", "9", "no")


@pytest.mark.parametrize(
    ("months", "pregnant", "kind"),
    [
        (0, False, "nino"),
        (35, False, "nino"),
        (36, False, "escolar"),
        (227, False, "escolar"),
        (228, False, "adulto"),
        (200, True, "gestante"),
    ],
)
def test_kinds_of_member_change_at_three_and_at_nineteen(
    months: int, pregnant: bool, kind: str
) -> None:
    assert kind_of_member(months, is_pregnant=pregnant) == kind


def test_households_that_left_the_programme_are_not_offered(session: Session) -> None:
    home = session.store.get(Household, "h1")
    assert home is not None
    load(session, replace(home, programme_state=ProgrammeState.DISAFFILIATED))
    assert register_tables(session, {"hogares"})["hogares"] == []


def test_records_about_nobody_of_the_register_are_told_apart_by_who_signs(session: Session) -> None:
    load(session, form("p_firma", ACTIVITY, signer="tema"))
    closed(session, "p_firma", "", tema="Rosa Mamani Ticona")
    (line,) = [one for one in record_lines(session) if one.form_id == "p_firma"]
    assert line.who == "Rosa Mamani Ticona"
