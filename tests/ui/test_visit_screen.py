"""A visit through the real window, by keyboard, over a real encrypted database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from keyboard import CONTROL, focus, keys, press, shown, tab_to
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from visit_world import FULL, send_back, type_all

from juntos_campo.app.session import Session
from juntos_campo.app.visit import close_visit, open_draft, start_visit
from juntos_campo.domain.entities import ChangeRequest, Commitment, ServiceEvent, Visit
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import ChangeRequestKind, CommitmentState
from juntos_campo.store.drafts import find_draft
from juntos_campo.store.problems import CANNOT_WRITE
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens import visit_desk
from juntos_campo.ui.screens.visit import VisitScreen
from juntos_campo.ui.screens.visit_ending import EndSection
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.signature_pad import SignaturePad, read_strokes, write_strokes

CRED = "member/yeison/service/CRED:6m"
OpenWindow = Callable[[Session], MainWindow]


@pytest.fixture
def window(open_window: OpenWindow, home: Session) -> MainWindow:
    return open_window(home)


def front(window: MainWindow) -> VisitScreen:
    screen = window.screen_in_front
    assert isinstance(screen, VisitScreen)
    return screen


def open_visit(window: MainWindow, visit_id: str = "") -> VisitScreen:
    window.context.navigation.open_visit("h1", visit_id)
    QTest.qWait(20)
    return front(window)


@pytest.fixture(autouse=True)
def nothing_opens_as_a_window_of_its_own(window: MainWindow) -> Iterator[None]:
    yield
    stray = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
    assert {type(one) for one in stray} <= {MainWindow}


def next_part() -> None:
    press(Qt.Key.Key_Down, CONTROL)
    QTest.qWait(5)


def fill_by_keyboard() -> None:
    """Everything from the first field to the mark; the keyboard stands on the first radio button."""
    press(Qt.Key.Key_Space)
    next_part()
    keys("18/11")
    press(Qt.Key.Key_Return)
    tab_to("María Elena, Hemoglobina de gestante")
    keys("18/11")
    press(Qt.Key.Key_Return)
    keys("12,4")
    next_part()
    keys("14/11")
    for typed in ("7.6", "66.5"):
        press(Qt.Key.Key_Return)
        keys(typed)
    tab_to("Yeison, Hb 6 meses")
    keys("14/11")
    press(Qt.Key.Key_Return)
    keys("11.2")
    next_part()
    tab_to("Flor, SPR 1")
    keys("20/11")
    next_part()
    tab_to("Asistencia de Dina: Asiste todos los días")
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)
    next_part()
    tab_to("Darle su hierro todos los días como se indicó: Cumplido")
    press(Qt.Key.Key_Space)
    next_part()
    tab_to("Ya conversamos: Solo la titular cobra")
    press(Qt.Key.Key_Space)
    next_part()
    tab_to("María Elena: Ir a su control prenatal")
    press(Qt.Key.Key_Space)
    tab_to("Otro compromiso: Yeison")
    keys("Pedir cita para el jueves")
    next_part()
    tab_to("Agregar un cambio")
    press(Qt.Key.Key_Space)
    keys("Gestante")
    press(Qt.Key.Key_Tab)
    keys("Mar")
    press(Qt.Key.Key_Tab)
    keys("8 semanas")
    next_part()
    tab_to("¿Cómo deja constancia el hogar?: Firma en la pantalla")
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Right)
    press(Qt.Key.Key_Space)


def test_a_whole_visit_is_typed_and_closed_by_keyboard_alone(
    window: MainWindow, home: Session
) -> None:
    window.context.navigation.open_household("h1")
    QApplication.processEvents()
    press(Qt.Key.Key_I, CONTROL)
    QTest.qWait(20)
    screen = front(window)
    fill_by_keyboard()
    press(Qt.Key.Key_G, CONTROL)
    assert window.screen_in_front is screen, "the next visit is still missing"
    assert screen.desk is not None
    assert [one.path for one in screen.desk.findings] == ["next_visit_on"]
    assert "hay 1 dato por completar" in screen.problems.what.text()
    assert focus().accessibleName() == "¿Cuándo vuelve?"
    keys("19/12")
    press(Qt.Key.Key_R, CONTROL)
    said = shown(screen)
    assert "conversamos con María Elena" in said
    assert "De Yeison anotamos: CRED 6 meses el 14 nov, Hb 6 meses el 14 nov" in said
    assert "Volveré el sábado 19 de diciembre de 2026." in said
    press(Qt.Key.Key_G, CONTROL)
    household = window.screen_in_front
    assert household is not None
    assert household is not screen
    assert "Visita cerrada 10:32" in window.status.said.text()

    (visit,) = home.store.find(Visit, household_id="h1")
    assert visit.answers["attended_by"] == "elena"
    assert visit.answers["member/elena/hb"] == 12.4
    assert visit.answers["member/elena/topics"] == "cobro-seguro"
    assert visit.answers["member/dina/attends"] == "sometimes"
    assert visit.answers["mark"] == "fingerprint"
    events = {
        (one.member_id, one.service): one
        for one in home.store.find(ServiceEvent, visit_id=visit.id)
    }
    assert set(events) == {
        ("elena", "APN"), ("elena", "HB"), ("yeison", "CRED"), ("yeison", "HB"), ("flor", "SPR"),
    }  # fmt: skip
    control = events["yeison", "CRED"]
    assert (control.on, control.weight_kg, control.height_cm) == (date(2026, 11, 14), 7.6, 66.5)
    assert events["elena", "APN"].pregnancy_id == "p1"
    agreed = {one.text for one in home.store.find(Commitment, visit_id=visit.id)}
    assert agreed == {"Ir a su control prenatal", "Pedir cita para el jueves"}
    earlier = home.store.get(Commitment, "c1")
    assert earlier is not None
    assert earlier.state is CommitmentState.MET
    (change,) = home.store.find(ChangeRequest, visit_id=visit.id)
    assert (change.kind, change.member_id, change.detail) == (
        ChangeRequestKind.PREGNANT,
        "elena",
        "8 semanas",
    )
    assert find_draft(home.store, "visit", "h1") is None


def test_what_is_typed_is_on_disk_before_the_field_is_left(
    window: MainWindow, home: Session, qtbot: QtBot
) -> None:
    screen = open_visit(window)
    assert screen.desk is not None
    screen.jump(CRED)
    keys("14/1")
    draft_id = screen.desk.form.draft.id
    qtbot.waitUntil(lambda: open_draft(home, draft_id).answers.get(CRED) == "14/1", timeout=10_000)
    finding = screen.desk.fields[CRED].notes.finding
    assert finding is None or not finding.isVisible(), "nobody is corrected while he types"
    keys("1")
    press(Qt.Key.Key_Return)
    assert open_draft(home, draft_id).answers[CRED] == "2026-11-14"
    assert "Guardado 10:32" in window.status.said.text()


def test_a_visit_opened_again_stands_as_it_was_left(
    window: MainWindow, home: Session, open_window: OpenWindow
) -> None:
    screen = open_visit(window)
    screen.jump(CRED)
    keys("22/13")
    press(Qt.Key.Key_Tab)
    keys("7.6")
    press(Qt.Key.Key_Tab)
    again = open_visit(open_window(home))
    assert again.desk is not None
    control = again.desk.fields[CRED].control
    assert control.text() == "22/13"  # type: ignore[attr-defined]
    assert "no existe en el calendario" in shown(again)
    assert again.desk.fields["member/yeison/weight_kg"].control.text() == "7.6"  # type: ignore[attr-defined]
    assert "continúa la del sáb 21 nov 10:32" in again.remark.text()


def test_leaving_the_screen_and_coming_back_keeps_the_place(window: MainWindow) -> None:
    screen = open_visit(window)
    screen.jump("note")
    keys("La abuela cuida a Flor")
    window.context.navigation.open("households")
    assert open_visit(window) is screen
    assert screen.desk is not None
    assert screen.desk.get("note") == "La abuela cuida a Flor"


def test_a_visit_opened_by_mistake_is_not_left_behind_as_begun(
    window: MainWindow, home: Session
) -> None:
    open_visit(window)
    window.context.navigation.open("households")
    assert find_draft(home.store, "visit", "h1") is None
    screen = open_visit(window)
    assert screen.desk is not None
    assert find_draft(home.store, "visit", "h1") is not None


def test_an_impossible_date_is_told_at_its_field_and_listed_with_a_way_to_it(
    window: MainWindow, home: Session
) -> None:
    draft = start_visit(home, "h1")
    type_all(home, draft.id, {**FULL, CRED: "2026-05-01"})
    screen = open_visit(window)
    assert "anterior a su nacimiento" in shown(screen)
    screen.to_end()
    end = screen.sections[-1]
    assert isinstance(end, EndSection)
    line = end._links[0]
    assert line.link.text() == "Yeison: fecha de CRED 6 meses"
    screen.jump("note")
    line.link.click()
    assert focus().accessibleName() == "Yeison, CRED 6 meses"
    screen.next_finding()
    assert focus().accessibleName() == "Yeison, CRED 6 meses"


def test_a_service_the_program_believed_lost_can_be_noted_from_the_card(
    window: MainWindow,
) -> None:
    screen = open_visit(window)
    path = "member/flor/service/ROTA:1"
    assert screen.desk is not None
    assert path not in screen.desk.fields
    screen.jump(path)
    keys("3/6/25")
    press(Qt.Key.Key_Return)
    assert screen.desk.get(path) == "2025-06-03"


def test_a_haemoglobin_just_typed_says_what_it_means(window: MainWindow) -> None:
    screen = open_visit(window)
    screen.jump("member/yeison/service/HB:6m")
    keys("14/11")
    press(Qt.Key.Key_Return)
    keys("11.2")
    press(Qt.Key.Key_Return)
    assert "ajustada 9.1: anemia moderada" in shown(screen)


def test_a_returned_visit_shows_comment_and_earlier_value_at_the_field_and_keeps_both_versions(
    window: MainWindow, home: Session
) -> None:
    draft = start_visit(home, "h1")
    type_all(home, draft.id, FULL)
    visit, _ = close_visit(home, draft.id)
    send_back(home, visit, {CRED: "No coincide con el carné"}, "Revise a Yeison")
    screen = open_visit(window, visit.id)
    said = shown(screen)
    assert "Su coordinador (mzea) devolvió esta visita" in said
    assert "Revise a Yeison" in said
    assert "Su coordinador: No coincide con el carné" in said
    assert screen.title.text().startswith("Corregir visita")
    screen.jump(CRED)
    press(Qt.Key.Key_A, CONTROL)
    keys("15/11")
    press(Qt.Key.Key_Return)
    assert "Antes: sáb 14 nov 2026" in shown(screen)
    press(Qt.Key.Key_G, CONTROL)
    assert "Visita corregida" in window.status.said.text()
    corrected = home.store.get(Visit, visit.id)
    assert corrected is not None
    assert corrected.answers == {**visit.answers, CRED: "2026-11-15"}
    assert home.store.history(Visit, visit.id)[0][0].answers == visit.answers
    events = home.store.find(ServiceEvent, visit_id=visit.id)
    assert [one.on for one in events if one.service == "CRED" and one.member_id == "yeison"] == [
        date(2026, 11, 15)
    ]


def test_a_visit_thrown_away_by_mistake_comes_back(window: MainWindow, home: Session) -> None:
    draft = start_visit(home, "h1")
    type_all(home, draft.id, FULL)
    screen = open_visit(window)
    screen.discard_button.click()
    assert find_draft(home.store, "visit", "h1") is None
    assert "Visita descartada" in shown(screen)
    assert focus() is screen.gone.button
    press(Qt.Key.Key_Space)
    assert open_draft(home, draft.id).answers == FULL
    assert screen.desk is not None
    assert screen.desk.get("member/yeison/hb") == 11.2


def test_a_change_taken_back_leaves_nothing_for_the_office(
    window: MainWindow, home: Session
) -> None:
    draft = start_visit(home, "h1")
    type_all(home, draft.id, FULL)
    screen = open_visit(window)
    screen.jump("change/2/detail")
    press(Qt.Key.Key_Tab)
    assert focus().accessibleName() == "Quitar este cambio"
    press(Qt.Key.Key_Space)
    left = [path for path in open_draft(home, draft.id).answers if path.startswith("change/")]
    assert left == ["change/1/detail", "change/1/kind", "change/1/member"]


def test_the_signature_drawn_here_is_kept_with_the_visit(window: MainWindow, home: Session) -> None:
    screen = open_visit(window)
    screen.jump("mark")
    press(Qt.Key.Key_Space)
    assert screen.desk is not None
    pad = screen.desk.fields["signature"].control
    assert isinstance(pad, SignaturePad)
    assert pad.isVisible()
    QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=QPoint(40, 60))
    for x in range(50, 200, 10):
        QTest.mouseMove(pad, QPoint(x, 60 + x % 40))
    QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=QPoint(200, 60))
    kept = str(open_draft(home, screen.desk.form.draft.id).answers["signature"])
    (stroke,) = read_strokes(kept)
    assert len(stroke) > 5
    assert write_strokes([stroke]) == kept
    pad.setFocus()
    press(Qt.Key.Key_Delete)
    assert "signature" not in open_draft(home, screen.desk.form.draft.id).answers


def test_what_the_disk_refuses_stays_on_the_screen_and_is_saved_later(
    window: MainWindow, home: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = open_visit(window)
    assert screen.desk is not None
    draft_id = screen.desk.form.draft.id

    def refuse(*_given: object) -> None:
        raise user_error(CANNOT_WRITE, detail="disco lleno")

    with monkeypatch.context() as full:
        full.setattr(visit_desk, "save_many", refuse)
        screen.jump(CRED)
        keys("14/11")
        press(Qt.Key.Key_Return)
        assert screen.problems.isVisible()
        assert screen.desk.get(CRED) == "2026-11-14"
        window.context.navigation.open("households")
        assert window.screen_in_front is screen, "leaving would lose what is not saved"
    assert CRED not in open_draft(home, draft_id).answers
    screen.jump("member/yeison/weight_kg")
    keys("7.6")
    press(Qt.Key.Key_Return)
    answers = open_draft(home, draft_id).answers
    assert (answers[CRED], answers["member/yeison/weight_kg"]) == ("2026-11-14", 7.6)
    assert not screen.desk.unsaved


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 600)])
def test_nothing_of_a_visit_is_cut_off(window: MainWindow, width: int, height: int) -> None:
    screen = open_visit(window)
    window.resize(width, height)
    QTest.qWait(20)
    assert screen.talk.horizontalScrollBar().maximum() == 0
    cut = [
        one.text()
        for one in screen.talk.widget().findChildren(QLabel)
        if one.isVisible()
        and one.text()
        and (one.width() < one.minimumSizeHint().width() or _too_low(one))
    ]
    assert cut == []
    assert theme.metrics.scale == 1.0


def _too_low(label: QLabel) -> bool:
    needed = label.heightForWidth(label.width()) if label.wordWrap() else label.sizeHint().height()
    return label.height() < needed
