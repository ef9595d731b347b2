"""The standard load: one gestor's laptop, encrypted, with an invented register and five years of history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from juntos_campo import paths
from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.import_register import apply, check
from juntos_campo.app.session import Session, User, create_session, has_database, open_session
from juntos_campo.demo import data as demo_data
from juntos_campo.demo.world import FIELD_WORKER, PASSWORD
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Member
from juntos_campo.norms.rules import rules_of
from juntos_campo.paths import DataPlace
from juntos_campo.register.schooling import read_schooling

STANDARD_HOUSEHOLDS = 1200
BIG_HOUSEHOLDS = 5000
"""From here on the bars of the big load (a coordinator's laptop) apply."""
SEED = 7


@dataclass(frozen=True, slots=True)
class Load:
    """A laptop that was filled; the password is the demonstration's."""

    place: DataPlace
    households: int

    @property
    def is_big(self) -> bool:
        return self.households >= BIG_HOUSEHOLDS

    @contextmanager
    def opened(self) -> Iterator[Session]:
        """Its database, open, every household computed for today."""
        book = rules_of(paths.resources() / "norms")
        session = open_session(self.place, password=PASSWORD, clock=SystemClock(), book=book)
        with closing(session):
            refresh_attention(session)
            yield session


def prepare(folder: Path, households: int) -> Load:
    """Fill a laptop below `folder`, or take the one that an earlier run left there."""
    load = Load(DataPlace(folder / f"{households}"), households)
    done = load.place.root / "listo"
    if not (done.exists() and has_database(load.place)):
        load.place.root.mkdir(parents=True, exist_ok=True)
        _fill(load, folder / "oficina")
        done.touch()
    with load.opened():
        return load


def _fill(load: Load, office: Path) -> None:
    clock = SystemClock()
    invented = demo_data.generate(load.households, SEED, clock.today(), [FIELD_WORKER.user])
    demo_data.write(invented, office)
    schooling = demo_data.write_schooling(invented, office)
    session = create_session(
        load.place,
        password=PASSWORD,
        user=User(FIELD_WORKER.user, FIELD_WORKER.name, FIELD_WORKER.role),
        clock=clock,
        book=rules_of(paths.resources() / "norms"),
    )
    with closing(session):
        register, history = office / demo_data.REGISTER_FILE, office / demo_data.HISTORY_FILE
        apply(session, check(session, register, history), accept_good_rows=True)
        people = tuple(session.store.find(Member))
        students = read_schooling(schooling, people, clock.today())
        # On a real laptop they come by synchronisation.
        with session.work("bench.school_years") as work:
            for school in students.schools:
                work.tx.load(school)
            for year in students.years:
                work.tx.load(year)
