"""A formula that cannot be computed is told at its cell; a form that cannot be computed is not loaded."""

from __future__ import annotations

import pytest
from form_tables import filled, form

from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine import problems
from juntos_campo.form_engine.findings import FORMULA, FindingKind
from juntos_campo.form_engine.session import STARTED, Session

FRAGILE = form("""
| type | name | label | relevant | constraint | required | calculation | readonly | repeat_count |
| text | patron | Patrón | | | | | | |
| text | visto | Visto | | | | if(regex('a', ${patron}), 'sí', 'no') | | |
| text | si_pasa | Si pasa | regex('a', ${patron}) | | | | | |
| text | pide | Pide | | regex(., ${patron}) | | | | |
| text | falta | Falta | | | regex('a', ${patron}) | | | |
| begin group | grupo | Grupo | regex('a', ${patron}) | | | | | |
| text | dentro | Dentro | | | | | | |
| end group | | | | | | | | |
| note | dice | Dice ${visto} | | | | | | |
| calculate | lejos | | | | | pow(${base}, 99999) | | |
| decimal | base | Base | | | | | | |
""")
BAD_PATTERN = "(("


def faults(session: Session) -> dict[str, FindingKind]:
    return {one.address: one.kind for one in session.findings() if one.message == FORMULA}


def test_a_formula_that_cannot_be_computed_is_told_at_its_cell_and_stops_nothing() -> None:
    session = filled(FRAGILE)
    assert faults(session) == {}
    session.set("patron", BAD_PATTERN)
    session.set("pide", "algo")
    told = faults(session)
    assert set(told) == {"visto", "si_pasa", "pide", "falta", "dentro"}
    assert set(told.values()) == {FindingKind.CONSTRAINT}
    assert session.relevant("si_pasa")
    assert session.relevant("dentro")
    assert session.label_of(session.question("dice")) == "Dice"
    session.set("patron", "a")
    assert faults(session) == {}
    assert session.answer("visto") == "sí"


def test_a_number_too_big_to_compute_stops_nothing() -> None:
    session = filled(FRAGILE)
    session.set("base", "1000")
    session.answers()
    session.set("base", "1")
    assert session.answer("lejos") == "1"


ARITHMETIC = form("""
| type | name | label | calculation | constraint |
| decimal | a | A | | . < 10 |
| decimal | b | B | | |
| calculate | entre | | ${a} div ${b} | |
| calculate | resto | | ${a} mod ${b} | |
| calculate | suma | | ${a} + ${b} | |
| calculate | mayor | | ${a} > ${b} | |
| calculate | texto | | 'x' + 1 | |
""")


@pytest.mark.parametrize(
    ("a", "b", "entre", "resto", "mayor"),
    [
        ("6", "4", "1.5", "2", "true"),
        ("-6", "4", "-1.5", "-2", "false"),
        ("1", "0", "Infinity", None, "true"),
        ("-1", "0", "-Infinity", None, "false"),
        ("0", "0", None, None, "false"),
        ("", "2", None, None, "false"),
    ],
)
def test_arithmetic_is_that_of_xpath(
    a: str, b: str, entre: str | None, resto: str | None, mayor: str
) -> None:
    session = filled(ARITHMETIC)
    session.set_many({"a": a, "b": b})
    assert session.answer("entre") == entre
    assert session.answer("resto") == resto
    assert session.answer("mayor") == mayor
    assert session.answer("texto") is None


CIRCLES = {
    "through a count": """
        | type | name | label | calculation | repeat_count |
        | begin repeat | fila | Fila | | ${total} |
        | integer | n | N | | |
        | end repeat | | | | |
        | calculate | total | | sum(${n}) | |
    """,
    "through an inner row": """
        | type | name | label | calculation | relevant |
        | begin repeat | fila | Fila | | ${suma} > 3 |
        | integer | n | N | | |
        | end repeat | | | | |
        | calculate | suma | | sum(${n}) | |
    """,
    "through a group": """
        | type | name | label | calculation | relevant |
        | begin group | g | G | | ${x} = 1 |
        | integer | x | X | | |
        | end group | | | | |
    """,
}


@pytest.mark.parametrize("survey", CIRCLES.values(), ids=CIRCLES)
def test_a_circle_is_refused_with_its_names_and_row(survey: str) -> None:
    with pytest.raises(UserError) as caught:
        form(survey)
    assert caught.value.problem in (problems.CYCLE, problems.SELF_COUNTED)
    assert "→" in str(caught.value)
    assert "hoja survey, fila" in str(caught.value)


def test_a_filter_that_hangs_on_its_own_answer_is_no_circle() -> None:
    definition = form(
        """
        | type | name | label | choice_filter |
        | select_multiple a | a | A | not(selected(${a}, 'x')) or name = 'x' |
        """,
        "| list_name | name | label |\n| a | x | X |\n| a | y | Y |",
    )
    session = filled(definition)
    assert [one.name for one in session.choices("a")] == ["x", "y"]
    session.set("a", "x")
    assert [one.name for one in session.choices("a")] == ["x"]
    session.set("a", "x y")
    assert session.finding("a") is not None


@pytest.mark.parametrize(
    "expression", ["${a}[1]/..//b", "//a", "../*", "@x", "child::a", "concat(${a})/b", "(${a})/b"]
)
def test_a_path_that_cannot_be_followed_is_refused(expression: str) -> None:
    with pytest.raises(UserError) as caught:
        form(f"""
            | type | name | label | calculation |
            | text | a | A | |
            | calculate | b | | {expression} |
        """)
    assert caught.value.problem in (problems.UNSUPPORTED_PATH, problems.BAD_EXPRESSION)


PASTED = form("""
| type | name | label | calculation |
| text | texto | Texto | |
| hidden | oculto | | |
| select_one_from_file miembros.csv | quien | Quién | |
| select_multiple_from_file miembros.csv | quienes | Quiénes | |
| calculate | una | | once(${texto}) |
| calculate | edad | | pulldata('miembros', 'edad', 'name', ${quien}) |
""")
INVISIBLE = "a\x00b\x0b\ud800\uffff"


@pytest.mark.parametrize("key", ["texto", "oculto", "quien", "quienes", "una"])
def test_invisible_characters_of_a_paste_or_a_list_stop_nothing(key: str) -> None:
    people = {"miembros": [{"name": "m1", "label": "Rosa", "edad": INVISIBLE}]}
    for answers in ({key: INVISIBLE}, {key: INVISIBLE, STARTED: "antes"}):
        session = filled(PASTED, answers=answers, tables=people)
        session.set(key, INVISIBLE)
        session.set("quien", "m1")
        again = filled(PASTED, answers=session.state(), tables=people)
        assert again.state() == session.state()
