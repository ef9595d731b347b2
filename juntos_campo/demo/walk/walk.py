"""The walk: what every step shares, and looking into the two databases."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rich.console import Console

from juntos_campo import paths
from juntos_campo.app.session import Session, open_session
from juntos_campo.central.database import Database
from juntos_campo.central.settings import sqlite_url
from juntos_campo.central.tables import records
from juntos_campo.demo.walk.checks import Checks
from juntos_campo.demo.walk.driver import Driver
from juntos_campo.demo.world import PASSWORD, Person, World
from juntos_campo.domain.clock import Clock
from juntos_campo.norms.rules import rules_of

WINDOW = "ventana"
LAPTOP = "base de la computadora"
SERVER = "base del servidor"
FILE = "archivo"


@dataclass(slots=True)
class Walk:
    """What the steps of one walk share.

    Attributes:
        out: folder of pictures, documents and the summary.
        url: address of the central server.
        household_id: the household that is visited.
        visit_id: its visit, once there is one.
    """

    world: World
    out: Path
    clock: Clock
    console: Console
    url: str = ""
    checks: Checks = field(default_factory=Checks)
    pictures: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    household_id: str = ""
    visit_id: str = ""

    def step(self, name: str) -> None:
        """Begin a step of the day."""
        self.checks.step = name
        self.console.print(f"· {name}", highlight=False)

    @contextmanager
    def driving(self, person: Person) -> Iterator[Driver]:
        """The program of one person's laptop, closed at the end."""
        driver = Driver(self.world.laptop(person), self.clock, self.out)
        try:
            yield driver
        finally:
            driver.close()

    @contextmanager
    def at_work(self, person: Person) -> Iterator[Driver]:
        """The same, with the password already typed."""
        with self.driving(person) as driver:
            login = driver.shell.show_login()
            driver.fill(login.password, PASSWORD)
            driver.click(login.enter_button)
            driver.settle()
            yield driver

    def picture(self, driver: Driver, name: str) -> None:
        """Keep a picture of the window, numbered in the order of the day."""
        numbered = f"{len(self.pictures) + 1:02d}-{name}"
        self.pictures.append(driver.picture(numbered))

    @contextmanager
    def looking_into(self, person: Person) -> Iterator[Session]:
        """The laptop's database, opened beside the program to see what it really holds."""
        book = rules_of(paths.resources() / "norms")
        session = open_session(
            self.world.laptop(person), password=PASSWORD, clock=self.clock, book=book
        )
        try:
            yield session
        finally:
            session.close()

    def on_server(self, kind: str, record_id: str = "") -> list[Any]:
        """Rows of the server's own table of records (kind, id, version, body, deleted, ...)."""
        database = Database(sqlite_url(self.world.server))
        try:
            wanted = sa.select(records).where(records.c.kind == kind)
            if record_id:
                wanted = wanted.where(records.c.id == record_id)
            with database.reading() as connection:
                return list(connection.execute(wanted).mappings())
        finally:
            database.close()
