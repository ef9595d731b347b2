"""Definitions as text: those records were made with, kept for ever, and those the office sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from juntos_campo.domain.entities import FormDefinition
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.wire.codec import from_json


@dataclass(frozen=True, slots=True)
class FormText:
    """One version of a form as text; see `domain.entities.FormDefinition`."""

    form_id: str
    version: str
    file: str
    text: str
    tables: dict[str, str] = field(default_factory=dict)


def keep_form_text(transaction: Transaction, form: FormText, now: datetime) -> None:
    """Keep a definition, within the transaction that saves a record made with it."""
    transaction.execute(
        "INSERT OR IGNORE INTO form_text (form_id, version, file, text, tables, kept_at) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        (
            form.form_id,
            form.version,
            form.file,
            form.text,
            json.dumps(form.tables),
            now.isoformat(),
        ),
    )


def kept_form_text(store: Store, form_id: str, version: str) -> FormText | None:
    """A kept definition; None when no record of this laptop was made with it."""
    rows = store.rows(
        "SELECT form_id, version, file, text, tables FROM form_text "
        "WHERE form_id = ? AND version = ?",
        (form_id, version),
    )
    if not rows:
        return None
    known_id, known_version, file, text, tables = rows[0]
    return FormText(known_id, known_version, file, text, json.loads(tables))


@dataclass(frozen=True, slots=True)
class SentForm:
    """One version the office sent; `withdrawn`: it took it back, only old records still use it."""

    form_id: str
    version: str
    withdrawn: bool


def sent_forms(store: Store, form_id: str = "") -> list[SentForm]:
    """Versions the office sent, of one form or of all; their texts are not read."""
    condition, parameters = (" WHERE form_id = ?", (form_id,)) if form_id else ("", ())
    rows = store.rows(
        "SELECT form_id, json_extract(body, '$.version'), deleted FROM form_definition"
        f"{condition} ORDER BY rowid",
        parameters,
    )
    return [SentForm(known, version, bool(deleted)) for known, version, deleted in rows]


def sent_form_text(store: Store, form_id: str, version: str) -> FormText | None:
    """A definition the office sent, taken back or not; None when it never did."""
    rows = store.rows(
        "SELECT body FROM form_definition WHERE form_id = ? "
        "AND json_extract(body, '$.version') = ?",
        (form_id, version),
    )
    if not rows:
        return None
    one = from_json(FormDefinition, rows[0][0])
    return FormText(one.form_id, one.version, one.file, one.text, one.tables)
