"""Members of the register looked up by document, birth or household: by index, never by reading all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.tables import lookup_keys, records
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import DocumentKind
from juntos_campo.register.external.matching import KnownMember, near_births
from juntos_campo.register.external.records import Person, family
from juntos_campo.wire.codec import decode

_CHUNK = 400
_LONGEST_CNV = 12
_HOUSEHOLD = "hogar:"

_NAMES: sa.BindParameter[Any] = sa.bindparam("names", expanding=True)
_NEAR = sa.select(lookup_keys.c.id).where(
    lookup_keys.c.kind == "member",
    lookup_keys.c.birth.in_(sa.bindparam("days", expanding=True)),
    lookup_keys.c.paternal.in_(_NAMES) | lookup_keys.c.maternal.in_(_NAMES),
)
"""Made once: a national file asks it for every stranger."""


def word_of(kind: DocumentKind, number: str) -> str:
    """How `lookup_keys` names a document; CUI and DNI are one number."""
    return f"{family(kind).value}:{number}"


@dataclass(slots=True)
class Register:
    """The members of the server, as far as they were asked for, within one transaction.

    Attributes:
        by_word: the members of every word asked for; nobody is an answer too.
    """

    connection: sa.Connection
    by_word: dict[str, list[KnownMember]] = field(default_factory=dict)
    _ubigeos: dict[str, str] = field(default_factory=dict)

    def prepare(self, people: Iterable[Person]) -> None:
        """Look up the documents of many at once."""
        self.by_word.clear()
        self._look_up(sorted({word_of(*document) for one in people for document in one.documents}))

    def around(self, person: Person) -> Around:
        """Where `matching.match` looks for one person."""
        return Around(self, person)

    def of_word(self, word: str) -> Sequence[KnownMember]:
        if word not in self.by_word:
            self._look_up([word])
        return self.by_word[word]

    def household_id(self, code: str) -> str:
        """The household of a code; empty when there is none, or nobody knows which."""
        sql = _joined(lookup_keys.c.word == f"{_HOUSEHOLD}{code}", "household", records.c.id)
        found = self.connection.execute(sql).scalars().all()
        return str(found[0]) if len(found) == 1 else ""

    def member(self, member_id: str) -> KnownMember | None:
        return next(iter(self.known(lookup_keys.c.id == member_id)), None)

    def known(self, condition: sa.ColumnElement[bool]) -> list[KnownMember]:
        """The members whose keys fulfil `condition`."""
        return [one for _word, one in self._members(condition)]

    def _look_up(self, words: Sequence[str]) -> None:
        for start in range(0, len(words), _CHUNK):
            some = words[start : start + _CHUNK]
            self.by_word.update({word: [] for word in some})
            for word, one in self._members(lookup_keys.c.word.in_(some)):
                self.by_word[word].append(one)

    def _members(self, condition: sa.ColumnElement[bool]) -> list[tuple[str, KnownMember]]:
        sql = _joined(
            condition, "member", lookup_keys.c.word, records.c.unit, records.c.id, records.c.body
        )
        rows = self.connection.execute(sql.order_by(records.c.id)).all()
        found = [
            (row.word, row.unit, decode("member", row.id, json.loads(row.body))[0]) for row in rows
        ]
        homes = self._homes({(unit, one.household_id) for _, unit, one in found})
        return [
            (word, KnownMember(member=one, household_code=code, ubigeo=ubigeo))
            for word, _unit, one in found
            for code, ubigeo in (homes.get(one.household_id, ("", "")),)
        ]

    def _homes(self, wanted: set[tuple[str, str]]) -> dict[str, tuple[str, str]]:
        """Household id -> its code and the UBIGEO of where it lies."""
        bodies: dict[str, dict[str, str]] = {}
        for unit in {unit for unit, _ in wanted}:
            ids = sorted(household for its, household in wanted if its == unit)
            bodies |= self._bodies({unit}, "household", ids)
        places = {str(one.get("settlement_id", "")) for one in bodies.values()}
        unknown = sorted(places - self._ubigeos.keys())
        found = self._bodies({NO_UNIT, *(unit for unit, _ in wanted)}, "settlement", unknown)
        for one in unknown:
            self._ubigeos[one] = str(found.get(one, {}).get("ubigeo", ""))
        return {
            key: (str(one.get("code", "")), self._ubigeos[str(one.get("settlement_id", ""))])
            for key, one in bodies.items()
        }

    def _bodies(self, units: set[str], kind: str, ids: Sequence[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for start in range(0, len(ids), _CHUNK):
            sql = sa.select(records.c.id, records.c.body).where(
                records.c.unit.in_(sorted(units)),
                records.c.kind == kind,
                records.c.id.in_(ids[start : start + _CHUNK]),
                ~records.c.deleted,
            )
            found |= {row.id: json.loads(row.body) for row in self.connection.execute(sql)}
        return found


def _joined(
    condition: sa.ColumnElement[bool], kind: str, *columns: sa.ColumnElement[Any]
) -> sa.Select[*tuple[Any, ...]]:
    """The standing records of the keys that fulfil a condition."""
    same = sa.and_(
        records.c.unit == lookup_keys.c.unit,
        records.c.kind == kind,
        records.c.id == lookup_keys.c.id,
    )
    return (
        sa.select(*columns)
        .join_from(lookup_keys, records, same)
        .where(lookup_keys.c.kind == kind, condition, ~records.c.deleted)
    )


@dataclass(slots=True)
class Around:
    """`matching.People` for one person.

    Whoever was born near that day is one in two thousand, too many to compare in a country. Names that
    the matching takes for alike share a surname spelt alike, or a surname stands where another name
    should: only those are read.
    """

    register: Register
    person: Person
    _near: dict[date, list[KnownMember]] | None = None

    def with_document(self, kind: DocumentKind, number: str) -> Sequence[KnownMember]:
        return self.register.of_word(word_of(kind, number))

    def with_short_cnv(self, digits: str) -> Sequence[KnownMember]:
        words = [word_of(DocumentKind.CNV, one) for one in _padded(digits)]
        return [one for word in words for one in self.register.of_word(word)]

    def born_on(self, day: date) -> Sequence[KnownMember]:
        if self._near is None:
            self._near = {}
            for one in self._born_near():
                self._near.setdefault(one.member.birth_date, []).append(one)
        return self._near.get(day, ())

    def in_household(self, code: str) -> Sequence[KnownMember]:
        household = self.register.household_id(code)
        if not household:
            return ()
        of_household = sa.and_(records.c.household == household, records.c.kind == "member")
        sql = sa.select(records.c.id).where(of_household, ~records.c.deleted)
        ids = self.register.connection.execute(sql).scalars().all()
        return self.register.known(lookup_keys.c.id.in_(ids)) if ids else ()

    def _born_near(self) -> list[KnownMember]:
        person, names = self.person, _surnames(self.person)
        if person.birth is None or not names:
            return []
        days = [day.isoformat() for day in near_births(person.birth)]
        found = self.register.connection.execute(_NEAR, {"days": days, "names": names})
        ids = found.scalars().all()
        return self.register.known(lookup_keys.c.id.in_(ids)) if ids else []


def _surnames(person: Person) -> list[str]:
    """What may stand as a surname in the register: every name as a whole and word by word."""
    parts = [fold(one) for one in (person.paternal, person.maternal, person.given) if one]
    words = {word for part in parts for word in part.split()}
    return sorted({*parts, *words} - {""})


def _padded(digits: str) -> list[str]:
    return [digits.zfill(length) for length in range(max(1, len(digits)), _LONGEST_CNV + 1)]
