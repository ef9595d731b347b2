"""Territorial units: where their rows lie.

On PostgreSQL the rows of each unit are tables of their own under the great ones, so that a query that
names its units never looks at the others, and the layout can be spread over several machines by unit.
SQLite has no such thing: there `unit` is one more column of every key.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.ledger import FIELD_WORKERS
from juntos_campo.central.problems import NAME_MISSING, UNIT_CODE_UNFIT, UNIT_UNKNOWN
from juntos_campo.central.tables import (
    BY_UNIT,
    conflicts,
    partitions,
    place_readers,
    records,
    removals,
    units,
    users,
)
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import OFFICE

NO_UNIT = ""
"""Where the reference data for everybody lies, and everything of a server that has no units."""

PARTS = "juntos_units"
"""PostgreSQL's schema for the tables of the units."""

_CODE = re.compile(r"[A-Z][A-Z0-9]{0,15}", re.ASCII)


def add_unit(database: Database, code: str, name: str, clock: Clock) -> bool:
    """Make a territorial unit, or give one another name.

    Args:
        code: short, in capitals, as ``PUNO``.

    Returns:
        True when it is new.

    Raises:
        UserError: CEN-261 the code, CEN-275.
    """
    _require_code(code)
    if not name.strip():
        raise user_error(NAME_MISSING, code=code)
    with database.writing() as connection:
        known = connection.execute(sa.select(units.c.name).where(units.c.code == code)).first()
        if known is None:
            connection.execute(sa.insert(units).values(code=code, name=name))
            prepare_unit(connection, code)
        else:
            connection.execute(sa.update(units).where(units.c.code == code).values(name=name))
        note(connection, clock.now(), OFFICE, "", "unit.add", detail=code)
    return known is None


def _require_code(code: str) -> None:
    if not _CODE.fullmatch(code):
        raise user_error(UNIT_CODE_UNFIT, code=code)


def require_unit(connection: sa.Connection, code: str) -> None:
    """Raises UserError CEN-262 unless the unit exists; the empty code always does."""
    if code == NO_UNIT:
        return
    if connection.execute(sa.select(units.c.code).where(units.c.code == code)).first() is None:
        known = connection.execute(sa.select(units.c.code).order_by(units.c.code)).scalars()
        raise user_error(UNIT_UNKNOWN, code=code, known=", ".join(known) or "ninguna")


def prepare_unit(connection: sa.Connection, code: str) -> None:
    """Give the rows of a unit tables of their own (PostgreSQL); rows that are there already go into them."""
    _require_code(code)  # it becomes part of a statement
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.quote
    for table in BY_UNIT:
        own = table.to_metadata(sa.MetaData(), schema=PARTS, name=f"{table.name}_{code.lower()}")
        part = f"{PARTS}.{quoted(own.name)}"
        connection.exec_driver_sql(f"CREATE TABLE {part} (LIKE {table.name} INCLUDING DEFAULTS)")
        gone = sa.delete(table).where(table.c.unit == code).returning(*table.c).cte("gone")
        connection.execute(sa.insert(own).from_select(list(gone.c), sa.select(gone)))
        connection.exec_driver_sql(
            f"ALTER TABLE {table.name} ATTACH PARTITION {part} FOR VALUES IN ('{code}')"
        )


def unit_of_partition(connection: sa.Connection, name: str) -> str:
    """The unit of a partition; that of nobody's yet is none."""
    sql = sa.select(partitions.c.unit).where(partitions.c.name == name)
    return connection.execute(sql).scalar_one_or_none() or NO_UNIT


def units_by_partition(connection: sa.Connection) -> dict[str, str]:
    """Partition -> its unit; of field workers who have none yet, that in which it will lie."""
    found = {
        f"{FIELD_WORKERS}{row.name}": row.unit
        for row in connection.execute(sa.select(users.c.name, users.c.unit))
    }
    rows = connection.execute(sa.select(partitions.c.name, partitions.c.unit))
    return found | {row.name: row.unit for row in rows}


def lay_partition_in(connection: sa.Connection, name: str, unit: str) -> bool:
    """Have a partition lie in a unit from now on; False while records of it lie in another one."""
    sql = sa.select(partitions.c.unit).where(partitions.c.name == name).with_for_update()
    former = connection.execute(sql).scalar_one_or_none()
    if former is None or former == unit:
        return True
    for table in (records, conflicts):
        here = (table.c.unit == former, table.c.partition == name)
        if connection.execute(sa.select(table.c.seq).where(*here).limit(1)).first() is not None:
            return False
    gone = sa.select(*(one for one in removals.c if one.name != "unit")).where(
        removals.c.unit == former, removals.c.partition == name
    )
    names = [column.name for column in gone.selected_columns]
    told = gone.add_columns(sa.literal(unit).label("unit"))
    connection.execute(sa.insert(removals).from_select([*names, "unit"], told))
    connection.execute(
        sa.delete(removals).where(removals.c.unit == former, removals.c.partition == name)
    )
    # Should he come back one day, what his laptop has of that unit may have changed: he receives it again.
    connection.execute(
        sa.delete(place_readers).where(
            place_readers.c.unit == former, place_readers.c.partition == name
        )
    )
    connection.execute(sa.update(partitions).where(partitions.c.name == name).values(unit=unit))
    return True


def units_of_partitions(connection: sa.Connection, names: Collection[str]) -> frozenset[str]:
    """The units in which these partitions lie, and that of the reference data."""
    sql = sa.select(partitions.c.unit).where(partitions.c.name.in_(names)).distinct()
    return frozenset(connection.execute(sql).scalars()) | {NO_UNIT}


def units_of_records(connection: sa.Connection, kind: str, ids: Iterable[str]) -> frozenset[str]:
    """In which units these records lie, wherever that is: looks into all of them."""
    sql = (
        sa.select(records.c.unit)
        .where(records.c.kind == kind, records.c.id.in_(sorted(set(ids))))
        .distinct()
    )
    return frozenset(connection.execute(sql).scalars())


def carry(
    connection: sa.Connection, wanted: Collection[tuple[str, str]], source: str, target: str
) -> None:
    """Take records with their versions, operations and conflicts from one unit to another.

    The rows stay in their partition and keep their numbers: the caller gives them others.

    Args:
        wanted: (kind, id).
    """
    if source == target:
        return
    for table in BY_UNIT:
        if table.name == "removals":
            continue
        others = [column for column in table.columns if column.name != "unit"]
        names = ["unit", *(column.name for column in others)]
        for kind, record_id in wanted:
            this = (table.c.unit == source, table.c.kind == kind, table.c.id == record_id)
            copied = sa.select(sa.literal(target), *others).where(*this)
            connection.execute(sa.insert(table).from_select(names, copied))
            connection.execute(sa.delete(table).where(*this))
