"""Formularios by keyboard: which version rules, what it changed, and what cannot be read."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from juntos_campo.app.field_records import open_record
from juntos_campo.app.session import Changed, Session
from juntos_campo.domain.entities import FormDefinition
from juntos_campo.form_engine.form_files import form_definition_id
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.screens.forms_help import FormsHelpScreen
from juntos_campo.ui.screens.help import HelpScreen
from juntos_campo.ui.screens.record import RecordScreen

OpenWindow = Callable[[Session], MainWindow]

FORM = """# Reunión

Para anotar una reunión con la comunidad. Lo demás no se lee aquí.

| survey |
| | type | name | label | required | bind::jc:source |
| | begin group | g | Reunión | | |
| | date | fecha | Fecha | yes | |
{rows}
| | end group | | | | |
| settings |
| | form_title | form_id | version | jc:group | namespaces |
| | Reunión comunal | reunion | {version} | Comunidad | jc="urn:juntos-campo:xform" |
"""
OLD = "| | text | lugar | Lugar | | |"
NEW = "| | text | lugar | Lugar | | |\n| | text | tema | Tema | yes | Diseño propio, sin fuente oficial |"


def send(session: Session, version: str, rows: str) -> None:
    text = FORM.replace("{rows}", rows).replace("{version}", version)
    form = FormDefinition(
        id=form_definition_id("reunion", version),
        form_id="reunion",
        version=version,
        file=f"reunion-{version}.md",
        text=text,
    )
    with session.work("test") as work:
        work.tx.apply_server(form, {}, version=1, deleted=False, author="")


def press(qtbot: QtBot, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    qtbot.keyClick(widget, key, *modifiers)
    QApplication.processEvents()


def forms_of(window: MainWindow) -> FormsHelpScreen:
    screen = window.screen_in_front
    assert isinstance(screen, FormsHelpScreen)
    return screen


def chosen(qtbot: QtBot, screen: FormsHelpScreen, form_id: str) -> None:
    """Arrow down to a form and wait until it was read."""
    ids = [line.form_id for line in screen.forms_model.rows()]
    press(qtbot, Qt.Key.Key_Home)
    for _ in range(ids.index(form_id)):
        press(qtbot, Qt.Key.Key_Down)
    qtbot.waitUntil(
        lambda: screen.page is not None and screen.page.form_id == form_id, timeout=10_000
    )


@pytest.fixture
def screen(session: Session, open_window: OpenWindow, qtbot: QtBot) -> FormsHelpScreen:
    """Reached from Ayuda by its key; the office sent two versions of a form and one in vain."""
    send(session, "1", OLD)
    send(session, "2", NEW)
    send(session, "3", "| | holograma | h | H | | |")
    window = open_window(session)
    window.context.navigation.open("help")
    assert isinstance(window.screen_in_front, HelpScreen)
    press(qtbot, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)
    return forms_of(window)


def test_what_rules_and_what_it_changed_is_read_with_the_keyboard_alone(
    qtbot: QtBot, screen: FormsHelpScreen
) -> None:
    assert QApplication.focusWidget() is screen.forms
    chosen(qtbot, screen, "reunion")
    assert screen.form_title.text() == "Reunión comunal"
    assert screen.intro.text() == (
        "Para anotar una reunión con la comunidad. 3 preguntas en 1 sección."
    )
    assert "2 (enviado por la oficina, rige)" in screen.versions.text()
    assert "1 (enviado por la oficina, anterior)" in screen.versions.text()
    assert "3 (enviado por la oficina, no se puede usar aquí)" in screen.versions.text()
    assert screen.changes.text() == (
        "Qué cambió desde la versión 1:\n• Pregunta nueva y obligatoria: «Tema»."
    )
    assert "sin fuente oficial" in screen.doubt.text()
    press(qtbot, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is screen.questions
    press(qtbot, Qt.Key.Key_End)
    line = screen.questions.current()
    assert (line.label, line.section, line.kind) == ("Tema", "Reunión", "texto, obligatoria")
    assert line.unofficial


def test_a_form_sent_in_vain_is_told_with_its_reason(screen: FormsHelpScreen) -> None:
    assert screen.problems.isVisible()
    assert "reunion-3.md" in screen.problems.detail.text()
    assert "holograma" in screen.problems.detail.text()


def test_the_programs_own_forms_can_be_read(qtbot: QtBot, screen: FormsHelpScreen) -> None:
    lines = screen.forms_model.rows()
    assert lines[0].group == "Formatos oficiales"
    for form_id in ("salud02", lines[-1].form_id):
        chosen(qtbot, screen, form_id)
        assert len(screen.questions_model.rows()) > 3
        assert "del programa" in screen.forms.current().state
        assert "rige" in screen.versions.text()


def test_a_form_that_comes_while_the_page_is_open_is_shown(
    qtbot: QtBot, session: Session, screen: FormsHelpScreen
) -> None:
    chosen(qtbot, screen, "reunion")
    send(session, "2.1", OLD)
    screen.refresh(Changed(frozenset({"form_definition"})))
    assert screen.forms.current().version == "2.1", "the chosen form stays chosen"
    qtbot.waitUntil(lambda: "2.1" in screen.versions.text(), timeout=10_000)
    assert "Ya no se pregunta: «Tema»." in screen.changes.text()


@pytest.fixture
def carried(session: Session, open_window: OpenWindow) -> MainWindow:
    """A record begun by version 1 is opened in the window after version 2 came."""
    send(session, "1", "| | integer | lugar | Lugar | | |\n| | text | nota | Nota | | |")
    opened = open_record(session, "reunion")
    opened.write({"lugar": "12", "nota": "Llovía mucho"})
    send(session, "2", NEW)
    window = open_window(session)
    window.context.navigation.open_record(draft_id=opened.id)
    QApplication.processEvents()
    return window


def test_who_goes_on_with_a_draft_is_told_what_the_new_version_could_not_keep(
    carried: MainWindow,
) -> None:
    screen = carried.screen_in_front
    assert isinstance(screen, RecordScreen)
    assert screen.problems.isVisible()
    told = f"{screen.problems.what.text()}\n{screen.problems.detail.text()}"
    assert "usted lo empezó con la versión 1 y ahora rige la 2" in told
    assert "Ya no se pregunta «Nota»." in told
    assert "«Nota» decía «Llovía mucho»" in told
    assert "Pregunta nueva y obligatoria: «Tema»." in told
    assert screen.opened is not None
    assert screen.opened.form.answer("lugar") == "12"
