"""Loading a form: what is not understood is refused with its place, never ignored."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from juntos_campo.domain.errors import UserError
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
