"""`juntos-campo haemoglobin`: one figure, or a file of them, adjusted by altitude, graded and explained."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from juntos_campo import paths
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.spanish import count, decimal_text
from juntos_campo.domain.values import Sex
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.haemoglobin import (
    HIGHEST_G_DL,
    LEVEL_NAMES,
    LOWEST_G_DL,
    HbAssessment,
    assess,
)
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.norms.residence import UNKNOWN, Residence, capital_of
from juntos_campo.register import cells
from juntos_campo.register import problems as register_problems
from juntos_campo.register.export import harmless
from juntos_campo.register.faults import Fault
from juntos_campo.register.layout import Column
from juntos_campo.register.rows import SEXES, YES_NO, RowReader
from juntos_campo.register.table import open_table
from juntos_campo.register.territory import capital_altitudes, districts

HIGHEST_HOME_M = 5500
"""Nobody lives higher in Peru; the same bound as in the register."""

MISSING = Problem(
    "HBC-001",
    "Falta {missing}.",
    "Escriba el valor y --birth, --sex y --on; o --csv y --out para un archivo.",
)
TWO_PLACES = Problem(
    "HBC-002",
    "Hay altitud y UBIGEO a la vez.",
    "Deje solo la altitud del centro poblado; el UBIGEO sirve cuando no se conoce.",
)
NOT_PREGNANT = Problem(
    "HBC-003",
    "Trimestre y puérpera son de una mujer, y uno excluye al otro.",
    "Deje solo el que corresponda; en un varón, ninguno.",
)
OUT_REFUSED = Problem(
    "HBC-004",
    "No se pudo escribir «{file}»: {detail}.",
    "Elija otra carpeta o cierre el archivo si está abierto.",
)

COLUMNS: tuple[Column, ...] = (
    Column("id", "Cualquier dato que reconozca la fila; se copia"),
    Column("valor", "Hemoglobina observada en g/dL", required=True),
    Column("fecha_nacimiento", "Fecha de nacimiento", required=True),
    Column("sexo", "Sexo", True, ("F", "M")),
    Column("fecha", "Fecha del dosaje", required=True),
    Column("altitud", "Altitud del lugar donde vive, en metros"),
    Column("ubigeo", "UBIGEO INEI del distrito, si no se conoce la altitud"),
    Column("trimestre", "Trimestre de gestación: 1, 2 o 3"),
    Column("puerpera", "¿Es puérpera?", False, ("SI", "NO")),
    Column("prematuro", "¿Nació prematuro?", False, ("SI", "NO")),
)
"""Columns of the file; their order does not matter, the optional ones may be missing."""

RESULT = (
    "ajustada", "ajuste", "nivel", "grupo", "altitud_m", "altitud_de", "porque", "norma",
    "fuente_oficial", "nota", "error",
)  # fmt: skip
"""Columns that the answer adds to those of the file."""


@dataclass(frozen=True, slots=True)
class Case:
    """One measurement to be judged."""

    value: float
    birth: date
    sex: Sex
    on: date
    residence: Residence
    trimester: int | None
    puerpera: bool
    preterm: bool


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("haemoglobin")(haemoglobin)


_DAY = ["%Y-%m-%d"]


def haemoglobin(
    value: Annotated[
        float | None, typer.Argument(metavar="VALOR", help="Hemoglobina observada, g/dL.")
    ] = None,
    *,
    birth: Annotated[datetime | None, typer.Option(formats=_DAY, help="Nacimiento.")] = None,
    sex: Annotated[Sex | None, typer.Option(help="Sexo.")] = None,
    on: Annotated[datetime | None, typer.Option(formats=_DAY, help="Día del dosaje.")] = None,
    altitude: Annotated[
        int | None,
        typer.Option(min=0, max=HIGHEST_HOME_M, help="Altitud del centro poblado, metros."),
    ] = None,
    ubigeo: Annotated[
        str, typer.Option(help="Distrito (INEI), si no se conoce la altitud del centro poblado.")
    ] = "",
    trimester: Annotated[
        int | None, typer.Option(min=1, max=3, help="Trimestre de gestación.")
    ] = None,
    puerpera: Annotated[bool, typer.Option("--puerpera", help="Es puérpera.")] = False,
    preterm: Annotated[bool, typer.Option("--preterm", help="Nació prematuro.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Respuesta en JSON.")] = False,
    csv_file: Annotated[
        Path | None,
        typer.Option(
            "--csv",
            help="Archivo .csv o .xlsx con las columnas "
            + ", ".join(column.name for column in COLUMNS)
            + ".",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Archivo .csv de respuesta, con --csv.")] = None,
) -> None:
    """Ajusta la hemoglobina por altitud y dice si hay anemia, de qué grado y por qué norma.

    Con --csv juzga un archivo: cada fila sale en su lugar; la que tiene un error lo dice en su última
    columna, y la orden termina con 1.
    """
    try:
        book = load_rule_book(paths.resources() / "norms")
        if csv_file is not None:
            wrong = _file(csv_file, out, book)
        else:
            case = Case(
                *_given(value, birth, sex, on),
                place_of(altitude, ubigeo),
                trimester,
                puerpera,
                preterm,
            )
            answer = judge(case, book)
            _tell(answer, case, as_json)
            wrong = 0
    except UserError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if wrong:
        raise typer.Exit(1)


def judge(case: Case, book: RuleBook) -> HbAssessment:
    """Judge one measurement.

    Raises:
        UserError: HBC-003, NRM-020, NRM-021.
    """
    expecting = case.trimester is not None
    if (expecting and case.puerpera) or (case.sex is Sex.MALE and (expecting or case.puerpera)):
        raise user_error(NOT_PREGNANT)
    return assess(
        case.value,
        birth=case.birth,
        sex=case.sex,
        on=case.on,
        altitude_m=case.residence.altitude_m,
        trimester=case.trimester,
        puerpera=case.puerpera,
        preterm=case.preterm,
        book=book,
        place=case.residence.text,
    )


def _given(
    value: float | None, birth: datetime | None, sex: Sex | None, on: datetime | None
) -> tuple[float, date, Sex, date]:
    if value is None or birth is None or sex is None or on is None:
        pairs = (("el valor", value), ("--birth", birth), ("--sex", sex), ("--on", on))
        missing = ", ".join(name for name, given in pairs if given is None)
        raise user_error(MISSING, missing=missing)
    return value, birth.date(), sex, on.date()


def place_of(altitude_m: int | None, ubigeo: str) -> Residence:
    """Where somebody lives, of an altitude or of a district.

    Raises:
        UserError: HBC-002, REG-035, REG-036.
    """
    if altitude_m is not None and ubigeo:
        raise user_error(TWO_PLACES)
    if altitude_m is not None:
        return Residence(altitude_m, "altitud indicada", exact=True)
    if not ubigeo:
        return UNKNOWN
    try:
        code, _ = cells.digits(ubigeo, 6, register_problems.UBIGEO_FORM, 5)
    except cells.CellError as error:
        raise user_error(error.problem, value=ubigeo, column="--ubigeo", **error.details) from None
    district = districts().get(code)
    if district is None:
        raise user_error(register_problems.UBIGEO_UNKNOWN, value=code)
    found = capital_altitudes().get(code)
    return UNKNOWN if found is None else capital_of(district.name, found)


def _tell(answer: HbAssessment, case: Case, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(as_values(answer, case.residence), ensure_ascii=False, indent=2))
        return
    source = "" if answer.why.trust.is_official else " (sin fuente oficial)"
    lines = (answer.why.text, answer.note, f"{answer.why.norm}{source}.", answer.why.next_step)
    typer.echo("\n".join(line for line in lines if line))


def as_values(answer: HbAssessment, residence: Residence) -> dict[str, Any]:
    """An assessment as JSON values."""
    return {
        "observed": answer.observed,
        "adjusted": answer.adjusted,
        "adjustment": answer.adjustment,
        "level": answer.level.value,
        "level_text": LEVEL_NAMES[answer.level],
        "anaemia": answer.level.is_anaemia,
        "group": answer.group,
        "altitude": {
            "metres": residence.altitude_m,
            "source": residence.text,
            "of_settlement": residence.exact,
        },
        "why": {
            "text": answer.why.text,
            "norm": answer.why.norm,
            "trust": answer.why.trust.value,
            "official": answer.why.trust.is_official,
            "next_step": answer.why.next_step,
        },
        "note": answer.note,
    }


# -- a file --------------------------------------------------------------------------------------


def _file(source: Path, out: Path | None, book: RuleBook) -> int:
    """Judge every row of `source` into `out`; the number of rows with an error."""
    if out is None:
        raise user_error(MISSING, missing="--out")
    table = open_table(source, COLUMNS)
    reader = RowReader(table)
    given = [column.name for column in COLUMNS if column.name in table.positions]
    answers = [_row(reader, number, values, given, book) for number, values in table.rows]
    try:
        with out.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle, delimiter=";")
            writer.writerow(("fila", *given, *RESULT))
            writer.writerows(answers)
    except OSError as error:
        raise user_error(OUT_REFUSED, file=out.name, detail=disk_reason(error)) from None
    wrong = sum(bool(answer[-1]) for answer in answers)
    told = f"{count(len(answers), 'fila')}, {wrong} con error: {out.name}"
    typer.echo(told, err=bool(wrong))
    return wrong


def _row(
    reader: RowReader, number: int, values: list[str], given: list[str], book: RuleBook
) -> list[str]:
    """One row of the answer: the cells of the file as they are, then the result or the error."""
    reader.start(number, values)
    shown = [str(number), *(harmless(reader.text(name)) for name in given)]
    try:
        case = _case(reader)
        if case is not None:
            return [*shown, *_result(judge(case, book), case.residence), ""]
        error = " ".join(_faults(reader.faults))
    except UserError as problem:
        error = f"{problem.what} {problem.remedy}"
    return [*shown, *[""] * (len(RESULT) - 1), error]


def _case(reader: RowReader) -> Case | None:
    """The case of the row begun; None when a cell is faulty (`reader.faults` says which)."""
    value = reader.read(
        "valor", lambda cell: cells.decimal(cell, LOWEST_G_DL, HIGHEST_G_DL, "g/dL")
    )
    birth, on = reader.day("fecha_nacimiento"), reader.day("fecha")
    sex = reader.choice("sexo", SEXES)
    altitude = reader.whole("altitud", 0, HIGHEST_HOME_M, "metros")
    trimester = reader.whole("trimestre", 1, 3, "trimestres")
    puerpera, preterm = reader.choice("puerpera", YES_NO), reader.choice("prematuro", YES_NO)
    if reader.faults or value is None or birth is None or on is None or sex is None:
        return None
    # The altitude of the settlement is the better answer where a file has both.
    residence = place_of(altitude, "" if altitude is not None else reader.text("ubigeo"))
    return Case(value, birth, sex, on, residence, trimester, bool(puerpera), bool(preterm))


def _faults(faults: list[Fault]) -> Iterator[str]:
    for fault in faults:
        yield f"«{fault.column}»: {fault.reason} {fault.remedy}"


def _result(answer: HbAssessment, residence: Residence) -> tuple[str, ...]:
    metres = residence.altitude_m
    return (
        decimal_text(answer.adjusted),
        decimal_text(answer.adjustment),
        LEVEL_NAMES[answer.level],
        answer.group,
        "" if metres is None else str(metres),
        residence.text,
        answer.why.text,
        answer.why.norm,
        "si" if answer.why.trust.is_official else "no",
        answer.note,
    )
