"""Photos and files that come and go inside a bundle, by the same rights and limits as over the net."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.central.accounts import Caller
from juntos_campo.central.files import Chunk, Files
from juntos_campo.domain.errors import UserError
from juntos_campo.wire.bundle_messages import BundledFile
from juntos_campo.wire.file_messages import LARGEST_CHUNK

MOST_FILE_BYTES = 16 * 1024 * 1024
"""Bytes of files in one answer, at most; the laptop asks for the others again."""


def take_files(
    files: Files, caller: Caller, named: Sequence[BundledFile], data: Sequence[bytes]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Store what came.

    Returns:
        Ids of those that are here now, and why others are not (Spanish).
    """
    stored: list[str] = []
    declined: dict[str, None] = {}
    for one, content in zip(named, data, strict=True):
        try:
            if _put(files, caller, one, content):
                stored.append(one.id)
        except UserError as error:
            declined[f"{error.what} {error.remedy}"] = None
    return tuple(stored), tuple(declined)


def give_files(files: Files, caller: Caller, wanted: Sequence[str]) -> dict[str, bytes]:
    """Those of the wanted files that are here and that the caller may read, in order."""
    found: dict[str, bytes] = {}
    if not wanted:
        return found
    room = MOST_FILE_BYTES
    for key, state in zip(wanted, files.states(caller, wanted).files, strict=True):
        if not state.complete or state.size > room:
            continue
        parts = [
            files.give(caller, key, at, LARGEST_CHUNK)[1]
            for at in range(0, state.size, LARGEST_CHUNK)
        ]
        found[key] = b"".join(parts)
        room -= state.size
    return found


def _put(files: Files, caller: Caller, one: BundledFile, content: bytes) -> bool:
    at = 0
    while at < len(content):
        chunk = Chunk(one.id, at, len(content), content[at : at + LARGEST_CHUNK])
        taken = files.take(caller, chunk)
        if taken.complete:
            return True
        if taken.received <= at:  # begun with another size over the net: it goes on there
            return False
        at = taken.received
    return False
