"""What a measurement is called, why, and what is told beside it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_people import MakeEvent, MakeMember

from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.assess import assess_growth, growth_of, read_position
from juntos_campo.norms.growth.model import (
    GrowthAssessment,
    Index,
    IndexResult,
    Measurement,
    Position,
)
from juntos_campo.norms.growth.zscore import reference, value_at
from juntos_campo.norms.model import Trust

Judge = Callable[..., GrowthAssessment]

OLD_NORM = date(2025, 10, 17)
NEW_NORM = date(2025, 10, 18)
W, H, P = Index.WEIGHT_AGE, Index.HEIGHT_AGE, Index.WEIGHT_HEIGHT


@pytest.fixture
def judge(book: RuleBook, member: MakeMember) -> Judge:
    def call(
        age_days: int,
        *,
        weight: float | None = None,
        height: float | None = None,
        position: Position = Position.UNKNOWN,
        on: date = OLD_NORM,
        breastfed: bool | None = None,
        **born: object,
    ) -> GrowthAssessment:
        child = member(on - timedelta(days=age_days), **born)
        measurement = Measurement(on, weight, height, position)
        return assess_growth(measurement, child, book, breastfed=breastfed)

    return call


def at(index: Index, z: float, age_days: int, height: float | None = None) -> float:
    """The figure of a girl that has this z-score; what the tests measure is not its own answer."""
    lms = reference(index, Sex.FEMALE, age_days=age_days, height_cm=height)
    assert lms is not None
    return value_at(z, lms)


def result(one: GrowthAssessment, index: Index) -> IndexResult:
    found = one.result(index)
    assert found is not None
    return found


CLASSES = [
    # As the norm's table prints them (p. 16): P/E, T/E, P/T.
    (W, -3.01, "bajo peso severo"),
    (W, -3.0, "bajo peso"),
    (W, -2.01, "bajo peso"),
    (W, -2.0, "normal"),
    (W, 2.0, "normal"),
    (W, 2.01, "sobrepeso"),
    (W, 4.0, "sobrepeso"),
    (H, -3.01, "talla baja severa"),
    (H, -3.0, "talla baja"),
    (H, -2.01, "talla baja"),
    (H, -2.0, "normal"),
    (H, 2.0, "normal"),
    (H, 2.01, "alto"),
    (H, 3.0, "alto"),
    (H, 3.01, "muy alto"),
    (P, -3.01, "desnutrición aguda severa"),
    (P, -3.0, "desnutrición aguda"),
    (P, -2.01, "desnutrición aguda"),
    (P, -2.0, "normal"),
    (P, 2.0, "normal"),
    (P, 2.01, "sobrepeso"),
    (P, 3.0, "sobrepeso"),
    (P, 3.01, "obesidad"),
]


@pytest.mark.parametrize(("index", "z", "label"), CLASSES)
@pytest.mark.parametrize("on", [OLD_NORM, NEW_NORM])
def test_a_child_just_at_a_limit_is_called_what_the_norm_calls_it(
    index: Index,
    z: float,
    label: str,
    on: date,
    judge: Judge,
) -> None:
    age = 400
    figures = {
        W: {"weight": at(W, z, age)},
        H: {"height": at(H, z, age)},
        P: {"weight": at(P, z, age, 75.0), "height": 75.0},
    }[index]
    found = result(judge(age, on=on, **figures), index)
    assert (found.z, found.label) == (z, label)
    assert found.alarm is (label not in ("normal", "alto", "muy alto"))
    assert bool(found.why.next_step) is found.alarm
    assert label in found.why.text
    assert f"{z:+.2f}" in found.why.text


def test_a_norm_that_was_not_read_is_never_shown_as_official(judge: Judge) -> None:
    old, new = (result(judge(400, weight=8.0, on=on), W) for on in (OLD_NORM, NEW_NORM))
    assert "NTS 137" in old.why.norm
    assert old.why.trust is Trust.CONFIRMED
    assert "NTS 238" in new.why.norm
    assert new.why.trust is Trust.RECALL


@pytest.mark.parametrize(
    ("age", "position", "used", "note"),
    [
        (730, Position.LYING, 84.0, ""),
        (730, Position.STANDING, 84.7, ""),
        (731, Position.STANDING, 84.0, ""),
        (731, Position.LYING, 83.3, ""),
        (730, Position.UNKNOWN, 84.0, "echado"),
        (731, Position.UNKNOWN, 84.0, "de pie"),
        (200, Position.STANDING, 84.0, "De pie antes de 9 meses no se cree"),
    ],
)
def test_lying_and_standing_are_brought_to_what_the_table_wants(
    age: int,
    position: Position,
    used: float,
    note: str,
    judge: Judge,
) -> None:
    one = judge(age, height=84.0, position=position)
    assert one.height_used_cm == pytest.approx(used)
    assert note in one.note
    adjusted = used != 84.0
    assert ("se midió" in result(one, H).why.text) is adjusted
    # The 0.7 cm are from memory: what depends on them is no more official than they are.
    assert result(one, H).why.trust is (Trust.RECALL if adjusted else Trust.CONFIRMED)


def test_standing_is_believed_from_nine_months_on(book: RuleBook, member: MakeMember) -> None:
    child = member(date(2025, 1, 15))
    for on, used in ((date(2025, 10, 14), 70.0), (date(2025, 10, 15), 70.7)):
        one = assess_growth(Measurement(on, None, 70.0, Position.STANDING), child, book)
        assert one.height_used_cm == pytest.approx(used)


@pytest.mark.parametrize(("age", "classed"), [(28, False), (29, True), (1825, True), (1827, False)])
def test_a_newborn_and_a_child_of_five_are_measured_but_not_labelled(
    age: int,
    classed: bool,
    judge: Judge,
) -> None:
    for found in judge(age, weight=at(W, -2.5, age), height=at(H, 0, age)).results:
        assert found.z is not None
        assert bool(found.key) is classed
        assert classed or not found.alarm
        assert classed or "clasifica desde 29 días y antes de 5 años" in found.why.text


def test_beyond_the_tables_nothing_is_claimed(judge: Judge) -> None:
    assert judge(1856, weight=18.0).results
    assert judge(1857, weight=18.0).results == ()


@pytest.mark.parametrize(
    ("age", "breastfed", "label", "alarm"),
    [
        (120, True, "", False),
        (120, None, "sobrepeso", False),
        (120, False, "sobrepeso", True),
        (190, True, "sobrepeso", True),
        (190, None, "sobrepeso", True),
    ],
)
def test_a_baby_on_breast_milk_alone_is_not_called_overweight(
    age: int,
    breastfed: bool | None,
    label: str,
    alarm: bool,
    judge: Judge,
) -> None:
    found = result(judge(age, weight=at(W, 2.5, age), breastfed=breastfed), W)
    assert (found.label, found.alarm) == (label, alarm)
    assert ("leche materna" in found.why.text) is (age < 180 and breastfed is not False)
    thin = result(judge(age, weight=at(W, -2.5, age), breastfed=breastfed), W)
    assert (thin.label, thin.alarm) == ("bajo peso", True)


def test_of_a_child_born_small_the_slope_is_to_be_looked_at(judge: Judge) -> None:
    assert "pendiente" not in judge(200, weight=7.0).note
    light = judge(200, weight=7.0, birth_weight_g=2499).note
    assert "pendiente" in light
    assert "corregida" not in light
    early = judge(200, weight=7.0, gestation_weeks=36).note
    assert "pendiente" in early
    assert "no está corregida" in early


@pytest.mark.parametrize(
    ("index", "inside", "outside"),
    [(W, -6.0, -6.01), (W, 5.0, 5.01), (H, 6.0, 6.01), (H, -6.0, -6.01), (P, 5.0, 5.01)],
)
def test_a_figure_who_does_not_believe_is_to_be_confirmed_first(
    index: Index,
    inside: float,
    outside: float,
    judge: Judge,
) -> None:
    for z, implausible in ((inside, False), (outside, True)):
        figures = {
            W: {"weight": at(W, z, 500)},
            H: {"height": at(H, z, 500)},
            P: {"weight": at(P, z, 500, 80.0), "height": 80.0},
        }[index]
        found = result(judge(500, **figures), index)
        assert found.z == z
        assert found.implausible is implausible
        assert ("Confirme la medida" in found.why.next_step) is implausible


def test_what_was_not_measured_says_so(judge: Judge) -> None:
    one = judge(300, weight=8.0)
    assert [result(one, index).z is None for index in Index] == [False, True, True]
    assert result(one, H).why.text == "Falta la talla."
    too_short = result(judge(300, weight=8.0, height=44.9), P)
    assert too_short.z is None
    assert "no llegan a esa talla" in too_short.why.text


@pytest.mark.parametrize(
    ("weight", "height", "code"),
    [
        (0.0, None, "NRM-030"),
        (-8.0, None, "NRM-030"),
        (8400.0, None, "NRM-030"),
        (math.nan, None, "NRM-030"),
        (math.inf, None, "NRM-030"),
        (None, 300.0, "NRM-031"),
        (None, 0.67, "NRM-031"),
        (None, math.nan, "NRM-031"),
    ],
)
def test_a_figure_that_cannot_be_is_refused_in_words(
    weight: float | None,
    height: float | None,
    code: str,
    judge: Judge,
) -> None:
    with pytest.raises(UserError) as caught:
        judge(300, weight=weight, height=height)
    assert caught.value.problem.code == code
    assert "No se perdió ningún dato" in str(caught.value)


def test_a_day_before_birth_and_an_unknown_position_are_refused(judge: Judge) -> None:
    with pytest.raises(UserError) as caught:
        judge(-1, weight=3.0)
    assert caught.value.problem.code == "NRM-032"
    with pytest.raises(UserError) as caught:
        read_position("parado")
    assert caught.value.problem.code == "NRM-033"
    assert [read_position(code) for code in ("l", " H ", "")] == [
        Position.LYING,
        Position.STANDING,
        Position.UNKNOWN,
    ]


@given(
    st.integers(0, 2500),
    st.floats(0.3, 200) | st.none(),
    st.floats(20, 220) | st.none(),
    st.sampled_from(list(Position)),
)
def test_no_possible_measurement_is_left_without_an_answer(
    book: RuleBook,
    member: MakeMember,
    age: int,
    weight: float | None,
    height: float | None,
    position: Position,
) -> None:
    child = member(OLD_NORM - timedelta(days=age))
    one = assess_growth(Measurement(OLD_NORM, weight, height, position), child, book)
    assert len(one.results) == (3 if age <= 1856 else 0)
    assert all(found.why.text and found.why.norm for found in one.results)


def test_of_several_records_on_a_day_the_fullest_counts_and_nonsense_is_left_out(
    book: RuleBook, member: MakeMember, event: MakeEvent
) -> None:
    born, today = date(2025, 1, 10), date(2025, 9, 1)
    child = member(born)
    on = date(2025, 5, 10)
    events = [
        event("CRED", date(2025, 8, 10), 7, weight_kg=8.1, height_cm=68.0),
        event("CRED", on, 4, weight_kg=6.5),
        event("HB", on, 1, weight_kg=6.6, height_cm=62.0),
        event("CRED", date(2025, 6, 10), 5, weight_kg=0.0, height_cm=64.0),
        event("CRED", date(2025, 7, 10), 6, weight_kg=7600.0),
        event("CRED", date(2025, 9, 2), 8, weight_kg=8.4),
        event("CRED", date(2025, 1, 9), 1, weight_kg=3.0),
        event("CRED", date(2025, 3, 10), 2),
        replace(event("CRED", date(2025, 3, 11), 3, weight_kg=5.0), member_id="other"),
    ]
    found = growth_of(child, events, book, today)
    assert [
        (one.measurement.on, one.measurement.weight_kg, one.measurement.height_cm) for one in found
    ] == [(on, 6.6, 62.0), (date(2025, 6, 10), None, 64.0), (date(2025, 8, 10), 8.1, 68.0)]
