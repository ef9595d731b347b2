"""The definition sheets: every figure the coordinators ask for has one, and says where it comes from."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from juntos_campo import paths
from juntos_campo.central.indicators.formulas import BY_NORMS, FORMULAS
from juntos_campo.central.indicators.periods import Period, PeriodKind, latest_birth
from juntos_campo.central.indicators.sheets import load_sheets
from juntos_campo.domain.calendar import Bimester, completed_months
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.model import Trust

ASKED = """households accompanied in the bimester; target members with every service of their age on
time (package), for under-12-months; 12-35 months; pregnant; children 6 to 12 months with anaemia; DNI
before 30 days; pregnant women captured in the first trimester; newborns captured within 30 days;
enrolment by March; attendance; TAS students at risk; alerts opened; attended in time; escalated; overdue;
verification: % of households that fulfil; households also in Cuna Más; CSE about to expire; group
activities with at least one member of the household; complaints closed in time; satisfaction"""
"""`domain.md` Q, word for word, without the published figures."""

SHEETS = load_sheets(paths.resources() / "indicators")
GOOD = (paths.resources() / "indicators" / "cse_vencida.toml").read_text(encoding="utf-8")


def test_no_figure_the_coordinators_ask_for_is_without_its_sheet() -> None:
    asked = {" ".join(one.split()) for one in ASKED.split(";")}
    assert asked == {one for sheet in SHEETS for one in sheet.asked}


def test_a_figure_that_cannot_be_computed_says_which_data_is_missing() -> None:
    blank = {one.code for one in SHEETS if not one.is_computed}
    assert blank == {
        "alertas_abiertas", "alertas_atendidas_a_tiempo", "alertas_escaladas", "alertas_vencidas",
        "reclamos_en_plazo",
    }  # fmt: skip
    assert all("falta" in one.lacks.lower() for one in SHEETS if not one.is_computed)


def test_no_formula_is_without_a_sheet_that_explains_it() -> None:
    assert {one.formula for one in SHEETS if one.is_computed} == set(FORMULAS)
    assert set(FORMULAS) > BY_NORMS


def test_a_published_figure_names_its_source_and_whether_it_was_counted_alike() -> None:
    published = {one.code: one.references[0] for one in SHEETS if one.references}
    assert "96.17 %" in published["hogares_que_cumplen"].text
    assert "14 719 de 71 775" in published["anemia_6_a_12m"].text
    assert not any(one.comparable for one in published.values())


def test_a_definition_nobody_published_is_marked_without_official_source() -> None:
    marked = {one.code for one in SHEETS if one.trust_text == "sin fuente oficial"}
    assert {"paquete_menores_12m", "hogares_que_cumplen", "estudiantes_tas_en_riesgo"} <= marked
    assert all(
        one.trust in (Trust.SEED, Trust.CONFIRMED) for one in SHEETS if one.code not in marked
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("code = ", "cod = "), "cod"),
        (('formula = "cse_expired"', 'formula = "nada"'), "no existe la formula nada"),
        (('formula = "cse_expired"', ""), "hace falta formula"),
        (('period = "month"', 'period = "semana"'), "period"),
        (("version = 1", "version = "), "línea"),
    ],
)
def test_a_faulty_sheet_is_named_with_what_is_wrong(
    tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    assert change[0] in GOOD
    (tmp_path / "mala.toml").write_text(GOOD.replace(*change), encoding="utf-8")
    with pytest.raises(UserError) as error:
        load_sheets(tmp_path)
    assert error.value.problem.code == "IND-001"
    assert "mala.toml" in str(error.value)
    assert told in str(error.value)


def test_two_sheets_of_one_code_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(UserError) as error:
        load_sheets(tmp_path)
    assert error.value.problem.code == "IND-002"


@given(birth=st.dates(date(2019, 1, 1), date(2025, 12, 31)), months=st.integers(0, 60))
def test_nobody_is_counted_a_day_too_young_or_too_old(birth: date, months: int) -> None:
    for days in (-1, 0, 1, 28, 31):
        on = birth + timedelta(days=months * 30 + days)
        if on >= birth:
            reached = completed_months(birth, on) >= months
            assert (birth <= latest_birth(months, on)) == reached


@given(day=st.dates(date(2020, 1, 1), date(2030, 12, 31)), kind=st.sampled_from(PeriodKind))
def test_a_period_holds_its_days_and_is_read_as_it_is_written(day: date, kind: PeriodKind) -> None:
    period = Period.of(kind, day)
    assert period.start <= day <= period.end
    assert Period.parse(str(period)) == period
    assert period.previous().end == period.start - timedelta(days=1)
    assert str(day.year) in period.label
    if kind is PeriodKind.BIMESTER:
        theirs = Bimester.of(day)
        assert (period.start, period.end) == (theirs.start, theirs.end)


@pytest.mark.parametrize("text", ["", "2026-B7", "2026-T0", "26-M1", "2026-M13", "9999", "2026-X1"])
def test_a_period_nobody_can_mean_is_refused_with_examples(text: str) -> None:
    with pytest.raises(UserError, match="2026-B6") as error:
        Period.parse(text)
    assert error.value.problem.code == "CEN-347"
