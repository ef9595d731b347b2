"""How messages travel is a parameter: HTTP, or a sealed file on a USB stick."""

from __future__ import annotations

from typing import Protocol

from juntos_campo.wire.messages import SyncRequest, SyncResponse


class Transport(Protocol):
    """Carries one exchange at a time.

    A transport may have more to tell (`juntos_campo.sync.http_transport.HttpTransport` has all of it); who
    uses it takes the default for what is not there:

    - ``protocol`` (2): version of the exchanges from now on; 1 once the server turned out to be an old one.
    - ``partial`` (None): ``(tag, bytes)`` of a page whose rest did not arrive; may be set before an
      exchange, and is None after one that went through.
    - ``speed`` (None, None): bytes a second down and up, the round trip aside; None for unknown.
    - ``server_time_age`` (None): seconds that had passed since the server wrote ``server_time`` when
      `exchange` returned.
    """

    @property
    def bytes_up(self) -> int:
        """All that was sent so far, headers and failed tries included."""
        ...

    @property
    def bytes_down(self) -> int:
        """All that was received so far, headers and failed tries included."""
        ...

    def exchange(self, request: SyncRequest) -> SyncResponse:
        """Send a request and wait for its response.

        Raises:
            UserError: SYN-001 to SYN-009, SYN-020 to SYN-029; the server may or may not have received the
                request.
        """
        ...
