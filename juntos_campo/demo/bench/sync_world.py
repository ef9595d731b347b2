"""The office, server and laptop that `bench sync` measures: invented people, a real server process."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

from juntos_campo import paths
from juntos_campo.app.orientation import load_messages
from juntos_campo.app.session import Session
from juntos_campo.app.synchronise import set_up_from_server
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.central.settings import sqlite_url
from juntos_campo.demo import data as demo_data
from juntos_campo.demo.data_visits import Voices, commitments_of, make_visit
from juntos_campo.demo.world import FIELD_WORKER, PASSWORD, ZONE, World, central
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Commitment, Entity, Household, Member, ServiceEvent, Visit
from juntos_campo.domain.kinds import kind_of
from juntos_campo.domain.values import CommitmentState
from juntos_campo.norms.rules import rules_of
from juntos_campo.paths import DataPlace
from juntos_campo.register.history import read_history
from juntos_campo.register.reader import read_register
from juntos_campo.wire.codec import encode

SEED = 7
SERVICES_PER_HOUSEHOLD = 20_000 / 1_200
NEW_VISITS, UPDATES = 40, 60
_LARGE_FAMILY = 5
"""Members a visited household has at least, so that a visit is some 2 KB of JSON as in the peers' load."""

VOICES = Voices(
    notes=(
        "Conversamos con la mamá y el papá juntos; se comprometieron los dos.",
        "El techo se llueve, los niños duermen en la cocina por ahora.",
        "Regresaron de la cosecha ayer, por eso no fueron a la cita del lunes.",
        "La niña mayor ayuda a traducir; entiende bien y anota las fechas.",
        "Falta que el centro de salud le entregue el sulfato, preguntarán el viernes.",
        "Viven ahora en casa del abuelo mientras terminan el cuarto nuevo.",
        "Nos mostró su huerto, tiene acelga y zanahoria.",
    ),
    plans=(
        "Estudiar para policía",
        "Chofer",
        "Tener su tienda",
        "Ingeniera de caminos",
        "Veterinario",
    ),
)


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one server holds for one gestor: `records` of which `json_bytes` as whole documents."""

    world: World
    records: int
    json_bytes: int


def document_bytes(entities: Sequence[Entity], version: int = 1) -> int:
    """Bytes of the records as whole JSON documents, as a document database sends them."""
    return sum(
        len(
            json.dumps(
                {"id": one.id, "kind": kind_of(one), "version": version, **encode(one)},
                ensure_ascii=False,
                separators=(",", ":"),
            ).encode()
        )
        for one in entities
    )


@contextmanager
def fresh(folder: Path, households: int) -> Iterator[Loaded]:
    """A server as `build` leaves it, for one measurement: what is sent to it is gone afterwards."""
    built = build(folder, households)
    with tempfile.TemporaryDirectory(prefix="corrida-", dir=folder) as name:
        world = World(Path(name))
        shutil.copytree(built.world.server, world.server)
        yield replace(built, world=world)


def build(folder: Path, households: int) -> Loaded:
    """A server below `folder` with a register and its services (some 17 a household, drawn at random)."""
    world = World(folder / f"sync-{households}")
    world.root.mkdir(parents=True, exist_ok=True)
    today = SystemClock().today()
    entities = _office(world, households, today)
    if not world.ready.exists():
        central(world, "init")
        database = Database(sqlite_url(world.server))
        try:
            load(database, entities, SystemClock())
        finally:
            database.close()
        central(
            world,
            *("enrol", "--user", FIELD_WORKER.user, "--name", FIELD_WORKER.name),
            *("--role", "gestor", "--zone", ZONE),
        )
        world.ready.touch()
    return Loaded(world, len(entities), document_bytes(entities))


def _office(world: World, households: int, today: date) -> list[Entity]:
    invented = demo_data.generate(households, SEED, today, [FIELD_WORKER.user])
    register_file, history_file = demo_data.write(invented, world.files)
    register = read_register(register_file, today)
    services = read_history(history_file, register.members, today, register.pregnancies).events
    wanted = min(len(services), round(households * SERVICES_PER_HOUSEHOLD))
    return [*register.entities(), *Random(SEED).sample(services, wanted)]


@contextmanager
def laptop(world: World, name: str, url: str) -> Iterator[Session]:
    """A new, empty, encrypted laptop of the gestor that has entered the server at `url`."""
    session = set_up_from_server(
        DataPlace(world.root / name),
        server=url,
        user=FIELD_WORKER.user,
        password=PASSWORD,
        clock=SystemClock(),
        book=rules_of(paths.resources() / "norms"),
        device_name=name,
    )
    with closing(session):
        yield session


class Work:
    """What the gestor types between two synchronisations."""

    def __init__(self, session: Session, seed: int = SEED) -> None:
        self._session = session
        self._rng = Random(f"bench sync {seed}")
        self._messages = load_messages(paths.resources() / "messages")
        members: dict[str, list[Member]] = {}
        for one in session.store.find(Member):
            members.setdefault(one.household_id, []).append(one)
        self._members = members
        self._homes = [
            one for one in session.store.find(Household) if len(members[one.id]) >= _LARGE_FAMILY
        ]

    def prepare(self) -> None:
        """Commitments of earlier visits, to be judged later."""
        visits = [self._visit() for _ in range(2 * UPDATES)]
        with self._session.work("bench.before") as work:
            for visit in visits:
                for one in commitments_of(visit, self._session.ids)[:1]:
                    work.tx.save(one)

    def delta(self) -> list[Entity]:
        """Save 40 visits and 60 corrections: two commitments judged for each service corrected."""
        made: list[Entity] = [self._visit() for _ in range(NEW_VISITS)]
        agreed = self._session.store.find(Commitment)
        open_ones = [one for one in agreed if one.state is CommitmentState.OPEN]
        judged = self._rng.sample(open_ones, UPDATES * 2 // 3)
        services = self._rng.sample(self._session.store.find(ServiceEvent), UPDATES // 3)
        today = self._session.today
        made += [
            replace(
                one,
                state=self._rng.choice((CommitmentState.MET, CommitmentState.NOT_MET)),
                checked_on=today - timedelta(days=self._rng.randint(0, 20)),
            )
            for one in judged
        ]
        made += [
            replace(one, on=one.on - timedelta(days=self._rng.randint(1, 9)), number=one.number + 1)
            for one in services
        ]
        for one in made:
            with self._session.work("bench.delta") as work:
                work.tx.save(one)
        return made

    def _visit(self) -> Visit:
        home = self._rng.choice(self._homes)
        return make_visit(
            self._rng,
            home,
            self._members[home.id],
            self._session.today - timedelta(days=self._rng.randint(0, 25)),
            visit_id=self._session.ids(),
            worker=FIELD_WORKER.user,
            messages=self._messages,
            voices=VOICES,
        )
