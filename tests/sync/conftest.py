"""A small world: a real server on loopback, the office, laptops of gestores and coordinators."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import records
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import (
    Commitment,
    Entity,
    FormRecord,
    Household,
    Member,
    Review,
    Settlement,
    Visit,
)
from juntos_campo.domain.values import (
    Decision,
    DocumentKind,
    Modality,
    Relationship,
    Role,
    Sex,
)
from juntos_campo.store.store import Store
from juntos_campo.sync.engine import Settings, synchronise
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.transport import Transport

if TYPE_CHECKING:  # campaigns run without pytest's paths
    from server_databases import Lender

from .links import CuttingProxy

MORNING = datetime(2026, 11, 17, 8, 0, tzinfo=LIMA)
PASSWORD = "papa nativa 2026"
CHEAP = {"argon2_memory_kib": 64, "argon2_passes": 1}


class Typist:
    """A person who changes what is in a store."""

    user: str
    store: Store
    clock: FixedClock

    def save(self, *entities: Entity) -> None:
        with self.store.transaction(actor=self.user, at=self.clock.now(), action="test") as tx:
            for entity in entities:
                tx.save(entity)

    def delete(self, entity: Entity) -> None:
        with self.store.transaction(actor=self.user, at=self.clock.now(), action="test") as tx:
            tx.delete(entity)


@dataclass
class Laptop(Typist):
    """One person's laptop: its store and the way to the server."""

    user: str
    device: str
    store: Store
    clock: FixedClock
    transport: HttpTransport
    ids: Callable[[], str]

    def sync(
        self,
        transport: Transport | None = None,
        budget: int = 512 * 1024,
        most_operations: int = 400,
        **more: Any,
    ) -> SyncReport:
        return synchronise(
            self.store,
            transport or self.transport,
            device=self.device,
            actor=self.user,
            clock=self.clock,
            settings=Settings(budget=budget, most_operations=most_operations),
            **more,
        )


@dataclass
class World:
    """The server and whoever talks to it."""

    folder: Path
    database: Database
    accounts: Accounts
    server: ServerThread
    clock: FixedClock
    closing: ExitStack
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def new_id(self) -> str:
        return f"{next(self.numbers):032x}"

    def enrol(self, user: str, role: Role = Role.FIELD_WORKER, zone: str = "Z1") -> None:
        self.accounts.enrol(Account(user, f"Nombre de {user}", role, zone), PASSWORD)

    def laptop(self, user: str) -> Laptop:
        device = self.new_id()
        number = int(device, 16)
        # SQLCipher takes 64 hexadecimal digits as the key itself: no derivation in a test.
        store = new_store(self.folder / f"{user}-{number}.db", self.new_id)
        self.closing.callback(store.close)
        transport = HttpTransport(self.server.url, pause=lambda _seconds: None)
        self.closing.callback(transport.close)
        transport.login(user, PASSWORD, device, "laptop")
        return Laptop(user, device, store, FixedClock(MORNING), transport, self.new_id)

    def load(self, *entities: Entity) -> None:
        load(self.database, entities, self.clock)

    def record(self, kind: str, record_id: str) -> Any:
        """The server's row of a record, or None."""
        with self.database.reading() as connection:
            return connection.execute(
                sa.select(records).where(records.c.kind == kind, records.c.id == record_id)
            ).first()

    def answers(self, visit_id: str = "v-1") -> dict[str, Any]:
        """The answers of a visit as the server has them."""
        found: dict[str, Any] = json.loads(self.record("visit", visit_id).body)["answers"]
        return found

    def count(self, kind: str) -> int:
        with self.database.reading() as connection:
            return connection.execute(
                sa.select(sa.func.count()).select_from(records).where(records.c.kind == kind)
            ).scalar_one()


def new_store(path: Path, ids: Callable[[], str]) -> Store:
    """An empty laptop's database; its tables are made once for all of them."""
    path.write_bytes(_empty_store())
    return Store(path, bytes(32), ids)


@cache
def _empty_store() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        Store(path, bytes(32)).close()
        return path.read_bytes()


def two_laptops(world: World, start: Visit) -> tuple[Laptop, Laptop]:
    """Two laptops of ana, both with the visit `start` at version 1."""
    first, second = world.laptop("ana"), world.laptop("ana")
    first.sync()
    first.save(start)
    first.sync()
    second.sync()
    return first, second


def household(worker: str, number: int = 1) -> Household:
    return Household(
        id=f"h-{worker}-{number}", code=f"{number:05d}", field_worker=worker, settlement_id="s-1"
    )


def member(home: Household, number: int = 1) -> Member:
    return Member(
        id=f"m-{home.id}-{number}",
        household_id=home.id,
        document_kind=DocumentKind.DNI,
        document_number=f"4{number:07d}",
        paternal="QUISPE",
        maternal="HUAMÁN",
        given=f"Ñusta {number}",
        sex=Sex.FEMALE,
        birth_date=date(2025, 3, 1),
        relationship=Relationship.CHILD,
    )


def visit(home: Household, visit_id: str, **answers: Any) -> Visit:
    return Visit(
        id=visit_id,
        household_id=home.id,
        field_worker=home.field_worker,
        on=MORNING.date(),
        modality=Modality.HOME,
        started_at=MORNING,
        closed_at=MORNING + timedelta(hours=1),
        answers=answers,
    )


def commitment(home: Household, commitment_id: str, visit_id: str) -> Commitment:
    return Commitment(
        id=commitment_id,
        household_id=home.id,
        member_id=f"m-{home.id}-1",
        visit_id=visit_id,
        text="Llevar a la niña al control",
        agreed_on=MORNING.date(),
    )


def review(target: Visit, version: int, reviewer: str, review_id: str) -> Review:
    return Review(
        id=review_id,
        field_worker=target.field_worker,
        target_kind="visit",
        target_id=target.id,
        target_version=version,
        decision=Decision.RETURNED,
        reviewer=reviewer,
        reviewed_at=MORNING,
        comments={"note": "Falta la fecha"},
    )


def official_form(cells: dict[str, Any]) -> FormRecord:
    """Formato Salud 02 of a health post."""
    return FormRecord(
        id="f-1",
        field_worker="ana",
        form_id="salud02",
        form_version="1",
        facility_id="e-1",
        bimester="2026-6",
        cells=cells,
    )


SETTLEMENT = Settlement(
    id="s-1", name="Ccatun Pampa", ubigeo="030101", district="Abancay", province="Abancay"
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty laptop's database, for tests without a server that keeps anything."""
    numbers = count(1)
    opened = new_store(tmp_path / "campo.db", lambda: f"{next(numbers):032x}")
    yield opened
    opened.close()


@pytest.fixture
def world(lend: Lender, tmp_path: Path) -> Iterator[World]:
    """Gestores ana and beto and the coordinator zoe in zone Z1; each gestor has two households."""
    with ExitStack() as ending:
        yield stand_up(lent_world(lend), tmp_path, ending)


@pytest.fixture
def sqlite_world(lend_sqlite: Lender, tmp_path: Path) -> Iterator[World]:
    """The same on SQLite alone, for what does not depend on the database."""
    with ExitStack() as ending:
        yield stand_up(lent_world(lend_sqlite), tmp_path, ending)


@pytest.fixture
def postgresql_world(lend_postgresql: Lender, tmp_path: Path) -> Iterator[World]:
    """The same on PostgreSQL alone, for what several do at the same moment."""
    with ExitStack() as ending:
        yield stand_up(lent_world(lend_postgresql), tmp_path, ending)


@pytest.fixture
def proxy(world: World) -> Iterator[CuttingProxy]:
    """On the way to the server of `world`."""
    made = CuttingProxy(world.server.url)
    yield made
    made.close()


def lent_world(lend: Lender) -> ServerSettings:
    """Of a server that knows the people of `world` and their households."""
    return ServerSettings(database_url=lend("world", people_it), **CHEAP)


def people_it(database: Database) -> None:
    clock = FixedClock(MORNING)
    accounts = Accounts(database, ServerSettings(**CHEAP), clock)
    for name, role in (
        ("ana", Role.FIELD_WORKER),
        ("beto", Role.FIELD_WORKER),
        ("zoe", Role.ZONE_COORDINATOR),
    ):
        accounts.enrol(Account(name, f"Nombre de {name}", role, "Z1"), PASSWORD)
    homes = [household(name, number) for name in ("ana", "beto") for number in (1, 2)]
    load(database, (SETTLEMENT, *homes, *(member(home) for home in homes)), clock)


def build_world(settings: ServerSettings, folder: Path, ending: ExitStack) -> World:
    """The same in an empty database, made the slow way, for campaigns outside pytest."""
    with closing(Database(settings.database_url)) as database:
        database.migrate()
        people_it(database)
    return stand_up(settings, folder, ending)


def stand_up(settings: ServerSettings, folder: Path, ending: ExitStack) -> World:
    """Around a server's database that has people in it: the server itself, and room for laptops."""
    database = ending.enter_context(closing(Database(settings.database_url)))
    clock = FixedClock(MORNING)
    server = ending.enter_context(ServerThread(create_app(settings, clock)))
    return World(folder, database, Accounts(database, settings, clock), server, clock, ending)
