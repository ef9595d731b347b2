"""The file of a backup: how its bytes are framed, compressed, checked and, if wanted, encrypted.

    magic (8) | version (1) | encrypted (1)
    [salt (16) | passes (4) | memory in KiB (4) | header of the stream (24)]
    frames: length (4, big-endian) | bytes ...
    plain: length 0 | SHA-256 of everything before; encrypted: the last frame is marked final

The frames hold one zstandard stream. Encrypted, each is a message of libsodium's secretstream
(XChaCha20-Poly1305) under a key that Argon2id derives from the passphrase, and the beginning of the file is
authenticated with the first. So nothing can be altered, cut off, swapped or added without notice. Reading
and writing hold one frame in memory, however large the file is.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

import zstandard
from nacl import bindings as sodium
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.utils import random as random_bytes

from juntos_campo.central.backup_problems import (
    BACKUP_DAMAGED,
    BACKUP_NEWER,
    NOT_A_BACKUP,
    PASSPHRASE_NEEDED,
    WRONG_PASSPHRASE,
)
from juntos_campo.domain.errors import user_error

SUFFIX = ".jcr"
MAGIC = b"\x89JCR\r\n\x1a\n"
VERSION = 1
PASSPHRASE_VARIABLE = "JUNTOS_BACKUP_PASSPHRASE"  # noqa: S105

_LEVEL = 3
_FRAME = 256 * 1024
_LARGEST_FRAME = 2 * _FRAME
_LARGEST_WINDOW = 64 * 1024 * 1024
_START = struct.Struct(">8sBB")
_LOCK = struct.Struct(f">{argon2id.SALTBYTES}sII")
_LENGTH = struct.Struct(">I")
_KEY_BYTES = sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES
_HEADER_BYTES = sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_FINAL = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_State = sodium.crypto_secretstream_xchacha20poly1305_state
_MOST_PASSES = 16
_MOST_MEMORY_KIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Cost:
    """What deriving a key from a passphrase costs: passes, and memory in KiB."""

    passes: int = argon2id.OPSLIMIT_MODERATE
    memory_kib: int = argon2id.MEMLIMIT_MODERATE // 1024


class DamagedError(Exception):
    """The bytes are not what was written; told as `BACKUP_DAMAGED`."""


def _derive(passphrase: bytes, salt: bytes, cost: Cost) -> bytes:
    return argon2id.kdf(
        _KEY_BYTES, passphrase, salt, opslimit=cost.passes, memlimit=cost.memory_kib * 1024
    )


class _FrameWriter:
    """Where the compressed stream goes."""

    def __init__(self, file: BinaryIO, passphrase: bytes | None, cost: Cost) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._pending = bytearray()
        self._state: _State | None = None
        start = _START.pack(MAGIC, VERSION, passphrase is not None)
        if passphrase is not None:
            salt = random_bytes(argon2id.SALTBYTES)
            self._state = _State()
            stream = sodium.crypto_secretstream_xchacha20poly1305_init_push(
                self._state, _derive(passphrase, salt, cost)
            )
            start += _LOCK.pack(salt, cost.passes, cost.memory_kib) + stream
        self._put(start)
        if self._state is not None:
            self._frame(b"", authenticated=start)  # a wrong passphrase fails here

    def write(self, data: bytes) -> None:
        self._pending += data
        while len(self._pending) >= _FRAME:
            self._frame(bytes(self._pending[:_FRAME]))
            del self._pending[:_FRAME]

    def finish(self) -> None:
        """The last frame and what stands at the end."""
        if self._state is not None:
            self._frame(bytes(self._pending), tag=_FINAL)
            return
        if self._pending:
            self._frame(bytes(self._pending))
        self._put(_LENGTH.pack(0))
        self._file.write(self._digest.digest())

    def _frame(self, data: bytes, *, tag: int = 0, authenticated: bytes | None = None) -> None:
        if self._state is not None:
            data = sodium.crypto_secretstream_xchacha20poly1305_push(
                self._state, data, authenticated, tag
            )
        self._put(_LENGTH.pack(len(data)) + data)

    def _put(self, data: bytes) -> None:
        self._digest.update(data)
        self._file.write(data)


class BackupSink:
    """Writes the content of a backup; `finish` before closing the file."""

    def __init__(self, file: BinaryIO, passphrase: bytes | None, cost: Cost) -> None:
        self._frames = _FrameWriter(file, passphrase, cost)
        self._packer = zstandard.ZstdCompressor(level=_LEVEL).compressobj()

    def write(self, data: bytes) -> None:
        self._frames.write(self._packer.compress(data))

    def finish(self) -> None:
        self._frames.write(self._packer.flush())
        self._frames.finish()


class _FrameReader:
    """Gives the compressed stream, each frame checked before it is given."""

    def __init__(self, file: BinaryIO, name: str, passphrase: bytes | None) -> None:
        self._file = file
        self._digest = hashlib.sha256()
        self._rest = memoryview(b"")
        self._state: _State | None = None
        self._ended = False
        start = self._exactly(_START.size, name)
        magic, version, encrypted = _START.unpack(start)
        if magic != MAGIC:
            raise user_error(NOT_A_BACKUP, file=name, suffix=SUFFIX)
        if version > VERSION:
            raise user_error(BACKUP_NEWER, file=name, version=f"formato {version}")
        if version != VERSION or encrypted not in (0, 1):
            raise DamagedError
        if encrypted:
            self._open(start, name, passphrase)

    def _open(self, start: bytes, name: str, passphrase: bytes | None) -> None:
        if passphrase is None:
            raise user_error(PASSPHRASE_NEEDED, file=name, variable=PASSPHRASE_VARIABLE)
        lock, stream = self._exactly(_LOCK.size), self._exactly(_HEADER_BYTES)
        salt, passes, memory_kib = _LOCK.unpack(lock)
        if not (1 <= passes <= _MOST_PASSES and 8 <= memory_kib <= _MOST_MEMORY_KIB):
            raise DamagedError
        key = _derive(passphrase, salt, Cost(passes, memory_kib))
        self._state = _State()
        try:
            sodium.crypto_secretstream_xchacha20poly1305_init_pull(self._state, stream, key)
            self._frame(authenticated=start + lock + stream)
        except (DamagedError, CryptoError):
            raise user_error(WRONG_PASSPHRASE, file=name) from None

    def read(self, size: int = -1) -> bytes:
        while not self._rest and not self._ended:
            self._rest = memoryview(self._frame())
        wanted = len(self._rest) if size < 0 else size
        given, self._rest = bytes(self._rest[:wanted]), self._rest[wanted:]
        return given

    def _frame(self, authenticated: bytes | None = None) -> bytes:
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        if length > _LARGEST_FRAME:
            raise DamagedError
        if self._state is None:
            if length:
                return self._exactly(length)
            expected = self._digest.digest()
            self._ended = True
            if self._file.read(len(expected) + 1) != expected:
                raise DamagedError
            return b""
        try:
            data, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(
                self._state, self._exactly(length), authenticated
            )
        except (CryptoError, ValueError):
            raise DamagedError from None
        if tag == _FINAL:
            self._ended = True
            if self._file.read(1):
                raise DamagedError
        return bytes(data)

    def _exactly(self, size: int, name: str = "") -> bytes:
        data = self._file.read(size)
        if len(data) != size:
            if name:
                raise user_error(NOT_A_BACKUP, file=name, suffix=SUFFIX)
            raise DamagedError
        self._digest.update(data)
        return data


class BackupSource:
    """Reads the content of a backup; everything read before `finish` is still to be believed.

    Attributes:
        name: of the file, for people.
    """

    def __init__(self, file: BinaryIO, path: Path, passphrase: bytes | None) -> None:
        """Reads the beginning.

        Raises:
            UserError: CEN-301, CEN-303, CEN-304, CEN-305.
            DamagedError: no backup of ours, or not any more.
        """
        self.name = path.name
        self._frames = _FrameReader(file, self.name, passphrase)
        unpacker = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
        self._stream = unpacker.stream_reader(cast("IO[bytes]", self._frames), closefd=False)

    def exactly(self, size: int) -> bytes:
        """The next bytes.

        Raises:
            DamagedError: there are fewer, or they are not what was written.
        """
        parts: list[bytes] = []
        while size:
            part = self._read(size)
            if not part:
                raise DamagedError
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def finish(self) -> None:
        """Make sure that the content ends here and that all of the file is what was written."""
        if self._read(1):
            raise DamagedError
        while rest := self._frames.read():
            raise DamagedError(f"{len(rest)} bytes behind the content")

    def _read(self, size: int) -> bytes:
        try:
            return self._stream.read(size)
        except zstandard.ZstdError:
            raise DamagedError from None


def damaged(path: Path) -> Exception:
    """What a person is told of a `DamagedError`."""
    return user_error(BACKUP_DAMAGED, file=path.name)
