"""Capture, affiliation and change request: filled completely, wrongly, and asked only what fits."""

from __future__ import annotations

from datetime import date

import pytest
from our_forms import COMPLETE, begun, definition_of_ours, filled

from juntos_campo.domain.values import ChangeRequestKind
from juntos_campo.form_engine.findings import FindingKind


def wrong(form_id: str, **answers: object) -> dict[str, FindingKind]:
    """Address -> kind of what is wrong with a filling."""
    form = filled(form_id, **answers)  # type: ignore[arg-type]
    return {one.address: one.kind for one in form.findings()}


@pytest.mark.parametrize("form_id", ["solicitud_cambio", "captacion_temprana", "afiliacion"])
def test_a_complete_form_can_be_closed(form_id: str) -> None:
    assert filled(form_id).findings() == ()


# -- change request ------------------------------------------------------------------------------

CHANGES: dict[str, dict[str, str]] = {
    "moved": {"nuevo_lugar": "Ccarccahua", "desde": "2026-11-01"},
    "health_facility": {"miembro": "yeison", "nuevo_eess": "f1", "desde": "2026-11-01"},
    "school": {"miembro": "dina", "otro_colegio": "IE 501", "desde": "2026-11-01"},
    "to_primary": {"miembro": "dina", "colegio_primaria": "c1", "desde": "2026-03-10"},
    "finished_school": {"miembro": "dina", "anio_termino": "2025", "aprobo": "si"},
    "pregnant": {"miembro": "elena", "semanas": "8"},
    "newborn": {"rn_nombre": "recién nacido de María Elena", "rn_sexo": "F",
                "rn_nacimiento": "2026-11-15", "rn_documento": "ninguno"},
    "death": {"miembro": "raul", "fallecio": "2026-11-02", "acta": "no"},
    "under_three": {"m3_nombre": "Luz Ccori", "m3_sexo": "F", "m3_nacimiento": "2025-02-02",
                    "m3_documento": "dni", "m3_numero": "93123456"},
    "phone": {"telefono": "951222333", "desde": "2026-11-10"},
    "left_household": {"miembro": "raul", "motivo_salida": "trabajo", "desde": "2026-09-01"},
    "holder": {"motivo_titular": "salud", "nueva_titular": "raul", "desde": "2026-11-20"},
    "personal_data": {"miembro": "elena", "dato": "apellidos", "correcto": "QUISPE HUAYTA"},
}  # fmt: skip


def change(kind: str, **answers: str) -> dict[str, str]:
    base = {"informante": "María Elena", "canal": "visita", "fecha": "2026-11-21"}
    return base | {"tipo": kind, "evidencia": "ninguno"} | CHANGES[kind] | answers


def test_every_change_a_household_must_report_can_be_reported() -> None:
    offered = {one.name for one in begun("solicitud_cambio").choices("tipo")}
    assert offered == set(ChangeRequestKind) == set(CHANGES)


@pytest.mark.parametrize("kind", CHANGES)
def test_a_change_asks_for_its_own_data_and_no_others(kind: str) -> None:
    assert begun("solicitud_cambio", change(kind)).findings() == ()
    bare = begun("solicitud_cambio", change(kind) | dict.fromkeys(CHANGES[kind], ""))
    missing = {one.address for one in bare.findings()}
    assert missing & set(CHANGES[kind]), "nothing of it is asked"
    others = {key for other, keys in CHANGES.items() if other != kind for key in keys}
    shown = {key for key in others - set(CHANGES[kind]) if bare.relevant(key)}
    # A place outside the list may be written instead of choosing one.
    assert shown <= {"otro_eess", "otro_colegio", "otro_primaria", "nuevo_eess", "fur", "semanas"}


@pytest.mark.parametrize(
    ("kind", "answers", "at"),
    [
        ("phone", {"telefono": "95122"}, "telefono"),
        ("phone", {"telefono": "951-222-333"}, "telefono"),
        ("newborn", {"rn_documento": "dni", "rn_numero": "1234567"}, "rn_numero"),
        ("under_three", {"m3_nacimiento": "2021-02-02"}, "m3_nacimiento"),
        ("pregnant", {"semanas": "43"}, "semanas"),
        ("death", {"fallecio": "2026-11-22"}, "fallecio"),
        ("moved", {"evidencia": "ninguno dni"}, "evidencia"),
        ("finished_school", {"anio_termino": "2027"}, "anio_termino"),
    ],
)
def test_a_change_that_cannot_be_is_told_at_its_field(
    kind: str, answers: dict[str, str], at: str
) -> None:
    found = {
        one.address: one.kind
        for one in begun("solicitud_cambio", change(kind, **answers)).findings()
    }
    assert found == {at: FindingKind.CONSTRAINT}


def test_only_adults_are_offered_as_holder() -> None:
    form = begun("solicitud_cambio", change("holder"))
    assert {one.name for one in form.choices("nueva_titular")} == {"elena", "raul"}


# -- early capture -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_period", "weeks", "in_time"),
    [
        (date(2026, 8, 16), "13", True),  # 13 weeks and 6 days: day 97
        (date(2026, 8, 15), "14", False),  # 14 weeks: day 98
        (date(2026, 11, 21), "0", True),
    ],
)
def test_the_first_trimester_ends_with_week_fourteen(
    last_period: date, weeks: str, in_time: bool
) -> None:
    assert ((date(2026, 11, 21) - last_period).days < 14 * 7) is in_time
    form = filled("captacion_temprana", fur=last_period.isoformat())
    assert form.shown("semanas") == weeks
    assert (form.relevant("g_a_tiempo"), form.relevant("g_tarde")) == (in_time, not in_time)


@pytest.mark.parametrize(
    ("born", "note"),
    [
        ("2026-10-23", "n_a_tiempo"),  # 29 days
        ("2026-10-22", "n_justo"),  # 30 days: the sources disagree
        ("2026-10-21", "n_tarde"),  # 31 days
    ],
)
def test_thirty_days_after_a_birth_the_capture_is_late(born: str, note: str) -> None:
    form = filled("captacion_temprana", tipo="newborn", miembro="yeison", nacimiento=born)
    shown = [key for key in ("n_a_tiempo", "n_justo", "n_tarde") if form.relevant(key)]
    assert shown == [note]
    assert not form.relevant("fur"), "nothing of a pregnancy is asked"


def test_a_late_capture_is_recorded_all_the_same() -> None:
    assert wrong("captacion_temprana", fur="2026-06-01") == {}


def test_only_people_who_may_be_meant_are_offered() -> None:
    form = filled("captacion_temprana")
    assert {one.name for one in form.choices("miembro")} == {"elena"}
    form.set("tipo", "newborn")
    assert {one.name for one in form.choices("miembro")} == {"yeison"}
    assert form.finding("miembro") is not None, "she is no newborn"


def test_somebody_not_in_the_register_needs_a_name() -> None:
    found = wrong("captacion_temprana", en_padron="no", miembro="")
    assert found == {"nombre": FindingKind.REQUIRED, "dni": FindingKind.REQUIRED}


def test_who_does_not_know_her_last_period_says_the_weeks() -> None:
    assert wrong("captacion_temprana", fur="") == {"semanas_dichas": FindingKind.REQUIRED}
    assert filled("captacion_temprana", fur="", semanas_dichas="9").shown("semanas") == "9"


# -- affiliation ---------------------------------------------------------------------------------


def test_all_six_requirements_are_asked_and_counted() -> None:
    keys = [key for key in COMPLETE["afiliacion"] if key.startswith("r_")]
    assert len(keys) == 6
    assert filled("afiliacion").shown("cumplidos") == "5"
    assert filled("afiliacion", r_ie="si", r_cse="no").shown("cumplidos") == "5"


def test_what_is_missing_says_where_to_get_it() -> None:
    form = filled("afiliacion", r_cse="no")
    assert form.relevant("r_cse_falta")
    assert "ULE" in form.label_of(form.question("r_cse_falta"))
    assert not form.relevant("r_mo_falta")


def test_the_agreement_holds_what_concerns_the_people_of_this_family() -> None:
    form = filled("afiliacion")
    assert [form.relevant(key) for key in ("a_todos", "a_menor", "a_gestante", "a_escolar")] == [
        True, True, True, False,
    ]  # fmt: skip
    grown = filled("afiliacion", b__nacimiento="2016-10-11", a__gestante="no")
    assert [grown.relevant(key) for key in ("a_menor", "a_gestante", "a_escolar")] == [
        False, False, True,
    ]  # fmt: skip


def test_a_birth_certificate_is_enough_for_three_months_only() -> None:
    assert wrong("afiliacion", b__documento="cnv", b__numero="1002003004") == {
        "b/documento": FindingKind.CONSTRAINT
    }
    young = {"b__nacimiento": "2026-10-11", "b__documento": "cnv", "b__numero": "1002003004"}
    assert wrong("afiliacion", **young) == {}


def test_a_holder_under_age_is_told() -> None:
    assert filled("afiliacion", titular_nacimiento="2008-11-22").relevant("titular_menor")
    assert not filled("afiliacion", titular_nacimiento="2008-11-21").relevant("titular_menor")


def test_a_family_without_target_members_is_told() -> None:
    form = filled("afiliacion", a__gestante="no", b__nacimiento="2001-10-11")
    assert form.relevant("aviso_objetivo")
    assert not filled("afiliacion").relevant("aviso_objetivo")


def test_by_phone_nobody_agrees_before_it_is_known_who_speaks() -> None:
    call = {
        "modo": "telefono", "tel_numero": "983111222", "tel_hora": "10:05",
        "tel_identidad": "dni", "tel_leido": "OK", "tel_escucho": "Rosa y su madre",
        "tel_acepta": "si",
    }  # fmt: skip
    assert wrong("afiliacion", **call) == {"tel_identidad": FindingKind.CONSTRAINT}
    call["tel_identidad"] = "dni direccion"
    assert wrong("afiliacion", **call) == {}
    assert not filled("afiliacion", **call).relevant("firma")
    assert wrong("afiliacion", **call | {"tel_leido": ""}) == {"tel_leido": FindingKind.REQUIRED}


def test_an_agreement_drawn_on_the_screen_needs_the_signature() -> None:
    assert wrong("afiliacion", como_firma="pantalla") == {"firma": FindingKind.REQUIRED}


def test_the_settings_say_what_closing_does() -> None:
    assert definition_of_ours("solicitud_cambio").settings["jc:effect"] == "change_request"
    assert definition_of_ours("captacion_temprana").settings["jc:effect"] == "early_capture"
