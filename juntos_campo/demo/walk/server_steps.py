"""Steps that talk to the central server through the Sincronizar screen."""

from __future__ import annotations

from juntos_campo.demo.walk.driver import Driver
from juntos_campo.demo.walk.walk import LAPTOP, SERVER, WINDOW, Walk
from juntos_campo.demo.world import COORDINATOR, FIELD_WORKER, PASSWORD, Person
from juntos_campo.domain.entities import Household, Member, ServiceEvent
from juntos_campo.ui.screens.sync import SyncScreen


def connect_field_worker(walk: Walk) -> None:
    """The first contact: enter the server, bring the history of services."""
    walk.step("Conectar con la oficina y traer el historial")
    checks = walk.checks
    with walk.at_work(FIELD_WORKER) as driver:
        screen = _sync_screen(driver)
        checks.expect("pide conectar la computadora", WINDOW, screen.connect_card.isVisible())
        walk.picture(driver, "sincronizar-conectar")
        _connect(driver, screen, walk.url)
        checks.expect("dice que la sincronización terminó", WINDOW, _said_complete(screen))
        walk.picture(driver, "sincronizado-primera-vez")
    with walk.looking_into(FIELD_WORKER) as session:
        _same_partition(walk, session.store.count(Household), "household")
        _same_partition(walk, session.store.count(Member), "member")
        _same_partition(walk, session.store.count(ServiceEvent), "service_event")
        checks.figures["atenciones recibidas"] = session.store.count(ServiceEvent)


def connect_coordinator(walk: Walk) -> None:
    """The coordinator's own laptop, from nothing."""
    walk.step("La computadora del coordinador zonal")
    with walk.driving(COORDINATOR) as driver:
        login = driver.shell.show_login()
        driver.fill(login.user, COORDINATOR.user)
        driver.fill(login.full_name, COORDINATOR.name)
        login.role.setCurrentIndex(login.role.findData(COORDINATOR.role))
        driver.fill(login.password, PASSWORD)
        driver.fill(login.repeated, PASSWORD)
        driver.click(login.enter_button)
        driver.settle()
        screen = _sync_screen(driver)
        _connect(driver, screen, walk.url)
        walk.checks.expect("recibe los hogares de su zona", WINDOW, _said_complete(screen))
    with walk.looking_into(COORDINATOR) as session:
        _same_partition(walk, session.store.count(Household), "household")


def sync(walk: Walk, person: Person, picture: str = "") -> None:
    """One synchronisation from the screen; nothing may be left waiting."""
    with walk.at_work(person) as driver:
        screen = _sync_screen(driver)
        driver.click(screen.start_button)
        driver.idle()
        walk.checks.expect(
            f"{person.name}: el servidor recibió todo", WINDOW, _said_complete(screen)
        )
        if picture:
            walk.picture(driver, picture)
    with walk.looking_into(person) as session:
        waiting = session.store.rows("SELECT count(*) FROM outbox")[0][0]
        walk.checks.equal(f"{person.name}: nada quedó por enviar", LAPTOP, waiting, 0)


def _sync_screen(driver: Driver) -> SyncScreen:
    screen = driver.open("sync")
    assert isinstance(screen, SyncScreen)  # noqa: S101 - what the registry gives
    return screen


def _connect(driver: Driver, screen: SyncScreen, url: str) -> None:
    card = screen.connect_card
    driver.fill(card.address, url)
    driver.fill(card.password, PASSWORD)
    driver.click(card.enter_button)
    driver.wait(lambda: screen.outcome is not None, "el resultado de la sincronización")
    driver.idle()


def _said_complete(screen: SyncScreen) -> bool:
    outcome = screen.outcome
    return outcome is not None and outcome.complete and screen.result.isVisible()


def _same_partition(walk: Walk, here: int, kind: str) -> None:
    there = sum(not row["deleted"] for row in walk.on_server(kind))
    walk.checks.equal(
        f"la computadora y el servidor tienen los mismos «{kind}»", SERVER, here, there
    )
