"""The office's order to erase this laptop: believed only when its server signed it, for this laptop, lately.

A mere refusal, an expired token, a block or a network that lies never erase anything.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from juntos_campo.app.session import Session
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.paths import DataPlace, server_authority
from juntos_campo.store.contact import Contact, contact_of, read_contact
from juntos_campo.store.erasing import (
    Erasure,
    Phase,
    begin_erasing,
    erasure_of,
    go_on_erasing,
    mark_told,
)
from juntos_campo.store.problems import ERASED
from juntos_campo.sync.asking import ask_standing
from juntos_campo.wire.orders import EraseOrder
from juntos_campo.wire.standing import is_order_for

log = logging.getLogger(__name__)

_CLOCKS_DIFFER = timedelta(minutes=10)
"""Two machines of one server may tell the time so differently."""


def obeys(session: Session) -> Callable[[EraseOrder], None]:
    """What a connection of this session does with an order: see `obey`."""

    def heed(order: EraseOrder) -> None:
        known = contact_of(session.store)
        if known is not None:
            obey(session.place, known, order)

    return heed


def obey(place: DataPlace, known: Contact, order: EraseOrder) -> None:
    """Destroy the key of this laptop, if the order is right; the rest goes once nobody has it open.

    Args:
        known: this laptop and its server.

    Raises:
        UserError: STO-010 it is erased. Of a false order nothing is said and nothing happens.
    """
    if not is_order_for(order, key=known.key, device=known.device) or _is_old(order, known):
        log.warning("erase order refused")
        return
    log.info("erase order obeyed")
    at = order.at.isoformat()
    mark = Erasure(Phase.ERASING, at, known.server, known.device, order.signature)
    begin_erasing(place, mark)
    raise user_error(ERASED)


def ask_before_password(place: DataPlace, cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Ask the server, without anything anybody typed, whether this laptop is wanted erased; and obey.

    No network, no server, another one in its place: nothing happens.

    Returns:
        True when it was erased.
    """
    known = read_contact(place.contact_file)
    if known is None or not place.key_file.exists():
        return False
    try:
        order = ask_standing(
            known.server, known.device, authority=server_authority(place), cancelled=cancelled
        )
    except UserError:
        return False
    try:
        if order is not None:
            obey(place, known, order)
    except UserError:
        go_on_erasing(place)
        return True
    return False


def tell_office(place: DataPlace, cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Let the office know that it is done, if it can be reached; whether it knows."""
    mark = erasure_of(place)
    if mark is None or mark.told or mark.phase is Phase.ERASING:
        return mark is None or mark.told
    done = EraseOrder(device=mark.device, at=mark.ordered, signature=mark.signature)
    try:
        ask_standing(
            mark.server,
            mark.device,
            erased=done,
            authority=server_authority(place),
            cancelled=cancelled,
        )
    except UserError:
        return False
    mark_told(place)
    return True


def _is_old(order: EraseOrder, known: Contact) -> bool:
    """The server let this laptop in after the order: it was cancelled, and somebody sends it again."""
    return bool(known.since) and order.at + _CLOCKS_DIFFER < datetime.fromisoformat(known.since)
