"""A load in bulk from its files to its report; killed at any point, the same command takes it up again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

import sqlalchemy as sa

from juntos_campo.central.absences import Absences
from juntos_campo.central.bulk import buckets, difference, fault_log
from juntos_campo.central.bulk.applying import apply_all
from juntos_campo.central.bulk.building import Building
from juntos_campo.central.bulk.cross_checks import check_across
from juntos_campo.central.bulk.event_rows import (
    HISTORY,
    SCHOOLING,
    SchoolNames,
    stage_school_rows,
    stage_services,
)
from juntos_campo.central.bulk.problems import (
    ANOTHER_IS_LOADING,
    NO_FILE_GIVEN,
    NOTHING_TO_RESUME,
    OTHER_LOAD_WAITS,
    TERRITORY_CHANGED,
)
from juntos_campo.central.bulk.reading import Progress, Source, digest_of, open_source
from juntos_campo.central.bulk.reference import schools, stored
from juntos_campo.central.bulk.register_rows import REGISTER, stage_register
from juntos_campo.central.bulk.report import BulkReport
from juntos_campo.central.bulk.tables import analyse, drop, left_out, loads, make, parts
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import moment
from juntos_campo.central.problems import FILE_REFUSED, LOAD_REFUSED
from juntos_campo.central.tables import records
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import School
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.domain.spanish import count
from juntos_campo.register.faults import Fault
from juntos_campo.register.history import People
from juntos_campo.register.layout import (
    HISTORY_COLUMNS,
    REGISTER_COLUMNS,
    SCHOOLING_COLUMNS,
    Column,
)
from juntos_campo.register.reader import file_fault
from juntos_campo.register.schooling import SchoolingReader

READY, APPLYING = "ready", "applying"
_LOCK = 0x4A554E544F53  # PostgreSQL's advisory locks have numbers for names


@dataclass(frozen=True, slots=True)
class Files:
    """What is loaded; each may be missing. `accept_good`: the good rows, even where others are faulty."""

    register: Path | None = None
    history: Path | None = None
    schooling: Path | None = None
    accept_good: bool = False

    def digest(self) -> str:
        """What tells these files, and how they are to be read, from others."""
        every = (self.register, self.history, self.schooling)
        if not any(every):
            raise user_error(NO_FILE_GIVEN)
        parts = [digest_of(one) if one else "" for one in every]
        return hashlib.sha256(repr((parts, self.accept_good)).encode()).hexdigest()


@dataclass(slots=True)
class BulkLoad:
    """One load.

    Attributes:
        seconds: gives the time of a clock that only goes forward.
        progress: is told what is under way.
    """

    database: Database
    clock: Clock
    ids: Ids
    seconds: Callable[[], float]
    progress: Progress = field(default=lambda _what, _done, _total: None)

    def run(
        self, files: Files, *, dry_run: bool = False, faults_to: Path | None = None
    ) -> BulkReport:
        """Check, compare, and apply unless it is a dry run. One that was cut off is taken up again.

        Args:
            faults_to: where to write all faults as CSV.

        Raises:
            UserError: CEN-205 rows are faulty and only all was wanted, CEN-220 a file is none,
                CEN-320 another load waits, CEN-322 somebody loads right now, CEN-323, CEN-324;
                the records are as they were.
        """
        with _alone(self.database):
            digest = files.digest()
            waiting = _waiting(self.database)
            if waiting is not None and waiting.files != digest:
                raise user_error(OTHER_LOAD_WAITS, started=waiting.started_at)
            if waiting is not None:
                report = BulkReport.from_json(waiting.counts)
                return report if dry_run else self._finish(report)
            try:
                report = self._prepare(files, digest, faults_to)
            except UserError:
                self._forget()
                raise
            if dry_run:
                self._forget()
                return report
            return self._finish(report)

    def resume(self) -> BulkReport:
        """Go on with the load that was cut off while it was being applied.

        Raises:
            UserError: CEN-321 there is none, CEN-322.
        """
        with _alone(self.database):
            waiting = _waiting(self.database)
            if waiting is None:
                raise user_error(NOTHING_TO_RESUME)
            return self._finish(BulkReport.from_json(waiting.counts))

    def discard(self) -> None:
        """Forget a load that was cut off; what it applied stays.

        Raises:
            UserError: CEN-321, CEN-322.
        """
        with _alone(self.database):
            if _waiting(self.database) is None:
                raise user_error(NOTHING_TO_RESUME)
            self._forget()

    def _forget(self) -> None:
        with self.database.writing() as connection:
            drop(connection)

    def _prepare(self, files: Files, digest: str, faults_to: Path | None) -> BulkReport:
        now = moment(self.clock.now())
        with self.database.writing() as connection:
            make(connection)
            connection.execute(
                sa.insert(loads).values(
                    id=self.ids(), state="staging", files=digest, started_at=now, counts=""
                )
            )
        report = BulkReport()
        try:
            self._stage(files, report)
        finally:
            if faults_to is not None:
                fault_log.write_out(self.database, faults_to)
        with self._timed(report, "Comparación"):
            difference.compare(self.database, self.progress, "Comparando con el servidor")
        with self.database.writing() as connection:
            counted = difference.count(connection)
            report.added, report.changed = counted.added, counted.changed
            report.same, report.elsewhere = counted.same, counted.elsewhere
            report.faults = fault_log.kinds(connection)
            out = sa.select(sa.func.count()).select_from(left_out)
            report.households_left_out = connection.execute(out).scalar_one()
            connection.execute(sa.update(loads).values(state=READY, counts=report.to_json()))
        return report

    def _stage(self, files: Files, report: BulkReport) -> None:
        """The files into `staged`, each of them refused as soon as it is known to be faulty."""
        today = self.clock.today()
        with self._timed(report, "Lectura"):
            if files.register is not None:
                register = self._open(files.register, REGISTER_COLUMNS, REGISTER)
                report.rows[REGISTER] = register.count
                with self.database.reading() as connection:
                    absences = Absences.now(connection)
                title = "Leyendo el padrón"
                stage_register(self.database, register, today, absences, self.progress, title)
                check_across(self.database)
                self._require_clean(files.register, REGISTER, files.accept_good)
                buckets.from_register(self.database)
            else:
                buckets.from_server(self.database)
            building = Building(self.database, today, files.register is not None)
            if files.history is not None:
                building.history = self._open(files.history, HISTORY_COLUMNS, HISTORY)
                report.rows[HISTORY] = building.history.count
                title = "Leyendo el historial"
                stage_services(self.database, building.history, self.progress, title)
            if files.schooling is not None:
                source = self._open(files.schooling, SCHOOLING_COLUMNS, SCHOOLING)
                building.schooling = source
                report.rows[SCHOOLING] = source.count
                building.names = self._names(source, today)
                title = "Leyendo la matrícula"
                stage_school_rows(self.database, source, building.names, self.progress, title)
        with self._timed(report, "Armado"):
            done = building.run(self.progress, "Armando los registros")
        report.erased, report.homeless = done.erased, done.homeless
        report.rows_left_out = dict(building.left_out)
        for path, source_name in ((files.history, HISTORY), (files.schooling, SCHOOLING)):
            if path is not None:
                self._require_clean(path, source_name, files.accept_good)

    def _names(self, source: Source, today: date) -> SchoolNames:
        with self.database.reading() as connection:
            known = stored(connection, "school")
            known.update({one.id: one for one in schools(connection)})
        reading = SchoolingReader(
            source.reader(), People((), ()), cast(dict[str, School], known), today
        )
        return SchoolNames(reading)

    def _open(self, path: Path, columns: tuple[Column, ...], source: str) -> Source:
        """The file; one that cannot be read at all is a fault, and refused."""
        try:
            return open_source(path, columns, self.progress)
        except UserError as error:
            fault: Fault = file_fault(error)
            log = fault_log.FaultLog(self.database, source)
            log.add([fault])
            log.close()
            raise user_error(
                FILE_REFUSED, file=path.name, first=f"{fault.reason} {fault.remedy}"
            ) from error

    def _require_clean(self, path: Path, source: str, accept_good: bool) -> None:
        with self.database.reading() as connection:
            rows = fault_log.faulty_rows(connection, source)
            if rows and not accept_good:
                first = fault_log.first_error(connection, source)
                number = count(rows, "fila con errores", "filas con errores")
                raise user_error(LOAD_REFUSED, file=path.name, count=number, first=first)

    def _finish(self, report: BulkReport) -> BulkReport:
        with self._timed(report, "Aplicación"):
            if _was_interrupted(self.database):
                # Others wrote in between.
                difference.compare(self.database, self.progress, "Comparando con el servidor")
            try:
                report.moved = apply_all(
                    self.database, self.clock, self.progress, "Guardando los registros"
                )
            except UserError as error:
                if error.problem is TERRITORY_CHANGED:
                    self._forget()  # what is staged is no longer true
                raise
        report.applied = True
        self._forget()
        if report.added:
            with self.database.writing() as connection:
                analyse(connection, records)
        return report

    @contextmanager
    def _timed(self, report: BulkReport, step: str) -> Iterator[None]:
        start = self.seconds()
        yield
        report.seconds[step] = report.seconds.get(step, 0.0) + self.seconds() - start


@dataclass(frozen=True, slots=True)
class _Waiting:
    files: str
    started_at: str
    counts: str


def _waiting(database: Database) -> _Waiting | None:
    """The load that is ready and not yet wholly applied."""
    with database.reading() as connection:
        there = sa.inspect(connection)
        if not there.has_table(loads.name):
            return None
        if parts.c.unit.name not in {one["name"] for one in there.get_columns(parts.name)}:
            return None  # staged by an earlier version of the program
        row = connection.execute(
            sa.select(loads).where(loads.c.state.in_((READY, APPLYING)))
        ).first()
    return None if row is None else _Waiting(row.files, row.started_at, row.counts)


def _was_interrupted(database: Database) -> bool:
    """Whether the load was already being applied before; from now on it is."""
    with database.writing() as connection:
        state = connection.execute(sa.select(loads.c.state)).scalar_one()
        connection.execute(sa.update(loads).values(state=APPLYING))
    return bool(state == APPLYING)


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Nobody else loads in bulk meanwhile (PostgreSQL; a file on one machine has one office).

    Raises:
        UserError: CEN-322.
    """
    with database.reading() as connection:
        if connection.dialect.name != "postgresql":
            yield
            return
        if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(_LOCK))).scalar_one():
            raise user_error(ANOTHER_IS_LOADING)
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_LOCK)))
