"""What goes over on a USB stick in tests: laptops with keys, and the office that takes their files."""

from __future__ import annotations

from datetime import timedelta

from juntos_campo.central.bundles import Bundles
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.files import Files
from juntos_campo.central.server_key import server_public_key
from juntos_campo.central.settings import ServerSettings
from juntos_campo.store.device_keys import keep_device_seed, keep_server_key
from juntos_campo.sync import bundle
from juntos_campo.sync.report import SyncReport
from juntos_campo.wire.signing import public_key

from .conftest import PASSWORD, Laptop, World

SETTINGS = ServerSettings(argon2_memory_kib=64, argon2_passes=1)


def office(world: World) -> Bundles:
    """Where a stick is handed in."""
    exchange = Exchange(world.database, SETTINGS, world.clock, world.new_id)
    files = Files(world.database, SETTINGS, world.clock)
    return Bundles(world.database, world.accounts, exchange, files, world.clock, world.new_id)


def give_keys(world: World, laptop: Laptop, seed: str = "") -> Laptop:
    """As after entering the server once over the net."""
    secret = seed or f"{int(laptop.device, 16):064x}"
    laptop.transport.login(
        laptop.user, PASSWORD, laptop.device, "laptop", sign_key=public_key(secret)
    )
    with laptop.store.transaction(actor=laptop.user, at=laptop.clock.now(), action="keys") as tx:
        keep_device_seed(tx, secret)
        keep_server_key(tx, server_public_key(world.database, world.clock))
    return laptop


def make(laptop: Laptop) -> bytes:
    """A file with what waits on `laptop`."""
    laptop.clock.advance(timedelta(minutes=1))
    return bundle.make_request(
        laptop.store,
        device=laptop.device,
        actor=laptop.user,
        clock=laptop.clock,
        ids=laptop.ids,
    ).data


def apply(laptop: Laptop, data: bytes) -> SyncReport:
    """The answer, on the laptop."""
    return bundle.apply_answer(
        laptop.store, data, device=laptop.device, actor=laptop.user, clock=laptop.clock
    )
