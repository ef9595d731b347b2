"""The course of a child between controls, and the curves it is drawn against."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from rule_people import MakeMember

from juntos_campo.domain.values import Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.assess import assess_growth
from juntos_campo.norms.growth.curve import reference_curve
from juntos_campo.norms.growth.model import GrowthAssessment, Index, Measurement, TrendKind
from juntos_campo.norms.growth.trend import trend_of
from juntos_campo.norms.growth.zscore import reference, value_at

Course = Callable[..., tuple[GrowthAssessment, ...]]

BORN = date(2024, 6, 1)


@pytest.fixture
def course(book: RuleBook, member: MakeMember) -> Course:
    """Assessments of a girl, from (age in days, z of P/E, z of T/E)."""

    def figure(index: Index, age: int, z: float) -> float:
        lms = reference(index, Sex.FEMALE, age_days=age)
        assert lms is not None
        return value_at(z, lms)

    def make(*points: tuple[int, float | None, float | None]) -> tuple[GrowthAssessment, ...]:
        return tuple(
            assess_growth(
                Measurement(
                    BORN + timedelta(days=age),
                    None if weight is None else figure(Index.WEIGHT_AGE, age, weight),
                    None if height is None else figure(Index.HEIGHT_AGE, age, height),
                ),
                member(BORN),
                book,
            )
            for age, weight, height in points
        )

    return make


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (-1.0, TrendKind.GOOD),
        (-0.5, TrendKind.GOOD),
        (-1.24, TrendKind.GOOD),
        (-1.25, TrendKind.FLAT),
        (-1.66, TrendKind.FLAT),
        (-1.67, TrendKind.FALLING),
        (-2.5, TrendKind.FALLING),
    ],
)
def test_a_child_that_leaves_its_course_is_noticed(
    now: float,
    kind: TrendKind,
    book: RuleBook,
    course: Course,
) -> None:
    trend = trend_of(course((120, -1.0, None), (190, now, None)), Index.WEIGHT_AGE, book)
    assert trend.kind is kind
    assert "-1.00 el 29 set 2024" in trend.why.text
    assert f"{now:+.2f}" in trend.why.text
    assert not trend.why.trust.is_official
    assert bool(trend.why.next_step) is (kind is not TrendKind.GOOD)


def test_controls_too_close_together_or_alone_say_nothing(
    book: RuleBook,
    course: Course,
) -> None:
    for points in ((), ((120, -1.0, None),), ((120, 0.0, None), (147, -2.0, None))):
        trend = trend_of(course(*points), Index.WEIGHT_AGE, book)
        assert trend.kind is TrendKind.UNKNOWN
        assert trend.why.text
    enough = course((120, 0.0, None), (148, -2.0, None))
    assert trend_of(enough, Index.WEIGHT_AGE, book).kind is TrendKind.FALLING


def test_the_nearest_control_far_enough_back_is_the_one_compared_with(
    book: RuleBook,
    course: Course,
) -> None:
    points = course((120, 1.0, None), (160, -1.0, None), (190, -1.1, None), (200, -1.1, None))
    assert trend_of(points, Index.WEIGHT_AGE, book).kind is TrendKind.GOOD


def test_a_slip_of_the_pen_or_a_newborns_loss_does_not_bend_the_course(
    book: RuleBook,
    course: Course,
) -> None:
    slip = course((120, 0.0, None), (160, 5.5, None), (200, 0.0, None))
    assert trend_of(slip, Index.WEIGHT_AGE, book).kind is TrendKind.GOOD
    newborn = course((2, 1.0, None), (60, -0.5, None))
    assert trend_of(newborn, Index.WEIGHT_AGE, book).kind is TrendKind.UNKNOWN


def test_a_weight_that_fell_is_told_although_the_z_score_hardly_moved(
    book: RuleBook, member: MakeMember
) -> None:
    def control(on: date, weight: float) -> GrowthAssessment:
        return assess_growth(Measurement(on, weight, 95.0), member(date(2022, 1, 1)), book)

    first = date(2025, 3, 1)
    for weight, kind in ((13.9, TrendKind.GOOD), (13.85, TrendKind.FALLING)):
        pair = (control(first, 14.0), control(first + timedelta(days=28), weight))
        change = (pair[0].results[0].z or 0) - (pair[1].results[0].z or 0)
        assert change < 0.25, "the z-score alone would already tell"
        trend = trend_of(pair, Index.WEIGHT_AGE, book)
        assert trend.kind is kind
        assert ("Bajó de peso" in trend.why.text) is (kind is TrendKind.FALLING)
        assert trend_of(pair, Index.HEIGHT_AGE, book).kind is TrendKind.GOOD


@pytest.mark.parametrize("index", list(Index))
@pytest.mark.parametrize("sex", list(Sex))
def test_the_curves_of_a_chart_rise_smoothly_and_never_cross(index: Index, sex: Sex) -> None:
    by_age = index is not Index.WEIGHT_HEIGHT
    first, last = (0.0, 1826.0) if by_age else (45.0, 120.0)
    points = reference_curve(index, sex, first=first, last=last)
    assert 100 <= len(points) <= 200
    assert (points[0].x, points[-1].x) == (first, last)
    for point in points:
        assert list(point.lines) == sorted(set(point.lines))
    steps = {round(other.x - one.x, 3) for one, other in pairwise(points[:-1])}
    assert len(steps) == 1
    for one, other in pairwise(points):
        for low, high in zip(one.lines, other.lines, strict=True):
            # From lying to standing the line steps down by the 0.7 cm, nowhere else.
            change = index is Index.HEIGHT_AGE and one.x <= 730 < other.x
            change = change or (index is Index.WEIGHT_HEIGHT and one.x < 87 <= other.x)
            assert high >= low * (0.99 if change else 1)
            assert high <= low * 1.14


def test_a_chart_asks_for_a_piece_and_gets_that_piece() -> None:
    lines = reference_curve(Index.HEIGHT_AGE, Sex.MALE, first=100, last=130)
    assert [point.x for point in lines] == [float(day) for day in range(100, 131)]
    assert reference_curve(Index.WEIGHT_HEIGHT, Sex.MALE, first=10, last=44) == ()
    assert reference_curve(Index.WEIGHT_AGE, Sex.MALE, first=1900, last=2000) == ()
    assert reference_curve(Index.WEIGHT_AGE, Sex.MALE, first=9, last=3) == ()
    assert reference_curve(Index.WEIGHT_AGE, Sex.MALE, first=-50, last=9000)[-1].x == 1856


def test_the_line_of_a_chart_passes_through_the_child_that_has_its_z_score() -> None:
    (point,) = reference_curve(Index.WEIGHT_AGE, Sex.FEMALE, first=365, last=365)
    assert point.lines[2] == pytest.approx(8.9462)
