"""Steps in the house: a visit that is killed in the middle, goes on, and is closed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import Qt

from juntos_campo.app.session import Session
from juntos_campo.app.visit_form import visit_form
from juntos_campo.demo.walk.driver import Driver, WalkError
from juntos_campo.demo.walk.half_visit import SAVED
from juntos_campo.demo.walk.visit_script import children_and_pregnant, script, type_entry
from juntos_campo.demo.walk.walk import LAPTOP, WINDOW, Walk
from juntos_campo.demo.world import FIELD_WORKER
from juntos_campo.domain.entities import ServiceEvent, Visit
from juntos_campo.store.drafts import open_drafts
from juntos_campo.store.outbox import counts
from juntos_campo.ui.screens.visit import VisitScreen

KILLED_AFTER = 5
"""Answers the killed program had said were saved."""


def begin_and_be_killed(walk: Walk) -> None:
    """Another process types the visit and is killed (SIGKILL) while it is typing."""
    walk.step("En la casa: la visita se corta a la mitad")
    place = walk.world.laptop(FIELD_WORKER)
    module = "juntos_campo.demo.walk.half_visit"
    child = subprocess.Popen(
        [sys.executable, "-m", module, str(place.root), walk.household_id, str(walk.out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
    )
    acknowledged: list[str] = []
    assert child.stdout is not None  # noqa: S101 - a pipe was asked for
    try:
        for line in child.stdout:
            word, _, path = line.strip().partition(" ")
            if word == SAVED:
                acknowledged.append(path)
            if len(acknowledged) >= KILLED_AFTER:
                break
    finally:
        child.kill()
        child.wait()
        child.stdout.close()
    if len(acknowledged) < KILLED_AFTER:
        raise WalkError(f"el programa de la visita terminó solo tras {len(acknowledged)} campos")
    with walk.looking_into(FIELD_WORKER) as session:
        (draft,) = open_drafts(session.store, "visit")
        wanted = {
            one.path: one.answer for one in script(session, visit_form(session, walk.household_id))
        }
        kept = [path for path in acknowledged if draft.answers.get(path) == wanted.get(path)]
        walk.checks.equal(
            "todo campo que decía «guardado» está en el disco después del corte",
            LAPTOP,
            len(kept),
            len(acknowledged),
        )
        walk.checks.figures["campos guardados antes del corte"] = len(acknowledged)


def go_on_and_close(walk: Walk) -> None:
    """Opened again, the visit stands as it was left; the rest is typed and it is closed."""
    walk.step("En la casa: se sigue donde se quedó")
    checks = walk.checks
    with walk.at_work(FIELD_WORKER) as driver:
        checks.expect("Hoy o Visitas recuerdan la visita empezada", WINDOW, _remembered(driver))
        walk.picture(driver, "visita-empezada")
        screen = _open_visit(driver, walk.household_id)
        with walk.looking_into(FIELD_WORKER) as session:
            entries = script(session, visit_form(session, walk.household_id))
            children, pregnant = children_and_pregnant(visit_form(session, walk.household_id))
        checks.expect(
            "están los dos niños y la gestante",
            WINDOW,
            driver.shows(pregnant.member.given, *(one.member.given for one in children)),
        )
        walk.picture(driver, "visita-se-retoma")
        for entry in entries:
            assert screen.desk is not None  # noqa: S101 - the visit is open
            if screen.desk.get(entry.path) != entry.answer:
                type_entry(driver, screen, entry)
        screen.jump(entries[4].path)
        walk.picture(driver, "visita-nino")
        driver.key(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
        walk.picture(driver, "visita-resumen")
        driver.key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
        driver.screen("household")
        checks.expect("la ficha muestra la visita cerrada", WINDOW, driver.shows("visita"))
        walk.picture(driver, "visita-cerrada")
    with walk.looking_into(FIELD_WORKER) as session:
        (visit,) = session.store.find(Visit, household_id=walk.household_id)
        walk.visit_id = visit.id
        wanted = {one.path: one.answer for one in entries}
        found = {path: visit.answers.get(path) for path in wanted}
        checks.equal("la visita guarda cada respuesta", LAPTOP, found, wanted)
        checks.equal("no queda borrador", LAPTOP, open_drafts(session.store, "visit"), [])
        services = session.store.find(ServiceEvent, visit_id=visit.id)
        dated = [path for path in wanted if "/service/" in path]
        checks.equal("un servicio por cada fecha copiada", LAPTOP, len(services), len(dated))
        checks.expect("la visita espera envío", LAPTOP, counts(session.store).get("visit") == 1)


def correct(walk: Walk, path: str, typed: str) -> None:
    """The gestor finds the returned visit with its comment, corrects the field and closes it."""
    walk.step("El gestor corrige lo devuelto")
    checks = walk.checks
    with walk.at_work(FIELD_WORKER) as driver:
        checks.expect("Hoy muestra la visita devuelta", WINDOW, driver.shows("devuel"))
        walk.picture(driver, "hoy-devuelta")
        driver.open("visits")
        walk.picture(driver, "visitas-devuelta")
        driver.window.context.navigation.open_visit(walk.household_id, walk.visit_id)
        screen = driver.screen("visit")
        assert isinstance(screen, VisitScreen)  # noqa: S101 - what the registry gives
        driver.idle()
        checks.expect("el comentario está junto a su campo", WINDOW, driver.shows("no coincide"))
        screen.jump(path)
        walk.picture(driver, "visita-por-corregir")
        assert screen.desk is not None  # noqa: S101 - the visit is open
        driver.fill(screen.desk.fields[path].control, typed)
        driver.key(Qt.Key.Key_Tab)
        driver.key(Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
        driver.idle()
        driver.screen("household")
    with walk.looking_into(FIELD_WORKER) as session:
        earlier = session.store.history(Visit, walk.visit_id)
        visit = session.store.get(Visit, walk.visit_id)
        checks.expect(
            "las dos versiones siguen legibles y solo cambió el campo comentado",
            LAPTOP,
            visit is not None
            and bool(earlier)
            and _differing(earlier[-1][0].answers, visit.answers) == {path},
        )
        services = session.store.find(ServiceEvent, visit_id=walk.visit_id)
        dated = [one for one in (visit.answers if visit else {}) if "/service/" in one]
        checks.equal("los servicios siguen a la corrección", LAPTOP, len(services), len(dated))


def date_to_correct(session: Session, visit_id: str) -> tuple[str, str]:
    """Path of the first date copied in the visit, and the day before it as it is typed.

    Raises:
        WalkError: the visit has none.
    """
    visit = session.store.get(Visit, visit_id)
    answers = visit.answers if visit else {}
    for path, answer in sorted(answers.items()):
        if "/service/" in path and isinstance(answer, str):
            return path, f"{date.fromisoformat(answer) - timedelta(days=1):%d/%m/%y}"
    raise WalkError("la visita no tiene fechas copiadas")


def _differing(old: Mapping[str, object], new: Mapping[str, object]) -> set[str]:
    return {path for path in old.keys() | new.keys() if old.get(path) != new.get(path)}


def _remembered(driver: Driver) -> bool:
    driver.open("visits")
    return driver.shows("continuar")


def _open_visit(driver: Driver, household_id: str) -> VisitScreen:
    driver.window.context.navigation.open_visit(household_id)
    screen = driver.screen("visit")
    assert isinstance(screen, VisitScreen)  # noqa: S101 - what the registry gives
    driver.idle()
    return screen
