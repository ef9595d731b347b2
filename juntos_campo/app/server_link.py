"""The way to the server, as this installation is set up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from juntos_campo.app.erased import obeys
from juntos_campo.app.lease import LeaseState, lease_of
from juntos_campo.app.lease_keeping import keeps
from juntos_campo.app.session import Session
from juntos_campo.domain.errors import UserError
from juntos_campo.paths import DataPlace, server_authority
from juntos_campo.store import device_keys, sync_state
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.renewal import Renewal
from juntos_campo.wire.orders import EraseOrder

UNTOLD_DAYS = 7
"""A server that gives no other tokens is asked for one so seldom."""


def server_link(
    place: DataPlace,
    url: str,
    token: str = "",
    cancelled: Callable[[], bool] = lambda: False,
    renewal: Renewal | None = None,
    heed: Callable[[EraseOrder], None] | None = None,
) -> HttpTransport:
    """A connection to `url` that believes the office's own authority, when there is one.

    Args:
        cancelled: asked while something is waited for; True ends it with SYN-009.
        renewal: how it gets another token when this one is good no more.
        heed: what is done with an order to erase this laptop (`app.erased.obeys`).

    Raises:
        UserError: SYN-011, SYN-027 about `url`; SYN-028 the authority's file cannot be read.
    """
    authority = server_authority(place)
    return HttpTransport(
        url, token, cancelled=cancelled, authority=authority, renewal=renewal, heed=heed
    )


def session_link(
    session: Session, url: str, cancelled: Callable[[], bool] = lambda: False
) -> HttpTransport:
    """A connection with this laptop's token, which it has replaced without asking for a password.

    Raises:
        UserError: as `server_link`.
    """
    store = session.store
    token, seed = sync_state.token(store), device_keys.device_seed(store)

    def keep(given: str, days: int) -> None:
        with session.work("server.token") as work:
            sync_state.keep_token(work.tx, given, session.clock.now() + timedelta(days=days))

    # Without a token it was signed out, or is a copy: then the password is asked for.
    known = Renewal(sync_state.device(store), seed, keep, keeps(session))
    renewal = known if token and seed else None
    return server_link(session.place, url, token, cancelled, renewal, obeys(session))


def renew_in_time(session: Session, link: HttpTransport) -> None:
    """Get another token, and with it another lease, long before they run out, on a link that just worked.

    Whatever goes wrong is no matter: the next synchronisation tries again.
    """
    now = session.clock.now()
    runs_out = lease_of(session).state in (LeaseState.ENDING, LeaseState.PAST)
    if not (runs_out or sync_state.renewal_due(session.store, now)):
        return
    try:
        renewed = link.renew()
    except UserError:
        return
    if not renewed:
        with session.work("server.token") as work:
            sync_state.set_renewal(work.tx, now + timedelta(days=UNTOLD_DAYS))
