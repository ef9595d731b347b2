"""Field workers a register file names whom nobody enrolled: their households would reach no laptop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.bulk.reading import Progress, open_source
from juntos_campo.central.database import Database
from juntos_campo.central.tables import users
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import Role
from juntos_campo.register.layout import REGISTER_COLUMNS

_MOST = 10


def unknown_workers(database: Database, register: Path, progress: Progress) -> dict[str, int]:
    """User -> households of a register file, for whoever is no field worker with access; most first.

    Raises:
        UserError: the file as a whole cannot be read (`central.bulk.reading.open_source`).
    """
    sql = sa.select(users.c.name).where(users.c.role == Role.FIELD_WORKER.value, users.c.active)
    with database.reading() as connection:
        known = set(connection.execute(sql).scalars())
    source = open_source(register, REGISTER_COLUMNS, progress)
    code_at, worker_at = source.table.positions["codigo_hogar"], source.table.positions["gestor"]
    homes: dict[str, set[str]] = {}
    for _number, cells in source.rows():
        if len(cells) <= max(code_at, worker_at):
            continue
        worker = cells[worker_at].strip().casefold()
        if worker and worker not in known:
            homes.setdefault(worker, set()).add(cells[code_at].strip().upper())
    ordered = sorted(homes, key=lambda one: (-len(homes[one]), one))
    return {worker: len(homes[worker]) for worker in ordered}


def unknown_lines(found: Mapping[str, int], *, loaded: bool) -> Iterator[str]:
    """What an office is told about them, a sentence a line. `loaded`: it is done, not only looked at."""
    if not found:
        return
    homes = count(sum(found.values()), "hogar", "hogares")
    who = count(len(found), "gestor que no está inscrito", "gestores que no están inscritos")
    yield f"Aviso: el padrón da {homes} a {who}, o sin acceso:"
    for worker, number in list(found.items())[:_MOST]:
        yield f"  · «{worker}»: {count(number, 'hogar', 'hogares')}"
    if len(found) > _MOST:
        yield f"  · y {count(len(found) - _MOST, 'gestor más', 'gestores más')}"
    reach = "no llegarán" if not loaded else "no llegan"
    yield (
        f"Esos hogares {reach} a ninguna laptop hasta que los inscriba con «juntos-central enrol», o "
        "corrija el usuario en el padrón y lo cargue otra vez."
    )
