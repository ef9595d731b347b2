"""Steps of the papers of a bimester: handed out, signed, what was not fulfilled, the other formats."""

from __future__ import annotations

from PySide6.QtCore import Qt

from juntos_campo.demo.walk.driver import Driver
from juntos_campo.demo.walk.walk import LAPTOP, WINDOW, Walk
from juntos_campo.demo.world import FIELD_WORKER
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling, FormRecord
from juntos_campo.domain.form_ids import EDUCATION, SALUD01, SALUD02, SALUD03
from juntos_campo.ui.screens.form_grid import FormGridScreen
from juntos_campo.ui.screens.forms_list import FormsListScreen

SIGNER = "Nélida Quispe Sarmiento"


def other_formats(walk: Walk) -> None:
    """Salud 01, Salud 03 and the education list are prefilled; each is looked at."""
    walk.step("Formatos Salud 01, Salud 03 y educación")
    bimester = Bimester.of(walk.clock.today())
    with walk.at_work(FIELD_WORKER) as driver:
        listed = _formats(driver)
        for form_id in (SALUD01, SALUD03, EDUCATION):
            largest = max(
                (one for one in listed.papers if one.form_id == form_id),
                key=lambda one: (one.people, one.key),
                default=None,
            )
            walk.checks.expect(f"hay {form_id} en el bimestre", WINDOW, largest is not None)
            if largest is None:
                continue
            driver.window.context.navigation.open_form(form_id, largest.place_id, str(bimester))
            screen = driver.screen("form")
            assert isinstance(screen, FormGridScreen)  # noqa: S101 - what the registry gives
            driver.idle()
            if form_id != SALUD01:
                walk.checks.equal(
                    f"{form_id}: una fila por persona de la lista",
                    WINDOW,
                    screen.cells.row_count if screen.cells else 0,
                    largest.people,
                )
            walk.picture(driver, f"{form_id}-prellenado")


def way_of_the_paper(walk: Walk) -> None:
    """The closed Salud 02 is handed out, comes back, is signed and sealed; exceptions are listed."""
    walk.step("El camino del papel: entregado, recogido, firmado")
    bimester = Bimester.of(walk.clock.today())
    with walk.looking_into(FIELD_WORKER) as session:
        (record,) = (
            one
            for one in session.store.find(FormRecord)
            if one.form_id == SALUD02 and one.bimester == str(bimester)
        )
    with walk.at_work(FIELD_WORKER) as driver:
        screen = _formats(driver)
        screen.board.go_to(f"{SALUD02}|{record.place_id}")
        walk.picture(driver, "formatos-por-lugar")
        driver.key(Qt.Key.Key_E)
        driver.type(SIGNER, enter=True)
        driver.key(Qt.Key.Key_R)
        driver.key(Qt.Key.Key_Return)
        driver.key(Qt.Key.Key_F)
        driver.key(Qt.Key.Key_Return)
        driver.idle()
        walk.picture(driver, "formatos-firmado-y-sellado")
        driver.key(Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
        driver.wait(lambda: not screen.worked[1].working, "el reporte de incumplimientos")
        walk.checks.expect(
            "lo que no se cumplió está en Incumplimientos con su causa",
            WINDOW,
            driver.shows("no atendió o no tuvo insumos"),
        )
        walk.picture(driver, "incumplimientos")
        driver.key(Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
        driver.wait(lambda: not screen.worked[2].working, "el consolidado")
        walk.picture(driver, "consolidado")
    with walk.looking_into(FIELD_WORKER) as session:
        ways = [
            one
            for one in session.store.find(FormHandling)
            if one.form_id == SALUD02 and one.facility_id == record.facility_id
        ]
        walk.checks.equal("un solo papel", LAPTOP, len(ways), 1)
        walk.checks.expect(
            "entregado, recogido, firmado y sellado el mismo día",
            LAPTOP,
            bool(ways)
            and ways[0].handed_on == ways[0].received_on == ways[0].signed_on is not None
            and ways[0].sealed
            and ways[0].signed_by == SIGNER,
        )


def _formats(driver: Driver) -> FormsListScreen:
    screen = driver.open("forms")
    assert isinstance(screen, FormsListScreen)  # noqa: S101 - what the registry gives
    return screen
