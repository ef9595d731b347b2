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
)


@pytest.mark.parametrize(
    ("kind", "typed", "answer"),
    [
        ("date", "14/11", "2026-11-14"),
        ("date", "1/1", "2027-01-01"),
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
    ],
)
def test_what_a_person_types_is_understood(kind: str, typed: str, answer: object) -> None:
    assert QUESTION_TYPES[kind].read(typed, READING) == answer


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("date", "31/11"),
        ("date", "29/2/2026"),
        ("date", "noviembre"),
        ("date", "14/11/202"),
        ("integer", "1.5"),
        ("integer", "1_000"),
        ("integer", "²"),
        ("decimal", "1.2.3"),
        ("decimal", "once"),
        ("select_one", "quizás"),
        ("acknowledge", "no"),
        ("note", "algo"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(kind: str, typed: str) -> None:
    with pytest.raises(AnswerError) as caught:
        QUESTION_TYPES[kind].read(typed, READING)
    assert len(str(caught.value)) > 20


@pytest.mark.parametrize("kind", ["date", "integer", "decimal", "select_one", "text"])
def test_what_is_shown_can_be_typed_again(kind: str) -> None:
    answers = {
        "date": "2026-11-14",
        "integer": 6,
        "decimal": 11.25,
        "select_one": "si",
        "text": "hola",
    }
    question_type = QUESTION_TYPES[kind]
    shown = question_type.show(answers[kind], READING)
    assert question_type.read(shown, READING) == answers[kind]
