"""Whose laptops receive which settlements, facilities and schools: those whose records name them.

A unit has thousands of places and a field worker's households name a hundred. What a partition named once its
readers go on receiving. Who begins to receive a place gets it under a new number, for his cursor has passed
its old one; those who had it receive it again. Places of no unit are everybody's: nobody is noted for them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE, readable
from juntos_campo.central.callers import Account
from juntos_campo.central.indicators.sql import JsonText
from juntos_campo.central.ledger import Ledger
from juntos_campo.central.places import (
    PLACE_FIELDS,
    Place,
    bring_into,
    every_unit,
    open_reference,
    where_they_lie,
)
from juntos_campo.central.tables import place_readers, records, users
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import Role

_CHUNK = 400
_NAMING = sorted(
    name
    for name, kind in KINDS.items()
    if not kind.shared
    and not PLACE_FIELDS.keys().isdisjoint(one.name for one in fields(kind.entity))
)
"""Kinds whose records name places."""

Reader = tuple[str, Place]
"""A partition, and what its readers receive."""


def tell_places(ledger: Ledger) -> set[Place]:
    """Have the readers of a partition receive the places that the records written into it name.

    After they were written, and before the ledger is closed. Places that so far lie in other units come to
    its own, with what they name.

    Returns:
        Places that its unit did not have.
    """
    connection = ledger.connection
    ledger.flush()
    everywhere = every_unit(connection)
    if len(everywhere) == 1:
        return set()
    named = _named_since(ledger)
    if ledger.unit != NO_UNIT:
        named -= _told(connection, ledger.unit, {ledger.partition}, named).get(
            ledger.partition, set()
        )
    # Also of everybody's settlements: a post may have come to the unit before its village named it.
    named |= {place for _, place in _facilities(connection, (NO_UNIT, ledger.unit), named)}
    lies = where_they_lie(connection, named, everywhere)
    named = {place for place in named & lies.keys() if NO_UNIT not in lies[place]}
    if not named:
        return set()
    reference = open_reference(connection, ledger.unit)
    begun = reference.taken
    came = bring_into(reference, named)
    if ledger.unit != NO_UNIT:
        named |= {place for _, place in _facilities(connection, (ledger.unit,), named)}
        came |= bring_into(reference, named)
        _tell(reference, {(ledger.partition, place) for place in named}, begun)
    reference.close()
    return came


def tell_facilities(reference: Ledger) -> None:
    """Have whoever receives the settlements just written receive the facilities that they name now.

    Those of everybody's settlements become everybody's.
    """
    reference.flush()
    begun = reference.begun
    sql = sa.select(records.c.id).where(
        records.c.unit == reference.unit,
        records.c.partition == REFERENCE,
        records.c.kind == "settlement",
        records.c.seq > begun,
    )
    written = {("settlement", one) for one in reference.connection.execute(sql).scalars()}
    named = dict[Place, set[Place]]()
    for settlement, facility in _facilities(reference.connection, (reference.unit,), written):
        named.setdefault(settlement, set()).add(facility)
    bring_into(reference, {one for some in named.values() for one in some})
    if reference.unit == NO_UNIT:
        return
    readers = _told(reference.connection, reference.unit, None, named)
    _tell(
        reference,
        {
            (partition, facility)
            for partition, settlements in readers.items()
            for settlement in settlements
            for facility in named[settlement]
        },
        begun,
    )


def _named_since(ledger: Ledger) -> set[Place]:
    """What the records name that this ledger wrote or moved."""
    names = [JsonText(records.c.body, field).label(field) for field in PLACE_FIELDS]
    sql = (
        sa.select(*names)
        .where(
            records.c.unit == ledger.unit,
            records.c.partition == ledger.partition,
            records.c.seq > ledger.begun,
            records.c.kind.in_(_NAMING),
        )
        .distinct()
    )
    rows = ledger.connection.execute(sql)
    kinds = tuple(PLACE_FIELDS.values())
    return {(kind, one) for row in rows for kind, one in zip(kinds, row, strict=True) if one}


def _facilities(
    connection: sa.Connection, within: Collection[str], places: Iterable[Place]
) -> Iterator[tuple[Place, Place]]:
    """(settlement, the facility it names) of the settlements among the places, as these units have them."""
    wanted = sorted(one for kind, one in places if kind == "settlement")
    facility = JsonText(records.c.body, "facility_id")
    for start in range(0, len(wanted), _CHUNK):
        sql = sa.select(records.c.id, facility.label("facility")).where(
            records.c.unit.in_(within),
            records.c.kind == "settlement",
            records.c.id.in_(wanted[start : start + _CHUNK]),
        )
        for row in connection.execute(sql):
            if row.facility:
                yield ("settlement", row.id), ("health_facility", row.facility)


def _told(
    connection: sa.Connection,
    unit: str,
    partitions: Collection[str] | None,
    places: Iterable[Place],
) -> dict[str, set[Place]]:
    """Partition -> those of the places that its readers receive in a unit.

    Args:
        partitions: None for all.
    """
    found: dict[str, set[Place]] = {}
    whose = () if partitions is None else (place_readers.c.partition.in_(sorted(partitions)),)
    wanted = sorted(places)
    for start in range(0, len(wanted), _CHUNK):
        sql = sa.select(place_readers).where(
            place_readers.c.unit == unit,
            *whose,
            sa.tuple_(place_readers.c.kind, place_readers.c.id).in_(wanted[start : start + _CHUNK]),
        )
        for row in connection.execute(sql):
            found.setdefault(row.partition, set()).add((row.kind, row.id))
    return found


def _tell(reference: Ledger, readers: Collection[Reader], begun: int) -> None:
    """Note who receives what from now on, and number anew what he has passed.

    Args:
        begun: the last number when this transaction began to write places: what is above comes anyway.
    """
    connection, unit = reference.connection, reference.unit
    places = {place for _, place in readers}
    told = _told(connection, unit, {partition for partition, _ in readers}, places)
    lies = where_they_lie(connection, places, {unit})
    new = sorted(
        (partition, place)
        for partition, place in readers
        if place in lies and place not in told.get(partition, ())
    )
    if new:
        rows = [
            {"unit": unit, "partition": partition, "kind": kind, "id": one}
            for partition, (kind, one) in new
        ]
        connection.execute(sa.insert(place_readers), rows)
        _number_anew(reference, sorted({place for _, place in new}), begun)


def _number_anew(reference: Ledger, places: list[Place], begun: int) -> None:
    """Places of the unit up to a number get new ones."""
    of_place = (records.c.unit == reference.unit, records.c.partition == REFERENCE)
    passed: list[Place] = []
    for start in range(0, len(places), _CHUNK):
        sql = sa.select(records.c.kind, records.c.id, records.c.seq).where(
            *of_place,
            sa.tuple_(records.c.kind, records.c.id).in_(places[start : start + _CHUNK]),
            records.c.seq <= begun,
        )
        found = reference.connection.execute(sql.order_by(records.c.seq))
        passed += [(row.kind, row.id) for row in found]
    if passed:
        this = sa.and_(
            *of_place,
            records.c.kind == sa.bindparam("of_kind"),
            records.c.id == sa.bindparam("of_id"),
        )
        reference.connection.execute(
            sa.update(records).where(this).values(seq=sa.bindparam("place")),
            [{"of_kind": kind, "of_id": one, "place": reference.take()} for kind, one in passed],
        )


def untold(connection: sa.Connection) -> Iterator[tuple[Any, ...]]:
    """(partition, kind, id) of places of its unit that its records name and its readers do not receive."""
    there = records.alias()
    for field, kind in PLACE_FIELDS.items():
        place = JsonText(records.c.body, field)
        named = (
            sa.select(records.c.unit, records.c.partition, place.label("place"))
            .where(
                records.c.unit != NO_UNIT,
                records.c.partition != REFERENCE,
                records.c.kind.in_(_NAMING),
            )
            .distinct()
            .subquery()
        )
        lies = sa.and_(
            there.c.unit == named.c.unit, there.c.kind == kind, there.c.id == named.c.place
        )
        noted = sa.and_(
            place_readers.c.unit == named.c.unit,
            place_readers.c.partition == named.c.partition,
            place_readers.c.kind == there.c.kind,
            place_readers.c.id == there.c.id,
        )
        sql = sa.select(named.c.partition, there.c.kind, there.c.id).join(there, lies)
        missing = sql.outerjoin(place_readers, noted).where(place_readers.c.id.is_(None))
        yield from map(tuple, connection.execute(missing))


@contextmanager
def told_to_newcomers(connection: sa.Connection, account: Account) -> Iterator[None]:
    """Around what gives an account its unit or zone: whoever reads further partitions receives their places.

    His cursor has passed their numbers already; they are given others.
    """
    before = _read_by(connection, account)
    yield
    after = _read_by(connection, account)
    # Who was not there before has received nothing yet.
    new = {one for name in before.keys() & after.keys() for one in after[name] - before[name]}
    found: dict[str, set[Place]] = {}
    sql = sa.select(place_readers).where(place_readers.c.partition.in_(sorted(new)))
    for row in connection.execute(sql).all() if new else ():
        found.setdefault(row.unit, set()).add((row.kind, row.id))
    for unit, places in sorted(found.items()):
        reference = open_reference(connection, unit)
        _number_anew(reference, sorted(places), reference.taken)
        reference.close()


def _read_by(connection: sa.Connection, account: Account) -> dict[str, frozenset[str]]:
    """Reader -> partitions whose places he receives: the account itself, and coordinators of its zone."""
    coordinates = sa.and_(
        users.c.role == Role.ZONE_COORDINATOR.value,
        users.c.zone == account.zone,
        sa.literal(account.zone) != "",
    )
    rows = connection.execute(
        sa.select(users).where(sa.or_(users.c.name == account.name, coordinates))
    ).all()
    accounts = [Account(row.name, "", Role(row.role), row.zone, row.unit) for row in rows]
    return {one.name: frozenset(readable(connection, one)) - {REFERENCE} for one in accounts}
