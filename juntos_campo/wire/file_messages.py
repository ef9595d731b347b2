"""What a laptop and the server say to each other about photos, signatures and files.

A file is named by its content: the SHA-256 of its bytes in hexadecimal and the extension it had. Its
bytes travel in chunks, each of them from a place in the file on, in either direction; they are not part
of an exchange (`wire.messages`). `juntos_campo/sync/PROTOCOL.md` says what is promised.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Annotated, Any, TypeAlias

from pydantic import Field

from juntos_campo.wire.messages import Message

FILE_ID = r"[0-9a-f]{64}(?:\.[a-z0-9]{1,8})?"
"""A file's id, as a regular expression."""

LARGEST_CHUNK = 1024 * 1024
"""Bytes one request or answer carries at most."""

MOST_ASKED = 400
"""Files one question may name."""

SIZE_HEADER = "x-size"
"""Header of an answer that carries bytes of a file: the size of the whole of it."""

_FILE_ID = re.compile(FILE_ID)
_EXTENSION = re.compile(r"\.[a-z0-9]{1,8}")
_DIGITS = 64

FileId: TypeAlias = Annotated[str, Field(pattern=f"^{FILE_ID}$")]


class FileQuestion(Message):
    """How far the server is with some files."""

    ids: tuple[FileId, ...] = Field(default=(), max_length=MOST_ASKED)


class FileState(Message):
    """How far the server is with one file, for whoever asks.

    Attributes:
        size: bytes of the whole; 0 when nothing of it came yet, or the person may not know.
        received: bytes the server has, from the first one on.
        complete: all of it is there and its hash is right: it may be fetched.
        wanted: this person may send it.
    """

    size: int = 0
    received: int = 0
    complete: bool = False
    wanted: bool = False


class FileAnswer(Message):
    """In the order in which `FileQuestion` names them."""

    files: tuple[FileState, ...] = ()


class ChunkTaken(Message):
    """What the server has of a file after a chunk. `complete`: its hash was checked and is right."""

    received: int
    complete: bool = False


def file_id(name: str, data: bytes) -> str:
    """The id bytes get; the same bytes under another name with the same extension get the same."""
    extension = PurePath(name).suffix.lower()
    known = extension if _EXTENSION.fullmatch(extension) else ""
    return hashlib.sha256(data).hexdigest() + known


def is_file_id(text: str) -> bool:
    """Whether a text is the id of a file."""
    return _FILE_ID.fullmatch(text) is not None


def is_content_of(key: str, parts: Iterable[bytes]) -> bool:
    """Whether the bytes `parts`, one after the other, are those of the file `key`."""
    digest = hashlib.sha256()
    for one in parts:
        digest.update(one)
    return digest.hexdigest() == key[:_DIGITS]


def files_in_text(text: str) -> set[str]:
    """Whatever may be the id of a file anywhere in `text`."""
    return set(_FILE_ID.findall(text))


def files_named(answers: Mapping[str, Any]) -> frozenset[str]:
    """The ids of files that answers hold."""
    texts = (one for one in answers.values() if isinstance(one, str))
    return frozenset(one for one in texts if is_file_id(one))
