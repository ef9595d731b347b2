"""Loading a form: what is not understood is refused with its place, never ignored."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from juntos_campo.domain.errors import Problem, UserError
from juntos_campo.form_engine import problems
from juntos_campo.form_engine.loader import load_form, load_text

SETTINGS = """
| settings |
| | form_title | form_id | version |
| | Prueba | prueba | 1 |
"""


def form(header: str, *rows: str, extra: str = "") -> str:
    table = "\n".join(f"| | {row} |" for row in (header, *rows))
    return f"| survey |\n{table}\n{extra}{SETTINGS}"


HEADER = "type | name | label | relevant | constraint | calculation | default"

BROKEN: list[tuple[str, str, Problem, str]] = [
    (
        "unknown type",
        form(HEADER, "text | a | A | | | |", "geoshape | b | B | | | |"),
        problems.UNKNOWN_TYPE,
        "hoja survey, fila 3, columna type",
    ),
    (
        "misspelt type says what to write",
        form(HEADER, "string | a | A | | | |"),
        problems.UNKNOWN_TYPE,
        "Escriba «text»",
    ),
    (
        "select without list",
        form(HEADER, "select_one | a | A | | | |"),
        problems.UNKNOWN_TYPE,
        "fila 2",
    ),
    (
        "missing choice list",
        form(HEADER, "select_one sino | a | A | | | |"),
        problems.MISSING_LIST,
        "fila 2",
    ),
    (
        "unknown column",
        form("type | name | label | relevnt", "text | a | A | 1"),
        problems.UNKNOWN_COLUMN,
        "relevnt",
    ),
    (
        "bad XPath",
        form(HEADER, "text | a | A | | . > | |"),
        problems.BAD_EXPRESSION,
        "fila 2",
    ),
    (
        "unknown function",
        form(HEADER, "text | a | A | | edad(.) > 3 | |"),
        problems.UNKNOWN_FUNCTION,
        "edad",
    ),
    (
        "unknown reference",
        form(HEADER, "text | a | A | | /prueba/no_esta = 1 | |"),
        problems.UNKNOWN_REFERENCE,
        "no_esta",
    ),
    (
        "unknown ${name}",
        form(HEADER, "text | a | A | ${no_esta} = 1 | | |"),
        problems.NOT_COMPILED,
        "no_esta",
    ),
    (
        "calculations in a circle",
        form(
            HEADER,
            "calculate | a | | | | ${c} + 1 |",
            "calculate | b | | | | ${a} + 1 |",
            "calculate | c | | | | ${b} + 1 |",
        ),
        problems.CYCLE,
        "→",
    ),
    (
        "question that decides about itself",
        form(HEADER, "text | a | A | ${a} = 'x' | | |"),
        problems.CYCLE,
        "a",
    ),
    (
        "unclosed group",
        form(HEADER, "begin group | a | A | | | |", "text | b | B | | | |"),
        problems.UNBALANCED,
        "fila 2",
    ),
    (
        "group closed as a repeat",
        form(HEADER, "begin group | a | A | | | |", "end repeat | | | | | |"),
        problems.UNBALANCED,
        "fila 3",
    ),
    (
        "duplicate names in a group",
        form(HEADER, "text | a | A | | | |", "text | a | A2 | | | |"),
        problems.DUPLICATE_NAME,
        "fila 3, columna name",
    ),
    (
        "path too general",
        form(HEADER, "text | a | A | | //b = 1 | |"),
        problems.UNSUPPORTED_PATH,
        "//",
    ),
]


@pytest.mark.parametrize(
    ("text", "problem", "said"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_broken_form_is_refused_with_what_and_where(
    text: str, problem: Problem, said: str
) -> None:
    with pytest.raises(UserError) as caught:
        load_text(text)
    assert caught.value.problem is problem
    assert said in str(caught.value)


def test_a_form_without_version_is_refused_since_records_name_it() -> None:
    text = form(HEADER, "text | a | A | | | |").replace("| version |", "|").replace("| 1 |", "|")
    with pytest.raises(UserError) as caught:
        load_text(text)
    assert caught.value.problem is problems.MISSING_SETTING


def test_the_same_form_in_excel_is_the_same_form(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    survey = book.active
    assert survey is not None
    survey.title = "survey"
    survey.append(["type", "name", "label", "constraint", "constraint_message"])
    survey.append(["date", "fecha", "Fecha", ". <= today()", "Todavía no llega ese día."])
    settings = book.create_sheet("settings")
    settings.append(["form_title", "form_id", "version"])
    settings.append(["Prueba", "prueba", "1"])
    file = tmp_path / "prueba.xlsx"
    book.save(file)
    loaded = load_form(file)
    written = load_text(
        form(
            "type | name | label | constraint | constraint_message",
            "date | fecha | Fecha | . <= today() | Todavía no llega ese día.",
        )
    )
    assert list(loaded.nodes) == list(written.nodes)
    assert loaded.version == written.version == "1"


@pytest.mark.parametrize("name", ["nada.md", "nada.xlsx", "nada.txt"])
def test_a_file_that_cannot_be_read_is_told_not_thrown(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name.endswith(".txt"):
        file.write_text("hola")
    with pytest.raises(UserError) as caught:
        load_form(file)
    assert caught.value.problem is problems.UNREADABLE_FILE


def test_a_workbook_that_is_none_is_told_not_thrown(tmp_path: Path) -> None:
    file = tmp_path / "roto.xlsx"
    file.write_bytes(b"PK\x03\x04 esto no es un libro")
    with pytest.raises(UserError) as caught:
        load_form(file)
    assert caught.value.problem is problems.UNREADABLE_FILE


def test_questions_of_one_name_in_two_groups_keep_apart() -> None:
    definition = load_text(
        form(
            HEADER,
            "begin group | uno | Uno | | | |",
            "text | fecha | A | | | |",
            "end group | | | | | |",
            "begin group | dos | Dos | | | |",
            "text | fecha | B | | | |",
            "end group | | | | | |",
        )
    )
    assert [question.key for question in definition.questions] == ["uno.fecha", "dos.fecha"]


def test_texts_in_several_languages_are_kept() -> None:
    definition = load_text(
        "| survey |\n| | type | name | label::es | label::qu |\n"
        "| | text | a | Nombre | Suti |\n"
        "| settings |\n| | form_title | form_id | version | default_language |\n"
        "| | P | p | 1 | es |"
    )
    question = next(definition.questions)
    assert question.label.plain("es") == "Nombre"
    assert question.label.plain("qu") == "Suti"
    assert set(definition.languages) == {"es", "qu"}


@pytest.mark.parametrize(
    "text",
    [
        form(HEADER, "text | a | A | | | | | | de más"),
        "| survey |\n| choices |\n" + SETTINGS,
        form(HEADER, "text | a | A\x00 | | | |"),
    ],
    ids=["row wider than its heading", "sheet without heading", "control character"],
)
def test_a_damaged_sheet_is_told_not_thrown(text: str) -> None:
    with pytest.raises(UserError) as caught:
        load_text(text)
    assert caught.value.problem is problems.UNREADABLE_FILE


WHOLE = form(
    HEADER,
    "begin repeat | ninos | Niños | | | |",
    "date | dia | Día | | . <= today() | |",
    "select_one sino | va | ¿Va? | ${dia} != '' | | |",
    "calculate | total | | | | count(${dia}) + 1 |",
    "end repeat | | | | | |",
    extra="| choices |\n| | list_name | name | label |\n| | sino | si | Sí |\n",
)
PIECES = st.sampled_from(
    ["", "|", "${", "${dia}", "'", "((", "..", "//", "[", "begin repeat", "\x00", "é", "1 div 0"]
)


@settings(max_examples=120, deadline=None)
@example([(204, "\x00")])
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), PIECES), min_size=1, max_size=4))
def test_no_damage_to_a_form_stops_the_program(damage: list[tuple[int, str]]) -> None:
    text = WHOLE
    for place, piece in damage:
        text = text[:place] + piece + text[place + 1 :]
    try:
        said = load_text(text).form_id
    except UserError as error:
        said = str(error)
    assert said
