"""Unfulfilled coresponsibility: everybody with the cause, and whom no form speaks of yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from paper_world import BIMESTER, CURANCO, SCHOOL, closed_form, due, paper_laptop
from visit_world import load

from juntos_campo.app.consolidation import (
    consolidation,
    count_sheet,
    exception_sheet,
    nominal_sheet,
    paper_sheet,
    unconfirmed_sheet,
)
from juntos_campo.app.exceptions_report import NO_CAUSE, exception_report, unconfirmed
from juntos_campo.app.paperwork import Paper, papers, take_step
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.app.paperwork_steps import Taking
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Household, Member
from juntos_campo.domain.form_ids import EDUCATION, SALUD02, SALUD03
from juntos_campo.domain.values import DocumentKind, FormState, ProgrammeState, Sex

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
CHILDREN = closed_form(
    SALUD02,
    "f1",
    {
        "jefe": "Rosa Huillca",
        "yeison/nombre": "CCORI QUISPE, Yeison",
        "yeison/hogar": "0307-004417",
        "yeison/m1_cumple": "no",
        "yeison/m1_motivo": "E",
        "yeison/m2_cumple": "si",
        "yeison/observacion": "Se visitó el 3 de octubre",
        "flor/nombre": "CCORI QUISPE, Flor",
        "flor/m1_cumple": "si",
        "flor/m2_cumple": "no",
        "gone/nombre": "ROJAS PUMA, Sami",
        "gone/m1_cumple": "no",
        "gone/m1_motivo": "A",
    },
)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(paper_laptop(tmp_path)) as made:
        yield made


def test_everybody_who_did_not_fulfil_is_listed_with_month_and_cause(session: Session) -> None:
    load(session, CHILDREN)
    report = exception_report(session, BIMESTER)
    assert [(one.answer.person, one.month, one.cause, one.excused) for one in report.lines] == [
        ("CCORI QUISPE, Flor", "octubre", NO_CAUSE, False),
        ("CCORI QUISPE, Yeison", "setiembre", "la familia no lo llevó", False),
        (
            "ROJAS PUMA, Sami", "setiembre",
            "el establecimiento no atendió o no tuvo insumos", True,
        ),
    ]  # fmt: skip
    assert (report.without_cause, report.people, report.closed, report.begun) == (1, 3, 1, 0)
    yeison = report.lines[1]
    assert yeison.answer.observation == "Se visitó el 3 de octubre"
    assert (yeison.place.name, yeison.answer.household_code) == ("P.S. Curanco", "0307-004417")
    # The code of a household that the paper does not show comes from the register.
    assert report.lines[0].answer.household_code == "0307-004417"


def test_an_open_form_says_nothing_yet(session: Session) -> None:
    load(session, closed_form(SALUD02, "f1", {"flor/m1_cumple": "no"}, state=FormState.FILLING))
    report = exception_report(session, BIMESTER)
    assert (report.lines, report.closed, report.begun) == ((), 0, 1)


def test_the_other_bimester_is_not_mixed_in(session: Session) -> None:
    load(session, CHILDREN)
    assert exception_report(session, BIMESTER.next()).lines == ()


def test_schools_come_after_facilities(session: Session) -> None:
    load(
        session,
        CHILDREN,
        closed_form(EDUCATION, "i1", {"dina/m1_cumple": "no", "dina/nombre": "CCORI, Dina"}),
    )
    lines = exception_report(session, BIMESTER).lines
    assert [one.place.name for one in lines][-1] == "IE 54321 Curanco"
    assert lines[-1].answer.short == "Educación"


def test_who_missed_a_service_and_is_on_no_form_waits_for_confirmation(session: Session) -> None:
    found = {(one.member_id, one.month) for one in unconfirmed(session, BIMESTER)}
    # Yeison, born in May, has neither vaccines nor iron on record.
    assert ("yeison", SEPTEMBER) in found
    load(session, CHILDREN)
    left = {(one.member_id, one.month) for one in unconfirmed(session, BIMESTER)}
    assert ("yeison", SEPTEMBER) not in left
    assert left < found


def test_who_waits_for_confirmation_is_named_with_place_and_reason(session: Session) -> None:
    line = next(one for one in unconfirmed(session, BIMESTER) if one.member_id == "yeison")
    assert line.place is not None
    assert (line.place.name, line.about, line.household_code) == (
        "P.S. Curanco", "salud", "0307-004417",
    )  # fmt: skip
    assert line.why
    told: list[tuple[int, int]] = []
    unconfirmed(session, BIMESTER, lambda done, total: told.append((done, total)))
    assert told == [(0, 1)]


def test_a_household_that_left_the_programme_is_not_judged(session: Session) -> None:
    household = session.store.get(Household, "h1")
    assert household is not None
    values = {name: getattr(household, name) for name in household.__slots__}
    left = Household(**{**values, "programme_state": ProgrammeState.DISAFFILIATED})
    load(session, left)
    assert unconfirmed(session, BIMESTER) == ()


# -- consolidation ---------------------------------------------------------------------------------


def boards(session: Session) -> tuple[Paper, ...]:
    dues = (
        due(SALUD02, CURANCO, people=3, state=FormState.COMPLETE),
        due(SALUD03, CURANCO, people=2),
        due(EDUCATION, SCHOOL, people=5),
    )
    return papers(session, BIMESTER, dues)


def test_counts_of_a_month_add_up(session: Session) -> None:
    load(session, CHILDREN)
    counts = consolidation(session, BIMESTER, boards(session)).counts
    told = [
        (one.short, one.month_text, one.listed, one.fulfilled, one.not_fulfilled, one.without)
        for one in counts
    ]
    assert told == [
        ("Salud 02", "setiembre", 3, 1, 2, 0),
        ("Salud 02", "octubre", 3, 1, 1, 1),
        ("Salud 03", "setiembre", 2, 0, 0, 2),
        ("Salud 03", "octubre", 2, 0, 0, 2),
        ("Educación", "setiembre", 5, 0, 0, 5),
        ("Educación", "octubre", 5, 0, 0, 5),
    ]


def test_a_child_born_in_the_second_month_is_not_counted_in_the_first(session: Session) -> None:
    load(
        session,
        Member(
            id="nina", household_id="h1", document_kind=DocumentKind.CNV,
            document_number="1", paternal="Ccori", maternal="Quispe", given="Nina",
            sex=Sex.FEMALE, birth_date=date(2026, 10, 9), facility_id="f1",
        ),
        closed_form(SALUD02, "f1", {"nina/nombre": "CCORI, Nina", "nina/m2_cumple": "si"}),
    )  # fmt: skip
    counts = consolidation(session, BIMESTER, ()).counts
    assert [(one.month, one.listed) for one in counts] == [(OCTOBER, 1)]


def test_what_cannot_be_sent_says_why_and_what_can_is_apart(session: Session) -> None:
    load(session, CHILDREN)
    (children, *_) = boards(session)
    take_step(session, children, Taking(step=Step.SIGNED, on=date(2026, 11, 9), who="R. Huillca"))
    told = consolidation(session, BIMESTER, boards(session))
    assert [one.key for one in told.ready] == ["salud02|f1"]
    assert {one.key: one.obstacles for one in told.waiting} == {
        "salud03|f1": ("falta llenarlo y cerrarlo", "falta la firma"),
        "educacion|i1": ("falta llenarlo y cerrarlo", "falta la firma"),
    }


def test_the_tables_for_the_office_hold_everybody_month_by_month(session: Session) -> None:
    waiting = unconfirmed(session, BIMESTER)
    load(session, CHILDREN)
    nominal = nominal_sheet(session, BIMESTER)
    told = [(row[4], row[6], row[7], row[8]) for row in nominal.rows]
    assert told == [
        ("CCORI QUISPE, Flor", "2026-09", "SÍ", ""),
        ("CCORI QUISPE, Flor", "2026-10", "NO", ""),
        ("CCORI QUISPE, Yeison", "2026-09", "NO", "E"),
        ("CCORI QUISPE, Yeison", "2026-10", "SÍ", ""),
        ("ROJAS PUMA, Sami", "2026-09", "NO", "A"),
        ("ROJAS PUMA, Sami", "2026-10", "", ""),
    ]
    report = exception_report(session, BIMESTER)
    sheets = (
        nominal,
        count_sheet(consolidation(session, BIMESTER, boards(session)).counts),
        paper_sheet(boards(session)),
        exception_sheet(report.lines),
        unconfirmed_sheet(waiting),
    )
    for sheet in sheets:
        assert sheet.rows
        assert {len(row) for row in sheet.rows} == {len(sheet.header)}
