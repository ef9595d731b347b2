"""Drafts: what is being typed. Each field is on disk as soon as it loses focus."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from juntos_campo.domain.entities import Answer
from juntos_campo.store.connection import writing
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Draft:
    """A record being filled.

    Attributes:
        id: becomes the id of the record.
        kind: ``visit``, ``form_record``.
        subject: what it is about (household id, facility and bimester); one draft a subject.
        answers: path -> answer.
    """

    id: str
    kind: str
    subject: str
    author: str
    started_at: datetime
    updated_at: datetime
    answers: dict[str, Answer]


def start_draft(
    store: Store,
    *,
    draft_id: str,
    kind: str,
    subject: str,
    author: str,
    now: datetime,
    answers: Mapping[str, Answer] | None = None,
) -> Draft:
    """Begin a draft, or go on with the one there is for this subject."""
    existing = find_draft(store, kind, subject)
    if existing is not None:
        return existing
    with writing(store.connection) as connection:
        connection.execute(
            "INSERT INTO draft (id, kind, subject, author, started_at, updated_at) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (draft_id, kind, subject, author, now.isoformat(), now.isoformat()),
        )
        connection.executemany(
            "INSERT INTO draft_answer (draft_id, path, value, saved_at) VALUES (?, ?, ?, ?)",
            [
                (draft_id, path, json.dumps(value), now.isoformat())
                for path, value in (answers or {}).items()
            ],
        )
    return Draft(draft_id, kind, subject, author, now, now, dict(answers or {}))


def save_answers(store: Store, draft_id: str, answers: Mapping[str, Answer], now: datetime) -> None:
    """Put fields of a draft on disk; None removes one. Durable when it returns."""
    with writing(store.connection) as connection:
        for path, value in answers.items():
            if value is None:
                connection.execute(
                    "DELETE FROM draft_answer WHERE draft_id = ? AND path = ?", (draft_id, path)
                )
                continue
            connection.execute(
                "INSERT INTO draft_answer (draft_id, path, value, saved_at) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (draft_id, path) DO UPDATE SET value = excluded.value, "
                "saved_at = excluded.saved_at",
                (draft_id, path, json.dumps(value), now.isoformat()),
            )
        connection.execute(
            "UPDATE draft SET updated_at = ? WHERE id = ?", (now.isoformat(), draft_id)
        )


def find_draft(store: Store, kind: str, subject: str) -> Draft | None:
    """The draft about `subject`, if one was begun."""
    rows = store.rows("SELECT id FROM draft WHERE kind = ? AND subject = ?", (kind, subject))
    return get_draft(store, rows[0][0]) if rows else None


def get_draft(store: Store, draft_id: str) -> Draft | None:
    rows = store.rows(
        "SELECT id, kind, subject, author, started_at, updated_at FROM draft WHERE id = ?",
        (draft_id,),
    )
    if not rows:
        return None
    answers = {
        path: json.loads(value)
        for path, value in store.rows(
            "SELECT path, value FROM draft_answer WHERE draft_id = ?", (draft_id,)
        )
    }
    record_id, kind, subject, author, started, updated = rows[0]
    return Draft(
        record_id,
        kind,
        subject,
        author,
        datetime.fromisoformat(started),
        datetime.fromisoformat(updated),
        answers,
    )


def has_draft(store: Store, draft_id: str) -> bool:
    """Whether the draft is still open."""
    return bool(store.rows("SELECT 1 FROM draft WHERE id = ?", (draft_id,)))


def open_drafts(store: Store, kind: str) -> list[Draft]:
    """Drafts of a kind, the last touched first."""
    rows = store.rows("SELECT id FROM draft WHERE kind = ? ORDER BY updated_at DESC", (kind,))
    return [draft for (record_id,) in rows if (draft := get_draft(store, record_id))]


def count_drafts(store: Store, kind: str) -> int:
    """How many drafts of a kind are open."""
    return int(store.rows("SELECT count(*) FROM draft WHERE kind = ?", (kind,))[0][0])


def discard_draft(transaction: Transaction, draft_id: str) -> None:
    """Remove a draft, within the transaction that saves its record or by the user's wish."""
    transaction.execute("DELETE FROM draft WHERE id = ?", (draft_id,))
