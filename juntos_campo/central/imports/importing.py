"""A file of another system, from the disk to the laptops."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.imports.problems import FAULTY_ROWS, UNREADABLE_FILE
from juntos_campo.central.imports.storing import Stored, store_records
from juntos_campo.central.imports.telling import Told, tell
from juntos_campo.central.ledger import moment
from juntos_campo.central.tables import imports
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import OFFICE
from juntos_campo.register.external.reading import ExternalFile, open_external
from juntos_campo.register.faults import Fault

STORED, DONE = "stored", "done"
_ALL_FAULTS = 100_000
_BLOCK = 1024 * 1024

Progress = Callable[[int, int], None]
"""Given what is done and how much there is in all; 0: nobody knows."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        import_id: empty for a dry run.
        told: None for a dry run.
    """

    import_id: str
    source: str
    file: str
    rows: int
    rows_left_out: int
    stored: Stored
    told: Told | None
    faults: tuple[Fault, ...] = field(default=())


def import_file(
    database: Database,
    source: str,
    path: Path,
    clock: Clock,
    ids: Ids,
    *,
    accept_good: bool = False,
    complete: bool = False,
    dry_run: bool = False,
    by: str = OFFICE,
    reading: Progress = lambda _done, _all: None,
    telling: Progress = lambda _done, _all: None,
    faults_found: Callable[[tuple[Fault, ...]], None] = lambda _faults: None,
) -> Imported:
    """Import a file: its rows are stored in one transaction, then every partition hears of it.

    Args:
        source: id of a layout (`resources/imports`).
        accept_good: leave out rows with faults instead of refusing the file.
        complete: what the source said of the file's months before, and the file lacks, is removed;
            nothing is when rows were left out: it may stand in them.
        dry_run: everything but the writing.
        faults_found: is given what is wrong with the file before anything is refused.

    Raises:
        UserError: CEN-330, CEN-331 nothing was imported; EXT-001, EXT-002, EXT-006.
    """
    file = open_external(path, clock.today(), source, limit=_ALL_FAULTS)
    if not file.is_readable:
        faults_found(file.reading().faults)
        _refuse_file(file)
    import_id, stored = ids(), Stored()
    try:
        with database.writing() as connection:
            _begin(connection, import_id, source, path, clock.now(), by)
            stored = store_records(
                connection,
                source,
                import_id,
                file.records(),
                complete=lambda: complete and not file.rows_left_out,
                progress=lambda row: reading(row, file.total),
            )
            faults_found(file.reading().faults)
            if file.rows_left_out and not accept_good:
                _refuse_rows(file)
            _end(connection, import_id, file, stored)
            detail = f"{source} {file.rows} rows"
            note(
                connection, clock.now(), by, "", "office.import", record_id=import_id, detail=detail
            )
            if dry_run:
                raise _DryRunError
    except _DryRunError:
        import_id = ""
    told = tell_source(database, source, clock, telling) if import_id else None
    return Imported(
        import_id,
        source,
        file.file,
        file.rows,
        file.rows_left_out,
        stored,
        told,
        file.reading().faults,
    )


def tell_source(
    database: Database,
    source: str,
    clock: Clock,
    telling: Progress = lambda _done, _all: None,
) -> Told:
    """Compare a source with what is recorded now; finishes what was cut off before."""
    told = tell(database, source, clock, telling)
    with database.writing() as connection:
        connection.execute(
            sa.update(imports)
            .where(imports.c.source == source, imports.c.state == STORED)
            .values(state=DONE, finished_at=moment(clock.now()))
        )
    return told


def sources_here(database: Database) -> list[str]:
    """The sources that something was imported from."""
    with database.reading() as connection:
        return sorted(connection.execute(sa.select(imports.c.source).distinct()).scalars())


class _DryRunError(Exception):
    """Takes back what a dry run wrote."""


def _begin(
    connection: sa.Connection, import_id: str, source: str, path: Path, at: datetime, by: str
) -> None:
    connection.execute(
        sa.insert(imports).values(
            id=import_id,
            source=source,
            file=path.name,
            digest=_digest(path),
            at=moment(at),
            ordered_by=by,
            state=STORED,
            rows=0,
            rows_left_out=0,
            counts="{}",
            finished_at="",
        )
    )


def _end(connection: sa.Connection, import_id: str, file: ExternalFile, stored: Stored) -> None:
    counts = {**stored.as_counts(), "faults": dict(sorted(file.by_code.items()))}
    connection.execute(
        sa.update(imports)
        .where(imports.c.id == import_id)
        .values(
            rows=file.rows,
            rows_left_out=file.rows_left_out,
            counts=json.dumps(counts, separators=(",", ":")),
        )
    )


def _refuse_file(file: ExternalFile) -> None:
    fault = next(one for one in file.faults if not one.is_warning)
    raise user_error(UNREADABLE_FILE, file=file.file, reason=fault.reason, remedy=fault.remedy)


def _refuse_rows(file: ExternalFile) -> None:
    first = next(one for one in file.faults if not one.is_warning)
    place = f"fila {first.row}, {first.column}: " if first.row else ""
    raise user_error(
        FAULTY_ROWS,
        file=file.file,
        rows=count(file.rows_left_out, "fila"),
        first=f"{place}{first.reason} {first.remedy}",
    )


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
