"""Repeats: a sheet that is typed into like a spreadsheet, and cards for rows that do not fit into one."""

from __future__ import annotations

import pytest
from form_views import CONTROL, ENTER, SHIFT, TAB, Hands, show_form
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from juntos_campo.ui.form_view.repeat_cards import RepeatCards
from juntos_campo.ui.form_view.repeat_grid import RepeatGrid
from juntos_campo.ui.widgets.grid_model import Mark

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not", extend=True)

CHILDREN = """
| survey |
| | type | name | label | required | constraint | constraint_message | relevant |
| | begin repeat | ninos | Niñas y niños | | | | |
| | text | nombre | Nombre | yes | | | |
| | integer | edad | Edad | | . < 18 | Menor de 18. | |
| | select_one sino | va | ¿Va al colegio? | | | | ${edad} > 2 |
| | end repeat | | | | | | |
| | text | fin | La última | | | | |
| choices |
| | list_name | name | label |
| | sino | si | Sí |
| | sino | no | No |
"""
HOMES = """
| survey |
| | type | name | label | required |
| | begin repeat | hogares | Hogares | |
| | text | codigo | Código | yes |
| | image | foto | Foto | |
| | begin repeat | pers | Personas | |
| | text | nombre | Nombre | |
| | integer | edad | Edad | |
| | end repeat | | | |
| | end repeat | | | |
"""


def grid_of(hands: Hands, number: int = 0) -> RepeatGrid:
    return hands.view.findChildren(RepeatGrid)[number]


def cards_of(hands: Hands) -> RepeatCards:
    return hands.view.findChildren(RepeatCards)[0]


def state(hands: Hands) -> dict[str, object]:
    """Answers of the form without what the program notes for itself."""
    return {key: one for key, one in hands.form.state().items() if not key.startswith("#s")}


@pytest.fixture
def children(qtbot: QtBot) -> Hands:
    hands = show_form(qtbot, CHILDREN)
    hands.view.focus_first()
    return hands


def test_rows_are_added_and_filled_by_keyboard_alone(children: Hands) -> None:
    assert "Agregar fila" in children.name
    children.press(ENTER, CONTROL)
    for text in ("Yeison", "7", "s"):
        children.type(text)
        children.press(TAB)
    children.press(ENTER, CONTROL)
    children.type("Flor")
    children.press(ENTER)
    assert state(children) == {
        "k1/nombre": "Yeison",
        "k1/edad": 7,
        "k1/va": "si",
        "k2/nombre": "Flor",
        "#ninos": "k1 k2",
    }


def test_a_cell_that_does_not_apply_is_passed_over(children: Hands) -> None:
    children.press(ENTER, CONTROL)
    children.type("Bebé")
    children.press(TAB)
    children.type("1")
    children.press(TAB)
    assert not grid_of(children).model.editable(0, 2)
    assert grid_of(children).grid.currentIndex().column() != 2


def test_tab_at_the_end_of_the_sheet_goes_on_in_the_form(children: Hands) -> None:
    children.press(ENTER, CONTROL)
    names = []
    for _ in range(8):
        children.press(TAB)
        names.append(children.name)
    assert "La última" in names


def test_a_block_from_excel_makes_the_rows_it_needs_and_one_undo_takes_it_back(
    children: Hands,
) -> None:
    children.press(ENTER, CONTROL)
    QGuiApplication.clipboard().setText("Yeison\t7\tSí\nFlor\t9\tNo\nRosa\t1\t\n")
    children.press(Qt.Key.Key_V, CONTROL)
    assert state(children) == {
        "k1/nombre": "Yeison",
        "k1/edad": 7,
        "k1/va": "si",
        "k2/nombre": "Flor",
        "k2/edad": 9,
        "k2/va": "no",
        "k3/nombre": "Rosa",
        "k3/edad": 1,
        "#ninos": "k1 k2 k3",
    }
    children.press(Qt.Key.Key_Z, CONTROL)
    assert children.form.rows("ninos") == ("k1",)
    assert children.form.given("k1/nombre") is None
    children.press(Qt.Key.Key_Y, CONTROL)
    rows = children.form.rows("ninos")
    assert [children.form.shown(f"{row}/nombre") for row in rows] == ["Yeison", "Flor", "Rosa"]
    assert children.form.shown(f"{rows[1]}/va") == "No"


def test_copy_fill_down_and_empty(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot, CHILDREN, {"#ninos": "a b c", "a/nombre": "Ana", "a/edad": 5, "b/nombre": "Eva"}
    )
    assert hands.view.go_to("a/edad")
    hands.press(Qt.Key.Key_Down, SHIFT)
    hands.press(Qt.Key.Key_Down, SHIFT)
    hands.press(Qt.Key.Key_D, CONTROL)
    assert [hands.form.given(f"{row}/edad") for row in "abc"] == [5, 5, 5]
    hands.press(Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "5\n5\n5"
    hands.press(Qt.Key.Key_Delete)
    assert [hands.form.given(f"{row}/edad") for row in "abc"] == [None, None, None]


def test_a_row_taken_away_comes_back_with_what_it_held(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot, CHILDREN, {"#ninos": "a b", "a/nombre": "Ana", "a/edad": 5, "b/nombre": "Eva"}
    )
    hands.view.go_to("a/edad")
    hands.fill("6")
    hands.view.go_to("a/edad")
    hands.press(Qt.Key.Key_Minus, CONTROL)
    assert hands.form.rows("ninos") == ("b",)
    hands.press(Qt.Key.Key_Z, CONTROL)
    back, behind = hands.form.rows("ninos")
    assert behind == "b", "it stands where it stood"
    assert grid_of(hands).cells.rows == (back, behind)
    assert hands.form.given(f"{back}/nombre") == "Ana"
    assert hands.form.given(f"{back}/edad") == 6
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert hands.form.given(f"{back}/edad") == 5, (
        "what was done to the row before can be undone too"
    )


def test_the_sheet_marks_errors_and_f8_goes_there(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot, CHILDREN, {"#ninos": "a b", "a/nombre": "Ana", "a/edad": 5, "b/edad": 40}
    )
    hands.view.go_to("a/nombre")
    cell = grid_of(hands).model.cell(1, 1)
    assert (cell.mark, cell.message) == (Mark.ERROR, "Menor de 18.")
    hands.press(Qt.Key.Key_F8)
    assert grid_of(hands).current_address() == "b/edad"
    hands.fill("4")
    hands.press(Qt.Key.Key_F8)
    assert grid_of(hands).current_address() == "b/nombre", "now what is missing"


def test_a_full_disk_keeps_what_was_typed_into_the_sheet(qtbot: QtBot) -> None:
    hands = show_form(qtbot, CHILDREN, {"#ninos": "a", "a/nombre": "Ana"})
    hands.view.go_to("a/edad")
    hands.desk.disk_full = True
    hands.fill("5")
    assert grid_of(hands).model.cell(0, 1).text == "5"
    assert hands.errors
    assert not hands.view.finish_editing()
    hands.desk.disk_full = False
    hands.view.go_to("a/nombre")
    hands.fill("Anita")
    assert hands.form.given("a/edad") == 5
    assert hands.view.finish_editing()


def test_the_form_says_how_many_rows_where_it_counts_them(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot,
        """
| survey |
| | type | name | label | repeat_count |
| | integer | cuantos | ¿Cuántos? | |
| | begin repeat | ninos | Niños | ${cuantos} |
| | text | nombre | Nombre | |
| | end repeat | | | |
""",
    )
    hands.view.focus_first()
    hands.fill("3")
    grid = grid_of(hands)
    assert grid.cells.row_count == 3
    assert grid.add_button.isHidden()
    hands.press(ENTER, CONTROL)
    assert hands.form.rows("ninos") == ("1", "2", "3")
    hands.type("Ana")
    hands.press(TAB)
    hands.view.go_to("cuantos")
    hands.fill("1")
    assert grid.cells.row_count == 1


def test_rows_with_photos_and_rows_of_their_own_are_cards(qtbot: QtBot) -> None:
    hands = show_form(qtbot, HOMES)
    hands.view.focus_first()
    hands.press(ENTER, CONTROL)
    hands.fill("0312-004417")
    assert "Foto" in hands.name
    hands.press(TAB)
    assert hands.name == "Agregar fila en Personas"
    hands.press(ENTER, CONTROL)
    hands.type("Ana")
    hands.press(TAB)
    hands.fill("29")
    assert state(hands) == {
        "k1/codigo": "0312-004417",
        "k1/k2/nombre": "Ana",
        "k1/k2/edad": 29,
        "#hogares": "k1",
        "k1/#pers": "k2",
    }
    assert cards_of(hands).cards[0].fold.text() == "1. 0312-004417"


def test_a_card_taken_away_comes_back_with_its_inner_rows(qtbot: QtBot) -> None:
    answers = {
        "#hogares": "a",
        "a/codigo": "0312",
        "a/#pers": "x y",
        "a/x/nombre": "Ana",
        "a/y/nombre": "Eva",
        "a/y/edad": 30,
    }
    hands = show_form(qtbot, HOMES, answers)
    hands.view.go_to("a/codigo")
    hands.press(Qt.Key.Key_Minus, CONTROL)
    assert hands.form.rows("hogares") == ()
    assert cards_of(hands).cards == []
    hands.press(Qt.Key.Key_Z, CONTROL)
    (home,) = hands.form.rows("hogares")
    people = hands.form.rows("pers", home)
    assert [hands.form.shown(f"{one}/nombre") for one in people] == ["Ana", "Eva"]
    assert hands.form.given(f"{people[1]}/edad") == 30
    assert len(grid_of(hands).cells.rows) == 2


def test_a_card_taken_away_comes_back_between_those_it_stood_between(qtbot: QtBot) -> None:
    answers = {"#hogares": "a b c", "a/codigo": "1", "b/codigo": "2", "c/codigo": "3"}
    hands = show_form(qtbot, HOMES, answers)
    hands.view.go_to("b/codigo")
    hands.press(Qt.Key.Key_Minus, CONTROL)
    hands.press(Qt.Key.Key_Z, CONTROL)
    rows = hands.form.rows("hogares")
    assert [hands.form.given(f"{row}/codigo") for row in rows] == ["1", "2", "3"]
    QApplication.processEvents()
    cards = sorted(cards_of(hands).cards, key=lambda card: card.y())
    assert [card.row for card in cards] == list(rows)


def test_a_folded_card_opens_for_what_is_missing_in_it(qtbot: QtBot) -> None:
    answers = {"#hogares": "a b c d", "a/codigo": "1", "b/codigo": "2", "d/codigo": "4"}
    hands = show_form(qtbot, HOMES, answers)
    assert not any(card.unfolded for card in cards_of(hands).cards), "four cards begin folded"
    assert hands.view.next_finding()
    assert hands.name == "Código"
    assert cards_of(hands).cards[2].unfolded


def test_what_the_gestor_does_first_with_many_rows_is_quick(qtbot: QtBot) -> None:
    from time import process_time

    columns = "\n".join(f"| | integer | c{n} | Columna {n} |" for n in range(30))
    form = (
        "| survey |\n| | type | name | label |\n| | begin repeat | r | Filas |\n"
        f"{columns}\n| | end repeat | | |\n"
    )
    hands = show_form(qtbot, form, {"#r": " ".join(f"k{n}" for n in range(200))})
    assert hands.view.go_to("k100/c0")
    times = []
    for number in range(60):
        began = process_time()
        hands.type(str(number % 9))
        times.append(process_time() - began)
        hands.press(ENTER)
    # The bar is 16 ms from key to repaint; a test among others has room for three times that.
    assert sorted(times)[57] < 0.048
    assert hands.form.given("k101/c0") == 1


def test_a_long_list_is_searched_within_a_cell(qtbot: QtBot) -> None:
    names = ["Andahuaylas", "Huancarama", "San Jerónimo", "Talavera", "Pacucha", "Kishuará"]
    choices = "\n".join(f"| | lugar | l{number} | {name} |" for number, name in enumerate(names))
    hands = show_form(
        qtbot,
        f"""
| survey |
| | type | name | label |
| | begin repeat | r | Lugares |
| | select_one lugar | a | Distrito |
| | text | b | Nota |
| | end repeat | | |
| choices |
| | list_name | name | label |
{choices}
""",
        {"#r": "x y"},
    )
    hands.view.go_to("x/a")
    hands.type("jero")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, ENTER)
    assert hands.form.given("x/a") == "l2"
    assert grid_of(hands).current_address() == "y/a"
