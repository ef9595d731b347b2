"""Records of one form as flat tables, for Excel: one of the records, and one of each repeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.definition import Definition, Question
from juntos_campo.form_engine.record_rows import RecordRows, record_rows, repeat_chain

Cell: TypeAlias = str | int | float
RECORD, ROW, WITHIN = "registro", "fila", "fila_de"
_WIDEST_TITLE = 31
"""Letters Excel allows in the name of a sheet."""


@dataclass(frozen=True, slots=True)
class TableRecord:
    """One record to be listed.

    Attributes:
        id: what its rows in every table begin with.
        answers: as `Session.record_answers` gives them.
        about: further cells of its own row (day, household, who made it), the same of every record.
    """

    id: str
    answers: Mapping[str, Answer]
    about: Mapping[str, Cell] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordTable:
    """One table; `title` at most 31 letters, different of each table."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def record_tables(
    definition: Definition, records: Iterable[TableRecord], *, labels: str = ""
) -> tuple[RecordTable, ...]:
    """The main table (one row a record), then one table a repeat.

    A row of a repeat names its record, its key and, in a nested repeat, the row it lies in; answers of
    several choices stand in one cell.

    Args:
        labels: the language in which choices are written; empty: by the names they are stored under.
    """
    taken = [(record, record_rows(definition, record.answers)) for record in records]
    about = list(dict.fromkeys(name for record, _ in taken for name in record.about))
    columns = _columns(definition, "")
    titles: set[str] = set()
    tables = [
        RecordTable(
            _title(definition.form_id, titles),
            (RECORD, *about, *(question.key for question in columns)),
            tuple(
                (
                    record.id,
                    *(record.about.get(name, "") for name in about),
                    *_cells(columns, rows, "", labels),
                )
                for record, rows in taken
            ),
        )
    ]
    for group in definition.repeats:
        columns = _columns(definition, group.path)
        nested = len(repeat_chain(definition, group.path)) > 1
        header = (RECORD, *((WITHIN,) if nested else ()), ROW, *(one.key for one in columns))
        lines = tuple(
            (record.id, *_place(row, nested), *_cells(columns, rows, row, labels))
            for record, rows in taken
            for row in _rows(rows, group.path)
        )
        tables.append(RecordTable(_title(group.key, titles), header, lines))
    return tuple(tables)


def _columns(definition: Definition, repeat: str) -> tuple[Question, ...]:
    """What can hold an answer: notes say something, they keep nothing."""
    return tuple(one for one in definition.columns(repeat) if one.type.name != "note")


def _rows(rows: RecordRows, repeat: str) -> Iterator[str]:
    return (row for (path, _), keys in rows.rows.items() if path == repeat for row in keys)


def _place(row: str, nested: bool) -> tuple[str, ...]:
    return (row.rpartition("/")[0], row) if nested else (row,)


def _cells(columns: Sequence[Question], rows: RecordRows, row: str, labels: str) -> Iterator[Cell]:
    for question in columns:
        answer = rows.answers.get((question.path, row))
        if answer is None:
            yield ""
        elif labels and question.type.takes_list:
            yield _labelled(question, str(answer), labels)
        else:
            yield str(answer) if isinstance(answer, bool) else answer


def _labelled(question: Question, answer: str, language: str) -> str:
    names = {choice.name: choice.label(language) for choice in question.choices}
    if answer in names:
        return names[answer]
    return ", ".join(names.get(name, name) for name in answer.split())


def _title(name: str, taken: set[str]) -> str:
    title, number = name[:_WIDEST_TITLE], 1
    while title.casefold() in taken:
        number += 1
        title = f"{name[: _WIDEST_TITLE - len(str(number)) - 1]}_{number}"
    taken.add(title.casefold())
    return title
