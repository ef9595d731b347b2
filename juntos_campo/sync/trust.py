"""Whose reference data a laptop believes: its server's alone."""

from __future__ import annotations

from juntos_campo.domain.errors import user_error
from juntos_campo.domain.kinds import KINDS
from juntos_campo.store.device_keys import server_key
from juntos_campo.store.store import Store
from juntos_campo.sync.problems import NOT_SIGNED
from juntos_campo.wire.messages import SyncResponse
from juntos_campo.wire.signing import REFERENCE, reference_text, verify

_SHARED = frozenset(name for name, kind in KINDS.items() if kind.shared)


def require_signed(store: Store, page: SyncResponse) -> None:
    """Make sure, before anything of `page` is stored, that its reference data is our server's.

    A laptop that never met a server with a key (protocol 1) cannot ask for that.

    Raises:
        UserError: SYN-014.
    """
    known = server_key(store)
    if not known:
        return
    places = {(one.kind, one.partition) for one in page.changes}
    places |= {(one.kind, one.partition) for one in page.removals}
    if any(kind in _SHARED and partition != REFERENCE for kind, partition in places):
        raise user_error(NOT_SIGNED)  # nobody signs what is said to lie elsewhere
    text = reference_text(page.changes, page.removals)
    if text and not verify(known, text, page.signature):
        raise user_error(NOT_SIGNED)
