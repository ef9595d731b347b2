"""Whose reference data a laptop believes: its server's alone."""

from __future__ import annotations

from juntos_campo.domain.errors import user_error
from juntos_campo.store.device_keys import server_key
from juntos_campo.store.store import Store
from juntos_campo.sync.problems import NOT_SIGNED
from juntos_campo.wire.messages import SyncResponse
from juntos_campo.wire.signing import reference_text, verify


def require_signed(store: Store, page: SyncResponse) -> None:
    """Make sure, before anything of `page` is stored, that its reference data is our server's.

    A laptop that never met a server with a key (protocol 1) cannot ask for that.

    Raises:
        UserError: SYN-014.
    """
    known = server_key(store)
    if not known:
        return
    text = reference_text(page.changes, page.removals)
    if text and not verify(known, text, page.signature):
        raise user_error(NOT_SIGNED)
