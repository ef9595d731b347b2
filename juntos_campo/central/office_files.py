"""Reading the office's files for a load: all of them are right, or the good rows were accepted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.problems import LOAD_REFUSED
from juntos_campo.central.tables import records
from juntos_campo.domain.entities import Entity, Member, Pregnancy
from juntos_campo.domain.errors import user_error
from juntos_campo.register.faults import Fault
from juntos_campo.register.history import read_history
from juntos_campo.register.reader import read_register
from juntos_campo.wire.codec import decode


def read_office_files(
    database: Database,
    register: Path | None,
    history: Path | None,
    today: date,
    accept_good: bool = False,
) -> list[Entity]:
    """Entities of a register file and of a history file about its people.

    Without a register file, the history is about the people the server has.

    Raises:
        UserError: CEN-205 rows are faulty and `accept_good` is not given.
    """
    entities: list[Entity] = []
    members: tuple[Member, ...] = ()
    pregnancies: tuple[Pregnancy, ...] = ()
    left_out: tuple[str, ...] = ()
    if register is not None:
        read = read_register(register, today)
        _require_clean(register, read.errors, accept_good)
        entities += read.entities()
        members, pregnancies, left_out = read.members, read.pregnancies, read.left_out
    if history is None:
        return entities
    if register is None:
        members, pregnancies = _stored_people(database)
    services = read_history(history, members, today, pregnancies, left_out)
    _require_clean(history, services.errors, accept_good)
    return entities + list(services.events)


def _require_clean(path: Path, errors: tuple[Fault, ...], accept_good: bool) -> None:
    if errors and (not accept_good or all(one.row == 0 for one in errors)):
        first = errors[0]
        place = f"fila {first.row}, {first.column}: " if first.row else ""
        raise user_error(
            LOAD_REFUSED,
            file=path.name,
            count=len({one.row for one in errors}),
            first=f"{place}{first.reason} {first.remedy}",
        )


def _stored_people(database: Database) -> tuple[tuple[Member, ...], tuple[Pregnancy, ...]]:
    found: dict[str, list[Entity]] = {"member": [], "pregnancy": []}
    sql = sa.select(records.c.kind, records.c.id, records.c.body).where(
        records.c.kind.in_(found), ~records.c.deleted
    )
    with database.reading() as connection:
        for row in connection.execute(sql):
            found[row.kind].append(decode(row.kind, row.id, json.loads(row.body))[0])
    members = tuple(one for one in found["member"] if isinstance(one, Member))
    return members, tuple(one for one in found["pregnancy"] if isinstance(one, Pregnancy))
