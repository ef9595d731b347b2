"""Occurrences, coordination, supply problems, group activities, survey, and the visit's forms."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from our_forms import COMPLETE, begun, definition_of_ours, filled

from juntos_campo import paths
from juntos_campo.domain.form_ids import OFFICIAL
from juntos_campo.form_engine.findings import FindingKind

OURS = sorted(
    one.stem for one in paths.forms().glob("*.md") if one.stem not in (*OFFICIAL, "README")
)


def wrong(form_id: str, **answers: object) -> dict[str, FindingKind]:
    """Address -> kind of what is wrong with a filling."""
    form = filled(form_id, **answers)  # type: ignore[arg-type]
    return {one.address: one.kind for one in form.findings()}


@pytest.mark.parametrize("form_id", OURS)
def test_every_form_of_ours_can_be_filled_to_the_end(form_id: str) -> None:
    assert form_id in COMPLETE, "write a complete filling of the new form"
    assert filled(form_id).findings() == ()


@pytest.mark.parametrize("form_id", OURS)
def test_every_form_says_who_it_is_about_and_what_has_no_source(form_id: str) -> None:
    definition = definition_of_ours(form_id)
    assert definition.form_id == form_id
    assert definition.settings["jc:subject"]
    assert "sin fuente oficial" in (paths.forms() / f"{form_id}.md").read_text("utf-8").lower()


@pytest.mark.parametrize("form_id", OURS)
def test_every_question_that_must_be_answered_says_so_in_its_own_words(form_id: str) -> None:
    for question in definition_of_ours(form_id).questions:
        if question.required is not None:
            assert question.required_message, question.key
        if question.constraint is not None:
            assert question.constraint_message, question.key


# -- occurrence ----------------------------------------------------------------------------------


def after_working_days(day: date, number: int) -> date:
    """Counted one by one: Monday to Friday, holidays not taken out."""
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5
    return day


@pytest.mark.parametrize("days", [1, 5, 29, 30, 31])
@pytest.mark.parametrize("on", [date(2026, 11, day) for day in range(8, 15)])
def test_the_last_day_to_answer_a_claim_counts_working_days(on: date, days: int) -> None:
    form = filled("ocurrencia", fecha=on.isoformat(), fecha_hecho=on.isoformat(), dias_habiles=days)
    assert form.shown("vence") == f"{after_working_days(on, days):%d/%m/%Y}"


def test_a_claim_has_thirty_working_days_unless_the_office_says_otherwise() -> None:
    form = filled("ocurrencia")
    assert form.answer("dias_habiles") == 30
    assert not filled("ocurrencia", tipo="consulta").relevant("dias_habiles")


def test_nobody_has_to_give_a_name() -> None:
    assert wrong("ocurrencia", da_nombre="no", persona="", informado="") == {}
    assert wrong("ocurrencia", persona="") == {"persona": FindingKind.REQUIRED}


def test_a_request_for_money_is_answered_with_what_is_free() -> None:
    assert filled("ocurrencia", asunto="dinero").relevant("gratis")
    assert not filled("ocurrencia").relevant("gratis")


def test_a_place_outside_the_register_is_written() -> None:
    assert wrong("ocurrencia", eess="") == {"lugar": FindingKind.REQUIRED}
    assert wrong("ocurrencia", eess="", lugar="P.S. Nuevo") == {}


def test_an_occurrence_is_confidential() -> None:
    assert definition_of_ours("ocurrencia").settings["jc:confidential"] == "yes"


def test_what_happened_cannot_be_later_than_its_record() -> None:
    assert wrong("ocurrencia", fecha_hecho="2026-11-21") == {"fecha_hecho": FindingKind.CONSTRAINT}


# -- coordination, supply, group activity, survey --------------------------------------------------


def test_an_agreement_needs_who_and_until_when() -> None:
    found = wrong("articulacion", k__responsable="", k__plazo="2026-11-19")
    assert found == {"k/responsable": FindingKind.REQUIRED, "k/plazo": FindingKind.CONSTRAINT}


def test_a_meeting_without_agreements_is_told_and_can_be_closed() -> None:
    answers = {
        key: value
        for key, value in COMPLETE["articulacion"].items()
        if not key.startswith(("k/", "#acuerdos"))
    }
    form = begun("articulacion", answers)
    assert form.findings() == ()
    assert form.relevant("sin_acuerdos")


def test_an_agreement_is_pending_until_somebody_says_otherwise() -> None:
    assert filled("articulacion").answer("k/estado") == "pendiente"


def test_what_is_missing_is_asked_only_where_something_is() -> None:
    form = filled("desabastecimiento", problema="cerrado")
    assert not form.relevant("falta")
    assert not form.relevant("vacunas")
    assert wrong("desabastecimiento", falta="") == {"falta": FindingKind.REQUIRED}


def test_who_was_told_and_nobody_exclude_each_other() -> None:
    assert wrong("desabastecimiento", avisado="nadie jefe") == {"avisado": FindingKind.CONSTRAINT}
    alone = filled("desabastecimiento", avisado="nadie")
    assert not alone.relevant("avisado_el")


def test_attendance_is_counted() -> None:
    form = filled("actividad_grupal")
    assert (form.shown("hogares"), form.shown("total")) == ("2", "5")
    assert {one.name for one in form.choices("a/hogar")} == {"h1", "h2", "h3"}


def test_an_activity_may_last_twenty_minutes_but_not_two_days() -> None:
    assert wrong("actividad_grupal", minutos="20") == {}
    assert wrong("actividad_grupal", minutos="2880") != {}


def test_the_survey_takes_the_mean_of_its_five_answers() -> None:
    assert filled("satisfaccion").shown("promedio") == "4"
    assert filled("satisfaccion", tiempo="1").shown("promedio") == "3.8"
    assert wrong("satisfaccion", trato="") == {"trato": FindingKind.REQUIRED}


def test_nobody_is_asked_without_agreeing() -> None:
    assert wrong("satisfaccion", acepta="") == {"acepta": FindingKind.REQUIRED}


# -- the visit -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kinds", "months", "asked", "not_asked"),
    [
        ("pregnant", 300, "g_parto", "b_dni"),
        ("under_24m", 3, "b_leche", "b_hierro"),
        ("under_24m", 4, "b_hierro", "b_come"),
        ("under_24m", 12, "n_dni", "b_dni"),
        ("child", 40, "i_asiste", "n_cuna"),
        ("school", 90, "e_apoyo", "a_proyecto"),
        ("school adolescent", 160, "a_proyecto", "i_asiste"),
        ("household", "", "h_cobro", "e_apoyo"),
    ],
)
def test_each_kind_of_member_is_asked_its_own_questions(
    kinds: str, months: object, asked: str, not_asked: str
) -> None:
    form = begun("visita", {"clases": kinds, "edad_meses": months, "modalidad": "home"})  # type: ignore[dict-item]
    assert form.relevant(asked)
    assert not form.relevant(not_asked)


def test_enrolment_is_asked_while_one_may_still_enrol() -> None:
    assert not begun("visita", {"clases": "school", "edad_meses": 90}).relevant("e_matricula")


def test_no_question_of_a_visit_must_be_answered() -> None:
    assert all(one.required is None for one in definition_of_ours("visita").questions)


def test_a_call_needs_two_data_and_a_yes() -> None:
    assert wrong("visita_telefonica", t_identidad="dni") == {"t_identidad": FindingKind.CONSTRAINT}
    assert wrong("visita_telefonica", t_acepta="no") == {"t_acepta": FindingKind.CONSTRAINT}
