"""Broken forms: every kind gives one precise Spanish message with its place and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import openpyxl
import pytest

from juntos_campo.domain.errors import Problem, UserError
from juntos_campo.form_engine import problems as frm
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.sheet import check_sheet, read_sheet

SETTINGS = "| settings |\n| | form_title | form_id | version |\n| | Prueba | prueba | 1 |"
CHOICES = (
    "| choices |\n| | list_name | name | label |\n| | sino | si | Sí |\n| | sino | no | No |\n"
)


def table(header: str, *rows: str) -> str:
    return "\n".join(f"| | {row} |" for row in (header, *rows))


def form(header: str, *rows: str, extra: str = CHOICES, settings: str = SETTINGS) -> str:
    return f"| survey |\n{table(header, *rows)}\n{extra}{settings}"


def setting(name: str, value: str) -> str:
    return form(
        "type | name | label", "text | a | A",
        settings="| settings |\n"
        + table(f"form_title | form_id | version | {name}", f"Prueba | prueba | 1 | {value}"),
    )  # fmt: skip


@dataclass(frozen=True)
class Broken:
    """A form, and the problem, place and piece of the remedy its one message must have."""

    text: str
    problem: Problem
    where: str
    said: str


T = "type | name | label"
X = "type | name | label | relevant | constraint | calculation"

KINDS: dict[str, Broken] = {
    # -- sheets --------------------------------------------------------------------------------
    "no survey sheet": Broken(
        "| encuesta |\n" + table(T, "text | a | A") + "\n" + SETTINGS,
        frm.MISSING_SHEET, "", "tiene «encuesta», «settings»: llame survey"),
    "no settings sheet": Broken(
        form(T, "text | a | A", settings=""), frm.MISSING_SHEET, "", "form_title, form_id y version"),
    "survey twice": Broken(
        form(T, "text | a | A") + "\n| survey |\n" + table(T, "text | b | B"),
        frm.DUPLICATE_SHEET, "hoja survey", "Junte las dos"),
    "entities sheet": Broken(
        form(T, "text | a | A", extra="| entities |\n| | list_name | label |\n| | x | y |\n"),
        frm.UNSUPPORTED_SHEET, "hoja entities", "vienen del padrón"),
    "external choices sheet": Broken(
        form(T, "text | a | A", extra="| external_choices |\n| | list_name | name |\n| | x | y |\n"),
        frm.UNSUPPORTED_SHEET, "hoja external_choices", "select_one_from_file"),
    "nothing but headings": Broken(form(T), frm.NO_QUESTIONS, "hoja survey", "desde la fila 2"),
    # -- columns -------------------------------------------------------------------------------
    "misspelt column": Broken(
        form("type | name | label | relevnt", "text | a | A | 1"),
        frm.UNKNOWN_COLUMN, "hoja survey, fila 1", "¿Quiso decir «relevant»?"),
    "unknown column": Broken(
        form("type | name | label | prioridad", "text | a | A | 1"),
        frm.UNKNOWN_COLUMN, "hoja survey, fila 1", "Columnas admitidas: type, name, label"),
    "language with one colon": Broken(
        form("type | name | label:es", "text | a | A"),
        frm.UNKNOWN_COLUMN, "hoja survey, fila 1", "«label::es»"),
    "video beside a question": Broken(
        form("type | name | label | media::video", "text | a | A | a.mp4"),
        frm.UNKNOWN_COLUMN, "hoja survey, fila 1", "use media::image"),
    "entity column": Broken(
        form("type | name | label | save_to", "text | a | A | x"),
        frm.UNKNOWN_COLUMN, "hoja survey, fila 1", "vienen del padrón"),
    "no name column": Broken(
        form("type | label", "text | A"), frm.MISSING_COLUMN, "hoja survey, fila 1", "Agréguela"),
    "column twice": Broken(
        form("type | name | label | label", "text | a | A | B"),
        frm.DUPLICATE_COLUMN, "hoja survey, fila 1", "Deje una sola"),
    "column under two names": Broken(
        form("type | name | label | relevant | relevance", "text | a | A | 1 = 1 |"),
        frm.DUPLICATE_COLUMN, "hoja survey, fila 1", "Deje una sola"),
    "cell without heading": Broken(
        form(T, "text | a | A | de más"), frm.ROW_TOO_WIDE, "hoja survey, fila 2", "primera fila"),
    "misspelt choices column": Broken(
        form(T, "text | a | A", extra="| choices |\n| | list_name | name | lable |\n| | x | y | z |\n"),
        frm.UNKNOWN_COLUMN, "hoja choices, fila 1", "«label»"),
    # -- settings ------------------------------------------------------------------------------
    "unknown setting": Broken(
        setting("public_key", "abc"), frm.UNKNOWN_COLUMN, "hoja settings, fila 1", "cifrados"),
    "no version": Broken(
        form(T, "text | a | A", settings=SETTINGS.replace("version", "style")),
        frm.MISSING_SETTING, "hoja settings", "version"),
    "two rows of settings": Broken(
        form(T, "text | a | A", settings=SETTINGS + "\n| | Otra | otra | 2 |"),
        frm.SECOND_SETTINGS, "hoja settings, fila 3", "Deje solo la fila 2"),
    "form id with blanks": Broken(
        form(T, "text | a | A", settings=SETTINGS.replace("| prueba |", "| la prueba |")),
        frm.UNSUPPORTED_VALUE, "hoja settings, fila 2, columna form_id", "«la_prueba»"),
    "own setting misspelt": Broken(
        setting("jc:subjet", "household"), frm.UNKNOWN_COLUMN, "hoja settings, fila 1",
        "¿Quiso decir «jc:subject»?"),
    "order that is no number": Broken(
        setting("jc:order", "primero"), frm.UNSUPPORTED_VALUE,
        "hoja settings, fila 2, columna jc:order", "Escriba un número"),
    "width that is no number": Broken(
        form(f"{T} | bind::jc:width", "text | a | A | ancho"), frm.UNSUPPORTED_VALUE,
        "hoja survey, fila 2, columna bind::jc:width", "milímetros"),
    "unknown subject": Broken(
        setting("jc:subject", "vecino"), frm.UNSUPPORTED_VALUE,
        "hoja settings, fila 2, columna jc:subject", "household, member"),
    "default language nobody wrote": Broken(
        form("type | name | label::es | label::qu", "text | a | A | B",
             settings=SETTINGS.replace("version |", "version | default_language |") + " fr |"),
        frm.UNKNOWN_LANGUAGE, "columna default_language", "es, qu"),
    # -- rows, types and names -----------------------------------------------------------------
    "unknown type": Broken(
        form(T, "text | a | A", "sello | b | B"),
        frm.UNKNOWN_TYPE, "hoja survey, fila 3, columna type", "Use uno de estos: text, integer"),
    "geotrace": Broken(
        form(T, "geotrace | a | A"), frm.UNKNOWN_TYPE, "fila 2, columna type", "Use «geopoint»"),
    "audit": Broken(
        form(T, "text | b | B", "audit | audit |"), frm.UNKNOWN_TYPE, "fila 3, columna type",
        "el programa ya anota"),
    "osm": Broken(form(T, "osm | a | A"), frm.UNKNOWN_TYPE, "fila 2", "«geopoint»"),
    "video": Broken(form(T, "video | a | A"), frm.UNKNOWN_TYPE, "fila 2", "Use «file»"),
    "external select": Broken(
        form(T, "select_one_external sino | a | A"), frm.UNKNOWN_TYPE, "fila 2", "from_file"),
    "other spelling": Broken(
        form(T, "number | a | A"), frm.UNKNOWN_TYPE, "fila 2", "«integer» o «decimal»"),
    "loop": Broken(
        form(T, "begin loop over sino | a | A", "text | b | B", "end loop | |"),
        frm.UNKNOWN_ROW_TYPE, "fila 2, columna type", "begin repeat"),
    "end with something behind": Broken(
        form(T, "begin repeat | r | R", "text | a | A", "end repeat ninos | |"),
        frm.UNKNOWN_ROW_TYPE, "fila 4, columna type", "end repeat"),
    "row without type": Broken(
        form(T, "text | a | A", "| b | B"), frm.INCOMPLETE_ROW, "fila 3, columna type", "borre la fila"),
    "row without name": Broken(
        form(T, "text | | A"), frm.INCOMPLETE_ROW, "fila 2, columna name", "Escríbalo"),
    "name with blanks": Broken(
        form(T, "text | el peso | A"), frm.BAD_NAME, "fila 2, columna name", "«el_peso»"),
    "name that begins with a figure": Broken(
        form(T, "text | 1peso | A"), frm.BAD_NAME, "fila 2, columna name", "«p_1peso»"),
    "reserved name": Broken(form(T, "text | meta | A"), frm.RESERVED_NAME, "fila 2", "otro nombre"),
    "name twice in a group": Broken(
        form(T, "text | a | A", "text | a | B"), frm.DUPLICATE_NAME, "fila 3, columna name", "otro nombre"),
    "repeat twice": Broken(
        form(T, "begin repeat | r | R", "text | a | A", "end repeat | |",
             "begin group | g | G", "begin repeat | r | R", "text | b | B", "end repeat | |",
             "end group | |"),
        frm.DUPLICATE_NAME, "fila 6, columna name", "otro nombre"),
    "group never closed": Broken(
        form(T, "begin group | g | G", "text | a | A"), frm.UNBALANCED, "fila 2", "su end"),
    "group never opened": Broken(
        form(T, "text | a | A", "end group | |"), frm.UNBALANCED, "fila 3", "su end"),
    "repeat closed as a group": Broken(
        form(T, "begin repeat | r | R", "text | a | A", "end group | |", "end repeat | |"),
        frm.UNBALANCED, "fila 4", "del mismo tipo"),
    "calculation left out": Broken(
        form(X, "calculate | a | | | |"), frm.MISSING_CALCULATION, "fila 2, columna calculation",
        "columna calculation"),
    "constraint on a group": Broken(
        form(X, "begin group | g | G | | . > 1 |", "text | a | A | | |", "end group | | | | |"),
        frm.MISPLACED_COLUMN, "fila 2, columna constraint", "en una pregunta"),
    "count on a question": Broken(
        form(f"{T} | repeat_count", "text | a | A | 3"),
        frm.MISPLACED_COLUMN, "fila 2, columna repeat_count", "begin repeat"),
    "filter on a text": Broken(
        form(f"{T} | choice_filter", "text | a | A | name = 'x'"),
        frm.MISPLACED_COLUMN, "fila 2, columna choice_filter", "selección"),
    # -- lists ---------------------------------------------------------------------------------
    "select without list": Broken(
        form(T, "select_one | a | A"), frm.UNSUPPORTED_VALUE, "fila 2, columna type", "select_one sino"),
    "misspelt type": Broken(
        form(T, "interger | a | A"), frm.UNKNOWN_TYPE, "fila 2, columna type", "¿Quiso decir «integer»?"),
    "list that is not there": Broken(
        form(T, "select_one colores | a | A"), frm.MISSING_LIST, "fila 2, columna type", "corrija"),
    "no choices sheet": Broken(
        form(T, "select_multiple sino | a | A", extra=""), frm.MISSING_LIST, "fila 2", "choices"),
    "choice twice": Broken(
        form(T, "select_one sino | a | A", extra=CHOICES + "| | sino | si | Claro |\n"),
        frm.DUPLICATE_CHOICE, "hoja choices, fila 4, columna name", "allow_choice_duplicates"),
    "choice without name": Broken(
        form(T, "select_one sino | a | A", extra=CHOICES + "| | sino | | Quizás |\n"),
        frm.INCOMPLETE_CHOICE, "hoja choices, fila 4, columna name", "list_name, name y label"),
    "choice without label": Broken(
        form(T, "select_one sino | a | A", extra=CHOICES + "| | sino | q | |\n"),
        frm.INCOMPLETE_CHOICE, "hoja choices, fila 4, columna label", "borre la fila"),
    "blank in a multiple choice": Broken(
        form(T, "select_multiple sino | a | A", extra=CHOICES + "| | sino | no sabe | No sabe |\n"),
        frm.BLANK_IN_CHOICE, "hoja choices, fila 4, columna name", "«no_sabe»"),
    "computed choice text": Broken(
        form(T, "text | b | B", "select_one sino | a | A", extra=CHOICES + "| | sino | q | ${b} |\n"),
        frm.UNSUPPORTED_VALUE, "hoja choices, fila 4, columna label", "texto fijo"),
    "list of another kind of file": Broken(
        form(T, "select_one_from_file x.geojson | a | A"), frm.UNSUPPORTED_VALUE, "fila 2", ".csv"),
    "other with a filter": Broken(
        form(f"{T} | choice_filter", "select_one sino or_other | a | A | name != 'no'"),
        frm.MISPLACED_COLUMN, "columna choice_filter", "or_other"),
    "filter by a column that is not there": Broken(
        form(f"{T} | choice_filter", "text | r | R |", "select_one sino | a | A | region = ${r}"),
        frm.UNKNOWN_FILTER_COLUMN, "fila 3, columna choice_filter", "Agregue la columna"),
    # -- expressions ---------------------------------------------------------------------------
    "bad XPath": Broken(
        form(X, "text | a | A | | . > |"), frm.BAD_EXPRESSION, "fila 2, columna constraint",
        "falta algo al final"),
    "bracket never closed": Broken(
        form(X, "text | a | A | | | (1 + 2"), frm.BAD_EXPRESSION, "columna calculation",
        "falta «)»"),
    "unknown function": Broken(
        form(X, "text | a | A | | edad(.) > 3 |"), frm.UNKNOWN_FUNCTION, "columna constraint", "today"),
    "function of another tool": Broken(
        form(X, "text | a | A | | | upper('x')"), frm.UNSUPPORTED_FUNCTION, "columna calculation",
        "upper-case()"),
    "signed data": Broken(
        form(X, "text | a | A | | | extract-signed(., 'k')"), frm.UNSUPPORTED_FUNCTION, "fila 2",
        "fuera del formulario"),
    "question that is not there": Broken(
        form(X, "text | peso | A | | |", "text | b | B | ${pesso} > 3 | |"),
        frm.MISSPELT_REFERENCE, "fila 3, columna relevant", "¿Quiso decir «peso»?"),
    "label names what is not there": Broken(
        form(T, "note | a | Hola ${nombre}"), frm.UNKNOWN_REFERENCE, "fila 2, columna label", "agregue"),
    "instance name of nobody": Broken(
        setting("instance_name", "${nadie}"), frm.UNKNOWN_REFERENCE,
        "hoja settings, fila 2, columna instance_name", "Corrija"),
    "brace never closed": Broken(
        form(X, "text | a | A | | |", "text | b | B | ${a > 1 | |"),
        frm.BROKEN_REFERENCE, "fila 3, columna relevant", "${nombre}"),
    "name of two questions": Broken(
        form(X, "begin group | g | G | | |", "text | a | A | | |", "end group | | | | |",
             "text | a | A | | |", "text | b | B | ${a} = 1 | |"),
        frm.AMBIGUOUS_REFERENCE, "fila 6, columna relevant", "nombre distinto"),
    "what was saved last": Broken(
        form(X, "text | a | A | | | ${last-saved#a}"), frm.UNSUPPORTED_VALUE, "fila 2", "jc:known"),
    "bad regular expression": Broken(
        form(X, "text | a | A | | regex(., '([0-9]') |"), frm.BAD_PATTERN,
        "fila 2, columna constraint", "barra delante"),
    "required in Spanish": Broken(
        form(f"{T} | required", "text | a | A | sí"), frm.UNSUPPORTED_VALUE,
        "fila 2, columna required", "Escriba yes, no"),
    "text without quotes": Broken(
        form(X, "text | a | A | | |", "text | b | B | ${a} = si | |"),
        frm.UNKNOWN_REFERENCE, "fila 3, columna relevant", "entre comillas"),
    "absolute path to nowhere": Broken(
        form(X, "text | a | A | | /data/no_esta = 1 |"), frm.UNKNOWN_REFERENCE,
        "fila 2, columna constraint", "Corrija"),
    "question that decides about itself": Broken(
        form(X, "text | a | A | ${a} = 'x' | |"), frm.CYCLE, "fila 2, columna relevant", "Quite una"),
    "path too general": Broken(
        form(X, "text | a | A | | //b = 1 |"), frm.UNSUPPORTED_PATH, "columna constraint", "${nombre}"),
    "trigger on nothing": Broken(
        form(f"{T} | calculation | trigger", "text | a | A | now() | ${nada}"),
        frm.UNKNOWN_REFERENCE, "fila 2, columna trigger", "Corrija"),
    "trigger that is no question": Broken(
        form(f"{T} | calculation | trigger", "text | a | A | now() | b"),
        frm.BROKEN_REFERENCE, "fila 2, columna trigger", "${nombre}"),
    "trigger nobody sees": Broken(
        form(f"{T} | calculation | trigger", "calculate | c | | 1 |", "text | a | A | now() | ${c}"),
        frm.UNSUPPORTED_VALUE, "fila 3, columna trigger", "que se ve"),
    "question without text": Broken(
        form(T, "text | a |"), frm.INCOMPLETE_ROW, "fila 2, columna label", "Escríbalo"),
    "no texts at all": Broken(
        form("type | name", "text | a", "text | b"), frm.MISSING_COLUMN, "hoja survey, fila 1", "Agréguela"),
    "condition where a group ends": Broken(
        form(f"{T} | relevant", "begin group | g | G |", "text | a | A |", "end group | | | 1 = 1"),
        frm.MISPLACED_COLUMN, "fila 4, columna relevant", "fila begin"),
    "two lists in one table": Broken(
        form(f"{T} | appearance", "begin group | g | G | table-list", "select_one sino | a | A |",
             "select_one otra | b | B |", "end group | | |", extra=CHOICES + "| | otra | x | X |\n"),
        frm.UNSUPPORTED_VALUE, "fila 4, columna type", "la misma lista: «sino»"),
    "search in another list": Broken(
        form(f"{T} | appearance", "select_one sino | a | A | search('x')"),
        frm.UNSUPPORTED_VALUE, "fila 2, columna appearance", "choice_filter"),
    "count that is no number": Broken(
        form(f"{T} | repeat_count", "begin repeat | r | R | tres", "text | a | A |", "end repeat | | |"),
        frm.BAD_COUNT, "fila 2, columna repeat_count", "número entero"),
    # -- parameters and defaults ---------------------------------------------------------------
    "step of nought": Broken(
        form(f"{T} | parameters", "range | a | A | start=0 end=10 step=0"),
        frm.BAD_PARAMETERS, "fila 2, columna parameters", "step=1"),
    "step wider than the range": Broken(
        form(f"{T} | parameters", "range | a | A | start=0 end=10 step=20"),
        frm.BAD_PARAMETERS, "fila 2, columna parameters", "hasta 10"),
    "range end that is no number": Broken(
        form(f"{T} | parameters", "range | a | A | start=0 end=diez"),
        frm.BAD_PARAMETERS, "fila 2, columna parameters", "end=10"),
    "unknown parameter": Broken(
        form(f"{T} | parameters", "range | a | A | inicio=0"),
        frm.BAD_PARAMETERS, "fila 2, columna parameters", "start, end, step"),
    "parameters that are no pairs": Broken(
        form(f"{T} | parameters", "range | a | A | de 0 a 10"),
        frm.BAD_PARAMETERS, "fila 2, columna parameters", "nombre=valor"),
    "seed without shuffle": Broken(
        form(f"{T} | parameters", "select_one sino | a | A | seed=3"),
        frm.BAD_PARAMETERS, "fila 2, columna parameters", "randomize=true"),
    "default that is no answer": Broken(
        form(f"{T} | default", "integer | a | A | doce"),
        frm.BAD_DEFAULT, "fila 2, columna default", "solo cifras"),
    "default that is no choice": Broken(
        form(f"{T} | default", "select_one sino | a | A | quizás"),
        frm.BAD_DEFAULT, "fila 2, columna default", "Elija"),
    # -- characters ----------------------------------------------------------------------------
    "control character": Broken(
        form(T, "text | a | A\x07"), frm.CONTROL_CHARACTER, "fila 2, columna label", "a mano"),
}  # fmt: skip

WHOLE: dict[str, Broken] = {
    "calculations in a circle": Broken(
        form(X, "calculate | a | | | | ${b} + 1", "calculate | b | | | | ${a} + 1"),
        frm.CYCLE, "", "Quite una"),
    "CSV that is not there": Broken(
        form(T, "select_one_from_file lugares.csv | a | A"),
        frm.MISSING_TABLE, "fila 2", "misma carpeta"),
    "column that no CSV has": Broken(
        form(X, "calculate | a | | | | pulldata('miembros', 'peso', 'name', '1')"),
        frm.MISSING_TABLE_COLUMN, "fila 2", "edad_meses"),
}  # fmt: skip


def assert_told(error: UserError, broken: Broken) -> None:
    assert error.problem is broken.problem
    assert broken.where in error.where
    assert bool(error.where) >= bool(broken.where)
    assert broken.said in str(error)
    assert "«" in error.what or "»" in error.remedy or error.where
    assert error.remedy


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


# -- workbooks --------------------------------------------------------------------------------------


def book(*rows: list[object], sheet: str = "survey") -> openpyxl.Workbook:
    made = openpyxl.Workbook()
    survey = made.active
    assert survey is not None
    survey.title = sheet
    for row in rows:
        survey.append(row)
    settings = made.create_sheet("settings")
    settings.append(["form_title", "form_id", "version"])
    settings.append(["Prueba", "prueba", 20261121])
    return made


def saved(made: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def faults_of(made: openpyxl.Workbook) -> list[UserError]:
    return check_sheet(saved(made), ".xlsx", "prueba.xlsx")


def as_workbook(text: str) -> openpyxl.Workbook:
    """The same tables as sheets of Excel, cell by cell."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for line in text.split("\n"):
        first, *cells = (cell.strip() for cell in line.strip().strip("|").split("|"))
        if first and not any(cells):
            page = made.create_sheet(first)
        elif line.strip():
            page.append([cell or None for cell in cells])
    return made


ONLY_IN_TEXT = {
    "survey twice": "Excel gives no two sheets one name",
    "control character": "openpyxl writes none",
}


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in ONLY_IN_TEXT])
def test_the_same_fault_in_excel_is_told_alike(kind: str) -> None:
    [in_text] = check_sheet(KINDS[kind].text)
    [in_excel] = faults_of(as_workbook(KINDS[kind].text))
    assert str(in_excel) == str(in_text)


def test_a_good_workbook_has_no_faults_and_whole_numbers_stay_whole() -> None:
    made = book(["type", "name", "label", "default"], ["integer", "n", "¿Cuántos?", 3.0])
    assert faults_of(made) == []
    sheet = read_sheet(saved(made), ".xlsx")
    assert sheet.settings["version"] == "20261121"
    assert sheet.rows[0].cells["default"] == "3"


def test_blank_rows_and_notes_beside_a_form_do_not_shift_the_rows_told() -> None:
    made = book(["type", "name", "label"], ["text", "a", "A"], [], [], ["texto", "b", "B"])
    made.create_sheet("_notas").append(["para mí"])
    [fault] = faults_of(made)
    assert fault.where == "hoja survey, fila 5, columna type"


@pytest.mark.parametrize(
    ("cell", "said"),
    [("=1+1", "una fórmula sin resultado"), ("#REF!", "el error #REF!")],
)
def test_a_formula_nobody_computed_and_its_errors_are_told_by_cell(cell: str, said: str) -> None:
    [fault] = faults_of(book(["type", "name", "label"], ["text", "a", cell]))
    assert fault.problem is frm.FORMULA_CELL
    assert fault.where == "hoja survey, celda C2"
    assert said in fault.what


def test_merged_cells_are_told_since_only_the_first_would_count() -> None:
    made = book(["type", "name", "label"], ["text", "a", "A"], ["text", "b", "B"])
    assert made.active is not None
    made.active.merge_cells("C2:C3")
    [fault] = faults_of(made)
    assert fault.problem is frm.MERGED_CELLS
    assert "C2:C3" in fault.where


def test_a_survey_under_another_name_is_told_with_the_names_there_are() -> None:
    [fault] = faults_of(book(["type", "name", "label"], ["text", "a", "A"], sheet="Preguntas"))
    assert fault.problem is frm.MISSING_SHEET
    assert "«preguntas»" in fault.remedy


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 roto", b"hola", saved(book(["type"]))[:900]])
def test_a_file_that_is_no_workbook_is_told(data: bytes) -> None:
    [fault] = check_sheet(data, ".xlsx", "roto.xlsx")
    assert fault.problem is frm.UNREADABLE_FILE
    assert "roto.xlsx" in fault.what


def test_a_cell_touched_far_away_does_not_fill_the_memory() -> None:
    made = book(["type", "name", "label"], ["text", "a", "A"])
    assert made.active is not None
    made.active.cell(1_048_576, 16_384).number_format = "0.00"
    assert faults_of(made) == []
    made.active.cell(1_048_576, 16_384).value = "x"
    [fault] = faults_of(made)
    assert fault.problem is frm.UNREADABLE_FILE
    assert "demasiado grande" in fault.what
