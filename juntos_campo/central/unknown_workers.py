"""Field workers a register file names whom nobody enrolled: their households would reach no laptop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.bulk.reading import Progress, open_source
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import FIELD_WORKERS
from juntos_campo.central.tables import partitions, records, users
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import Role
from juntos_campo.register.layout import REGISTER_COLUMNS

_MOST = 10


def unknown_in_file(database: Database, register: Path, progress: Progress) -> dict[str, int]:
    """User -> households of a register file, for whoever is no field worker with access; most first.

    Raises:
        UserError: the file as a whole cannot be read (`central.bulk.reading.open_source`).
    """
    with database.reading() as connection:
        known = _known(connection)
    source = open_source(register, REGISTER_COLUMNS, progress)
    code_at, worker_at = source.table.positions["codigo_hogar"], source.table.positions["gestor"]
    homes: dict[str, set[str]] = {}
    for _number, cells in source.rows():
        if len(cells) <= max(code_at, worker_at):
            continue
        worker = cells[worker_at].strip().casefold()
        if worker and worker not in known:
            homes.setdefault(worker, set()).add(cells[code_at].strip().upper())
    return _most_first({worker: len(codes) for worker, codes in homes.items()})


def unknown_on_server(database: Database) -> dict[str, int]:
    """The same of the households that lie on the server; no file is read for it."""
    found = {}
    with database.reading() as connection:
        known = _known(connection)
        sql = sa.select(partitions.c.name, partitions.c.unit)
        for name, unit in connection.execute(sql).all():
            worker = name.removeprefix(FIELD_WORKERS)
            if worker == name or worker in known:
                continue
            homes = sa.select(sa.func.count()).where(
                records.c.unit == unit,
                records.c.partition == name,
                sa.text("kind = 'household'"),
                ~records.c.deleted,
            )
            found[worker] = connection.execute(homes).scalar_one()
    return _most_first({worker: number for worker, number in found.items() if number})


def _known(connection: sa.Connection) -> frozenset[str]:
    sql = sa.select(users.c.name).where(users.c.role == Role.FIELD_WORKER.value, users.c.active)
    return frozenset(connection.execute(sql).scalars())


def _most_first(numbers: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(numbers.items(), key=lambda one: (-one[1], one[0])))


def unknown_lines(found: Mapping[str, int], *, loaded: bool) -> Iterator[str]:
    """What an office is told about them, a sentence a line. `loaded`: it is done, not only looked at."""
    if not found:
        return
    homes = count(sum(found.values()), "hogar", "hogares")
    who = count(len(found), "gestor que no está inscrito", "gestores que no están inscritos")
    yield f"Aviso: hay {homes} de {who}, o sin acceso:"
    for worker, number in list(found.items())[:_MOST]:
        yield f"  · «{worker}»: {count(number, 'hogar', 'hogares')}"
    if len(found) > _MOST:
        yield f"  · y {count(len(found) - _MOST, 'gestor más', 'gestores más')}"
    reach = "no llegarán" if not loaded else "no llegan"
    yield (
        f"Esos hogares {reach} a ninguna laptop hasta que los inscriba con «juntos-central enrol», o "
        "corrija el usuario en el padrón y lo cargue otra vez."
    )
