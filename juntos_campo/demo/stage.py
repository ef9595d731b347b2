"""The demonstration with a screen: the office, its server, and one laptop ready to work."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing

from juntos_campo import paths
from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.session import has_database, open_session
from juntos_campo.app.synchronise import set_up_from_server, sign_in, sync_now
from juntos_campo.demo.data_papers import put_papers_under_way
from juntos_campo.demo.data_records import make_records
from juntos_campo.demo.world import PASSWORD, Person, World, build_office, serving
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.ids import random_id
from juntos_campo.domain.values import Role
from juntos_campo.logs import log_to
from juntos_campo.norms.rules import reader_of, rules_of
from juntos_campo.ui.application import Start, run

Say = Callable[[str], None]


def show(world: World, person: Person, *, households: int, seed: int, fresh: bool, say: Say) -> int:
    """Open the window of `person` on the demonstration; the exit code of the program.

    The world is kept between runs, so that the gestor's and the coordinator's laptops meet on the
    same server; `fresh` starts it anew.
    """
    if fresh and world.root.exists():
        shutil.rmtree(world.root)
    clock = SystemClock()
    if not world.ready.exists():
        if world.root.exists():
            shutil.rmtree(world.root)
        say("Inventando el padrón y preparando el servidor central…")
        build_office(world, households=households, seed=seed, today=clock.today())
        world.ready.touch()
    with serving(world) as url:
        say(f"Servidor central de demostración en {url}")
        _prepare(world, person, url, clock, say)
        say(f"Usuario {person.user} ({person.name}). Contraseña: {PASSWORD}")
        place = world.laptop(person)
        log_to(place.log_file)
        return run(
            ["juntos-campo"],
            Start(place, clock, reader_of(paths.resources() / "norms"), random_id),
        )


def _prepare(world: World, person: Person, url: str, clock: SystemClock, say: Say) -> None:
    """Set the laptop up and bring it up to date, so that Hoy is ready when the window opens."""
    place = world.laptop(person)
    book = rules_of(paths.resources() / "norms")
    if has_database(place):
        session = open_session(place, password=PASSWORD, clock=clock, book=book)
        with closing(session):
            sign_in(session, PASSWORD, url)
            refresh_attention(session)
        return
    say("Primera descarga de los hogares…")
    session = set_up_from_server(
        place, server=url, user=person.user, password=PASSWORD, clock=clock, book=book
    )
    with closing(session):
        sync_now(session)
        if session.user.role is Role.FIELD_WORKER:
            put_papers_under_way(session)
            make_records(session)
        refresh_attention(session)
