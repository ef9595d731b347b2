"""Which files wait to be sent, which are wanted, and what came so far of one that is fetched.

Every function that writes is durable when it returns, so that a transfer goes on from the last chunk
after a cut link, a kill or a power cut.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from juntos_campo.store.connection import writing
from juntos_campo.store.store import Store
from juntos_campo.wire.file_messages import files_in_text, is_content_of, is_file_id

_FIRST, _TURN = "sync.files_first", "sync.files_turn"
_MOST_FIRST = 100

_ANSWERS = (
    "SELECT answer.value FROM field_record AS record, "
    "json_each(record.body, '$.answers') AS answer "
    "WHERE NOT record.deleted AND answer.type = 'text' AND length(answer.value) BETWEEN 64 AND 73 "
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that the server has not confirmed."""

    id: str
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """What came so far of a file of `size` bytes: its first `received`."""

    size: int
    received: int


def unsent(store: Store, *, also_new: bool = False) -> list[Waiting]:
    """Files the server lacks and a record names that the server has, the present versions' first.

    Args:
        also_new: and those of records that travel with them.
    """
    known = "" if also_new else "AND record.server_version > 0"
    rows = store.rows("SELECT id, size FROM attachment WHERE sent_at = '' ORDER BY added_at, rowid")
    if not rows:
        return []
    # An older version's photo may be looked at as well; it can wait for the present one's.
    present = {key for (key,) in store.rows(_ANSWERS + known)}
    earlier: set[str] = set()
    for (text,) in store.rows(
        "SELECT history.body FROM history JOIN field_record ON field_record.id = history.record_id "
        "WHERE history.kind = 'field_record' AND NOT field_record.deleted "
        "AND field_record.server_version > 0"
    ):
        earlier |= files_in_text(text)
    found = [Waiting(key, size) for key, size in rows if key in present or key in earlier]
    return sorted(found, key=lambda one: one.id not in present)


def wanted(store: Store, reader: str) -> list[str]:
    """Files that records name and this laptop lacks: those asked for first, then the newest records'.

    Args:
        reader: user name; confidential records of others are never opened, so nothing is fetched.
    """
    rows = store.rows(
        _ANSWERS + "AND (json_extract(record.body, '$.field_worker') = ? "
        "OR NOT coalesce(json_extract(record.body, '$.confidential'), 0)) "
        "AND NOT EXISTS (SELECT 1 FROM attachment WHERE attachment.id = answer.value) "
        "GROUP BY answer.value ORDER BY max(json_extract(record.body, '$.on')) DESC, answer.value",
        (reader,),
    )
    found = [key for (key,) in rows if is_file_id(key)]
    first = asked_first(store)
    rank = {key: place for place, key in enumerate(first)}
    return sorted(found, key=lambda key: rank.get(key, len(first)))


def asked_first(store: Store) -> list[str]:
    """Files somebody looked for in vain, the last one first."""
    asked: list[str] = json.loads(store.meta(_FIRST, "[]"))
    return asked


def ask_first(store: Store, keys: Iterable[str]) -> None:
    """Have these come first with the next synchronisation."""
    asked = asked_first(store)
    new = list(dict.fromkeys(keys))
    if not [one for one in new if one not in asked]:
        return
    everything = [*new, *(one for one in asked if one not in new)]
    with writing(store.connection) as connection:
        _set_meta(connection, _FIRST, json.dumps(everything[:_MOST_FIRST]))


def next_turn(store: Store, keys: list[str], most: int) -> list[str]:
    """At most `most` of the wanted files, other ones each time: the first may never come."""
    if len(keys) <= most:
        return keys
    asked = set(asked_first(store))
    first = [one for one in keys if one in asked][:most]
    others = [one for one in keys if one not in asked]
    begin = int(store.meta(_TURN, "0")) % max(len(others), 1)
    chosen = (others[begin:] + others[:begin])[: most - len(first)]
    with writing(store.connection) as connection:
        _set_meta(connection, _TURN, str(begin + len(chosen)))
    return [*first, *chosen]


def _set_meta(connection: Any, key: str, value: str) -> None:
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?) "
        "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )


def chunk_of(store: Store, key: str, at: int, most: int) -> bytes:
    """At most `most` bytes of a file of this laptop from `at` on; empty when it is gone."""
    rows = store.rows("SELECT substr(data, ?, ?) FROM attachment WHERE id = ?", (at + 1, most, key))
    return bytes(rows[0][0]) if rows else b""


def mark_sent(store: Store, keys: Iterable[str], now: datetime) -> None:
    """The server has these whole."""
    with writing(store.connection) as connection:
        for key in keys:
            connection.execute(
                "UPDATE attachment SET sent_at = ? WHERE id = ?", (now.isoformat(), key)
            )


def part_of(store: Store, key: str) -> Part:
    """What came so far of a file."""
    ((size, received),) = store.rows(
        "SELECT coalesce(max(size), 0), coalesce(sum(length(data)), 0) "
        "FROM attachment_part WHERE id = ?",
        (key,),
    )
    return Part(size, received)


def add_part(store: Store, key: str, at: int, size: int, data: bytes) -> None:
    """Keep bytes of a file that is fetched; the same ones again replace themselves."""
    with writing(store.connection) as connection:
        connection.execute(
            "INSERT OR REPLACE INTO attachment_part (id, start, size, data) VALUES (?, ?, ?, ?)",
            (key, at, size, data),
        )


def drop_part(store: Store, key: str) -> None:
    """Throw away what came of a file."""
    with writing(store.connection) as connection:
        connection.execute("DELETE FROM attachment_part WHERE id = ?", (key,))


def drop_stray_parts(store: Store, keys: Iterable[str]) -> None:
    """Throw away what came of files other than the wanted `keys`: their records are gone."""
    begun = {key for (key,) in store.rows("SELECT DISTINCT id FROM attachment_part")}
    for key in sorted(begun.difference(keys)):
        drop_part(store, key)


def finish_part(store: Store, key: str, name: str, media: str, now: datetime) -> bool:
    """Make a file that came whole an attachment, in one transaction.

    Returns:
        False when it is not what its id says; it was thrown away then.
    """
    data = b"".join(_parts(store, key))
    right = is_content_of(key, (data,))
    with writing(store.connection) as connection:
        connection.execute("DELETE FROM attachment_part WHERE id = ?", (key,))
        if right:
            connection.execute(
                "INSERT OR IGNORE INTO attachment "
                "(id, name, media, size, added_at, data, sent_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, name, media, len(data), now.isoformat(), data, now.isoformat()),
            )
            asked = [one for one in asked_first(store) if one != key]
            _set_meta(connection, _FIRST, json.dumps(asked))
    return right


def note_in_log(store: Store, report: Mapping[str, Any]) -> None:
    """The files follow the records: what became of them goes into the account logged last."""
    with writing(store.connection) as connection:
        connection.execute(
            "UPDATE sync_log SET report = ? WHERE id = (SELECT max(id) FROM sync_log)",
            (json.dumps(dict(report), ensure_ascii=False),),
        )


def _parts(store: Store, key: str) -> Iterator[bytes]:
    rows = store.rows("SELECT data FROM attachment_part WHERE id = ? ORDER BY start", (key,))
    for (data,) in rows:
        yield data
