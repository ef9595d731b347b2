"""Forms made up at random: answering cell by cell gives what computing everything anew gives."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from form_tables import filled, form
from hypothesis import given, settings
from hypothesis import strategies as st

from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.session import Session

PLACES = ("", "grupo", "fila", "fila/dentro", "fila/dentro", "fila", "otra")
"""Where a question stands, in the order of the form; the last part but a group's is a repeat."""


@dataclass(frozen=True)
class Made:
    """A question to be: which of those before it names, and how."""

    calculate: int
    relevant: int
    constraint: int
    names: tuple[int, int]


QUESTIONS = st.lists(
    st.builds(
        Made,
        st.integers(0, 5),
        st.integers(0, 5),
        st.integers(0, 3),
        st.tuples(st.integers(0, 13), st.integers(0, 13)),
    ),
    min_size=14,
    max_size=14,
)


def expression(kind: int, first: str, second: str) -> str:
    """One of a few formulas over two questions."""
    return (
        "",
        f"sum(${{{first}}}) + sum(${{{second}}})",
        f"count(${{{first}}}[. > 1]) + position(..)",
        f"if(${{{first}}} > ${{{second}}}, ${{{first}}}, 1)",
        f"coalesce(${{{first}}}, ${{{second}}}) + 1",
        f"max(${{{first}}}, 1)",
    )[kind]


def survey(made: list[Made], count: int) -> str:
    """The sheet: two questions in each place."""
    rows: dict[str, list[str]] = {place: [] for place in PLACES}
    for number, one in enumerate(made):
        # Only what stands before is named, so that no circle comes about.
        first, second = (f"q{name % max(1, number)}" for name in one.names)
        calculate = expression(one.calculate, first, second) if number else ""
        relevant = f"sum(${{{second}}}) < 4" if number and one.relevant == 1 else ""
        constraint = f". < sum(${{{first}}}) + 2" if number and one.constraint == 1 else ""
        kind = "calculate" if calculate else "integer"
        cells = (kind, f"q{number}", f"Q{number}", relevant, constraint, calculate, "")
        rows[PLACES[number // 2]].append(cells_row(cells))
    counted = f"${{q{count}}}"
    lines = ["| type | name | label | relevant | constraint | calculation | repeat_count |"]
    lines += rows[""]
    lines += [cells_row(("begin group", "grupo", "G", "", "", "", "")), *rows["grupo"], END_GROUP]
    lines += [cells_row(("begin repeat", "fila", "F", "", "", "", "")), *rows["fila"]]
    lines += [cells_row(("begin repeat", "dentro", "D", "", "", "", counted))]
    lines += [*rows["fila/dentro"], END_REPEAT, END_REPEAT]
    lines += [cells_row(("begin repeat", "otra", "O", "", "", "", "")), *rows["otra"], END_REPEAT]
    return "\n".join(lines)


def cells_row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"


END_GROUP = cells_row(("end group", *[""] * 6))
END_REPEAT = cells_row(("end repeat", *[""] * 6))


def addresses(session: Session) -> list[str]:
    definition = session.definition
    found = [question.key for question in definition.columns("")]
    for group in definition.repeats:
        for row in session.rows(group.key):
            found += [f"{row}/{question.key}" for question in definition.columns(group.path)]
    return found


def seen(session: Session) -> dict[str, object]:
    picture: dict[str, object] = {
        address: (session.shown(address), session.relevant(address), session.finding(address))
        for address in addresses(session)
    }
    return picture | {"": session.answers()}


def answer_at_random(definition: Definition, random: Random) -> None:
    session = filled(definition)
    for number in range(14):
        if random.random() < 0.25:
            session.add_row(random.choice(("fila", "otra")), f"k{number}")
        elif random.random() < 0.1 and session.rows("fila"):
            session.remove_row("fila", random.choice(session.rows("fila")))
        else:
            open_cells = [one for one in addresses(session) if not session.readonly(one)]
            if open_cells:
                session.set(random.choice(open_cells), random.choice(("", "0", "1", "2", "3", "x")))
        assert seen(filled(definition, answers=session.state())) == seen(session)


@settings(max_examples=12, deadline=None)
@given(QUESTIONS, st.integers(0, 3), st.integers(0, 10_000))
def test_answering_step_by_step_is_computing_everything_anew(
    made: list[Made], count: int, seed: int
) -> None:
    answer_at_random(form(survey(made, count)), Random(seed))
