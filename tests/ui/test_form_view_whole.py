"""The form as a whole: sections, what is to be corrected, languages, two versions side by side."""

from __future__ import annotations

import pytest
from form_desks import NOW
from form_views import CONTROL, ENTER, SHIFT, TAB, show_form
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QApplication, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.session import Session
from juntos_campo.ui.form_view.repeat_grid import RepeatGrid
from juntos_campo.ui.form_view.sections import plan_sections
from juntos_campo.ui.form_view.stage import READING_WIDTH
from juntos_campo.ui.theme.theme import Appearance, theme
from juntos_campo.ui.widgets.grid_model import Ground

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not", extend=True)

VISIT = """
| survey |
| | type | name | label | required | relevant | constraint | constraint_message |
| | text | quien | ¿Quién atiende? | yes | | | |
| | begin group | embarazo | Embarazo | | | | |
| | select_one sino | gesta | ¿Está gestando? | yes | | | |
| | integer | semanas | ¿De cuántas semanas? | yes | ${gesta} = 'si' | . < 43 | Hasta 42. |
| | end group | | | | | | |
| | begin group | parto | Parto | | ${semanas} > 30 | | |
| | text | donde | ¿Dónde dará a luz? | | | | |
| | end group | | | | | | |
| | begin group | fin | Final | | | | |
| | note | saludo | Gracias, ${quien}. | | | | |
| | text | nota | Nota | | | | |
| | end group | | | | | | |
| choices |
| | list_name | name | label |
| | sino | si | Sí |
| | sino | no | No |
"""
TWO_TONGUES = """
| survey |
| | type | name | label::Español (es) | label::Quechua (qu) | hint::Español (es) | hint::Quechua (qu) |
| | text | nombre | Nombre | Suti | Como en el DNI | DNI nisqanman hina |
| | select_one sino | agua | ¿Tiene agua? | ¿Unu kanchu? | | |
| choices |
| | list_name | name | label::Español (es) | label::Quechua (qu) |
| | sino | si | Sí | Arí |
| | sino | no | No | Manan |
| settings |
| | form_id | version | form_title | default_language |
| | prueba | 1 | Prueba | Español (es) |
"""


def test_sections_come_and_go_with_what_is_answered(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT)
    titles = [one.title for one in hands.view.sections if one.shown]
    assert titles == ["Datos generales", "Embarazo", "Final"]
    hands.view.focus_first()
    hands.fill("Juana", "1", "34")
    assert [one.title for one in hands.view.sections if one.shown][2] == "Parto"
    assert hands.name == "¿Dónde dará a luz?"


def test_ctrl_down_and_up_go_through_the_sections(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT)
    hands.view.focus_first()
    hands.press(Qt.Key.Key_Down, CONTROL)
    assert hands.name == "¿Está gestando?: Sí"
    hands.press(Qt.Key.Key_Down, CONTROL)
    assert hands.name == "Nota", "a section that does not apply is passed over"
    hands.press(Qt.Key.Key_Up, CONTROL)
    assert hands.name == "¿Está gestando?: Sí"


def test_tab_reads_on_through_sections_made_late_and_past_the_list_of_parts(qtbot: QtBot) -> None:
    parts = "\n".join(
        f"| | begin group | g{part} | Parte {part} | |\n"
        + "\n".join(f"| | text | p{part}_{n} | P{part}.{n} | |" for n in range(7))
        + f"\n| | text | luego{part} | Luego {part} | ${{p{part}_6}} = 'x' |"
        + "\n| | end group | | | |"
        for part in range(6)
    )
    hands = show_form(qtbot, f"| survey |\n| | type | name | label | relevant |\n{parts}\n")
    hands.view.go_to("p5_0")
    hands.view.focus_first()
    expected = [f"P{part}.{n}" for part in range(6) for n in range(7)]
    seen = [hands.name]
    for _ in expected[1:]:
        hands.press(TAB)
        seen.append(hands.name)
    assert seen == expected
    hands.view.go_to("p2_6")
    hands.fill("x")
    assert hands.name == "Luego 2", "the list of parts is made anew here"
    hands.press(TAB)
    assert hands.name == "P3.0"


def test_each_section_says_how_far_it_is_in_words(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT)
    hands.view.focus_first()
    hands.fill("Juana", "1", "50")

    def said() -> list[str]:
        steps = hands.view.pages.steps.findChildren(QWidget)
        return [
            one.accessibleName()
            for one in steps
            if ": " in one.accessibleName() and not one.isHidden()
        ]

    assert said() == [
        "Datos generales: listo",
        "Embarazo: por corregir",
        "Parto: por llenar",
        "Final: por llenar",
    ]


def test_what_appears_above_does_not_move_the_field_in_hand(qtbot: QtBot) -> None:
    questions = "\n".join(f"| | text | t{n} | Texto {n} | ${{ver}} = '1' |" for n in range(12))
    after = "\n".join(f"| | text | d{n} | Después {n} | |" for n in range(12))
    form = (
        "| survey |\n| | type | name | label | relevant |\n"
        f"{questions}\n| | text | ver | ¿Ver todo? | |\n{after}\n"
    )
    hands = show_form(qtbot, form, size=(900, 480))
    hands.view.go_to("ver")
    before = hands.at.mapTo(hands.view, hands.at.rect().topLeft()).y()
    hands.type("1")
    assert hands.view.finish_editing()
    QCoreApplication.processEvents()
    assert hands.name == "¿Ver todo?"
    assert abs(hands.at.mapTo(hands.view, hands.at.rect().topLeft()).y() - before) <= 2
    assert not hands.at.visibleRegion().isEmpty(), "the field went out of sight"


def test_a_text_with_an_answer_in_it_follows_the_answer(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT)
    hands.view.focus_first()
    hands.fill("Juana")
    assert hands.box("saludo").label.text() == "Gracias, Juana."


def test_the_list_of_what_is_wrong_leads_there_by_keyboard(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT, {"gesta": "si", "semanas": 60})
    view = hands.view
    assert view.bar.text.text() == "1 dato por corregir"
    view.show_missing()
    assert view.bar.text.text() == "2 datos por corregir"
    view.bar.toggle()
    lines = [view.bar.list.item(n).text() for n in range(view.bar.list.count())]
    assert lines == ["¿Quién atiende?: Falta este dato.", "¿De cuántas semanas?: Hasta 42."]
    hands.press(Qt.Key.Key_Down)
    hands.press(ENTER)
    assert hands.name == "¿De cuántas semanas?"


def test_f8_goes_round_the_errors_then_to_what_is_missing(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT, {"gesta": "si", "semanas": 60})
    hands.view.focus_first()
    hands.press(Qt.Key.Key_F8)
    assert hands.name == "¿De cuántas semanas?"
    hands.press(Qt.Key.Key_A, CONTROL)
    hands.fill("20")
    hands.press(Qt.Key.Key_F8)
    assert hands.name == "¿Quién atiende?"
    hands.fill("Juana")
    assert not hands.view.next_finding()
    assert hands.view.bar.isHidden()


def test_shift_f8_goes_back(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT, {"gesta": "si"})
    hands.view.show_missing()
    hands.view.go_to("nota")
    hands.press(Qt.Key.Key_F8, SHIFT)
    assert hands.name == "¿De cuántas semanas?"
    hands.press(Qt.Key.Key_F8, SHIFT)
    assert hands.name == "¿Quién atiende?"


def test_a_remark_of_the_desk_stands_at_its_question(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT, {"quien": "Juana"})
    hands.desk.remarks["quien"] = "Revise: el padrón dice María."
    hands.view.reload()
    assert hands.box("quien").notes.text("remark") == "Revise: el padrón dice María."


def test_the_language_changes_and_answers_and_keyboard_stay(qtbot: QtBot) -> None:
    hands = show_form(qtbot, TWO_TONGUES)
    hands.view.focus_first()
    hands.fill("Juana", "1")
    hands.view.go_to("nombre")
    hands.press(Qt.Key.Key_End)
    hands.type(" C")
    assert not hands.view.languages.isHidden()
    hands.view.set_language("Quechua (qu)")
    box = hands.box("nombre")
    assert (box.label.text(), hands.name) == ("Suti", "Suti")
    assert box.hint is not None
    assert box.hint.text() == "DNI nisqanman hina"
    assert hands.box("agua").editor.buttons["si"].text() == "Arí"  # type: ignore[union-attr,attr-defined]
    assert hands.view.finish_editing()
    assert hands.form.given("nombre") == "Juana C"
    assert hands.form.given("agua") == "si"


def test_two_versions_stand_side_by_side(qtbot: QtBot) -> None:
    form = """
| survey |
| | type | name | label |
| | text | nombre | Nombre |
| | integer | edad | Edad |
| | begin repeat | ninos | Niños |
| | text | n | Nombre |
| | integer | peso | Peso |
| | end repeat | | |
"""
    now = {"nombre": "Juana", "edad": 29, "#ninos": "a b", "a/n": "Ana", "a/peso": 9, "b/n": "Eva"}
    before = {"edad": "28", "a/peso": "8", "b/n": "", "#ninos": "a c", "c/n": "Rosa", "c/peso": "7"}
    hands = show_form(qtbot, form, now, readonly=True, differences=before)
    grid = hands.view.findChildren(RepeatGrid)[0]
    assert hands.box("edad").notes.text("before") == "antes:"
    assert hands.box("nombre").notes.text("before") == ""
    assert grid.cells.cell(0, 1).before == "8"
    assert grid.cells.cell(1, 0).ground is Ground.ADDED
    assert grid.cells.changes.removed == ("Rosa · 7",)
    assert hands.view.go_to("edad")
    assert hands.name == "Edad: 29"
    hands.press(Qt.Key.Key_F8)
    assert grid.current_address() == "a/peso"
    hands.type("5")
    hands.press(ENTER)
    assert hands.desk.writes == [], "nothing can be typed into a version that is only read"


def test_another_form_on_the_desk_is_shown_from_scratch(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT, {"quien": "Juana"})
    newer = load_text(
        "| survey |\n| | type | name | label |\n| | text | otra | Otra |\n"
        "| settings |\n| | form_id | version | form_title |\n| | prueba | 2 | Prueba |\n"
    )
    hands.desk.form = Session(newer, NOW, answers={"otra": "x"})
    hands.view.reload()
    assert [one.title for one in hands.view.sections] == ["Datos generales"]
    assert hands.box("otra").editor.first.text() == "x"  # type: ignore[union-attr,attr-defined]


def test_one_group_around_everything_is_no_section(qtbot: QtBot) -> None:
    del qtbot
    definition = load_text(
        "| survey |\n| | type | name | label |\n| | begin group | todo | Todo |\n"
        "| | begin group | a | Uno |\n| | text | x | X |\n| | end group | | |\n"
        "| | begin group | b | Dos |\n| | text | y | Y |\n| | end group | | |\n| | end group | | |\n"
        "| settings |\n| | form_id | version | form_title |\n| | prueba | 1 | Prueba |\n"
    )
    names = [plan.group.name for plan in plan_sections(definition) if plan.group]
    assert names == ["a", "b"]


def test_fields_stand_side_by_side_where_the_form_says_so(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot,
        """
| survey |
| | type | name | label | appearance |
| | begin group | g | Datos | w4 |
| | text | a | A | w2 |
| | text | b | B | w1 |
| | text | c | C | w4 |
| | end group | | | |
| settings |
| | form_id | version | form_title | style |
| | prueba | 1 | Prueba | theme-grid |
""",
    )
    a, b, c = (hands.box(name) for name in "abc")
    assert a.y() == b.y() < c.y()
    assert a.width() > b.width()


@pytest.mark.parametrize("scale", [1.0, 1.3])
def test_nothing_is_wider_than_a_small_screen(
    qtbot: QtBot, qapp: QApplication, scale: float
) -> None:
    theme.apply(qapp, Appearance.DARK, scale)
    hands = show_form(qtbot, VISIT, {"gesta": "si"}, size=(780, 440))
    hands.view.show_missing()
    QCoreApplication.processEvents()
    bar = hands.view.pages.area.horizontalScrollBar()
    assert bar.maximum() == 0


def test_choices_below_long_texts_are_not_cut_in_a_wide_window(qtbot: QtBot) -> None:
    notes = [f"| | note | n{words} | {'palabra ' * words}. |" for words in range(10, 20)]
    head = ["| survey |", "| | type | name | label |", "| | begin group | acuerdo | Acuerdo |"]
    end = ["| | select_one modos | modo | ¿Cómo se acuerda? |", "| | end group | | |"]
    choices = ["| choices |", "| | list_name | name | label |", "| | modos | casa | En casa |"]
    markdown = "\n".join([*head, *notes, *end, *choices, "| | modos | aparte | Aparte |"])
    hands = show_form(qtbot, markdown, size=(1400, 700))
    box = hands.box("modo")
    assert box.width() <= theme.metrics.px(READING_WIDTH)
    for one in box.findChildren(QRadioButton):
        assert one.height() >= one.sizeHint().height()


def test_everything_that_takes_the_keyboard_has_a_name(qtbot: QtBot) -> None:
    hands = show_form(qtbot, VISIT, {"gesta": "si"})
    hands.view.focus_first()
    seen: list[QWidget] = []
    while hands.at not in seen:
        seen.append(hands.at)
        assert hands.name, type(hands.at).__name__
        hands.press(TAB)
    assert len(seen) >= 4
