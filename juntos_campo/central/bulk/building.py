"""Bucket after bucket: the staged rows become the records as they shall be, by the rules of a small load."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.bulk import buckets
from juntos_campo.central.bulk.copying import BATCH, Buckets, Streams, Writer
from juntos_campo.central.bulk.event_rows import HISTORY, SCHOOLING, SchoolNames
from juntos_campo.central.bulk.fault_log import FaultLog
from juntos_campo.central.bulk.reading import Progress, Source
from juntos_campo.central.bulk.reference import reference_of
from juntos_campo.central.bulk.tables import analyse, kept, parts, staged
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import body_text
from juntos_campo.central.loading import is_erased
from juntos_campo.central.places import every_unit, where_they_lie
from juntos_campo.central.tables import erased
from juntos_campo.central.units import NO_UNIT, units_by_partition
from juntos_campo.domain.entities import Entity, Household, Member, Pregnancy, School
from juntos_campo.domain.kinds import KINDS, kind_of
from juntos_campo.register.faults import FileReading
from juntos_campo.register.history import People, services_in
from juntos_campo.register.known import keep_known, match_known
from juntos_campo.register.reader import RegisterFile
from juntos_campo.register.rows import RowReader
from juntos_campo.register.schooling import SchoolingReader, years_in
from juntos_campo.wire.codec import decode, encode, reader_of

_ORDER = {name: place for place, name in enumerate(KINDS)}


@dataclass(slots=True)
class Staging:
    """Writes `staged` and its `parts`; whoever comes one after another of a partition is one part."""

    database: Database
    gone: Set[tuple[str, str]]
    erased: int = 0
    homeless: int = 0
    order: int = 0
    _writer: Writer = field(init=False)
    _parts: list[list[Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._writer = Writer(self.database, staged)

    def take(self, partition: str, entities: Iterable[Entity], unit: str = "") -> None:
        """Records of a partition; without one they are nobody's, and counted.

        Args:
            unit: in which reference data goes.
        """
        for one in entities:
            if self.gone and is_erased(self.gone, one):
                self.erased += 1
                continue
            if not partition:
                self.homeless += 1
                continue
            self.order += 1
            if not self._parts or self._parts[-1][:2] != [partition, unit]:
                self._parts.append([partition, unit, self.order, self.order])
            self._parts[-1][3] = self.order
            kind = kind_of(one)
            household = one.id if isinstance(one, Household) else getattr(one, "household_id", "")
            body = body_text(encode(one))
            self._writer.add(
                self.order, partition, _ORDER[kind], kind, one.id, household, body, unit
            )

    def close(self) -> None:
        self._writer.flush()
        writer = Writer(self.database, parts)
        for number, (partition, unit, first, last) in enumerate(self._parts, 1):
            writer.add(number, partition, first, last, 0, False, unit)
        writer.flush()
        with self.database.writing() as connection:
            analyse(connection, staged, parts)


class _Named(dict[str, School]):
    """Schools that only the file of school years names: known from the row on that names them first."""

    def __init__(self, named: dict[str, tuple[int, School]]) -> None:
        super().__init__()
        self.named = named
        self.row = 0

    def get(self, key: str, default: Any = None) -> Any:
        first = self.named.get(key)
        return first[1] if first is not None and first[0] < self.row else default


@dataclass(slots=True)
class Building:
    """How the buckets are read and what is counted on the way.

    Attributes:
        has_register: the people are those of a register file, else those the server has.
    """

    database: Database
    today: date
    has_register: bool
    history: Source | None = None
    schooling: Source | None = None
    names: SchoolNames | None = None
    left_out: dict[str, int] = field(default_factory=dict)
    _lies_in: dict[str, str] = field(default_factory=dict)
    _used: dict[str, set[str]] = field(default_factory=dict)
    _placed: dict[str, set[str]] = field(default_factory=dict)

    def run(self, progress: Progress, title: str) -> Staging:
        """All buckets into `staged`; faults of the rows of services and school years into `faults`."""
        with self.database.reading() as connection:
            gone = {(row.kind, row.id) for row in connection.execute(sa.select(erased))}
            total = connection.execute(sa.select(sa.func.max(kept.c.bucket))).scalar_one() or 0
            staging = Staging(self.database, gone)
            self._lies_in = units_by_partition(connection)
        logs = FaultLog(self.database, HISTORY), FaultLog(self.database, SCHOOLING)
        readers = (
            self.history.reader() if self.history else None,
            self.schooling.reader() if self.schooling else None,
        )
        with Streams(self.database) as streams:
            persons = buckets.staged_people(streams)
            known = buckets.known_people(streams, everywhere=not self.has_register)
            events = buckets.service_rows(streams) if self.history else Buckets(iter(()))
            years = buckets.rows_of_schooling(streams) if self.schooling else Buckets(iter(()))
            homes = Buckets(buckets.kept_homes(streams))
            for bucket in range(1, total + 1):
                progress(title, bucket, total)
                here = homes.take(bucket)
                content, people = self._people(here, persons.take(bucket), known.take(bucket))
                content += self._services(readers[0], events.take(bucket), people, logs[0])
                unit = self._lies_in.get(here[0][1], NO_UNIT)
                content += self._years(readers[1], years.take(bucket), people, logs[1], unit)
                staging.take(here[0][1], content)
            nobody = People((), ())
            while some := events.some(buckets.NOBODYS, BATCH):
                self._services(readers[0], some, nobody, logs[0])
            while some := years.some(buckets.NOBODYS, BATCH):
                self._years(readers[1], some, nobody, logs[1])
        self._stage_places(staging)
        for log, source, reader in zip(logs, (self.history, self.schooling), readers, strict=True):
            if source is not None and reader is not None:
                log.add((*source.table.notes, *reader.restored_notes()))
            log.close()
        staging.close()
        return staging

    def _stage_places(self, staging: Staging) -> None:
        """Last, when it is known whose school years name which schools; they are applied first."""
        with self.database.reading() as connection:
            for unit, places in reference_of(connection, self._used) if self.has_register else ():
                staging.take(REFERENCE, self._noting(places, unit), unit)
        for unit, schools in sorted(self._schools_missing().items()):
            staging.take(REFERENCE, schools, unit)

    def _noting(self, places: Iterable[Entity], unit: str) -> Iterator[Entity]:
        """The same places; where the schools among them go is kept."""
        for one in places:
            if isinstance(one, School):
                self._placed.setdefault(one.id, set()).add(unit)
            yield one

    def _schools_missing(self) -> dict[str, list[Entity]]:
        """By unit, the schools of school years that the unit neither has nor receives from the register."""
        missing: dict[str, list[Entity]] = {}
        if self.names is None:
            return missing
        with self.database.reading() as connection:
            used = [("school", one) for one in self._used]
            here = where_they_lie(connection, used, every_unit(connection))
        for one, units in sorted(self._used.items()):
            there = self._placed.get(one, set()) | here.get(("school", one), set())
            school = self.names.reading.schools.get(one)
            if one in self.names.named:
                school = self.names.named[one][1]
            if school is None or NO_UNIT in there:
                continue
            for unit in ({NO_UNIT} if NO_UNIT in units else units) - there:
                missing.setdefault(unit, []).append(school)
        return missing

    def _people(
        self, here: list[Any], rows: list[Any], stored: list[Any]
    ) -> tuple[list[Entity], People]:
        """The households and people of a bucket as they shall be, and who may be found in them."""
        members = [reader_of(Member)(row[1]) for row in rows]
        own = {one.id for one in members}
        old: dict[str, Entity] = {}
        known: list[Entity] = []
        for _bucket, kind, record_id, body, in_file in stored:
            entity = decode(kind, record_id, json.loads(body))[0]
            old[record_id] = entity
            # Whom the file names in another bucket is nobody's earlier self here.
            if kind != "member" or not in_file or record_id in own:
                known.append(entity)
        known_members = [one for one in known if isinstance(one, Member)]
        known_pregnancies = [one for one in known if isinstance(one, Pregnancy)]
        if not self.has_register:
            return [], People(known_members, known_pregnancies)
        file = RegisterFile(
            households=tuple(reader_of(Household)(row[2]) for row in here),
            members=tuple(members),
            pregnancies=tuple(reader_of(Pregnancy)(row[2]) for row in rows if row[2]),
        )
        if known:
            file = match_known(file, known_members, known_pregnancies)
        content = [keep_known(one, old.get(one.id)) for one in file.entities()]
        return content, People(file.members, file.pregnancies)

    def _services(
        self, reader: RowReader | None, rows: list[Any], people: People, log: FaultLog
    ) -> Iterable[Entity]:
        if reader is None or not rows:
            return ()
        found = services_in(reader, _cells(rows), people, self.today, ())
        self._note(HISTORY, found, found.rows_left_out, log)
        return found.events

    def _years(
        self,
        reader: RowReader | None,
        rows: list[Any],
        people: People,
        log: FaultLog,
        unit: str = NO_UNIT,
    ) -> Iterable[Entity]:
        if reader is None or self.names is None or not rows:
            return ()
        named = _Named(self.names.named)
        reading = SchoolingReader(reader, people, self.names.reading.schools, self.today, named)
        found = years_in(reading, _numbered(rows, named))
        self._note(SCHOOLING, found, found.rows_left_out, log)
        for one in found.years:
            self._used.setdefault(one.school_id, set()).add(unit)
        return found.years

    def _note(self, source: str, found: FileReading, left_out: int, log: FaultLog) -> None:
        log.add(found.faults)
        self.left_out[source] = self.left_out.get(source, 0) + left_out


def _cells(rows: list[Any]) -> Iterator[tuple[int, list[str]]]:
    return ((number, json.loads(cells)) for _bucket, number, cells in rows)


def _numbered(rows: list[Any], named: _Named) -> Iterator[tuple[int, list[str]]]:
    for number, cells in _cells(rows):
        named.row = number
        yield number, cells
