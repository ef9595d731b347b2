"""Photos and files over HTTP: `sync.files.FileLink` on the connection of a synchronisation.

A chunk is tried once: whoever sends or fetches tries a smaller one after a failure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

from pydantic import ValidationError

from juntos_campo.domain.errors import user_error
from juntos_campo.sync.http_faults import refusal
from juntos_campo.sync.problems import ANSWER_DAMAGED, CAPTIVE_PORTAL
from juntos_campo.wire.file_messages import (
    LARGEST_CHUNK,
    SIZE_HEADER,
    ChunkTaken,
    FileAnswer,
    FileQuestion,
    FileState,
)
from juntos_campo.wire.framing import DamagedBodyError, pack_for_http, unpack
from juntos_campo.wire.messages import Message

M = TypeVar("M", bound=Message)

_ROOT = "/v2/files"


class Caller(Protocol):
    """What carries bytes for bytes (`sync.http_transport.HttpTransport.call`)."""

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        *,
        insist: bool = True,
    ) -> tuple[int, Mapping[str, str], bytes]: ...


class HttpFiles:
    """Asks, sends and fetches through `caller`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def ask(self, keys: Sequence[str]) -> tuple[FileState, ...]:
        """How far the server is with each of `keys`, in their order.

        Raises:
            UserError: SYN-001 to SYN-008.
        """
        body, headers = pack_for_http(FileQuestion(ids=tuple(keys)).to_json())
        found = self._message("POST", _ROOT, body, headers, FileAnswer).files
        if len(found) != len(keys):
            raise user_error(ANSWER_DAMAGED)
        return found

    def put(self, key: str, at: int, size: int, data: bytes) -> ChunkTaken:
        """Send a chunk; what the server has afterwards.

        Raises:
            UserError: as `ask`; SYN-005 carries the server's refusal.
        """
        path = f"{_ROOT}/{key}?at={at}&size={size}"
        return self._message("PUT", path, data, {}, ChunkTaken, insist=False)

    def get(self, key: str, at: int, most: int) -> tuple[int, bytes]:
        """The size of the whole file and at most `most` of its bytes from `at` on.

        Raises:
            UserError: as `put`.
        """
        path = f"{_ROOT}/{key}?at={at}&most={most}"
        status, headers, data = self._caller.call("GET", path, insist=False)
        if status != 200:
            raise refusal(status, data)
        size = headers.get(SIZE_HEADER, "")
        if not size.isdigit():
            raise user_error(CAPTIVE_PORTAL)
        return int(size), data

    def _message(
        self,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        answer: type[M],
        *,
        insist: bool = True,
    ) -> M:
        status, found, data = self._caller.call(method, path, body, headers, insist=insist)
        if status != 200:
            raise refusal(status, data)
        try:
            text = unpack(data, found.get("content-encoding", ""), LARGEST_CHUNK)
            return answer.model_validate_json(text)
        except (DamagedBodyError, ValidationError):
            raise user_error(CAPTIVE_PORTAL) from None
