"""Checking what the server keeps, in one moment of it and without stopping it: nothing is changed.

Each check is a query or a pass over a table; memory does not grow with the data. Findings name ids, numbers
and users, nothing of the people served.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.assignments import check_assignments
from juntos_campo.central.audit_chain import Heads, check_chains, read_heads
from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.database import Database
from juntos_campo.central.findings import Finding
from juntos_campo.central.place_readers import untold
from juntos_campo.central.places import PLACES
from juntos_campo.central.problems import DATABASE_DAMAGED
from juntos_campo.central.table_words import table_words
from juntos_campo.central.tables import (
    attachment_chunks,
    attachments,
    conflicts,
    erased,
    operations,
    partitions,
    record_versions,
    records,
    removals,
    units,
)
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.errors import UserError

SAMPLE = 50
"""Files whose bytes are read when not all are."""

_ROWS_AT_ONCE = 500
_TOLD_EVERY = 5000
_NUMBERED = (records, conflicts, removals)
_JSON: tuple[tuple[sa.Table, dict[str, type]], ...] = (
    (records, {"body": dict, "paths": list, "flags": list}),
    (record_versions, {"body": dict, "paths": list}),
    (conflicts, {"body": dict}),
)

Progress = Callable[[str, int], None]
"""Is told what is checked, and how many rows so far."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found, how many rows of each thing it read, the ends of the audit chains."""

    findings: list[Finding]
    read: dict[str, int]
    heads: Heads


def verify(
    database: Database,
    *,
    kept: Heads | None = None,
    all_files: bool = False,
    sample_from: str = "",
    progress: Progress = lambda _what, _rows: None,
) -> Verified:
    """Check everything.

    Args:
        kept: ends of audit chains of an earlier day, kept elsewhere.
        all_files: read every photo and file; else `SAMPLE` of them.
        sample_from: the beginning of the first id of the sample, in hexadecimal.

    Raises:
        UserError: CEN-201, CEN-202.
    """
    read: dict[str, int] = {}

    def told(what: str, rows: int) -> None:
        read[what] = rows
        progress(what, rows)

    found: list[Finding] = []
    unreadable = "La base de datos no se puede leer entera; lo demás no se comprobó."
    try:
        database.require_ready()
        with database.snapshot() as connection:
            found += _engine(connection)
            found += check_chains(connection, kept, lambda rows: told("auditoría", rows))
            for name, check in _QUERIES:
                progress(name, 0)
                found += check(connection)
            found += _bodies(connection, told)
            found += _files(connection, told, None if all_files else SAMPLE, sample_from)
            return Verified(found, read, read_heads(connection))
    except sa.exc.DatabaseError as error:  # pages of the file that nobody can read
        found.append(Finding("database", unreadable, 1, type(error.orig).__name__))
        return Verified(found, read, {})
    except UserError as error:
        if error.problem is not DATABASE_DAMAGED:
            raise
        return Verified([Finding("database", unreadable, 1, error.problem.code)], read, {})


def _found(check: str, text: str, rows: Iterable[Any]) -> list[Finding]:
    """One finding out of rows that each name a fault; the first is the example."""
    count, example = 0, ""
    for row in rows:
        count += 1
        example = example or " ".join(str(one) for one in row)
    return [Finding(check, text, count, example)] if count else []


def _partitions(connection: sa.Connection) -> list[Finding]:
    result = []
    for table in _NUMBERED:
        apart = (
            sa.select(table.c.kind, table.c.id, table.c.partition)
            .join(partitions, partitions.c.name == table.c.partition)
            .where(partitions.c.unit != table.c.unit, partitions.c.name != REFERENCE)
        )
        text = f"Filas de {table_words(table.name)} que no están en la unidad de su territorio."
        result += _found(f"unit.{table.name}", text, connection.execute(apart))
        missing = sa.select(table.c.kind, table.c.id, table.c.partition).where(
            table.c.partition.not_in(sa.select(partitions.c.name))
        )
        text = f"Filas de {table_words(table.name)} que están en un territorio que no existe."
        result += _found(f"partition.{table.name}", text, connection.execute(missing))
    return result


def _reference(connection: sa.Connection) -> list[Finding]:
    """Whether each laptop receives every place that its records name, and once."""
    place, everybodys = records.alias("place"), records.alias("everybodys")
    lies = (place.c.partition == REFERENCE, place.c.unit != NO_UNIT)
    strange = sa.or_(
        place.c.kind.not_in(sorted(PLACES)), place.c.unit.not_in(sa.select(units.c.code))
    )
    stray = sa.select(place.c.kind, place.c.id, place.c.unit).where(*lies, strange)
    same = sa.and_(
        everybodys.c.unit == NO_UNIT,
        everybodys.c.kind == place.c.kind,
        everybodys.c.id == place.c.id,
    )
    twice = sa.select(place.c.kind, place.c.id, place.c.unit).join(everybodys, same).where(*lies)
    return [
        *_found(
            "reference.unit",
            "Datos comunes que están en una unidad que no los entrega a todas sus laptops.",
            connection.execute(stray),
        ),
        *_found(
            "reference.twice",
            "Lugares que son de todas las unidades y además de una.",
            connection.execute(twice),
        ),
        *_found(
            "reference.untold",
            "Lugares que nombran los registros de un territorio y que sus laptops no reciben.",
            untold(connection),
        ),
    ]


def _numbers(connection: sa.Connection) -> list[Finding]:
    every = sa.union_all(*(sa.select(one.c.partition, one.c.seq) for one in _NUMBERED)).subquery()
    twice = (
        sa.select(every.c.partition, every.c.seq)
        .group_by(every.c.partition, every.c.seq)
        .having(sa.func.count() > 1)
    )
    highest = (
        sa.select(every.c.partition, sa.func.max(every.c.seq).label("highest"))
        .group_by(every.c.partition)
        .subquery()
    )
    beyond = (
        sa.select(partitions.c.name, highest.c.highest)
        .join(highest, highest.c.partition == partitions.c.name)
        .where(highest.c.highest > partitions.c.last_seq)
    )
    return [
        *_found(
            "seq.twice",
            "Números que un territorio dio dos veces: una laptop puede no recibir uno de los dos.",
            connection.execute(twice),
        ),
        *_found(
            "seq.beyond",
            "Territorios cuyo contador quedó atrás de sus datos: lo que sigue no llegaría.",
            connection.execute(beyond),
        ),
    ]


def _versions(connection: sa.Connection) -> list[Finding]:
    old = record_versions
    kept = (
        sa.select(
            old.c.unit,
            old.c.kind,
            old.c.id,
            sa.func.count().label("number"),
            sa.func.min(old.c.version).label("first"),
            sa.func.max(old.c.version).label("last"),
        )
        .group_by(old.c.unit, old.c.kind, old.c.id)
        .subquery()
    )
    same = sa.and_(
        kept.c.unit == records.c.unit, kept.c.kind == records.c.kind, kept.c.id == records.c.id
    )
    number = sa.func.coalesce(kept.c.number, 0)
    gaps = (
        sa.select(records.c.kind, records.c.id, records.c.version)
        .outerjoin(kept, same)
        .where(
            (number != records.c.version - 1)
            | (sa.func.coalesce(kept.c.first, 1) != 1)
            | (sa.func.coalesce(kept.c.last, 0) != records.c.version - 1)
        )
    )
    orphans = (
        sa.select(kept.c.kind, kept.c.id).outerjoin(records, same).where(records.c.id.is_(None))
    )
    return [
        *_found(
            "version.gap",
            "Registros a los que les faltan versiones anteriores, o les sobran.",
            connection.execute(gaps),
        ),
        *_found(
            "version.orphan",
            "Versiones anteriores de registros que ya no existen.",
            connection.execute(orphans),
        ),
    ]


def _operations(connection: sa.Connection) -> list[Finding]:
    done = operations
    of_record = sa.and_(
        records.c.unit == done.c.unit, records.c.kind == done.c.kind, records.c.id == done.c.id
    )
    of_erased = sa.and_(erased.c.kind == done.c.kind, erased.c.id == done.c.id)
    lost = (
        sa.select(done.c.op_id, done.c.kind, done.c.id)
        .outerjoin(records, of_record)
        .outerjoin(erased, of_erased)
        .where(erased.c.id.is_(None))
        .where(records.c.id.is_(None) | (done.c.version > records.c.version))
    )
    text = "Cambios que el servidor dio por recibidos y cuya versión no está."
    return _found("operation.version", text, connection.execute(lost))


_QUERIES: tuple[tuple[str, Callable[[sa.Connection], list[Finding]]], ...] = (
    ("territorios", _partitions),
    ("datos comunes", _reference),
    ("números", _numbers),
    ("versiones", _versions),
    ("cambios recibidos", _operations),
    ("asignaciones", check_assignments),
)


@dataclass(slots=True)
class _Tally:
    check: str
    text: str
    count: int = 0
    example: str = ""

    def add(self, example: str) -> None:
        self.count += 1
        self.example = self.example or example

    def findings(self) -> list[Finding]:
        return [Finding(self.check, self.text, self.count, self.example)] if self.count else []


def _bodies(connection: sa.Connection, told: Progress) -> list[Finding]:
    result: list[Finding] = []
    for table, shapes in _JSON:
        text = f"Filas de {table_words(table.name)} con un contenido que no se puede leer."
        tally = _Tally(f"body.{table.name}", text)
        wanted = sa.select(table.c.kind, table.c.id, *(table.c[name] for name in shapes))
        count = 0
        for row in _streamed(connection, wanted):
            bodies = zip(tuple(row)[2:], shapes.values(), strict=True)
            if not all(_is_json(body, shape) for body, shape in bodies):
                tally.add(f"{row.kind} {row.id}")
            count += 1
            if count % _TOLD_EVERY == 0:
                told(table.name, count)
        told(table.name, count)
        result += tally.findings()
    return result


def _is_json(text: str, shape: type) -> bool:
    try:
        return isinstance(json.loads(text), shape)
    except (ValueError, RecursionError):
        return False


@dataclass(slots=True)
class _File:
    """A file while its chunks come by."""

    digest: Any = field(default_factory=hashlib.sha256)
    size: int = 0
    whole: bool = True


def _files(
    connection: sa.Connection, told: Progress, sample: int | None, sample_from: str
) -> list[Finding]:
    """Sizes of all files by a query, bytes of a sample or of all."""
    length = sa.func.length(attachment_chunks.c.data)
    sums = (
        sa.select(attachment_chunks.c.attachment, sa.func.sum(length).label("bytes"))
        .group_by(attachment_chunks.c.attachment)
        .subquery()
    )
    here = sa.func.coalesce(sums.c.bytes, 0)
    wrong = (
        sa.select(attachments.c.id)
        .outerjoin(sums, sums.c.attachment == attachments.c.id)
        .where(
            (here != attachments.c.received)
            | (attachments.c.complete & (attachments.c.size != attachments.c.received))
        )
    )
    text = "Fotos o archivos de los que faltan bytes, o sobran."
    result = _found("file.size", text, connection.execute(wrong))
    tally = _Tally("file.content", "Fotos o archivos cuyo contenido ya no es el que se recibió.")
    for count, key in enumerate(_chosen(connection, sample, sample_from), start=1):
        if not _is_intact(connection, key):
            tally.add(key)
        told("archivos", count)
    return result + tally.findings()


def _chosen(connection: sa.Connection, sample: int | None, sample_from: str) -> Iterator[str]:
    """Ids of complete files; ids are hashes, so those after any beginning are a fair sample."""
    ids = sa.select(attachments.c.id).where(attachments.c.complete).order_by(attachments.c.id)
    if sample is None:
        yield from connection.execute(ids).scalars().all()
        return
    first = connection.execute(ids.where(attachments.c.id >= sample_from).limit(sample))
    chosen = list(first.scalars())
    yield from chosen
    if len(chosen) < sample:
        rest = ids.where(attachments.c.id < sample_from).limit(sample - len(chosen))
        yield from connection.execute(rest).scalars().all()


def _is_intact(connection: sa.Connection, key: str) -> bool:
    chunks = (
        sa.select(attachment_chunks.c.start, attachment_chunks.c.data)
        .where(attachment_chunks.c.attachment == key)
        .order_by(attachment_chunks.c.start)
    )
    file = _File()
    for row in _streamed(connection, chunks):
        file.whole &= row.start == file.size
        file.digest.update(row.data)
        file.size += len(row.data)
    return bool(file.whole and key.partition(".")[0] == file.digest.hexdigest())


def _engine(connection: sa.Connection) -> list[Finding]:
    """What SQLite knows about its own file."""
    if connection.dialect.name != "sqlite":
        return []
    said = [row[0] for row in connection.exec_driver_sql("PRAGMA integrity_check")]
    if said == ["ok"]:
        return []
    return [Finding("sqlite", "El archivo de SQLite está dañado.", len(said), str(said[0]))]


def _streamed(connection: sa.Connection, statement: sa.Select[Any]) -> sa.Result[Any]:
    streaming = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE)
    return streaming.execute(statement)
