"""Territories of the reports: who works where, what places are called, when laptops were heard of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.indicators.sheets import Level
from juntos_campo.central.indicators.sql import JsonText
from juntos_campo.central.places import every_unit
from juntos_campo.central.tables import devices, partitions, records, units, users
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.values import Role
from juntos_campo.register.territory import districts

NOBODY = "(sin dato)"
COUNTRY = "PE"
_DEPARTMENT_DIGITS = 2


@dataclass(frozen=True, slots=True)
class Ground:
    """Who works where, and when each laptop was last heard of.

    Attributes:
        names: full names by user.
        zones, units: by partition.
        seen: day of the last contact by partition; None: never.
        facilities, unit_names: names by id and by code.
    """

    names: Mapping[str, str]
    zones: Mapping[str, str]
    units: Mapping[str, str]
    seen: Mapping[str, date | None]
    facilities: Mapping[str, str]
    unit_names: Mapping[str, str]

    def territory(self, level: Level, partition: str, district: str, facility: str) -> str:
        """The code of the territory of a level in which something lies."""
        found = {
            Level.NATION: COUNTRY,
            Level.DEPARTMENT: district[:_DEPARTMENT_DIGITS],
            Level.UNIT: self.units.get(partition, NO_UNIT),
            Level.ZONE: self.zones.get(partition, ""),
            Level.FIELD_WORKER: partition.removeprefix(partition_of("")),
            Level.DISTRICT: district,
            Level.FACILITY: facility,
        }
        return found[level]

    def place_name(self, level: Level, code: str) -> str:
        """What a territory is called."""
        named = {
            Level.NATION: "Perú",
            Level.UNIT: self.unit_names.get(code, code),
            Level.ZONE: code,
            Level.FIELD_WORKER: self.names.get(code, code),
            Level.FACILITY: self.facilities.get(code, ""),
        }
        return (named[level] if level in named else _district_or_department(code)) or NOBODY


def _district_or_department(code: str) -> str:
    known = districts()
    if len(code) > _DEPARTMENT_DIGITS:
        return known[code].name if code in known else ""
    inside = (one.department for key, one in known.items() if code and key.startswith(code))
    return next(inside, "")


def read_ground(connection: sa.Connection) -> Ground:
    """A laptop that was blocked is not waited for; of several the one longest unheard of counts."""
    workers = connection.execute(
        sa.select(users.c.name, users.c.full_name, users.c.zone).where(
            users.c.role == Role.FIELD_WORKER.value
        )
    ).all()
    lie = connection.execute(sa.select(partitions.c.name, partitions.c.unit)).all()
    oldest: dict[str, str] = {}
    sql = sa.select(devices.c.user_name, devices.c.seen_at).where(~devices.c.revoked)
    for row in connection.execute(sql):
        oldest[row.user_name] = min(row.seen_at, oldest.get(row.user_name, row.seen_at))
    facility = records.alias("facility")
    facilities = connection.execute(
        sa.select(facility.c.id, JsonText(facility.c.body, "name").label("name")).where(
            facility.c.unit.in_(every_unit(connection)), facility.c.kind == "health_facility"
        )
    ).all()
    called = connection.execute(sa.select(units.c.code, units.c.name)).all()
    return Ground(
        {row.name: row.full_name for row in workers},
        {partition_of(row.name): row.zone for row in workers},
        {row.name: row.unit for row in lie},
        {
            partition_of(name): datetime.fromisoformat(seen).date() if seen else None
            for name, seen in oldest.items()
        },
        {row.id: row.name for row in facilities},
        {row.code: row.name for row in called},
    )
