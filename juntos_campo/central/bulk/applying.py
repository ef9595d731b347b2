"""Applying what is staged, part after part: each in one transaction, under the lock of its partition.

What is new goes in by one statement; what differs, or lies with another field worker, goes through the same
hands as in a small load. A part is marked as done in its own transaction, so that a load that was killed goes
on where it stood, and a laptop that synchronises meanwhile sees whole partitions.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.absences import Absences, give_to, lock_absences
from juntos_campo.central.assignments import Reason, keep_history
from juntos_campo.central.authorisation import REFERENCE, partition_of
from juntos_campo.central.bulk.problems import TERRITORY_CHANGED
from juntos_campo.central.bulk.reading import Progress
from juntos_campo.central.bulk.tables import found, homes, parts, staged
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.loading import Loader, LoadReport, lying_elsewhere, take_over
from juntos_campo.central.place_readers import tell_facilities, tell_places
from juntos_campo.central.places import Place, bring_into, every_unit
from juntos_campo.central.problems import BUSY
from juntos_campo.central.tables import leave_households, partitions, records
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import Entity, Household
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.kinds import KINDS, kind_of
from juntos_campo.domain.values import OFFICE
from juntos_campo.wire.codec import decode

_CHUNK = 400
_TRIES = 5


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of `staged` of one partition. `unit`: of reference data, where it goes."""

    number: int
    partition: str
    first: int
    last: int
    unit: str

    def rows(self) -> sa.ColumnElement[bool]:
        return staged.c.o.between(self.first, self.last)

    def found_rows(self) -> sa.ColumnElement[bool]:
        return found.c.o.between(self.first, self.last)


def apply_all(database: Database, clock: Clock, progress: Progress, title: str) -> int:
    """Everything that is not yet done, the reference data first, then unit by unit.

    Returns:
        How many records moved from one field worker to another, now and before.
    """
    sql = (
        sa.select(parts)
        .outerjoin(partitions, partitions.c.name == parts.c.partition)
        .order_by(
            parts.c.partition != REFERENCE,
            sa.func.coalesce(partitions.c.unit, ""),
            parts.c.number,
        )
    )
    with database.reading() as connection:
        rows = connection.execute(sql).all()
    total = sum(row.last_o - row.first_o + 1 for row in rows)
    done, moved = 0, 0
    for row in rows:
        part = Part(row.number, row.partition, row.first_o, row.last_o, row.unit)
        moved += row.moved if row.done else _apply(database, part, clock)
        done += part.last - part.first + 1
        progress(title, done, total)
    return moved


def _apply(database: Database, part: Part, clock: Clock) -> int:
    """One part; how many records moved."""
    elsewhere: set[str] = set()
    for _try in range(_TRIES):
        with database.writing() as connection:
            lock_absences(connection, shared=True)
            absences = Absences.now(connection)
            owned = _owned(connection, part, absences)
            if not _anything_to_do(connection, part):
                _keep_owners(connection, absences, owned)
                _mark(connection, part, 0)
                return 0
            ledgers = Ledger.open_all(connection, {part.partition, *elsewhere})
            if part.partition == REFERENCE:
                ledgers[REFERENCE].unit = part.unit
                bring_into(ledgers[REFERENCE], _strange_places(connection, part))
            work = _Work.of(connection, part, ledgers[part.partition].unit)
            lies = lying_elsewhere(connection, part.partition, work.content, work.units)
            if not ledgers.keys() >= set(lies.values()):
                elsewhere = set(lies.values())  # now that they are known, all are locked in order
                continue
            now = moment(clock.now())
            moved = work.do(ledgers, lies, now)
            told = tell_facilities if part.partition == REFERENCE else tell_places
            told(ledgers[part.partition])
            keep_history(ledgers[part.partition], now, Reason.LOAD, OFFICE)
            _require_homes(ledgers[part.partition], part)
            _keep_owners(connection, absences, owned)
            for ledger in ledgers.values():
                ledger.close()
            detail = f"{part.last - part.first + 1} records"
            note(connection, clock.now(), OFFICE, "", "office.load", detail=detail)
            _mark(connection, part, moved)
            return moved
    raise user_error(BUSY)


def _strange_places(connection: sa.Connection, part: Part) -> list[Place]:
    """Places of the part that its unit does not have and others do."""
    elsewhere = sa.and_(
        records.c.unit.in_(every_unit(connection)),
        records.c.unit != part.unit,
        records.c.kind == staged.c.kind,
        records.c.id == staged.c.id,
    )
    sql = (
        sa.select(staged.c.kind, staged.c.id)
        .join(records, elsewhere)
        .outerjoin(found, found.c.o == staged.c.o)
        .where(part.rows(), found.c.o.is_(None))
        .distinct()
    )
    return [(row.kind, row.id) for row in connection.execute(sql)]


def _owned(connection: sa.Connection, part: Part, absences: Absences) -> dict[str, list[str]]:
    """Field worker -> those of his households that are in the part; empty where no leave matters.

    Raises:
        UserError: CEN-325, they no longer lie where they did when they were staged.
    """
    away = sa.select(leave_households.c.household).limit(1)
    if not absences.of and connection.execute(away).first() is None:
        return {}
    sql = (
        sa.select(homes.c.owner, homes.c.household)
        .join(staged, sa.and_(staged.c.kind == "household", staged.c.id == homes.c.household))
        .where(part.rows())
    )
    owned: dict[str, list[str]] = {}
    for owner, household in connection.execute(sql):
        if partition_of(absences.answers_for(owner)) != part.partition:
            raise user_error(TERRITORY_CHANGED)
        owned.setdefault(owner, []).append(household)
    return owned


def _keep_owners(
    connection: sa.Connection, absences: Absences, owned: dict[str, list[str]]
) -> None:
    """Note whose the households are; after they moved, since moving makes them their new one's."""
    for owner, some in sorted(owned.items()):
        give_to(connection, absences, owner, some)


def _require_homes(ledger: Ledger, part: Part) -> None:
    """What was loaded is about households that lie there.

    Raises:
        UserError: CEN-325, one has moved since it was staged.
    """
    lies = sa.and_(
        records.c.unit == ledger.unit,
        records.c.kind == "household",
        records.c.id == staged.c.household,
        records.c.partition == ledger.partition,
    )
    sql = (
        sa.select(staged.c.household)
        .outerjoin(records, lies)
        .where(part.rows(), staged.c.household != "", records.c.id.is_(None))
        .limit(1)
    )
    if ledger.connection.execute(sql).first() is not None:
        raise user_error(TERRITORY_CHANGED)


def _mark(connection: sa.Connection, part: Part, moved: int) -> None:
    this = parts.c.number == part.number
    connection.execute(sa.update(parts).where(this).values(done=True, moved=moved))


def _anything_to_do(connection: sa.Connection, part: Part) -> bool:
    """Whether something of it is new, differs or lies elsewhere."""
    same = sa.select(sa.func.count()).where(part.found_rows(), ~found.c.differs, ~found.c.elsewhere)
    return bool(connection.execute(same).scalar_one() != part.last - part.first + 1)


@dataclass(slots=True)
class _Work:
    """What is to be done of a part in one transaction.

    Attributes:
        content: what goes through the hands of a small load, what others point to first.
        units: where that lies; None: look everywhere.
    """

    connection: sa.Connection
    part: Part
    unit: str
    content: list[Entity]
    units: Collection[str] | None

    @classmethod
    def of(cls, connection: sa.Connection, part: Part, unit: str) -> _Work:
        columns = (staged.c.kind, staged.c.id, staged.c.body)
        known = (
            sa.select(*columns, found.c.unit)
            .join(found, found.c.o == staged.c.o)
            .where(part.rows(), sa.or_(found.c.differs, found.c.elsewhere))
            .order_by(staged.c.place, staged.c.o)
        )
        rows = connection.execute(known).all()
        content = [_entity(row) for row in rows]
        units: set[str] = {unit, *(row.unit for row in rows)}
        # Households that somebody moved away since they were compared.
        astray = (
            sa.select(*columns)
            .join(found, found.c.o == staged.c.o)
            .outerjoin(
                records,
                sa.and_(
                    records.c.unit == unit,
                    records.c.kind == staged.c.kind,
                    records.c.id == staged.c.id,
                    records.c.partition == staged.c.partition,
                ),
            )
            .where(
                part.rows(),
                staged.c.kind == "household",
                ~found.c.differs,
                ~found.c.elsewhere,
                records.c.id.is_(None),
            )
            .order_by(staged.c.o)
        )
        late = connection.execute(astray).all()
        content += [_entity(row) for row in late]
        return cls(connection, part, unit, content, None if late else units)

    def do(self, ledgers: dict[str, Ledger], lies: dict[tuple[str, str], str], now: str) -> int:
        """Write everything; how many records moved."""
        part, report = self.part, LoadReport()
        homes = [
            one
            for one in self.content
            if isinstance(one, Household) and ("household", one.id) in lies
        ]
        for home in homes:
            # As in a small load: before they move, so that each lies first among what is about it.
            source = ledgers[lies["household", home.id]]
            Loader(source, now, report, self.units).take([home])
        moved = take_over(ledgers, part.partition, lies, now)
        loader = Loader(ledgers[part.partition], now, report, self.units)
        gone = {home.id for home in homes}
        rest = [one for one in self.content if one.id not in gone]
        inserted = 0
        if not rest:
            inserted = self._insert(ledgers[part.partition], now, None)
        else:
            for kind in KINDS:
                self._take(loader, [one for one in rest if kind_of(one) == kind])
                inserted += self._insert(ledgers[part.partition], now, kind)
        if inserted != self._new():
            # Some of it has come since it was compared.
            self._take(Loader(ledgers[part.partition], now, report), self._not_found())
        return moved

    def _take(self, loader: Loader, content: list[Entity]) -> None:
        for start in range(0, len(content), _CHUNK):
            loader.take(content[start : start + _CHUNK])

    def _new(self) -> int:
        """How many records of the part the server did not have when they were compared."""
        there = sa.select(sa.func.count()).where(self.part.found_rows())
        known = self.connection.execute(there).scalar_one()
        return self.part.last - self.part.first + 1 - int(known)

    def _not_found(self) -> list[Entity]:
        sql = (
            sa.select(staged.c.kind, staged.c.id, staged.c.body)
            .outerjoin(found, found.c.o == staged.c.o)
            .where(self.part.rows(), found.c.o.is_(None))
            .order_by(staged.c.place, staged.c.o)
        )
        return [_entity(row) for row in self.connection.execute(sql)]

    def _insert(self, ledger: Ledger, now: str, kind: str | None) -> int:
        """What is new, of one kind or of all, what others point to first; how many records."""
        part = self.part
        new = (
            sa.select(staged)
            .outerjoin(found, found.c.o == staged.c.o)
            .outerjoin(
                records,
                sa.and_(
                    records.c.unit == ledger.unit,
                    records.c.kind == staged.c.kind,
                    records.c.id == staged.c.id,
                ),
            )
            .where(part.rows(), found.c.o.is_(None), records.c.id.is_(None))
        )
        if kind is not None:
            new = new.where(staged.c.kind == kind)
        fresh = new.subquery()
        seq = sa.func.row_number().over(order_by=(fresh.c.place, fresh.c.o)) + ledger.taken
        values = {
            "unit": sa.literal(ledger.unit),
            "kind": fresh.c.kind,
            "id": fresh.c.id,
            "partition": fresh.c.partition,
            "seq": seq,
            "version": sa.literal(1),
            "deleted": sa.false(),
            "body": fresh.c.body,
            "paths": sa.literal("[]"),
            "author": sa.literal(OFFICE),
            "device": sa.literal(""),
            "changed_at": sa.literal(now),
            "household": fresh.c.household,
        }
        rows = sa.select(*values.values()).order_by(fresh.c.place, fresh.c.o)
        insert = sa.insert(records).from_select(list(values), rows)
        done = self.connection.execute(insert, execution_options={"preserve_rowcount": True})
        for _ in range(done.rowcount):
            ledger.take()
        return int(done.rowcount)


def _entity(row: Any) -> Entity:
    entity: Entity = decode(row.kind, row.id, json.loads(row.body))[0]
    return entity
