"""A server with a bit of everything in it, and what is in it."""

from __future__ import annotations

import hashlib
from itertools import count
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.accounts import Account, Accounts, Machine
from juntos_campo.central.database import Database
from juntos_campo.central.erasure import erase, find_household
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.loading import load
from juntos_campo.central.reassigning import reassign
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import (
    attachment_chunks,
    attachments,
    audit,
    audit_chains,
    bundles,
    metadata,
    partitions,
)
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Settlement
from juntos_campo.domain.values import Role
from juntos_campo.wire.messages import Operation, SyncRequest

PASSWORD = "papa nativa 2026"
CHEAP = {"argon2_memory_kib": 64, "argon2_passes": 1}
ODD = "tab\t barra \\ línea\nretorno\r \\N \\. \\x41 ñ 👶 'comilla' \x0b\x08\x0c"
PHOTO = bytes(range(256)) * 40
PHOTO_ID = hashlib.sha256(PHOTO).hexdigest() + ".jpg"
ZONE = "Z1"


def home(worker: str, number: int) -> Household:
    return Household(
        id=f"{number:032x}", code=f"{number:05d}", field_worker=worker, settlement_id="s-1"
    )


def fill(database: Database, clock: FixedClock) -> None:
    """People, households, versions, a conflict, a reassignment, an erasure, a photo, a stick's answer."""
    settings = ServerSettings(**CHEAP)
    accounts = Accounts(database, settings, clock)
    for name, role in (
        ("ana", Role.FIELD_WORKER),
        ("beto", Role.FIELD_WORKER),
        ("zoe", Role.ZONE_COORDINATOR),
    ):
        accounts.enrol(Account(name, f"Nombre de {name}", role, ZONE), PASSWORD)
    place = Settlement(id="s-1", name=ODD, ubigeo="030101", district="Abancay", province="Abancay")
    load(database, [place, *(home("ana", one) for one in range(1, 5))], clock)
    send(database, clock, "ana", "d" * 32)
    reassign(database, "ana", "beto", ["00002"], clock)
    erase(database, find_household(database, "00003"), clock)
    with database.writing() as connection:
        _add_files(connection)


def send(database: Database, clock: FixedClock, user: str, device: str, records: int = 3) -> None:
    """A laptop that signs in and sends records, an edit, and one that crosses it."""
    settings, ids = ServerSettings(**CHEAP), count(1)
    accounts = Accounts(database, settings, clock)
    token = accounts.enter(user, PASSWORD, Machine(device)).token
    exchange = Exchange(database, settings, clock, lambda: f"{device[:8]}-{next(ids):08d}")
    about = {"field_worker": user, "form_id": "f", "form_version": "1", "on": "2026-11-17"}

    def operation(number: int, record: int, **more: Any) -> Operation:
        given = {
            "op_id": f"{device}-{number}", "kind": "field_record", "id": f"{device}-r{record}",
            "base_version": 0, "author": user, "counter": number, "device_time": clock.now(),
        }  # fmt: skip
        return Operation(**{**given, **more})

    fresh = [
        operation(number, number, fields={**about, "answers/a": f"{ODD} {number}"})
        for number in range(1, records + 1)
    ]
    edits = [
        operation(records + one, 1, base_version=1, fields={"answers/a": text})
        for one, text in ((1, "una"), (2, "otra"))
    ]
    caller = accounts.recognise(token)
    for some in (fresh, edits):
        message = SyncRequest(protocol=2, device=device, counter=10**6, operations=tuple(some))
        answer = exchange.run(caller, message, stamped=False)
        assert not [one for one in answer.acks if one.refused]


def _add_files(connection: sa.Connection) -> None:
    connection.execute(
        sa.insert(attachments).values(
            id=PHOTO_ID, size=len(PHOTO), received=len(PHOTO), complete=True, user_name="ana",
            added_at="2026-11-17T08:00:00-05:00",
        )
    )  # fmt: skip
    for start in range(0, len(PHOTO), 4096):
        connection.execute(
            sa.insert(attachment_chunks).values(
                attachment=PHOTO_ID, start=start, data=PHOTO[start : start + 4096]
            )
        )
    connection.execute(
        sa.insert(bundles).values(
            id="b-1",
            device="d" * 32,
            number=1,
            received_at="2026-11-17",
            carrier="",
            answer=bytes(300),
        )
    )


def content(database: Database, *, without_restoring: bool = False) -> dict[str, list[Any]]:
    """Table -> its rows, sorted; the counters of partitions and what a restoring notes left out if wanted."""
    found: dict[str, list[Any]] = {}
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = [tuple(row) for row in connection.execute(sa.select(table))]
            found[table.name] = sorted(rows, key=repr)
        if without_restoring:
            found[partitions.name] = sorted(
                connection.execute(sa.select(partitions.c.name)).scalars()
            )
            own = sa.select(audit).where(audit.c.action != "server.restored")
            found[audit.name] = sorted(map(tuple, connection.execute(own)), key=repr)
            others = sa.select(audit_chains).where(audit_chains.c.name != "oficina")
            found[audit_chains.name] = sorted(map(tuple, connection.execute(others)), key=repr)
    return found
