"""A child's growth in the household's file: what is drawn, what is said, and what is not believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from visit_world import NOW, book

from juntos_campo.app.growth_file import (
    DAYS_A_MONTH,
    MOST_POINTS,
    ChartView,
    Coverage,
    GrowthFile,
    chart_of,
    class_text,
    control_text,
    growth_file,
    growth_line,
    measures_text,
    notable_results,
    weight_text,
    z_text,
)
from juntos_campo.domain.entities import Member, ServiceEvent
from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.norms.growth.model import Index

TODAY = NOW.date()
BORN = date(2025, 11, 21)
"""One year old today."""


def child(born: date = BORN, sex: Sex = Sex.MALE, **more: int) -> Member:
    return Member(
        id="kid", household_id="h1", document_kind=DocumentKind.DNI, document_number="60000001",
        paternal="Ccori", maternal="Quispe", given="Yeison", sex=sex, birth_date=born, **more,
    )  # fmt: skip


def measured(on: date, weight: float | None, height: float | None) -> ServiceEvent:
    return ServiceEvent(
        id=f"e{on}", household_id="h1", member_id="kid", service="CRED", on=on,
        weight_kg=weight, height_cm=height,
    )  # fmt: skip


def after(days: int) -> date:
    return BORN + timedelta(days=days)


STEADY = [
    measured(after(92), 6.4, 61.4),
    measured(after(183), 7.9, 67.6),
    measured(after(365), 9.6, 75.7),
]
"""Medians of WHO for boys at 3, 6 and 12 months, as its tables print them."""


def file_of(*events: ServiceEvent, member: Member | None = None) -> GrowthFile:
    return growth_file(member or child(), events, book(), TODAY)


def chart(index: Index, *events: ServiceEvent) -> ChartView:
    return chart_of(file_of(*events), index, TODAY)


@pytest.mark.parametrize(
    ("born", "coverage"),
    [
        (date(2021, 11, 21), Coverage.TOO_OLD),
        (date(2021, 11, 22), Coverage.NO_CONTROLS),
        (TODAY, Coverage.NO_CONTROLS),
    ],
)
def test_growth_is_followed_until_the_fifth_birthday(born: date, coverage: Coverage) -> None:
    assert file_of(member=child(born)).coverage is coverage


def test_every_control_is_a_point_at_its_age_and_weight() -> None:
    points = chart(Index.WEIGHT_AGE, *STEADY).points
    assert [(round(one.x * DAYS_A_MONTH), one.y) for one in points] == [
        (92, 6.4), (183, 7.9), (365, 9.6)
    ]  # fmt: skip
    assert [one.number for one in points] == [0, 1, 2]
    assert not any(one.alarm or one.doubtful for one in points)


def test_the_reference_at_twelve_months_is_what_who_prints_for_boys() -> None:
    """WHO, weight-for-age boys, z-scores, 12 months: 6.9, 7.7, 9.6, 12.0, 13.3."""
    view = chart(Index.WEIGHT_AGE, *STEADY)
    assert view.x_axis.last == 12
    assert view.curves[0].x == 0
    assert [round(value, 1) for value in view.curves[-1].lines] == [6.9, 7.7, 9.6, 12.0, 13.3]


@pytest.mark.parametrize("index", list(Index))
def test_a_curve_has_few_enough_points_to_be_drawn_in_a_blink_and_reaches_both_ends(
    index: Index,
) -> None:
    view = chart(index, *STEADY)
    assert 30 < len(view.curves) <= MOST_POINTS + 1
    assert view.curves[0].x == pytest.approx(view.x_axis.first, abs=0.11)
    assert view.curves[-1].x == pytest.approx(view.x_axis.last, abs=0.11)
    assert [one.x for one in view.curves] == sorted({one.x for one in view.curves})


@pytest.mark.parametrize(
    ("days", "last"), [(20, 6), (182, 6), (200, 12), (400, 24), (800, 36), (1200, 60), (1820, 60)]
)
def test_the_axis_of_age_ends_soon_after_the_childs_age(days: int, last: int) -> None:
    born = TODAY - timedelta(days=days)
    events = measured(TODAY - timedelta(days=10), 9.0, 70.0)
    view = chart_of(file_of(events, member=child(born)), Index.WEIGHT_AGE, TODAY)
    assert view.x_axis.last == last
    assert days / DAYS_A_MONTH <= last + 0.1


def test_weight_for_length_needs_both_figures_and_says_when_it_has_none() -> None:
    alone = measured(after(183), 7.9, None)
    view = chart(Index.WEIGHT_HEIGHT, alone)
    assert view.points == ()
    assert "ningún control" in view.description
    both = chart(Index.WEIGHT_HEIGHT, *STEADY, alone)
    assert [(one.x, one.y) for one in both.points] == [(61.4, 6.4), (67.6, 7.9), (75.7, 9.6)]
    assert both.x_axis.first <= 61.4 - 5
    assert both.x_axis.last >= 75.7 + 5
    assert (both.x_axis.title, both.y_axis.title) == ("cm", "kg")


def test_a_slip_of_the_pen_is_marked_and_does_not_flatten_the_curves() -> None:
    slip = measured(after(300), 96.0, 72.0)
    good, with_slip = chart(Index.WEIGHT_AGE, *STEADY), chart(Index.WEIGHT_AGE, *STEADY, slip)
    doubtful = [one for one in with_slip.points if one.doubtful]
    assert [one.y for one in doubtful] == [96.0]
    assert with_slip.y_axis == good.y_axis
    growth = file_of(*STEADY, slip)
    assert class_text(growth.controls[2].result(Index.WEIGHT_AGE)) == "cifra por revisar"


def test_stunting_is_told_with_its_class_and_calls_for_attention() -> None:
    """WHO, length-for-age boys, 12 months: -3 SD 68.6 cm, -2 SD 71.0 cm."""
    growth = file_of(*STEADY[:2], measured(after(365), 9.0, 69.5))
    last = growth.controls[-1]
    assert class_text(last.result(Index.HEIGHT_AGE)) == "talla baja"
    assert [class_text(one) for one in notable_results(last, book())] == ["talla baja"]
    assert notable_results(growth.controls[0], book()) == ()
    assert chart_of(growth, Index.HEIGHT_AGE, TODAY).points[-1].alarm
    assert "talla baja" in control_text(growth, last)


def test_who_cannot_see_the_chart_hears_how_many_controls_the_last_and_the_trend() -> None:
    view = chart(Index.WEIGHT_AGE, *STEADY)
    assert "Yeison: 3 controles" in view.description
    assert "9.6 kg · 75.7 cm" in view.description
    assert "normal" in view.description
    trend = file_of(*STEADY).trend(Index.WEIGHT_AGE)
    assert trend is not None
    assert trend.why.text in view.description


def test_controls_after_today_and_of_others_are_not_drawn() -> None:
    later = measured(TODAY + timedelta(days=1), 10.0, 76.0)
    other = replace(measured(after(250), 8.5, 70.0), member_id="somebody")
    assert len(file_of(*STEADY, later, other).controls) == 3


@pytest.mark.parametrize(
    ("value", "text"), [(-1.2, "-1.20"), (0.45, "+0.45"), (0.0, "+0.00"), (None, "")]
)
def test_a_z_score_is_written_with_its_sign(value: float | None, text: str) -> None:
    assert z_text(value) == text


@pytest.mark.parametrize(("value", "text"), [(7.6, "7.6"), (7.65, "7.65"), (10.0, "10.0")])
def test_a_weight_keeps_the_decagrams_that_were_read(value: float, text: str) -> None:
    assert weight_text(value) == text


def test_a_control_with_one_figure_says_only_that_figure() -> None:
    assert measures_text(file_of(measured(after(183), 7.9, None)).controls[0]) == "7.9 kg"
    assert measures_text(file_of(measured(after(183), None, 67.6)).controls[0]) == "67.6 cm"


def test_the_printed_sheet_says_how_the_child_grew_at_the_last_control() -> None:
    def line(*events: ServiceEvent) -> str:
        return growth_line(file_of(*events), book(), TODAY)

    assert line(*STEADY) == "crecimiento el 21 nov: normal"
    stunted = measured(after(365), 9.0, 69.5)
    assert line(*STEADY[:2], stunted) == "crecimiento el 21 nov: talla baja"
    assert line(measured(after(5), 3.3, 50.0)) == "", "the norm does not classify newborns"
    assert line() == ""
