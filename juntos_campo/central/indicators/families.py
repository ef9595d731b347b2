"""Households with what the norms ask for, read from the database; only those that changed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.indicators import facts
from juntos_campo.central.indicators.facts import Place
from juntos_campo.central.indicators.sql import JsonText
from juntos_campo.central.indicators.standings import Family, is_small
from juntos_campo.central.indicators.tables import IndicatorTables
from juntos_campo.central.tables import record_versions, records, removals, units
from juntos_campo.central.units import NO_UNIT
from juntos_campo.norms.residence import UNKNOWN, Residence, residence_of
from juntos_campo.register.territory import capital_altitudes
from juntos_campo.wire.codec import decode

_KINDS = ("household", "member", "pregnancy", "service_event", "school_year")
_CHUNK = 400
_FEW = 8
"""So many are looked for in the texts: quicker than reading each text as JSON."""


def families(
    connection: sa.Connection,
    place: Place,
    households: Collection[str] | None,
    service_days: Sequence[date],
) -> Iterator[Family]:
    """The households of a place (all, or these).

    What was done for somebody is found by him, in whatever household he lived then.

    Args:
        service_days: on which services are judged; those of people of whom none is judged are not read.
    """
    homes = {one.id: Family(one) for one in _of_homes(connection, place, "household", households)}
    _settle(connection, place, homes)
    of_person: dict[str, Family] = {}
    small: set[str] = set()
    for member in _of_homes(connection, place, "member", households):
        if member.household_id in homes:
            homes[member.household_id].members.append(member)
            of_person[member.id] = homes[member.household_id]
            if service_days and is_small(member, min(service_days)):
                small.add(member.id)
    everybody = None if households is None else of_person
    for pregnancy in _of_people(connection, place, "pregnancy", everybody):
        if pregnancy.member_id in of_person:
            of_person[pregnancy.member_id].pregnancies.append(pregnancy)
            small.add(pregnancy.member_id)
    for year in _of_people(connection, place, "school_year", everybody):
        if year.member_id in of_person:
            of_person[year.member_id].years[year.member_id].append(year)
    if service_days:
        for event in _of_people(connection, place, "service_event", small):
            of_person[event.member_id].events[event.member_id].append(event)
    yield from homes.values()


def _of_homes(
    connection: sa.Connection, place: Place, kind: str, households: Collection[str] | None
) -> Iterator[Any]:
    """The records of a kind that are about these households (None: about any)."""
    table, here = place.of_kind(kind)
    sql = sa.select(table.c.id, table.c.body).where(here)
    if households is None:
        yield from _decoded(kind, connection.execute(sql))
        return
    for part in _parts(households):
        yield from _decoded(kind, connection.execute(sql.where(table.c.household.in_(part))))


def _of_people(
    connection: sa.Connection, place: Place, kind: str, people: Collection[str] | None
) -> Iterator[Any]:
    """The records of a kind that are about these people (None: about any)."""
    table, here = place.of_kind(kind)
    sql = sa.select(table.c.id, table.c.body).where(here)
    if people is None:
        yield from _decoded(kind, connection.execute(sql))
    elif len(people) > _FEW:
        facts.write_wanted(connection, people)
        wanted = JsonText(table.c.body, "member_id").in_(sa.select(facts.wanted.c.id))
        yield from _decoded(kind, connection.execute(sql.where(wanted)))
    elif people:
        named = (table.c.body.contains(one, autoescape=True) for one in people)
        rows = connection.execute(sql.where(sa.or_(*named)))
        yield from (one for one in _decoded(kind, rows) if one.member_id in people)


def _decoded(kind: str, rows: Iterable[Any]) -> Iterator[Any]:
    return (decode(kind, row.id, json.loads(row.body))[0] for row in rows)


def _settle(connection: sa.Connection, place: Place, homes: dict[str, Family]) -> None:
    known: dict[str, Residence] = {}
    for part in _parts({one.household.settlement_id for one in homes.values()}):
        sql = sa.select(records.c.id, records.c.body).where(
            records.c.unit.in_((NO_UNIT, place.unit)),
            records.c.kind == "settlement",
            records.c.id.in_(part),
            records.c.deleted.is_(False),
        )
        for row in connection.execute(sql):
            settlement = decode("settlement", row.id, json.loads(row.body))[0]
            known[row.id] = residence_of(settlement, capital_altitudes())
    for family in homes.values():
        family.residence = known.get(family.household.settlement_id, UNKNOWN)


def _parts(ids: Collection[str]) -> Iterator[list[str]]:
    ordered = sorted(ids)
    return (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))


def changed_households(
    connection: sa.Connection, kept: IndicatorTables, place: Place, since: int
) -> set[str]:
    """Households something changed in after number `since` of the partition: where it lies now and where
    it lay before."""
    everywhere = [NO_UNIT, *connection.execute(sa.select(units.c.code)).scalars()]
    new = (
        records.c.unit == place.unit,
        records.c.partition == place.partition,
        records.c.seq > since,
        records.c.kind.in_(_KINDS),
    )
    gone = (
        removals.c.unit == place.unit,
        removals.c.partition == place.partition,
        removals.c.seq > since,
    )
    touched = sa.union(
        sa.select(records.c.kind, records.c.id).where(*new),
        sa.select(removals.c.kind, removals.c.id).where(*gone),
    ).subquery("touched")
    before = (
        sa.select(JsonText(record_versions.c.body, "household_id"))
        .join(
            touched,
            sa.and_(record_versions.c.kind == touched.c.kind, record_versions.c.id == touched.c.id),
        )
        # What left this unit took its versions along.
        .where(record_versions.c.unit.in_(everywhere), record_versions.c.kind != "household")
    )
    now = sa.select(records.c.household).where(*new)
    left = sa.select(removals.c.id).where(*gone)
    # What the law had removed has no versions any more; its verdicts must go all the same.
    erased = sa.select(kept.standings.c.household).where(
        kept.standings.c.partition == place.partition,
        kept.standings.c.member.in_(left.where(removals.c.kind == "member")),
    )
    homes = left.where(removals.c.kind == "household")
    found = connection.execute(sa.union(now, before, homes, erased)).scalars()
    return {one for one in found if one}
