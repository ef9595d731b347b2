"""Steps of our own forms: an early capture begun in a household's file, typed, closed, printed, read."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QRadioButton, QWidget

from juntos_campo.demo.walk.driver import Driver, WalkError
from juntos_campo.demo.walk.walk import FILE, LAPTOP, SERVER, WINDOW, Walk
from juntos_campo.demo.world import COORDINATOR, FIELD_WORKER
from juntos_campo.domain.entities import ChangeRequest, FieldRecord
from juntos_campo.domain.values import ChangeRequestKind
from juntos_campo.store.drafts import open_drafts
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screens.record import RecordScreen
from juntos_campo.ui.screens.record_new import RecordNewScreen

FORM = "captacion_temprana"
NAME, NUMBER = "Delmira Ticona Ancco", "40999001"
"""Somebody invented, who is not in the register."""


def capture(walk: Walk) -> None:
    """A pregnant woman who is not in the register yet is captured, by keyboard."""
    walk.step("Registro propio: captación temprana")
    checks, today = walk.checks, walk.clock.today()
    with walk.at_work(FIELD_WORKER) as driver:
        screen = _begin(walk, driver)
        for address, text in (
            ("tipo", "1"),
            ("en_padron", "2"),
            ("nombre", NAME),
            ("dni", NUMBER),
            ("fur", f"{today - timedelta(weeks=9):%d/%m/%Y}"),
            ("control", "2"),
        ):
            _answer(driver, screen, address, text)
        checks.expect(
            "las semanas se calculan y dice que llega a tiempo",
            WINDOW,
            driver.shows("A tiempo: 9 semanas"),
        )
        _answer(driver, screen, "control_cita", f"{today - timedelta(days=3):%d/%m/%Y}")
        checks.expect(
            "una cita pasada se explica en su lugar",
            WINDOW,
            driver.shows("Acuerde una fecha desde la captación"),
        )
        walk.picture(driver, "captacion-con-un-error")
        _answer(driver, screen, "control_cita", f"{today + timedelta(days=5):%d/%m/%Y}")
        _answer(driver, screen, "otro_eess", "P.S. Curanco")
        driver.key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
        checks.expect(
            "lo que falta no deja cerrar, y se dice qué es",
            WINDOW,
            driver.window.screen_in_front is screen and driver.shows("Falta confirmar"),
        )
        if not (screen.view is not None and screen.view.go_to("explicado")):
            raise WalkError("no se llegó a «explicado»")
        driver.key(Qt.Key.Key_Space)
        walk.picture(driver, "captacion-llena")
        driver.key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
        driver.screen("record_reader")
        walk.picture(driver, "captacion-cerrada")
        printed = _print(walk, driver)
    text = "".join(page.extract_text() for page in PdfReader(printed).pages)
    checks.expect("la captación impresa lleva lo escrito", FILE, NAME in text and NUMBER in text)
    with walk.looking_into(FIELD_WORKER) as session:
        records = session.store.find(FieldRecord, form_id=FORM)
        checks.equal("un registro de captación", LAPTOP, len(records), 1)
        asked = session.store.find(ChangeRequest, household_id=walk.household_id)
        checks.expect(
            "con él sale una solicitud para la oficina",
            LAPTOP,
            any(one.kind is ChangeRequestKind.PREGNANT for one in asked),
        )
        checks.equal(
            "no queda borrador", LAPTOP, len(open_drafts(session.store, "field_record")), 0
        )


def read_by_coordinator(walk: Walk) -> None:
    """The coordinator finds the capture among the records of his zone."""
    walk.step("El coordinador lee los registros")
    rows = [one for one in walk.on_server("field_record") if not one["deleted"]]
    walk.checks.equal("el registro llegó al servidor", SERVER, len(rows), 1)
    with walk.at_work(COORDINATOR) as driver:
        driver.open("records")
        walk.checks.expect("lo ve en Registros", WINDOW, driver.shows("Captación temprana"))
        walk.picture(driver, "registros-del-coordinador")


def _begin(walk: Walk, driver: Driver) -> RecordScreen:
    driver.window.context.navigation.open_household(walk.household_id)
    driver.screen("household")
    driver.idle()
    driver.key(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    menu = driver.screen("record_new")
    assert isinstance(menu, RecordNewScreen)  # noqa: S101 - what the registry gives
    walk.picture(driver, "nuevo-registro")
    wanted: QPushButton = next(one for one in menu.menu.buttons if one.offer.form_id == FORM)
    driver.click(wanted)
    screen = driver.screen("record")
    assert isinstance(screen, RecordScreen)  # noqa: S101 - what the registry gives
    driver.idle()
    return screen


def _answer(driver: Driver, screen: RecordScreen, address: str, text: str) -> None:
    """Go to a question and type; a choice by its number."""
    if screen.view is None or not screen.view.go_to(address):
        raise WalkError(f"no se llegó a la pregunta «{address}»")
    focus = screen.focusWidget()
    if focus is None or isinstance(focus, QRadioButton):
        driver.type(text, enter=True)
    else:
        driver.fill(focus, text)
        driver.key(Qt.Key.Key_Return)


def _print(walk: Walk, driver: Driver) -> Path:
    def ask(_parent: QWidget, name: str) -> str:
        return str(walk.out / name)

    before = set(walk.out.glob("*.pdf"))
    asked, shown = pdf_output.ask, pdf_output.show
    pdf_output.ask, pdf_output.show = ask, lambda _path: None
    try:
        driver.key(Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
    finally:
        pdf_output.ask, pdf_output.show = asked, shown
    (path,) = set(walk.out.glob("*.pdf")) - before
    walk.files.append(path.name)
    return path
