"""What the person wants of synchronising: by itself or not. Kept in the database, with the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from juntos_campo.app.session import Changed, Session
from juntos_campo.store import arrivals, sync_state

_AUTO = "sync.auto"
_GOOD_SPEED = 20_000.0
"""Bytes a second from which a link counts as good."""


class AutoSync(StrEnum):
    """When this laptop synchronises by itself. NEVER until the person says otherwise."""

    NEVER = "never"
    GOOD_LINK = "good_link"
    ALWAYS = "always"


def auto_sync(session: Session) -> AutoSync:
    """What was chosen; an unknown value counts as never."""
    value = session.store.meta(_AUTO, AutoSync.NEVER)
    return AutoSync(value) if value in set(AutoSync) else AutoSync.NEVER


def choose_auto_sync(session: Session, choice: AutoSync) -> Changed:
    """Keep what was chosen."""
    with session.work("sync.auto") as work:
        work.tx.set_meta(_AUTO, choice.value)
    return Changed(frozenset({"sync_settings"}))


@dataclass(frozen=True, slots=True)
class AutoFacts:
    """What speaks for and against synchronising by itself now.

    Attributes:
        connected: there is a server, and it knows this laptop.
        waits: something is to be sent, or a first download is not whole.
        slow: the link was slow last time.
    """

    choice: AutoSync
    connected: bool
    waits: bool
    slow: bool


def auto_facts(session: Session) -> AutoFacts:
    """Read them; cheap enough for every minute."""
    store = session.store
    down, _ = sync_state.speeds(store)
    return AutoFacts(
        auto_sync(session),
        connected=bool(sync_state.server(store) and sync_state.token(store)),
        waits=sync_state.waiting_count(store) > 0 or arrivals.under_way(store),
        slow=down is not None and down < _GOOD_SPEED,
    )
