"""What is asked about again while a weight or height is typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from rule_people import MakeMember

from juntos_campo.domain.values import Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.doubt import doubts_of
from juntos_campo.norms.growth.model import Index, Measurement
from juntos_campo.norms.growth.zscore import reference, value_at

ON = date(2026, 11, 14)
figures = st.tuples(st.none() | st.floats(0.3, 200), st.none() | st.floats(20, 220))
courses = st.floats(-2, 2)


def measured(child_days: int, on: date, weight_z: float, height_z: float) -> Measurement:
    values = []
    for index, z in ((Index.WEIGHT_AGE, weight_z), (Index.HEIGHT_AGE, height_z)):
        lms = reference(index, Sex.FEMALE, age_days=child_days)
        assert lms is not None
        values.append(round(value_at(z, lms), 1))
    return Measurement(on, *values)


@given(st.integers(-400, 8000), figures, st.lists(st.tuples(st.integers(-900, 900), figures)))
def test_whatever_is_typed_there_is_at_most_one_question_a_figure(
    book: RuleBook,
    member: MakeMember,
    age: int,
    typed: tuple[float | None, float | None],
    known: list[tuple[int, tuple[float | None, float | None]]],
) -> None:
    child = member(ON - timedelta(days=age))
    earlier = [Measurement(ON - timedelta(days=days), *values) for days, values in known]
    doubts = doubts_of(Measurement(ON, *typed), child, earlier, book.growth[-1])
    asked = [doubt.figure for doubt in doubts]
    assert len(asked) == len(set(asked))
    # Only what was typed is asked about, and only of a child under five.
    typed_figures = {"weight_kg": typed[0], "height_cm": typed[1]}
    assert all(typed_figures[figure] is not None for figure in asked)
    assert not asked or 0 <= age <= 1826


@given(
    st.integers(60, 1700), st.tuples(courses, courses), st.floats(-0.5, 0.5), st.integers(28, 50)
)
def test_a_child_on_its_course_is_never_asked_about(
    book: RuleBook,
    member: MakeMember,
    age: int,
    course: tuple[float, float],
    drift: float,
    days: int,
) -> None:
    weight_z, height_z = course
    child = member(ON - timedelta(days=age))
    before = measured(age - days, ON - timedelta(days=days), weight_z, height_z)
    now = measured(age, ON, weight_z + drift, height_z)
    assert doubts_of(now, child, [before], book.growth[-1]) == ()


def test_where_the_pack_asks_nothing_of_changes_nothing_is_asked(
    book: RuleBook, member: MakeMember
) -> None:
    child = member(ON - timedelta(days=400))
    before = measured(300, ON - timedelta(days=100), 2.0, 2.0)
    now = measured(400, ON, -2.0, -2.0)
    assert {doubt.figure for doubt in doubts_of(now, child, [before], book.growth[-1])} == {
        "weight_kg",
        "height_cm",
    }
    silent = replace(book.growth[-1], jump_z=None, shrink_cm=None)
    assert doubts_of(now, child, [before], silent) == ()
    same_day = [replace(before, on=ON)]
    assert doubts_of(now, child, same_day, book.growth[-1]) == ()
