"""What is typed into a form reaches the disk, waits for it where it is full, and can be undone."""

from __future__ import annotations

import pytest
from form_views import CONTROL, ENTER, TAB, one_question, show_form
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from juntos_campo.ui.form_view.view import TYPING_MS

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not", extend=True)


def test_what_is_only_looked_at_is_not_written(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("date"), {"q": "2026-11-14"})
    hands.view.focus_first()
    hands.press(ENTER)
    hands.press(TAB)
    assert hands.desk.writes == []


def test_a_pause_puts_what_is_typed_on_disk_and_leaves_it_as_typed(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("text"))
    hands.view.focus_first()
    hands.type("Jua")
    assert hands.desk.writes == []
    qtbot.waitUntil(lambda: bool(hands.desk.writes), timeout=TYPING_MS * 5)
    hands.type("na")
    assert hands.view.half_typed
    assert hands.view.finish_editing()
    assert hands.desk.writes == [{"q": "Jua"}, {"q": "Juana"}]
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert hands.form.given("q") is None, "typing in one go is one step"


def test_a_full_disk_is_told_and_the_text_stays_until_it_can_be_written(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("text"))
    hands.view.focus_first()
    hands.desk.disk_full = True
    hands.fill("Juana")
    assert "No se pudo guardar" in str(hands.errors[0])
    assert not hands.view.finish_editing()
    assert hands.view.half_typed
    hands.desk.disk_full = False
    hands.fill("otra")
    assert hands.form.state()["q"] == "Juana"
    assert hands.form.state()["fin"] == "otra"
    assert not hands.view.half_typed


def test_a_choice_the_disk_refused_is_written_before_the_form_is_left(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("select_one sino"))
    hands.view.focus_first()
    hands.desk.disk_full = True
    hands.type("1")
    assert hands.errors
    assert not hands.view.finish_editing()
    assert len(hands.errors) > 1, "refused again, and said again"
    hands.desk.disk_full = False
    assert hands.view.finish_editing()
    assert hands.form.state()["q"] == "si"
    assert not hands.view.half_typed


def test_undo_and_redo_go_over_the_whole_form(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("integer"))
    hands.view.focus_first()
    hands.fill("29", "fin de todo")
    hands.view.focus_first()
    hands.press(Qt.Key.Key_Z, CONTROL)
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert (hands.form.given("q"), hands.form.given("fin")) == (None, None)
    hands.press(Qt.Key.Key_Y, CONTROL)
    assert hands.form.given("q") == 29
    assert hands.box("q").editor.first.text() == "29"  # type: ignore[union-attr,attr-defined]


def test_an_undo_the_disk_refuses_is_not_done_and_can_be_done_later(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("text"))
    hands.view.focus_first()
    hands.fill("Juana")
    hands.desk.disk_full = True
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert hands.errors
    assert hands.form.given("q") == "Juana"
    hands.desk.disk_full = False
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert hands.form.given("q") is None


def test_what_waited_for_the_disk_can_be_undone_like_the_rest(qtbot: QtBot) -> None:
    hands = show_form(qtbot, one_question("text"))
    hands.view.focus_first()
    hands.desk.disk_full = True
    hands.fill("Juana")
    hands.desk.disk_full = False
    hands.fill("otra")
    assert (hands.form.given("q"), hands.form.given("fin")) == ("Juana", "otra")
    hands.press(Qt.Key.Key_Z, CONTROL)
    assert (hands.form.given("q"), hands.form.given("fin")) == (None, None)
