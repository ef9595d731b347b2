"""Steps at the health post: Formato Salud 02 filled in the grid, printed, read back."""

from __future__ import annotations

import re
from pathlib import Path

from pypdf import PdfReader
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from juntos_campo.app.official_children import children_of
from juntos_campo.demo.walk.driver import Driver
from juntos_campo.demo.walk.walk import FILE, LAPTOP, WINDOW, Walk
from juntos_campo.demo.world import FIELD_WORKER
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormRecord
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import FormState
from juntos_campo.store.drafts import open_drafts
from juntos_campo.ui.pdf_output import pdf_output
from juntos_campo.ui.screens.form_grid import FormGridScreen

FEWEST, MOST = 22, 60
"""Children of the facility whose form is filled: enough for more than one page."""


def fill_and_print(walk: Walk) -> None:
    """Fill the form of one facility by keyboard, mend a mistake, close it, print it."""
    walk.step("En el establecimiento: Formato Salud 02")
    checks = walk.checks
    bimester = Bimester.of(walk.clock.today())
    with walk.looking_into(FIELD_WORKER) as session:
        by_facility: dict[str, int] = {}
        for child in children_of(session, bimester):
            by_facility[child.place_id] = by_facility.get(child.place_id, 0) + 1
        facility_id = _a_facility(by_facility)
        children = children_of(session, bimester, facility_id)
    with walk.at_work(FIELD_WORKER) as driver:
        driver.open("forms")
        walk.picture(driver, "formatos-del-bimestre")
        driver.window.context.navigation.open_form("salud02", facility_id, str(bimester))
        screen = driver.screen("form")
        assert isinstance(screen, FormGridScreen)  # noqa: S101
        driver.idle()
        checks.equal(
            "la lista nominal ya está: una fila por niño",
            WINDOW,
            screen.cells.row_count if screen.cells else 0,
            len(children),
        )
        walk.picture(driver, "salud02-prellenado")
        _mistake(walk, driver, screen)
        _fulfilled(driver, screen)
        walk.picture(driver, "salud02-llenado")
        driver.click(screen.complete_button)
        driver.idle()
        checks.expect("el formato quedó cerrado", WINDOW, driver.shows("quedó cerrado"))
        driver.key(Qt.Key.Key_F9)
        walk.picture(driver, "salud02-vista-previa")
        driver.key(Qt.Key.Key_F9)
        printed = _print(walk, driver, screen)
    _read_back(walk, printed, [child.name for child in children])
    with walk.looking_into(FIELD_WORKER) as session:
        records = session.store.find(FormRecord, facility_id=facility_id)
        checks.equal("un registro del formato", LAPTOP, len(records), 1)
        checks.expect(
            "el registro está cerrado y no queda borrador",
            LAPTOP,
            records[0].state is FormState.COMPLETE
            and not open_drafts(session.store, "form_record"),
        )


def _a_facility(by_facility: dict[str, int]) -> str:
    """The facility with the fewest children that still needs several pages; else the largest."""
    known = {key: number for key, number in by_facility.items() if key}
    fitting = [key for key, number in known.items() if FEWEST <= number <= MOST]
    if fitting:
        return min(fitting, key=lambda key: (known[key], key))
    return max(known, key=lambda key: (known[key], key))


def _column(screen: FormGridScreen, name: str) -> int:
    assert screen.cells is not None  # noqa: S101 - the form is open
    width = len(screen.cells.columns)
    return next(at for at in range(width) if screen.cells.address(0, at).endswith(f"/{name}"))


def _type_cell(driver: Driver, screen: FormGridScreen, spot: tuple[int, str], text: str) -> None:
    """Go to a cell and type; Enter writes it."""
    assert screen.grid is not None  # noqa: S101 - the form is open
    screen.grid.setFocus(Qt.FocusReason.OtherFocusReason)
    screen.grid.go_to(spot[0], _column(screen, spot[1]))
    for letter in text:
        driver.type(letter)
    driver.key(Qt.Key.Key_Return)


def _mistake(walk: Walk, driver: Driver, screen: FormGridScreen) -> None:
    """An impossible haemoglobin is told at its cell, and taken back with Ctrl+Z."""
    assert screen.grid is not None  # noqa: S101 - the form is open
    _type_cell(driver, screen, (0, "m1_hb"), "112")
    screen.grid.go_to(0, _column(screen, "m1_hb"))
    walk.checks.expect(
        "una hemoglobina imposible se explica en su celda",
        WINDOW,
        "g/dl" in fold(screen.sentence.text()),
        screen.sentence.text(),
    )
    walk.picture(driver, "salud02-error-en-la-celda")
    driver.key(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    walk.checks.expect("Ctrl+Z lo deshace", WINDOW, "g/dl" not in fold(screen.sentence.text()))


def _fulfilled(driver: Driver, screen: FormGridScreen) -> None:
    """Paste a column of SÍ from a spreadsheet into each month, with two NO and their reason."""
    assert screen.cells is not None  # noqa: S101 - the form is open
    assert screen.grid is not None  # noqa: S101
    rows = screen.cells.row_count
    for month in ("m1", "m2"):
        answers = ["SÍ"] * rows
        answers[1] = "NO"
        QApplication.clipboard().setText("\n".join(answers))
        screen.grid.setFocus(Qt.FocusReason.OtherFocusReason)
        screen.grid.go_to(0, _column(screen, f"{month}_cumple"))
        driver.key(Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
        _type_cell(driver, screen, (1, f"{month}_motivo"), "A")
    for line in screen.inputs.values():
        if not line.text():
            driver.fill(line, "Lic. Nélida Quispe Sarmiento")
            driver.key(Qt.Key.Key_Return)


def _print(walk: Walk, driver: Driver, screen: FormGridScreen) -> Path:
    """Press print; the file goes where the person says."""

    def ask(_parent: QWidget, name: str) -> str:
        return str(walk.out / name)

    asked, shown = pdf_output.ask, pdf_output.show
    pdf_output.ask, pdf_output.show = ask, lambda _path: None
    try:
        driver.click(screen.print_button)
        driver.idle()
    finally:
        pdf_output.ask, pdf_output.show = asked, shown
    (path,) = walk.out.glob("salud02-*.pdf")
    walk.files.append(path.name)
    return path


def _read_back(walk: Walk, path: Path, names: list[str]) -> None:
    """Every child stands once on the printed sheets."""
    pages = [page.extract_text() for page in PdfReader(path).pages]
    text = _plain("\n".join(pages))
    times = {name: text.count(_plain(name)) for name in names}
    walk.checks.expect(
        f"los {len(names)} niños están una sola vez en el PDF de {len(pages)} hojas",
        FILE,
        all(number == 1 for number in times.values()),
        [number for number in times.values() if number != 1],
    )
    walk.checks.expect(
        "cada hoja dice su número",
        FILE,
        all(f"Hoja {at} de {len(pages)}" in page for at, page in enumerate(pages, 1)),
    )


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", text)
