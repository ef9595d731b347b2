"""What forms of other programmes use, found by loading those pyxform is tested with; own small tables."""

from __future__ import annotations

import pytest
from form_tables import filled, form

from juntos_campo.domain.errors import UserError


def refusal(survey: str, choices: str = "") -> UserError:
    with pytest.raises(UserError) as caught:
        form(survey, choices)
    return caught.value


def test_a_minus_sign_right_after_a_reference_subtracts() -> None:
    session = filled(
        form("""
        | type | name | label | calculation |
        | integer | a | A | |
        | integer | b | B | |
        | calculate | menos_uno | | ${a}-1 |
        | calculate | resta | | ${a}-${b} |
        | calculate | mitad | | ${a}div 2 |
        | begin repeat | fila | Fila | |
        | text | dato | Dato | |
        | calculate | lugar | | position(..) |
        | calculate | antes | | indexed-repeat(${dato}, ${fila}, ${lugar}-1) |
        | end repeat | | | |
        """),
        rows={"fila": ("x", "y")},
    )
    session.set_many({"a": 9, "b": 4, "x/dato": "primero"})
    assert session.answer("menos_uno") == "8"
    assert session.answer("resta") == "5"
    assert session.answer("mitad") == "4.5"
    assert session.answer("y/antes") == "primero"


def test_a_filter_may_look_into_a_table_of_its_own() -> None:
    session = filled(
        form(
            """
            | type | name | label | choice_filter |
            | text | clave | Clave | |
            | select_one l | uno | Uno | name = pulldata('tabla', 'valor', 'id', ${clave}) |
            """,
            "| list_name | name | label |\n| l | a | A |\n| l | b | B |",
            files={"tabla.csv": "id,valor\n1,a\n2,b\n"},
        )
    )
    session.set("clave", "2")
    assert [choice.name for choice in session.choices("uno")] == ["b"]


def test_sound_keeps_the_quality_other_programmes_record_it_with() -> None:
    table = """
        | type | name | label | parameters |
        | audio | voz | Voz | quality={} |
        """
    (voice,) = form(table.format("voice-only")).questions
    assert voice.parameters == {"quality": "voice-only"}
    error = refusal(table.format("alta"))
    assert error.problem.code == "FRM-036"
    assert error.where == "hoja survey, fila 2, columna parameters"


def test_a_calculation_with_nothing_but_a_fixed_value_is_told_in_spanish() -> None:
    error = refusal("""
        | type | name | label | default |
        | text | a | A | |
        | calculate | b | | fijo |
        """)
    assert error.problem.code == "FRM-035"
    assert error.where == "hoja survey, fila 3, columna calculation"


@pytest.mark.parametrize(
    "row",
    [
        "| calculate | b | | pulldata(\"lista\", 'x', 'id', ${a}) | |",
        "| text | b | B | | pulldata('lista', 'x', 'id', 1) |",
    ],
)
def test_the_row_that_asks_for_a_missing_file_is_named(row: str) -> None:
    error = refusal(f"""
        | type | name | label | calculation | default |
        | text | a | A | | |
        {row}
        """)
    assert error.problem.code == "FRM-022"
    assert error.where == "hoja survey, fila 3"


def test_a_question_may_be_called_by_a_word_that_begins_with_an_accent() -> None:
    session = filled(
        form(
            """
            | type | name | label | calculation | choice_filter |
            | decimal | índice | Índice | | |
            | select_one l | área | Área | | ámbito = 'rural' |
            | calculate | doble | | ${índice} * 2 | |
            """,
            "| list_name | name | label | ámbito |\n| l | a | A | rural |\n| l | b | B | urbano |",
        )
    )
    session.set("índice", "1.5")
    assert session.answer("doble") == "3"
    assert [choice.name for choice in session.choices("área")] == ["a"]


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"^\p{L}+$", "Ñahuín", "Ana1"),
        (r"^[\p{L} -]+$", "Ávila-Ñaupa Güere", "Ana_2"),
        (r"^\p{Lu}\p{Ll}+$", "Élida", "élida"),
        (r"^\P{L}+$", "12-3", "12a"),
        (r"^[^\p{N}]+$", "Ana", "Ana2"),
        (r"^\[\p{Nd}{2}\]$", "[12]", "[1a]"),
    ],
)
def test_a_pattern_may_name_letters_of_every_language(pattern: str, good: str, bad: str) -> None:
    session = filled(
        form(f"""
        | type | name | label | constraint |
        | text | a | A | regex(., '{pattern}') |
        """)
    )
    session.set("a", good)
    assert session.finding("a") is None
    session.set("a", bad)
    assert session.finding("a") is not None


def test_types_written_the_way_the_manual_of_odk_writes_them_are_taken() -> None:
    definition = form("""
        | type | name | label |
        | string | a | A |
        | int | b | B |
        | gps | c | C |
        """)
    assert [one.type.name for one in definition.questions] == ["text", "integer", "geopoint"]


@pytest.mark.parametrize(
    ("column", "instead"),
    [
        ("bind::relevant", "relevant"),
        ("bind:jr:constraintMsg", "constraint_message"),
        ("bind: calculate", "calculation"),
    ],
)
def test_a_column_in_the_way_of_xforms_is_told_by_its_name_here(column: str, instead: str) -> None:
    error = refusal(f"""
        | type | name | label | {column} |
        | text | a | A | |
        """)
    assert error.problem.code == "FRM-003"
    assert error.remedy == f"Escriba «{instead}»."


def test_a_repeat_that_asks_its_own_rows_how_many_they_are_is_told_what_to_do_instead() -> None:
    error = refusal(
        """
        | type | name | label | calculation | repeat_count |
        | calculate | van | | count(${planta}) | |
        | begin repeat | planta | Planta | | if(${planta}[position() = ${van}]/mas = 'a', ${van} + 1, 1) |
        | select_one l | mas | ¿Hay más? | | |
        | end repeat | | | | |
        """,
        "| list_name | name | label |\n| l | a | Sí |",
    )
    assert error.problem.code == "FRM-065"
    assert error.values["repeat"] == "planta"
    assert "fila" in error.where
    assert "repeat_count vacío" in error.remedy
