"""What the person wants of synchronising, kept in the database with the person: by itself or not."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from juntos_campo.app.session import Changed, Session
from juntos_campo.store import arrivals, sync_state

C = TypeVar("C", bound=StrEnum)

_AUTO = "sync.auto"
_GOOD_SPEED = 20_000.0
"""Bytes a second from which a link counts as good."""


class AutoSync(StrEnum):
    """When this laptop synchronises by itself. NEVER until the person says otherwise."""

    NEVER = "never"
    GOOD_LINK = "good_link"
    ALWAYS = "always"


def chosen(session: Session, key: str, default: C) -> C:
    """What the person chose; `default` until then, and for a value of another version."""
    value = session.store.meta(key, default)
    kind = type(default)
    return kind(value) if value in set(kind) else default


def choose(session: Session, key: str, choice: StrEnum) -> Changed:
    """Keep what was chosen; `key` names it in the database and in the audit trail."""
    with session.work(key) as work:
        work.tx.set_meta(key, choice.value)
    return Changed(frozenset({"sync_settings"}))


def auto_sync(session: Session) -> AutoSync:
    """What was chosen; an unknown value counts as never."""
    return chosen(session, _AUTO, AutoSync.NEVER)


def choose_auto_sync(session: Session, choice: AutoSync) -> Changed:
    """Keep what was chosen."""
    return choose(session, _AUTO, choice)


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
