"""The `.jcb` file: a clear header, sealed content, a signature over both.

    magic (8) | version (1) | length of the header (2, big-endian) | header (JSON) | sealed content
    | Ed25519 signature (64) of everything before it

The content is sealed (NaCl SealedBox) to the Curve25519 key of whom it is for, and signed by whom it is from.
Inside: length (4, big-endian) of the packed message, the packed message, the bytes of its files.
Nothing is believed before the signature was verified, and nothing is opened before that.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from nacl.exceptions import CryptoError
from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey
from pydantic import ValidationError

from juntos_campo.domain.errors import user_error
from juntos_campo.wire.bundle_messages import BundleAnswer, BundleHeader, BundleRequest
from juntos_campo.wire.bundle_problems import (
    ALTERED,
    NOT_A_BUNDLE,
    OTHER_VERSION,
    TOO_LARGE,
    TRUNCATED,
    UNREADABLE,
)
from juntos_campo.wire.framing import ENCODING, DamagedBodyError, pack, unpack
from juntos_campo.wire.signing import SIGNATURE_BYTES, sign, verify

B = TypeVar("B", BundleRequest, BundleAnswer)

SUFFIX = ".jcb"
MAGIC = b"\x89JCB\r\n\x1a\n"
"""As PNG's: a transfer that mends line ends or drops the eighth bit does not go unnoticed."""

VERSION = 1
MOST_BYTES = 64 * 1024 * 1024
MOST_CONTENT = 256 * 1024 * 1024
"""Bytes of the message after unpacking, at most."""

_SHORT = 6
"""Characters of a laptop's id that a file name shows."""

_LONGEST_HEADER = 4096
_FIXED = struct.Struct(">8sBH")
_LENGTH = struct.Struct(">I")
_CONTEXT = b"juntos-campo/bundle/1\n"


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file taken apart, nothing verified yet. `signed`: what `signature` should be over."""

    header: BundleHeader
    sealed: bytes
    signed: bytes
    signature: str


def file_name(made_at: datetime, device: str, *, answer: bool = False) -> str:
    """``juntos-20261121-0930-3f2a1c.jcb``; the answer says so."""
    kind = "-respuesta" if answer else ""
    return f"juntos-{made_at:%Y%m%d-%H%M}-{device[:_SHORT]}{kind}{SUFFIX}"


def seal(
    header: BundleHeader,
    message: BundleRequest | BundleAnswer,
    files: Sequence[bytes] = (),
    *,
    seed: str,
    to_key: str,
) -> bytes:
    """A whole file.

    Args:
        header: its `size` is set here.
        files: the bytes of `message.files`, in that order.
        seed: secret of whom it is from.
        to_key: public key of whom it is for.

    Raises:
        UserError: JCB-005 it would be larger than anybody takes.
    """
    packed, encoding = pack(message.to_json())
    inner = b"".join((_LENGTH.pack(len(packed)), bytes([bool(encoding)]), packed, *files))
    sealed = SealedBox(VerifyKey(bytes.fromhex(to_key)).to_curve25519_public_key()).encrypt(inner)
    head = header.model_copy(update={"size": len(sealed)}).to_json()
    start = _FIXED.pack(MAGIC, VERSION, len(head)) + head + sealed
    whole = start + bytes.fromhex(sign(seed, _CONTEXT + start))
    if len(whole) > MOST_BYTES:
        raise user_error(TOO_LARGE, most=MOST_BYTES // 2**20)
    return whole


def read(data: bytes) -> Bundle:
    """Take a file apart.

    Raises:
        UserError: JCB-001 to JCB-005.
    """
    if len(data) > MOST_BYTES:
        raise user_error(TOO_LARGE, most=MOST_BYTES // 2**20)
    if not data or not data.startswith(MAGIC[: len(data)]):
        raise user_error(NOT_A_BUNDLE)
    if len(data) < _FIXED.size:
        raise _truncated(data, _FIXED.size)
    _, version, length = _FIXED.unpack_from(data)
    if version != VERSION:
        raise user_error(OTHER_VERSION, version=version)
    if length > _LONGEST_HEADER:
        raise user_error(ALTERED)
    body = _FIXED.size + length
    if len(data) < body:
        raise _truncated(data, body)
    try:
        header = BundleHeader.model_validate_json(data[_FIXED.size : body])
    except ValidationError:
        raise user_error(ALTERED) from None
    end = body + header.size
    if len(data) < end + SIGNATURE_BYTES:
        raise _truncated(data, end + SIGNATURE_BYTES)
    if len(data) > end + SIGNATURE_BYTES:
        raise user_error(ALTERED)
    return Bundle(header, data[body:end], data[:end], data[end:].hex())


def require_signature(bundle: Bundle, key: str) -> None:
    """Make sure that the owner of the public `key` made this file, every byte of it.

    Raises:
        UserError: JCB-004.
    """
    if not verify(key, _CONTEXT + bundle.signed, bundle.signature):
        raise user_error(ALTERED)


def open_content(bundle: Bundle, message: type[B], seed: str) -> tuple[B, list[bytes]]:
    """What a verified file holds, with the bytes of its files.

    Raises:
        UserError: JCB-004 it is not sealed to the secret's owner, JCB-010 it cannot be read.
    """
    try:
        inner = SealedBox(SigningKey(bytes.fromhex(seed)).to_curve25519_private_key()).decrypt(
            bundle.sealed
        )
    except CryptoError:
        raise user_error(ALTERED) from None
    try:
        (length,) = _LENGTH.unpack_from(inner)
        start = _LENGTH.size + 1
        text = unpack(inner[start : start + length], ENCODING if inner[4] else "", MOST_CONTENT)
        found = message.model_validate_json(text)
    except (struct.error, IndexError, DamagedBodyError, ValidationError):
        raise user_error(UNREADABLE) from None
    files, at = [], start + length
    for one in found.files:
        files.append(inner[at : at + one.size])
        at += one.size
    if at != len(inner):
        raise user_error(UNREADABLE)
    return found, files


def _truncated(data: bytes, whole: int) -> Exception:
    return user_error(TRUNCATED, have=len(data), missing=whole - len(data))
