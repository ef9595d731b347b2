"""A half-filled form meets another version: what agrees stays, what does not is told, nothing is lost."""

from __future__ import annotations

from time import perf_counter

import pytest
from migrating_forms import CHOICES, FEWER, NOW, form, moved

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.answers_between_types import DropReason
from juntos_campo.form_engine.comparison import compare_forms
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.migration import migrate
from juntos_campo.form_engine.session import Session

AGREEING: list[tuple[str, str, Answer, Answer]] = [
    ("integer", "decimal", 3, 3.0),
    ("decimal", "integer", 3.0, 3),
    ("integer", "text", 3, "3"),
    ("date", "text", "2026-11-21", "21/11/2026"),
    ("select_one causa", "text", "lejos", "Vive lejos"),
    ("select_multiple causa", "text", "lejos otro", "Vive lejos, Otro motivo"),
    ("text", "select_one causa", "otro", "otro"),
    ("text", "select_one causa", "vive LEJOS", "lejos"),
    ("text", "integer", "12", 12),
    ("text", "decimal", "8,4", 8.4),
    ("text", "date", "2026-11-21", "2026-11-21"),
    ("text", "date", "21/11/2026", "2026-11-21"),
    ("select_one causa", "select_multiple causa", "otro", "otro"),
    ("select_multiple causa", "select_one causa", "otro", "otro"),
    ("rank causa", "select_multiple causa", "otro lejos enfermo", "otro lejos enfermo"),
    ("select_one nota", "integer", "2", 2),
    ("integer", "select_one nota", 2, "2"),
    ("dateTime", "date", "2026-11-21T14:30", "2026-11-21"),
    ("image", "file", "a" * 64 + ".png", "a" * 64 + ".png"),
    ("text", "barcode", "775012", "775012"),
]


@pytest.mark.parametrize(("old", "new", "answer", "kept"), AGREEING)
def test_an_answer_stays_when_its_question_asks_for_a_type_that_agrees(
    old: str, new: str, answer: Answer, kept: Answer
) -> None:
    done = moved(old, new, answer)
    assert done.state == {"p": kept}
    assert type(done.state["p"]) is type(kept)
    assert done.dropped == ()
    assert done.kept == 1


DISAGREEING: list[tuple[str, str, Answer, str, DropReason]] = [
    ("decimal", "integer", 3.5, "3.5", DropReason.TYPE),
    ("text", "integer", "doce", "doce", DropReason.TYPE),
    ("text", "date", "21/11", "21/11", DropReason.TYPE),
    ("text", "select_one causa", "viaje", "viaje", DropReason.CHOICE),
    ("date", "dateTime", "2026-11-21", "21/11/2026", DropReason.TYPE),
    ("select_multiple causa", "select_one causa", "lejos otro", "", DropReason.TYPE),
    ("select_multiple causa", "rank causa", "lejos otro", "", DropReason.TYPE),
    ("image", "text", "a" * 64 + ".png", "", DropReason.TYPE),
    ("acknowledge", "select_one nota", "OK", "", DropReason.CHOICE),
    ("text", "note", "hola", "hola", DropReason.GONE),
]


@pytest.mark.parametrize(("old", "new", "answer", "text", "reason"), DISAGREEING)
def test_an_answer_that_would_have_to_be_guessed_is_told_with_what_was_typed(
    old: str, new: str, answer: Answer, text: str, reason: DropReason
) -> None:
    done = moved(old, new, answer)
    assert done.state == {}
    (lost,) = done.dropped
    assert (lost.address, lost.label, lost.answer, lost.reason) == ("p", "Pregunta", answer, reason)
    assert lost.text
    assert lost.text == text or not text


def test_what_the_form_now_works_out_itself_is_told_and_not_kept() -> None:
    new = form("calculate | p | | | | 1 + 1")
    done = migrate(form("integer | p | Pregunta"), new, {"p": 5})
    assert done.state == {}
    assert [one.reason for one in done.dropped] == [DropReason.COMPUTED]


def test_a_question_that_moved_to_another_group_keeps_its_answer() -> None:
    old = form("begin group | g | Uno", "text | p | Pregunta", "end group")
    new = form(
        "begin group | h | Dos", "begin group | i | Tres", "text | p | Pregunta", *["end group"] * 2
    )
    assert migrate(old, new, {"p": "hola"}).state == {"p": "hola"}


def test_a_question_that_must_now_be_named_by_its_group_keeps_its_answer() -> None:
    old = form("begin group | g | G", "text | p | P", "end group")
    new = form(
        "begin group | g | G", "text | p | P", "end group",
        "begin group | h | H", "text | p | Otra", "end group",
    )  # fmt: skip
    done = migrate(old, new, {"p": "hola"})
    assert done.state == {"g.p": "hola"}
    assert migrate(new, old, {"g.p": "hola"}).state == {"p": "hola"}


def test_a_renamed_question_is_one_gone_and_one_new() -> None:
    done = migrate(form("text | p | Peso"), form("text | peso | Peso | yes"), {"p": "8"})
    assert [one.label for one in done.dropped] == ["Peso"]
    assert [one.key for one in done.added] == ["peso"]


ROWS = (
    "begin repeat | ninos | Niños",
    "text | nombre | Nombre",
    "decimal | peso | Peso",
    "end repeat",
)
TWO = {"#ninos": "k1 k2", "k1/nombre": "Ana", "k1/peso": 8.4, "k2/nombre": "Leo"}


def test_rows_a_person_added_stay_with_their_answers_and_their_order() -> None:
    new = form(*ROWS[:2], "text | sexo | Sexo", *ROWS[2:])
    done = migrate(form(*ROWS), new, {**TWO, "#ninos": "k2 k1"})
    session = Session(new, NOW, answers=done.state)
    assert session.rows("ninos") == ("k2", "k1")
    assert session.answer("k1/peso") == 8.4


def test_rows_of_a_repeat_that_now_counts_itself_keep_their_place() -> None:
    new = form("integer | n | Cuántos", ROWS[0] + " | | | | | ${n}", *ROWS[1:])
    old = form("integer | n | Cuántos", *ROWS)
    done = migrate(old, new, {"n": 2, **TWO})
    assert done.state == {"n": 2, "1/nombre": "Ana", "1/peso": 8.4, "2/nombre": "Leo"}
    session = Session(new, NOW, answers=done.state)
    assert [session.answer(f"{row}/nombre") for row in session.rows("ninos")] == ["Ana", "Leo"]


def test_rows_that_were_counted_stay_when_a_person_adds_them_now() -> None:
    old = form("integer | n | Cuántos", ROWS[0] + " | | | | | ${n}", *ROWS[1:])
    new = form("integer | n | Cuántos", *ROWS)
    state: dict[str, Answer] = {"n": 2, "1/nombre": "Ana", "2/nombre": "Leo"}
    session = Session(new, NOW, answers=migrate(old, new, state).state)
    assert [session.answer(f"{row}/nombre") for row in session.rows("ninos")] == ["Ana", "Leo"]


def test_a_repeat_that_is_gone_is_told_answer_by_answer() -> None:
    done = migrate(form(*ROWS, "text | p | P"), form("text | p | P"), {**TWO, "p": "sí"})
    assert done.state == {"p": "sí"}
    assert [one.text for one in done.dropped] == ["Ana", "Leo", "8.4"], "question by question"


def test_a_question_that_left_its_repeat_is_told() -> None:
    done = migrate(form(*ROWS), form("text | nombre | Nombre"), TWO)
    assert done.state == {}
    assert len(done.dropped) == 3


def test_a_nested_repeat_keeps_its_rows_within_their_parents() -> None:
    old = form("begin repeat | a | A", "begin repeat | b | B", "text | t | T", *["end repeat"] * 2)
    new = form(
        "begin repeat | a | A", "begin group | g | G", "begin repeat | b | B", "text | t | T",
        "end repeat", "end group", "end repeat",
    )  # fmt: skip
    state: dict[str, Answer] = {"#a": "x", "x/#b": "p q", "x/q/t": "hola"}
    done = migrate(old, new, state)
    assert done.state == state
    assert Session(new, NOW, answers=done.state).answer("x/q/t") == "hola"


def test_a_chosen_entry_the_list_lost_is_told_by_its_label() -> None:
    old, new = (
        form("select_one causa | p | Motivo"),
        form("select_one causa | p | Motivo", choices=FEWER),
    )
    done = migrate(old, new, {"p": "enfermo"})
    assert done.state == {}
    (lost,) = done.dropped
    assert (lost.text, lost.reason) == ("Estuvo enfermo", DropReason.CHOICE)
    (change,) = done.changed
    assert (change.gone, change.fresh) == (("Estuvo enfermo",), ())


def test_of_several_entries_only_the_one_the_list_lost_is_taken_away() -> None:
    question = "select_multiple causa | p | Motivos"
    done = migrate(form(question), form(question, choices=FEWER), {"p": "lejos enfermo otro"})
    assert done.state == {"p": "lejos otro"}
    assert [one.text for one in done.dropped] == ["Estuvo enfermo"]


def test_an_entry_that_only_got_another_name_stays_chosen() -> None:
    renamed = CHOICES.replace("| causa | enfermo |", "| causa | enfermedad |")
    question = "select_one causa | p | Motivo"
    done = migrate(form(question), form(question, choices=renamed), {"p": "enfermo"})
    assert done.state == {"p": "enfermedad"}
    assert done.dropped == done.changed == ()


def test_what_was_typed_and_could_not_be_read_stays_in_its_cell() -> None:
    for kind in ("integer", "date", "select_one causa", "select_multiple causa"):
        done = moved(kind, kind, "ayer, quizás")
        assert done.state == {"p": "ayer, quizás"}, kind


def test_new_questions_are_told_the_required_first() -> None:
    new = form("text | a | A", "text | p | P", "text | b | B | yes", "note | n | Nota")
    assert [one.key for one in compare_forms(form("text | p | P"), new).added] == ["b", "a"]


def test_a_reworded_question_is_the_same_question() -> None:
    changes = compare_forms(form("text | p | Peso"), form("text | p | Peso en kilos"))
    assert not changes.added
    assert not changes.removed
    assert [(one.was, one.question.key) for one in changes.changed] == [("Peso", "p")]


def test_without_the_old_version_answers_stay_where_there_is_a_cell_for_them() -> None:
    new = form(*ROWS, "integer | n | N")
    done = migrate(None, new, {**TWO, "n": 3, "peso": 1, "k1/n": 1, "k1/talla": 50})
    assert done.state == {**TWO, "n": 3}
    assert [one.address for one in done.dropped] == ["peso", "k1/n", "k1/talla"]


def test_a_cell_emptied_on_purpose_stays_empty_and_is_not_told() -> None:
    done = migrate(form("date | p | P", "text | q | Q"), form("text | p | P"), {"p": "", "q": ""})
    assert done.state == {"p": ""}
    assert done.dropped == ()


def test_new_questions_begin_with_their_fixed_values_in_the_head_and_in_every_row() -> None:
    head = "| survey |\n| | type | name | label | default |\n| | text | p | P | x |\n"
    row = "| | begin repeat | r | R | |\n| | text | t | T | y |\n{}| | end repeat | | | |\n"
    end = "| settings |\n| | form_title | form_id | version |\n| | T | f | 1 |\n"
    old = load_text(head + row.format("") + end)
    begun = Session(old, NOW)
    begun.add_row("r", "k")
    begun.set("p", "")
    more = "| | text | q | Q | ciudad |\n"
    new = load_text(head + more + row.format("| | text | u | U | z |\n") + end)
    done = migrate(old, new, begun.state())
    session = Session(new, NOW, answers=done.state)
    assert [session.answer(cell) for cell in ("p", "q", "k/t", "k/u")] == [None, "ciudad", "y", "z"]
    assert done.kept == 1


NESTED = (
    "begin repeat | hogar | Hogar",
    "begin repeat | hijo | Hijo",
    "text | nombre | Nombre",
    "end repeat | |",
    "end repeat | |",
)


def test_rows_within_rows_that_are_counted_now_open_with_their_answers() -> None:
    counted = form("integer | n | N", NESTED[0] + " | | | | | ${n}", *NESTED[1:])
    state: dict[str, Answer] = {"n": 1, "#hogar": "h", "h/#hijo": "k", "h/k/nombre": "Ana"}
    done = migrate(form("integer | n | N", *NESTED), counted, state)
    assert Session(counted, NOW, answers=done.state).answer("1/k/nombre") == "Ana"


def test_a_draft_of_a_version_nobody_has_opens_with_the_rows_in_its_counted_rows() -> None:
    counted = form("integer | n | N", NESTED[0] + " | | | | | ${n}", *NESTED[1:])
    begun = Session(counted, NOW)
    begun.set("n", 2)
    begun.add_row("hijo", "k", "2")
    begun.set("2/k/nombre", "Ana")
    begun.set("n", 1)
    again = Session(counted, NOW, answers=migrate(None, counted, begun.state()).state)
    assert again.state() == begun.state()
    again.set("n", 2)
    assert again.answer("2/k/nombre") == "Ana"


def test_without_the_old_version_a_row_that_cannot_be_is_told_and_the_rest_opens() -> None:
    """The outer repeat of the lost version is a group now: its row names no row of the inner one."""
    new = form("integer | n | N", NESTED[0] + " | | | | | ${n}", *NESTED[1:])
    state: dict[str, Answer] = {"n": 1, "#casa": "r5", "r5/#hogar": "k", "r5/k/nombre": "Ana"}
    done = migrate(None, new, state)
    assert [one.text for one in done.dropped] == ["Ana"]
    assert Session(new, NOW, answers=done.state).answer("n") == 1


def test_a_whole_grid_moves_to_a_version_that_counts_its_rows_while_nobody_waits() -> None:
    columns = [f"integer | c{number} | C" for number in range(24)]
    head, end = "begin repeat | nino | Niño", "end repeat | |"
    old = form("integer | n | N", head, *columns, end)
    new = form("integer | n | N", head + " | | | | | ${n}", *columns, end)
    rows = [f"k{number}" for number in range(200)]
    cells: dict[str, Answer] = {f"{row}/c{number}": number for row in rows for number in range(24)}
    began = perf_counter()
    done = migrate(old, new, {"n": 200, "#nino": " ".join(rows), **cells})
    assert perf_counter() - began < 5, "a second would be long; row by row it was over a minute"
    assert done.state["200/c23"] == 23
    assert len(done.state) == 1 + len(cells)
