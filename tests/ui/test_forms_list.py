"""Formatos by keyboard: where each paper is, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from forms_board import forms_screen, keys, paper_session, way
from paper_world import BIMESTER, CURANCO, due
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from juntos_campo.app import paperwork_deadlines
from juntos_campo.app.paperwork import papers, take_step
from juntos_campo.app.paperwork_deadlines import read_deadlines
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.app.paperwork_steps import Taking
from juntos_campo.app.session import Session
from juntos_campo.domain.form_ids import SALUD03
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screens.forms_list import FormsListScreen
from juntos_campo.ui.screens.today import TodayScreen

# The offscreen platform has no window manager to pass size hints to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

TODAY = date(2026, 11, 21)
CONTROL = Qt.KeyboardModifier.ControlModifier
session = paper_session
screen = forms_screen


def states(screen: FormsListScreen) -> dict[str, str]:
    return {one.key: one.state for one in screen.papers}


def said(screen: FormsListScreen) -> str:
    return screen.board.panel.error.text()


def in_front(screen: FormsListScreen) -> QWidget | None:
    focus = QApplication.focusWidget()
    return focus if focus is not None and screen.isAncestorOf(focus) else None


def test_a_paper_goes_its_whole_way_by_keyboard_alone(
    qtbot: QtBot, session: Session, screen: FormsListScreen
) -> None:
    assert in_front(screen) is screen.board.list
    enter = Qt.Key.Key_Return
    keys(qtbot, Qt.Key.Key_E, "Rosa Huillca", enter)
    assert states(screen)["salud02|f1"] == "por recoger"
    assert in_front(screen) is screen.board.list
    keys(qtbot, Qt.Key.Key_R, enter)
    keys(qtbot, Qt.Key.Key_X, "Falta el motivo de Flor", enter)
    assert states(screen)["salud02|f1"] == "con errores"
    keys(qtbot, Qt.Key.Key_C, enter, Qt.Key.Key_F, enter, Qt.Key.Key_K, enter)
    keys(qtbot, Qt.Key.Key_V, enter)
    assert states(screen)["salud02|f1"] == "enviado"
    done = way(session)
    assert (done.handed_to, done.received_from, done.signed_by) == ("Rosa Huillca",) * 3
    assert (done.errors, done.sealed, done.sent_on) == ("Falta el motivo de Flor", True, TODAY)


def test_letters_of_a_name_are_not_taken_for_steps(
    qtbot: QtBot, session: Session, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_E, "refxckv REFXCKV", Qt.Key.Key_Return)
    done = way(session)
    assert done.handed_to == "refxckv REFXCKV"
    assert done.received_on is None


def test_escape_goes_back_to_the_list_and_notes_nothing(
    qtbot: QtBot, session: Session, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_E, "Rosa", Qt.Key.Key_Escape)
    assert in_front(screen) is screen.board.list
    assert way(session).handed_on is None


def test_a_step_that_cannot_be_says_why_beside_its_fields(
    qtbot: QtBot, session: Session, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_R)
    assert "no figura como entregado" in said(screen)
    keys(qtbot, Qt.Key.Key_E)
    assert not said(screen)
    keys(qtbot, Qt.Key.Key_Return)
    assert "Falta a quién se entregó" in said(screen)
    assert way(session).handed_on is None


def test_a_day_before_the_bimester_is_refused_with_its_reason(
    qtbot: QtBot, session: Session, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_E, "Rosa Huillca")
    day = screen.board.panel.day
    day.edit.setFocus()
    day.edit.selectAll()
    keys(qtbot, "31/08/2026", Qt.Key.Key_Return)
    assert "anterior al bimestre" in said(screen)
    assert way(session).handed_on is None
    day.edit.selectAll()
    keys(qtbot, "02/11/2026", Qt.Key.Key_Return)
    assert way(session).handed_on == date(2026, 11, 2)


def test_undo_by_keyboard_takes_the_last_step_back(
    qtbot: QtBot, session: Session, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_E, "Rosa Huillca", Qt.Key.Key_Return)
    qtbot.keyClick(screen.board.list, Qt.Key.Key_Z, CONTROL)
    assert way(session).handed_on is None
    qtbot.keyClick(screen.board.list, Qt.Key.Key_Z, CONTROL)
    assert "no tiene pasos que deshacer" in said(screen)


def test_all_forms_of_a_place_are_handed_out_in_one_go(
    qtbot: QtBot, session: Session, screen: FormsListScreen
) -> None:
    screen.board.go_to("salud03|f1")
    keys(qtbot, Qt.Key.Key_E, "Rosa Huillca")
    together = screen.board.panel.together
    assert together.isVisible()
    together.setFocus()
    keys(qtbot, Qt.Key.Key_Space)
    screen.board.panel.who.setFocus()
    keys(qtbot, Qt.Key.Key_Return)
    handed = {one.key for one in screen.papers if one.handling.handed_on == TODAY}
    # Salud 02 is closed already: nobody leaves it there to be filled.
    assert handed == {one.key for one in screen.papers if one.place_id == "f1"} - {"salud02|f1"}


def test_a_signature_without_seal_stays_to_be_sealed(
    qtbot: QtBot, session: Session, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_F, "Rosa Huillca")
    screen.board.panel.sealed.setFocus()
    keys(qtbot, Qt.Key.Key_Space)
    screen.board.panel.who.setFocus()
    keys(qtbot, Qt.Key.Key_Return)
    assert states(screen)["salud02|f1"] == "falta el sello"
    keys(qtbot, Qt.Key.Key_F, Qt.Key.Key_Return)
    assert states(screen)["salud02|f1"] == "por consolidar"


def test_the_filter_shows_what_waits_and_says_when_nothing_does(
    qtbot: QtBot, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_E, "Rosa Huillca", Qt.Key.Key_Return)
    shelf = screen.board.shelf
    titles = [shelf.itemText(number) for number in range(shelf.count())]
    assert "Por recoger (1)" in titles
    shelf.setCurrentIndex(titles.index("Por recoger (1)"))
    shelf.activated.emit(shelf.currentIndex())
    assert [one.key for one in screen.board.list.lines()] == ["salud02|f1"]
    nothing = next(number for number, text in enumerate(titles) if text.endswith("(0)"))
    shelf.setCurrentIndex(nothing)
    shelf.activated.emit(nothing)
    assert screen.board.empty.isVisible()
    assert "Todos" in screen.board.empty.advice.text()


def test_the_other_bimester_is_a_key_away_and_has_papers_of_its_own(
    qtbot: QtBot, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_E, "Rosa Huillca", Qt.Key.Key_Return)
    qtbot.keyClick(screen.board.list, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
    assert screen.bimester == BIMESTER.next()
    assert not screen.after.isEnabled()
    assert all(one.handling.handed_on is None for one in screen.papers)
    # What was left behind is told here.
    assert "Del bimestre V: 1 formato en camino con retraso" in screen.deadline.text()
    qtbot.keyClick(screen.board.list, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
    assert states(screen)["salud02|f1"] == "por recoger"


def test_enter_opens_the_form_and_a_record_finds_its_own(
    qtbot: QtBot, context: UiContext, screen: FormsListScreen
) -> None:
    wanted = {"form_id": "salud02", "place_id": "f1", "bimester": str(BIMESTER)}
    with qtbot.waitSignal(context.navigation.went) as went:
        keys(qtbot, Qt.Key.Key_Return)
    assert went.args is not None
    assert (went.args[0].key, went.args[0].params) == ("form", wanted)
    with qtbot.waitSignal(context.navigation.went) as went:
        screen.open({"record_id": "form-salud02-f1"})
    assert went.args is not None
    assert went.args[0].params == wanted


def test_printing_a_form_notes_that_its_paper_was_printed(
    qtbot: QtBot, tmp_path: Path, session: Session, screen: FormsListScreen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    screen.board.go_to("salud03|f1")
    monkeypatch.setattr(pdf_output, "show", lambda _path: None)
    monkeypatch.setattr(pdf_output, "ask", lambda _parent, _name: "")
    qtbot.keyClick(screen.board.list, Qt.Key.Key_P, CONTROL)
    assert way(session, SALUD03).printed_on is None
    monkeypatch.setattr(pdf_output, "ask", lambda _parent, name: str(tmp_path / name))
    qtbot.keyClick(screen.board.list, Qt.Key.Key_P, CONTROL)
    assert way(session, SALUD03).printed_on == TODAY
    assert (tmp_path / f"salud03-00002451-{BIMESTER}.pdf").read_bytes().startswith(b"%PDF")
    qtbot.keyClick(screen.board.list, Qt.Key.Key_E, CONTROL)
    assert (tmp_path / f"cargo-00002451-{BIMESTER}.pdf").read_bytes().startswith(b"%PDF")


def test_the_life_of_a_paper_is_told_with_days_and_names(
    qtbot: QtBot, screen: FormsListScreen
) -> None:
    keys(qtbot, Qt.Key.Key_E, "Rosa Huillca", Qt.Key.Key_Return)
    panel = screen.board.panel
    told = [text.text() for _, text in panel._moments if text.isVisible()]
    assert "Entregado el 21 nov, a Rosa Huillca" in told
    late = next(one for one in screen.papers if one.key == "salud02|f1").late
    assert f"Falta recogerlo: {late} días tarde" in told
    assert "sin fuente oficial" in panel.notice.text()
    assert panel.notice.isVisible()
    line = next(one for one in screen.board.list.lines() if one.key == "salud02|f1")
    assert "lo tiene Rosa Huillca" in line.spoken()
    assert f"{late} días tarde" in line.spoken()


def test_a_faulty_file_of_deadlines_is_told_and_the_papers_go_on_without_days(
    screen: FormsListScreen, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gone = tmp_path / "plazos.toml"
    monkeypatch.setattr(paperwork_deadlines, "deadlines", lambda: read_deadlines(gone))
    screen.refresh(None)
    assert "plazos.toml" in screen.problems.what.text()
    assert screen.papers
    assert not any(one.late for one in screen.papers)


def test_the_day_names_a_late_paper_and_enter_goes_to_it(
    qtbot: QtBot, session: Session, open_window: Callable[[Session], MainWindow]
) -> None:
    (paper,) = papers(session, BIMESTER, (due(SALUD03, CURANCO),))
    handed = Taking(step=Step.HANDED, on=date(2026, 11, 3), who="Rosa Huillca")
    take_step(session, paper, handed)
    window = open_window(session)
    today = window.screen_in_front
    assert isinstance(today, TodayScreen)
    line = next(one for one in today.list.lines() if one.key.startswith("paper|"))
    told = line.spoken()
    assert "formato. Recoger Salud 03" in told
    assert "días tarde: plazo sin fuente oficial" in told
    today.list.select(line.key)
    assert today.open_button.text() == "Abrir formato"
    assert not today.visit_button.isEnabled()
    today.list.setFocus()
    keys(qtbot, Qt.Key.Key_Return)
    forms = window.screen_in_front
    assert isinstance(forms, FormsListScreen)
    assert forms.board.current is not None
    assert (forms.bimester, forms.board.current.key) == (BIMESTER, "salud03|f1")
