"""A form saved and taken up again at any point is the same form; the order of answers does not matter."""

from __future__ import annotations

from typing import Any

from form_tables import filled, form
from hypothesis import given, settings
from hypothesis import strategies as st
from rich_form import TYPED, begun, cells, picture

from juntos_campo.form_engine.session import Session

ADD, REMOVE, WRITE, PASTE = "add", "remove", "write", "paste"
STEPS = st.lists(
    st.tuples(
        st.sampled_from([ADD, ADD, REMOVE, WRITE, WRITE, WRITE, WRITE, WRITE, PASTE]),
        st.integers(0, 60),
        st.sampled_from(TYPED),
    ),
    max_size=14,
)


def act(session: Session, step: tuple[str, int, str], number: int) -> None:
    """One thing a person may do; `step` picks what, where and what is typed."""
    kind, place, text = step
    if kind in (WRITE, PASTE):
        open_cells = cells(session)
        first = place % len(open_cells)
        many = 3 if kind == PASTE else 1
        session.set_many(dict.fromkeys(open_cells[first : first + many], text))
    elif kind == ADD:
        children = session.rows("hijo")
        if place % 2 and children:
            session.add_row("vacuna", f"v{number}", children[place % len(children)])
        else:
            session.add_row("hogar", f"h{number}")
    elif kind == REMOVE and session.rows("hogar"):
        rows = session.rows("hogar")
        session.remove_row("hogar", rows[place % len(rows)])


@settings(max_examples=40, deadline=None)
@given(STEPS)
def test_a_form_saved_and_taken_up_again_at_any_point_is_the_same(
    steps: list[tuple[str, int, str]],
) -> None:
    session = begun()
    for number, step in enumerate(steps):
        act(session, step, number)
        before = picture(session)
        assert picture(begun(session.state())) == before


@settings(max_examples=40, deadline=None)
@given(STEPS, STEPS)
def test_work_goes_on_after_taking_up_as_if_the_form_had_stayed_open(
    steps: list[tuple[str, int, str]], more: list[tuple[str, int, str]]
) -> None:
    session = begun()
    for number, step in enumerate(steps):
        act(session, step, number)
    again = begun(session.state())
    for number, step in enumerate(more, start=len(steps)):
        act(session, step, number)
        act(again, step, number)
    # What is drawn by lot after taking up may be drawn otherwise.
    drawn = ("una", "ficha", "suerte")
    assert without(picture(session), drawn) == without(picture(again), drawn)


def without(seen: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    kept = ("answers", "state", "record")
    plain = {key: value for key, value in seen.items() if key not in (*keys, *kept)}
    for key in kept:
        plain[key] = {one: value for one, value in seen[key].items() if one not in keys}
    return plain


STILL = form(
    """
    | type | name | label | relevant | constraint | calculation | choice_filter | repeat_count |
    | integer | n | N | | | | | |
    | select_one dep | dep | Dep | ${n} > 0 | | | | |
    | select_one prov | prov | Prov | | | | dep = ${dep} | |
    | begin repeat | fila | Fila | | | | | ${n} |
    | integer | a | A | | . < ${tope} | | | |
    | integer | b | B | ${a} > 1 | | | | |
    | calculate | c | | | | ${a} + ${b} + ${extra} | | |
    | end repeat | | | | | | | |
    | integer | tope | Tope | | | | | |
    | integer | extra | Extra | ${total} > 3 | | | | |
    | calculate | total | | | | sum(${a}) | | |
    | calculate | todo | | | | sum(${c}) | | |
    """,
    "| list_name | name | label | dep |\n| dep | x | X | |\n| dep | y | Y | |\n"
    "| prov | p | P | x |\n| prov | q | Q | y |",
)
CELLS = ("n", "dep", "prov", "tope", "extra", "1/a", "1/b", "2/a", "2/b", "3/a", "3/b")


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(CELLS), st.sampled_from(["", "1", "2", "3", "x", "y", "p"])),
    st.randoms(use_true_random=False),
)
def test_the_order_in_which_answers_come_does_not_matter(
    answers: dict[str, str], random: Any
) -> None:
    answers = {"n": "3", **answers}
    order = [key for key in answers if key != "n"]
    random.shuffle(order)
    one_by_one = filled(STILL)
    one_by_one.set("n", "3")
    for key in order:
        one_by_one.set(key, answers[key])
    one_by_one.set("n", answers["n"])
    at_once = filled(STILL)
    at_once.set("n", "3")
    at_once.set_many(answers)
    from_scratch = filled(STILL, answers={**one_by_one.state(), "n": "3"})
    from_scratch.set("n", answers["n"])

    def seen(session: Session) -> Any:
        return session.answers(), session.findings(), session.rows("fila")

    assert seen(at_once) == seen(one_by_one) == seen(from_scratch)


def test_what_a_change_touches_is_told_and_nothing_else_differs() -> None:
    session = begun()
    session.add_row("hogar", "h1")
    session.add_row("hogar", "h2")
    session.set_many({"ver": "si", "dep": "cu", "h1/hijos": "3", "h2/hijos": "2"})
    for address, text in (("n", "4"), ("dep", "ap"), ("h1/1/edad", "7"), ("dia", "2026-01-01")):
        before = picture(session)
        touched = session.set(address, text)
        after = picture(session)
        parts = {"answers", "state", "record", "findings", "rows"}
        changed = {key for key in after.keys() - parts if before.get(key) != after[key]}
        assert changed <= touched, address
