"""Settlements, facilities and schools that the good households of a register file name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.bulk.cross_checks import NO_HOUSEHOLD, NO_PERSON, majority
from juntos_campo.central.bulk.tables import kept, people
from juntos_campo.central.tables import records
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.entities import Entity
from juntos_campo.register.entities import facilities_in, schools_in, settlements_in
from juntos_campo.register.known import keep_known
from juntos_campo.register.rows import Row
from juntos_campo.wire.codec import decode


def reference_of(connection: sa.Connection) -> Iterator[Entity]:
    """They, with what no register says but the server knows; how many depends on the country alone."""
    known = stored(connection, "health_facility")
    for one in (*settlements(connection), *facilities(connection), *schools(connection)):
        yield keep_known(one, known.get(one.id))


def stored(connection: sa.Connection, kind: str) -> dict[str, Entity]:
    """Records of a kind of the reference data by id."""
    sql = sa.select(records.c.id, records.c.body).where(
        records.c.unit == NO_UNIT,
        records.c.partition == REFERENCE,
        records.c.kind == kind,
        ~records.c.deleted,
    )
    return {
        row.id: decode(kind, row.id, json.loads(row.body))[0] for row in connection.execute(sql)
    }


_GOOD = people.c.household.in_(sa.select(kept.c.household))


def settlements(connection: sa.Connection) -> Iterator[Entity]:
    """One a place: its rows put into one that says what most of them say."""
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
        yield from settlements_in([Row(0, {}, home, person, [])])


def facilities(connection: sa.Connection) -> Iterator[Entity]:
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


def schools(connection: sa.Connection) -> Iterator[Entity]:
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
