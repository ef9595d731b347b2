"""The staging tables of a load. They exist while it runs or waits to be resumed, and hold nothing else.

They are no part of the schema that migrations make: whoever loads makes them, and drops them at the end.
On PostgreSQL they are not logged: after a crash of the database they are empty, and the load starts anew.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import BigInteger, Boolean, Column, MetaData, String, Table, Text

staging = MetaData()


def _table(name: str, *columns: Column[object]) -> Table:
    return Table(f"bulk_{name}", staging, *columns)


def _text(*names: str) -> list[Column[object]]:
    return [Column(name, Text, nullable=False, server_default="") for name in names]


def _number(name: str, *, key: bool = False, empty: bool = False) -> Column[object]:
    return Column(name, BigInteger, primary_key=key, autoincrement=False, nullable=empty)


loads = _table(
    "loads",
    Column("id", String(64), primary_key=True),
    *_text("state", "files", "started_at", "counts"),
)
"""The one load there is. `state`: ``staging``, ``ready`` (compared) or ``applying``;
`files`: digest of its files and options; `counts`: JSON of `report.BulkReport`."""

raw = _table("raw", _number("n", key=True), *_text("code", "cells"))
"""Rows of a register whose households are scattered over the file, to be sorted by household."""

people = _table(
    "people",
    _number("o", key=True),
    _number("n"),
    *_text("code", "household", "member", "person_key", "doc_key", "number_cell", "given_cell"),
    *_text("place", "settlement", "ubigeo", "flags"),
    _number("altitude", empty=True),
    _number("walk", empty=True),
    *_text("facility", "facility_name", "category", "micro_network", "network"),
    *_text("school", "school_name", "school_level", "body", "pregnancy"),
)
"""One row a person: `o` is the order of work, `n` the file's row; `person_key` is what nobody else in the
file may have, `doc_key` the document; `body` and `pregnancy` are entities as JSON, or empty."""

homes = _table(
    "homes", _number("o", key=True), *_text("code", "household", "partition", "owner", "body")
)
"""One row a run of rows of one household: `owner` is its field worker, `partition` that of who answers for
it while he is on leave."""

left_out = _table("left_out", Column("household", String(64), primary_key=True))
"""Households with a fault."""

kept = _table(
    "kept",
    Column("household", String(64), primary_key=True),
    _number("o"),
    _number("bucket"),
    *_text("partition"),
)
"""Households that are loaded, in buckets of neighbours of one field worker that fit into memory."""

documents = _table("documents", Column("doc_key", Text, primary_key=True), _number("bucket"))
"""In which bucket somebody with this document is."""

pairs = _table("pairs", *_text("aspect", "place", "name", "usual"))
"""Names and figures of facilities, schools and settlements that differ from what most rows say."""

services = _table("services", _number("n", key=True), *_text("household", "doc_key", "cells"))
school_rows = _table("school_rows", _number("n", key=True), *_text("household", "doc_key", "cells"))

known_homes = _table("known_homes", _number("bucket"), *_text("household"))
"""Households the server has, whose people may be those of the bucket."""

faults = _table(
    "faults",
    Column("source", String(16), nullable=False),
    _number("n"),
    *_text("column_name", "value", "household", "class", "reason", "remedy", "code"),
)
"""As `register.export.fault_row` tells them."""

staged = _table(
    "staged",
    _number("o", key=True),
    *_text("partition"),
    _number("place"),
    *_text("kind", "id", "household", "body", "unit"),
)
"""The records as they shall be; `place` is that of the kind in `KINDS`, `unit` where reference data goes."""

found = _table(
    "found",
    _number("o", key=True),
    Column("elsewhere", Boolean, nullable=False),
    Column("differs", Boolean, nullable=False),
    *_text("unit", "partition"),
)
"""Of `staged`, what the server has: whether in another partition, and whether it says something else."""

parts = _table(
    "parts",
    _number("number", key=True),
    *_text("partition"),
    _number("first_o"),
    _number("last_o"),
    _number("moved"),
    Column("done", Boolean, nullable=False),
    *_text("unit"),
)
"""What is applied in one transaction: a stretch of `staged`, all of it of one partition and unit."""


def make(connection: sa.Connection) -> None:
    """Make the staging tables; those of a load before are dropped."""
    drop(connection)
    staging.create_all(connection)
    if connection.dialect.name == "postgresql":
        for table in staging.sorted_tables:
            connection.execute(sa.text(f"ALTER TABLE {table.name} SET UNLOGGED"))


def drop(connection: sa.Connection) -> None:
    """Drop whatever staging tables there are."""
    staging.drop_all(connection)


def analyse(connection: sa.Connection, *tables: Table) -> None:
    """Have the database look at how much lies in these, before it joins them."""
    if connection.dialect.name == "postgresql":
        for table in tables:
            connection.execute(sa.text(f"ANALYZE {table.name}"))
