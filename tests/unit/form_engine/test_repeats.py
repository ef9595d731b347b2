"""Rows within rows: who is in which row, how many there are, and what is added up over them."""

from __future__ import annotations

import pytest
from form_tables import NOW, filled, form

from juntos_campo.domain.errors import ProgrammingError, UserError
from juntos_campo.form_engine import problems
from juntos_campo.form_engine.session import STARTED, Session

NESTED = form("""
| type | name | label | calculation | repeat_count | constraint |
| begin repeat | hogar | Hogar ${jefe} | | | |
| text | jefe | Jefe | | | |
| integer | tope | Edad tope | | | |
| begin repeat | hijo | Hijo ${lugar} | | | |
| calculate | lugar | | position(..) | | |
| calculate | hogar_n | | position(../..) | | |
| integer | edad | Edad | | | ${tope} = '' or . <= ${tope} |
| end repeat | | | | | |
| calculate | hijos | | count(${hijo}) | | |
| calculate | suma | | sum(${edad}) | | |
| end repeat | | | | | |
| calculate | todos | | count(${hijo}) | | |
| calculate | total | | sum(${edad}) | | |
| calculate | primero | | indexed-repeat(${edad}, ${hogar}, 2, ${hijo}, 1) | | |
""")


@pytest.fixture
def family() -> Session:
    session = filled(NESTED)
    for household in ("a", "b"):
        session.add_row("hogar", household)
        for child in ("x", "y"):
            session.add_row("hijo", child, household)
    session.set_many({"a/x/edad": 3, "a/y/edad": 5, "b/x/edad": 7, "b/y/edad": 11})
    return session


def test_each_household_adds_up_its_own_children_and_the_form_all_of_them(family: Session) -> None:
    assert [family.answer(f"{row}/suma") for row in ("a", "b")] == ["8", "18"]
    assert [family.answer(f"{row}/hijos") for row in ("a", "b")] == ["2", "2"]
    assert family.answer("total") == "26"
    assert family.answer("todos") == "4"


def test_a_child_knows_its_place_and_that_of_its_household(family: Session) -> None:
    assert [family.answer(f"{row}/lugar") for row in family.rows("hijo")] == ["1", "2", "1", "2"]
    assert [family.answer(f"{row}/hogar_n") for row in family.rows("hijo")] == ["1", "1", "2", "2"]


def test_a_row_put_back_stands_where_it_stood_and_every_place_is_counted_anew(
    family: Session,
) -> None:
    assert family.row_behind("hogar", "a") == "b"
    assert family.row_behind("hijo", "a/x") == "a/y"
    assert family.row_behind("hijo", "a/y") == "", "the next household is another list"
    touched = family.add_row("hogar", "n", before="b")
    family.add_row("hijo", "z", "n")
    family.add_row("hijo", "w", "n", before="n/z")
    family.add_row("hijo", "v", "n", before="a/x")
    assert family.rows("hogar") == ("a", "n", "b")
    assert family.rows("hijo", "n") == ("n/w", "n/z", "n/v"), "a row of another list is no place"
    assert {"b/x/hogar_n", "b/y/hogar_n", "n/jefe"} <= touched
    assert [family.answer(f"{row}/hogar_n") for row in family.rows("hijo", "b")] == ["3", "3"]
    assert [family.answer(f"{row}/lugar") for row in family.rows("hijo", "n")] == ["1", "2", "3"]
    again = Session(NESTED, NOW, answers=family.state())
    assert again.state() == family.state()
    assert again.rows("hijo") == family.rows("hijo")


def test_rows_are_listed_as_a_whole_and_by_household(family: Session) -> None:
    assert family.rows("hogar") == ("a", "b")
    assert family.rows("hijo") == ("a/x", "a/y", "b/x", "b/y")
    assert family.rows("hijo", "b") == ("b/x", "b/y")


def test_what_a_household_says_concerns_its_own_children_only(family: Session) -> None:
    touched = family.set("a/tope", 4)
    assert "a/y/edad" in touched
    assert not {address for address in touched if address.startswith("b/")}
    assert family.finding("a/y/edad") is not None
    assert family.finding("a/x/edad") is None


def test_one_cell_of_another_row_is_found_by_its_numbers(family: Session) -> None:
    assert family.answer("primero") == "7"
    family.remove_row("hijo", "b/x")
    assert family.answer("primero") == "11"


def test_removing_a_row_takes_its_children_and_moves_the_others_up(family: Session) -> None:
    touched = family.remove_row("hogar", "a")
    assert not {address for address in touched if address.startswith("a/")}
    assert family.rows("hijo") == ("b/x", "b/y")
    assert family.answer("total") == "18"
    assert family.answer("b/x/hogar_n") == "1"
    assert {"total", "todos", "b/x/hogar_n"} <= touched
    with pytest.raises(UserError, match="a/x/edad"):
        family.answer("a/x/edad")


def test_a_row_that_comes_back_under_its_old_key_is_empty(family: Session) -> None:
    family.remove_row("hijo", "a/x")
    touched = family.add_row("hijo", "x", "a")
    assert {"a/x/edad", "a/x/lugar"} <= touched
    assert family.answer("a/x/edad") is None
    assert family.answer("a/x/lugar") == "2"
    assert family.answer("a/hijos") == "2"


def test_rows_are_called_as_the_form_says(family: Session) -> None:
    family.set("b/jefe", "Rosa")
    assert family.row_label("hogar", "b") == "Hogar Rosa"
    assert family.row_label("hijo", "b/y") == "Hijo 2"
    hijo = next(group for group in NESTED.repeats if group.name == "hijo")
    assert family.label_of(hijo, "b").startswith("Hijo")
    assert family.label_of(hijo).startswith("Hijo")


COUNTED = form("""
| type | name | label | calculation | repeat_count | default | relevant |
| integer | n | Cuántos | | | | |
| text | hay | Hay hijos | | | | |
| begin repeat | hijo | Hijo | | ${n} | | ${hay} != 'no' |
| text | nombre | Nombre | | | sin nombre | |
| integer | edad | Edad | | | | |
| end repeat | | | | | | |
| begin repeat | fijo | Fijo | | 2 | | |
| text | x | X | | | | |
| end repeat | | | | | | |
| begin repeat | doble | Doble | | count(${hijo}) * 2 | | |
| text | y | Y | | | | |
| end repeat | | | | | | |
| calculate | cuantos | | count(${hijo}) | | | |
| calculate | suma | | sum(${edad}) | | | |
""")


def test_the_form_makes_as_many_rows_as_it_is_told() -> None:
    session = filled(COUNTED)
    assert session.rows("hijo") == ()
    assert session.rows("fijo") == ("1", "2")
    touched = session.set("n", "3")
    assert session.rows("hijo") == ("1", "2", "3")
    assert session.rows("doble") == ("1", "2", "3", "4", "5", "6")
    assert {"3/nombre", "3/edad", "6/y", "cuantos"} <= touched
    assert session.answer("3/nombre") == "sin nombre"


def test_rows_beyond_the_count_are_out_of_sight_and_come_back_as_they_were() -> None:
    session = filled(COUNTED)
    session.set("n", 3)
    session.set_many({"1/edad": 4, "3/edad": "mucha", "3/nombre": ""})
    touched = session.set("n", 1)
    assert "3/edad" in touched
    assert session.rows("hijo") == ("1",)
    assert session.findings() == ()
    assert "3/edad" not in session.answers()
    assert session.answer("cuantos") == "1"
    session.set("n", 3)
    assert session.given("3/edad") == "mucha"
    assert session.finding("3/edad") is not None
    assert session.given("3/nombre") is None
    assert session.answer("suma") == "4"


@pytest.mark.parametrize(
    ("count", "rows"), [("", 0), ("0", 0), ("-2", 0), ("mucho", 0), ("2", 2), ("999999", 500)]
)
def test_no_number_typed_as_a_count_stops_the_program(count: str, rows: int) -> None:
    session = filled(COUNTED)
    session.set("n", count)
    assert len(session.rows("hijo")) == rows
    finding = session.finding("n")
    assert (finding is not None) == (count in ("mucho", "999999"))


def test_nobody_adds_rows_where_the_form_counts_them() -> None:
    session = filled(COUNTED)
    assert not session.can_add("hijo")
    assert filled(NESTED).can_add("hogar")
    for change in (session.add_row, session.remove_row):
        with pytest.raises(UserError) as caught:
            change("fijo", "1")
        assert caught.value.problem is problems.COUNTED_ROWS


def test_a_repeat_that_does_not_apply_counts_for_nothing() -> None:
    session = filled(COUNTED)
    session.set("n", 2)
    session.set("1/edad", 4)
    path = next(group.path for group in COUNTED.repeats if group.name == "hijo")
    assert session.group_relevant(path)
    session.set("hay", "no")
    assert not session.group_relevant(path)
    assert not session.group_relevant(path, "1")
    assert session.answer("cuantos") == "0"
    assert session.answer("suma") == "0"
    session.set("hay", "si")
    assert session.answer("cuantos") == "2"


def test_a_repeat_without_rows_says_whether_it_applies() -> None:
    session = filled(COUNTED)
    path = next(group.path for group in COUNTED.repeats if group.name == "hijo")
    assert session.group_relevant(path)
    session.set("hay", "no")
    assert not session.group_relevant(path)


def test_an_answer_for_a_counted_row_needs_no_list_of_rows() -> None:
    session = filled(COUNTED, answers={"2/edad": 9, "n": 2})
    assert session.rows("hijo") == ("1", "2")
    assert session.answer("suma") == "9"
    assert session.answer("1/nombre") == "sin nombre"


DEEP = form("""
| type | name | label | calculation | repeat_count |
| begin repeat | a | A | | |
| integer | n | N | | |
| begin repeat | b | B | | ${n} |
| integer | m | M | | |
| begin repeat | c | C | | ${m} |
| integer | v | V | | |
| calculate | arriba | | ${v} + ${m} + ${n} | |
| end repeat | | | | |
| end repeat | | | | |
| calculate | suma | | sum(${arriba}) | |
| end repeat | | | | |
""")


def test_three_levels_of_rows_follow_each_other() -> None:
    session = filled(DEEP)
    session.add_row("a", "p")
    session.add_row("a", "q")
    session.set("p/n", 2)
    session.set("p/2/m", 2)
    session.set_many({"p/2/1/v": 10, "p/2/2/v": 20})
    assert session.rows("c") == ("p/2/1", "p/2/2")
    assert session.answer("p/suma") == "38"  # 10 + 20, and 2 + 2 for each of the two
    session.set("p/n", 1)
    assert session.rows("c") == ()
    session.set("p/n", 3)
    assert session.answer("p/suma") == "40"
    assert session.answer("q/suma") == "0"


def test_a_record_keeps_which_rows_it_has() -> None:
    session = filled(NESTED)
    session.add_row("hogar", "a")
    session.add_row("hijo", "x", "a")
    kept = session.record_answers()
    assert kept["#hogar"] == "a"
    assert kept["a/#hijo"] == "x"
    again = filled(NESTED, answers=kept)
    assert again.rows("hijo") == ("a/x",)
    assert again.answers() == session.answers()


def test_rows_of_a_repeat_named_like_another_keep_apart() -> None:
    definition = form("""
        | type | name | label |
        | begin group | uno | Uno |
        | begin repeat | fila | Fila |
        | text | x | X |
        | end repeat | | |
        | end group | | |
        | begin group | dos | Dos |
        | begin repeat | otra | Otra |
        | text | x | X |
        | end repeat | | |
        | end group | | |
    """)
    session = filled(definition)
    session.add_row("fila", "k")
    session.add_row("otra", "k")
    session.set("k/uno.fila.x", "primero")
    session.set("k/dos.otra.x", "segundo")
    assert session.answer("k/uno.fila.x") == "primero"
    assert session.answers()["k/dos.otra.x"] == "segundo"


@pytest.mark.parametrize("key", ["", "a b", "a/b"])
def test_a_row_is_not_added_under_a_key_that_could_not_be_kept(key: str) -> None:
    session = filled(NESTED)
    with pytest.raises(ProgrammingError):
        session.add_row("hogar", key)
    assert session.rows("hogar") == ()


def test_a_row_added_twice_is_there_once() -> None:
    session = filled(NESTED)
    session.add_row("hogar", "a")
    session.set("a/jefe", "Rosa")
    session.add_row("hogar", "a")
    assert session.rows("hogar") == ("a",)
    assert session.answer("a/jefe") == "Rosa"


@pytest.mark.parametrize("rows", ["2", "3 1", "x 2", "2 2", "0 2 01"])
def test_counted_rows_are_numbered_whatever_a_draft_says(rows: str) -> None:
    kept = {STARTED: "2026-11-21T10:00", "#hijo": rows, "n": 3, "2/edad": 7}
    session = filled(COUNTED, answers=kept)
    assert session.rows("hijo") == ("1", "2", "3")
    assert session.answer("2/edad") == 7
    assert session.answer("suma") == "7"
    session.set("n", 1)
    assert session.rows("hijo") == ("1",)
