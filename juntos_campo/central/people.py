"""Who may use the server, as an office sees them; and the audit trail as an auditor reads it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from juntos_campo.central.callers import Account
from juntos_campo.central.database import Database
from juntos_campo.central.office_messages import (
    AccountInfo,
    AccountList,
    AuditEntry,
    AuditPage,
    DeviceInfo,
)
from juntos_campo.central.permissions import Scope
from juntos_campo.central.tables import audit, devices, erase_orders, users

MOST_ROWS = 1000


def list_accounts(
    database: Database,
    now: datetime,
    *,
    after: str = "",
    limit: int = MOST_ROWS,
    reader: Account | None = None,
    scope: Scope = Scope.NATION,
) -> AccountList:
    """People whose user names come after `after`, in order, at most `limit`.

    Args:
        reader, scope: of a unit's office only its own people; None for the operator of the server.
    """
    sql = sa.select(users).where(users.c.name > after).order_by(users.c.name).limit(limit + 1)
    if reader is not None and scope is not Scope.NATION:
        sql = sql.where(users.c.unit == reader.unit)
    with database.reading() as connection:
        rows = connection.execute(sql).all()
        shown = rows[:limit]
        held: dict[str, list[DeviceInfo]] = {row.name: [] for row in shown}
        machines = (
            sa.select(devices, erase_orders.c.ordered_at, erase_orders.c.done_at)
            .outerjoin(erase_orders, erase_orders.c.device == devices.c.id)
            .where(devices.c.user_name.in_(list(held)))
        )
        for one in connection.execute(machines.order_by(devices.c.created_at, devices.c.id)):
            held[one.user_name].append(_device(one))
    return AccountList(
        accounts=tuple(_account(row, held[row.name], now) for row in shown), more=len(rows) > limit
    )


def read_audit(database: Database, *, after: int = 0, limit: int = MOST_ROWS) -> AuditPage:
    """Rows of the audit trail with numbers above `after`, in order, at most `limit`."""
    sql = sa.select(audit).where(audit.c.sequence > after).order_by(audit.c.sequence)
    with database.reading() as connection:
        rows = connection.execute(sql.limit(limit + 1)).all()
    entries = tuple(AuditEntry.model_validate(dict(row._mapping)) for row in rows[:limit])
    return AuditPage(entries=entries, more=len(rows) > limit)


def _account(row: sa.Row[tuple[object, ...]], held: list[DeviceInfo], now: datetime) -> AccountInfo:
    until = datetime.fromisoformat(row.locked_until) if row.locked_until else None
    return AccountInfo(
        user=row.name,
        full_name=row.full_name,
        role=row.role,
        unit=row.unit,
        zone=row.zone,
        active=row.active,
        locked_until=until if until is not None and until > now else None,
        devices=tuple(held),
    )


def _device(row: sa.Row[tuple[object, ...]]) -> DeviceInfo:
    return DeviceInfo(
        device=row.id,
        device_name=row.name,
        created_at=datetime.fromisoformat(row.created_at),
        seen_at=datetime.fromisoformat(row.seen_at) if row.seen_at else None,
        blocked=row.revoked,
        erase_ordered_at=datetime.fromisoformat(row.ordered_at) if row.ordered_at else None,
        erased_at=datetime.fromisoformat(row.done_at) if row.done_at else None,
    )
