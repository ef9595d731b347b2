"""Settlements, health facilities and schools, which lie in the reference data by territorial unit.

A laptop receives those of no unit and, of those of its units, what its households name
(`central.place_readers`), so that what it downloads does not grow with the country. All of it is one
partition with one row of numbers: a reader's cursor, the signature and whoever speaks an older version know
nothing of units. The same place may lie in several units, each with its own versions. One that lies in no
unit is everybody's and lies in none beside; what a server had before it had units stays so.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.ledger import Ledger
from juntos_campo.central.tables import record_versions, records, units
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.entities import Entity

Place = tuple[str, str]
"""(kind, id)"""

PLACE_FIELDS = {
    "settlement_id": "settlement",
    "facility_id": "health_facility",
    "school_id": "school",
}
"""Fields that name a place -> its kind."""

PLACES = frozenset(PLACE_FIELDS.values())
"""Kinds of places."""

_CHUNK = 400


def places_named(fields: Mapping[str, Any]) -> set[Place]:
    """The places that the fields of a record name."""
    return {(kind, fields[name]) for name, kind in PLACE_FIELDS.items() if fields.get(name)}


def places_of(entity: Entity) -> set[Place]:
    """The places that a record names."""
    said = ((kind, getattr(entity, name, "")) for name, kind in PLACE_FIELDS.items())
    return {(kind, one) for kind, one in said if one}


def every_unit(connection: sa.Connection) -> tuple[str, ...]:
    """The codes of all units, and that of none first."""
    return (NO_UNIT, *connection.execute(sa.select(units.c.code).order_by(units.c.code)).scalars())


def where_they_lie(
    connection: sa.Connection, wanted: Iterable[Place], within: Collection[str]
) -> dict[Place, set[str]]:
    """Place -> units in which it lies, of `within`; nothing of those that lie in none of them."""
    found: dict[Place, set[str]] = {}
    for kind, ids in _by_kind(wanted).items():
        for start in range(0, len(ids), _CHUNK):
            sql = sa.select(records.c.unit, records.c.id).where(
                records.c.unit.in_(sorted(within)),
                records.c.kind == kind,
                records.c.id.in_(ids[start : start + _CHUNK]),
            )
            for row in connection.execute(sql):
                found.setdefault((kind, row.id), set()).add(row.unit)
    return found


def _by_kind(wanted: Iterable[Place]) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for kind, one in sorted(set(wanted)):
        result.setdefault(kind, []).append(one)
    return result


def open_reference(connection: sa.Connection, unit: str) -> Ledger:
    """The reference data, locked, to write what is of one unit.

    After the partitions of field workers, whose names come first: nobody waits in a circle.
    """
    ledger = Ledger.open(connection, REFERENCE)
    ledger.unit = unit
    return ledger


def bring_into(ledger: Ledger, wanted: Iterable[Place]) -> set[Place]:
    """Have places lie in `ledger.unit` that so far lie in others only, and what these name.

    They are copied with their versions. What everybody is to receive (no unit) lies nowhere else then.

    Returns:
        What came.
    """
    connection, came = ledger.connection, set[Place]()
    everywhere = every_unit(connection)
    asked = set(wanted) if len(everywhere) > 1 else set()
    seen: set[Place] = set()
    while asked:
        seen |= asked
        missing = asked - where_they_lie(connection, asked, {NO_UNIT, ledger.unit}).keys()
        asked = set()
        for place in sorted(missing):
            body = _copy(ledger, place, everywhere)
            if body is not None:
                came.add(place)
                asked |= places_named(json.loads(body))
        asked -= seen
    return came


def _copy(ledger: Ledger, place: Place, everywhere: Collection[str]) -> str | None:
    """Copy the newest version there is of a place; its body, or None when there is no such place."""
    connection, unit = ledger.connection, ledger.unit
    kind, key = place
    of_record = (records.c.kind == kind, records.c.id == key)
    newest = sa.select(records).where(
        records.c.unit.in_(everywhere), *of_record, records.c.partition == REFERENCE
    )
    row = connection.execute(
        newest.order_by(records.c.version.desc(), records.c.seq.desc())
    ).first()
    if row is None:
        return None
    others = [one for one in record_versions.c if one.name != "unit"]
    former = sa.select(sa.literal(unit), *others).where(
        record_versions.c.unit == row.unit,
        record_versions.c.kind == kind,
        record_versions.c.id == key,
    )
    names = ["unit", *(one.name for one in others)]
    connection.execute(sa.insert(record_versions).from_select(names, former))
    connection.execute(
        sa.insert(records).values({**row._asdict(), "unit": unit, "seq": ledger.take()})
    )
    if unit == NO_UNIT:
        for table in (records, record_versions):
            connection.execute(
                sa.delete(table).where(
                    table.c.unit.in_([one for one in everywhere if one != NO_UNIT]),
                    table.c.kind == kind,
                    table.c.id == key,
                )
            )
    return str(row.body)
