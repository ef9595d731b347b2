"""Photos and files of a record that have not come to this laptop yet."""

from __future__ import annotations

from juntos_campo.app.session import Session
from juntos_campo.store.attachment_transfer import ask_first
from juntos_campo.store.attachments import not_here


def ask_for_missing(session: Session, keys: frozenset[str]) -> tuple[str, ...]:
    """Somebody looks at a record: those of its files that are not here come first next time.

    Returns:
        The missing ones.
    """
    missing = not_here(session.store, sorted(keys))
    if missing:
        ask_first(session.store, missing)
    return missing
