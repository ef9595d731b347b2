"""What a newer version of a form asks otherwise, as sentences."""

from __future__ import annotations

from juntos_campo.app.form_changes import changes_in_words
from juntos_campo.form_engine.comparison import compare_forms
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.loader import load_text


def form(*rows: str, choice: str = "b | Dos") -> Definition:
    survey = "\n".join(f"| | {row} |" for row in rows)
    return load_text(
        f"| survey |\n| | type | name | label | required |\n{survey}\n| choices |\n"
        f"| | list_name | name | label |\n| | l | a | Uno |\n| | l | {choice} |\n| settings |\n"
        "| | form_title | form_id | version |\n| | Prueba | prueba | 1 |\n"
    )


def test_new_gone_reworded_and_retyped_questions_and_choices_are_told() -> None:
    old = form(
        "decimal | peso | Peso |", "select_one l | causa | Causa |", "text | quien | Quién |",
        "text | nota | Nota |",
    )  # fmt: skip
    new = form(
        "text | peso | Peso en kilos |", "select_one l | causa | Causa |",
        "integer | quien | Quién |", "text | dni | DNI | yes", "text | otro | Otro dato |",
        choice="c | Tres",
    )  # fmt: skip
    assert changes_in_words(compare_forms(old, new)) == (
        "Pregunta nueva y obligatoria: «DNI».",
        "Pregunta nueva: «Otro dato».",
        "Ya no se pregunta: «Nota».",
        "«Peso en kilos»: antes decía «Peso»; pide otra clase de respuesta.",
        "«Causa»: opción nueva «Tres»; ya no tiene «Dos».",
        "«Quién»: pide otra clase de respuesta.",
    )


def test_a_form_that_only_got_a_new_number_changed_nothing() -> None:
    one = form("text | a | A |")
    assert changes_in_words(compare_forms(one, form("text | a | A |"))) == ()
