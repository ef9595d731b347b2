"""Loading the office's own data: register and service history become records.

Loading the same file again changes nothing; a difference makes a new version. One transaction holds
one territory's records, so that a load cut off half-way leaves whole territories, never half ones.

Places go to the units whose households name them; one that is everybody's stays everybody's
(`central.places`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

import sqlalchemy as sa

from juntos_campo.central.absences import Absences, keep_owners, lock_absences, with_stand_ins
from juntos_campo.central.assignments import Reason, keep_history
from juntos_campo.central.authorisation import REFERENCE, partition_of
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import Ledger, Version, household_of, moment, version_of
from juntos_campo.central.moving import move_households
from juntos_campo.central.place_readers import tell_facilities, tell_places
from juntos_campo.central.places import (
    PLACES,
    Place,
    bring_into,
    every_unit,
    places_of,
    where_they_lie,
)
from juntos_campo.central.problems import BUSY
from juntos_campo.central.tables import erased, records
from juntos_campo.central.territory import REASSIGNED
from juntos_campo.central.trail import note
from juntos_campo.central.units import NO_UNIT, carry, units_by_partition
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import Entity, Household
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.kinds import KINDS, kind_of
from juntos_campo.domain.values import OFFICE
from juntos_campo.wire.codec import Fields, encode, unknown_fields
from juntos_campo.wire.merge import DELETED, diff

_CHUNK = 400
_TRIES = 5
_ORDER = {name: place for place, name in enumerate(KINDS)}


@dataclass(slots=True)
class LoadReport:
    """What a load did, by kind; `homeless` are records whose household is nowhere, `erased` those the law
    had removed: they do not come back."""

    added: dict[str, int] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)
    same: int = 0
    moved: int = 0
    homeless: int = 0
    erased: int = 0


def load(
    database: Database,
    entities: Iterable[Entity],
    clock: Clock,
    progress: Callable[[int], None] = lambda _count: None,
) -> LoadReport:
    """Store entities of the office. `progress` is given the number of records done so far."""
    report = LoadReport()
    with database.reading() as connection:
        absences = Absences.now(connection)
    everything, owners = with_stand_ins(absences, entities)
    for (partition, unit), content in _by_partition(database, everything, report):
        content.sort(key=lambda entity: _ORDER[kind_of(entity)])
        lot = _Lot(partition, unit, content)
        _load_partition(database, lot, clock, report, progress, owners=owners)
    return report


@dataclass(frozen=True, slots=True)
class _Lot:
    """What is loaded in one transaction. `unit`: of places; elsewhere the partition says it."""

    partition: str
    unit: str
    content: list[Entity]


def _load_partition(
    database: Database,
    lot: _Lot,
    clock: Clock,
    report: LoadReport,
    progress: Callable[[int], None],
    *,
    owners: Mapping[str, str],
) -> None:
    """One transaction: what lay in other partitions is moved, then everything is written."""
    partition, content = lot.partition, lot.content
    with database.reading() as connection:
        elsewhere = set(lying_elsewhere(connection, partition, content).values())
    for _try in range(_TRIES):
        with database.writing() as connection:
            lock_absences(connection, shared=True)
            ledgers = Ledger.open_all(connection, {partition, *elsewhere})
            foreign = lying_elsewhere(connection, partition, content)
            if not ledgers.keys() >= set(foreign.values()):
                elsewhere = set(foreign.values())  # another load was quicker: lock its partitions
                continue
            now = moment(clock.now())
            brought = _have_places(ledgers[partition], lot)
            homes = [
                one
                for one in content
                if isinstance(one, Household) and ("household", one.id) in foreign
            ]
            for home in homes:
                # Before they move, so that each lies first among what is about it: whoever has received
                # a part of it knows whose it is.
                Loader(ledgers[foreign["household", home.id]], now, report).take([home])
            report.moved += take_over(ledgers, partition, foreign, now)
            loader = Loader(ledgers[partition], now, report, brought=brought)
            done = {home.id for home in homes}
            rest = [one for one in content if one.id not in done]
            for start in range(0, len(rest), _CHUNK):
                loader.take(rest[start : start + _CHUNK])
                progress(min(start + _CHUNK, len(rest)))
            brought |= _tell_places(ledgers[partition])
            for kind, _id in brought:
                report.added[kind] = report.added.get(kind, 0) + 1
            keep_history(ledgers[partition], now, Reason.LOAD, OFFICE)
            keep_owners(connection, owners, content)
            for ledger in ledgers.values():
                ledger.close()
            detail = f"{len(content)} records"
            note(connection, clock.now(), OFFICE, "", "office.load", detail=detail)
            return
    raise user_error(BUSY)


def _have_places(ledger: Ledger, lot: _Lot) -> set[Place]:
    """Before places are written: they go on from what other units have of them.

    Returns:
        Places that the unit did not have.
    """
    if lot.partition != REFERENCE:
        return set()
    ledger.unit = lot.unit
    return bring_into(ledger, ((kind_of(one), one.id) for one in lot.content))


def _tell_places(ledger: Ledger) -> set[Place]:
    """After it is written: who reads it receives the places that it names; those its unit did not have."""
    if ledger.partition != REFERENCE:
        return tell_places(ledger)
    tell_facilities(ledger)
    return set()


def take_over(
    ledgers: Mapping[str, Ledger], partition: str, foreign: Mapping[tuple[str, str], str], now: str
) -> int:
    """Move what lies in other partitions; how many records moved."""
    moved = 0
    for source in sorted(set(foreign.values())):
        there = [record for record, lies in foreign.items() if lies == source]
        households = [record_id for kind, record_id in there if kind == "household"]
        moved += move_households(ledgers, source, partition, households, now)
    for (kind, record_id), source in foreign.items():
        # Somebody who went to live in a household of another field worker leaves his former laptop.
        if kind == "member" and _still_lies_in(ledgers[source], kind, record_id):
            ledgers[source].remove(REASSIGNED, kind, record_id, now)
            moved += 1
    return moved


def _still_lies_in(ledger: Ledger, kind: str, record_id: str) -> bool:
    present = ledger.present(kind, record_id)
    return present is not None and present.partition == ledger.partition


def _by_partition(
    database: Database, entities: Iterable[Entity], report: LoadReport
) -> Iterator[tuple[tuple[str, str], list[Entity]]]:
    """Entities by the partition they belong to, and the unit of places; the reference data first."""
    everything = _without_erased(database, list(entities), report)
    homes = {
        one.id: partition_of(one.field_worker) for one in everything if isinstance(one, Household)
    }
    unknown = {
        household_id
        for one in everything
        if (household_id := getattr(one, "household_id", "")) and household_id not in homes
    }
    with database.reading() as connection:
        homes.update(_stored_homes(connection, sorted(unknown)))
    shared, result = list[Entity](), dict[str, list[Entity]]()
    for one in everything:
        if KINDS[kind_of(one)].shared:
            shared.append(one)
            continue
        home = homes.get(one.id if isinstance(one, Household) else getattr(one, "household_id", ""))
        worker = getattr(one, "field_worker", "")
        if home is None and worker:
            home = partition_of(worker)
        if home is None:
            report.homeless += 1
            continue
        result.setdefault(home, []).append(one)
    with database.reading() as connection:
        reference = _by_unit(connection, shared, result)
    for unit, content in sorted(reference.items()):
        yield (REFERENCE, unit), content
    for partition, content in result.items():
        yield (partition, ""), content


def _by_unit(
    connection: sa.Connection, shared: Collection[Entity], theirs: Mapping[str, list[Entity]]
) -> dict[str, list[Entity]]:
    """Reference data by unit: places where households name them, else where they lie already.

    Args:
        theirs: what is loaded beside, by partition.
    """
    everywhere = every_unit(connection)
    if len(everywhere) == 1:
        return {NO_UNIT: list(shared)}
    lies_in = units_by_partition(connection)
    wanted: dict[Place, set[str]] = {}
    for partition, content in theirs.items():
        for place in {place for one in content for place in places_of(one)}:
            wanted.setdefault(place, set()).add(lies_in.get(partition, NO_UNIT))
    for one in shared:  # a settlement's facility goes where the settlement goes
        for place in places_of(one):
            wanted.setdefault(place, set()).update(wanted.get((kind_of(one), one.id), ()))
    places = {(kind_of(one), one.id) for one in shared if kind_of(one) in PLACES}
    known = where_they_lie(connection, places, everywhere)
    for one in shared:
        place = kind_of(one), one.id
        if NO_UNIT in known.get(place, set()) | (wanted.get(place) or {NO_UNIT}):
            for named in places_of(one):  # whoever knows the village shall know its post
                wanted.setdefault(named, set()).add(NO_UNIT)
    result: dict[str, list[Entity]] = {}
    for one in shared:
        place = kind_of(one), one.id
        lies = known.get(place, set())
        whose = wanted.get(place) or lies or {NO_UNIT}
        for unit in {NO_UNIT} if NO_UNIT in lies | whose else whose:
            result.setdefault(unit, []).append(one)
    return result


def _without_erased(database: Database, entities: list[Entity], report: LoadReport) -> list[Entity]:
    with database.reading() as connection:
        rows = connection.execute(sa.select(erased.c.kind, erased.c.id)).all()
    gone = {(row.kind, row.id) for row in rows}
    if not gone:
        return entities
    kept = [one for one in entities if not is_erased(gone, one)]
    report.erased = len(entities) - len(kept)
    return kept


def is_erased(gone: Set[tuple[str, str]], one: Entity) -> bool:
    """Whether the law had this removed, or what it is about. `gone`: (kind, id)."""
    return not gone.isdisjoint(
        (
            (kind_of(one), one.id),
            ("household", getattr(one, "household_id", "")),
            ("member", getattr(one, "member_id", "")),
        )
    )


def _stored_homes(connection: sa.Connection, household_ids: list[str]) -> dict[str, str]:
    homes: dict[str, str] = {}
    for start in range(0, len(household_ids), _CHUNK):
        sql = sa.select(records.c.id, records.c.partition).where(
            records.c.kind == "household", records.c.id.in_(household_ids[start : start + _CHUNK])
        )
        homes.update({row.id: row.partition for row in connection.execute(sql)})
    return homes


def lying_elsewhere(
    connection: sa.Connection,
    partition: str,
    content: list[Entity],
    units: Collection[str] | None = None,
) -> dict[tuple[str, str], str]:
    """(kind, id) -> its partition today, of what lies in another one than `partition`.

    Args:
        units: where to look; everywhere by default.
    """
    ids: dict[str, list[str]] = {}
    for one in content:
        ids.setdefault(kind_of(one), []).append(one.id)
    found: dict[tuple[str, str], str] = {}
    for kind, wanted in ids.items():
        for start in range(0, len(wanted), _CHUNK):
            sql = sa.select(records.c.id, records.c.partition).where(
                records.c.kind == kind,
                records.c.id.in_(wanted[start : start + _CHUNK]),
                records.c.partition != partition,
                *_within(units),
            )
            found.update(((kind, row.id), row.partition) for row in connection.execute(sql))
    return found


def _within(units: Collection[str] | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if units is None else (records.c.unit.in_(units),)


@dataclass(slots=True)
class Loader:
    """Writes entities of the office into one partition.

    What stands is looked for in `units`, or everywhere. `brought` came from another unit for this load and
    was counted as new.
    """

    ledger: Ledger
    now: str
    report: LoadReport
    units: Collection[str] | None = None
    brought: Set[Place] = frozenset()

    def take(self, content: list[Entity]) -> None:
        """Write what is new or differs, in bulk."""
        present = self._present(content)
        fresh: list[dict[str, object]] = []
        for entity in content:
            kind = kind_of(entity)
            fields = encode(entity)
            old, lies_in = present.get((kind, entity.id), (None, ""))
            if old is None:
                self.report.added[kind] = self.report.added.get(kind, 0) + 1
                fresh.append(self._row(kind, entity.id, fields))
                first = Version(1, fields, False, frozenset(), "", "", "")
                present[kind, entity.id] = first, self.ledger.unit
            else:
                new = self._replace(kind, entity.id, fields, old, lies_in)
                present[kind, entity.id] = new, lies_in if new is old else self.ledger.unit
        if fresh:
            self.ledger.connection.execute(sa.insert(records), fresh)

    def _present(self, content: list[Entity]) -> dict[tuple[str, str], tuple[Version, str]]:
        """(kind, id) -> what stands, and in which unit."""
        found: dict[tuple[str, str], tuple[Version, str]] = {}
        wanted: dict[str, list[str]] = {}
        # Of the same place each unit has its own.
        units = {self.ledger.unit} if self.ledger.partition == REFERENCE else self.units
        for entity in content:
            wanted.setdefault(kind_of(entity), []).append(entity.id)
        for kind, ids in wanted.items():
            sql = sa.select(records).where(
                records.c.kind == kind, records.c.id.in_(ids), *_within(units)
            )
            for row in self.ledger.connection.execute(sql):
                found[kind, row.id] = version_of(row), row.unit
        return found

    def _row(self, kind: str, record_id: str, fields: Fields) -> dict[str, object]:
        ledger = self.ledger
        household = household_of(ledger.connection, ledger.unit, kind, record_id, fields)
        return ledger.first_row(kind, record_id, fields, OFFICE, self.now, household)

    def _replace(
        self, kind: str, record_id: str, fields: Fields, old: Version, lies_in: str
    ) -> Version:
        wanted = {**unknown_fields(kind, old.fields), **fields}
        paths = diff(old.fields, wanted).paths()
        report = LoadReport() if (kind, record_id) in self.brought else self.report
        if not paths and not old.deleted:
            report.same += 1
            return old
        if old.deleted:
            paths |= {DELETED}
        if old.author == "":  # the same record twice in one load
            return old
        new = Version(old.number + 1, wanted, False, paths, OFFICE, "", self.now)
        carry(self.ledger.connection, [(kind, record_id)], lies_in, self.ledger.unit)
        self.ledger.write(kind, record_id, new, old)
        report.changed[kind] = report.changed.get(kind, 0) + 1
        return new
