"""Steps of the memory stick: the corrected visit travels sealed, carried by the coordinator."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtWidgets import QPushButton

from juntos_campo.demo.walk import server_steps
from juntos_campo.demo.walk.driver import Driver
from juntos_campo.demo.walk.walk import FILE, LAPTOP, SERVER, WINDOW, Walk
from juntos_campo.demo.world import COORDINATOR, FIELD_WORKER, Person
from juntos_campo.domain.entities import Member
from juntos_campo.store import outbox
from juntos_campo.ui.folder_choice import folder_choice
from juntos_campo.ui.screens.sync_usb import UsbScreen


def by_stick(walk: Walk) -> None:
    """What the field worker corrected reaches the server without her having any network."""
    walk.step("La corrección viaja en una memoria USB que lleva el coordinador")
    stick = walk.world.root / "memoria"
    stick.mkdir(exist_ok=True)
    before = _version(walk)
    with _choosing(stick):
        _write(walk, stick)
        _carry(walk)
        server_steps.sync(walk, COORDINATOR)
        walk.checks.equal(
            "el servidor recibió la corrección por la memoria", SERVER, _version(walk), before + 1
        )
        _hand_back(walk, stick)
        _apply(walk)
    with walk.looking_into(FIELD_WORKER) as session:
        waiting = len(outbox.waiting(session.store))
    walk.checks.equal("con la respuesta abierta nada queda por enviar", LAPTOP, waiting, 0)


def _write(walk: Walk, stick: Path) -> None:
    with _at_usb(walk, FIELD_WORKER) as (driver, screen):
        _press(driver, screen.make_button)
        walk.checks.expect(
            "dice que nada está sincronizado todavía",
            WINDOW,
            driver.shows("Archivo escrito y comprobado", "Nada está sincronizado todavía"),
        )
        walk.picture(driver, "memoria-archivo-escrito")
    with walk.looking_into(FIELD_WORKER) as session:
        names = [one.given.encode() for one in session.store.find(Member) if len(one.given) > 4]
    sealed = b"".join(file.read_bytes() for file in stick.glob("*.jcb"))
    walk.checks.expect(
        "el archivo de la memoria no deja leer ningún nombre",
        FILE,
        bool(sealed) and not any(name in sealed for name in names),
    )


def _carry(walk: Walk) -> None:
    with _at_usb(walk, COORDINATOR) as (driver, screen):
        _press(driver, screen.open_button)
        walk.checks.expect(
            "el coordinador lleva el archivo sin poder leerlo",
            WINDOW,
            driver.shows("Se llevará al servidor"),
        )
        walk.picture(driver, "memoria-la-lleva-el-coordinador")


def _hand_back(walk: Walk, stick: Path) -> None:
    for file in stick.glob("*.jcb"):
        file.unlink()
    with _at_usb(walk, COORDINATOR) as (driver, screen):
        _press(driver, screen.return_button)
    walk.checks.expect("la respuesta está en la memoria", FILE, any(stick.glob("*.jcb")))


def _apply(walk: Walk) -> None:
    with _at_usb(walk, FIELD_WORKER) as (driver, screen):
        _press(driver, screen.open_button)
        walk.checks.expect(
            "la respuesta dice lo que el servidor recibió",
            WINDOW,
            screen.result.isVisible() and driver.shows("El servidor recibió"),
        )
        walk.picture(driver, "memoria-respuesta-abierta")


@contextmanager
def _at_usb(walk: Walk, person: Person) -> Iterator[tuple[Driver, UsbScreen]]:
    with walk.at_work(person) as driver:
        driver.open("sync")
        driver.window.context.navigation.open("usb")
        screen = driver.screen("usb")
        assert isinstance(screen, UsbScreen)  # noqa: S101 - what the registry gives
        driver.idle()
        yield driver, screen


def _press(driver: Driver, wanted: QPushButton) -> None:
    driver.click(wanted)
    driver.idle()


def _version(walk: Walk) -> int:
    (row,) = walk.on_server("visit", walk.visit_id)
    return int(row["version"])


@contextmanager
def _choosing(stick: Path) -> Iterator[None]:
    """Nobody is at the screen to choose a folder: it is the stick, and all files on it."""
    folder, files = folder_choice.folder, folder_choice.files
    folder_choice.folder = lambda _parent, _last: str(stick)
    folder_choice.files = lambda _parent, _last: [str(one) for one in sorted(stick.glob("*.jcb"))]
    try:
        yield
    finally:
        folder_choice.folder, folder_choice.files = folder, files
