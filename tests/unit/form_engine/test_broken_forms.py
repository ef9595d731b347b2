"""Broken forms: every kind gives one precise Spanish message with its place and what to do."""

from __future__ import annotations

import pytest
from broken_forms import KINDS, SETTINGS, WHOLE, T, X, assert_told, form

from juntos_campo.domain.errors import UserError
from juntos_campo.form_engine import problems as frm
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.sheet import check_sheet


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_fault_is_one_message_with_its_place_and_its_remedy(kind: str) -> None:
    faults = check_sheet(KINDS[kind].text)
    assert [str(fault) for fault in faults] == [str(faults[0])]
    assert_told(faults[0], KINDS[kind])


@pytest.mark.parametrize("kind", [*KINDS, *WHOLE])
def test_no_broken_form_is_loaded(kind: str) -> None:
    broken = KINDS.get(kind) or WHOLE[kind]
    with pytest.raises(UserError) as caught:
        load_text(broken.text)
    assert_told(caught.value, broken)


def test_no_kind_reaches_the_writer_in_english() -> None:
    told = [fault for broken in KINDS.values() for fault in check_sheet(broken.text)]
    assert len(told) == len(KINDS) > 60
    assert frm.NOT_COMPILED not in [fault.problem for fault in told]
    assert not any("[row :" in str(fault) for fault in told)


def test_everything_wrong_is_told_at_once_in_the_order_of_the_sheet() -> None:
    text = form(
        X,
        "texto | a | A | | |",
        "text | b | B | ${nadie} > 1 | . > |",
        "select_one colores | c c | C | | |",
        settings=SETTINGS.replace("| 1 |", "| |"),
    )
    assert [(fault.problem.code, fault.where) for fault in check_sheet(text)] == [
        ("FRM-002", "hoja survey, fila 2, columna type"),
        ("FRM-007", "hoja survey, fila 3, columna relevant"),
        ("FRM-005", "hoja survey, fila 3, columna constraint"),
        ("FRM-033", "hoja survey, fila 4, columna name"),
        ("FRM-014", "hoja survey, fila 4, columna type"),
        ("FRM-011", "hoja settings"),
    ]


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("${a} == 3", "escriba «=»"),
        ("${a} && 3", "escriba «and»"),
        ("${a} <> 3", "escriba «!=»"),
        ("${a} => 3", "al revés"),
        ("!${a}", "not(...)"),
        ("${a} = 'x", "comillas"),
        ("(${a} + 1", "falta «)»"),
        ("${a} + 1)", "sobra «)»"),
        ("count(${a}) 3", "después de «)»"),
        ("${a} > 2,5", "punto"),
        ("and ${a}", "al principio"),
        ("${a} + or 1", "entre dos signos"),
        ("${a} ${a}", "sin un signo"),
    ],
)
def test_what_is_wrong_with_an_expression_is_said_in_spanish(expression: str, said: str) -> None:
    [fault] = check_sheet(form(X, "text | a | A | | |", f"text | b | B | {expression} | |"))
    assert fault.problem is frm.BAD_EXPRESSION
    assert said in fault.what
    assert "nvalid" not in str(fault)


def test_a_wrong_row_is_not_told_again_by_those_that_name_it() -> None:
    text = form(X, "texto | a | A | | |", "text | b | B | ${a} > 1 | |")
    assert [fault.problem for fault in check_sheet(text)] == [frm.UNKNOWN_TYPE]


def test_what_pyxform_alone_refuses_is_told_as_such() -> None:
    text = form(T, "select_one sino | a | A", "select_one_from_file sino.csv | b | B")
    [fault] = check_sheet(text)
    assert fault.problem is frm.NOT_COMPILED
    assert "en inglés" in str(fault)
