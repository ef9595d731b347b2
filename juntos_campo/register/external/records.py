"""What a row of another system's file says, as plain data, before anybody knows whose it is.

Every record has a key (what it is about) and a content: importing the same file again finds the same
keys with the same contents; a corrected row has the same key and another content.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import DocumentKind, SchoolLevel, Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom a row is about, as the row says it; empty or None where it does not.

    Attributes:
        documents: kind and number, the surest first: DNI, CUI, CNV.
        mother: surnames and given names of the mother, where the file has them.
    """

    documents: tuple[tuple[DocumentKind, str], ...] = ()
    paternal: str = ""
    maternal: str = ""
    given: str = ""
    sex: Sex | None = None
    birth: date | None = None
    household_code: str = ""
    ubigeo: str = ""
    mother: str = ""
    mother_document: str = ""

    @property
    def is_named(self) -> bool:
        return bool(self.given and (self.paternal or self.maternal))

    @property
    def key(self) -> tuple[str, ...]:
        """By the surest document, else by name, birth and place; CUI and DNI are one number."""
        if self.documents:
            kind, number = self.documents[0]
            return (family(kind), number)
        name = fold(f"{self.paternal} {self.maternal} {self.given}")
        return (name, str(self.birth or ""), self.household_code, self.ubigeo)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthService:
    """One service on one day (HIS). `number` 0 and `value` None: not said; `code` as the file has it."""

    row: int
    person: Person
    code: str
    service: str
    on: date
    number: int = 0
    value: float | None = None
    facility_code: str = ""

    @property
    def about(self) -> tuple[str, ...]:
        return (*self.person.key, self.service, self.on.isoformat(), str(self.number))


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolRecord:
    """A student's year (SIAGIE). `attendance` as in `domain.entities.SchoolYear`, as sorted pairs."""

    row: int
    person: Person
    year: int
    school_code: str = ""
    level: SchoolLevel | None = None
    grade: int = 0
    enrolled_on: date | None = None
    attendance: tuple[tuple[str, float], ...] = ()
    passed: bool | None = None
    top_third: bool | None = None

    @property
    def about(self) -> tuple[str, ...]:
        return (*self.person.key, str(self.year))


class LifeState(StrEnum):
    ALIVE = "alive"
    DEAD = "dead"
    CANCELLED = "cancelled"
    """The document is no longer valid, for whatever reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What the civil registry (RENIEC) says of somebody."""

    row: int
    person: Person
    state: LifeState
    died_on: date | None = None

    @property
    def about(self) -> tuple[str, ...]:
        return self.person.key


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedChild:
    """A child of the padrón nominal, with every document it has had."""

    row: int
    person: Person
    address: str = ""
    facility_code: str = ""

    @property
    def about(self) -> tuple[str, ...]:
        return self.person.key


@dataclass(frozen=True, slots=True, kw_only=True)
class CareStay:
    """A time in a Cuna Más service; `until` None: still there."""

    row: int
    person: Person
    service: str
    since: date
    until: date | None = None

    @property
    def about(self) -> tuple[str, ...]:
        return (*self.person.key, self.service, self.since.isoformat())


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What became of one transfer of one household and month.

    Attributes:
        person: the student of a TBS or TAS; nobody otherwise.
        month: its first day.
        amount: soles; None when the file does not say.
    """

    row: int
    person: Person
    household_code: str
    transfer: str
    month: date
    paid: bool
    amount: float | None = None
    reason: str = ""

    @property
    def about(self) -> tuple[str, ...]:
        student = self.person.key if self.person.documents or self.person.is_named else ()
        return (self.household_code, self.transfer, f"{self.month:%Y-%m}", *student)


Record: TypeAlias = HealthService | SchoolRecord | Identity | ListedChild | CareStay | Payment


def family(kind: DocumentKind) -> DocumentKind:
    """A child's CUI becomes the number of its DNI."""
    return DocumentKind.DNI if kind is DocumentKind.CUI else kind


def key_of(record: Record) -> str:
    """Id of what the record is about, the same whenever and wherever it is imported."""
    return derived_id("external", type(record).__name__, *record.about)


def content_of(record: Record) -> str:
    """Id of all the record says; where it stands in its file does not matter."""
    said = [repr(getattr(record, one.name)) for one in fields(record) if one.name != "row"]
    return derived_id("external_content", type(record).__name__, *said)


@dataclass(frozen=True, slots=True)
class Consolidated:
    """The records of a file, each thing once.

    Attributes:
        kept: in the order of their keys.
        repeated: rows that said again what another had said.
        disagreeing: records about the same thing that say different things: none of them is used.
    """

    kept: tuple[Record, ...]
    repeated: int
    disagreeing: tuple[tuple[Record, ...], ...]


def consolidate(records: Iterable[Record]) -> Consolidated:
    """Leave each thing once, whatever the order of the rows; holds all of `records` in memory."""
    by_key: dict[str, dict[str, Record]] = {}
    repeated = 0
    for one in records:
        same = by_key.setdefault(key_of(one), {})
        content = content_of(one)
        repeated += content in same
        if content not in same or one.row < same[content].row:
            same[content] = one
    kept, disagreeing = [], []
    for key in sorted(by_key):
        versions = [by_key[key][content] for content in sorted(by_key[key])]
        if len(versions) == 1:
            kept.append(versions[0])
        else:
            disagreeing.append(tuple(versions))
    return Consolidated(tuple(kept), repeated, tuple(disagreeing))


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import changes in what was imported before: keys, sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    same: int


def changes(
    before: Mapping[str, str], records: Iterable[Record], complete: bool = False
) -> Changes:
    """Compare `records` with the key -> content of what is stored.

    `complete`: the file is all there is of what `before` covers (a period, a territory), so that what
    it no longer says is removed; otherwise a file only adds and corrects.
    """
    now = {key_of(one): content_of(one) for one in records}
    return Changes(
        added=tuple(sorted(now.keys() - before.keys())),
        changed=tuple(sorted(key for key in now.keys() & before.keys() if now[key] != before[key])),
        removed=tuple(sorted(before.keys() - now.keys())) if complete else (),
        same=sum(before.get(key) == content for key, content in now.items()),
    )
