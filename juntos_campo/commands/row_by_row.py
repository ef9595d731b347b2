"""A file of cases answered row by row: each row comes back in its place, with its result or its error."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import typer

from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.spanish import count
from juntos_campo.register.export import harmless
from juntos_campo.register.faults import Fault
from juntos_campo.register.layout import Column
from juntos_campo.register.rows import RowReader
from juntos_campo.register.table import open_table

CANNOT_WRITE = Problem(
    "ROW-001",
    "No se pudo escribir «{file}»: {detail}.",
    "Elija otra carpeta o cierre el archivo si está abierto.",
)
SAME_FILE = Problem(
    "ROW-002",
    "El archivo de entrada y el de salida son el mismo.",
    "Elija otro nombre en --out: el archivo de entrada no se toca.",
)

Judge = Callable[[RowReader], Sequence[str] | None]
"""The result cells of the row begun; None when a cell is faulty. May raise `UserError`."""


def answer_file(
    source: Path, out: Path, columns: Sequence[Column], results: Sequence[str], judge: Judge
) -> int:
    """Judge every row of `source` (CSV or xlsx) into `out` (UTF-8 with BOM, ``;``).

    Each row of the answer holds its row number in `source`, the known columns as they are, the cells
    under `results` and an error, empty when there is none. `out` is written when all is judged.

    Returns:
        How many rows have an error.

    Raises:
        UserError: ROW-001, ROW-002; REG-001 to REG-016, `source` as a whole cannot be read.
    """
    keep_apart(source, out)
    table = open_table(source, columns)
    reader = RowReader(table)
    given = [column.name for column in columns if column.name in table.positions]
    answers = []
    for number, values in table.rows:
        reader.start(number, values)
        shown = (str(number), *(harmless(reader.text(name)) for name in given))
        answers.append((*shown, *_answer(reader, len(results), judge)))
    write_answers(out, ("fila", *given, *results, "error"), answers)
    for note in table.notes:
        typer.echo(fault_text(note), err=True)
    wrong = sum(bool(answer[-1]) for answer in answers)
    typer.echo(f"{count(len(answers), 'fila')}, {wrong} con error: {out.name}", err=bool(wrong))
    return wrong


def keep_apart(source: Path, out: Path) -> None:
    """Raises: UserError: ROW-002, an answer would be written over what was asked."""
    if source.resolve() == out.resolve():
        raise user_error(SAME_FILE)


def write_answers(out: Path, header: Sequence[str], answers: Iterable[Sequence[str]]) -> None:
    """Write a file of answers (UTF-8 with BOM, ``;``).

    Raises:
        UserError: ROW-001.
    """
    try:
        with out.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle, delimiter=";")
            writer.writerow(header)
            writer.writerows(answers)
    except OSError as error:
        raise user_error(CANNOT_WRITE, file=out.name, detail=disk_reason(error)) from None


def _answer(reader: RowReader, width: int, judge: Judge) -> tuple[str, ...]:
    """The result and no error, or no result and the error."""
    try:
        result = judge(reader)
    except UserError as problem:
        error = f"{problem.what} {problem.remedy}"
    else:
        if result is not None:
            return (*result, "")
        error = " ".join(fault_text(fault) for fault in reader.faults)
    return (*[""] * width, error)


def fault_text(fault: Fault) -> str:
    """Column, what is wrong, and the remedy."""
    place = f"«{fault.column}»: " if fault.column else ""
    return f"{place}{fault.reason} {fault.remedy}"
