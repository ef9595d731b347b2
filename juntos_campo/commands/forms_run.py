"""`juntos-campo forms run`: a form without a screen, answers in, the resulting record or its errors out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from juntos_campo.app.form_problems import CANNOT_WRITE
from juntos_campo.commands.forms_answers import given_answers
from juntos_campo.commands.json_input import UnreadableError, read_object
from juntos_campo.domain.clock import LIMA, SystemClock
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import derived_id
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.instance_xml import read_instance, write_instance
from juntos_campo.form_engine.loader import load_form
from juntos_campo.form_engine.problems import (
    UNKNOWN_FORM_LANGUAGE,
    UNREADABLE_ANSWERS,
    UNSUPPORTED_OUTPUT,
)
from juntos_campo.form_engine.record_rows import ROWS
from juntos_campo.form_engine.record_tables import RecordTable, TableRecord, record_tables
from juntos_campo.form_engine.session import Session
from juntos_campo.form_engine.sources import NOBODY, Person, Table, read_table, table_text
from juntos_campo.register.spreadsheet import Sheet, csv_bytes, xlsx_bytes

_OUTPUTS = (".xml", ".csv", ".xlsx")
_NOON = time(12)


@dataclass(slots=True)
class Run:
    """What came of a run: the record, or what is wrong with it (lines in Spanish)."""

    form: Session
    given: Mapping[str, Answer]
    faults: list[str] = field(default_factory=list)

    @property
    def unused(self) -> list[str]:
        """Answers that do not count: the form does not ask them in this case."""
        kept = self.form.record_answers()
        return [
            address
            for address, answer in self.given.items()
            if answer not in (None, "") and address not in kept
        ]


def run(
    file: Annotated[Path, typer.Argument(metavar="ARCHIVO", help="XLSForm en .md o .xlsx.")],
    *,
    answers: Annotated[
        Path, typer.Option(help="Respuestas: un objeto JSON, o un registro XForm en .xml.")
    ],
    today: Annotated[str, typer.Option(help="Día del llenado, AAAA-MM-DD; si falta, hoy.")] = "",
    now: Annotated[str, typer.Option(help="Día y hora, AAAA-MM-DDThh:mm.")] = "",
    out: Annotated[
        Path | None, typer.Option(help="Escribe el registro en .xml (XForm), .csv o .xlsx.")
    ] = None,
    language: Annotated[str, typer.Option(help="Idioma de los mensajes del formulario.")] = "",
    person: Annotated[str, typer.Option(help="Usuario que llena el formulario.")] = "",
    table: Annotated[
        list[str] | None, typer.Option(help="Tabla del padrón: miembros=archivo.csv.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Semilla de los sorteos del formulario.")] = 0,
) -> None:
    """Llena un formulario sin pantalla y muestra el registro que resulta, o lo que está mal."""
    console = Console(highlight=False)
    try:
        if out is not None and out.suffix.lower() not in _OUTPUTS:
            raise user_error(UNSUPPORTED_OUTPUT, name=out.name, allowed=", ".join(_OUTPUTS))
        definition = load_form(file)
        data = _read_answers(answers, definition)
        done = run_form(
            definition,
            data,
            read_moment(today, now),
            language=language,
            person=Person(username=person, full_name=person),
            tables=_read_tables(table or []),
            seed=seed,
        )
        if not done.faults and out is not None:
            write_record(definition, done, out)
    except UserError as error:
        console.print(Text(str(error)), soft_wrap=True)
        raise typer.Exit(1) from None
    if done.faults:
        for fault in done.faults:
            console.print(Text(fault), soft_wrap=True)
        raise typer.Exit(1)
    typer.echo(json.dumps(record_of(definition, done), ensure_ascii=False, indent=2))
    if out is not None:
        console.print(Text(f"Se escribió {out}."), soft_wrap=True)


def read_moment(today: str, now: str) -> datetime:
    """The moment a form is filled in; the day at noon where only the day is said.

    Raises:
        UserError: FRM-062, it is no day or time.
    """
    try:
        if now:
            moment = datetime.fromisoformat(now)
            return moment.astimezone(LIMA) if moment.tzinfo else moment.replace(tzinfo=LIMA)
        if today:
            return datetime.combine(date.fromisoformat(today), _NOON, LIMA)
    except (ValueError, OverflowError):
        detail = f"«{now or today}» no es una fecha: escríbala así: 2026-11-21 o 2026-11-21T14:30"
        name = "--now" if now else "--today"
        raise user_error(UNREADABLE_ANSWERS, name=name, detail=detail) from None
    return SystemClock().now()


def _read_answers(file: Path, definition: Definition) -> dict[str, Any]:
    """A JSON object, or a record made elsewhere as an XForm instance."""
    if file.suffix.lower() == ".xml":
        try:
            read = read_instance(file.read_bytes(), definition).answers
        except OSError as error:
            raise user_error(
                UNREADABLE_ANSWERS, name=file.name, detail=disk_reason(error)
            ) from None
        worked_out = {one.key for one in definition.questions if one.calculate is not None}
        return {key: one for key, one in read.items() if key.rpartition("/")[2] not in worked_out}
    try:
        return read_object(file)
    except UnreadableError as error:
        raise user_error(UNREADABLE_ANSWERS, name=file.name, detail=error.detail) from None


def _read_tables(given: list[str]) -> dict[str, Table]:
    tables = {}
    for one in given:
        name, _, file = one.partition("=")
        tables[name] = read_table(table_text(Path(file)))
    return tables


def run_form(
    definition: Definition,
    data: dict[str, Any],
    now: datetime,
    *,
    language: str = "",
    person: Person = NOBODY,
    tables: Mapping[str, Table] | None = None,
    seed: int = 0,
) -> Run:
    """Fill the form in with the answers of a JSON object.

    Raises:
        UserError: FRM-064, the form is not written in `language`.
    """
    if language and language not in definition.languages:
        allowed = ", ".join(definition.languages)
        raise user_error(UNKNOWN_FORM_LANGUAGE, language=language, allowed=allowed)
    given = given_answers(definition, data)
    answers = {} if given.faults else given.answers
    form = Session(
        definition, now, answers=answers, language=language, tables=tables, seed=seed, person=person
    )
    done = Run(form, given.answers, given.faults)
    if not done.faults:
        form.finish(now)
        for finding in form.findings():
            question = form.question(finding.address)
            row = finding.address.rpartition("/")[0]
            label = form.label_of(question, row)
            shown = f"{finding.address} ({label})" if label else finding.address
            done.faults.append(f"{shown}: {finding.message}")
    return done


def record_of(definition: Definition, done: Run) -> dict[str, Any]:
    """The record as JSON: answers and calculated values by address, and the tables it makes."""
    kept = done.form.record_answers()
    computed = {question.key for question in definition.questions if question.calculate}
    answers: dict[str, Answer] = {}
    values: dict[str, Answer] = {}
    for address, answer in kept.items():
        key = address.rpartition("/")[2]
        (values if key in computed else answers)[address] = answer
    return {
        "formulario": definition.form_id,
        "version": definition.version,
        "nombre": done.form.instance_name(),
        "respuestas": answers,
        "calculados": values,
        "tablas": {
            table.title: [dict(zip(table.header, row, strict=True)) for row in table.rows]
            for table in _tables(definition, done)
        },
        "no_cuentan": [one for one in done.unused if not one.rpartition("/")[2].startswith(ROWS)],
    }


def write_record(definition: Definition, done: Run, out: Path) -> None:
    """Write the record as its file's ending says; a CSV of several tables becomes several files.

    Raises:
        UserError: FOR-007, a file cannot be written.
    """
    kind = out.suffix.lower()
    sheets = [Sheet(table.title, table.header, table.rows) for table in _tables(definition, done)]
    files: dict[Path, bytes] = {}
    if kind == ".xml":
        kept = done.form.record_answers()
        files[out] = write_instance(
            definition, kept, instance_id=_record_id(definition, done),
            instance_name=done.form.instance_name(), started=str(kept.get("#started", "")),
        )  # fmt: skip
    elif kind == ".xlsx":
        files[out] = xlsx_bytes(sheets)
    else:
        for number, sheet in enumerate(sheets):
            path = out.with_name(f"{out.stem}-{sheet.title}{out.suffix}") if number else out
            files[path] = csv_bytes(sheet)
    for path, content in files.items():
        try:
            path.write_bytes(content)
        except OSError as error:
            detail = disk_reason(error)
            raise user_error(CANNOT_WRITE, name=path.name, detail=detail) from None


def _tables(definition: Definition, done: Run) -> tuple[RecordTable, ...]:
    record = TableRecord(_record_id(definition, done), done.form.record_answers())
    return record_tables(definition, [record])


def _record_id(definition: Definition, done: Run) -> str:
    """The same answers give the same id: nothing here is drawn by lot."""
    kept = json.dumps(done.form.record_answers(), sort_keys=True, ensure_ascii=False)
    return derived_id("forms run", definition.form_id, definition.version, kept)
