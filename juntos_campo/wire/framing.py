"""Message bodies to and from the bytes that travel, and the frame of an answer of version 2."""

from __future__ import annotations

import struct

import zstandard

from juntos_campo.domain.errors import JuntosError

ENCODING = "zstd"
"""Value of ``Content-Encoding`` of a compressed body."""

SMALL = 64 * 1024
"""Up to this size the strongest compression costs little time."""

STRONG_LEVEL, QUICK_LEVEL = 19, 12

LARGEST_HEAD = 4 * 1024 * 1024
"""Packed bytes of the head of an answer at most: 500 refusals with their texts take 20 KB."""

_FRAME = struct.Struct(">II")


class DamagedBodyError(JuntosError):
    """The bytes are no body of ours: cut off, altered, of an unknown encoding, or far too large."""


def pack(body: bytes) -> tuple[bytes, str]:
    """The bytes to send and their ``Content-Encoding``; empty when compression does not pay."""
    level = STRONG_LEVEL if len(body) <= SMALL else QUICK_LEVEL
    compressor = zstandard.ZstdCompressor(
        level=level, write_content_size=True, write_checksum=False
    )
    packed = compressor.compress(body)
    header = len(f"content-encoding: {ENCODING}\r\n")
    return (packed, ENCODING) if len(packed) + header < len(body) else (body, "")


def pack_for_http(body: bytes) -> tuple[bytes, dict[str, str]]:
    """As `pack`, with the header that says so; none when compression does not pay."""
    packed, encoding = pack(body)
    return packed, {"Content-Encoding": encoding} if encoding else {}


def unpack(data: bytes, encoding: str, limit: int) -> bytes:
    """The body, of at most `limit` bytes.

    Raises:
        DamagedBodyError: see there.
    """
    if encoding in ("", "identity"):
        if len(data) > limit:
            raise DamagedBodyError(f"body of {len(data)} bytes, limit {limit}")
        return data
    if encoding != ENCODING:
        raise DamagedBodyError(f"content encoding {encoding[:20]!r} is not known")
    try:
        size = zstandard.frame_content_size(data)
        if size < 0 or size > limit:
            raise DamagedBodyError(f"body says {size} bytes, limit {limit}")
        return zstandard.ZstdDecompressor().decompress(data, max_output_size=limit)
    except zstandard.ZstdError as error:
        raise DamagedBodyError("body is no complete zstandard frame") from error


def write_answer(head: bytes, page: bytes, offset: int = 0) -> bytes:
    """An answer of version 2: length of the head and `offset` (4 bytes each, big-endian), the head,
    and the page from byte `offset` on."""
    return _FRAME.pack(len(head), offset) + head + page[offset:]


class AnswerReader:
    """Reads an answer of version 2 while it arrives, so that a cut link loses nothing it brought.

    Attributes:
        head: None until it is whole.
        offset: byte of the page at which this answer begins; 0 until `head` is there.
        page: the page from `offset` on, as far as it came.
    """

    def __init__(self, limit: int = 64 * 1024 * 1024) -> None:
        """`limit`: bytes of the page at most."""
        self.head: bytes | None = None
        self.offset = 0
        self.page = bytearray()
        self._limit = limit
        self._start = bytearray()

    def feed(self, data: bytes) -> None:
        """Take what arrived.

        Raises:
            DamagedBodyError: this is no answer of ours, or a page beyond the limit.
        """
        if self.head is None:
            self._start += data
            if len(self._start) < _FRAME.size:
                return
            size, offset = _FRAME.unpack_from(self._start)
            if size > LARGEST_HEAD or offset > self._limit:
                raise DamagedBodyError(f"frame says {size} bytes of head, offset {offset}")
            end = _FRAME.size + size
            if len(self._start) < end:
                return
            self.head, self.offset = bytes(self._start[_FRAME.size : end]), offset
            data = bytes(self._start[end:])
            self._start.clear()
        self.page += data
        if self.offset + len(self.page) > self._limit:
            raise DamagedBodyError(f"page of more than {self._limit} bytes")
