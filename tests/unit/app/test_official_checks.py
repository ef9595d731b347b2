"""What is typed is compared with what is known: remarks that help, and no errors."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from salud02_world import BIMESTER, child, control, household, load, world

from juntos_campo import paths
from juntos_campo.app.form_library import present_form
from juntos_campo.app.form_print import sheet_of
from juntos_campo.app.form_problems import UNKNOWN_FORM
from juntos_campo.app.official_catalogue import OFFICIAL_FORMS
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import forms_due, open_form
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import Session
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import FormDefinition, FormRecord
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.form_ids import OFFICIAL
from juntos_campo.domain.values import FormState
from juntos_campo.form_engine.form_files import form_definition_id

AFTER = datetime(2027, 1, 5, 9, 0, tzinfo=LIMA)
"""Both months of the bimester have ended."""
BORN = date(2025, 12, 1)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with world(tmp_path, 0, AFTER) as opened:
        load(
            opened.store,
            household(1),
            child(1, birth=BORN),
            replace(control(1, date(2026, 9, 3), weight_kg=8.6, height_cm=70.0), number=9),
        )
        yield opened


def open_02(session: Session) -> OpenForm:
    return open_form(session, "salud02", "f1", BIMESTER)


@pytest.mark.parametrize(
    ("number", "remark"), [("10", ""), ("9", "tendría que ser el 10"), ("12", "falta el 10")]
)
def test_a_control_number_that_repeats_or_skips_is_remarked(
    session: Session, number: str, remark: str
) -> None:
    opened = open_02(session)
    edit_cells(session, opened, {"m001/m1_cred": "3/11", "m001/m1_cred_n": number})
    said = opened.warning("m001/m1_cred_n")
    assert (remark in said) if remark else said == ""


def test_numbers_follow_from_one_month_to_the_next_and_may_begin_anew_with_a_year_of_age(
    session: Session,
) -> None:
    opened = open_02(session)
    edit_cells(session, opened, {"m001/m1_cred": "3/11", "m001/m1_cred_n": "10"})
    edit_cells(session, opened, {"m001/m2_cred": "3/12", "m001/m2_cred_n": "1"})
    assert opened.warning("m001/m2_cred_n") == "", "she turned one on 1 December"


def test_a_weight_no_child_has_after_the_last_one_is_asked_about(session: Session) -> None:
    opened = open_02(session)
    edit_cells(session, opened, {"m001/m1_cred": "3/11", "m001/m1_peso": "8.9"})
    assert opened.warning("m001/m1_peso") == ""
    edit_cells(session, opened, {"m001/m1_peso": "5.0"})
    assert opened.warning("m001/m1_peso") != ""
    edit_cells(session, opened, {"m001/m1_talla": "62"})
    assert "70" in opened.warning("m001/m1_talla")
    assert opened.progress().with_errors == 0


def test_fulfilled_while_the_rules_miss_a_service_is_remarked_until_the_service_is_written(
    session: Session,
) -> None:
    opened = open_02(session)
    edit_cells(session, opened, {"m001/m1_cumple": "si"})
    said = opened.warning("m001/m1_cumple")
    assert "por lo registrado no cumplió" in said
    assert "estimación" in said
    edit_cells(session, opened, {"m001/m1_cumple": "no", "m001/m1_motivo": "E"})
    assert opened.warning("m001/m1_cumple") == ""


def test_the_remark_of_another_cell_is_among_what_is_painted_anew(session: Session) -> None:
    opened = open_02(session)
    edit_cells(session, opened, {"m001/m1_cred": "3/11", "m001/m1_cred_n": "10"})
    assert opened.progress().with_warnings == 0
    touched = edit_cells(session, opened, {"m001/m1_cred": ""})
    assert touched >= {"m001/m1_cred"}
    touched = edit_cells(session, opened, {"m001/m1_cred_n": "12"})
    touched = edit_cells(session, opened, {"m001/m1_cred": "3/11"})
    assert "m001/m1_cred_n" in touched


def test_a_running_month_is_not_judged(tmp_path: Path) -> None:
    with world(tmp_path / "now", 0) as session:
        load(session.store, household(1), child(1, birth=BORN))
        opened = open_02(session)
        edit_cells(session, opened, {"m001/m1_cumple": "si"})
        assert opened.warning("m001/m1_cumple") == ""


def test_a_child_on_the_form_of_another_facility_is_remarked(session: Session) -> None:
    load(
        session.store,
        FormRecord(
            id="r-f2", field_worker="rccori", form_id="salud02", form_version="1",
            facility_id="f2", bimester=str(BIMESTER), cells={"m001/m1_cumple": "si"},
        ),
    )  # fmt: skip
    assert "Vilcabamba" in open_02(session).warning("m001/nombre")


def test_a_form_of_the_version_before_opens_prints_and_is_corrected(session: Session) -> None:
    opened = open_02(session)
    edit_cells(session, opened, {"jefe": "Lic. A", "m001/m1_cumple": "si", "m001/m2_cumple": "si"})
    complete_form(session, opened)
    record = session.store.get(FormRecord, opened.record_id)
    assert record is not None
    load(session.store, replace(record, form_version="2026.11.2"))
    again = open_02(session)
    assert again.state is FormState.COMPLETE
    assert again.form.answer("m001/m1_cumple") == "si"
    edit_cells(session, again, {"m001/observacion": "Se corrige"})
    complete_form(session, again)


def test_titles_of_the_list_are_those_of_the_definitions(session: Session) -> None:
    for form_id in OFFICIAL:
        official, definition = OFFICIAL_FORMS[form_id], present_form(session, form_id).definition
        assert official.title == definition.title
        assert [one.name for one in definition.repeats] == [official.repeat]
        keys = {one.key for one in definition.questions}
        assert {official.name, official.signer} <= keys
        assert "sin fuente oficial" in official.notice


def test_what_is_no_official_form_is_told(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        open_form(session, "captacion_temprana", "f1", BIMESTER)
    assert caught.value.problem is UNKNOWN_FORM


def test_the_list_reads_the_figures_of_a_draft_without_opening_it(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_02(session)
    edit_cells(session, opened, {"m001/m1_cumple": "si", "m001/m2_cumple": "si"})
    monkeypatch.setattr("juntos_campo.app.official_forms.open_form", None)
    monkeypatch.setattr("juntos_campo.app.official_forms.present_form", None)
    due = next(
        one
        for one in forms_due(session, BIMESTER)
        if (one.form_id, one.place.id) == ("salud02", "f1")
    )
    assert due.progress is not None
    assert (due.progress.complete, due.missing) == (1, 0)


def test_a_draft_meets_the_offices_newer_version_and_keeps_what_was_typed(
    session: Session,
) -> None:
    opened = open_02(session)
    edit_cells(
        session, opened, {"m001/m1_hierro": "3/11", "m001/observacion": "Vive con la abuela"}
    )
    text = (paths.forms() / "salud02.md").read_text("utf-8")
    newer = text.replace("2026.11.3", "2027.1.1").replace("m1_hierro", "m1_hierro_entrega")
    load(
        session.store,
        FormDefinition(
            id=form_definition_id("salud02", "2027.1.1"),
            form_id="salud02",
            version="2027.1.1",
            file="salud02.md",
            text=newer,
        ),
    )
    again = open_02(session)
    assert again.definition.version == "2027.1.1"
    assert again.form.answer("m001/observacion") == "Vive con la abuela"
    assert any("03/11/2026" in one for one in again.news), again.news
    edit_cells(session, again, {"m001/m1_hierro_entrega": "3/11"})
    assert open_02(session).form.answer("m001/m1_hierro_entrega") == "2026-11-03"


def test_a_closed_form_keeps_its_columns_when_the_office_sends_others(session: Session) -> None:
    opened = open_02(session)
    edit_cells(session, opened, {"jefe": "Lic. A", "m001/m1_cumple": "si", "m001/m2_cumple": "si"})
    complete_form(session, opened)
    code = sheet_of(session, open_02(session)).code
    text = (paths.forms() / "salud02.md").read_text("utf-8")
    load(
        session.store,
        FormDefinition(
            id=form_definition_id("salud02", "2027.1.1"),
            form_id="salud02",
            version="2027.1.1",
            file="salud02.md",
            text=text.replace("2026.11.3", "2027.1.1").replace("Talla cm", "Longitud cm"),
        ),
    )
    assert sheet_of(session, open_02(session)).code == code
