"""One reader for the files of every other system: rows to records, and what is wrong with each row."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import DocumentKind
from juntos_campo.register import problems as register_problems
from juntos_campo.register.external import problems
from juntos_campo.register.external.building import Values, build
from juntos_campo.register.external.cell_types import parsers
from juntos_campo.register.external.layouts import Layout, layout, layouts
from juntos_campo.register.external.records import Record
from juntos_campo.register.external.stream import Source, known_titles, open_source
from juntos_campo.register.faults import Fault, FileReading
from juntos_campo.register.layout import HISTORY_COLUMNS, REGISTER_COLUMNS, SCHOOLING_COLUMNS
from juntos_campo.register.problems import MISSING_COLUMNS, TWIN_COLUMN, UNKNOWN_COLUMN
from juntos_campo.register.reader import file_fault, writes_check_digits
from juntos_campo.register.rows import DOCUMENTS, RowReader
from juntos_campo.register.table import Table, header_key

LISTED = 500
"""Faults that are listed one by one unless the caller says otherwise; the others are counted."""

_LOOKED_AT = 2_000
"""First rows that show how a file writes DNI."""

_OURS = {"Padrón": REGISTER_COLUMNS, "Historial": HISTORY_COLUMNS, "Matrícula": SCHOOLING_COLUMNS}

LISTED = 500
"""Faults that are listed one by one unless the caller says otherwise; the others are counted."""

_LOOKED_AT = 2_000
"""First rows that show how a file writes DNI."""

_MOST_CODES = 1_000
"""Codes that are counted apart: what is in memory must not grow with the file."""


@dataclass(slots=True)
class ExternalFile:
    """A file of another system, found readable, whose rows come as a stream.

    The counts and faults are those of the rows read so far; complete once `records` has ended.

    Attributes:
        file: its name.
        faults: at most `limit`, in the order of their rows; `unlisted` more were found.
        rows, rows_left_out: with data, with an error.
        unfollowed: code of a service the programme does not follow -> its rows, the first one.
        by_code: how many faults of each code, listed or not.
    """

    file: str
    layout: Layout | None
    today: date
    limit: int = LISTED
    source: Source | None = None
    refused: bool = False
    rows: int = 0
    rows_left_out: int = 0
    unlisted: int = 0
    unfollowed: dict[str, tuple[int, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    by_code: Counter[str] = field(default_factory=Counter)

    @property
    def is_readable(self) -> bool:
        """False: `faults` says why the file as a whole is not used."""
        return self.layout is not None and self.source is not None and not self.refused

    @property
    def total(self) -> int:
        """Rows below the title row, for a progress bar; 0: not known."""
        return self.source.total if self.source else 0

    def records(self) -> Iterator[Record]:
        """What the rows without an error say, in the order of the file; none when it is not readable.

        Raises:
            UserError: EXT-006, the file broke off; nothing of it may be used.
        """
        if self.source is not None and self.layout is not None and not self.refused:
            yield from self._read(self.source, self.layout)

    def reading(self) -> FileReading:
        """Faults as every reader of the office's files gives them, the unlisted ones as their number."""
        rest = (Fault(problems.NOT_LISTED, details={"rows": str(self.unlisted)}),)
        return FileReading(faults=(*self.faults, *(rest if self.unlisted else ())))

    def _read(self, source: Source, layout_: Layout) -> Iterator[Record]:
        self.rows = self.rows_left_out = self.unlisted = 0
        self.faults = []
        self.by_code, self.unfollowed = Counter(), {}
        table = _table(source, layout_)
        self._note(table.notes)
        rows = source.rows()
        first = list(itertools.islice(rows, _LOOKED_AT))
        reader = RowReader(table, _with_check(table, layout_, first))
        kinds = _document_kinds(layout_)
        readers = parsers(layout_, table, reader)
        for number, values in itertools.chain(first, rows):
            self.rows += 1
            reader.start(number, values)
            typed = _values(readers, kinds, reader)
            built = build(layout_.record, typed, number, reader, self.today)
            faulty = any(not fault.is_warning for fault in reader.faults)
            self.rows_left_out += faulty
            if layout_.services and not built and not faulty:
                self._count_unfollowed(reader.text("servicio"), number)
            self._note(reader.faults)
            yield from built
        self._note(reader.restored_notes())
        self._note(
            [
                Fault(problems.UNKNOWN_CODE, row=row, column="servicio", value=code,
                      details={"rows": str(count), "file": layout_.file})
                for code, (count, row) in self.unfollowed.items()
            ]
        )  # fmt: skip
        if not self.rows:
            self._note([Fault(register_problems.NO_ROWS)])

    def _count_unfollowed(self, code: str, row: int) -> None:
        count, first = self.unfollowed.get(code, (0, row))
        if count or len(self.unfollowed) < _MOST_CODES:
            self.unfollowed[code] = (count + 1, first)

    def _note(self, found: list[Fault]) -> None:
        for fault in found:
            self.by_code[fault.code] += 1
            # Notes about a column or the file come once and are always listed.
            if len(self.faults) < self.limit or fault.code in _ALWAYS:
                self.faults.append(fault)
            else:
                self.unlisted += 1


_ALWAYS = frozenset(
    (register_problems.ZEROS_RESTORED.code, UNKNOWN_COLUMN.code, register_problems.NO_ROWS.code)
)


def open_external(
    path: Path, today: date, layout_id: str = "", *, limit: int = LISTED, strict: bool = False
) -> ExternalFile:
    """Look a file through; nothing is raised for what is wrong with it, `faults` tells.

    Args:
        today: what lies after it has not happened.
        layout_id: which file it ought to be; empty: found by its titles.
        strict: read it all once before; with one faulty row nothing of it is used.

    Raises:
        UserError: EXT-001 or EXT-002, the layouts themselves.
    """
    wanted = layout(layout_id) if layout_id else None
    names = {title: title for one in layouts().values() for title in one.names_by_title()}
    try:
        source = open_source(path, lambda header: len(known_titles(header, names)))
    except UserError as error:
        return ExternalFile(path.name, wanted, today, faults=[file_fault(error)])
    chosen = _chosen(source, wanted)
    if isinstance(chosen, Fault):
        return ExternalFile(path.name, wanted, today, faults=[*source.notes, chosen])
    file = ExternalFile(path.name, chosen, today, limit, source)
    twin = _twin(source, chosen)
    if twin is not None:
        file.refused = True
        file.faults = [twin]
    elif strict:
        _refuse_faulty(file)
    return file


def _refuse_faulty(file: ExternalFile) -> None:
    try:
        for _ in file.records():
            pass
    except UserError as error:
        file.faults.append(file_fault(error))
        file.refused = True
    if file.rows_left_out:
        file.refused = True
        refusal = Fault(problems.REFUSED, details={"rows": str(file.rows_left_out)})
        file.faults.insert(0, refusal)


def _chosen(source: Source, wanted: Layout | None) -> Layout | Fault:
    """The layout of the file: the one wanted if its titles fit, else the one they fit best."""
    found = {
        one.id: known_titles(source.header, one.names_by_title()) for one in layouts().values()
    }
    whole = [one for one in layouts().values() if not _missing(one, found[one.id])]
    best = max(whole, key=lambda one: len(found[one.id]), default=None)
    if wanted is None:
        if best is not None:
            return best
        near = max(layouts().values(), key=lambda one: len(found[one.id]))
        missing = ", ".join(_missing(near, found[near.id]))
        details = {"nearest": near.title, "missing": missing}
        return Fault(problems.NOT_RECOGNISED, row=source.header_row, details=details)
    missing_here = _missing(wanted, found[wanted.id])
    if not missing_here:
        return wanted
    looks = best.title if best is not None else _ours(source.header)
    if looks:
        details = {"expected": wanted.title, "found": looks}
        return Fault(problems.OTHER_LAYOUT, row=source.header_row, details=details)
    return Fault(
        MISSING_COLUMNS, row=source.header_row, details={"columns": ", ".join(missing_here)}
    )


def _missing(one: Layout, found: set[str]) -> list[str]:
    return [name for name in one.needed_titles() if name not in found]


def _ours(header: list[str]) -> str:
    """Which of the programme's own files it is; empty: none."""
    titles = {header_key(cell) for cell in header}
    for title, columns in _OURS.items():
        if {column.name for column in columns if column.required} <= titles:
            return title
    return ""


def _twin(source: Source, one: Layout) -> Fault | None:
    """Two columns of the file that mean the same."""
    names = one.names_by_title()
    seen: set[str] = set()
    for title in source.header:
        name = names.get(header_key(title))
        if name is None:
            continue
        if name in seen:
            return Fault(TWIN_COLUMN, row=source.header_row, column=name)
        seen.add(name)
    return None


def _table(source: Source, one: Layout) -> Table:
    """The header as `RowReader` needs it; the rows come from elsewhere."""
    names = one.names_by_title()
    positions: dict[str, int] = {}
    notes = list(source.notes)
    for position, title in enumerate(source.header):
        name = names.get(header_key(title))
        if name is not None:
            positions[name] = position
        elif title.strip():
            notes.append(Fault(UNKNOWN_COLUMN, row=source.header_row, value=title.strip()))
    required = tuple(column.name for column in one.columns if column.required)
    return Table(positions, required, len(source.header), [], notes)


def _with_check(table: Table, one: Layout, first: list[tuple[int, list[str]]]) -> bool:
    """Whether the file writes DNI with check digits, in the columns of its own that hold them."""
    if any(column.type == "numero_documento" for column in one.columns):
        return writes_check_digits(Table(table.positions, (), table.width, first))
    numbers = [
        (number, [column.document, values[table.positions[column.name]]])
        for number, values in first
        for column in one.columns
        if column.document in ("DNI", "CUI")
        and table.positions.get(column.name, len(values)) < len(values)
    ]
    pair = {"tipo_documento": 0, "numero_documento": 1}
    return writes_check_digits(Table(pair, (), 2, numbers))


def _values(
    readers: Mapping[str, Callable[[], Any]], kinds: Mapping[str, DocumentKind], reader: RowReader
) -> Values:
    if reader.text("numero_documento") and not reader.text("tipo_documento"):
        reader.fault(register_problems.EMPTY_CELL, "tipo_documento")
    return Values({name: read() for name, read in readers.items()}, reader.document(kinds))


def _document_kinds(one: Layout) -> Mapping[str, DocumentKind]:
    """Every spelling of a kind of document that the layout accepts."""
    return {
        spelling: DOCUMENTS[fold(value)]
        for column in one.columns
        if column.type == "tipo_documento"
        for spelling, value in column.spellings().items()
    }
