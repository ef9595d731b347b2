"""The rows of a register file into the staging tables: checked one by one and household by household."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby

import sqlalchemy as sa

from juntos_campo.central.absences import Absences
from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.bulk.copying import Streams, Writer, without_nul
from juntos_campo.central.bulk.fault_log import FaultLog, once_a_household
from juntos_campo.central.bulk.reading import Progress, Source
from juntos_campo.central.bulk.tables import analyse, faults, homes, people, raw
from juntos_campo.central.database import Database
from juntos_campo.domain.values import DocumentKind
from juntos_campo.register import checks
from juntos_campo.register.entities import household_in, member_in, pregnancy_in
from juntos_campo.register.rows import Row, RowReader
from juntos_campo.wire.codec import dump_json

REGISTER = "padrón"
SEPARATOR = "\x1f"
_EVERY = 5_000


def stage_register(
    database: Database,
    source: Source,
    today: date,
    absences: Absences,
    progress: Progress,
    title: str,
) -> None:
    """Everything a register file says, and what is wrong with its rows, into `people`, `homes`, `faults`."""
    log = FaultLog(database, REGISTER)
    log.add(source.table.notes)
    reader = source.reader()
    rows = _told(source.rows(), progress, title, source.count)
    _stage(database, _households(reader, rows), log, today, absences)
    if _scattered(database):
        # The rows of a household must be seen together: sorted by the database, not in memory.
        with database.writing() as connection:
            for table in (people, homes, faults):
                connection.execute(sa.delete(table))
        _keep_raw(database, source)
        log = FaultLog(database, REGISTER)
        log.add(source.table.notes)
        reader = source.reader()
        with Streams(database) as streams:
            sorted_rows = _told(_sorted(streams), progress, title, source.count)
            _stage(database, _households(reader, sorted_rows), log, today, absences)
        with database.writing() as connection:
            connection.execute(sa.delete(raw))
    log.add(reader.restored_notes())
    log.close()
    with database.writing() as connection:
        analyse(connection, people, homes)


def doc_key(kind: DocumentKind | None, number: str) -> str:
    """A document as `history.People` knows it; empty without one."""
    if kind is None or not number:
        return ""
    family = DocumentKind.DNI if kind is DocumentKind.CUI else kind
    return f"{family.value}{SEPARATOR}{number}"


def _told(
    rows: Iterable[tuple[int, list[str]]], progress: Progress, title: str, total: int
) -> Iterator[tuple[int, list[str]]]:
    for done, row in enumerate(rows):
        if done % _EVERY == 0:
            progress(title, done, total)
        yield row


def _households(
    reader: RowReader, rows: Iterable[tuple[int, list[str]]]
) -> Iterator[tuple[str, list[Row]]]:
    """Runs of rows of one household; a row that names none stands alone."""

    def read() -> Iterator[Row]:
        for number, cells in rows:
            reader.start(number, cells)
            yield reader.register_row()

    for code, run in groupby(read(), key=lambda row: row.household.code):
        if code:
            yield code, list(run)
        else:
            yield from ((code, [row]) for row in run)


def _stage(
    database: Database,
    households: Iterable[tuple[str, list[Row]]],
    log: FaultLog,
    today: date,
    absences: Absences,
) -> None:
    persons, houses = Writer(database, people), Writer(database, homes)
    order = 0
    for code, rows in households:
        for row in rows:
            checks.check_person(row, today)
        if code:
            checks.check_household(rows, today)
        found = [fault for row in rows for fault in row.faults]
        log.add(once_a_household(found))
        good = bool(code) and all(fault.is_warning for fault in found)
        if code:
            said = household_in(rows[0])
            home = replace(said, field_worker=absences.answers_for(said.field_worker))
            houses.add(
                order + 1,
                without_nul(code),
                home.id,
                partition_of(home.field_worker),
                said.field_worker,
                without_nul(dump_json(home, {})) if good else "",
            )
        for row in rows:
            order += 1
            persons.add(order, *_person(row, good))
    persons.flush()
    houses.flush()
    log.close()


def _person(row: Row, good: bool) -> tuple[object, ...]:
    """The columns of `people` after the first; bodies only of those without fault."""
    person, home = row.person, row.household
    key = checks.person_key(row)
    body = pregnancy = member_id = household_id = ""
    if good:
        member = member_in(row)
        member_id, household_id = member.id, member.household_id
        body = dump_json(member, {})
        if person.pregnant or person.ended_on:
            pregnancy = dump_json(pregnancy_in(row, member), {})
    texts = (
        home.code,
        household_id,
        member_id,
        SEPARATOR.join(key) if key else "",
        doc_key(person.document_kind, person.document_number),
        row.raw.get("numero_documento", ""),
        row.raw.get("nombres", ""),
        SEPARATOR.join(checks.place_key(row)),
        home.settlement,
        home.ubigeo,
        ";".join(home.flags),
    )
    others = (
        person.facility_code,
        *person.facility,
        person.school_code,
        *person.school,
        body,
        pregnancy,
    )
    return (
        row.number,
        *map(without_nul, texts),
        home.altitude_m,
        home.walk_minutes,
        *map(without_nul, others),
    )


def _scattered(database: Database) -> bool:
    """Whether rows of one household stand apart."""
    twice = sa.select(homes.c.code).group_by(homes.c.code).having(sa.func.count() > 1).limit(1)
    with database.reading() as connection:
        return connection.execute(twice).first() is not None


def _keep_raw(database: Database, source: Source) -> None:
    writer, reader = Writer(database, raw), source.reader()
    for number, cells in source.rows():
        reader.start(number, cells)
        code = reader.household_code
        # What PostgreSQL does not store JSON writes as an escape.
        writer.add(number, without_nul(code), json.dumps(cells))
    writer.flush()


def _sorted(streams: Streams) -> Iterator[tuple[int, list[str]]]:
    """The rows by household, in the order in which the file first names them."""
    alone = sa.case((raw.c.code == "", raw.c.n), else_=0)
    first = sa.func.min(raw.c.n).over(partition_by=(raw.c.code, alone))
    for number, cells in streams.rows(sa.select(raw.c.n, raw.c.cells).order_by(first, raw.c.n)):
        yield number, json.loads(cells)
