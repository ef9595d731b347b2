"""How messages travel is a parameter: HTTP today, a sealed file on a USB stick tomorrow."""

from __future__ import annotations

from typing import Protocol

from juntos_campo.wire.messages import SyncRequest, SyncResponse


class Transport(Protocol):
    """Carries one exchange at a time.

    Attributes:
        bytes_up, bytes_down: all that travelled so far, headers and failed tries included.
    """

    bytes_up: int
    bytes_down: int

    def exchange(self, request: SyncRequest) -> SyncResponse:
        """Send a request and wait for its response.

        Raises:
            UserError: SYN-001 to SYN-008; the server may or may not have received the request.
        """
        ...
