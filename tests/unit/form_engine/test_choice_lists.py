"""What may be chosen: filtered lists, files beside the form, the register, rows of the form itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_tables import filled, form, sheets

from juntos_campo.domain.errors import Problem, UserError
from juntos_campo.form_engine import problems
from juntos_campo.form_engine.definition import Question
from juntos_campo.form_engine.findings import FindingKind
from juntos_campo.form_engine.form_files import read_form_file
from juntos_campo.form_engine.loader import load_form, load_text
from juntos_campo.form_engine.session import Session

PLACES = """
| list_name | name | label | dep | prov |
| dep | ap | Apurímac | | |
| dep | cu | Cusco | | |
| prov | grau | Grau | ap | |
| prov | anta | Anta | cu | |
| prov | calca | Calca | cu | |
| dist | chuq | Chuquibambilla | | grau |
| dist | santa_a | Santa Rosa | | anta |
| dist | santa_c | Santa Rosa | | calca |
"""
CASCADE = form(
    """
    | type | name | label | choice_filter | calculation |
    | select_one dep | dep | Departamento | | |
    | select_one prov | prov | Provincia | dep = ${dep} | |
    | select_one dist | dist | Distrito | prov = ${prov} | |
    | calculate | nombre | | | jr:choice-name(${prov}, '${prov}') |
    | begin repeat | otro | Otro | | |
    | select_one prov | p | Provincia | dep = ${dep} | |
    | select_multiple dist | d | Distritos | prov = ${p} | |
    | end repeat | | | | |
    """,
    PLACES,
)


def names(session: Session, address: str) -> list[str]:
    return [choice.name for choice in session.choices(address)]


def test_each_list_offers_only_what_belongs_to_the_answer_before() -> None:
    session = filled(CASCADE)
    assert names(session, "dep") == ["ap", "cu"]
    assert names(session, "prov") == []
    session.set("dep", "Cusco")
    assert names(session, "prov") == ["anta", "calca"]
    session.set("prov", "calca")
    assert names(session, "dist") == ["santa_c"]


def test_a_name_two_places_have_means_the_one_that_is_offered() -> None:
    session = filled(CASCADE)
    session.set_many({"dist": "Santa Rosa", "prov": "Calca", "dep": "Cusco"})
    assert session.answer("dist") == "santa_c"


def test_an_answer_its_list_no_longer_offers_is_kept_and_told() -> None:
    session = filled(CASCADE)
    session.set_many({"dep": "cu", "prov": "anta", "dist": "santa_a"})
    assert session.findings() == ()
    touched = session.set("dep", "ap")
    assert "prov" in touched
    assert session.answer("prov") == "anta"
    finding = session.finding("prov")
    assert finding is not None
    assert finding.kind is FindingKind.CONSTRAINT
    session.set("dep", "cu")
    assert session.findings() == ()


def test_the_screen_is_told_when_a_list_it_showed_changes() -> None:
    session = filled(CASCADE)
    session.set("dep", "ap")
    assert names(session, "prov") == ["grau"]
    assert "prov" in session.set("dep", "cu")


def test_a_list_in_a_row_hangs_on_its_own_row() -> None:
    session = filled(CASCADE, rows={"otro": ["a", "b"]})
    session.set("dep", "cu")
    session.set_many({"a/p": "anta", "b/p": "calca"})
    assert names(session, "a/d") == ["santa_a"]
    assert names(session, "b/d") == ["santa_c"]
    session.set("a/d", "Santa Rosa")
    assert session.answer("a/d") == "santa_a"
    assert names(session, "b/p") == ["anta", "calca"]


def test_a_choice_is_called_by_its_label() -> None:
    session = filled(CASCADE)
    session.set_many({"dep": "cu", "prov": "calca"})
    assert session.answer("nombre") == "Calca"


def test_further_columns_of_a_list_are_kept() -> None:
    question = next(one for one in CASCADE.questions if one.key == "prov")
    assert [choice.extra.get("dep") for choice in question.choices] == ["ap", "cu", "cu"]


FARMACIA = "codigo,nombre,stock\nh1,Hierro gotas,0\nh2,Hierro jarabe,12\n"
FROM_FILE = """
| type | name | label | choice_filter | calculation | parameters |
| select_one_from_file insumos.csv | falta | Falta | stock = '0' | | value=codigo, label=nombre |
| select_one_from_file insumos.csv | cual | Cuál | | | value=codigo, label=nombre |
| calculate | hay | | | pulldata('insumos', 'stock', 'codigo', ${cual}) | |
| calculate | lo_mismo | | | instance('insumos')/root/item[codigo = ${cual}]/stock | |
| calculate | agotados | | | count(instance('insumos')/root/item[stock = 0]) | |
| calculate | como | | | jr:choice-name(${cual}, '${cual}') | |
"""


def test_choices_and_facts_come_from_the_file_beside_the_form() -> None:
    session = filled(form(FROM_FILE, files={"insumos.csv": FARMACIA}))
    assert names(session, "falta") == ["h1"]
    assert names(session, "cual") == ["h1", "h2"]
    session.set("cual", "hierro jarabe")
    assert session.answer("cual") == "h2"
    assert session.answer("hay") == session.answer("lo_mismo") == "12"
    assert session.answer("agotados") == "1"
    assert session.answer("como") == "Hierro jarabe"
    session.set("cual", "")
    assert session.answer("hay") is None


def test_a_file_saved_by_a_peruvian_spreadsheet_is_read_too() -> None:
    text = "\ufeff" + FARMACIA.replace(",", ";")
    session = filled(form(FROM_FILE, files={"insumos.csv": text}))
    assert names(session, "cual") == ["h1", "h2"]


@pytest.mark.parametrize(
    ("survey", "problem", "said"),
    [
        (FROM_FILE.replace("insumos", "farmacia"), problems.MISSING_TABLE, "farmacia.csv"),
        (FROM_FILE.replace("value=codigo", "value=cod"), problems.MISSING_TABLE_COLUMN, "«cod»"),
        (FROM_FILE.replace("stock = '0'", "stok = '0'"), problems.MISSING_TABLE_COLUMN, "«stok»"),
        (FROM_FILE.replace("'codigo'", "'clave'"), problems.MISSING_TABLE_COLUMN, "«clave»"),
    ],
    ids=["no such file", "no such value column", "filter on nothing", "looked up by nothing"],
)
def test_a_table_that_is_not_as_the_form_says_is_refused_with_its_row(
    survey: str, problem: Problem, said: str
) -> None:
    with pytest.raises(UserError) as caught:
        form(survey, files={"insumos.csv": FARMACIA})
    assert caught.value.problem is problem
    assert said in str(caught.value)
    assert "hoja survey, fila" in str(caught.value)


PEOPLE = [
    {"name": "m1", "label": "Rosa Ccori", "tipo": "gestante", "edad_meses": "300"},
    {"name": "m2", "label": "Luz Ccori", "tipo": "nino", "edad_meses": "8"},
    {"name": "m3", "label": "Ana Ccori", "tipo": "nino", "edad_meses": "30"},
]
REGISTER = form("""
| type | name | label | choice_filter | calculation |
| integer | hasta | Hasta meses | | |
| select_one_from_file miembros.csv | quien | Quién | tipo = 'nino' and edad_meses < ${hasta} | |
| select_multiple_from_file miembros.csv | todos | Quiénes | | |
| calculate | meses | | | pulldata('miembros', 'edad_meses', 'name', ${quien}) |
""")


def test_people_of_the_register_are_chosen_without_a_file() -> None:
    assert REGISTER.wanted_tables == {"miembros"}
    session = filled(REGISTER, tables={"miembros": PEOPLE})
    session.set("hasta", 12)
    assert names(session, "quien") == ["m2"]
    session.set("quien", "luz ccori")
    assert session.answer("meses") == "8"
    assert session.shown("quien") == "Luz Ccori"
    session.set("todos", "m1 m3")
    assert session.answer("todos") == "m1 m3"
    assert session.findings() == ()


def test_somebody_who_left_the_register_stays_in_the_answer_and_is_told() -> None:
    session = filled(REGISTER, tables={"miembros": PEOPLE})
    session.set_many({"hasta": 12, "quien": "m2"})
    again = filled(REGISTER, tables={"miembros": PEOPLE[:1]}, answers=session.state())
    assert again.answer("quien") == "m2"
    finding = again.finding("quien")
    assert finding is not None
    assert finding.kind is FindingKind.CONSTRAINT


def test_a_register_that_was_not_given_is_an_empty_list() -> None:
    assert names(filled(REGISTER), "quien") == []


FROM_ROWS = form("""
| type | name | label | choice_filter | calculation |
| begin repeat | hijo | Hijo | | |
| text | nombre | Nombre | | |
| integer | edad | Edad | | |
| end repeat | | | | |
| select_one ${nombre} | mayor | El mayor | ${edad} > 5 | |
""")


def test_rows_of_the_form_are_choices_of_a_later_question() -> None:
    session = filled(FROM_ROWS, rows={"hijo": ["a", "b", "c"]})
    session.set_many({"a/nombre": "Luz", "a/edad": 3, "b/nombre": "José", "b/edad": 8})
    assert names(session, "mayor") == ["José"]
    session.set("mayor", "josé")
    assert session.answer("mayor") == "José"
    touched = session.remove_row("hijo", "b")
    assert "mayor" in touched
    assert session.answer("mayor") == "José"
    assert session.finding("mayor") is not None
    again = filled(FROM_ROWS, answers=session.state())
    assert again.findings() == session.findings()


def test_rows_that_are_no_answers_are_refused_by_name() -> None:
    with pytest.raises(UserError) as caught:
        form("""
            | type | name | label |
            | begin repeat | a | A |
            | begin repeat | b | B |
            | text | c | C |
            | end repeat | | |
            | end repeat | | |
            | select_one ${b} | d | D |
        """)
    assert "fila 7" in str(caught.value)


COLOURS = "| list_name | name | label |\n" + "\n".join(
    f"| letra | l{number} | Letra {number} |" for number in range(12)
)
MIXED = form(
    """
    | type | name | label | parameters |
    | select_one letra | a | A | randomize=true |
    | select_one letra | b | B | randomize=true, seed=42 |
    | integer | n | N | |
    | select_one letra | c | C | randomize=true, seed=${n} |
    """,
    COLOURS,
)


def test_a_shuffled_list_keeps_its_order_when_the_form_is_taken_up_again() -> None:
    session = filled(MIXED, seed=7)
    order = names(session, "a")
    assert sorted(order) == sorted(names(filled(MIXED, seed=8), "a"))
    assert order != [f"l{number}" for number in range(12)]
    assert names(filled(MIXED, seed=7, answers=session.state()), "a") == order
    assert names(filled(MIXED, seed=8), "a") != order


def test_a_seed_the_form_gives_rules_whatever_the_session_says() -> None:
    assert names(filled(MIXED, seed=1), "b") == names(filled(MIXED, seed=2), "b")
    session = filled(MIXED)
    session.set("n", 42)
    assert names(session, "c") == names(session, "b")


OTHER = form(
    """
    | type | name | label |
    | select_multiple uso or_other | usos | Usos |
    """,
    "| list_name | name | label |\n| uso | riego | Riego |\n| uso | beber | Beber |",
)


def test_other_comes_with_its_own_text_to_fill_in() -> None:
    session = filled(OTHER)
    assert names(session, "usos")[-1] == "other"
    assert not session.relevant("usos_other")
    session.set("usos", "riego other")
    assert session.relevant("usos_other")
    question = session.question("usos_other")
    assert question.type.name == "text"
    assert session.label_of(question)
    session.set("usos_other", "lavar")
    assert session.answers()["usos_other"] == "lavar"


def test_questions_say_which_list_and_settings_they_have() -> None:
    question = next(one for one in MIXED.questions if one.key == "b")
    assert isinstance(question, Question)
    assert question.list_name == "letra"
    assert question.parameters == {"randomize": "true", "seed": "42"}
    assert len(question.choices) == 12


def test_of_rows_one_is_chosen_not_several() -> None:
    with pytest.raises(UserError) as caught:
        form("""
            | type | name | label |
            | begin repeat | hijo | Hijo |
            | text | nombre | Nombre |
            | end repeat | | |
            | select_multiple ${nombre} | cuales | Cuáles |
        """)
    assert "fila 5, columna type" in str(caught.value)
    assert "select_one" in str(caught.value)


def test_a_repeat_is_not_called_like_what_a_draft_keeps_beside_its_rows() -> None:
    with pytest.raises(UserError) as caught:
        form("""
            | type | name | label |
            | begin repeat | version | Versión |
            | text | nombre | Nombre |
            | end repeat | | |
        """)
    assert caught.value.problem is problems.RESERVED_NAME


def test_a_file_that_is_no_table_is_told_not_thrown() -> None:
    with pytest.raises(UserError) as caught:
        form(FROM_FILE, files={"insumos.csv": 'codigo,nombre,stock\n"' + "x" * 200_000})
    assert caught.value.problem is problems.UNREADABLE_FILE
    assert "insumos.csv" in str(caught.value)


def test_the_file_is_looked_for_beside_the_form(tmp_path: Path) -> None:
    sheet = tmp_path / "falta.md"
    sheet.write_text(sheets(FROM_FILE), "utf-8")
    with pytest.raises(UserError) as caught:
        load_form(sheet)
    assert caught.value.problem is problems.MISSING_TABLE
    table = tmp_path / "insumos.csv"
    table.write_bytes(FARMACIA.encode("utf-8-sig"))
    assert names(filled(load_form(sheet)), "cual") == ["h1", "h2"]


FROM_EXCEL = [
    ("cp1252", "id;nombre;zona\nh1;Ñahuinlla;Apurímac\nh2;Pacaypata;Cusco\n"),
    ("utf-8-sig", "id;nombre;zona\nh1;Ñahuinlla;Apurímac\nh2;Pacaypata;Cusco\n"),
    ("utf-8", "id,nombre,zona\nh1,Ñahuinlla,Apurímac\nh2,Pacaypata,Cusco\n"),
    ("utf-16", "id\tnombre\tzona\nh1\tÑahuinlla\tApurímac\nh2\tPacaypata\tCusco\n"),
    ("cp1252", "sep=|\nid|nombre|zona\nh1|Ñahuinlla|Apurímac\nh2|Pacaypata|Cusco\n"),
]


@pytest.mark.parametrize(("encoding", "text"), FROM_EXCEL)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_list_saved_by_excel_keeps_its_letters_and_columns(
    encoding: str, text: str, line_end: str, tmp_path: Path
) -> None:
    sheet = tmp_path / "lugares.md"
    sheet.write_text(
        sheets(
            """
            | type | name | label | parameters | choice_filter |
            | select_one_from_file puestos.csv | cual | Cuál | value=id label=nombre | zona = 'Apurímac' |
            """
        ),
        "utf-8",
    )
    (tmp_path / "puestos.csv").write_bytes(text.replace("\n", line_end).encode(encoding))
    session = filled(load_form(sheet))
    (only,) = session.choices("cual")
    assert (only.name, only.label("")) == ("h1", "Ñahuinlla")
    sent = read_form_file(sheet)
    again = filled(load_text(sent.text, sent.tables))
    assert [one.label("") for one in again.choices("cual")] == ["Ñahuinlla"]


@pytest.mark.parametrize("content", [b"id;nombre\nh1;\x81\x8d\n", b"\xff\xfei\x00d", b"id\x00;n\n"])
def test_a_list_whose_letters_cannot_be_read_is_told_with_its_name(
    content: bytes, tmp_path: Path
) -> None:
    sheet = tmp_path / "lugares.md"
    text = sheets("| type | name | label |\n| select_one_from_file p.csv | a | A |")
    sheet.write_text(text, "utf-8")
    (tmp_path / "p.csv").write_bytes(content)
    for read in (load_form, read_form_file):
        with pytest.raises(UserError) as caught:
            read(sheet)
        assert caught.value.problem is problems.UNREADABLE_FILE
        assert "p.csv" in str(caught.value)
