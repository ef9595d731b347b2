"""Keeping the lease that came with a token, a login or a stick's answer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from juntos_campo.app.session import Session, Work
from juntos_campo.store import device_keys, sync_state
from juntos_campo.store.contact import keep_contact
from juntos_campo.store.lease import given_at, keep_lease
from juntos_campo.wire.orders import Lease
from juntos_campo.wire.standing import is_lease_for

log = logging.getLogger(__name__)

_RIGHT_SECONDS = 24 * 3600
"""A clock that is off by less needs no correction to count days."""


def keeps(session: Session) -> Callable[[Lease | None], None]:
    """What a connection of this session does with a lease."""

    def keep(given: Lease | None) -> None:
        if given is not None:
            with session.work("lease.given") as work:
                take_lease(session, work, given, device_keys.server_key(session.store))
        keep_contact(session.place.contact_file, session.store)

    return keep


def take_lease(session: Session, work: Work, given: Lease, key: str) -> None:
    """Keep a lease in the caller's transaction. One that is false, or older than the one kept, is left out.

    Args:
        key: the server's, in hexadecimal.
    """
    if not is_lease_for(given, key=key, device=sync_state.device(session.store)):
        log.warning("lease refused")
        return
    before = given_at(session.store)
    if before is not None and given.at < before:
        return
    off = round((given.at - session.clock.now()).total_seconds())
    keep_lease(work.tx, given.at, given.until, off if abs(off) > _RIGHT_SECONDS else 0)
