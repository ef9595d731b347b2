"""The comparison written down, and told to the laptops through the feed of each household's partition.

One transaction a partition: a laptop receives all of its households or none. Only what differs from what
stands is written, so that importing a file again makes no version and sends nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.database import Database
from juntos_campo.central.imports.bodies import from_text
from juntos_campo.central.imports.comparing import (
    Compared,
    Covered,
    Ours,
    Their,
    compare,
    seen_on_laptops,
)
from juntos_campo.central.imports.matches import COUNTING
from juntos_campo.central.ledger import Ledger, Version, body_text, moment, version_of
from juntos_campo.central.tables import (
    external_matches,
    external_records,
    findings,
    lookup_keys,
    records,
)
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import (
    Entity,
    ExternalFinding,
    Household,
    Member,
    School,
    SchoolYear,
    ServiceEvent,
)
from juntos_campo.domain.values import OFFICE
from juntos_campo.register.external.tolerances import tolerances
from juntos_campo.wire.codec import Fields, decode, encode
from juntos_campo.wire.merge import DELETED, diff

KIND = "external_finding"
_CHUNK = 200
_OURS = ("household", "member", "service_event", "school_year")


@dataclass(slots=True)
class Told:
    """What a comparison changed: findings of the office, and versions written for the laptops."""

    households: int = 0
    findings: int = 0
    written: int = 0
    deleted: int = 0


def tell(
    database: Database,
    source: str,
    clock: Clock,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Told:
    """Compare all that a source says with what is recorded now, and write what changed."""
    done = Told()
    with database.reading() as connection:
        places = _places(connection, source)
        covered = _covered(connection, source)
    for number, partition in enumerate(places, 1):
        with database.writing() as connection:
            ledger = Ledger.open(connection, partition)
            days = covered.get(ledger.unit, Covered())
            teller = _Teller(ledger, source, days, clock.today(), moment(clock.now()), done)
            teller.run()
            ledger.close()
        progress(number, len(places))
    with database.writing() as connection:
        _forget_homeless(connection, source)
    return done


def _places(connection: sa.Connection, source: str) -> list[str]:
    """Partitions of the households a source speaks of, or spoke of before."""
    found: set[str] = set()
    of_people = (
        sa.select(records.c.partition)
        .join_from(external_matches, lookup_keys, lookup_keys.c.id == external_matches.c.about)
        .join(records, _standing())
        .where(
            external_matches.c.source == source,
            external_matches.c.kind == lookup_keys.c.kind,
        )
    )
    of_findings = (
        sa.select(records.c.partition)
        .join_from(findings, lookup_keys, lookup_keys.c.id == findings.c.household)
        .join(records, _standing())
        .where(findings.c.source == source, lookup_keys.c.kind == "household")
    )
    for sql in (of_people, of_findings):
        found.update(connection.execute(sql.distinct()).scalars())
    return sorted(found)


def _standing() -> sa.ColumnElement[bool]:
    return sa.and_(
        records.c.unit == lookup_keys.c.unit,
        records.c.kind == lookup_keys.c.kind,
        records.c.id == lookup_keys.c.id,
    )


def _covered(connection: sa.Connection, source: str) -> dict[str, Covered]:
    """Unit -> the days a source speaks of there: files come by months, and from one region or another."""
    day, same_person = external_records.c.day, _same_person()
    same_key = sa.and_(
        lookup_keys.c.kind == external_matches.c.kind, lookup_keys.c.id == external_matches.c.about
    )
    month = sa.func.substr(day, 1, 7)
    sql = (
        sa.select(lookup_keys.c.unit, sa.func.min(day), sa.func.max(day))
        .join_from(external_records, external_matches, same_person)
        .join(lookup_keys, same_key)
        .where(
            external_records.c.source == source,
            day != "",
            external_matches.c.state.in_(COUNTING),
        )
        .group_by(lookup_keys.c.unit, month)
    )
    months: dict[str, list[tuple[str, str]]] = {}
    for unit, first, last in connection.execute(sql):
        months.setdefault(unit, []).append((first, last))
    return {unit: Covered.of_months(some) for unit, some in months.items()}


def _same_person() -> sa.ColumnElement[bool]:
    return sa.and_(
        external_records.c.source == external_matches.c.source,
        external_records.c.person == external_matches.c.person,
    )


def _forget_homeless(connection: sa.Connection, source: str) -> None:
    """Findings about households that are nowhere any more."""
    here = sa.exists().where(
        lookup_keys.c.kind == "household",
        lookup_keys.c.id == findings.c.household,
        lookup_keys.c.unit == findings.c.unit,
    )
    connection.execute(sa.delete(findings).where(findings.c.source == source, ~here))


@dataclass(slots=True)
class _Teller:
    """Writes what a source says of the households of one partition, under its lock."""

    ledger: Ledger
    source: str
    covered: Covered
    today: date
    now: str
    done: Told

    def run(self) -> None:
        theirs = self._theirs()
        seen = self._seen()
        kept = self._kept()
        households = sorted({*theirs, *seen, *kept})
        for start in range(0, len(households), _CHUNK):
            some = households[start : start + _CHUNK]
            said = [their for one in some for their in theirs.get(one, ())]
            compared = self._compare(said, some)
            told = seen_on_laptops(self.source, compared)
            self._keep(
                compared, {key: one for home in some for key, one in kept.get(home, {}).items()}
            )
            self._write(
                told, {key: one for home in some for key, one in seen.get(home, {}).items()}
            )
        self.done.households += len(theirs)

    def _in_here(self, table: sa.Table = records) -> sa.ColumnElement[bool]:
        return sa.and_(table.c.unit == self.ledger.unit, table.c.partition == self.ledger.partition)

    def _theirs(self) -> dict[str, list[Their]]:
        """Household -> what the source says of its people, and of itself."""
        sql = (
            sa.select(records.c.id, records.c.household, external_records.c.body)
            .join_from(records, external_matches, external_matches.c.about == records.c.id)
            .join(external_records, _same_person())
            .where(
                self._in_here(),
                records.c.kind == external_matches.c.kind,
                ~records.c.deleted,
                external_matches.c.source == self.source,
                external_matches.c.state.in_(COUNTING),
            )
            .order_by(external_records.c.key)
        )
        found: dict[str, list[Their]] = {}
        for row in self.ledger.connection.execute(sql):
            their = Their(row.id, row.household, from_text(row.body))
            found.setdefault(row.household, []).append(their)
        return found

    def _seen(self) -> dict[str, dict[str, Version]]:
        """Household -> what laptops see of this source today, by id; what was deleted too."""
        sql = sa.select(records).where(self._in_here(), records.c.kind == KIND)
        found: dict[str, dict[str, Version]] = {}
        for row in self.ledger.connection.execute(sql):
            version = version_of(row)
            if version.fields.get("source") == self.source:
                found.setdefault(row.household, {})[row.id] = version
        return found

    def _kept(self) -> dict[str, dict[str, str]]:
        """Household -> the findings kept for the office, by id."""
        homes = sa.select(records.c.id).where(self._in_here(), records.c.kind == "household")
        sql = sa.select(findings.c.id, findings.c.household, findings.c.body).where(
            findings.c.unit == self.ledger.unit,
            findings.c.source == self.source,
            findings.c.household.in_(homes),
        )
        found: dict[str, dict[str, str]] = {}
        for row in self.ledger.connection.execute(sql):
            found.setdefault(row.household, {})[row.id] = row.body
        return found

    def _compare(self, said: Sequence[Their], households: Collection[str]) -> list[Compared]:
        if not said:
            return []
        return compare(
            self.source, said, self._ours(households), tolerances(), self.covered, self.today
        )

    def _ours(self, households: Collection[str]) -> Ours:
        sql = sa.select(records.c.kind, records.c.id, records.c.body).where(
            self._in_here(),
            records.c.household.in_(sorted(households)),
            records.c.kind.in_(_OURS),
            ~records.c.deleted,
        )
        found = [_entity(row) for row in self.ledger.connection.execute(sql)]
        years = [one for one in found if isinstance(one, SchoolYear)]
        return Ours(
            households={one.id: one for one in found if isinstance(one, Household)},
            members={one.id: one for one in found if isinstance(one, Member)},
            services=[one for one in found if isinstance(one, ServiceEvent)],
            years=years,
            schools=self._schools({one.school_id for one in years if one.school_id}),
        )

    def _schools(self, ids: Collection[str]) -> dict[str, School]:
        if not ids:
            return {}
        sql = sa.select(records.c.kind, records.c.id, records.c.body).where(
            records.c.unit.in_((NO_UNIT, self.ledger.unit)),
            records.c.kind == "school",
            records.c.id.in_(sorted(ids)),
            records.c.partition == REFERENCE,
        )
        found = (_entity(row) for row in self.ledger.connection.execute(sql))
        return {one.id: one for one in found if isinstance(one, School)}

    def _keep(self, compared: Iterable[Compared], before: Mapping[str, str]) -> None:
        """The findings of the office: only those that differ are written."""
        now = {one.told.id: one.told for one in compared}
        new = []
        for key, told in now.items():
            fields = encode(told)
            if key in before and _same(json.loads(before[key]), fields):
                continue
            new.append(
                {
                    "unit": self.ledger.unit,
                    "id": key,
                    "source": self.source,
                    "household": told.household_id,
                    "topic": told.topic[:40],
                    "outcome": told.outcome.value,
                    "body": body_text(fields),
                }
            )
        connection = self.ledger.connection
        gone = sorted({*(before.keys() - now.keys()), *(row["id"] for row in new)})
        for start in range(0, len(gone), _CHUNK):
            some = gone[start : start + _CHUNK]
            connection.execute(
                sa.delete(findings).where(
                    findings.c.unit == self.ledger.unit, findings.c.id.in_(some)
                )
            )
        if new:
            connection.execute(sa.insert(findings), new)
        self.done.findings += len(now)

    def _write(self, told: Iterable[ExternalFinding], before: Mapping[str, Version]) -> None:
        """What laptops see: only what differs makes a version."""
        now = {one.id: one for one in told}
        new: list[dict[str, Any]] = []
        for key, one in sorted(now.items()):
            old, fields = before.get(key), encode(one)
            if old is None:
                new.append(self._row(one, fields))
                continue
            if not old.deleted and _same(old.fields, fields):
                continue
            paths = diff(old.fields, fields).paths() | ({DELETED} if old.deleted else set())
            self.ledger.write(KIND, key, self._version(old.number + 1, fields, paths), old)
            self.done.written += 1
        if new:
            self.ledger.connection.execute(sa.insert(records), new)
            self.done.written += len(new)
        for key, old in sorted(before.items()):
            if key in now or old.deleted:
                continue
            last = self._version(old.number + 1, old.fields, frozenset({DELETED}))
            self.ledger.write(KIND, key, replace(last, deleted=True), old)
            self.done.deleted += 1

    def _row(self, one: ExternalFinding, fields: Fields) -> dict[str, Any]:
        """A first version; they come by the thousand, so they are written at once."""
        return self.ledger.first_row(KIND, one.id, fields, OFFICE, self.now, one.household_id)

    def _version(self, number: int, fields: Fields, paths: Iterable[str]) -> Version:
        return Version(number, fields, False, frozenset(paths), OFFICE, "", self.now)


def _same(before: Fields, now: Fields) -> bool:
    """Whether both say the same, whenever it was said first."""
    return {**before, "told_on": None} == {**now, "told_on": None}


def _entity(row: Any) -> Entity:
    entity: Entity = decode(row.kind, row.id, json.loads(row.body))[0]
    return entity
