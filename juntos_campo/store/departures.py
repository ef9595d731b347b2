"""Households that went to another field worker, and what the law has removed.

Who is no longer in charge of a household must not keep its names. But nothing he typed is lost: while
something about it is unsent, refused, or still being written, the household stays readable and is
listed in `departed`; a later synchronisation takes it away.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, fields

from juntos_campo.domain.kinds import KINDS
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction

REASSIGNED = "reassigned"

_WITH_HOUSEHOLD = tuple(
    name for name, kind in KINDS.items() if "household_id" in {f.name for f in fields(kind.entity)}
)
_WITH_MEMBER = tuple(
    name for name, kind in KINDS.items() if "member_id" in {f.name for f in fields(kind.entity)}
)
_WITH_WORKER = tuple(
    name
    for name, kind in KINDS.items()
    if name != "household" and "field_worker" in {f.name for f in fields(kind.entity)}
)
_ATTACHMENT = re.compile(r"[0-9a-f]{64}(?:\.[a-z0-9]{1,8})?")
_CHUNK = 500

Record = tuple[str, str]
"""(kind, id)"""


@dataclass(frozen=True, slots=True)
class Dropped:
    """An operation that never reached the server and went with a record removed by law."""

    op_id: str
    kind: str
    record_id: str


def departed(store: Store) -> dict[str, str]:
    """Household id -> when it was noticed (ISO) that it went to another field worker."""
    return dict(store.rows("SELECT household_id, at FROM departed ORDER BY household_id"))


def has_departed(store: Store, household_id: str) -> bool:
    """It is somebody else's; it is here only until what is unfinished has been sent."""
    return bool(store.rows("SELECT 1 FROM departed WHERE household_id = ?", (household_id,)))


def leave(tx: Transaction, partition: str, household_id: str) -> bool:
    """A household went to another field worker.

    Args:
        partition: the one it left. A household that came back, or came to another partition that
            is read here too, stays.

    Returns:
        True when it is gone from this laptop now; False when it stays for what is unfinished, or was
        not to go.
    """
    row = tx.execute("SELECT field_worker FROM household WHERE id = ?", (household_id,)).fetchone()
    if row is not None and partition != f"fw:{row[0]}":
        return False
    records = _records(tx, household_id)
    if not records:
        tx.execute("DELETE FROM arriving WHERE household_id = ?", (household_id,))
        return False
    if _unfinished(tx, household_id, records):
        note_departed(tx, [household_id])
        tx.note("household", household_id, household_id)
        return False
    _remove(tx, household_id, records)
    return True


def leave_person(tx: Transaction, partition: str, member_id: str) -> bool:
    """Somebody went to live in a household of another field worker; what was done for him here stays.

    Returns:
        True when he is gone from this laptop; False when he was not to go, or a change of him is unsent.
    """
    row = tx.execute(
        "SELECT member.household_id, household.field_worker FROM member LEFT JOIN household "
        "ON household.id = member.household_id WHERE member.id = ?",
        (member_id,),
    ).fetchone()
    unsent = "SELECT 1 FROM outbox WHERE kind = 'member' AND record_id = ?"
    if row is None or row[1] is None or partition != f"fw:{row[1]}":
        return False
    if tx.execute(unsent, (member_id,)).fetchone():
        return False
    _delete(tx, {("member", member_id)}, {row[0]})
    return True


def leave_review(tx: Transaction, review_id: str) -> None:
    """A review whose household went elsewhere, which nothing here tells, for what it judges is not here."""
    unsent = "SELECT 1 FROM outbox WHERE kind = 'review' AND record_id = ?"
    if tx.execute(unsent, (review_id,)).fetchone() is None:
        _delete(tx, {("review", review_id)}, set())


def leave_all(tx: Transaction, partition: str) -> tuple[int, int]:
    """A whole partition is not this person's any more: its field worker went to another zone.

    Returns:
        How many households are gone, and how many stay for what is unfinished.
    """
    worker = partition.removeprefix("fw:")
    homes = tx.execute("SELECT id FROM household WHERE field_worker = ?", (worker,)).fetchall()
    staying = [one for (one,) in homes if not leave(tx, partition, one)]
    kept = set(tx.execute("SELECT DISTINCT kind, record_id FROM outbox").fetchall())
    for household_id in staying:
        kept |= _records(tx, household_id)
    records: set[Record] = set()
    for name in _WITH_WORKER:
        rows = tx.execute(f"SELECT id FROM {name} WHERE field_worker = ?", (worker,))
        records |= {(name, one) for (one,) in rows}
    _delete(tx, records - kept, set())
    tx.execute("DELETE FROM held_change WHERE json_extract(body, '$.partition') = ?", (partition,))
    tx.execute("DELETE FROM arriving WHERE partition = ?", (partition,))
    return len(homes) - len(staying), len(staying)


def came_back(tx: Transaction, household_ids: Iterable[str]) -> None:
    """The server sent these again: they are this laptop's."""
    left = {one for (one,) in tx.execute("SELECT household_id FROM departed")}
    for household_id in left.intersection(household_ids):
        tx.execute("DELETE FROM departed WHERE household_id = ?", (household_id,))


def strangers(store: Store) -> list[str]:
    """Households that are not here, though something about them is. Only true once everything has come.

    One visited before the office had loaded it, and given to somebody else before this laptop first
    synchronised, never comes, and nothing tells that it left.
    """
    parts = (f"SELECT DISTINCT household_id FROM {name}" for name in _WITH_HOUSEHOLD)
    everything = " UNION ".join(parts)
    return [one for (one,) in store.rows(f"{everything} EXCEPT SELECT id FROM household") if one]


def note_departed(tx: Transaction, household_ids: Iterable[str]) -> None:
    """List households as gone to another field worker; `settle` takes them away."""
    for one in household_ids:
        tx.execute(
            "INSERT OR IGNORE INTO departed (household_id, reason, at) VALUES (?, ?, ?)",
            (one, REASSIGNED, tx.at.isoformat()),
        )


def settle(tx: Transaction) -> list[str]:
    """Take away the departed households that nothing unfinished keeps any more; their ids."""
    gone = []
    for (household_id,) in tx.execute("SELECT household_id FROM departed").fetchall():
        records = _records(tx, household_id)
        if not _unfinished(tx, household_id, records):
            _remove(tx, household_id, records)
            gone.append(household_id)
    return gone


def is_here(tx: Transaction, kind: str, record_id: str) -> bool:
    """Whether this laptop holds the record, deleted or not."""
    if kind not in KINDS:
        return False
    return tx.execute(f"SELECT 1 FROM {kind} WHERE id = ?", (record_id,)).fetchone() is not None


def erase(tx: Transaction, kind: str, record_id: str) -> list[Dropped]:
    """Remove by order of law, whatever is unfinished; nothing of it is kept but audit rows.

    A household takes along all that is about it, a person all that names him or her.

    Returns:
        The operations that had not reached the server and are gone.
    """
    records = {(kind, record_id)}
    if kind == "household":
        records |= _records(tx, record_id)
    elif kind == "member":
        for name in _WITH_MEMBER:
            column = "json_extract(body, '$.member_id')"
            rows = tx.execute(f"SELECT id FROM {name} WHERE {column} = ?", (record_id,))
            records |= {(name, one) for (one,) in rows}
    dropped = [
        Dropped(op_id, name, one)
        for name, one in sorted(records)
        for (op_id,) in tx.execute(
            "SELECT op_id FROM outbox WHERE kind = ? AND record_id = ?", (name, one)
        )
    ]
    households = {record_id} if kind == "household" else _households(tx, records)
    _drop_drafts(tx, {one for _, one in records})
    _delete(tx, records, households)
    for name, one in records:
        tx.execute("DELETE FROM outbox WHERE kind = ? AND record_id = ?", (name, one))
    if kind == "household":
        _forget_household(tx, record_id)
    for name, one in sorted(records):
        if name == "member":
            _forget_person(tx, one)
    return dropped


def _records(tx: Transaction, household_id: str) -> set[Record]:
    """The household and everything recorded about it, deleted rows too."""
    found: set[Record] = set()
    for name in _WITH_HOUSEHOLD:
        rows = tx.execute(f"SELECT id FROM {name} WHERE household_id = ?", (household_id,))
        found |= {(name, one) for (one,) in rows}
    rows = tx.execute("SELECT id FROM household WHERE id = ?", (household_id,))
    found |= {("household", one) for (one,) in rows}
    ids = [one for _, one in found]
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        marks = ",".join("?" * len(part))
        rows = tx.execute(f"SELECT id FROM review WHERE target_id IN ({marks})", tuple(part))
        found |= {("review", one) for (one,) in rows}
    return found


def _households(tx: Transaction, records: Iterable[Record]) -> set[str]:
    found: set[str] = set()
    for kind, record_id in records:
        if kind in _WITH_HOUSEHOLD:
            sql = f"SELECT household_id FROM {kind} WHERE id = ?"
            found |= {one for (one,) in tx.execute(sql, (record_id,)) if one}
    return found


def _unfinished(tx: Transaction, household_id: str, records: set[Record]) -> bool:
    """Something of the person at work would be lost: unsent, refused, a draft, an unsent photo."""
    waiting = tx.execute("SELECT DISTINCT kind, record_id FROM outbox").fetchall()
    if records.intersection(map(tuple, waiting)):
        return True
    ids = {household_id, *(one for _, one in records)}
    if any(typed for _, typed in _drafts_about(tx, ids)):
        return True
    return any(
        tx.execute("SELECT 1 FROM attachment WHERE id = ? AND sent_at = ''", (key,)).fetchone()
        for key in _attachments(tx, records)
    )


def _drafts_about(tx: Transaction, ids: set[str]) -> list[tuple[str, bool]]:
    """(draft id, whether anything was typed) of the drafts about any of these records.

    A draft's subject is an id, or ends with one after a bar (`app.record_drafts`).
    """
    rows = tx.execute(
        "SELECT id, subject, EXISTS (SELECT 1 FROM draft_answer WHERE draft_id = draft.id) FROM draft"
    ).fetchall()
    return [
        (draft_id, bool(typed))
        for draft_id, subject, typed in rows
        if draft_id in ids or ids.intersection(str(subject).split("|"))
    ]


def _drop_drafts(tx: Transaction, ids: set[str]) -> None:
    for draft_id, _ in _drafts_about(tx, ids):
        tx.execute("DELETE FROM draft WHERE id = ?", (draft_id,))


def _attachments(tx: Transaction, records: Iterable[Record]) -> set[str]:
    """Photos and files that these records, or earlier versions of them, name."""
    found: set[str] = set()
    for kind, record_id in records:
        if kind != "field_record":
            continue
        texts = tx.execute("SELECT body FROM field_record WHERE id = ?", (record_id,)).fetchall()
        texts += tx.execute(
            "SELECT body FROM history WHERE kind = ? AND record_id = ?", (kind, record_id)
        ).fetchall()
        for (text,) in texts:
            found.update(_ATTACHMENT.findall(text))
    return found


def _remove(tx: Transaction, household_id: str, records: set[Record]) -> None:
    _drop_drafts(tx, {household_id, *(one for _, one in records)})
    _delete(tx, records, {household_id})
    _forget_household(tx, household_id)


def _delete(tx: Transaction, records: set[Record], households: set[str]) -> None:
    """Rows, earlier versions, conflicts and files of these records."""
    files = _attachments(tx, records)
    tx.forgets_names = True
    by_kind: dict[str, list[str]] = {}
    for kind, record_id in records:
        by_kind.setdefault(kind, []).append(record_id)
    for kind, ids in by_kind.items():
        pairs = [(kind, one) for one in ids]
        for table in ("history", "conflict", "record_flag", "last_operation", "held_change"):
            sql = f"DELETE FROM {table} WHERE kind = ? AND record_id = ?"
            tx.connection.executemany(sql, pairs)
        if kind in KINDS:
            sql = f"DELETE FROM {kind} WHERE id = ?"
            tx.connection.executemany(sql, [(one,) for one in ids])
        for one in ids:
            tx.note(kind, one)
    for household_id in households:
        tx.note("member", household_id, household_id)  # searched for and judged anew
    _drop_files(tx, files)


def _drop_files(tx: Transaction, keys: set[str]) -> None:
    """Remove the files that nothing else on this laptop names."""
    unnamed = set(keys)
    for query in (
        "SELECT value FROM draft_answer",
        "SELECT body FROM field_record",
        "SELECT body FROM history WHERE kind = 'field_record'",
    ):
        for (text,) in tx.execute(query) if unnamed else ():
            unnamed.difference_update(_ATTACHMENT.findall(text))
    for key in sorted(unnamed):
        tx.execute("DELETE FROM attachment WHERE id = ?", (key,))
        tx.execute("DELETE FROM attachment_part WHERE id = ?", (key,))


def _forget_household(tx: Transaction, household_id: str) -> None:
    """What is kept about a household beside its records."""
    for table in ("attention", "plan", "arriving", "departed"):
        tx.execute(f"DELETE FROM {table} WHERE household_id = ?", (household_id,))
    tx.execute(
        "DELETE FROM held_change WHERE json_extract(body, '$.fields.household_id') = ?",
        (household_id,),
    )


def _forget_person(tx: Transaction, member_id: str) -> None:
    """Take what is recorded about a person out of forms that are about others too."""
    for kind in ("visit", "form_record", "field_record"):
        rows = tx.execute(
            f"SELECT id, body FROM {kind} WHERE instr(body, ?)", (member_id,)
        ).fetchall()
        for record_id, body in rows:
            text = json.dumps(_without(json.loads(body), member_id), ensure_ascii=False)
            tx.execute(f"UPDATE {kind} SET body = ? WHERE id = ?", (text, record_id))
            tx.note(kind, record_id)
    rows = tx.execute(
        "SELECT op_id, fields, removed FROM outbox WHERE instr(fields, ?) OR instr(removed, ?)",
        (member_id, member_id),
    ).fetchall()
    for op_id, sent, removed in rows:
        kept = [path for path in json.loads(removed) if member_id not in path]
        tx.execute(
            "UPDATE outbox SET fields = ?, removed = ? WHERE op_id = ?",
            (
                json.dumps(_without(json.loads(sent), member_id), ensure_ascii=False),
                json.dumps(kept),
                op_id,
            ),
        )
    tx.execute("DELETE FROM draft_answer WHERE instr(path, ?)", (member_id,))
    tx.execute("DELETE FROM history WHERE instr(body, ?)", (member_id,))
    tx.execute("DELETE FROM conflict WHERE instr(path, ?)", (member_id,))
    tx.execute("DELETE FROM conflict WHERE instr(base || kept || lost, ?)", (member_id,))


def _without(values: dict[str, object], name: str) -> dict[str, object]:
    """Values without the keys that name somebody, one level down too."""
    kept: dict[str, object] = {}
    for key, value in values.items():
        if name in key:
            continue
        kept[key] = (
            {inner: one for inner, one in value.items() if name not in inner}
            if isinstance(value, dict)
            else value
        )
    return kept
