"""Who may read and write what: the only place that decides it.

A field worker reads the reference data and his own partition, and writes what he records in the
field about households assigned to him. A zone coordinator reads the reference data and the
partitions of his zone's field workers, and writes reviews into them. Register data belongs to the
office, which writes it by loading.

Refusals never tell whether a record somebody may not see exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.accounts import Account
from juntos_campo.central.problems import (
    AUTHOR_MISMATCH,
    NOT_YOUR_ROLE,
    OFFICE_OWNED,
    OUTSIDE_TERRITORY,
    REVIEW_IS_FINAL,
    UNKNOWN_KIND,
)
from juntos_campo.central.tables import records, users
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import Role
from juntos_campo.wire.messages import Operation

REFERENCE = "ref"
"""The partition everybody reads."""

FIELD_KINDS = frozenset(
    {
        "visit",
        "service_event",
        "commitment",
        "change_request",
        "form_record",
        "form_handling",
        "field_record",
    }
)
"""What a field worker records."""

OFFICE_KINDS = frozenset(
    {
        "settlement",
        "health_facility",
        "school",
        "rule_pack",
        "message_pack",
        "form_definition",
        "household",
        "member",
        "pregnancy",
        "school_year",
    }
)


@dataclass(frozen=True, slots=True)
class Standing:
    """The record as it stands, as far as authorisation needs it."""

    partition: str


def partition_of(field_worker: str) -> str:
    """The partition of a field worker's households and of all that is recorded about them."""
    return f"fw:{field_worker}"


def readable(connection: sa.Connection, account: Account) -> tuple[str, ...]:
    """Partitions the account receives, the reference data first."""
    if account.role is Role.FIELD_WORKER:
        return (REFERENCE, partition_of(account.name))
    return (REFERENCE, *(partition_of(name) for name in _zone_workers(connection, account)))


def intended_partition(account: Account, operation: Operation) -> str:
    """The partition an operation must land in if it is allowed at all; `permit` makes sure."""
    if account.role is Role.FIELD_WORKER:
        return partition_of(account.name)
    return partition_of(str(operation.fields.get("field_worker", ""))[:64])


def refusal_before_lock(
    connection: sa.Connection, account: Account, operation: Operation
) -> UserError | None:
    """Why an operation is refused whatever stands in the database; None when it may go on."""
    try:
        _permit_kind(account, operation)
        if account.role is Role.ZONE_COORDINATOR:
            worker = operation.fields.get("field_worker")
            if worker is None or operation.base_version:
                raise user_error(REVIEW_IS_FINAL)
            if worker not in _zone_workers(connection, account):
                raise user_error(OUTSIDE_TERRITORY)
    except UserError as error:
        return error
    return None


def permit(
    connection: sa.Connection,
    account: Account,
    operation: Operation,
    standing: Standing | None,
    fields: Mapping[str, Any],
    partition: str,
) -> None:
    """Allow `operation`, which would make the record hold `fields`, in the locked `partition`.

    Raises:
        UserError: CEN-101 to CEN-105, CEN-108.
    """
    _permit_kind(account, operation)
    if standing is not None and standing.partition != partition:
        raise user_error(OUTSIDE_TERRITORY)
    if home(connection, operation.kind, fields) != partition:
        raise user_error(OUTSIDE_TERRITORY)
    if account.role is Role.FIELD_WORKER:
        if fields.get("field_worker", account.name) != account.name:
            raise user_error(OUTSIDE_TERRITORY)
        return
    if standing is not None:
        raise user_error(REVIEW_IS_FINAL)
    if fields.get("reviewer") != account.name:
        raise user_error(AUTHOR_MISMATCH)
    target = _partition_in_store(
        connection, str(fields.get("target_kind", "")), str(fields.get("target_id", ""))
    )
    if target != partition:
        raise user_error(OUTSIDE_TERRITORY)


def home(connection: sa.Connection, kind: str, fields: Mapping[str, Any]) -> str | None:
    """The partition a record with these fields belongs to; None when its household is unknown.

    A field record may be about a household or about none (a group activity).
    """
    if KINDS[kind].shared:
        return REFERENCE
    about = fields.get("household_id")
    if kind == "household" or about is None or (kind == "field_record" and not about):
        worker = fields.get("field_worker")
        return partition_of(worker) if isinstance(worker, str) and worker else None
    return _partition_in_store(connection, "household", str(about))


def _permit_kind(account: Account, operation: Operation) -> None:
    if operation.kind not in KINDS:
        raise user_error(UNKNOWN_KIND)
    if operation.author != account.name:
        raise user_error(AUTHOR_MISMATCH)
    if operation.kind in OFFICE_KINDS:
        raise user_error(OFFICE_OWNED)
    allowed = FIELD_KINDS if account.role is Role.FIELD_WORKER else frozenset({"review"})
    if operation.kind not in allowed:
        raise user_error(NOT_YOUR_ROLE)


def _zone_workers(connection: sa.Connection, account: Account) -> list[str]:
    if not account.zone:
        return []
    sql = (
        sa.select(users.c.name)
        .where(users.c.zone == account.zone, users.c.role == Role.FIELD_WORKER.value)
        .order_by(users.c.name)
    )
    return list(connection.execute(sql).scalars())


def _partition_in_store(connection: sa.Connection, kind: str, record_id: str) -> str | None:
    sql = sa.select(records.c.partition).where(
        records.c.kind == kind, records.c.id == record_id, ~records.c.deleted
    )
    return connection.execute(sql).scalar_one_or_none()
