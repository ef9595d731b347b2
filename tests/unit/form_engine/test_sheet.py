"""What a sheet may look like: the spellings people and other tools use mean what they say."""

from __future__ import annotations

import pytest

from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.question_types import INSTEAD, QUESTION_TYPES
from juntos_campo.form_engine.sheet import check_sheet, read_sheet
from juntos_campo.form_engine.sheet_rows import canonical_type, usable_name

SETTINGS = "| settings |\n| | form_title | form_id | version |\n| | Prueba | prueba | 1 |"
CHOICES = (
    "| choices |\n| | list_name | name | label |\n| | sino | si | Sí |\n| | sino | no | No |\n"
)


def form(header: str, *rows: str, extra: str = CHOICES, settings: str = SETTINGS) -> str:
    table = "\n".join(f"| | {row} |" for row in (header, *rows))
    return f"| survey |\n{table}\n{extra}{settings}"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Begin_Group", "begin group"),
        ("END  repeat", "end repeat"),
        ("select one sino", "select_one sino"),
        ("select_one from sino", "select_one sino"),
        ("Select all that apply from sino", "select_multiple sino"),
        ("select one from file x.csv", "select_one_from_file x.csv"),
        ("select_one sino or other", "select_one sino or_other"),
        ("select_multiple sino or specify other", "select_multiple sino or_other"),
        ("datetime", "dateTime"),
        ("Text", "text"),
        ("photo", "image"),
        ("select_one Sino", "select_one Sino"),
    ],
)
def test_a_type_may_be_spelt_as_the_standard_and_its_tools_spell_it(
    written: str, meant: str
) -> None:
    assert canonical_type(written) == meant


def test_what_is_offered_instead_of_a_type_is_none_of_ours() -> None:
    assert not {name.lower() for name in INSTEAD} & {name.lower() for name in QUESTION_TYPES}


@pytest.mark.parametrize("name", ["El peso", "1", "ñandú", "  ", "a/b", "¿?"])
def test_a_name_that_is_suggested_can_be_used(name: str) -> None:
    assert check_sheet(form("type | name | label", f"text | {usable_name(name)} | A")) == []


def test_columns_may_be_spelt_as_the_standard_and_its_tools_spell_them() -> None:
    text = form(
        "Type | Name | Label | Relevance | Constraint Message | constraint | read_only | image",
        "text | a | A | | | | |",
        "text | b | B | ${a} != '' | No. | . != 'x' | yes | foto.png",
    )
    [_, question] = load_text(text).questions
    assert question.relevant is not None
    assert question.constraint_message.plain() == "No."
    assert question.readonly is not None


def test_our_own_settings_are_kept_and_need_no_namespace() -> None:
    text = form(
        "type | name | label | bind::jc:known",
        "text | a | A | household.code",
        settings="| settings |\n| | form_title | form_id | version | jc:subject | jc:group |\n"
        "| | Prueba | prueba | 1 | household | Hogar |",
    )
    definition = load_text(text)
    assert definition.settings["jc:subject"] == "household"
    assert definition.settings["jc:group"] == "Hogar"
    assert next(definition.questions).extra == {"known": "household.code"}


def test_or_other_asks_which_in_spanish_and_only_when_other_is_chosen() -> None:
    text = form("type | name | label", "select_one sino or_other | a | ¿Va?")
    first, other = load_text(text).questions
    assert [choice.name for choice in first.choices] == ["si", "no", "other"]
    assert first.choices[-1].label("default") == "Otro"
    assert other.name == "a_other"
    assert other.label.plain() == "Especifique cuál"
    assert other.relevant is not None
    xform = read_sheet(text).xform
    assert "Other" not in xform
    assert "Specify" not in xform


def test_a_note_needs_no_name_and_a_comment_row_is_told() -> None:
    sheet = read_sheet(form("type | name | label | hint", "note | | Lea | ", "| | | solo esto"))
    assert sheet.rows[0].cells["name"] == "generated_note_name_2"
    assert sheet.warnings == ("hoja survey, fila 3: no tiene tipo, nombre ni texto, y no se lee.",)


def test_slips_that_are_no_faults_are_told_in_spanish() -> None:
    text = form(
        "type | name | label::es | label::qu | appearance",
        "text | a | A | | brillante",
        "text | A | A | A |",
        extra="| notas |\n| | a | b |\n| | c | d |\n",
    )
    assert read_sheet(text).warnings == (
        "La hoja «notas» no es parte de un formulario y no se lee.",
        "hoja survey, fila 2, columna appearance: «brillante» no se conoce y no cambia nada.",
        "hoja survey, fila 3, columna name: «A» se distingue de otro nombre solo por mayúsculas.",
        "hoja survey, columna label::qu: falta la traducción en la fila 2.",
    )


def test_settings_that_change_nothing_here_are_told() -> None:
    settings = "| settings |\n| | form_title | form_id | version | style | jc:color |\n"
    text = form(
        "type | name | label", "text | a | A", settings=settings + "| | P | p | 1 | pages | x |"
    )
    assert read_sheet(text).warnings == (
        "hoja settings, columna jc:color: no cambia nada en este programa.",
        "hoja settings, columna style: no cambia nada en este programa.",
    )


def test_a_pipe_and_a_cell_without_its_last_pipe_are_kept() -> None:
    text = "| survey |\n| | type | name | label |\n| | text | a | A \\| B\n" + SETTINGS
    assert read_sheet(text).rows[0].cells["label"] == "A | B"


def test_rules_under_a_heading_are_no_rows() -> None:
    text = (
        "| survey |\n| | type | name | label |\n|---|---|---|---|\n| | text | a | A |\n" + SETTINGS
    )
    assert [row.number for row in read_sheet(text).rows] == [2]


@pytest.mark.parametrize("name", sorted(QUESTION_TYPES))
def test_every_type_is_taken_by_pyxform_and_by_the_loader(name: str) -> None:
    kind = QUESTION_TYPES[name]
    written = f"{name} sino" if kind.takes_list else name
    text = form("type | name | label | calculation", "text | z | Z |", f"{written} | a | A | 1 + 1"
                if name == "calculate" else f"{written} | a | A |")  # fmt: skip
    loaded = {question.name: question.type.name for question in load_text(text).questions}
    assert loaded["a"] == name
