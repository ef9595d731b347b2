"""The definitions records were made with, kept so that they can be read for ever."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime

from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction


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
