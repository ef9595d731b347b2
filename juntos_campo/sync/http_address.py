"""Addresses of servers: what one is, and where names and passwords may go in the clear."""

from __future__ import annotations

import ipaddress
from urllib.parse import SplitResult, urlsplit

from juntos_campo.domain.errors import user_error
from juntos_campo.sync.problems import BAD_ADDRESS, NOT_PRIVATE


def checked_address(url: str) -> SplitResult:
    """The parts of a server's address.

    Raises:
        UserError: SYN-011 it is no address of a server; SYN-027 it is ``http://`` and not of this machine,
            so that names and the password would travel for everybody to read.
    """
    try:
        parts = urlsplit(url)
        known = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # no number, or no IPv6 address, where one should be
        raise user_error(BAD_ADDRESS, address=url) from None
    if not known or parts.username is not None or any(sign.isspace() for sign in url):
        raise user_error(BAD_ADDRESS, address=url)
    if parts.scheme == "http" and not is_this_machine(parts.hostname or ""):
        raise user_error(NOT_PRIVATE, address=url)
    return parts


def is_this_machine(host: str) -> bool:
    """Whether a host name is this machine's own (a demonstration, a test)."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
