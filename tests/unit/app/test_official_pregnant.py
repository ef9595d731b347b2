"""Formato Salud 03: which women are listed, what is known of them, what closing it records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from official_world import everybody, pregnancy, pregnant, prenatal, woman
from salud02_world import BIMESTER, household, load, world

from juntos_campo.app.coresponsibility import official_answers
from juntos_campo.app.form_print import sheet_of
from juntos_campo.app.official_editing import complete_form, edit_cells
from juntos_campo.app.official_forms import forms_due, open_form
from juntos_campo.app.open_form import OpenForm
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormRecord, ServiceEvent
from juntos_campo.domain.values import FormState, PregnancyOutcome


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with world(tmp_path, 1) as opened:
        load(opened.store, *everybody(pregnant(10), pregnant(11)))
        yield opened


def open_03(session: Session, bimester: Bimester = BIMESTER) -> OpenForm:
    return open_form(session, "salud03", "f1", bimester)


def test_who_is_pregnant_or_was_within_the_bimester_is_listed_and_nobody_else(
    session: Session,
) -> None:
    load(
        session.store,
        *everybody(
            pregnant(12, ended_on=date(2026, 11, 3), outcome=PregnancyOutcome.BIRTH),
            pregnant(13, ended_on=date(2026, 10, 31), outcome=PregnancyOutcome.BIRTH),
            pregnant(14, facility_id="f2"),
            pregnant(15, last_period=date(2026, 11, 22), captured_on=None),
            pregnant(16, last_period=date(2023, 1, 1), captured_on=None),
        ),
    )
    assert sorted(open_03(session).rows) == ["w010", "w011", "w012"]
    assert sorted(open_form(session, "salud03", "f2", BIMESTER).rows) == ["w014"]


def test_a_woman_who_lost_a_pregnancy_and_is_pregnant_again_stands_once_with_the_new_one(
    session: Session,
) -> None:
    lost = pregnancy(
        10, ended_on=date(2026, 11, 2), outcome=PregnancyOutcome.LOSS, last_period=date(2026, 8, 1)
    )
    load(
        session.store,
        replace(lost, id="p-lost"),
        replace(pregnancy(10), last_period=date(2026, 11, 5), captured_on=date(2026, 11, 20)),
    )
    opened = open_03(session)
    assert opened.rows.count("w010") == 1
    assert opened.form.answer("w010/fur") == "2026-11-05"


def test_weeks_are_counted_at_the_end_of_each_month_and_the_ultrasound_rules(
    session: Session,
) -> None:
    opened = open_03(session)
    # 1 June to 30 November 2026 are 182 days: 26 weeks.
    assert opened.form.shown("w010/m1_sem") == "26"
    assert opened.form.shown("w010/fpp") == "08/03/2027"
    edit_cells(session, opened, {"w010/fpp_eco": "22/3/2027"})
    assert opened.form.shown("w010/m1_sem") == "24"
    assert opened.form.shown("w010/fpp") == "22/03/2027"


def test_services_already_recorded_are_there_and_tests_from_the_whole_pregnancy(
    session: Session,
) -> None:
    load(
        session.store,
        prenatal(10, "APN", date(2026, 11, 12), number=4),
        prenatal(10, "IRON_FOLIC", date(2026, 11, 12)),
        prenatal(10, "SYPHILIS", date(2026, 7, 20)),
        prenatal(10, "HB", date(2026, 7, 20), value=11.9),
        prenatal(10, "HB", date(2026, 11, 12), value=11.1),
        replace(prenatal(10, "HIV", date(2025, 1, 3)), pregnancy_id=""),
    )
    answer = open_03(session).form.answer
    assert (answer("w010/m1_apn"), answer("w010/m1_apn_n")) == ("2026-11-12", 4)
    assert answer("w010/m1_hierro") == "2026-11-12"
    assert answer("w010/sifilis") == "2026-07-20"
    assert (answer("w010/hb"), answer("w010/hb_fecha")) == (11.1, "2026-11-12")
    assert answer("w010/vih") is None


def test_a_later_test_contradicts_nothing_and_another_last_period_does(session: Session) -> None:
    load(session.store, prenatal(10, "SYPHILIS", date(2026, 7, 20)))
    opened = open_03(session)
    edit_cells(session, opened, {"w010/sifilis": "14/11", "w010/fur": "5/6/2026"})
    assert opened.warning("w010/sifilis") == ""
    assert "01/06/2026" in opened.warning("w010/fur")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("fur", "1/1/2026"),
        ("fur", "22/11/2026"),
        ("fpp_eco", "1/10/2026"),
        ("m1_apn", "31/10"),
        ("m1_apn", "22/11"),
        ("m1_apn_n", "21"),
        ("hb", "112"),
        ("sifilis", "1/5/2026"),
        ("parto", "1/8/2026"),
        ("parto", "22/11/2026"),
    ],
)
def test_what_cannot_be_is_told_at_its_cell(session: Session, cell: str, text: str) -> None:
    opened = open_03(session)
    edit_cells(session, opened, {f"w010/{cell}": text})
    finding = opened.form.finding(f"w010/{cell}")
    assert finding is not None
    assert finding.is_error


def test_after_the_birth_the_next_month_is_not_asked_and_in_the_month_of_a_loss_nothing(
    session: Session,
) -> None:
    opened = open_03(session)
    assert opened.form.relevant("w010/m1_cumple")
    edit_cells(session, opened, {"w010/fur": "20/2/2026", "w010/parto": "15/11"})
    assert opened.form.finding("w010/parto") is None
    assert opened.form.relevant("w010/m1_cumple")
    # 20 February to 15 November 2026 are 268 days: 38 weeks.
    assert opened.form.shown("w010/m1_sem") == "38"
    assert not opened.form.relevant("w010/perdida")
    edit_cells(session, opened, {"w011/perdida": "15/11"})
    assert not opened.form.relevant("w011/m1_cumple")
    assert opened.progress().complete == 1


def test_closing_records_what_was_typed_with_the_pregnancy_it_belongs_to(session: Session) -> None:
    load(session.store, prenatal(10, "APN", date(2026, 11, 12), number=4))
    opened = open_03(session)
    edit_cells(
        session,
        opened,
        {
            "w010/m1_cumple": "si",
            "w010/vih": "20/7/2026",
            "w011/m1_apn": "14/11",
            "w011/m1_apn_n": "3",
            "w011/hb": "10,8",
            "w011/hb_fecha": "14/11",
            "w011/m1_cumple": "no",
            "w011/m1_motivo": "A",
        },
    )
    complete_form(session, opened)
    found = {
        (one.member_id, one.service, one.on, one.number, one.value, one.pregnancy_id)
        for one in session.store.find(ServiceEvent, form_id=opened.record_id)
    }
    assert found == {
        ("w010", "HIV", date(2026, 7, 20), 0, None, "p010"),
        ("w011", "APN", date(2026, 11, 14), 3, None, "p011"),
        ("w011", "HB", date(2026, 11, 14), 0, 10.8, "p011"),
    }
    answers = official_answers(session, [woman(10), woman(11)], None, BIMESTER)
    assert {(one.member_id, one.fulfilled, one.cause) for one in answers} == {
        ("w010", True, ""),
        ("w011", False, "A"),
    }


def test_risk_and_place_of_birth_begin_with_what_the_last_bimester_said(session: Session) -> None:
    before = FormRecord(
        id="r-before",
        field_worker="rccori",
        form_id="salud03",
        form_version="2026.11.1",
        facility_id="f1",
        bimester="2026-5",
        state=FormState.COMPLETE,
        cells={"w010/riesgo": "alto", "w010/lugar": "3", "jefe": "Lic. X"},
    )
    load(session.store, before)
    opened = open_03(session)
    assert opened.form.answer("w010/riesgo") == "alto"
    edit_cells(session, opened, {"w010/lugar": "1"})
    assert opened.warning("w010/lugar") == "", "a plan may change from bimester to bimester"


def test_what_contradicts_itself_or_another_place_is_remarked_and_never_refused(
    session: Session,
) -> None:
    load(
        session.store,
        household(20),
        woman(20, "f2"),
        pregnancy(20),
        *everybody(pregnant(21, last_period=date(2026, 1, 20))),
        FormRecord(
            id="r-f2", field_worker="rccori", form_id="salud03", form_version="2026.11.1",
            facility_id="f2", bimester=str(BIMESTER), cells={"w010/nombre": "X"},
        ),
    )  # fmt: skip
    opened = open_03(session)
    assert "Vilcabamba" in opened.warning("w020/nombre")
    assert "Vilcabamba" in opened.warning("w010/nombre")
    assert opened.warning("w011/nombre") == ""
    assert "43 semanas" in opened.warning("w021/parto")
    edit_cells(session, opened, {"w011/fpp_eco": "30/4/2027"})
    assert "difieren en 53 días" in opened.warning("w011/fpp_eco")
    assert opened.form.finding("w011/fpp_eco") is None
    assert opened.progress().with_errors == 0


def test_a_birth_after_the_bimester_does_not_spoil_the_form_of_the_bimester_before(
    session: Session,
) -> None:
    born = pregnant(23, ended_on=date(2026, 11, 20), outcome=PregnancyOutcome.BIRTH,
                    last_period=date(2026, 2, 22))  # fmt: skip
    load(session.store, *everybody(born))
    before = open_03(session, BIMESTER.previous())
    assert before.form.shown("w023/parto") == ""
    assert before.progress().with_errors == 0
    assert open_03(session).form.answer("w023/parto") == "2026-11-20"


def test_an_undated_pregnancy_is_listed_and_can_be_filled_in(session: Session) -> None:
    load(session.store, *everybody(pregnant(22, last_period=None)))
    opened = open_03(session)
    assert opened.form.shown("w022/m1_sem") == ""
    edit_cells(session, opened, {"w022/m1_apn": "14/11", "w022/m1_cumple": "si"})
    assert opened.form.row_findings("gestantes", "w022") == ()


def test_the_form_is_due_and_its_paper_names_each_woman_once(session: Session) -> None:
    due = next(one for one in forms_due(session, BIMESTER) if one.form_id == "salud03")
    assert (due.short, due.place.id, due.people) == ("Salud 03", "f1", 2)
    sheet = sheet_of(session, open_03(session))
    names = [row[0] for row in sheet.rows]
    assert names == [woman(10).full_name, woman(11).full_name]
    assert "gestantes" in sheet.totals
    assert "sin fuente oficial" in sheet.notice
