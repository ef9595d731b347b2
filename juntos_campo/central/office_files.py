"""Reading the office's files for a load: all of them are right, or the good rows were accepted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.database import Database
from juntos_campo.central.problems import FILE_REFUSED, LOAD_REFUSED
from juntos_campo.central.tables import records
from juntos_campo.domain.entities import Entity, Member, Pregnancy, School
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import count
from juntos_campo.register import problems
from juntos_campo.register.faults import Fault
from juntos_campo.register.history import read_history
from juntos_campo.register.known import keep_known, match_known
from juntos_campo.register.reader import read_register
from juntos_campo.register.schooling import read_schooling
from juntos_campo.wire.codec import decode

_CHUNK = 400
_OF_FILE = (
    problems.NOT_A_REGISTER,
    problems.MISSING_COLUMNS,
    problems.TWIN_COLUMN,
    problems.NO_ROWS,
    problems.BAD_QUOTES,
)
"""These stand at a row, but nothing of the file can be loaded."""


def read_office_files(
    database: Database,
    register: Path | None,
    history: Path | None,
    today: date,
    accept_good: bool = False,
    *,
    schooling: Path | None = None,
    warned: Callable[[Iterable[Fault]], object] = lambda _faults: None,
) -> list[Entity]:
    """Entities of a register file, and of files of services and school years about its people.

    Without a register file, the others are about the people the server has. Somebody the server knows
    under an earlier document keeps his record, and what no register says (who left, the head of a
    facility) stays. `warned` is given what is worth telling though it leaves nothing out.

    Raises:
        UserError: CEN-205 rows are faulty and `accept_good` is not given, CEN-220 a file is none at all.
    """
    entities: list[Entity] = []
    members: tuple[Member, ...] = ()
    pregnancies: tuple[Pregnancy, ...] = ()
    left_out: tuple[str, ...] = ()
    if register is not None:
        read = read_register(register, today)
        _require_clean(register, read.errors, accept_good)
        warned(read.warnings)
        partitions = _homes(database, [one.id for one in read.households])
        people = _stored(database, ("member", "pregnancy"), partitions)
        read = match_known(read, *_people(people))
        known = {**people, **_stored(database, ("health_facility",), (REFERENCE,))}
        entities += [keep_known(one, known.get(one.id)) for one in read.entities()]
        members, pregnancies, left_out = read.members, read.pregnancies, read.left_out
    elif history is not None or schooling is not None:
        members, pregnancies = _people(_stored(database, ("member", "pregnancy")))
    if history is not None:
        services = read_history(history, members, today, pregnancies, left_out)
        _require_clean(history, services.errors, accept_good)
        warned(services.warnings)
        entities += services.events
    if schooling is not None:
        schools = {**_stored(database, ("school",), (REFERENCE,)), **_schools(entities)}
        years = read_schooling(schooling, members, today, _schools(schools.values()).values())
        _require_clean(schooling, years.errors, accept_good)
        warned(years.warnings)
        entities += [*years.schools, *years.years]
    return entities


def _schools(entities: Iterable[Entity]) -> dict[str, School]:
    return {one.id: one for one in entities if isinstance(one, School)}


def _require_clean(path: Path, errors: tuple[Fault, ...], accept_good: bool) -> None:
    if not errors:
        return
    first = errors[0]
    if first.row == 0 or first.problem in _OF_FILE:
        raise user_error(FILE_REFUSED, file=path.name, first=f"{first.reason} {first.remedy}")
    if not accept_good:
        column = f", {first.column}" if first.column else ""
        raise user_error(
            LOAD_REFUSED,
            file=path.name,
            count=count(len({one.row for one in errors}), "fila con errores", "filas con errores"),
            first=f"fila {first.row}{column}: {first.reason} {first.remedy}",
        )


def _homes(database: Database, household_ids: list[str]) -> tuple[str, ...]:
    """The partitions in which these households lie today."""
    found: set[str] = set()
    with database.reading() as connection:
        for start in range(0, len(household_ids), _CHUNK):
            wanted = household_ids[start : start + _CHUNK]
            sql = (
                sa.select(records.c.partition)
                .where(records.c.kind == "household", records.c.id.in_(wanted))
                .distinct()
            )
            found.update(connection.scalars(sql))
    return tuple(sorted(found))


def _stored(
    database: Database, kinds: tuple[str, ...], partitions: tuple[str, ...] | None = None
) -> dict[str, Entity]:
    """Records of these kinds by id, of all partitions unless some are named."""
    sql = sa.select(records.c.kind, records.c.id, records.c.body).where(
        records.c.kind.in_(kinds), ~records.c.deleted
    )
    if partitions is not None:  # of a place that several units have, what was said last counts
        sql = sql.where(records.c.partition.in_(partitions)).order_by(records.c.seq)
    with database.reading() as connection:
        return {
            row.id: decode(row.kind, row.id, json.loads(row.body))[0]
            for row in connection.execute(sql)
        }


def _people(stored: dict[str, Entity]) -> tuple[tuple[Member, ...], tuple[Pregnancy, ...]]:
    members = tuple(one for one in stored.values() if isinstance(one, Member))
    return members, tuple(one for one in stored.values() if isinstance(one, Pregnancy))
