"""Steps of the coordinator: see what was synced, return it with a comment, approve it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from juntos_campo.app.reviews import Stage, review_state
from juntos_campo.demo.walk.driver import Driver
from juntos_campo.demo.walk.walk import LAPTOP, SERVER, WINDOW, Walk
from juntos_campo.demo.world import COORDINATOR, FIELD_WORKER, Person
from juntos_campo.domain.entities import Review, Visit
from juntos_campo.domain.values import Decision
from juntos_campo.ui.screens.coordination import CoordinationScreen

COMMENT = "La fecha no coincide con el carné: revise y corrija."


def send_back(walk: Walk, path: str) -> None:
    """The coordinator reads the visit, comments one field and returns it."""
    walk.step("El coordinador revisa y devuelve")
    with walk.at_work(COORDINATOR) as driver:
        screen = _coordination(driver, walk.visit_id)
        walk.checks.expect(
            "ve la visita con sus respuestas",
            WINDOW,
            screen.record.record is not None and screen.record.record.id == walk.visit_id,
        )
        walk.picture(driver, "coordinacion")
        screen.record.list.select(path)
        screen.record.list.setFocus(Qt.FocusReason.OtherFocusReason)
        driver.key(Qt.Key.Key_D)
        driver.type(COMMENT, enter=True)
        driver.idle()
        walk.picture(driver, "coordinacion-comentario")
        driver.key(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
        walk.checks.expect("dice que se devolvió", WINDOW, driver.shows("devuelto"))
    with walk.looking_into(COORDINATOR) as session:
        (review,) = session.store.find(Review, target_id=walk.visit_id)
        walk.checks.equal("la decisión", LAPTOP, review.decision, Decision.RETURNED)
        walk.checks.equal("el comentario, en su campo", LAPTOP, review.comments, {path: COMMENT})


def approve(walk: Walk) -> None:
    """The coordinator sees what was corrected and approves."""
    walk.step("El coordinador ve la corrección y aprueba")
    with walk.at_work(COORDINATOR) as driver:
        screen = _coordination(driver, walk.visit_id)
        record = screen.record.record
        walk.checks.expect(
            "la diferencia con lo devuelto está marcada",
            WINDOW,
            record is not None and bool(record.differences),
        )
        walk.picture(driver, "coordinacion-corregida")
        screen.record.list.setFocus(Qt.FocusReason.OtherFocusReason)
        driver.key(Qt.Key.Key_A)
        driver.idle()
        walk.checks.expect("dice que se aprobó", WINDOW, driver.shows("aprobado"))
        walk.picture(driver, "coordinacion-aprobada")


def approved_everywhere(walk: Walk) -> None:
    """The approval has reached the gestor; both laptops and the server agree."""
    walk.step("Aprobada en todas partes")
    with walk.at_work(FIELD_WORKER) as driver:
        driver.open("visits")
        walk.checks.expect("Visitas dice que está aprobada", WINDOW, driver.shows("aprobada"))
        walk.picture(driver, "visitas-aprobada")
    (row,) = walk.on_server("visit", walk.visit_id)
    for person in (FIELD_WORKER, COORDINATOR):
        _agrees(walk, person, row)
    reviews = [one for one in walk.on_server("review") if not one["deleted"]]
    walk.checks.equal("dos decisiones guardadas", SERVER, len(reviews), 2)


def _agrees(walk: Walk, person: Person, row: dict[str, object]) -> None:
    with walk.looking_into(person) as session:
        stored = session.store.stored(Visit, walk.visit_id)
        if stored is None:
            walk.checks.expect(f"{person.name} tiene la visita", LAPTOP, False)
            return
        walk.checks.equal(
            f"{person.name} tiene la versión del servidor",
            LAPTOP,
            (stored.server_version, stored.pending),
            (row["version"], False),
        )
        state = review_state(session, stored.entity)
        walk.checks.equal(f"{person.name}: estado", LAPTOP, state.stage, Stage.APPROVED)


def _coordination(driver: Driver, visit_id: str) -> CoordinationScreen:
    screen = driver.open("coordination")
    assert isinstance(screen, CoordinationScreen)  # noqa: S101 - what the registry gives
    screen.queue.select(visit_id)
    driver.idle()
    return screen
