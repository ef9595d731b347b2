"""The office's files read row by row, as often as wanted, without ever holding them whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from juntos_campo.domain.errors import user_error
from juntos_campo.register import problems
from juntos_campo.register.external import stream
from juntos_campo.register.layout import Column
from juntos_campo.register.reader import with_check_digits
from juntos_campo.register.rows import RowReader
from juntos_campo.register.table import Table, headed, header_key

_EVERY = 10_000

Rows = Iterator[tuple[int, list[str]]]
Progress = Callable[[str, int, int], None]
"""Is told what is under way, how much of it is done, and how much there is (0: not known)."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be read again and again.

    Attributes:
        table: its columns and notes, without rows.
        rows: opens its numbered rows.
        count: how many rows with data.
        with_check: it writes DNI with their check digit.
    """

    table: Table
    rows: Callable[[], Rows]
    count: int
    with_check: bool

    def reader(self) -> RowReader:
        """A new reader of the rows."""
        return RowReader(self.table, self.with_check)


def open_source(path: Path, columns: Sequence[Column], progress: Progress) -> Source:
    """Look through a file: whether it can be read to its end, and how it writes documents.

    Raises:
        UserError: REG-001 to REG-016, EXT-006: the file as a whole cannot be read.
    """
    known = {header_key(column.name) for column in columns}

    def score(cells: list[str]) -> int:
        return len(known & {header_key(cell) for cell in cells})

    file = stream.open_source(path, score)
    above: list[list[str]] = [[] for _ in range(file.header_row - 1)]
    table, _ = headed(iter([*above, file.header]), columns, list(file.notes))
    count = 0

    def counted() -> Iterator[list[str]]:
        nonlocal count
        for _number, cells in file.rows():
            count += 1
            if count % _EVERY == 0:
                progress(f"Revisando {path.name}", count, file.total)
            yield cells

    with_check = with_check_digits(table, counted())
    if not count:
        raise user_error(problems.NO_ROWS)
    return Source(table, file.rows, count, with_check)


def digest_of(path: Path) -> str:
    """SHA-256 of a file, to know it again.

    Raises:
        UserError: REG-001.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        raise user_error(problems.NO_FILE, value=path.name) from None
