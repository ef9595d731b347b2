"""Every question type of a form is answered by keyboard, and says what is wrong where it is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from form_views import ALT, ENTER, LISTS, TAB, Hands, one_question, show_form
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from juntos_campo.ui.form_view.editors import EDITORS
from juntos_campo.ui.form_view.editors.choice import RadioEditor
from juntos_campo.ui.form_view.editors.files import SignatureEditor, file_choice
from juntos_campo.ui.form_view.view import TYPING_MS

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not", extend=True)


def test_each_type_a_person_answers_has_an_editor() -> None:
    from juntos_campo.form_engine.question_types import QUESTION_TYPES

    asked = {name for name, kind in QUESTION_TYPES.items() if kind.answerable}
    assert asked <= EDITORS.keys() | {"note"}


@pytest.mark.parametrize(
    ("type_", "appearance", "parameters", "typed", "kept"),
    [
        ("text", "", "", "CCORI ROJAS, Juana", "CCORI ROJAS, Juana"),
        ("integer", "", "", "29", 29),
        ("decimal", "", "", "8,4", 8.4),
        ("date", "", "", "14/11", "2026-11-14"),
        ("date", "", "", "ayer", "2026-11-20"),
        ("time", "", "", "8h30", "08:30"),
        ("dateTime", "", "", "25/11 14:30", "2026-11-25T14:30"),
        ("range", "", "start=0 end=10 step=2", "6", 6),
        ("range", "picker", "start=0 end=10 step=2", "6", 6),
        ("geopoint", "", "", "-14.0731, -72.7224", "-14.0731 -72.7224 0 0"),
        ("barcode", "", "", "7750182001", "7750182001"),
        ("select_one lugar", "minimal", "", "jero", "hmn"),
        ("select_one sino", "", "", "2", "no"),
        ("select_one sino", "horizontal", "", "1", "si"),
    ],
)
def test_typed_and_entered_is_kept_and_the_keyboard_goes_on(
    qtbot: QtBot, type_: str, appearance: str, parameters: str, typed: str, kept: object
) -> None:
    hands = show_form(qtbot, one_question(type_, appearance, parameters))
    hands.view.focus_first()
    hands.fill(typed)
    assert hands.form.given("q") == kept
    assert hands.name == "La última"
    assert hands.desk.writes, "nothing reached the desk"


def test_a_date_is_shown_in_words_and_stepped_by_days(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("date"), {"q": "2026-11-14"})
    hands.view.focus_first()
    hands.press(Qt.Key.Key_Up)
    hands.press(Qt.Key.Key_Up)
    hands.press(Qt.Key.Key_Down)
    assert hands.form.given("q") == "2026-11-15"
    assert "domingo 15 de noviembre" in hands.box("q").editor.said.text()  # type: ignore[union-attr]


def test_several_lines_are_kept_and_tab_goes_on(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("text", "multiline"))
    hands.view.focus_first()
    hands.type("Techo roto")
    hands.press(ENTER)
    hands.type("y sin luz")
    hands.press(TAB)
    assert hands.form.given("q") == "Techo roto\ny sin luz"
    assert hands.name == "La última"


def test_ticks_by_space_and_arrows(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("select_multiple cosas"))
    hands.view.focus_first()
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Space)
    assert hands.form.given("q") == "luz radio"
    hands.press(ENTER)
    assert hands.name == "La última"


def test_a_long_list_is_searched_and_ticked(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("select_multiple lugar", "minimal"))
    hands.view.focus_first()
    hands.type("huaman")
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Space)
    assert hands.form.given("q") == "hmn"


def test_a_choice_is_taken_back_with_delete(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("select_one sino"), {"q": "si"})
    hands.view.focus_first()
    assert hands.name == "La pregunta: Sí"
    hands.press(Qt.Key.Key_Delete)
    assert hands.form.given("q") is None


def test_a_list_is_put_in_order_with_alt_and_arrows(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("rank cosas"))
    hands.view.focus_first()
    assert hands.form.given("q") is None
    hands.press(Qt.Key.Key_Down, ALT)
    assert hands.form.given("q") == "luz agua radio"
    hands.press(ENTER)
    assert hands.name == "La última"


def test_agreeing_is_a_tick(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("acknowledge"))
    hands.view.focus_first()
    hands.press(Qt.Key.Key_Space)
    assert hands.form.given("q") == "OK"
    hands.press(Qt.Key.Key_Space)
    assert hands.form.given("q") is None


def test_a_photo_is_chosen_reduced_shown_and_taken_away(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = QImage(2400, 1200, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    file = tmp_path / "dni.png"
    assert picture.save(str(file))
    monkeypatch.setattr(file_choice, "ask", lambda *_: str(file))
    hands = show_form(qtbot, one_question("image", parameters="max-pixels=600"))
    hands.view.focus_first()
    hands.press(Qt.Key.Key_Space)
    kept = QImage.fromData(hands.desk.files[str(hands.form.given("q"))])
    assert (kept.width(), kept.height()) == (600, 300)
    hands.press(TAB)
    assert hands.name == "La pregunta: Quitar"
    hands.press(Qt.Key.Key_Space)
    assert hands.form.given("q") is None


def test_a_file_that_is_no_photo_is_refused_with_its_name(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "nota.png"
    file.write_text("esto no es una foto")
    monkeypatch.setattr(file_choice, "ask", lambda *_: str(file))
    hands = show_form(qtbot, one_question("image"))
    hands.view.focus_first()
    hands.press(Qt.Key.Key_Space)
    assert "nota.png" in str(hands.errors[0])
    assert hands.form.given("q") is None


def test_a_signature_is_drawn_kept_as_a_picture_and_drawn_again(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("image", "signature"))
    editor = hands.box("q").editor
    assert isinstance(editor, SignatureEditor)
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(editor.pad, left, pos=QPoint(20, 40))
    QTest.mouseMove(editor.pad, QPoint(200, 90))
    QTest.mouseRelease(editor.pad, left, pos=QPoint(200, 90))
    assert hands.view.finish_editing()
    picture = QImage.fromData(hands.desk.files[str(hands.form.given("q"))])
    dark = [
        (x, y)
        for x in range(0, picture.width(), 4)
        for y in range(0, picture.height(), 4)
        if picture.pixelColor(x, y).lightness() < 128
    ]
    assert dark, "the picture is blank"
    editor.clear_button.click()
    assert hands.form.given("q") is None


def test_what_cannot_be_read_stays_and_is_told_below(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("integer"))
    hands.view.focus_first()
    hands.fill("doce")
    editor = hands.box("q").editor
    assert editor is not None
    assert editor.first.text() == "doce"  # type: ignore[attr-defined]
    assert "doce" in hands.told("q")
    assert editor.first.accessibleDescription() == hands.told("q")


def test_missing_is_told_only_after_the_field_was_left(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot,
        """
| survey |
| | type | name | label | required | required_message |
| | text | a | Primera | yes | Falta la primera. |
| | text | b | Segunda | yes | Falta la segunda. |
""",
    )
    hands.view.focus_first()
    assert (hands.told("a"), hands.told("b")) == ("", "")
    hands.press(TAB)
    assert (hands.told("a"), hands.told("b")) == ("Falta la primera.", "")
    hands.view.show_missing()
    assert hands.told("b") == "Falta la segunda."


def test_nobody_is_told_that_half_a_date_is_wrong(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("date"))
    hands.view.focus_first()
    hands.type("14/")
    qtbot.waitUntil(lambda: bool(hands.desk.writes), timeout=TYPING_MS * 5)
    assert hands.told("q") == ""
    hands.press(TAB)
    assert hands.told("q")


def test_a_table_of_choices_is_answered_by_figures(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot,
        f"""
| survey |
| | type | name | label | appearance | required |
| | begin group | g | ¿Qué tiene? | table-list | |
| | select_one sino | a | Agua | | |
| | select_one sino | b | Luz | | yes |
| | end group | | | | |
| | text | fin | La última | | |
{LISTS}""",
    )
    hands.view.focus_first()
    hands.fill("1")
    assert hands.name == "Luz: Sí"
    hands.fill("2")
    assert (hands.form.given("a"), hands.form.given("b")) == ("si", "no")
    assert hands.name == "La última"


def read_names(hands: Hands) -> list[str]:
    """Names met by going through the page with Tab."""
    names = []
    hands.view.focus_first()
    while hands.name not in names:
        names.append(hands.name)
        hands.press(TAB)
    return names


def test_tab_goes_as_one_reads_also_after_something_appeared(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot,
        f"""
| survey |
| | type | name | label | relevant |
| | select_one sino | a | ¿Gesta? | |
| | integer | b | ¿Semanas? | ${{a}} = 'si' |
| | text | c | Nota | |
{LISTS}""",
    )
    assert read_names(hands) == ["¿Gesta?: Sí", "Nota"]
    hands.view.focus_first()
    hands.type("1")
    assert read_names(hands)[:3] == ["¿Gesta?: Sí", "¿Semanas?", "Nota"]


def test_a_list_that_an_answer_narrows_is_offered_anew(qtbot: QtBot) -> None:
    hands = show_form(
        qtbot,
        """
| survey |
| | type | name | label | choice_filter |
| | select_one region | region | Región | |
| | select_one provincia | provincia | Provincia | region = ${region} |
| choices |
| | list_name | name | label | region |
| | region | ap | Apurímac | |
| | region | cu | Cusco | |
| | provincia | ab | Abancay | ap |
| | provincia | gr | Grau | ap |
| | provincia | ur | Urubamba | cu |
""",
    )
    editor = hands.box("provincia").editor
    assert isinstance(editor, RadioEditor)
    assert not editor.nothing.isHidden(), "an empty list says why it is empty"
    hands.view.focus_first()
    hands.fill("1")
    assert hands.name == "Provincia: Abancay"
    hands.fill("2")
    assert hands.form.given("provincia") == "gr"
    hands.view.focus_first()
    hands.fill("2")
    assert [one.text() for one in editor.buttons.values()] == ["Urubamba"]
    assert hands.told("provincia"), "what was chosen is no longer in the list"
