"""What this laptop knows about its place in the exchange with the server."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import CLOCK_OFFSET, Transaction

if TYPE_CHECKING:
    from juntos_campo.wire.messages import ConflictNote

_CURSOR, _SERVER, _TOKEN, _LAST = "sync.cursor", "sync.server", "sync.token", "sync.last_complete"
_BEGUN, _STAMP, _SEED = "sync.begun", "sync.stamp", "device.seed"
ARRIVING = "sync.arriving"
_DOWN, _UP = "link.down", "link.up"
_RENEW = "sync.renew_at"


@dataclass(frozen=True, slots=True)
class StoredConflict:
    """Two people changed one field: `kept` stands, `lost` gave way. Times are ISO texts."""

    conflict_id: str
    kind: str
    record_id: str
    path: str
    base: Any
    kept: Any
    kept_author: str
    kept_at: str
    lost: Any
    lost_author: str
    lost_at: str
    rule: str
    version: int
    seen: bool


@dataclass(frozen=True, slots=True)
class LoggedSync:
    """One past synchronisation; `report` as `SyncReport.as_json` wrote it."""

    started_at: str
    ended_at: str
    complete: bool
    report: dict[str, Any]


def device(store: Store) -> str:
    """The id of this database, known to the server as a device."""
    return store.meta("device.id")


def server(store: Store) -> str:
    """Address of the server used last; empty before the first login."""
    return store.meta(_SERVER)


def token(store: Store) -> str:
    """What the server gave this device at the last login; empty before the first."""
    return store.meta(_TOKEN)


def remember_login(transaction: Transaction, server_url: str, given: str, stamp: str = "") -> None:
    """What a login gave: the server's address, the token of this device, the first stamp."""
    transaction.set_meta(_SERVER, server_url)
    transaction.set_meta(_TOKEN, given)
    transaction.set_meta(_STAMP, stamp)


def keep_token(transaction: Transaction, given: str, renew_at: datetime | None) -> None:
    """The token that replaces the one before; None where this server gives no others."""
    transaction.set_meta(_TOKEN, given)
    set_renewal(transaction, renew_at)


def set_renewal(transaction: Transaction, at: datetime | None) -> None:
    """When to ask for another token, by this laptop's clock."""
    transaction.set_meta(_RENEW, at.isoformat() if at else "")


def renewal_due(store: Store, now: datetime) -> bool:
    """Whether it is time for another token, or nobody ever said when."""
    told = store.meta(_RENEW)
    return not told or datetime.fromisoformat(told) <= now


def become_another_device(transaction: Transaction, device_id: str) -> None:
    """This database is a copy: it gets an id and a key of its own and must be signed in again."""
    transaction.set_meta("device.id", device_id)
    transaction.set_meta(_TOKEN, "")
    transaction.set_meta(_STAMP, "")
    transaction.execute("DELETE FROM meta WHERE key = ?", (_SEED,))


def stamp(store: Store) -> str:
    """What the last stored answer gave this database, to be shown with the next request."""
    return store.meta(_STAMP)


def set_stamp(transaction: Transaction, given: str) -> None:
    transaction.set_meta(_STAMP, given)


def cursor(store: Store) -> dict[str, int]:
    """Partition -> last sequence number received."""
    found: dict[str, int] = json.loads(store.meta(_CURSOR, "{}"))
    return found


def set_cursor(transaction: Transaction, reached: Mapping[str, int]) -> None:
    transaction.set_meta(_CURSOR, json.dumps(dict(reached)))


def begin_anew(transaction: Transaction) -> None:
    """Another server numbers its records on its own: ask for all of it, and what left, from the start."""
    sql = "SELECT value FROM meta WHERE key IN (?, ?)"
    known: set[str] = set()
    for (text,) in transaction.execute(sql, (_CURSOR, ARRIVING)).fetchall():
        known |= json.loads(text or "{}").keys()
    set_cursor(transaction, dict.fromkeys(sorted(known), 0))
    transaction.set_meta(ARRIVING, "{}")
    keep_page_part(transaction, None)


def clock_offset(store: Store) -> int | None:
    """Seconds to add to this laptop's clock for the server's; None before it was ever met."""
    text = store.meta(CLOCK_OFFSET)
    return int(text) if text else None


def set_clock_offset(transaction: Transaction, seconds: int) -> None:
    transaction.set_meta(CLOCK_OFFSET, str(seconds))


def speeds(store: Store) -> tuple[float | None, float | None]:
    """Bytes a second down and up that the link gave last; None where never measured."""
    down, up = store.meta(_DOWN), store.meta(_UP)
    return float(down) if down else None, float(up) if up else None


def set_speeds(transaction: Transaction, down: float | None, up: float | None) -> None:
    """Keep what was measured; None leaves what is known."""
    for key, value in ((_DOWN, down), (_UP, up)):
        if value is not None:
            transaction.set_meta(key, f"{value:.0f}")


def page_part(store: Store) -> tuple[str, bytes] | None:
    """What came of a page that was cut off: its tag and its first bytes."""
    found = store.rows("SELECT tag, data FROM page_part")
    return (found[0][0], bytes(found[0][1])) if found else None


def keep_page_part(transaction: Transaction, part: tuple[str, bytes] | None) -> None:
    """Keep it for the next synchronisation; None: nothing is under way."""
    if part is None or not part[1]:
        transaction.execute("DELETE FROM page_part")
        return
    transaction.execute(
        "INSERT OR REPLACE INTO page_part (only, tag, total, data) VALUES (1, ?, ?, ?)",
        (part[0], len(part[1]), part[1]),
    )


def set_flags(transaction: Transaction, kind: str, record_id: str, flags: Iterable[str]) -> None:
    """What the server found impossible about a record, instead of what it said before."""
    transaction.execute(
        "DELETE FROM record_flag WHERE kind = ? AND record_id = ?", (kind, record_id)
    )
    for flag in dict.fromkeys(flags):
        transaction.execute(
            "INSERT INTO record_flag (kind, record_id, flag) VALUES (?, ?, ?)",
            (kind, record_id, flag),
        )


def flags_of(store: Store, kind: str, record_id: str) -> tuple[str, ...]:
    """What the server found impossible about a record (`wire.messages.IMPOSSIBLE_DATE`...)."""
    rows = store.rows(
        "SELECT flag FROM record_flag WHERE kind = ? AND record_id = ? ORDER BY flag",
        (kind, record_id),
    )
    return tuple(flag for (flag,) in rows)


def last_sync_at(store: Store) -> datetime | None:
    """When a synchronisation last went through to its end."""
    text = store.meta(_LAST)
    return datetime.fromisoformat(text) if text else None


def counter(store: Store) -> int:
    """The highest operation counter this database ever gave."""
    found = store.rows("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'")
    return int(found[0][0]) if found else 0


def unacknowledged(store: Store) -> frozenset[tuple[str, str]]:
    """(kind, id) of the records with operations in the outbox, refused ones too."""
    return frozenset(store.rows("SELECT DISTINCT kind, record_id FROM outbox"))


def waiting_count(store: Store) -> int:
    """Operations that would be sent now."""
    return int(store.rows("SELECT count(*) FROM outbox WHERE refusal IS NULL")[0][0])


def refused_count(store: Store) -> int:
    """Operations the server refused and that nobody has dealt with."""
    return int(store.rows("SELECT count(*) FROM outbox WHERE refusal IS NOT NULL")[0][0])


def try_again(transaction: Transaction, op_ids: Iterable[str]) -> None:
    """Let refused operations be sent once more."""
    for op_id in op_ids:
        transaction.execute("UPDATE outbox SET refusal = NULL WHERE op_id = ?", (op_id,))


def server_version(store: Store, kind: str, record_id: str) -> int:
    """Version of a record the server acknowledged or sent last; 0 for none. `kind` is a known one."""
    found = store.rows(f"SELECT server_version FROM {kind} WHERE id = ?", (record_id,))
    return int(found[0][0]) if found else 0


def record_conflict(transaction: Transaction, told: ConflictNote) -> None:
    """Keep a conflict; being told twice makes one row."""
    transaction.execute(
        "INSERT INTO conflict (conflict_id, kind, record_id, path, base, kept, lost, kept_author, "
        "kept_at, lost_author, lost_at, rule, version, at) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (conflict_id) DO NOTHING",
        (
            told.conflict_id,
            told.kind,
            told.id,
            told.path,
            json.dumps(told.base, ensure_ascii=False),
            json.dumps(told.kept.value, ensure_ascii=False),
            json.dumps(told.lost.value, ensure_ascii=False),
            told.kept.author,
            told.kept.at,
            told.lost.author,
            told.lost.at,
            told.rule,
            told.version,
            transaction.at.isoformat(),
        ),
    )


def conflicts(store: Store, *, unseen_only: bool = False) -> list[StoredConflict]:
    """Conflicts, the newest first."""
    condition = "WHERE NOT seen " if unseen_only else ""
    rows = store.rows(
        "SELECT conflict_id, kind, record_id, path, base, kept, kept_author, kept_at, lost, "
        f"lost_author, lost_at, rule, version, seen FROM conflict {condition}ORDER BY id DESC"
    )
    return [
        StoredConflict(
            conflict_id=row[0],
            kind=row[1],
            record_id=row[2],
            path=row[3],
            base=json.loads(row[4]),
            kept=json.loads(row[5]),
            kept_author=row[6],
            kept_at=row[7],
            lost=json.loads(row[8]),
            lost_author=row[9],
            lost_at=row[10],
            rule=row[11],
            version=row[12],
            seen=bool(row[13]),
        )
        for row in rows
    ]


def learn_names(transaction: Transaction, people: Mapping[str, str]) -> None:
    """Keep the full names of colleagues; the newest counts."""
    for user, full_name in people.items():
        transaction.execute("INSERT OR REPLACE INTO colleague VALUES (?, ?)", (user, full_name))


def full_name(store: Store, user: str) -> str:
    """Full name of a colleague; "" when the server never said it."""
    found = store.rows("SELECT full_name FROM colleague WHERE user = ?", (user,))
    return str(found[0][0]) if found else ""


def mark_begun(transaction: Transaction) -> None:
    """A synchronisation begins now; it stands until `log_sync`, also when the program is killed."""
    transaction.set_meta(_BEGUN, transaction.at.isoformat())


def left_unfinished(store: Store) -> datetime | None:
    """When the last synchronisation began, if nobody knows how it ended."""
    begun = store.meta(_BEGUN)
    return datetime.fromisoformat(begun) if begun else None


def log_sync(
    transaction: Transaction,
    started_at: datetime,
    complete: bool,
    report: Mapping[str, Any],
    *,
    reached: datetime | None = None,
) -> None:
    """Remember a synchronisation that ended now.

    Args:
        reached: the moment up to which it brought everything, when that is not now (a file).
    """
    transaction.set_meta(_BEGUN, "")
    transaction.execute(
        "INSERT INTO sync_log (started_at, ended_at, complete, report) VALUES (?, ?, ?, ?)",
        (
            started_at.isoformat(),
            transaction.at.isoformat(),
            int(complete),
            json.dumps(dict(report), ensure_ascii=False),
        ),
    )
    if complete:
        transaction.set_meta(_LAST, (reached or transaction.at).isoformat())


def past_syncs(store: Store, limit: int = 50) -> list[LoggedSync]:
    """Past synchronisations, the newest first."""
    rows = store.rows(
        "SELECT started_at, ended_at, complete, report FROM sync_log ORDER BY id DESC LIMIT ?",
        (limit,),
    )
    return [LoggedSync(row[0], row[1], bool(row[2]), json.loads(row[3])) for row in rows]
