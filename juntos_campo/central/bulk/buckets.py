"""Which households are loaded, and in which bucket of neighbours each person of the files is.

A bucket is some households of one field worker: as much as is held in memory at once. Everything about them
(rows of people, services and school years, what the server has) is read side by side, ordered by bucket.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.bulk.copying import Buckets, Streams, Writer
from juntos_campo.central.bulk.register_rows import doc_key
from juntos_campo.central.bulk.tables import (
    analyse,
    documents,
    homes,
    kept,
    known_homes,
    left_out,
    people,
    school_rows,
    services,
)
from juntos_campo.central.database import Database
from juntos_campo.central.tables import records
from juntos_campo.domain.entities import Member
from juntos_campo.wire.codec import decode

HOUSEHOLDS = 200
NOBODYS = 2**40
"""The bucket of rows about nobody who is known."""

_PERSONAL = ("member", "pregnancy")


def from_register(database: Database) -> None:
    """Buckets of the good households of the staged register, and where its people may be known from."""
    good = sa.select(homes.c.household, homes.c.o, homes.c.partition).where(
        _not_left_out(homes.c.household)
    )
    with database.writing() as connection:
        _fill(connection, good.subquery())
        where = people.join(kept, kept.c.household == people.c.household)
        _index_documents(connection, where)
        analyse(connection, kept, documents)
        same = sa.and_(records.c.kind == "member", records.c.id == people.c.member)
        former = (
            sa.select(kept.c.bucket, records.c.household)
            .select_from(where.join(records, same))
            .where(records.c.household != people.c.household)
        )
        now = sa.select(kept.c.bucket, kept.c.household)
        connection.execute(
            sa.insert(known_homes).from_select(["bucket", "household"], now.union(former))
        )
        analyse(connection, known_homes)


def from_server(database: Database) -> None:
    """The same where there is no register: the households and people are those the server has."""
    writer = Writer(database, people)
    with Streams(database) as streams:
        sql = sa.select(records.c.id, records.c.household, records.c.body).where(
            records.c.kind == "member", ~records.c.deleted
        )
        for order, row in enumerate(streams.rows(sql), 1):
            one: Member = decode("member", row.id, json.loads(row.body))[0]
            said = {
                "o": order,
                "n": 0,
                "household": row.household,
                "member": one.id,
                "doc_key": doc_key(one.document_kind, one.document_number),
                "altitude": None,
                "walk": None,
            }
            writer.add(*(said.get(column.name, "") for column in people.columns))
    writer.flush()
    lying = sa.select(records.c.id.label("household"), records.c.partition).where(
        records.c.kind == "household"
    )
    has = lying.subquery()
    lost = (
        sa.select(people.c.household, sa.literal("").label("partition"))
        .outerjoin(has, has.c.household == people.c.household)
        .where(has.c.household.is_(None))
        .distinct()
    )
    both = lying.union_all(lost).subquery()
    numbered = sa.select(
        both.c.household,
        sa.func.row_number().over(order_by=both.c.household).label("o"),
        both.c.partition,
    )
    with database.writing() as connection:
        _fill(connection, numbered.subquery())
        _index_documents(connection, people.join(kept, kept.c.household == people.c.household))
        connection.execute(
            sa.insert(known_homes).from_select(
                ["bucket", "household"], sa.select(kept.c.bucket, kept.c.household)
            )
        )
        analyse(connection, people, kept, documents, known_homes)


def _fill(connection: sa.Connection, good: sa.Subquery) -> None:
    place = sa.func.row_number().over(partition_by=good.c.partition, order_by=good.c.o) - 1
    placed = sa.select(good, place.label("place")).subquery()
    block = placed.c.place // HOUSEHOLDS
    bucket = sa.func.dense_rank().over(order_by=(placed.c.partition, block))
    sql = sa.select(placed.c.household, placed.c.o, bucket, placed.c.partition)
    connection.execute(sa.insert(kept).from_select(["household", "o", "bucket", "partition"], sql))
    analyse(connection, kept)


def _not_left_out(household: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    return ~sa.select(left_out.c.household).where(left_out.c.household == household).exists()


def _index_documents(connection: sa.Connection, where: sa.FromClause) -> None:
    sql = (
        sa.select(people.c.doc_key, sa.func.min(kept.c.bucket))
        .select_from(where)
        .where(people.c.doc_key != "")
        .group_by(people.c.doc_key)
    )
    connection.execute(sa.insert(documents).from_select(["doc_key", "bucket"], sql))


def kept_homes(streams: Streams) -> Iterator[Any]:
    """(bucket, partition, JSON of the household or "" where the register does not say it), by bucket."""
    sql = (
        sa.select(kept.c.bucket, kept.c.partition, sa.func.coalesce(homes.c.body, ""))
        .outerjoin(homes, homes.c.household == kept.c.household)
        .order_by(kept.c.bucket, kept.c.o)
    )
    return streams.rows(sql)


def staged_people(streams: Streams) -> Buckets:
    """(bucket, JSON of the member, of the pregnancy or "")."""
    sql = (
        sa.select(kept.c.bucket, people.c.body, people.c.pregnancy)
        .join(kept, kept.c.household == people.c.household)
        .where(people.c.body != "")
        .order_by(kept.c.bucket, people.c.o)
    )
    return Buckets(streams.rows(sql))


def known_people(streams: Streams, *, everywhere: bool) -> Buckets:
    """(bucket, kind, id, body, whether the file names the member) of what the server has.

    Args:
        everywhere: not only in the partitions in which households of the register lie today.
    """
    named = (
        sa.select(people.c.member)
        .join(kept, kept.c.household == people.c.household)
        .where(people.c.body != "")
        .subquery()
    )
    in_file = named.c.member.is_not(None)
    sql = (
        sa.select(known_homes.c.bucket, records.c.kind, records.c.id, records.c.body, in_file)
        .select_from(known_homes)
        .join(records, records.c.household == known_homes.c.household)
        .outerjoin(named, named.c.member == records.c.id)
        .where(records.c.kind.in_(_PERSONAL), ~records.c.deleted)
        .order_by(known_homes.c.bucket, records.c.kind, records.c.id)
    )
    if not everywhere:
        today = (
            sa.select(records.c.partition)
            .join(kept, kept.c.household == records.c.id)
            .where(records.c.kind == "household")
            .distinct()
        )
        sql = sql.where(records.c.partition.in_(today))
    return Buckets(streams.rows(sql))


def service_rows(streams: Streams) -> Buckets:
    """(bucket, row number, cells) of the history; rows of households left out are not among them."""
    his_home = kept.alias("his_home")
    bucket = sa.func.coalesce(documents.c.bucket, his_home.c.bucket, NOBODYS).label("bucket")
    sql = (
        sa.select(bucket, services.c.n, services.c.cells)
        .outerjoin(documents, documents.c.doc_key == services.c.doc_key)
        .outerjoin(his_home, his_home.c.household == services.c.household)
        .where(_not_left_out(services.c.household))
        .order_by(bucket, services.c.n)
    )
    return Buckets(streams.rows(sql))


def rows_of_schooling(streams: Streams) -> Buckets:
    """(bucket, row number, cells) of the school years."""
    bucket = sa.func.coalesce(documents.c.bucket, NOBODYS).label("bucket")
    sql = (
        sa.select(bucket, school_rows.c.n, school_rows.c.cells)
        .outerjoin(documents, documents.c.doc_key == school_rows.c.doc_key)
        .order_by(bucket, school_rows.c.n)
    )
    return Buckets(streams.rows(sql))
