"""What may be typed into each kind of cell."""

from __future__ import annotations

from datetime import date

import pytest

from juntos_campo.form_engine.question_types import QUESTION_TYPES
from juntos_campo.form_engine.question_types.base import AnswerError, Choice, Reading

READING = Reading(
    date(2026, 11, 21),
    "default",
    (Choice("si", {"default": "SÍ"}), Choice("no", {"default": "NO"})),
    {"start": "0", "end": "5", "step": "1"},
)


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("date", "14/11", "2026-11-14"),
        ("date", "1/1", "2027-01-01"),
        ("date", "3/5/90", "1990-05-03"),
        ("date", "3/5/30", "2030-05-03"),
        ("date", "14-nov", "2026-11-14"),  # what Excel in Spanish makes of 14/11, and copies
        ("date", "14-nov-26", "2026-11-14"),
        ("date", "3 set. 2026", "2026-09-03"),
        ("date", "3 de septiembre de 2026", "2026-09-03"),
        ("date", "14/NOV/2026", "2026-11-14"),
        ("date", "14-11-26", "2026-11-14"),
        ("date", "14.11.2026", "2026-11-14"),
        ("date", "2026-11-14", "2026-11-14"),
        ("date", "2026-11-14 00:00:00", "2026-11-14"),
        ("date", "29/2/2024", "2024-02-29"),
        ("integer", "06", 6),
        ("integer", "-3", -3),
        ("decimal", "11,2", 11.2),
        ("decimal", "8", 8.0),
        ("decimal", ".5", 0.5),
        ("select_one", "s", "si"),
        ("select_one", "Sí", "si"),
        ("select_one", "SI", "si"),
        ("select_one", "no", "no"),
        ("acknowledge", "x", "OK"),
        ("text", "ñandú", "ñandú"),
        ("text", "pe\x08gado", "pegado"),
        ("select_multiple", "no si", "si no"),
        ("select_multiple", "Sí, no", "si no"),
        ("select_multiple", "s; n; s", "si no"),
        ("rank", "no, sí", "no si"),
        ("time", "8:30", "08:30"),
        ("time", "14h30", "14:30"),
        ("time", "2:30 p. m.", "14:30"),
        ("time", "12 am", "00:00"),
        ("time", "0830", "08:30"),
        ("time", "08:30:00.000-05:00", "08:30"),
        ("dateTime", "21/11 14:30", "2026-11-21T14:30"),
        ("dateTime", "21/11/2026 2:30 pm", "2026-11-21T14:30"),
        ("dateTime", "2026-11-21T14:30", "2026-11-21T14:30"),
        ("dateTime", "2026-11-21T19:30:00.000Z", "2026-11-21T14:30"),
        ("geopoint", "-14.02, -72.53", "-14.02 -72.53 0 0"),
        ("geopoint", "-14,02 -72,53", "-14.02 -72.53 0 0"),
        ("geopoint", "-14.02 -72.53 3245 4.5", "-14.02 -72.53 3245 4.5"),
        ("range", "4", 4),
        ("barcode", " 775\x1d0123 ", "7750123"),
        ("image", "a" * 64 + ".png", "a" * 64 + ".png"),
        ("start", "2026-11-21T10:00:00-05:00", "2026-11-21T10:00"),
        ("today", "2026-11-21", "2026-11-21"),
    ],
)
def test_what_a_person_types_is_understood(kind: str, typed: str, answer: object) -> None:
    assert QUESTION_TYPES[kind].read(typed, READING) == answer


def test_a_pasted_household_code_finds_the_household_listed_with_it() -> None:
    houses = (
        Choice("h1", {"default": "ACHAHUI LAYME, Ruth · 0307-004083"}),
        Choice("h2", {"default": "PUMA ROJAS, Flor · 0307-004159"}),
        Choice("h3", {"default": "PUMA ROJAS, Ana · 0307-004159"}),
    )
    reading = Reading(date(2026, 11, 21), choices=houses)
    assert QUESTION_TYPES["select_one"].read("0307-004083", reading) == "h1"
    with pytest.raises(AnswerError):
        QUESTION_TYPES["select_one"].read("0307-004159", reading)
    with pytest.raises(AnswerError):
        QUESTION_TYPES["select_one"].read("004083", reading)


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", "31/11"),
        ("date", "29/2/2026"),
        ("date", "noviembre"),
        ("date", "14/11/202"),
        ("date", "14-foo"),
        ("date", "31-nov"),
        ("date", "14-no"),
        ("integer", "1.5"),
        ("integer", "1_000"),
        ("integer", "²"),
        ("decimal", "1.2.3"),
        ("decimal", "once"),
        ("select_one", "quizás"),
        ("acknowledge", "no"),
        ("select_multiple", "si, quizás"),
        ("rank", "primero"),
        ("time", "25:00"),
        ("time", "8"),
        ("time", "13 pm"),
        ("time", "mañana"),
        ("dateTime", "21/11"),
        ("dateTime", "31/11 8:00"),
        ("geopoint", "cerca"),
        ("geopoint", "-14.02"),
        ("geopoint", "140, 20"),
        ("geopoint", "-14 -200"),
        ("geopoint", "nan, 3"),
        ("range", "6"),
        ("range", "1.5"),
        ("range", "NaN"),
        ("image", "mi foto"),
        ("file", "../secreto"),
        ("note", "algo"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(kind: str, typed: str) -> None:
    with pytest.raises(AnswerError) as caught:
        QUESTION_TYPES[kind].read(typed, READING)
    assert len(str(caught.value)) > 20


SHOWN = {
    "date": "2026-11-14",
    "time": "08:30",
    "dateTime": "2026-11-14T08:30",
    "integer": 6,
    "decimal": 11.25,
    "range": 3,
    "select_one": "si",
    "select_multiple": "si no",
    "rank": "no si",
    "geopoint": "-14.02 -72.53 0 0",
    "text": "hola",
    "barcode": "775",
}


@pytest.mark.parametrize("kind", SHOWN)
def test_what_is_shown_can_be_typed_again(kind: str) -> None:
    question_type = QUESTION_TYPES[kind]
    shown = question_type.show(SHOWN[kind], READING)
    assert question_type.read(shown, READING) == SHOWN[kind]


@pytest.mark.parametrize("kind", SHOWN)
def test_what_is_kept_can_be_taken_up_again(kind: str) -> None:
    assert QUESTION_TYPES[kind].read(str(SHOWN[kind]), READING) == SHOWN[kind]


@pytest.mark.parametrize(
    ("kind", "answer", "number"),
    [
        ("date", "1970-01-02", 1.0),
        ("date", "1969-12-31", -1.0),
        ("time", "06:00", 0.25),
        ("time", "00:00", 0.0),
        ("time", "00:01", 1 / 1440),
        ("dateTime", "1970-01-02T12:00", 1.5),
    ],
)
def test_points_in_time_are_numbers_that_xpath_can_compare(
    kind: str, answer: str, number: float
) -> None:
    text = QUESTION_TYPES[kind].to_tree(answer)
    assert float(text) == number
    assert "e" not in text


def test_every_type_is_called_as_the_sheet_writes_it() -> None:
    assert all(name == kind.name for name, kind in QUESTION_TYPES.items())
