"""The compact form of the messages of version 2."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import zstandard

from juntos_campo.wire.framing import ENCODING, DamagedBodyError, unpack
from juntos_campo.wire.messages import SyncRequest, SyncResponse

_PAGE = ("changes", "conflicts", "removals")


@dataclass(frozen=True, slots=True)
class Head:
    """What the transport needs of an answer's head.

    Attributes:
        tag: of the page's bytes, 16 hexadecimal digits; empty when the page is empty.
        total: bytes of the whole page.
    """

    tag: str
    total: int


def encode_request(request: SyncRequest) -> bytes:
    return _pack(request.to_json())


def decode_request(data: bytes, limit: int) -> SyncRequest:
    return SyncRequest.model_validate_json(unpack(data, ENCODING, limit))


def tag_of(page: bytes) -> str:
    """Tag of a page's bytes; empty for an empty page."""
    return hashlib.blake2b(page, digest_size=8).hexdigest() if page else ""


def encode_response(response: SyncResponse, *, asked: Sequence[str] = ()) -> tuple[bytes, bytes]:
    """Head and page. `asked`: ids of the request's operations, in order."""
    whole: dict[str, Any] = json.loads(response.to_json())
    held = {name: whole.pop(name) for name in _PAGE if name in whole}
    page = _pack(json.dumps(held, ensure_ascii=False).encode()) if held else b""
    head = {"tag": tag_of(page), "total": len(page), "answer": whole}
    return _pack(json.dumps(head, ensure_ascii=False).encode()), page


def head_of(head: bytes) -> Head:
    """Raises DamagedBodyError."""
    found = _head(head)
    return Head(found["tag"], found["total"])


def decode_response(
    head: bytes, page: bytes, limit: int, *, asked: Sequence[str] = ()
) -> SyncResponse:
    found = _head(head)
    if len(page) != found["total"] or tag_of(page) != found["tag"]:
        raise DamagedBodyError("the page is not the one its head tells of")
    held = json.loads(unpack(page, ENCODING, limit)) if page else {}
    return SyncResponse.model_validate_json(json.dumps({**found["answer"], **held}))


def _head(head: bytes) -> dict[str, Any]:
    try:
        found = json.loads(unpack(head, ENCODING, 64 * 1024 * 1024))
    except ValueError as error:
        raise DamagedBodyError("the head cannot be read") from error
    if not isinstance(found, dict) or set(found) != {"tag", "total", "answer"}:
        raise DamagedBodyError("the head cannot be read")
    return found


def _pack(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=19, write_content_size=True).compress(body)
