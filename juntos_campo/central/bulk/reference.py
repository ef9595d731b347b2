"""Settlements, facilities and schools that the good households of a register file name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.bulk.cross_checks import NO_HOUSEHOLD, NO_PERSON, majority
from juntos_campo.central.bulk.tables import kept, people
from juntos_campo.central.places import every_unit, where_they_lie
from juntos_campo.central.tables import records
from juntos_campo.central.units import NO_UNIT, units_by_partition
from juntos_campo.domain.entities import Entity, HealthFacility, School, Settlement
from juntos_campo.domain.kinds import kind_of
from juntos_campo.register.entities import facilities_in, schools_in, settlements_in
from juntos_campo.register.known import keep_known
from juntos_campo.register.rows import Row
from juntos_campo.wire.codec import decode


def reference_of(
    connection: sa.Connection, schools_of_years: Mapping[str, Set[str]]
) -> Iterator[tuple[str, Iterable[Entity]]]:
    """They by the unit they go to (`central.places`), with what no register says but the server knows.

    Args:
        schools_of_years: id -> units in which school years name it.
    """
    everywhere = every_unit(connection)
    known = stored(connection, "health_facility")
    if len(everywhere) == 1:
        yield NO_UNIT, (keep_known(one, known.get(one.id)) for _key, one in _places(connection))
        return
    whose = {column: _units_naming(connection, column) for column in _NAMED_IN.values()}
    everything: dict[str, Entity] = {}
    wanted: dict[str, set[str]] = {}
    for key, one in _places(connection):
        everything[one.id] = keep_known(one, known.get(one.id))
        named = whose[_NAMED_IN[type(one)]].get(key, set())
        wanted[one.id] = named | schools_of_years.get(one.id, set()) or {NO_UNIT}
    for one in everything.values():  # a settlement's facility goes where the settlement goes
        if isinstance(one, Settlement) and one.facility_id in wanted:
            wanted[one.facility_id] |= wanted[one.id]
    places = [(kind_of(one), one.id) for one in everything.values()]
    everybodys = {one for _kind, one in where_they_lie(connection, places, {NO_UNIT})}
    for one in everything.values():  # whoever knows the village shall know its post
        shared = one.id in everybodys or NO_UNIT in wanted[one.id]
        if isinstance(one, Settlement) and shared and one.facility_id in wanted:
            wanted[one.facility_id].add(NO_UNIT)
    by_unit: dict[str, list[Entity]] = {}
    for one in everything.values():
        shared = one.id in everybodys or NO_UNIT in wanted[one.id]
        for unit in {NO_UNIT} if shared else wanted[one.id]:
            by_unit.setdefault(unit, []).append(one)
    yield from sorted(by_unit.items())


_NAMED_IN: dict[type[Entity], sa.Column[str]] = {
    Settlement: people.c.place,
    HealthFacility: people.c.facility,
    School: people.c.school,
}


def _places(connection: sa.Connection) -> Iterator[tuple[str, Entity]]:
    """What names it in its column of `people`, and the place."""
    yield from settlements(connection)
    for one in facilities(connection):
        yield one.code, one
    for school in schools(connection):
        yield school.code, school


def _units_naming(connection: sa.Connection, column: sa.Column[str]) -> dict[str, set[str]]:
    """What good households name in a column -> the units in which they lie or will."""
    sql = sa.select(column, kept.c.partition).join(kept, kept.c.household == people.c.household)
    lies_in = units_by_partition(connection)
    found: dict[str, set[str]] = {}
    for key, partition in connection.execute(sql.where(column != "").distinct()):
        found.setdefault(key, set()).add(lies_in.get(partition, NO_UNIT))
    return found


def stored(connection: sa.Connection, kind: str) -> dict[str, Entity]:
    """Records of a kind of the reference data by id; of several units, what was said last."""
    sql = sa.select(records.c.id, records.c.body).where(
        records.c.unit.in_(every_unit(connection)),
        records.c.partition == REFERENCE,
        records.c.kind == kind,
        ~records.c.deleted,
    )
    return {
        row.id: decode(kind, row.id, json.loads(row.body))[0]
        for row in connection.execute(sql.order_by(records.c.seq))
    }


_GOOD = people.c.household.in_(sa.select(kept.c.household))


def settlements(connection: sa.Connection) -> Iterator[tuple[str, Settlement]]:
    """One a place, with its key: its rows put into one that says what most of them say."""
    columns = people.c
    altitude, walk, facility = (
        majority(connection, columns.place, one, columns.o, _GOOD)
        for one in (columns.altitude, columns.walk, columns.facility)
    )
    flags: dict[str, set[str]] = {}
    said = sa.select(columns.place, columns.flags).where(_GOOD).distinct()
    for place, marks in connection.execute(said):
        flags.setdefault(place, set()).update(marks.split(";") if marks else ())
    firsts = sa.select(sa.func.min(columns.o)).where(_GOOD).group_by(columns.place)
    sql = sa.select(columns.place, columns.ubigeo, columns.settlement).where(columns.o.in_(firsts))
    for place, ubigeo, name in connection.execute(sql.order_by(columns.o)):
        home = replace(
            NO_HOUSEHOLD,
            ubigeo=ubigeo,
            settlement=name,
            altitude_m=altitude.get(place),
            walk_minutes=walk.get(place),
            flags=tuple(flags[place]),
        )
        person = replace(NO_PERSON, facility_code=facility.get(place, ""))
        yield place, settlements_in([Row(0, {}, home, person, [])])[0]


def facilities(connection: sa.Connection) -> Iterator[HealthFacility]:
    """One a code."""
    columns = people.c
    name, category, micro, network, ubigeo = (
        majority(connection, columns.facility, one, columns.o, _GOOD)
        for one in (
            columns.facility_name,
            columns.category,
            columns.micro_network,
            columns.network,
            columns.ubigeo,
        )
    )
    for code, called in name.items():
        more = (category.get(code, ""), micro.get(code, ""), network.get(code, ""))
        person = replace(NO_PERSON, facility_code=code, facility=(called, *more))
        home = replace(NO_HOUSEHOLD, ubigeo=ubigeo.get(code, ""))
        yield from facilities_in([Row(0, {}, home, person, [])])


def schools(connection: sa.Connection) -> Iterator[School]:
    """One a code."""
    columns = people.c
    name, level, ubigeo = (
        majority(connection, columns.school, one, columns.o, _GOOD)
        for one in (columns.school_name, columns.school_level, columns.ubigeo)
    )
    for code, called in name.items():
        person = replace(NO_PERSON, school_code=code, school=(called, level.get(code, "")))
        home = replace(NO_HOUSEHOLD, ubigeo=ubigeo.get(code, ""))
        yield from schools_in([Row(0, {}, home, person, [])])
