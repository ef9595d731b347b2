"""Asking the office for another lease, when this laptop opens nothing but the way there."""

from __future__ import annotations

from collections.abc import Callable

from juntos_campo.app.lease import LeaseView, lease_of
from juntos_campo.app.server_link import session_link
from juntos_campo.app.session import Session
from juntos_campo.app.synchronise import sign_in
from juntos_campo.domain.errors import user_error
from juntos_campo.store import sync_state
from juntos_campo.sync.problems import NO_SERVER, SIGN_IN_AGAIN


def contact_office(
    session: Session, password: str = "", cancelled: Callable[[], bool] = lambda: False
) -> LeaseView:
    """Ask the server with this laptop's key, or the person's password there. As slow as the network.

    Raises:
        UserError: SYN-001 to SYN-029 as of any synchronisation; SYN-004 the password is wanted; SYN-005 the
            office blocked this laptop; STO-010 it is erased.
    """
    url = sync_state.server(session.store)
    if not url:
        raise user_error(NO_SERVER)
    if password:
        sign_in(session, password)
        return lease_of(session)
    with session_link(session, url, cancelled) as link:
        if not link.renew():
            raise user_error(SIGN_IN_AGAIN)
    return lease_of(session)
