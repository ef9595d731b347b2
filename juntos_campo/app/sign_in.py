"""Entering the server with this database's own key, and making sure that it is the same server."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from juntos_campo.app.lease_keeping import take_lease
from juntos_campo.app.server_link import UNTOLD_DAYS
from juntos_campo.app.session import Session, Work
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.store import device_keys, sync_state
from juntos_campo.store.lease import forget_lease
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.problems import DATABASE_COPIED, SERVER_CHANGED
from juntos_campo.wire.messages import LoginResponse
from juntos_campo.wire.signing import new_seed, public_key


def enter_server(
    session: Session,
    transport: HttpTransport,
    user: str,
    password: str,
    device_name: str = "",
    *,
    another_server: bool = False,
    make_seed: Callable[[], str] = new_seed,
) -> LoginResponse:
    """Enter with the key of this database; nothing of the answer is kept yet (`keep_login`).

    A database that the server knows for a copy becomes a device of its own and enters as that.

    Args:
        another_server: the person knows that this is not the server of before.

    Raises:
        UserError: SYN-001 to SYN-013, SYN-015 the server of this address shows another key.
    """
    try:
        answer = _enter(session, transport, user, password, device_name, make_seed)
    except UserError as error:
        if error.problem is not DATABASE_COPIED:
            raise
        with session.work("device.copied") as work:
            sync_state.become_another_device(work.tx, session.ids())
        answer = _enter(session, transport, user, password, device_name, make_seed)
    known = device_keys.server_key(session.store)
    same_address = transport.url == sync_state.server(session.store)
    if known and same_address and not another_server and answer.server_key != known:
        raise user_error(SERVER_CHANGED)
    return answer


def keep_login(
    session: Session, work: Work, transport: HttpTransport, answer: LoginResponse
) -> None:
    """Remember a login in the caller's transaction."""
    sync_state.remember_login(work.tx, transport.url, answer.token, answer.stamp)
    # A server that says nothing of it is asked again from time to time: it may have become a newer one.
    days = answer.renew_days or UNTOLD_DAYS
    sync_state.set_renewal(work.tx, answer.server_time + timedelta(days=days))
    if device_keys.keep_server_key(work.tx, answer.server_key):
        sync_state.begin_anew(work.tx)
        forget_lease(work.tx)
    if answer.lease is not None:
        take_lease(session, work, answer.lease, answer.server_key)


def _enter(
    session: Session,
    transport: HttpTransport,
    user: str,
    password: str,
    device_name: str,
    make_seed: Callable[[], str],
) -> LoginResponse:
    store = session.store
    seed = device_keys.device_seed(store)
    if not seed:
        seed = make_seed()
        with session.work("device.key") as work:
            device_keys.keep_device_seed(work.tx, seed)
    return transport.login(
        user,
        password,
        sync_state.device(store),
        device_name,
        sign_key=public_key(seed),
        counter=sync_state.counter(store),
        stamp=sync_state.stamp(store),
    )
