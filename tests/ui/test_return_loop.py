"""The screens of the return loop, driven by keyboard: Visitas, the reader, Coordinación."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from return_loop import (
    COORDINATOR,
    GESTOR,
    MORNING,
    advance,
    carry,
    correct,
    form_record,
    open_laptop,
    save,
    visit,
)

from juntos_campo.app.review_drafts import review_draft
from juntos_campo.app.reviews import return_with_comments, returned, review_state
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Review, Visit
from juntos_campo.domain.values import Decision
from juntos_campo.store.drafts import start_draft
from juntos_campo.store.outbox import waiting
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.coordination import CoordinationScreen
from juntos_campo.ui.screens.coordination_record import GENERAL
from juntos_campo.ui.screens.visits import VisitsScreen
from juntos_campo.ui.screens.visits_reader import VisitReaderScreen

CRED = "member/yeison/service/CRED:6m"

OpenWindow = Callable[[Session], MainWindow]


@pytest.fixture
def sessions(tmp_path: Path) -> Iterator[tuple[Session, Session]]:
    pair = (
        open_laptop(tmp_path / "gestor", GESTOR),
        open_laptop(tmp_path / "zone", COORDINATOR),
    )
    yield pair
    for session in pair:
        session.close()


def coordination(window: MainWindow) -> CoordinationScreen:
    window.context.navigation.open("coordination")
    screen = window.screen_in_front
    assert isinstance(screen, CoordinationScreen)
    return screen


def visits(window: MainWindow) -> VisitsScreen:
    window.context.navigation.open("visits")
    screen = window.screen_in_front
    assert isinstance(screen, VisitsScreen)
    return screen


def to_front(qtbot: QtBot, window: MainWindow) -> None:
    """Shortcuts work in the active window only."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def press(qtbot: QtBot, widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        qtbot.keyClick(widget, key)


def notes(screen: CoordinationScreen | VisitReaderScreen, path: str) -> list[str]:
    list_ = screen.record.list if isinstance(screen, CoordinationScreen) else screen.list
    item = list_.item(path)
    return [note.text for note in item.notes] if item else []


def test_a_visit_is_returned_by_keyboard_corrected_seen_again_and_approved(
    qtbot: QtBot, sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    first = visit()
    save(gestor, first)
    carry(gestor, zone)
    office = open_window(zone)
    desk = coordination(office)
    desk.record.list.setFocus()
    desk.record.list.select(CRED)
    assert notes(desk, CRED) == [
        "El sistema de salud la registra el lun 16 nov 2026: 2 días después."
    ]
    press(qtbot, desk.record.list, Qt.Key.Key_D)
    assert QApplication.focusWidget() is desk.record.line
    qtbot.keyClicks(desk.record.line, "No coincide con el carne")
    qtbot.keyClick(desk.record.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (review,) = zone.store.find(Review)
    assert review.decision is Decision.RETURNED
    assert review.comments == {CRED: "No coincide con el carne"}
    assert desk.pages.currentWidget() is desk.empty

    carry(zone, gestor)
    field = open_window(gestor)
    listed = visits(field)
    assert listed.table.current().remark == "No coincide con el carne"
    assert listed.act_button.text() == "Corregir"
    qtbot.keyClick(listed.table, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    reader = field.screen_in_front
    assert isinstance(reader, VisitReaderScreen)
    assert notes(reader, CRED) == ["Comentario: No coincide con el carne"]
    assert reader.correct_button.isVisible()

    advance(gestor, minutes=30)
    correct(gestor, first, **{CRED.replace("/", "__"): "2026-11-16"})
    carry(gestor, zone)
    to_front(qtbot, office)
    desk.refresh(None)
    desk.record.list.setFocus()
    assert notes(desk, CRED) == [
        "Cambió. Antes: sáb 14 nov 2026",
        "Coincide con el sistema de salud.",
        "Comentario: No coincide con el carne",
    ]
    press(qtbot, desk.record.list, Qt.Key.Key_A)
    corrected = zone.store.get(Visit, "v1")
    assert corrected is not None
    assert review_state(zone, corrected).stage.value == "approved"


def test_a_letter_typed_into_a_comment_never_approves_anything(
    qtbot: QtBot, sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit())
    carry(gestor, zone)
    desk = coordination(open_window(zone))
    desk.record.line.setFocus()
    qtbot.keyClicks(desk.record.line, "ada")
    press(qtbot, desk.record.line, Qt.Key.Key_Left, Qt.Key.Key_Right)
    assert desk.record.line.text() == "ada"
    assert zone.store.find(Review) == []


def test_a_comment_is_on_disk_when_its_line_is_left_and_blocks_an_approval(
    qtbot: QtBot, sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit(), visit("v2", "h2"))
    carry(gestor, zone)
    desk = coordination(open_window(zone))
    desk.queue.select("v1")
    desk.record.list.setFocus()
    desk.record.list.select(CRED)
    press(qtbot, desk.record.list, Qt.Key.Key_D)
    qtbot.keyClicks(desk.record.line, "revisar")
    press(qtbot, desk.record.line, Qt.Key.Key_Return)
    assert review_draft(zone, "v1").fields == {CRED: "revisar"}
    assert "Comentario por enviar: revisar" in notes(desk, CRED)
    press(qtbot, desk.record.list, Qt.Key.Key_A)
    assert zone.store.find(Review) == []
    assert desk.problems.isVisible()
    desk.queue.select("v2")
    assert desk.record.line.text() == ""
    desk.queue.select("v1")
    desk.send_back()
    assert [one.comments for one in zone.store.find(Review)] == [{CRED: "revisar"}]
    assert not review_draft(zone, "v1")


def test_a_comment_never_lands_on_the_field_that_was_chosen_after_it(
    qtbot: QtBot, sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit(), visit("v2", "h2"))
    carry(gestor, zone)
    desk = coordination(open_window(zone))
    desk.queue.select("v1")
    desk.record.list.select(CRED)
    desk.record.line.setFocus()
    qtbot.keyClicks(desk.record.line, "uno")
    desk.record.list.select("mark")
    assert desk.record.line.text() == ""
    qtbot.keyClicks(desk.record.line, "dos")
    desk.queue.select("v2")
    assert review_draft(zone, "v1").fields == {CRED: "uno", "mark": "dos"}
    assert not review_draft(zone, "v2")
    desk.queue.select("v1")
    desk.record.list.select(CRED)
    desk.record.line.setFocus()
    qtbot.keyClicks(desk.record.line, " y algo que se arrepiente")
    press(qtbot, desk.record.line, Qt.Key.Key_Escape)
    assert desk.record.line.text() == "uno"
    assert review_draft(zone, "v1").fields[CRED] == "uno"


def test_the_arrows_go_through_the_queue_and_an_approval_is_taken_back(
    qtbot: QtBot, sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit(), visit("v2", "h2", at=MORNING), form_record())
    carry(gestor, zone)
    desk = coordination(open_window(zone))
    order = desk.queue.list.keys()
    desk.record.list.setFocus()
    press(qtbot, desk.record.list, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Right)
    assert desk.queue.list.current() == order[2]
    press(qtbot, desk.record.list, Qt.Key.Key_Left)
    assert desk.record.record is not None
    assert desk.record.record.id == order[1]
    press(qtbot, desk.record.list, Qt.Key.Key_A)
    assert desk.queue.list.keys() == [order[0], order[2]]
    assert desk.queue.list.current() == order[2]
    qtbot.keyClick(desk.record.list, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert set(desk.queue.list.keys()) == set(order)
    assert desk.queue.list.current() == order[1]
    assert waiting(zone.store) == []


def test_nothing_is_returned_without_a_word_and_the_screen_says_what_to_write(
    qtbot: QtBot, sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit())
    carry(gestor, zone)
    desk = coordination(open_window(zone))
    desk.record.list.setFocus()
    desk.record.list.select(GENERAL)
    qtbot.keyClick(desk.record.list, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert zone.store.find(Review) == []
    assert "qué está mal" in desk.problems.what.text()
    assert QApplication.focusWidget() is desk.record.line
    qtbot.keyClicks(desk.record.line, "Falta la firma")
    qtbot.keyClick(desk.record.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [one.comment for one in zone.store.find(Review)] == ["Falta la firma"]


def test_the_evidence_follows_the_chosen_field(
    sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit("v0", at=MORNING), visit())
    carry(gestor, zone)
    window = open_window(zone)
    window.context.navigation.open_review("visit", "v1")
    desk = window.screen_in_front
    assert isinstance(desk, CoordinationScreen)
    desk.record.list.select(CRED)
    assert desk.evidence.list.keys() == ["service/0", "service/1", "visit/v0", "commitment/c1"]
    desk.record.list.select("attended_by")
    first = desk.evidence.list.item("service/0")
    assert first is not None
    assert first.value.startswith("Yeison: ")
    desk.evidence.list.select("visit/v0")
    desk.evidence.list.opened.emit("visit/v0")
    assert isinstance(window.screen_in_front, VisitReaderScreen)


def test_the_queue_is_filtered_and_an_empty_filter_says_so(
    sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit(), form_record())
    carry(gestor, zone)
    desk = coordination(open_window(zone))
    assert desk.queue.workers.itemText(1) == "rccori (2)"
    desk.queue.kinds.setCurrentText("Solo formatos")
    desk.queue.filter()
    assert desk.queue.list.keys() == ["form1"]
    desk.queue.kinds.setCurrentText("Vuelve corregido")
    desk.queue.filter()
    assert desk.queue.empty.isVisible()
    assert not desk.record.approve_button.isEnabled()


def test_a_gestor_has_no_coordination_and_a_coordinator_starts_there(
    sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    assert not open_window(gestor).has_screen("coordination")
    assert isinstance(open_window(zone).screen_in_front, CoordinationScreen)


def test_a_begun_visit_is_continued_and_a_waiting_one_is_read(
    qtbot: QtBot, sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit())
    carry(gestor, zone)
    start_draft(
        gestor.store, draft_id="d1", kind="visit", subject="h2", author="rccori", now=MORNING
    )
    window = open_window(gestor)
    listed = visits(window)
    assert listed.act_button.text() == "Continuar"
    wanted: list[tuple[str, str]] = []
    window.context.navigation.went.disconnect()
    window.context.navigation.went.connect(
        lambda place: wanted.append((place.key, place.params.get("household_id", "")))
    )
    listed.table.setFocus()
    press(qtbot, listed.table, Qt.Key.Key_Return)
    assert wanted == [("visit", "h2")]
    press(qtbot, listed.table, Qt.Key.Key_End, Qt.Key.Key_Return)
    assert wanted[-1] == ("visit_reader", "")


def test_the_visits_are_found_by_name_and_by_state(
    sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit(), visit("v2", "h2"))
    carry(gestor, zone)
    return_with_comments(zone, "v1", "Revise", {}, version=1)
    carry(zone, gestor)
    listed = visits(open_window(gestor))
    listed.box.setText("rojas")
    assert [line.visit_id for line in listed.model.rows()] == ["v2"]
    listed.box.setText("")
    listed.shelves.setCurrentText("Devueltas")
    listed.refresh(None)
    assert [line.visit_id for line in listed.model.rows()] == ["v1"]
    listed.box.setText("zzz")
    assert listed.pages.currentWidget() is listed.empty


def test_the_reader_shows_only_the_changes_when_asked(
    sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    first = visit()
    save(gestor, first)
    carry(gestor, zone)
    correct(gestor, first, note="nueva", mark=None)
    window = open_window(gestor)
    window.context.navigation.open("visit_reader", kind="visit", record_id="v1")
    reader = window.screen_in_front
    assert isinstance(reader, VisitReaderScreen)
    assert len(reader.list.keys()) > 2
    reader.changes_box.setChecked(True)
    assert reader.list.keys() == ["mark", "note"]
    assert notes(reader, "mark") == ["Se quitó. Antes: firma en la pantalla"]
    assert notes(reader, "note") == ["Nuevo: antes no tenía respuesta"]
    assert "2 cambios" in reader.compared.text()


def test_everything_on_these_screens_has_a_name_for_who_cannot_see(
    sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, visit())
    carry(gestor, zone)
    coordinator, field = open_window(zone), open_window(gestor)
    field.context.navigation.open("visit_reader", kind="visit", record_id="v1")
    for window, key in (
        (coordinator, "coordination"),
        (field, "visits"),
        (field, "visit_reader"),
        (field, "sync"),
    ):
        screen = window.screen_of(key)
        for widget in screen.findChildren(QWidget):
            takes_keys = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes_keys and widget.isVisibleTo(screen):
                text = widget.accessibleName() or getattr(widget, "text", str)()
                assert text, f"{key}: {type(widget).__name__} {widget.objectName()}"


def test_a_returned_form_is_read_and_opened_for_correction(
    qtbot: QtBot, sessions: tuple[Session, Session], open_window: OpenWindow
) -> None:
    gestor, zone = sessions
    save(gestor, form_record())
    carry(gestor, zone)
    path = "yeison/m1_cred"
    return_with_comments(zone, "form1", "", {path: "Otro día"}, version=1, kind="form_record")
    carry(zone, gestor)
    (item,) = returned(gestor)
    assert (item.form_id, item.facility_id, item.bimester) == ("salud02", "f1", "2026-6")
    window = open_window(gestor)
    window.context.navigation.open("visit_reader", kind="form_record", record_id="form1")
    reader = window.screen_in_front
    assert isinstance(reader, VisitReaderScreen)
    assert notes(reader, path) == ["Comentario: Otro día"]
    went: list[tuple[str, dict[str, str]]] = []
    window.context.navigation.went.disconnect()
    window.context.navigation.went.connect(lambda place: went.append((place.key, place.params)))
    qtbot.keyClick(reader.list, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    assert went == [("form", {"form_id": "salud02", "place_id": "f1", "bimester": "2026-6"})]
