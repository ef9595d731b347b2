"""The household's bimester on the laptop: what is gathered for the rules, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from visit_world import NOW, laptop, load

from juntos_campo.app.attention import household_standings
from juntos_campo.app.coresponsibility import (
    Coresponsibility,
    MemberCase,
    coresponsibility,
    estimate_text,
    household_case,
    line_title,
    official_answers,
    package_text,
)
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import (
    Answer,
    FormRecord,
    HealthFacility,
    Member,
    Pregnancy,
    SchoolYear,
    Settlement,
)
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import FormState, PregnancyOutcome, SchoolLevel
from juntos_campo.norms.model import Trust, Why
from juntos_campo.norms.verification.model import (
    HouseholdEstimate,
    PackageStanding,
    Responsibility,
    TransferLine,
    Verdict,
)

BEFORE = Bimester(2026, 5)
"""September and October: over, on the day of the tests."""
WHY = Why("porque sí", "norma", Trust.SEED)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with closing(laptop(tmp_path)) as made:
        yield made


def form(cells: dict[str, Answer], **more: object) -> FormRecord:
    given: dict[str, object] = {
        "id": "form-1", "field_worker": "rccori", "form_id": "salud02", "form_version": "1",
        "facility_id": "f1", "bimester": "2026-5", "state": FormState.COMPLETE, "cells": cells,
        "completed_at": NOW, **more,
    }  # fmt: skip
    return FormRecord(**given)  # type: ignore[arg-type]


def view(session: Session, bimester: Bimester = BEFORE) -> Coresponsibility:
    return coresponsibility(session, "h1", bimester, household_standings(session, "h1"))


def of(shown: Coresponsibility, member_id: str) -> MemberCase:
    return next(one for one in shown.members if one.member.id == member_id)


def answers(session: Session) -> list[tuple[str, date, bool, str, str]]:
    case = household_case(session, "h1", BEFORE)
    return [
        (one.member_id, one.month, one.fulfilled, one.cause, one.source) for one in case.answers
    ]


def test_a_closed_form_says_yes_and_no_with_its_cause_and_its_facility(session: Session) -> None:
    load(
        session,
        form(
            {"flor/m1_cumple": "si", "flor/m2_cumple": "no", "flor/m2_motivo": "A", "nombre": "x"}
        ),
    )
    source = "Formato Salud 02 de P.S. Curanco"
    assert answers(session) == [
        ("flor", date(2026, 9, 1), True, "", source),
        ("flor", date(2026, 10, 1), False, "A", source),
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"state": FormState.FILLING},
        {"bimester": "2026-4"},
        {"form_id": "salud01"},
        {"facility_id": "elsewhere"},
    ],
)
def test_an_open_form_or_one_of_another_bimester_or_facility_says_nothing(
    session: Session, more: dict[str, object]
) -> None:
    load(session, form({"flor/m1_cumple": "no", "flor/m1_motivo": "E"}, **more))
    assert answers(session) == []


@pytest.mark.parametrize("answer", [None, "", "quizás", 1, True])
def test_what_is_neither_yes_nor_no_is_no_answer(session: Session, answer: Answer) -> None:
    load(session, form({"flor/m1_cumple": answer, "flor/m1_motivo": "E"}))
    assert answers(session) == []


def test_a_cause_beside_a_yes_is_not_taken_for_a_reason(session: Session) -> None:
    load(session, form({"flor/m1_cumple": "si", "flor/m1_motivo": "E"}))
    assert [one[3] for one in answers(session)] == [""]


def test_of_two_closed_forms_the_later_answer_comes_last(session: Session) -> None:
    other = HealthFacility(id="f2", code="00009999", name="C.S. Otro")
    early = form({"flor/m1_cumple": "no"}, id="form-0", completed_at=NOW.replace(day=1))
    load(session, other, form({"flor/m1_cumple": "si"}), early)
    assert [one[2] for one in answers(session)] == [False, True]


def test_the_official_answer_rules_and_its_exception_is_told_with_its_source(
    session: Session,
) -> None:
    load(session, form({"flor/m1_cumple": "si", "flor/m2_cumple": "no", "flor/m2_motivo": "A"}))
    months = of(view(session), "flor").months
    assert [one.verdict for one in months] == [Verdict.FULFILLED, Verdict.EXCEPTED]
    assert "P.S. Curanco" in months[1].reasons[0].text


def test_a_no_without_exception_puts_the_households_transfer_at_risk(session: Session) -> None:
    load(session, form({"flor/m2_cumple": "no", "flor/m2_motivo": "E"}))
    shown = view(session)
    assert of(shown, "flor").months[1].verdict is Verdict.NOT_FULFILLED
    october = date(2026, 10, 1)
    base = [one for one in shown.estimate.lines if one.code == "TB" and one.month == october]
    assert [one.verdict for one in base] == [Verdict.NOT_FULFILLED]
    assert shown.estimate.lost >= base[0].amount


def test_each_member_has_its_two_months_in_order_and_health_stands_first(session: Session) -> None:
    shown = view(session)
    assert {one.member.id for one in shown.members} == {"elena", "yeison", "flor", "dina"}
    for one in shown.members:
        assert tuple(verdict.month for verdict in one.months) == BEFORE.months
    kinds = [one.responsibility for one in shown.members]
    order = [Responsibility.HEALTH, Responsibility.EDUCATION, Responsibility.NONE]
    assert kinds == sorted(kinds, key=order.index)
    assert of(shown, "dina").responsibility is Responsibility.EDUCATION


def test_who_left_within_the_bimester_is_still_there_and_who_left_before_is_not(
    session: Session,
) -> None:
    dina, flor = session.store.get(Member, "dina"), session.store.get(Member, "flor")
    assert dina is not None
    assert flor is not None
    load(
        session,
        replace(dina, left_on=date(2025, 8, 1)),
        replace(flor, left_on=date(2026, 10, 15)),
    )
    shown = {one.member.id for one in view(session).members}
    assert "flor" in shown
    assert "dina" not in shown
    assert len(household_case(session, "h1", BEFORE).members) == 4


def test_school_years_ended_pregnancies_and_flags_reach_the_rules(session: Session) -> None:
    settlement = session.store.get(Settlement, "s1")
    pregnancy = session.store.get(Pregnancy, "p1")
    assert settlement is not None
    assert pregnancy is not None
    ended = replace(pregnancy, ended_on=date(2026, 10, 2), outcome=PregnancyOutcome.LOSS)
    year = SchoolYear(
        id="y1", household_id="h1", member_id="dina", year=2026, level=SchoolLevel.PRIMARY,
        grade=3, enrolled_on=date(2026, 3, 5), attendance={"2026-09": 96.0, "2026-10": 91.0},
    )  # fmt: skip
    load(session, replace(settlement, flags=("VRAEM",)), ended, year)
    case = household_case(session, "h1", BEFORE)
    assert case.pregnancies == [ended]
    assert case.school_years == {"dina": [year]}
    assert case.settlement_flags == ("VRAEM",)
    assert [one.service for one in case.events["flor"]] == ["CRED", "HB"]
    assert [one.verdict for one in of(view(session), "dina").months] == [Verdict.FULFILLED] * 2


def test_the_altitude_is_that_of_the_settlement_else_of_the_district(session: Session) -> None:
    assert household_case(session, "h1", BEFORE).altitude_m == 3400
    settlement = session.store.get(Settlement, "s1")
    assert settlement is not None
    load(session, replace(settlement, altitude_m=None, ubigeo="030701"))
    found = household_case(session, "h1", BEFORE).altitude_m
    assert found is not None
    assert 3000 < found < 4000  # Chuquibambilla, Grau
    load(session, replace(settlement, altitude_m=None, ubigeo="999999"))
    assert household_case(session, "h1", BEFORE).altitude_m is None


def test_a_household_that_is_not_here_is_told_in_words(session: Session) -> None:
    with pytest.raises(UserError) as caught:
        coresponsibility(session, "elsewhere", BEFORE, ())
    assert caught.value.problem.code == "APP-001"


def test_forms_are_looked_for_where_the_settlement_is_attended_too(session: Session) -> None:
    flor = session.store.get(Member, "flor")
    assert flor is not None
    moved = replace(flor, facility_id="")
    load(session, form({"flor/m1_cumple": "si"}))
    settlement = session.store.get(Settlement, "s1")
    assert len(official_answers(session, [moved], settlement, BEFORE)) == 1
    assert official_answers(session, [moved], None, BEFORE) == ()


def test_the_estimate_is_said_with_its_three_sums() -> None:
    estimate = HouseholdEstimate(BEFORE, (), (), expected=200, open=1200, lost=0)
    text = estimate_text(estimate).replace("\u202f", " ")
    assert text == "Podría recibir S/ 200 · pendiente S/ 1 200 · en riesgo S/ 0"


def standing(missing: tuple[str, ...], lost: tuple[str, ...]) -> PackageStanding:
    complete = not missing and not lost
    return PackageStanding("p", "Paquete", complete, (), missing, lost, (), WHY)


@pytest.mark.parametrize(
    ("packages", "text"),
    [
        ([], ""),
        ([standing((), ())], "paquete completo para su edad"),
        ([standing(("CRED 9 meses",), ())], "le falta CRED 9 meses"),
        ([standing(("A", "B", "C", "D"), ())], "le falta A, B y 2 más"),
        ([standing(("A",), ("Rota 2",))], "le falta A; ya no puede recibir Rota 2"),
        ([standing(("A",), ()), standing(("A", "B"), ())], "le falta A, B"),
        ([standing((), ()), standing((), ("Rota 2",))], "ya no puede recibir Rota 2"),
    ],
)
def test_the_package_is_said_in_one_phrase(packages: list[PackageStanding], text: str) -> None:
    assert package_text(packages) == text


def test_a_transfer_of_a_student_names_the_student() -> None:
    line = TransferLine("TAS", "TAS", date(2026, 10, 1), "dina", 80, Verdict.PENDING, (WHY,))
    assert line_title(line, {"dina": "Dina"}) == "TAS de Dina · octubre"
    assert line_title(replace(line, code="TB", member_id=""), {}) == "TB · octubre"
