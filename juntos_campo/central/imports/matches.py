"""Whose the rows of somebody are: known by the document, or decided by a person, once for all his rows."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.imports.bodies import is_of_household, person_of, said_of
from juntos_campo.central.imports.people import Register, word_of
from juntos_campo.central.imports.problems import ALREADY_SURE, UNKNOWN_SUGGESTION
from juntos_campo.central.tables import external_matches, external_records
from juntos_campo.central.trail import note
from juntos_campo.domain.errors import user_error
from juntos_campo.register.external.matching import Match, MatchKind, match
from juntos_campo.register.external.records import Record

_CHUNK = 400
DECISION_DIGITS = 12
"""Of the id of somebody a person must decide about, as it is shown."""

_CODE = re.compile(rf"[0-9a-f]{{{DECISION_DIGITS}}}")


class MatchState(StrEnum):
    """CERTAIN and CONFIRMED count, the others do not; nobody but a person makes the last two."""

    CERTAIN = "certain"
    OTHER_PERSON = "other_person"
    DOCUMENTS_DISAGREE = "documents_disagree"
    SUGGESTED = "suggested"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


COUNTING = (MatchState.CERTAIN.value, MatchState.CONFIRMED.value)
WAITING = (
    MatchState.OTHER_PERSON.value,
    MatchState.DOCUMENTS_DISAGREE.value,
    MatchState.SUGGESTED.value,
)
_DECIDED = (MatchState.CONFIRMED.value, MatchState.REJECTED.value)


@dataclass(frozen=True, slots=True)
class Matched:
    """Whom the rows of one person of a file are about; `state` None: nobody of the register."""

    state: MatchState | None
    kind: str = ""
    about: str = ""
    suggestions: tuple[dict[str, Any], ...] = ()


def match_people(
    connection: sa.Connection, source: str, rows: Mapping[str, Record], import_id: str
) -> dict[str, Matched]:
    """Match everybody of a part of a file; what a person decided stands.

    Args:
        rows: person id -> any of his records.
    """
    known = _known(connection, source, rows)
    register = Register(connection)
    register.prepare(one.person for one in rows.values())
    found: dict[str, Matched] = {}
    new: list[dict[str, str]] = []
    for person, record in rows.items():
        old = known.get(person)
        if old is not None and old.state in _DECIDED and _stands(register, old, record):
            found[person] = Matched(MatchState(old.state), old.kind, old.about)
            continue
        found[person] = _match(register, record)
        if old is None and found[person].state is not None:
            named = {"source": source, "person": person, "import_id": import_id}
            new.append(named | _values(record, found[person]))
        elif old is not None:
            _renew(connection, old, record, found[person])
    if new:
        connection.execute(sa.insert(external_matches), new)
    return found


def _known(connection: sa.Connection, source: str, people: Iterable[str]) -> dict[str, Any]:
    wanted, found = sorted(people), {}
    for start in range(0, len(wanted), _CHUNK):
        sql = sa.select(external_matches).where(
            external_matches.c.source == source,
            external_matches.c.person.in_(wanted[start : start + _CHUNK]),
        )
        found.update({row.person: row for row in connection.execute(sql)})
    return found


def _stands(register: Register, old: Any, record: Record) -> bool:
    """A decision for somebody who is no longer in the register is none; and who was none of those
    suggested may have come into it since, with his document."""
    if old.state != MatchState.REJECTED.value:
        return register.member(old.about) is not None
    now = _match(register, record)
    refused = {one["member"] for one in json.loads(old.suggestions)}
    return now.state is not MatchState.CERTAIN or now.about in refused


def _match(register: Register, record: Record) -> Matched:
    person = record.person
    if is_of_household(record):
        household = register.household_id(person.household_code)
        return Matched(MatchState.CERTAIN, "household", household) if household else Matched(None)
    found = match(person, register.around(person))
    if found.kind is MatchKind.UNKNOWN:
        return Matched(None)
    if found.kind is MatchKind.CERTAIN:
        return Matched(MatchState.CERTAIN, "member", found.member_id)
    return Matched(MatchState(found.kind.value), "member", "", _suggestions(found))


def _suggestions(found: Match) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"member": one.member_id, "score": one.score, "reasons": list(one.reasons)}
        for one in found.suggestions
    )


def _values(record: Record, found: Matched) -> dict[str, str]:
    documents = record.person.documents
    return {
        "state": str(found.state),
        "kind": found.kind,
        "about": found.about,
        "document": word_of(*documents[0]) if documents else "",
        "said": said_of(record.person),
        "suggestions": json.dumps(found.suggestions, ensure_ascii=False, separators=(",", ":")),
        "decided_by": "",
        "decided_at": "",
    }


def _renew(connection: sa.Connection, old: Any, record: Record, found: Matched) -> None:
    this = (external_matches.c.source == old.source, external_matches.c.person == old.person)
    if found.state is None:
        connection.execute(sa.delete(external_matches).where(*this))
        return
    values = _values(record, found)
    if any(getattr(old, name) != value for name, value in values.items()):
        connection.execute(sa.update(external_matches).where(*this).values(values))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody of a file about whom a person must decide.

    Attributes:
        code: how he is named in an order, ``3f2a9c01b7de``.
        rows: how many of his rows wait.
        suggestions: member id, score and reasons, the best first.
    """

    code: str
    source: str
    person: str
    state: MatchState
    said: str
    rows: int
    suggestions: tuple[dict[str, Any], ...]


def waiting(connection: sa.Connection, codes: Collection[str] | None = None) -> list[Waiting]:
    """Everybody about whom a person must decide, or those of some codes."""
    number = (
        sa.select(sa.func.count())
        .where(
            external_records.c.source == external_matches.c.source,
            external_records.c.person == external_matches.c.person,
        )
        .scalar_subquery()
    )
    sql = sa.select(external_matches, number.label("rows")).where(
        external_matches.c.state.in_(WAITING)
    )
    if codes is not None:
        sql = sql.where(external_matches.c.person.like(sa.bindparam("begin")))
        rows = [
            row for code in codes for row in connection.execute(sql, {"begin": f"{code}%"}).all()
        ]
    else:
        ordered = sql.order_by(external_matches.c.source, external_matches.c.person)
        rows = list(connection.execute(ordered).all())
    return [
        Waiting(
            row.person[:DECISION_DIGITS],
            row.source,
            row.person,
            MatchState(row.state),
            row.said,
            row.rows,
            tuple(json.loads(row.suggestions)),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided: the suggestion of that `number` (1 is the best) is right, or none of them."""

    code: str
    number: int
    right: bool


def decide(
    connection: sa.Connection, decisions: Iterable[Decision], by: str, at: datetime
) -> set[str]:
    """Write decisions down; all of them or, when one cannot be, none.

    Returns:
        The sources whose comparison has to be made again.

    Raises:
        UserError: CEN-332, CEN-333.
    """
    sources: set[str] = set()
    for one in decisions:
        found = waiting(connection, [one.code]) if _CODE.fullmatch(one.code) else []
        if not found:
            _refuse(connection, one.code)
        for row in found:
            if one.right and not 1 <= one.number <= len(row.suggestions):
                raise user_error(UNKNOWN_SUGGESTION, id=f"{one.code}:{one.number}")
            about = row.suggestions[one.number - 1]["member"] if one.right else ""
            state = MatchState.CONFIRMED if one.right else MatchState.REJECTED
            connection.execute(
                sa.update(external_matches)
                .where(
                    external_matches.c.source == row.source,
                    external_matches.c.person == row.person,
                )
                .values(
                    state=state.value,
                    about=about,
                    decided_by=by,
                    decided_at=at.isoformat(timespec="seconds"),
                )
            )
            sources.add(row.source)
            detail = f"{row.source} {row.code}"
            note(connection, at, by, "", f"import.{state.value}", record_id=about, detail=detail)
    return sources


def _refuse(connection: sa.Connection, code: str) -> None:
    sure = sa.select(external_matches.c.person).where(
        external_matches.c.person.like(f"{code}%"),
        external_matches.c.state == MatchState.CERTAIN.value,
    )
    if _CODE.fullmatch(code) and connection.execute(sure).first() is not None:
        raise user_error(ALREADY_SURE, id=code)
    raise user_error(UNKNOWN_SUGGESTION, id=code)


def by_person(records_: Iterable[Record]) -> dict[str, Record]:
    """Person id -> one of his records."""
    return {person_of(one): one for one in records_}
