"""What went wrong on the way to the server, told apart: each fault has another remedy."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import requests
from pydantic import ValidationError
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import NameResolutionError

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import count, paper_date
from juntos_campo.sync.problems import (
    ANSWER_DAMAGED,
    CAPTIVE_PORTAL,
    CERTIFICATE_DATES,
    CERTIFICATE_OF_ANOTHER,
    CONNECTION_REFUSED,
    DATABASE_COPIED,
    NAME_NOT_FOUND,
    NO_CONNECTION,
    NOT_ENCRYPTED,
    NOT_SECURE,
    PROXY_FAILED,
    PROXY_PASSWORD,
    SERVER_BUSY,
    SERVER_FAILED,
    SERVER_SAID,
    SIGN_IN_AGAIN,
    TOO_SLOW,
)
from juntos_campo.wire.messages import ErrorBody
from juntos_campo.wire.orders import EraseOrder

_NOT_YET_VALID, _EXPIRED = 9, 10
_ANOTHER_NAME = frozenset({62, 64})
"""OpenSSL's X509_V_ERR_... numbers: dates, then the name and the address of the host."""

_NO_TLS = ("WRONG_VERSION_NUMBER", "UNKNOWN_PROTOCOL", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")
_CUT_TLS = (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)

_MOST_SECONDS_TOLD = 3600


def failure(error: BaseException, url: str, today: date) -> UserError:
    """The error to tell when a request to `url` got no whole answer.

    Args:
        error: of `requests`, urllib3 or the socket.
        today: by this computer's clock, for certificates out of date.
    """
    causes = list(_causes(error))
    host = urlsplit(url).hostname or url
    secure = _of_tls(causes, host, today)
    if secure is not None:
        return secure
    if isinstance(error, requests.exceptions.ProxyError):
        return _of_proxy(causes, url, host)
    if any(isinstance(one, NameResolutionError) for one in causes):
        return user_error(NAME_NOT_FOUND, host=host)
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return user_error(CONNECTION_REFUSED, host=host)
    if any(isinstance(one, (requests.exceptions.Timeout, TimeoutError)) for one in causes):
        return user_error(TOO_SLOW)
    return user_error(NO_CONNECTION)


def refusal(status: int, text: bytes, headers: Mapping[str, str] | None = None) -> UserError:
    """The error in an answer that is no success; without our `code` it is not our server's.

    SYN-005 (`SERVER_SAID`) has in its `values` the `code` and `text` of the server and the protocol versions
    it named as `supported`; SYN-026 has the `seconds` it asked to wait.
    """
    wait = _seconds(headers or {})
    try:
        error = ErrorBody.model_validate_json(text)
    except ValidationError:
        return _of_stranger(status, wait)
    if error.code == "CEN-003":
        return user_error(SIGN_IN_AGAIN)
    if error.code == "CEN-010":
        return user_error(DATABASE_COPIED)
    if error.code == "CEN-117":  # this laptop asked too often: as patient as with a busy server
        return _busy(wait or 0)
    if status >= 500:
        return _busy(wait) if wait is not None else user_error(SERVER_FAILED, status=error.code)
    return user_error(SERVER_SAID, code=error.code, text=error.text, supported=error.supported)


def order_in(text: bytes) -> EraseOrder | None:
    """The order to erase this laptop in an answer that is no success; nobody has verified it yet."""
    try:
        return ErrorBody.model_validate_json(text).erase
    except ValidationError:
        return None


def foreign(status: int, headers: Mapping[str, str], start: bytes, url: str) -> UserError | None:
    """SYN-003, SYN-025: somebody between us and the server answered, whatever the status says.

    Args:
        start: the first bytes of the body, as many as there are.
    """
    if status == requests.codes.proxy_authentication_required:
        return user_error(PROXY_PASSWORD, proxy=proxy_of(url))
    kind = headers.get("content-type", "").lower()
    page = kind.startswith(("text/html", "application/xhtml")) or start.lstrip()[:1] == b"<"
    redirected = 300 <= status < 400
    wants_login = status == requests.codes.network_authentication_required
    if redirected or wants_login or (page and status < 500):
        return user_error(CAPTIVE_PORTAL)
    return None


def damaged(start: bytes) -> UserError:
    """The body of a success that cannot be read: SYN-003 when it is a page, else SYN-007."""
    looks_foreign = start.lstrip()[:1] == b"<"
    return user_error(CAPTIVE_PORTAL if looks_foreign else ANSWER_DAMAGED)


def proxy_of(url: str) -> str:
    """Host and port of the proxy the environment names for `url`, without password; else empty."""
    parts = urlsplit(select_proxy(url, get_environ_proxies(url)) or "")
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        port = ""
    return f"{parts.hostname or parts.path}{port}"


def _of_tls(causes: list[BaseException], host: str, today: date) -> UserError | None:
    for one in causes:
        if isinstance(one, ssl.SSLCertVerificationError):
            if one.verify_code in (_NOT_YET_VALID, _EXPIRED):
                return user_error(CERTIFICATE_DATES, today=paper_date(today))
            if one.verify_code in _ANOTHER_NAME:
                return user_error(CERTIFICATE_OF_ANOTHER, host=host)
            return user_error(NOT_SECURE)
        if isinstance(one, _CUT_TLS):
            return user_error(NO_CONNECTION)
        if isinstance(one, ssl.SSLError):
            plain = any(name in (one.reason or str(one)) for name in _NO_TLS)
            return user_error(NOT_ENCRYPTED, host=host) if plain else user_error(NOT_SECURE)
    return None


def _of_proxy(causes: list[BaseException], url: str, host: str) -> UserError:
    proxy = proxy_of(url)
    if any("Tunnel connection failed: 407" in str(one) for one in causes):
        return user_error(PROXY_PASSWORD, proxy=proxy)
    return user_error(PROXY_FAILED, proxy=proxy, host=host)


def _of_stranger(status: int, wait: float | None) -> UserError:
    """An answer without our `code`: of a gateway before the server, or of another network's page."""
    if status == requests.codes.too_many_requests or (status >= 500 and wait is not None):
        return _busy(wait if wait is not None else 0)
    return user_error(SERVER_FAILED, status=status) if status >= 500 else user_error(CAPTIVE_PORTAL)


def _busy(seconds: float) -> UserError:
    minutes = max(1, round(min(seconds, _MOST_SECONDS_TOLD) / 60))
    return user_error(SERVER_BUSY, wait=count(minutes, "minuto", "minutos"), seconds=seconds)


def _seconds(headers: Mapping[str, str]) -> float | None:
    """What ``Retry-After`` asks for; None when it asks for nothing, or names a date."""
    asked = headers.get("retry-after", "").strip()
    return float(asked) if asked.isascii() and asked.isdigit() and len(asked) < 9 else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    """An error and all that is wrapped in it, in `args`, `reason` and the chain of causes."""
    seen: set[int] = set()
    left: list[Any] = [error]
    while left:
        one = left.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [*one.args, getattr(one, "reason", None), one.__cause__, one.__context__]
