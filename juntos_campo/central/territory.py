"""Where an operation belongs: the partition of its household, or of who recorded it.

Looked up twice: before any lock, to know which partition to lock, and again under the lock, since the
office may have moved the household in between.

A household that went to another field worker still takes, for some days, what the former one had recorded
but not sent. It lands where the household is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from juntos_campo.central import authorisation
from juntos_campo.central.accounts import Account
from juntos_campo.central.ledger import moment
from juntos_campo.central.problems import (
    ERASED,
    HOUSEHOLD_NOT_HERE,
    OFFICE_OWNED,
    OUTSIDE_TERRITORY,
)
from juntos_campo.central.tables import erased, records, removals
from juntos_campo.central.units import units_of_partitions, units_of_records
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import Role
from juntos_campo.wire.merge import Changes
from juntos_campo.wire.messages import Operation

REASSIGNED, ERASED_BY_LAW = "reassigned", "erased"
"""Reasons of a `Removal`."""

_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Where an operation goes.

    Attributes:
        late_since: when the household left the author's partition; empty when it is there.
    """

    partition: str
    late_since: str = ""


@dataclass(frozen=True, slots=True)
class _Lying:
    partition: str
    household: str


@dataclass(slots=True)
class Territory:
    """What the database says of everything some operations touch.

    Attributes:
        units: in which all of it lies.
    """

    account: Account
    units: frozenset[str] = frozenset()
    lying: dict[tuple[str, str], _Lying] = field(default_factory=dict)
    left: dict[str, str] = field(default_factory=dict)
    gone: frozenset[tuple[str, str]] = frozenset()
    zone: frozenset[str] = frozenset()

    @classmethod
    def around(
        cls,
        connection: sa.Connection,
        account: Account,
        operations: Sequence[Operation],
        now: datetime,
        late_days: int,
    ) -> Territory:
        """Look up the records, households and removals these operations are about."""
        made = cls(account)
        made.gone = _gone(connection, operations)
        own = authorisation.partition_of(account.name)
        if account.role is not Role.FIELD_WORKER:
            made.zone = authorisation.zone_partitions(connection, account)
        made.units = units_of_partitions(connection, made.zone or {own})
        made._look_up(connection, {(one.kind, one.id) for one in operations})
        if account.role is Role.FIELD_WORKER:
            made._look_further(connection, operations)
        about = {found.household for found in made.lying.values()}
        about |= {_text(one.fields.get("household_id")) for one in operations}
        made._look_up(connection, {("household", one) for one in about if one})
        if account.role is Role.FIELD_WORKER:
            away = {one for one in about if one and made._home(one) != own}
            since = moment(now - timedelta(days=late_days))
            made.left = _left(connection, made.units, own, away, since)
            made._follow(connection)
        else:
            made._look_up(connection, {_target(one) for one in operations if one.kind == "review"})
        return made

    def _look_further(self, connection: sa.Connection, operations: Sequence[Operation]) -> None:
        """What exists already and is not found may have gone to another unit with its household."""
        built_on = {(one.kind, one.id) for one in operations if one.base_version or one.prev}
        missing = built_on - self.lying.keys()
        for kind, ids in _by_kind(missing).items():
            self.units |= units_of_records(connection, kind, ids)
        self._look_up(connection, missing)

    def _follow(self, connection: sa.Connection) -> None:
        """The same for households that left the partition lately, about which something new is sent."""
        away = {household for household in self.left if self._home(household) is None}
        if away:
            self.units |= units_of_records(connection, "household", away)
            self._look_up(connection, {("household", one) for one in away})

    def place(self, operation: Operation) -> Place:
        """The place of an operation that its author may have made.

        Raises:
            UserError: CEN-101 to CEN-105, CEN-108, CEN-112; CEN-113 the household is not here yet.
        """
        authorisation.permit_kind(self.account, operation)
        self._refuse_erased(operation)
        if self.account.role is not Role.FIELD_WORKER:
            target = self.lying.get(_target(operation))
            if target is None or target.partition not in self.zone:
                raise user_error(OUTSIDE_TERRITORY)
            return Place(target.partition)
        standing = self.lying.get((operation.kind, operation.id))
        if authorisation.is_request(operation):
            if standing is None:
                raise user_error(OFFICE_OWNED)
            about = standing.household
        else:
            kept = standing.household if standing else ""
            about = _text(operation.fields.get("household_id", kept))
            if (
                not about
                and operation.kind != "field_record"
                and "household_id" in operation.fields
            ):
                raise user_error(OUTSIDE_TERRITORY)
        home = self._home(about) if about else authorisation.partition_of(self.account.name)
        if standing is not None and standing.partition != home:
            raise user_error(OUTSIDE_TERRITORY)
        if home is None:
            raise user_error(HOUSEHOLD_NOT_HERE)
        if home == authorisation.partition_of(self.account.name):
            return Place(home)
        # A record does not change its household on the way.
        if about not in self.left or (standing is not None and standing.household != about):
            raise user_error(OUTSIDE_TERRITORY)
        return Place(home, late_since=self.left[about])

    def allowed(self, operation: Operation) -> Changes:
        """The operation's values without those about people the law had removed."""
        people = {record_id for kind, record_id in self.gone if kind == "member"}
        if not people:
            return Changes(dict(operation.fields), operation.removed)
        kept = {
            path: value
            for path, value in operation.fields.items()
            if people.isdisjoint(path.split("/"))
            and not (isinstance(value, str) and value in people)
        }
        return Changes(kept, operation.removed)

    def written(self, kind: str, record_id: str, partition: str, household: str) -> None:
        """A record was written meanwhile, in this transaction."""
        self.lying[kind, record_id] = _Lying(partition, household)

    def _home(self, household: str) -> str | None:
        found = self.lying.get(("household", household))
        return found.partition if found else None

    def _refuse_erased(self, operation: Operation) -> None:
        about = (
            (operation.kind, operation.id),
            ("household", _text(operation.fields.get("household_id"))),
            ("member", _text(operation.fields.get("member_id"))),
            _target(operation),
        )
        if not self.gone.isdisjoint(about):
            raise user_error(ERASED)

    def _look_up(self, connection: sa.Connection, wanted: Iterable[tuple[str, str]]) -> None:
        for kind, ids in _by_kind(wanted - self.lying.keys()).items():
            for start in range(0, len(ids), _CHUNK):
                sql = sa.select(records.c.id, records.c.partition, records.c.household).where(
                    records.c.unit.in_(self.units),
                    records.c.kind == kind,
                    records.c.id.in_(ids[start : start + _CHUNK]),
                )
                for row in connection.execute(sql):
                    self.lying[kind, row.id] = _Lying(row.partition, row.household)


def _by_kind(wanted: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for kind, record_id in sorted(wanted):
        found.setdefault(kind, []).append(record_id)
    return found


def _left(
    connection: sa.Connection,
    units: frozenset[str],
    partition: str,
    households: set[str],
    since: str,
) -> dict[str, str]:
    """Household -> when it went from `partition` to another field worker, not before `since`."""
    found: dict[str, str] = {}
    wanted = sorted(households)
    for start in range(0, len(wanted), _CHUNK):
        sql = (
            sa.select(removals.c.id, removals.c.at)
            .where(
                removals.c.unit.in_(units),
                removals.c.kind == "household",
                removals.c.id.in_(wanted[start : start + _CHUNK]),
                removals.c.partition == partition,
                removals.c.reason == REASSIGNED,
                removals.c.at >= since,
            )
            .order_by(removals.c.seq)
        )
        found.update((row.id, row.at) for row in connection.execute(sql))
    return found


def _gone(connection: sa.Connection, operations: Sequence[Operation]) -> frozenset[tuple[str, str]]:
    """Which of all the records, households and people the operations name were erased by law."""
    if connection.execute(sa.select(erased.c.id).limit(1)).first() is None:
        return frozenset()
    wanted: set[tuple[str, str]] = set()
    for one in operations:
        wanted |= {(one.kind, one.id), _target(one)}
        wanted.add(("household", _text(one.fields.get("household_id"))))
        wanted.update(("member", person) for person in _people(one.fields))
    found: set[tuple[str, str]] = set()
    for kind, ids in _by_kind(wanted).items():
        for start in range(0, len(ids), _CHUNK):
            sql = sa.select(erased.c.id).where(
                erased.c.kind == kind, erased.c.id.in_(ids[start : start + _CHUNK])
            )
            found.update((kind, record_id) for record_id in connection.execute(sql).scalars())
    return frozenset(found)


def _people(fields: Mapping[str, Any]) -> set[str]:
    """Everything in an operation that may be the id of a member: parts of paths, short values."""
    parts = {part for path in fields for part in path.split("/")[1:3]}
    return parts | {one for one in fields.values() if isinstance(one, str) and len(one) <= 64}


def _target(operation: Operation) -> tuple[str, str]:
    fields = operation.fields
    return _text(fields.get("target_kind")), _text(fields.get("target_id"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
