"""The rows of a file, stored in one transaction: all of them or none.

Only rows of people of the register, or of who may be one of them, are kept: a national file is mostly about
others, and what nobody needs is not stored (Ley 29733). Memory does not grow with the file.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.imports.agreeing import versions_of
from juntos_campo.central.imports.bodies import day_of, from_text, needed, person_of, to_text
from juntos_campo.central.imports.matches import Matched, by_person, match_people
from juntos_campo.central.tables import external_matches, external_records
from juntos_campo.domain.ids import derived_id
from juntos_campo.register.external.records import Record, content_of, key_of

_CHUNK = 500

_KEPT = ("person", "day", "content", "content_before", "body", "import_id")
_RENEW = (
    sa.update(external_records)
    .where(
        external_records.c.source == sa.bindparam("new_source"),
        external_records.c.key == sa.bindparam("new_key"),
    )
    .values({name: sa.bindparam(f"new_{name}") for name in _KEPT})
)


@dataclass(slots=True)
class Stored:
    """What storing a file did.

    Attributes:
        matches: rows by state of their match; ``unknown`` are nobody's of the register, not kept.
        disagreeing: things about which the file says several: none of it is used.
        removed: rows that the file no longer has, of a file said to be complete.
    """

    added: int = 0
    changed: int = 0
    same: int = 0
    removed: int = 0
    disagreeing: int = 0
    matches: Counter[str] = field(default_factory=Counter)

    def as_counts(self) -> dict[str, Any]:
        return {
            "added": self.added,
            "changed": self.changed,
            "same": self.same,
            "removed": self.removed,
            "disagreeing": self.disagreeing,
            "matches": dict(sorted(self.matches.items())),
        }


def store_records(
    connection: sa.Connection,
    source: str,
    import_id: str,
    found: Iterable[Record],
    *,
    complete: Callable[[], bool] = lambda: False,
    progress: Callable[[int], None] = lambda _row: None,
) -> Stored:
    """Store what the rows of a file say, in the caller's transaction.

    Args:
        import_id: of a row of `imports` written before.
        complete: asked after the last row: whether the file is all that the source has of its months;
            then what it lacks is removed.
        progress: is given the number of the row reached.
    """
    done = Stored()
    for part in _parts(found):
        matched = match_people(connection, source, by_person(part), import_id)
        for one in part:
            state = matched[person_of(one)].state
            done.matches[state.value if state else "unknown"] += 1
        _store_part(connection, source, import_id, part, matched)
        progress(part[-1].row)
    if complete():
        done.removed = _remove_missing(connection, source, import_id)
    _count(connection, import_id, done)
    _forget_unused(connection, source)
    return done


def _parts(found: Iterable[Record]) -> Iterator[list[Record]]:
    rows = map(needed, found)
    while part := list(itertools.islice(rows, _CHUNK)):
        yield part


def _store_part(
    connection: sa.Connection,
    source: str,
    import_id: str,
    part: Sequence[Record],
    matched: dict[str, Matched],
) -> None:
    by_key: dict[str, list[Record]] = {}
    for one in part:
        by_key.setdefault(key_of(one), []).append(one)
    here = (external_records.c.source == source, external_records.c.key.in_(sorted(by_key)))
    rows = connection.execute(sa.select(external_records).where(*here)).all()
    known = {row.key: row for row in rows}
    new: list[dict[str, Any]] = []
    again: list[dict[str, Any]] = []
    gone: list[str] = []
    for key, said in by_key.items():
        person, old = person_of(said[-1]), known.get(key)
        if matched[person].state is None:
            gone += [key] if old is not None else []
            continue
        before = from_text(old.body) if old is not None and old.import_id == import_id else ()
        versions = versions_of([*before, *said])
        values = {
            "source": source,
            "key": key,
            "person": person,
            "day": day_of(versions[0]),
            "content": _content(versions),
            "body": to_text(versions),
            "import_id": import_id,
        }
        if old is None:
            new.append({**values, "content_before": ""})
        else:
            content = old.content_before if before else old.content
            again.append({**values, "content_before": content})
    if new:
        connection.execute(sa.insert(external_records), new)
    if again:
        connection.execute(
            _RENEW, [{f"new_{name}": one for name, one in row.items()} for row in again]
        )
    if gone:
        connection.execute(
            sa.delete(external_records).where(
                external_records.c.source == source, external_records.c.key.in_(gone)
            )
        )


def _content(versions: Sequence[Record]) -> str:
    contents = [content_of(one) for one in versions]
    return contents[0] if len(contents) == 1 else derived_id("external_contents", *contents)


def _remove_missing(connection: sa.Connection, source: str, import_id: str) -> int:
    mine = sa.select(
        sa.func.min(external_records.c.day), sa.func.max(external_records.c.day)
    ).where(external_records.c.source == source, external_records.c.import_id == import_id)
    first, last = connection.execute(mine).one()
    if first is None:
        return 0
    if first:  # a file is of whole months: what it took back may have stood at its edge
        first, last = f"{first[:7]}-01", f"{last[:7]}-31"
    gone = sa.delete(external_records).where(
        external_records.c.source == source,
        external_records.c.day.between(first, last),
        external_records.c.import_id != import_id,
    )
    return connection.execute(gone).rowcount


def _count(connection: sa.Connection, import_id: str, done: Stored) -> None:
    content, before = external_records.c.content, external_records.c.content_before
    sql = sa.select(
        sa.func.count().filter(before == ""),
        sa.func.count().filter((before != "") & (before != content)),
        sa.func.count().filter(before == content),
    ).where(external_records.c.import_id == import_id)
    done.added, done.changed, done.same = connection.execute(sql).one()
    several = sa.select(sa.func.count()).where(
        external_records.c.import_id == import_id, external_records.c.body.contains("}],[")
    )
    done.disagreeing = int(connection.execute(several).scalar_one())


def _forget_unused(connection: sa.Connection, source: str) -> None:
    """People none of whose rows are here any more, but for what a person decided about them."""
    used = sa.exists().where(
        external_records.c.source == external_matches.c.source,
        external_records.c.person == external_matches.c.person,
    )
    connection.execute(
        sa.delete(external_matches).where(
            external_matches.c.source == source, external_matches.c.decided_by == "", ~used
        )
    )
