"""What is wrong with the files of a load: kept in the database, told in part or written out whole."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.bulk.copying import Streams, Writer, without_nul
from juntos_campo.central.bulk.problems import CANNOT_WRITE_FAULTS
from juntos_campo.central.bulk.tables import faults
from juntos_campo.central.database import Database
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import user_error
from juntos_campo.register.export import HEADER, fault_row, harmless
from juntos_campo.register.faults import Fault
from juntos_campo.register.rows import HOUSEHOLD_COLUMNS

ERROR = "error"
"""The class of a fault that leaves something out, as `fault_row` writes it."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One kind of fault: how often, and the first of them."""

    source: str
    code: str
    is_error: bool
    count: int
    first_row: int
    reason: str
    remedy: str


class FaultLog:
    """Takes the faults of one file."""

    def __init__(self, database: Database, source: str) -> None:
        self._writer = Writer(database, faults)
        self._source = source

    def add(self, found: Iterable[Fault]) -> None:
        for fault in found:
            _row, *texts = fault_row(fault)
            self._writer.add(self._source, fault.row, *map(without_nul, texts))

    def close(self) -> None:
        self._writer.flush()


def once_a_household(found: Iterable[Fault]) -> list[Fault]:
    """The faults of one household; one repeated with its cells only on the first of its rows."""
    seen = set()
    kept = []
    for fault in found:
        if fault.column in HOUSEHOLD_COLUMNS and fault.household:
            key = (fault.code, fault.column, fault.value)
            if key in seen:
                continue
            seen.add(key)
        kept.append(fault)
    return kept


def faulty_rows(connection: sa.Connection, source: str) -> int:
    """How many rows of a file have an error; the file as a whole counts as one."""
    sql = sa.select(sa.func.count(sa.distinct(faults.c.n))).where(
        faults.c.source == source, faults.c["class"] == ERROR
    )
    return int(connection.execute(sql).scalar_one())


def first_error(connection: sa.Connection, source: str) -> str:
    """The first error of a file, as a sentence with its place."""
    sql = (
        sa.select(faults)
        .where(faults.c.source == source, faults.c["class"] == ERROR)
        .order_by(faults.c.n, faults.c.code)
        .limit(1)
    )
    one = connection.execute(sql).one()
    column = f", {one.column_name}" if one.column_name else ""
    place = f"fila {one.n}{column}: " if one.n else ""
    return f"{place}{one.reason} {one.remedy}"


def kinds(connection: sa.Connection) -> list[FaultKind]:
    """What is wrong, by file and kind, the most frequent errors first."""
    groups = (
        sa.select(
            faults.c.source,
            faults.c.code,
            faults.c["class"],
            sa.func.count().label("count"),
            sa.func.min(faults.c.n).label("first"),
        )
        .group_by(faults.c.source, faults.c.code, faults.c["class"])
        .subquery()
    )
    at_first = sa.and_(
        faults.c.source == groups.c.source,
        faults.c.code == groups.c.code,
        faults.c.n == groups.c.first,
    )
    sql = sa.select(
        groups,
        sa.func.min(faults.c.reason).label("reason"),
        sa.func.min(faults.c.remedy).label("remedy"),
    ).join(faults, at_first)
    rows = connection.execute(sql.group_by(*groups.c)).all()
    found = [
        FaultKind(row.source, row.code, row[2] == ERROR, row[3], row.first, row.reason, row.remedy)
        for row in rows
    ]
    return sorted(found, key=lambda one: (not one.is_error, -one.count, one.source, one.code))


def write_out(database: Database, path: Path) -> None:
    """All faults as a CSV that Excel opens, in the order of the files and their rows.

    Raises:
        UserError: CEN-324.
    """
    texts = (faults.c.column_name, faults.c.value, faults.c.household, faults.c["class"])
    sql = sa.select(
        faults.c.source, faults.c.n, *texts, faults.c.reason, faults.c.remedy, faults.c.code
    ).order_by(faults.c.source, faults.c.n, faults.c.code)
    try:
        with (
            Streams(database) as streams,
            path.open("w", encoding="utf-8-sig", newline="") as file,
        ):
            writer = csv.writer(file, delimiter=";")
            writer.writerow(("archivo", *HEADER))
            for source, number, *cells in streams.rows(sql):
                writer.writerow((source, number or "", *map(harmless, cells)))
    except OSError as error:
        reason = disk_reason(error)
        raise user_error(CANNOT_WRITE_FAULTS, file=path.name, reason=reason) from error
