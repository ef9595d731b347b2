"""Asking the server without a password whether this laptop is to be erased (`wire.standing`)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import ValidationError

from juntos_campo.domain.clock import Clock, SystemClock
from juntos_campo.domain.errors import user_error
from juntos_campo.sync.http_link import HttpLink
from juntos_campo.sync.http_wire import Wire
from juntos_campo.sync.problems import ANSWER_DAMAGED
from juntos_campo.wire.framing import DamagedBodyError, pack_for_http, unpack
from juntos_campo.wire.orders import EraseOrder
from juntos_campo.wire.standing import ADDRESS, StandingAnswer, StandingRequest

_SECONDS = (5.0, 10.0)
"""To connect, and for every piece: nobody waits for this, and a bad link must not hold the program up."""

_LARGEST = 64 * 1024


def ask_standing(
    url: str,
    device: str,
    *,
    erased: EraseOrder | None = None,
    authority: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    clock: Clock | None = None,
) -> EraseOrder | None:
    """One question, one try.

    Args:
        erased: tell the server that this order was carried out.
        authority: certificates of the office's own authority.

    Raises:
        UserError: SYN-001 to SYN-003, SYN-007 to SYN-011, SYN-020 to SYN-029.
    """
    body, headers = pack_for_http(StandingRequest(device=device, erased=erased).to_json())
    data = bytearray()
    with HttpLink(
        url,
        wire=Wire(cancelled),
        clock=clock or SystemClock(),
        timeouts=_SECONDS,
        authority=authority,
    ) as link:
        answer = link.ask("POST", ADDRESS, body, headers, data.extend)
    if answer.status != 200:
        raise user_error(ANSWER_DAMAGED)
    try:
        text = unpack(bytes(data), answer.headers.get("content-encoding", ""), _LARGEST)
        return StandingAnswer.model_validate_json(text).erase
    except (DamagedBodyError, ValidationError):
        raise user_error(ANSWER_DAMAGED) from None
