"""Texts in several languages: what is typed stays, what is read changes."""

# ruff: noqa: E501 - rows of a form are as wide as its sheet

from __future__ import annotations

from form_tables import filled, form

from juntos_campo.form_engine.session import Session

SURVEY = """
| type | name | label::Español (es) | label::English (en) | hint::Español (es) | guidance_hint::Español (es) | guidance_hint::English (en) | constraint | constraint_message::Español (es) | constraint_message::English (en) | required | required_message::Español (es) | calculation | media::image::Español (es) | appearance |
| text | nombre | Nombre | Name | Como en el DNI | Pida el DNI | Ask for the card | | | | yes | Falta el nombre | | dni.png | |
| integer | edad | Edad de ${nombre} | Age of ${nombre} | | | | . < 120 | ${nombre} no puede tener más de 119. | ${nombre} cannot be older than 119. | | | | | w1 numbers |
| select_one sino | va | ¿Va? | Goes? | | | | | | | | | | | minimal |
| note | dice | ${nombre} dijo ${como} | ${nombre} said ${como} | | | | | | | | | | | |
| calculate | como | | | | | | | | | | | jr:choice-name(${va}, '${va}') | | |
| text | solo | Solo en castellano | | | | | | | | | | | | |
"""
CHOICES = """
| list_name | name | label::Español (es) | label::English (en) |
| sino | si | Sí | Yes |
| sino | no | No | No |
"""
SETTINGS = """
| form_title | form_id | version | default_language |
| Prueba | prueba | 1 | Español (es) |
"""
FORM = form(SURVEY, CHOICES, SETTINGS)
ES, EN = "Español (es)", "English (en)"


def begun() -> Session:
    session = filled(FORM)
    session.set_many({"nombre": "Rosa", "edad": "130", "va": "sí"})
    return session


def test_the_first_language_is_the_one_the_form_says() -> None:
    assert FORM.languages == (ES, EN)
    assert filled(FORM).language == ES


def test_every_text_follows_the_language() -> None:
    session = begun()
    edad = session.question("edad")
    assert session.label_of(edad) == "Edad de Rosa"
    session.set_language(EN)
    assert session.label_of(edad) == "Age of Rosa"
    assert session.label_of(session.question("dice")) == "Rosa said Yes"
    assert session.guidance_of(session.question("nombre")) == "Ask for the card"
    assert session.shown("va") == "Yes"
    assert [choice.label(EN) for choice in session.choices("va")] == ["Yes", "No"]
    finding = session.finding("edad")
    assert finding is not None
    assert finding.message == "Rosa cannot be older than 119."


def test_nothing_typed_is_lost_by_changing_the_language() -> None:
    session = begun()
    session.set("edad", "muchos")
    state = session.state()
    session.set_language(EN)
    assert session.state() == state
    assert session.shown("edad") == "muchos"
    session.set("va", "yes")
    assert session.answer("va") == "si"
    session.set_language(ES)
    assert session.answers()["como"] == "Sí"


def test_a_text_without_translation_is_read_in_the_first_language() -> None:
    session = begun()
    session.set_language(EN)
    assert session.label_of(session.question("solo")) == "Solo en castellano"
    assert session.hint_of(session.question("nombre")) == "Como en el DNI"
    session.set("nombre", "")
    finding = session.finding("nombre")
    assert finding is not None
    assert finding.message == "Falta el nombre"


def test_looks_and_pictures_are_kept_as_the_sheet_says() -> None:
    session = begun()
    assert session.question("edad").appearance == {"w1", "numbers"}
    assert session.question("nombre").image == "dni.png"
    assert session.question("edad").image == ""


def test_a_table_of_equal_questions_stays_what_the_sheet_says() -> None:
    definition = form(
        """
        | type | name | label | appearance |
        | begin group | trato | El trato | table-list |
        | select_one sino | a | A | |
        | select_one sino | b | B | |
        | end group | | | |
        """,
        "| list_name | name | label |\n| sino | si | Sí |\n",
    )
    (group,) = definition.children(definition.root)
    assert group.appearance == {"table-list"}
    assert group.label.plain() == "El trato"
    assert [node.name for node in definition.children(group.path)] == ["a", "b"]
    assert all(question.appearance == frozenset() for question in definition.questions)


def test_settings_and_sections_are_there_for_the_screen() -> None:
    definition = form(
        """
        | type | name | label |
        | text | suelta | Suelta |
        | begin group | uno | Uno |
        | text | x | X |
        | begin group | dos | Dos |
        | text | y | Y |
        | end group | | |
        | end group | | |
        """,
        settings="| form_title | form_id | version | jc:subject |\n| P | p | 1 | household |",
    )
    assert definition.settings["jc:subject"] == "household"
    assert [node.name for node in definition.children(definition.root)] == ["suelta", "uno"]
    uno = definition.children(definition.root)[1]
    assert [node.name for node in definition.children(uno.path)] == ["x", "dos"]


def test_a_question_without_a_label_has_none() -> None:
    definition = form("""
        | type | name | label | hint |
        | text | con_pista | | Pista |
        | text | con_nombre | Nombre | |
    """)
    assert [bool(question.label) for question in definition.questions] == [False, True]


def test_the_picture_of_a_choice_is_kept_by_its_name() -> None:
    definition = form(
        "| type | name | label |\n| select_one a | a | A |",
        "| list_name | name | label | image |\n| a | x | X | foto.png |\n| a | y | Y | |",
    )
    (question,) = definition.questions
    assert [choice.extra.get("image", "") for choice in question.choices] == ["foto.png", ""]
    assert [choice.label("default") for choice in question.choices] == ["X", "Y"]
