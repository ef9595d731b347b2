"""XForms functions inside expressions, each shown by a form of one calculation."""

from __future__ import annotations

from datetime import datetime

import pytest

from juntos_campo.domain.clock import LIMA
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.session import Session

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=LIMA)


def computed(expression: str, **answers: str) -> str:
    escaped = expression.replace("|", "\\|")
    definition = load_text(
        "| survey |\n| | type | name | label | calculation |\n"
        "| | date | d | D | |\n| | date | e | E | |\n| | text | t | T | |\n"
        "| | integer | n | N | |\n| | decimal | x | X | |\n"
        f"| | calculate | r | | {escaped} |\n"
        "| settings |\n| | form_title | form_id | version |\n| | P | p | 1 |"
    )
    form = Session(definition, NOW, answers=answers)
    return str(form.answer("r") or "")


@pytest.mark.parametrize(
    ("expression", "answers", "result"),
    [
        ("${d} + 30 > today()", {"d": "1/11/2026"}, "true"),
        ("${e} - ${d}", {"d": "1/11/2026", "e": "21/11/2026"}, "20"),
        ("int((today() - ${d}) div 30.4375)", {"d": "21/5/2026"}, "6"),
        ("${d} = ''", {}, "true"),
        ("${d} >= '2026-11-01'", {"d": "1/11/2026"}, "true"),
        ("${d} = '2026-11-02'", {"d": "1/11/2026"}, "false"),
        ("concat('el ', ${d})", {"d": "1/11/2026"}, "el 2026-11-01"),
        ("format-date(${d}, '%e/%n/%y')", {"d": "1/11/2026"}, "1/11/26"),
        ("format-date(date('2026-11-05') + 1, '%d/%m/%Y')", {}, "06/11/2026"),
        ("string-length(${d})", {"d": "1/11/2026"}, "10"),
        ("if(${n} > 2, 'más', 'menos')", {"n": "3"}, "más"),
        ("coalesce(${t}, 'sin dato')", {}, "sin dato"),
        ("round(${x}, 1)", {"x": "2.25"}, "2.3"),
        ("round(${x})", {"x": "2.5"}, "3"),
        ("selected(${t}, 'b')", {"t": "a b c"}, "true"),
        ("count-selected(${t})", {"t": "a b c"}, "3"),
        ("regex(${t}, '^[A-Z]+$')", {"t": "Aa"}, "false"),
        ("substr(${t}, 1, 3)", {"t": "abcd"}, "bc"),
        ("substring(${t}, 2, 2)", {"t": "abcd"}, "bc"),
        ("min(${n}, ${x})", {"n": "3", "x": "2.5"}, "2.5"),
        ("max(${n}, ${x})", {"n": "3"}, "3"),
        ("join('-', ${t}, 'z')", {"t": "a"}, "a-z"),
        ("translate(${t}, 'áé', 'ae')", {"t": "áé"}, "ae"),
        ("normalize-space(${t})", {"t": "a   b"}, "a b"),
        ("${n} * 2 - 1", {"n": "3"}, "5"),
        ("${n} mod 2 = 1 and not(${n} = 5)", {"n": "3"}, "true"),
        ("substring-before(${t}, '-') = substring-after(${t}, '-')", {"t": "a-a"}, "true"),
    ],
)
def test_an_expression_gives_what_the_form_writer_expects(
    expression: str, answers: dict[str, str], result: str
) -> None:
    assert computed(expression, **answers) == result
