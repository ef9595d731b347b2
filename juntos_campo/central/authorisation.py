"""Who may read and write what: the only place that decides it.

A field worker reads the reference data and his own partition, and writes what he records in the
field about households assigned to him. A zone coordinator reads the reference data and the
partitions of his zone's field workers, and writes reviews into them. Of the reference data they read
what is for everybody, and the places of their units that their households name. Register data belongs to the
office, which writes it by loading.

Refusals never tell whether a record somebody may not see exists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

import sqlalchemy as sa

from juntos_campo.central.callers import Account
from juntos_campo.central.ledger import FIELD_WORKERS
from juntos_campo.central.problems import (
    AUTHOR_MISMATCH,
    NOT_YOUR_ROLE,
    OFFICE_OWNED,
    OUTSIDE_TERRITORY,
    REVIEW_IS_FINAL,
    UNKNOWN_KIND,
)
from juntos_campo.central.tables import place_readers, records, users
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.values import Role
from juntos_campo.wire.merge_rules import shipped_rules
from juntos_campo.wire.messages import Operation

REFERENCE = "ref"
"""The partition everybody reads. Places (`central.places`) lie in it by territorial unit: a reader is given
those of his units, and what is of no unit."""

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
        "external_finding",
    }
)


def partition_of(field_worker: str) -> str:
    """The partition of a field worker's households and of all that is recorded about them."""
    return f"{FIELD_WORKERS}{field_worker}"


class Readable(tuple[str, ...]):
    """Names of partitions, in the order in which their reader receives them.

    Attributes:
        units: the territorial units whose reference data he receives; always that of nobody.
        reader: the name of his account.
        homes: the partitions whose places he receives: these, if nothing else is said.
    """

    units: frozenset[str]
    reader: str
    homes: frozenset[str]

    def __new__(
        cls,
        names: Iterable[str],
        units: Iterable[str] = (),
        reader: str = "",
        homes: Iterable[str] = (),
    ) -> Self:
        made = super().__new__(cls, names)
        made.units, made.reader = frozenset(units) | {NO_UNIT}, reader
        made.homes = frozenset({*made, *homes}) - {REFERENCE}
        return made


def readable(connection: sa.Connection, account: Account) -> Readable:
    """Partitions the account receives, the reference data first."""
    if account.role is Role.FIELD_WORKER:
        return readable_by_field_worker(account)
    workers = _zone_workers(connection, account)
    names = (REFERENCE, *(partition_of(name) for name in workers))
    return Readable(names, {account.unit, *workers.values()}, account.name)


def readable_by_field_worker(account: Account) -> Readable:
    """The same of a field worker, about whom nothing has to be asked."""
    return Readable((REFERENCE, partition_of(account.name)), {account.unit}, account.name)


def with_reach_of_now(connection: sa.Connection, names: Sequence[str]) -> Sequence[str]:
    """The same partitions, with the units and the partitions whose places their reader receives by now, too.

    For who has read how far the reference data goes: somebody may have come to a unit or a zone since he was
    let in, and what he is to receive of it may have its numbers already.
    """
    if not isinstance(names, Readable):
        return names
    row = connection.execute(sa.select(users).where(users.c.name == names.reader)).first()
    if row is None:
        return names
    account = Account(row.name, row.full_name, Role(row.role), row.zone, row.unit)
    now = readable(connection, account)
    return Readable(names, names.units | now.units, names.reader, now)


def reference_read_with(names: Iterable[str], table: sa.Table) -> sa.ColumnElement[bool]:
    """What of a table is the reference data received with these partitions; plain names: everybody's."""
    read = names if isinstance(names, Readable) else Readable(())
    lies = sa.and_(table.c.unit.in_(sorted(read.units)), table.c.partition == REFERENCE)
    if table is not records or read.units == {NO_UNIT}:
        return lies
    told = sa.exists().where(
        place_readers.c.unit == table.c.unit,
        place_readers.c.partition.in_(sorted(read.homes)),
        place_readers.c.kind == table.c.kind,
        place_readers.c.id == table.c.id,
    )
    return sa.and_(lies, sa.or_(table.c.unit == NO_UNIT, told))


def zone_partitions(connection: sa.Connection, account: Account) -> frozenset[str]:
    """Partitions into which a coordinator writes reviews."""
    return frozenset(partition_of(name) for name in _zone_workers(connection, account))


def permit_kind(account: Account, operation: Operation) -> None:
    """Refuse what this person may not do whatever stands in the database.

    Raises:
        UserError: CEN-102 to CEN-105, CEN-108.
    """
    if operation.kind not in KINDS:
        raise user_error(UNKNOWN_KIND)
    if operation.author != account.name:
        raise user_error(AUTHOR_MISMATCH)
    if account.role is Role.FIELD_WORKER:
        if is_request(operation):
            return
        if operation.kind in OFFICE_KINDS:
            raise user_error(OFFICE_OWNED)
        if operation.kind not in FIELD_KINDS:
            raise user_error(NOT_YOUR_ROLE)
        return
    if operation.kind in OFFICE_KINDS:
        raise user_error(OFFICE_OWNED)
    if operation.kind != "review":
        raise user_error(NOT_YOUR_ROLE)
    if operation.base_version or "field_worker" not in operation.fields:
        raise user_error(REVIEW_IS_FINAL)


def is_request(operation: Operation) -> bool:
    """A field worker's change of register data the office wrote: it becomes a request to the office."""
    return operation.kind in shipped_rules().office_kinds() and not operation.deleted


def permit(
    account: Account,
    operation: Operation,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any],
) -> None:
    """Allow `operation`, whose place (`central.territory`) is within its author's reach.

    Args:
        before: the fields that stand; None when there is no such record.
        after: what they would be.

    Raises:
        UserError: CEN-101, CEN-102, CEN-104, CEN-108.
    """
    if account.role is Role.FIELD_WORKER:
        if operation.kind in OFFICE_KINDS:
            if before is None:
                raise user_error(OFFICE_OWNED)
            return
        # What another field worker recorded before him stays that one's record.
        worker = account.name if before is None else before.get("field_worker", account.name)
        if after.get("field_worker", worker) != worker:
            raise user_error(OUTSIDE_TERRITORY)
        return
    if before is not None:
        raise user_error(REVIEW_IS_FINAL)
    if after.get("reviewer") != account.name:
        raise user_error(AUTHOR_MISMATCH)


def _zone_workers(connection: sa.Connection, account: Account) -> dict[str, str]:
    """Name -> unit of the field workers of his zone, in the order of their names."""
    if not account.zone:
        return {}
    sql = (
        sa.select(users.c.name, users.c.unit)
        .where(users.c.zone == account.zone, users.c.role == Role.FIELD_WORKER.value)
        .order_by(users.c.name)
    )
    if account.unit:  # the zone of another unit may have the same name
        sql = sql.where(users.c.unit == account.unit)
    return {row.name: row.unit for row in connection.execute(sql)}
