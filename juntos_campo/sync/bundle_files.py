"""Photos and files on a stick: they travel with their records, and nothing needs to be put off."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.store import attachment_transfer as kept
from juntos_campo.store.store import Store
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.files import Choice, FileRun
from juntos_campo.wire.bundle_messages import BundleAnswer, BundledFile
from juntos_campo.wire.file_messages import MOST_ASKED, ChunkTaken, FileState

MOST_FILE_BYTES = 32 * 1024 * 1024
"""Bytes of files in one bundle, at most; the rest goes with the next one or over the net."""


@dataclass(frozen=True, slots=True)
class PackedFiles:
    """What goes along: `files` with their bytes `data`, and what is `wanted` in return."""

    files: tuple[BundledFile, ...] = ()
    data: tuple[bytes, ...] = ()
    wanted: tuple[str, ...] = ()


def pack_files(store: Store, reader: str) -> PackedFiles:
    """What waits to be sent, as far as there is room, and what `reader` lacks."""
    files: list[BundledFile] = []
    data: list[bytes] = []
    room = MOST_FILE_BYTES
    for one in kept.unsent(store, also_new=True):
        if one.size <= room:
            content = kept.chunk_of(store, one.id, 0, one.size)
            files.append(BundledFile(id=one.id, size=len(content)))
            data.append(content)
            room -= len(content)
    wanted = kept.next_turn(store, kept.wanted(store, reader), MOST_ASKED)
    return PackedFiles(tuple(files), tuple(data), tuple(wanted))


def store_files(
    store: Store, clock: Clock, reader: str, answer: BundleAnswer, data: Sequence[bytes]
) -> FilesReport:
    """Keep what came, and note what the server has: as over a link that gives just that."""
    came = {one.id: content for one, content in zip(answer.files, data, strict=True)}
    went = [one for one in kept.unsent(store) if one.id in answer.stored]
    report = FileRun(
        store, _Answered(came, frozenset(answer.stored)), clock, reader, choice=Choice.ALWAYS
    ).run()
    report.sent, report.sent_bytes = len(went), sum(one.size for one in went)
    report.refused += [one for one in answer.declined if one not in report.refused]
    return report


@dataclass(frozen=True, slots=True)
class _Answered:
    """A link that knows what one answer says (`sync.files.FileLink`)."""

    came: Mapping[str, bytes]
    stored: frozenset[str]

    def ask(self, keys: Sequence[str]) -> tuple[FileState, ...]:
        return tuple(
            FileState(
                size=len(self.came.get(key, b"")), complete=key in self.came or key in self.stored
            )
            for key in keys
        )

    def put(self, key: str, at: int, size: int, data: bytes) -> ChunkTaken:
        raise ProgrammingError(
            f"{key} at {at}: an answer takes none of its {size} or {len(data)} bytes"
        )

    def get(self, key: str, at: int, most: int) -> tuple[int, bytes]:
        content = self.came.get(key, b"")
        return len(content), content[at : at + most]
