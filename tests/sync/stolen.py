"""Laptops of people the server knows, set up as in the field, and what lies in their folders."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from juntos_campo import paths
from juntos_campo.app import synchronise
from juntos_campo.app.session import Session, open_session
from juntos_campo.central.lost_laptops import order_erasure
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.paths import DataPlace
from juntos_campo.store import sync_state
from juntos_campo.store.keys import KdfCost

from .conftest import PASSWORD, World, household, visit

SECRETS = ("Ñusta", "QUISPE", "HUAMÁN", "Ccatun Pampa", "40000001", PASSWORD, "Nombre de ana")
"""What the register of the test's world says of people, and the person's own name and password."""


def set_up(world: World, user: str, folder: Path, ending: ExitStack) -> Session:
    """A laptop with its households on it and one visit that was not sent."""
    session = synchronise.set_up_from_server(
        DataPlace(folder),
        server=world.server.url,
        user=user,
        password=PASSWORD,
        clock=world.clock,
        book=load_rule_book(paths.resources() / "norms"),
        cost=KdfCost(passes=1, memory_kib=64),
    )
    ending.callback(session.close)
    report, _ = synchronise.sync_now(session)
    assert report.complete
    with session.work("test") as work:
        work.tx.save(visit(household(user), f"v-{user}", note="sin señal"))
    return session


def order(world: World, session: Session) -> None:
    device = sync_state.device(session.store)
    assert order_erasure(world.database, world.clock, session.user.name, device) == device


def opens(session: Session) -> str:
    """Why the right password opens this laptop's folder no more; "" when it does, and its visit is there."""
    place, clock = session.place, session.clock
    try:
        with closing(
            open_session(place, password=PASSWORD, clock=clock, book=session.rules)
        ) as opened:
            assert sync_state.waiting_count(opened.store) > 0
    except UserError as error:
        return error.problem.code
    return ""


def code_of(call: Callable[[], object]) -> str:
    try:
        call()
    except UserError as error:
        return error.problem.code
    return ""


def told(folder: Path) -> list[str]:
    """Which of `SECRETS` can be read in which file."""
    return [
        f"{secret} in {file.name}"
        for file in sorted(folder.rglob("*"))
        if file.is_file()
        for secret in SECRETS
        if secret.encode() in file.read_bytes() or secret.encode("utf-16-le") in file.read_bytes()
    ]
