"""Erasure by order of the law: a household, or one person, leaves nothing but the ids.

Unlike a deletion this takes every version, losing values and files. The ids stay in `erased`, so that nothing
of it comes back from a laptop, and every partition that may hold it is told. Records of others that only
mention the person (a visit of the household, a row of an official form) lose what they say of him, in all
their versions; notes about his household also where they only call him by his name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.assignments import forget_history
from juntos_campo.central.database import Database
from juntos_campo.central.erasure_names import FREE_TEXT, Called, calling, naming, scrub
from juntos_campo.central.file_names import forget_names
from juntos_campo.central.imports.forgetting import forget
from juntos_campo.central.indicators.forgetting import forget_verdicts
from juntos_campo.central.ledger import Ledger, Version, body_text, moment, standing_version
from juntos_campo.central.problems import BUSY, NO_SUCH_HOUSEHOLD, NO_SUCH_MEMBER
from juntos_campo.central.tables import (
    bundles,
    conflicts,
    erased,
    external_matches,
    external_records,
    findings,
    indicators,
    lookup_keys,
    partitions,
    record_versions,
    records,
    removals,
)
from juntos_campo.central.territory import ERASED_BY_LAW
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.kinds import KINDS
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import OFFICE
from juntos_campo.wire.codec import Fields

_TRIES = 5
_SHARED = tuple(name for name, kind in KINDS.items() if kind.shared)
_LEAST_DIGITS = 6
"""A shorter document number may stand in a text by chance."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be erased.

    Attributes:
        kind: ``household`` or ``member``.
        needles: texts that stand for the person, or the people of the household: ids and document numbers.
        called: the names they had.
    """

    kind: str
    id: str
    needles: tuple[str, ...] = ()
    called: tuple[Called, ...] = ()


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """How many records were erased, and how many others lost what they said of the person."""

    erased: int
    mended: int


def find_household(database: Database, code: str) -> Target:
    """The household of a code.

    Raises:
        UserError: CEN-214.
    """
    for row in _with_value(database, "household", "code", code):
        return _target(database, "household", row.id, records.c.household == row.id)
    raise user_error(NO_SUCH_HOUSEHOLD, code=code)


def find_member(database: Database, document: str) -> Target:
    """The person of a document number.

    Raises:
        UserError: CEN-215.
    """
    for row in _with_value(database, "member", "document_number", document):
        return _target(database, "member", row.id, records.c.id == row.id)
    raise user_error(NO_SUCH_MEMBER)


def _target(database: Database, kind: str, record_id: str, about: sa.ColumnElement[bool]) -> Target:
    """What stands for the members of a condition, in records that are about others too: what their
    earlier versions said as well."""
    with database.reading() as connection:
        found = sa.select(records.c.id, records.c.body).where(records.c.kind == "member", about)
        rows = list(connection.execute(found).all())
        ids = {row.id for row in rows}
        before = sa.select(record_versions.c.id, record_versions.c.body).where(
            record_versions.c.kind == "member", record_versions.c.id.in_(ids)
        )
        rows += connection.execute(before).all()
    said = [json.loads(row.body) for row in rows]
    documents = {str(one.get("document_number") or "") for one in said}
    needles = ids | {one for one in documents if len(one) >= _LEAST_DIGITS}
    called = {
        Called(
            *(str(one.get(name) or "") for name in ("paternal", "maternal", "given", "birth_date"))
        )
        for one in said
    }
    return Target(kind, record_id, tuple(sorted(needles)), tuple(sorted(called, key=str)))


def erase(database: Database, target: Target, clock: Clock) -> ErasureReport:
    """Erase for good what `target` names, in one transaction.

    Raises:
        UserError: CEN-008 the office is loading; nothing was erased.
    """
    with database.reading() as connection:
        names = _partitions_of(connection, target)
    for _try in range(_TRIES):
        with database.writing() as connection:
            ledgers = Ledger.open_all(connection, names)
            again = _partitions_of(connection, target)
            if not ledgers.keys() >= again:
                names = again
                continue
            _leave_nothing_on_disk(connection)
            household = _household_of(connection, target)
            work = _Erasure(ledgers, target, household, moment(clock.now()))
            report = work.run()
            # An answer kept for a stick may hold it, sealed; its laptop can make a new file.
            connection.execute(sa.update(bundles).values(answer=b""))
            for ledger in ledgers.values():
                ledger.close()
            detail = f"{report.erased} records, {report.mended} mended"
            note(
                connection,
                clock.now(),
                OFFICE,
                "",
                "record.erased",
                kind=target.kind,
                record_id=target.id,
                detail=detail,
            )
            break
    else:
        raise user_error(BUSY)
    _tidy(database)
    return report


def erasure_line(done: ErasureReport) -> str:
    """What was done, for who ordered it."""
    erased_records = count(done.erased, "registro eliminado", "registros eliminados")
    mended = count(done.mended, "registro quedó", "registros quedaron")
    others = f"; {mended} sin lo que decían de la persona" if done.mended else ""
    return (
        f"{erased_records}, con todas sus versiones{others}. Las laptops lo borran al sincronizar. "
        "Los respaldos anteriores del servidor todavía lo contienen: elimínelos según su plazo."
    )


def _with_value(database: Database, kind: str, name: str, value: str) -> list[Any]:
    """Records of a kind one of whose fields has this value."""
    wanted = f'"{name}":{json.dumps(value, ensure_ascii=False)}'
    sql = sa.select(records.c.id, records.c.body).where(
        records.c.kind == kind, records.c.body.contains(wanted, autoescape=True)
    )
    with database.reading() as connection:
        rows = connection.execute(sql).all()
    return [row for row in rows if value and json.loads(row.body).get(name) == value]


def _partitions_of(connection: sa.Connection, target: Target) -> set[str]:
    """Partitions whose readers may hold something of it: where it lies, and where it once lay."""
    household = _household_of(connection, target)
    lies = sa.select(records.c.partition).where(_about(target)).distinct()
    former = sa.select(removals.c.partition).where(
        removals.c.kind == "household", removals.c.id == household
    )
    return {*connection.execute(lies).scalars(), *connection.execute(former).scalars()}


def _household_of(connection: sa.Connection, target: Target) -> str:
    """The household it is or lives in; empty where it is nowhere."""
    if target.kind == "household":
        return target.id
    of_member = (records.c.kind == "member", records.c.id == target.id)
    found = connection.execute(sa.select(records.c.household).where(*of_member))
    return found.scalar_one_or_none() or ""


def _mentions(column: sa.ColumnElement[str], target: Target) -> sa.ColumnElement[bool]:
    return sa.or_(*(column.contains(needle, autoescape=True) for needle in target.needles))


def _about(target: Target) -> sa.ColumnElement[bool]:
    """Records that belong to the target or mention it; reference data is about nobody."""
    own = sa.and_(records.c.kind == target.kind, records.c.id == target.id)
    if target.kind == "household":
        own = own | (records.c.household == target.id)
    if not target.needles:
        return own
    return own | sa.and_(_mentions(records.c.body, target), records.c.kind.not_in(_SHARED))


@dataclass(frozen=True, slots=True)
class _Erasure:
    ledgers: dict[str, Ledger]
    target: Target
    household: str
    now: str

    @property
    def connection(self) -> sa.Connection:
        return next(iter(self.ledgers.values())).connection

    def run(self) -> ErasureReport:
        rows = self._concerned()
        own = [row for row in rows if self._is_own(row)]
        for row in own:
            self._erase_record(row.unit, row.kind, row.id)
        if self.target.kind == "household":
            forget_history(self.connection, self.target.id)
        forget_verdicts(self.connection, (self.target.id, *self.target.needles), list(self.ledgers))
        # A laptop drops with a household everything about it, but for reviews of what it may never have
        # held; of a person it is told record by record.
        told = [(self.target.kind, self.target.id)]
        told += [
            (row.kind, row.id)
            for row in own
            if (row.kind, row.id) not in told
            and (self.target.kind == "member" or row.kind == "review")
        ]
        for ledger in self.ledgers.values():
            for kind, record_id in told:
                ledger.remove(ERASED_BY_LAW, kind, record_id, self.now)
        others = [row for row in rows if not self._is_own(row)]
        for row in others:
            self._mend(row)
        self._mend_what_is_no_record()
        forget(
            self.connection,
            self.target.id,
            self.target.needles,
            self.target.called,
            household=self.household,
        )
        return ErasureReport(len(own), len(others))

    def _concerned(self) -> list[Any]:
        where = _about(self.target) | self._notes(records)
        rows = self.connection.execute(sa.select(records).where(where)).all()
        return [row for row in rows if self._is_own(row) or self._says(row.kind, row.body)]

    def _notes(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """What was written about the household of a person, where he may be called by his name."""
        if not self.target.called or self.target.kind != "member" or not self.household:
            return sa.false()
        noted = sa.select(records.c.id).where(
            records.c.household == self.household, records.c.kind.in_(FREE_TEXT)
        )
        return sa.and_(table.c.kind.in_(FREE_TEXT), table.c.id.in_(noted))

    def _says(self, kind: str, text: str) -> bool:
        fields = json.loads(text)
        return self._names(text) or self._without(kind, fields) != fields

    def _without(self, kind: str, fields: Fields) -> Fields:
        """The fields of a record of others without what they say of the target."""
        called = self.target.called if kind in FREE_TEXT else ()
        return scrub(fields, self.target.needles, calling(called))

    def _is_own(self, row: Any) -> bool:
        if self.target.kind == "household":
            return bool(row.household == self.target.id)
        if (row.kind, row.id) == ("member", self.target.id):
            return True
        fields = json.loads(row.body)
        return bool(fields.get("member_id") == self.target.id)

    def _erase_record(self, unit: str, kind: str, record_id: str) -> None:
        for table in (records, record_versions, conflicts):
            this = (table.c.unit == unit, table.c.kind == kind, table.c.id == record_id)
            self.connection.execute(sa.delete(table).where(*this))
        forget_names(self.connection, kind, record_id)
        known = sa.select(erased.c.id).where(erased.c.kind == kind, erased.c.id == record_id)
        if self.connection.execute(known).first() is None:
            self.connection.execute(sa.insert(erased).values(kind=kind, id=record_id, at=self.now))

    def _mend(self, row: Any) -> None:
        """A new version without what the record says of the person; the old ones lose it too."""
        old = standing_version(row)
        fields = self._without(row.kind, old.fields)
        new = Version(
            row.version + 1, fields, row.deleted, frozenset(), OFFICE, "", self.now, old.flags
        )
        self.ledgers[row.partition].write(row.kind, row.id, new, old)

    def _mend_what_is_no_record(self) -> None:
        """Earlier versions, the paths that versions changed, values that gave way."""
        if not self.target.needles:
            return
        for table in (records, record_versions):
            said = sa.or_(
                _mentions(table.c.body, self.target),
                _mentions(table.c.paths, self.target),
                self._notes(table),
            )
            own_kinds = table.c.kind.not_in(_SHARED)
            for row in self.connection.execute(sa.select(table).where(said, own_kinds)).all():
                paths = [one for one in json.loads(row.paths) if not self._names(one)]
                body = body_text(self._without(row.kind, json.loads(row.body)))
                if (body, body_text(paths)) == (row.body, row.paths):
                    continue
                this = (
                    table.c.unit == row.unit,
                    table.c.kind == row.kind,
                    table.c.id == row.id,
                    table.c.version == row.version,
                )
                self.connection.execute(
                    sa.update(table).where(*this).values(body=body, paths=body_text(paths))
                )
        said = sa.or_(
            _mentions(conflicts.c.body, self.target), _mentions(conflicts.c.path, self.target)
        )
        self.connection.execute(sa.delete(conflicts).where(said))
        calls = calling(self.target.called)
        gave_way = sa.select(conflicts).where(self._notes(conflicts))
        for lost in [one for one in self.connection.execute(gave_way).all() if calls(one.body)]:
            mine = (conflicts.c.unit == lost.unit, conflicts.c.conflict_id == lost.conflict_id)
            self.connection.execute(sa.delete(conflicts).where(*mine))

    def _names(self, text: str) -> bool:
        return naming(self.target.needles)(text)


def _leave_nothing_on_disk(connection: sa.Connection) -> None:
    """SQLite overwrites what it frees only when it is told to."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")


def _tidy(database: Database) -> None:
    """What the erased rows occupied must not stay readable in the files of the database."""
    engine = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    if database.engine.dialect.name == "sqlite":
        with database.engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with engine.connect() as connection:
        also = (external_matches, external_records, findings, lookup_keys, indicators.standings)
        for table in (records, record_versions, conflicts, partitions, *also):
            connection.execute(sa.text(f"VACUUM {table.name}"))
