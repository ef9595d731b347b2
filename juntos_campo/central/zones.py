"""Coordination zones, and where people of each role belong: a zone and its people lie in one unit."""

from __future__ import annotations

import re
from dataclasses import replace

import sqlalchemy as sa

from juntos_campo.central.callers import Account
from juntos_campo.central.database import Database
from juntos_campo.central.problems import (
    PLACE_OF_ROLE,
    ZONE_HAS_OTHERS,
    ZONE_NAME_UNFIT,
    ZONE_OF_ANOTHER_UNIT,
)
from juntos_campo.central.tables import units, users, zones
from juntos_campo.central.trail import note
from juntos_campo.central.units import NO_UNIT, require_unit
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import OFFICE, Role

_NAME = re.compile(r"\w[\w .-]{0,63}")
_MOST_NAMED = 5
_MOST_KNOWN = 30
_OF_A_ZONE = (Role.FIELD_WORKER, Role.ZONE_COORDINATOR)


def add_zone(database: Database, name: str, unit: str, clock: Clock) -> bool:
    """Make a zone of a territorial unit, or give one to another unit.

    Returns:
        True when it is new.

    Raises:
        UserError: CEN-262 no such unit, CEN-272 people of the zone lie elsewhere, CEN-273 the name.
    """
    if not _NAME.fullmatch(name):
        raise user_error(ZONE_NAME_UNFIT, zone=name)
    with database.writing() as connection:
        require_unit(connection, unit)
        others = list(
            connection.execute(
                sa.select(users.c.name)
                .where(users.c.zone == name, users.c.unit != unit, users.c.active)
                .order_by(users.c.name)
            ).scalars()
        )
        if others:
            people = ", ".join(others[:_MOST_NAMED])
            more = f" y {len(others) - _MOST_NAMED} más" if len(others) > _MOST_NAMED else ""
            raise user_error(ZONE_HAS_OTHERS, zone=name, unit=unit, people=people + more)
        known = connection.execute(sa.select(zones.c.name).where(zones.c.name == name)).first()
        if known is None:
            connection.execute(sa.insert(zones).values(name=name, unit=unit))
        else:
            connection.execute(sa.update(zones).where(zones.c.name == name).values(unit=unit))
        note(connection, clock.now(), OFFICE, "", "zone.add", detail=f"{name} {unit}")
    return known is None


def placed(connection: sa.Connection, account: Account) -> Account:
    """The account with the unit of its zone, where only the zone was said.

    A zone that was never given to a unit is a name only, as in a server without units.

    Raises:
        UserError: CEN-262 no such unit, CEN-270 not for this role, CEN-271 the zone is another unit's.
    """
    rule = _rule_broken(account)
    if rule:
        raise user_error(PLACE_OF_ROLE, user=account.name, rule=rule)
    require_unit(connection, account.unit)
    if not account.zone:
        return account
    sql = sa.select(zones.c.unit).where(zones.c.name == account.zone)
    unit = connection.execute(sql).scalar_one_or_none()
    if unit in (None, NO_UNIT, account.unit):
        return account
    if account.unit != NO_UNIT:
        raise user_error(ZONE_OF_ANOTHER_UNIT, zone=account.zone, unit=unit, given=account.unit)
    return replace(account, unit=unit)


def require_known_zone(connection: sa.Connection, account: Account) -> None:
    """Make sure that whoever works in a zone lies in a unit, where there are units.

    His households would lie with no unit's office, and he could not be moved once they are there.

    Raises:
        UserError: CEN-270 his zone is of no unit: most likely it is misspelt.
    """
    if account.role not in _OF_A_ZONE or account.unit != NO_UNIT or not account.zone:
        return
    if connection.execute(sa.select(units.c.code).limit(1)).first() is None:
        return
    of_units = sa.select(zones.c.name).where(zones.c.unit != NO_UNIT).order_by(zones.c.name)
    known = list(connection.execute(of_units).scalars())
    if account.zone in known:
        return
    there = ", ".join(known[:_MOST_KNOWN]) + (", …" if len(known) > _MOST_KNOWN else "")
    rule = f"la zona «{account.zone}» no es de ninguna unidad territorial; las que hay: {there}"
    raise user_error(PLACE_OF_ROLE, user=account.name, rule=rule if known else rule + "ninguna")


def _rule_broken(account: Account) -> str:
    """What is wrong with where an account is said to belong (Spanish); empty when nothing is."""
    if account.role in _OF_A_ZONE:
        return ""
    if account.zone:
        return "solo gestores y coordinadores son de una zona"
    if account.role is Role.TERRITORIAL_UNIT and account.unit == NO_UNIT:
        return "falta decir de qué unidad territorial es"
    if account.role is not Role.TERRITORIAL_UNIT and account.unit != NO_UNIT:
        return "la sede y los auditores no son de una unidad territorial"
    return ""
