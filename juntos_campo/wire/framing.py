"""Message bodies to and from the bytes that travel."""

from __future__ import annotations

import zstandard

from juntos_campo.domain.errors import JuntosError

ENCODING = "zstd"
"""Value of ``Content-Encoding`` of a compressed body."""

SMALL = 64 * 1024
"""Up to this size the strongest compression costs little time."""

STRONG_LEVEL, QUICK_LEVEL = 19, 12


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
