"""The way to the server, as this installation is set up."""

from __future__ import annotations

from collections.abc import Callable

from juntos_campo.paths import DataPlace, server_authority
from juntos_campo.sync.http_transport import HttpTransport


def server_link(
    place: DataPlace, url: str, token: str = "", cancelled: Callable[[], bool] = lambda: False
) -> HttpTransport:
    """A connection to `url` that believes the office's own authority, when there is one.

    Args:
        cancelled: asked while something is waited for; True ends it with SYN-009.

    Raises:
        UserError: SYN-011, SYN-027 about `url`; SYN-028 the authority's file cannot be read.
    """
    return HttpTransport(url, token, cancelled=cancelled, authority=server_authority(place))
