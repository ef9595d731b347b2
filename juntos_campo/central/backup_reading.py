"""Reading a backup: its header, its tables in order, its manifest; each held against the other."""

from __future__ import annotations

import contextlib
import hashlib
import json
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from pydantic import BaseModel, ConfigDict, ValidationError

from juntos_campo.central.backup_file import BackupSource, DamagedError, damaged
from juntos_campo.central.backup_problems import BACKUP_NEWER, CANNOT_READ
from juntos_campo.central.database import scripts
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import user_error

_FORMAT = 1
_LENGTH = struct.Struct(">I")
_LARGEST_BLOCK = 1024 * 1024
_LARGEST_ENTRY = 64 * 1024 * 1024


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Header(_Strict):
    """What a backup says of itself; `made_at` is ISO 8601 text, `engine` where it was made."""

    format: int
    program: str
    revision: str
    made_at: str
    engine: str


class TableEntry(_Strict):
    """The beginning of a table: its name, and its columns with how their values are written."""

    table: str
    columns: list[tuple[str, str]]


class Counted(_Strict):
    rows: int
    sha256: str


class Manifest(_Strict):
    """What must have been read: tables, and the ends of the audit chains."""

    tables: dict[str, Counted]
    heads: dict[str, tuple[int, str]]


class _Last(_Strict):
    manifest: Manifest


@dataclass(slots=True)
class BackupReader:
    """The content of a backup, from front to back.

    Attributes:
        header: of the backup.
        manifest: once `tables` is through; then everything was what was written.
    """

    source: BackupSource
    header: Header = field(init=False)
    manifest: Manifest = field(init=False)

    def __post_init__(self) -> None:
        """Raises UserError CEN-305 for a newer format, before anything else is understood."""
        content = self._entry()
        number = content.get("format")
        if isinstance(number, int) and number > _FORMAT:
            raise user_error(BACKUP_NEWER, file=self.source.name, version=f"formato {number}")
        self.header = Header.model_validate(content)

    def tables(self) -> Iterator[tuple[TableEntry, Iterator[bytes]]]:
        """Each table with its rows as bytes; they must be read before the next table.

        Raises:
            DamagedError: see there.
        """
        counted: dict[str, Counted] = {}
        while "manifest" not in (content := self._entry()):
            entry = TableEntry.model_validate(content)
            blocks = _Blocks(self.source)
            yield entry, blocks.read()
            if entry.table in counted or not blocks.whole:
                raise DamagedError
            counted[entry.table] = Counted(rows=blocks.rows, sha256=blocks.digest.hexdigest())
        self.manifest = _Last.model_validate(content).manifest
        self.source.finish()
        if counted != self.manifest.tables:
            raise DamagedError

    def _entry(self) -> dict[str, Any]:
        (size,) = _LENGTH.unpack(self.source.exactly(_LENGTH.size))
        if size > _LARGEST_ENTRY:
            raise DamagedError
        content = json.loads(self.source.exactly(size))
        if not isinstance(content, dict):
            raise DamagedError
        return content


@dataclass(slots=True)
class _Blocks:
    source: BackupSource
    digest: Any = field(default_factory=hashlib.sha256)
    rows: int = 0
    whole: bool = False

    def read(self) -> Iterator[bytes]:
        while True:
            (size,) = _LENGTH.unpack(self.source.exactly(_LENGTH.size))
            if size > _LARGEST_BLOCK:
                raise DamagedError
            if not size:
                self.whole = True
                return
            block = self.source.exactly(size)
            self.digest.update(block)
            self.rows += block.count(b"\n")
            yield block


@contextlib.contextmanager
def opened_backup(path: Path, passphrase: bytes | None) -> Iterator[BackupReader]:
    """A backup to read; what goes wrong with its bytes inside the block is told in Spanish.

    Raises:
        UserError: CEN-301 to CEN-305, CEN-309.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise user_error(CANNOT_READ, file=path.name, reason=disk_reason(error)) from error
    with file:
        try:
            yield BackupReader(BackupSource(file, path, passphrase))
        except (DamagedError, ValidationError, UnicodeDecodeError, json.JSONDecodeError):
            raise damaged(path) from None
        except OSError as error:
            raise user_error(CANNOT_READ, file=path.name, reason=disk_reason(error)) from error


def read_backup(
    path: Path, passphrase: bytes | None, progress: Callable[[str, int], None] | None = None
) -> BackupReader:
    """Read a whole backup and check it; its header and manifest.

    Raises:
        UserError: CEN-301 to CEN-305, CEN-309.
    """
    with opened_backup(path, passphrase) as reader:
        require_known(reader.header, path)
        for entry, blocks in reader.tables():
            rows = 0
            for block in blocks:
                rows += block.count(b"\n")
                if progress is not None:
                    progress(entry.table, rows)
    return reader


def require_known(header: Header, path: Path) -> None:
    """Raises UserError CEN-305 when this program is older than the schema of the backup."""
    directory: ScriptDirectory = scripts()
    try:
        known = directory.get_revision(header.revision)
    except CommandError:
        known = None
    if known is None:
        raise user_error(BACKUP_NEWER, file=path.name, version=header.program)
