from __future__ import annotations

from datetime import date, timedelta

import pytest

from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.haemoglobin import AnaemiaLevel, HbAssessment, assess
from juntos_campo.norms.model import Trust

ON = date(2026, 11, 21)
WOMAN = date(1996, 5, 1)


def woman(
    book: RuleBook, observed: float, altitude: int | None, trimester: int | None = None
) -> HbAssessment:
    return assess(
        observed,
        birth=WOMAN,
        sex=Sex.FEMALE,
        on=ON,
        altitude_m=altitude,
        trimester=trimester,
        book=book,
    )


@pytest.mark.parametrize(
    ("observed", "altitude", "trimester", "adjusted", "level"),
    [
        (11.5, 162, None, 11.5, AnaemiaLevel.MILD),
        (11.5, 3848, None, 9.0, AnaemiaLevel.MODERATE),
        (13.8, 4373, None, 10.9, AnaemiaLevel.MODERATE),
        (10.8, 3746, 2, 8.3, AnaemiaLevel.MODERATE),
    ],
    ids=["Lima", "Puno", "Cerro de Pasco", "gestante en Huancavelica"],
)
def test_the_known_cases_get_the_known_answers(
    book: RuleBook,
    observed: float,
    altitude: int,
    trimester: int | None,
    adjusted: float,
    level: AnaemiaLevel,
) -> None:
    result = woman(book, observed, altitude, trimester)
    assert (result.adjusted, result.level) == (adjusted, level)


def test_an_unknown_altitude_is_not_adjusted_and_says_so(book: RuleBook) -> None:
    result = woman(book, 11.5, None)
    assert (result.adjusted, result.adjustment) == (11.5, 0.0)
    assert "no está ajustado" in result.note
    assert "sin ajuste por altitud" in result.why.text


BANDS = [
    (0, 0.0), (1, 0.0), (499, 0.0), (500, 0.4), (999, 0.4), (1000, 0.8), (1499, 0.8), (1500, 1.1),
    (1999, 1.1), (2000, 1.4), (2499, 1.4), (2500, 1.8), (2999, 1.8), (3000, 2.1), (3499, 2.1),
    (3500, 2.5), (3999, 2.5), (4000, 2.9), (4499, 2.9), (4500, 3.3), (4999, 3.3), (5000, 4.0),
    (5500, 4.0), (5600, 4.0),
]  # fmt: skip


@pytest.mark.parametrize(("altitude", "subtract"), BANDS)
def test_each_altitude_band_subtracts_its_own_figure(
    book: RuleBook, altitude: int, subtract: float
) -> None:
    assert woman(book, 15.0, altitude).adjustment == subtract


def test_the_highest_band_shows_that_it_has_no_agreed_source(book: RuleBook) -> None:
    assert not woman(book, 15.0, 5100).why.trust.is_official
    assert woman(book, 15.0, 3848).why.trust.is_official


GRADED = [
    # age in days (about), sex, trimester, none, mild, moderate
    (200, Sex.MALE, None, 10.5, 9.5, 7.0),
    (900, Sex.MALE, None, 11.0, 10.0, 7.0),
    (7 * 366, Sex.MALE, None, 11.5, 11.0, 8.0),
    (13 * 366, Sex.MALE, None, 12.0, 11.0, 8.0),
    (20 * 366, Sex.FEMALE, None, 12.0, 11.0, 8.0),
    (20 * 366, Sex.MALE, None, 13.0, 11.0, 8.0),
    (20 * 366, Sex.FEMALE, 1, 11.0, 10.0, 7.0),
    (20 * 366, Sex.FEMALE, 2, 10.5, 10.0, 7.0),
    (20 * 366, Sex.FEMALE, 3, 11.0, 10.0, 7.0),
]


@pytest.mark.parametrize("group", GRADED)
def test_each_grade_begins_at_its_cut_off_and_a_tenth_below_is_the_next(
    book: RuleBook, group: tuple[int, Sex, int | None, float, float, float]
) -> None:
    days, sex, trimester, none, mild, moderate = group

    def level(value: float) -> AnaemiaLevel:
        return assess(
            round(value, 1),
            birth=ON - timedelta(days=days),
            sex=sex,
            on=ON,
            altitude_m=100,
            trimester=trimester,
            book=book,
        ).level

    assert level(none) is AnaemiaLevel.NONE
    assert level(none - 0.1) is AnaemiaLevel.MILD
    assert level(mild) is AnaemiaLevel.MILD
    assert level(mild - 0.1) is AnaemiaLevel.MODERATE
    assert level(moderate) is AnaemiaLevel.MODERATE
    assert level(moderate - 0.1) is AnaemiaLevel.SEVERE


@pytest.mark.parametrize(
    ("birth", "below", "at"),
    [
        (date(2026, 10, 22), 13.4, 13.5),
        (date(2026, 9, 21), 9.4, 9.5),
        (date(2026, 5, 22), 9.4, 9.5),
    ],
)
def test_young_infants_have_a_cut_off_but_no_invented_grade(
    book: RuleBook, birth: date, below: float, at: float
) -> None:
    def level(value: float) -> AnaemiaLevel:
        return assess(value, birth=birth, sex=Sex.MALE, on=ON, altitude_m=100, book=book).level

    assert level(at) is AnaemiaLevel.NONE
    assert level(below) is AnaemiaLevel.UNGRADED


@pytest.mark.parametrize(
    ("days", "limit"), [(6, 13.0), (7, 10.0), (27, 10.0), (28, 8.0), (56, 8.0)]
)
def test_a_preterm_newborn_must_be_above_its_own_limit(
    book: RuleBook, days: int, limit: float
) -> None:
    def level(value: float) -> AnaemiaLevel:
        birth = ON - timedelta(days=days)
        return assess(
            value, birth=birth, sex=Sex.MALE, on=ON, altitude_m=0, preterm=True, book=book
        ).level

    assert level(limit) is AnaemiaLevel.UNGRADED
    assert level(round(limit + 0.1, 1)) is AnaemiaLevel.NONE


def test_the_day_of_the_sixth_month_changes_the_cut_off(book: RuleBook) -> None:
    birth = date(2025, 8, 31)

    def level(on: date) -> AnaemiaLevel:
        return assess(10.0, birth=birth, sex=Sex.MALE, on=on, altitude_m=0, book=book).level

    assert level(date(2026, 2, 27)) is AnaemiaLevel.NONE
    assert level(date(2026, 2, 28)) is AnaemiaLevel.MILD


def test_a_measurement_is_judged_by_the_norm_of_its_day_and_old_tables_have_no_source(
    book: RuleBook,
) -> None:
    birth = date(2023, 1, 1)
    day_before = date(2024, 4, 7)

    def judged(on: date) -> HbAssessment:
        return assess(12.0, birth=birth, sex=Sex.MALE, on=on, altitude_m=2600, book=book)

    old, new = judged(day_before), judged(date(2024, 4, 8))
    assert (old.adjustment, old.adjusted, old.level) == (1.3, 10.7, AnaemiaLevel.MILD)
    assert (new.adjustment, new.adjusted, new.level) == (1.8, 10.2, AnaemiaLevel.MILD)
    assert "NTS 134" in old.why.norm
    assert old.why.trust is Trust.RECALL
    assert "NTS 213" in new.why.norm


def test_a_group_without_cut_offs_in_the_old_norm_is_not_classified(book: RuleBook) -> None:
    result = assess(
        9.0, birth=WOMAN, sex=Sex.FEMALE, on=date(2023, 1, 1), altitude_m=100, book=book
    )
    assert result.level is AnaemiaLevel.UNKNOWN
    assert not result.why.trust.is_official


def test_the_disputed_second_trimester_edge_is_shown_as_disputed(book: RuleBook) -> None:
    result = woman(book, 9.8, 100, 2)
    assert result.level is AnaemiaLevel.MODERATE
    assert result.why.trust is Trust.CONFLICT
    assert "9.5" in result.note


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0, -1.0, 115.0])
def test_an_impossible_figure_is_refused_with_an_example(book: RuleBook, value: float) -> None:
    with pytest.raises(UserError) as caught:
        woman(book, value, 100)
    assert caught.value.problem.code == "NRM-020"


def test_a_test_before_birth_is_refused(book: RuleBook) -> None:
    with pytest.raises(UserError) as caught:
        assess(11.0, birth=ON, sex=Sex.MALE, on=ON - timedelta(days=1), altitude_m=0, book=book)
    assert caught.value.problem.code == "NRM-021"
