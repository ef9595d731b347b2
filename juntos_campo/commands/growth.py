"""`juntos-campo growth`: z-scores, classes and reasons of one measurement, or of every row of a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from juntos_campo import paths
from juntos_campo.commands.row_by_row import answer_file
from juntos_campo.domain.entities import Member
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.spanish import decimal_text
from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.norms import problems
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.assess import POSSIBLE_CM, POSSIBLE_KG, assess_growth, read_position
from juntos_campo.norms.growth.model import (
    GrowthAssessment,
    Index,
    IndexResult,
    Measurement,
    Position,
)
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.register import cells
from juntos_campo.register.layout import Column
from juntos_campo.register.rows import SEXES, YES_NO, RowReader

MISSING_OPTIONS = Problem(
    "GRW-001",
    "Falta decir {options}.",
    "Escríbalo, por ejemplo: growth --sex F --birth 2026-01-15 --on 2026-11-14 --weight 8.4.",
)
SEX_CODE = Problem("GRW-002", "El sexo «{value}» no se conoce.", "Escriba F o M.")

COLUMNS = (
    Column("codigo", "Lo que usted quiera para reconocer la fila"),
    Column("sexo", "Sexo", True, ("F", "M")),
    Column("fecha_nacimiento", "Fecha de nacimiento", required=True),
    Column("fecha", "Fecha de la medición", required=True),
    Column("peso_kg", "Peso en kilogramos"),
    Column("talla_cm", "Longitud o talla en centímetros"),
    Column("posicion", "Cómo se midió: L o ECHADO, H o DE PIE; vacía si no se sabe"),
    Column("peso_nacer", "Peso al nacer en gramos"),
    Column("semanas_nacer", "Semanas de gestación al nacer"),
    Column("lactancia_exclusiva", "¿Toma solo leche materna?", False, ("SI", "NO")),
)
_POSITIONS = {
    "l": Position.LYING,
    "h": Position.STANDING,
    "echado": Position.LYING,
    "de pie": Position.STANDING,
}
_SHORT = {Index.WEIGHT_AGE: "pe", Index.HEIGHT_AGE: "te", Index.WEIGHT_HEIGHT: "pt"}
_INDEX_COLUMNS: tuple[tuple[str, Callable[[IndexResult], str]], ...] = (
    ("z", lambda one: "" if one.z is None else decimal_text(one.z, 2)),
    ("clase", lambda one: one.label),
    ("alarma", lambda one: _yes(one.alarm)),
    ("poco_creible", lambda one: _yes(one.implausible)),
)
_RESULTS = (
    "edad_dias",
    "talla_usada_cm",
    *(f"{name}_{short}" for short in _SHORT.values() for name, _ in _INDEX_COLUMNS),
    "nota",
)
_FILE_HELP = (
    "Archivo .csv o .xlsx con una fila por medición. Columnas: "
    + "; ".join(f"{column.name} ({column.meaning})" for column in COLUMNS)
    + ". Obligatorias: "
    + ", ".join(column.name for column in COLUMNS if column.required)
    + ". Fechas DD/MM/AAAA o AAAA-MM-DD; otras columnas no se leen."
)
_DAY = {"formats": ["%Y-%m-%d"]}


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("growth")(growth)


def growth(
    *,
    sex: Annotated[str, typer.Option(help="F o M.")] = "",
    birth: Annotated[datetime | None, typer.Option(help="Nacimiento (AAAA-MM-DD).", **_DAY)] = None,
    on: Annotated[
        datetime | None, typer.Option(help="Día de la medición (AAAA-MM-DD).", **_DAY)
    ] = None,
    weight: Annotated[float | None, typer.Option(help="Peso en kilogramos.")] = None,
    height: Annotated[float | None, typer.Option(help="Longitud o talla en centímetros.")] = None,
    position: Annotated[
        str, typer.Option(help="l echado, h de pie; sin ella, la que toca a la edad.")
    ] = "",
    birth_weight: Annotated[int | None, typer.Option(help="Peso al nacer en gramos.")] = None,
    weeks: Annotated[int | None, typer.Option(help="Semanas de gestación al nacer.")] = None,
    breastfed: Annotated[
        bool | None, typer.Option("--breastfed/--not-breastfed", help="Toma solo leche materna.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Responder en JSON.")] = False,
    file: Annotated[Path | None, typer.Option("--csv", help=_FILE_HELP)] = None,
    out: Annotated[
        Path | None, typer.Option(help="CSV de salida: las mismas filas con su resultado.")
    ] = None,
) -> None:
    """Puntaje z de la OMS y clasificación de la norma, con el porqué; una medición o un archivo."""
    try:
        book = load_rule_book(paths.resources() / "norms")
        if file is not None or out is not None:
            wrong = _batch(file, out, book)
            raise typer.Exit(1 if wrong else 0)
        _require({"--sex": sex, "--birth": birth, "--on": on})
        if weight is None and height is None:
            raise user_error(problems.NOTHING_MEASURED)
        child = _child(_sex(sex), _day(birth), birth_weight, weeks)
        measurement = Measurement(_day(on), weight, height, read_position(position))
        one = assess_growth(measurement, child, book, breastfed=breastfed)
    except UserError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(to_json(one), ensure_ascii=False, indent=2))
        return
    for line in _lines(one):
        typer.echo(line)


def to_json(one: GrowthAssessment) -> dict[str, Any]:
    """One assessment as JSON values."""
    measurement = one.measurement
    return {
        "on": measurement.on.isoformat(),
        "age_days": one.age_days,
        "weight_kg": measurement.weight_kg,
        "height_cm": measurement.height_cm,
        "height_used_cm": one.height_used_cm,
        "position": measurement.position.value,
        "note": one.note,
        "results": [
            {
                "index": found.index.value,
                "short": found.index.short,
                "z": found.z,
                "key": found.key,
                "label": found.label,
                "alarm": found.alarm,
                "implausible": found.implausible,
                "why": {
                    "text": found.why.text,
                    "norm": found.why.norm,
                    "trust": found.why.trust.value,
                    "official": found.why.trust.is_official,
                    "next_step": found.why.next_step,
                },
            }
            for found in one.results
        ],
    }


def _lines(one: GrowthAssessment) -> Iterator[str]:
    if not one.results:
        yield "Pasa de la edad de las tablas de la OMS (5 años): no hay puntaje z."
    for found in one.results:
        source = "" if found.why.trust.is_official else " (sin fuente oficial)"
        step = f" {found.why.next_step}" if found.why.next_step else ""
        yield f"{found.index.short}: {found.why.text}{step} {found.why.norm}{source}."
    if one.note:
        yield one.note


def _require(options: Mapping[str, object]) -> None:
    missing = [name for name, value in options.items() if not value]
    if missing:
        raise user_error(MISSING_OPTIONS, options=", ".join(missing))


def _sex(code: str) -> Sex:
    try:
        return Sex(code.strip().upper())
    except ValueError:
        raise user_error(SEX_CODE, value=code.strip()) from None


def _day(moment: datetime | None) -> date:
    return moment.date() if moment else date.min


def _child(sex: Sex, birth: date, birth_weight_g: int | None, weeks: int | None) -> Member:
    """Nobody in particular: only what growth is judged by."""
    return Member(
        id="member",
        household_id="",
        document_kind=DocumentKind.NONE,
        document_number="",
        paternal="",
        maternal="",
        given="",
        sex=sex,
        birth_date=birth,
        birth_weight_g=birth_weight_g,
        gestation_weeks=weeks,
    )


def _batch(file: Path | None, out: Path | None, book: RuleBook) -> int:
    """Judge every row of `file` into `out`; the number of rows with an error."""
    if file is None or out is None:
        missing = "--csv" if file is None else "--out"
        raise user_error(MISSING_OPTIONS, options=missing)
    return answer_file(file, out, COLUMNS, _RESULTS, lambda reader: _answer(reader, book))


def _answer(reader: RowReader, book: RuleBook) -> list[str] | None:
    """Cells under `_RESULTS`; None when a cell is faulty."""
    one = _judged(reader, book)
    if one is None:
        return None
    results = [one.result(index) for index in _SHORT]
    return [
        str(one.age_days),
        "" if one.height_used_cm is None else decimal_text(one.height_used_cm),
        *(cell(found) if found else "" for found in results for _, cell in _INDEX_COLUMNS),
        one.note,
    ]


def _judged(reader: RowReader, book: RuleBook) -> GrowthAssessment | None:
    """The row begun; None when a cell is faulty."""
    sex = reader.choice("sexo", SEXES)
    birth = reader.day("fecha_nacimiento")
    on = reader.day("fecha")
    weight = reader.read("peso_kg", lambda cell: cells.decimal(cell, *POSSIBLE_KG, "kg"))
    height = reader.read("talla_cm", lambda cell: cells.decimal(cell, *POSSIBLE_CM, "cm"))
    position = reader.choice("posicion", _POSITIONS) or Position.UNKNOWN
    grams = reader.whole("peso_nacer", 300, 7000, "gramos")
    weeks = reader.whole("semanas_nacer", 20, 44, "semanas")
    breastfed = reader.choice("lactancia_exclusiva", YES_NO)
    if reader.faults or sex is None or birth is None or on is None:
        return None
    if weight is None and height is None:
        raise user_error(problems.NOTHING_MEASURED)
    child = _child(sex, birth, grams, weeks)
    return assess_growth(
        Measurement(on, weight, height, position), child, book, breastfed=breastfed
    )


def _yes(value: bool) -> str:
    return "SI" if value else "NO"
