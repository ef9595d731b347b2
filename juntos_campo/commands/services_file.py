"""Services of everybody in a file: people and what they received in, one row a person and service out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import typer

from juntos_campo.app.norm_names import STATES
from juntos_campo.commands.haemoglobin import HIGHEST_HOME_M, place_of
from juntos_campo.commands.row_by_row import fault_text, keep_apart, write_answers
from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.errors import Problem, UserError
from juntos_campo.domain.spanish import count, fold
from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.norms.indicators.judge import IndicatorResult
from juntos_campo.norms.model import ServiceStatus, Why
from juntos_campo.norms.residence import Residence
from juntos_campo.register import cells
from juntos_campo.register.export import harmless
from juntos_campo.register.history import CODES
from juntos_campo.register.layout import Column
from juntos_campo.register.problems import UNKNOWN_SERVICE
from juntos_campo.register.rows import OUTCOMES, SEXES, YES_NO, RowReader
from juntos_campo.register.table import open_table

ID_TWICE = Problem(
    "SVC-003",
    "El id «{value}» ya está en la fila {other}.",
    "Deje una sola fila por persona; sus atenciones van en el archivo de --events.",
)
NOT_A_WOMAN = Problem(
    "SVC-004",
    "Hay datos de gestación en un varón.",
    "Corrija el sexo o deje vacías las columnas de la gestación.",
)
NO_SUCH_PERSON = Problem(
    "SVC-005",
    "El id «{value}» no está en el archivo de personas.",
    "Escriba el mismo id en los dos archivos.",
)

PEOPLE = (
    Column("id", "Lo que une a la persona con sus atenciones; se copia", required=True),
    Column("fecha_nacimiento", "Fecha de nacimiento", required=True),
    Column("sexo", "Sexo", True, ("F", "M")),
    Column("dni", "¿Tiene DNI?", False, ("SI", "NO")),
    Column("peso_nacer", "Peso al nacer en gramos"),
    Column("semanas_nacer", "Semanas de gestación al nacer"),
    Column("altitud", "Altitud del lugar donde vive, en metros"),
    Column("ubigeo", "UBIGEO INEI del distrito, si no se conoce la altitud"),
    Column("fur", "Fecha de última regla de la gestación"),
    Column("fpp_ecografia", "Fecha probable de parto por ecografía"),
    Column("fin_gestacion", "Día en que terminó la gestación"),
    Column("resultado_gestacion", "Cómo terminó", False, ("NACIMIENTO", "PERDIDA")),
)
EVENTS = (
    Column("id", "La persona", required=True),
    Column("servicio", "Código del servicio: CRED, PENTA, HB, APN, ...", required=True),
    Column("fecha", "Fecha de la atención", required=True),
    Column("numero", "Número de control o dosis"),
    Column("valor", "Hemoglobina observada en g/dL"),
)
RESULT = (
    "fila", "id", "indicador", "clave", "nombre", "estado", "desde", "vence", "cierra", "recibido",
    "porque", "norma", "fuente_oficial", "error",
)  # fmt: skip
"""Columns of the answer. `estado` of a row of an indicator: cumple, no cumple, aún no, no se mide."""

_WIDTH = len(RESULT) - 3
"""Cells between the person and the error."""


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the file of people; `residence` adjusts haemoglobin."""

    member: Member
    pregnancy: Pregnancy | None
    residence: Residence


@dataclass(slots=True)
class _Events:
    """What the file of events says, by id of the person; every fault is told at its person."""

    of: dict[str, list[ServiceEvent]] = field(default_factory=lambda: defaultdict(list))
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


Answer = tuple[Sequence[ServiceStatus], Sequence[IndicatorResult]]
Judge = Callable[[Person, Sequence[ServiceEvent]], Answer]


def answer_people(people: Path, events: Path | None, out: Path, judge: Judge) -> int:
    """Judge every person of `people` into `out`; rows keep the order of the file.

    A person whose row is faulty has one row with the error. Of a faulty row of `events` a row with the
    error stands before the person's services, which are judged without it.

    Returns:
        How many rows have an error.

    Raises:
        UserError: ROW-001, ROW-002; REG-001 to REG-016, a file as a whole cannot be read.
    """
    keep_apart(people, out)
    if events is not None:
        keep_apart(events, out)
    received = _read_events(events) if events is not None else _Events()
    table = open_table(people, PEOPLE)
    reader = RowReader(table)
    rows: list[list[str]] = []
    seen: dict[str, int] = {}
    for number, values in table.rows:
        reader.start(number, values)
        rows += _of_person(reader, number, seen, received, judge)
    for person_id, faults in received.faults.items():
        rows += [_error("", person_id, text) for text in faults]
    for person_id in received.of:
        if person_id not in seen:
            text = NO_SUCH_PERSON.what.format(value=person_id)
            rows.append(_error("", person_id, f"{text} {NO_SUCH_PERSON.remedy}"))
    write_answers(out, RESULT, rows)
    wrong = sum(bool(row[-1]) for row in rows)
    told = f"{count(len(table.rows), 'persona')}, {count(len(rows), 'fila')}, {wrong} con error"
    typer.echo(f"{told}: {out.name}", err=bool(wrong))
    return wrong


def _of_person(
    reader: RowReader, number: int, seen: dict[str, int], received: _Events, judge: Judge
) -> list[list[str]]:
    """Rows of the person begun."""
    person_id = reader.text("id")
    key = fold(person_id)
    if key in seen:
        reader.fault(ID_TWICE, "id", other=str(seen[key]))
    elif key:
        seen[key] = number
    rows = [_error(str(number), person_id, text) for text in received.faults.pop(key, ())]
    try:
        person = _person(reader)
    except UserError as error:
        return [*rows, _error(str(number), person_id, f"{error.what} {error.remedy}")]
    if person is None:
        text = " ".join(fault_text(fault) for fault in reader.faults)
        return [*rows, _error(str(number), person_id, text)]
    statuses, results = judge(person, received.of.get(key, ()))
    shown = (str(number), harmless(person_id))
    rows += [[*shown, *_service(status), ""] for status in statuses]
    rows += [[*shown, *cells_, ""] for result in results for cells_ in _indicator(result)]
    if not statuses and not results:
        nothing = ["", "", "", "ningún servicio", "", "", "", "", "No le toca ningún servicio."]
        rows.append([*shown, *nothing, "", "", ""])
    return rows


def _person(reader: RowReader) -> Person | None:
    """The person of the row begun; None when a cell is faulty. Raises UserError: REG-035, REG-036."""
    birth, sex = reader.day("fecha_nacimiento"), reader.choice("sexo", SEXES)
    has_dni = reader.choice("dni", YES_NO)
    grams = reader.whole("peso_nacer", 300, 7000, "gramos")
    weeks = reader.whole("semanas_nacer", 20, 44, "semanas")
    altitude = reader.whole("altitud", 0, HIGHEST_HOME_M, "metros")
    period, by_ultrasound = reader.day("fur"), reader.day("fpp_ecografia")
    ended, outcome = reader.day("fin_gestacion"), reader.choice("resultado_gestacion", OUTCOMES)
    expecting = any(one is not None for one in (period, by_ultrasound, ended, outcome))
    if expecting and sex is Sex.MALE:
        reader.fault(NOT_A_WOMAN, "sexo")
    if reader.faults or birth is None or sex is None:
        return None
    member_id = fold(reader.text("id"))
    member = Member(
        id=member_id,
        household_id="",
        document_kind=DocumentKind.DNI if has_dni else DocumentKind.NONE,
        # Nobody's number: only that there is one matters to the rules.
        document_number="0" * 8 if has_dni else "",
        paternal="",
        maternal="",
        given="",
        sex=sex,
        birth_date=birth,
        birth_weight_g=grams,
        gestation_weeks=weeks,
    )
    pregnancy = Pregnancy(
        id=f"{member_id}:pregnancy",
        household_id="",
        member_id=member_id,
        last_period=period,
        due_date_ultrasound=by_ultrasound,
        ended_on=ended,
        outcome=outcome,
    )
    # The altitude of the settlement is the better answer where a file has both.
    residence = place_of(altitude, "" if altitude is not None else reader.text("ubigeo"))
    return Person(member, pregnancy if expecting else None, residence)


def _read_events(file: Path) -> _Events:
    table = open_table(file, EVENTS)
    reader = RowReader(table)
    found = _Events()
    for number, values in table.rows:
        reader.start(number, values)
        person_id = fold(reader.text("id"))
        code = reader.text("servicio")
        service = CODES.get(fold(code), "")
        if code and not service:
            reader.fault(UNKNOWN_SERVICE, "servicio", allowed=", ".join(CODES.values()))
        on = reader.day("fecha")
        dose = reader.whole("numero", 0, 40, "controles o dosis")
        value = reader.read("valor", lambda cell: cells.decimal(cell, 2, 25, "g/dL"))
        if reader.faults or on is None:
            told = " ".join(fault_text(fault) for fault in reader.faults)
            found.faults[person_id].append(f"Atenciones, fila {number}: {told}")
            continue
        found.of[person_id].append(
            ServiceEvent(
                id=f"{number:07d}",
                household_id="",
                member_id=person_id,
                service=service,
                on=on,
                number=dose or 0,
                value=value,
            )
        )
    return found


def _service(status: ServiceStatus) -> list[str]:
    dates = (status.opens, status.due, status.closes, status.done_on)
    return [
        "",
        status.key,
        status.label,
        STATES[status.state],
        *map(_iso, dates),
        *_why(status.why),
    ]


def _indicator(result: IndicatorResult) -> Iterator[list[str]]:
    """The whole, then every item."""
    whole = _verdict(result.met) if result.applies else "no se mide"
    yield [result.indicator_id, "", "", whole, "", "", "", "", *_why(result.why)]
    for item in result.items:
        yield [
            result.indicator_id,
            item.key,
            item.label,
            _verdict(item.met),
            "",
            "",
            "",
            _iso(item.done_on),
            *_why(item.why),
        ]


def _verdict(met: bool | None) -> str:
    return "aún no" if met is None else "cumple" if met else "no cumple"


def _why(why: Why) -> list[str]:
    return [why.text, why.norm, "si" if why.trust.is_official else "no"]


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _error(number: str, person_id: str, text: str) -> list[str]:
    return [number, harmless(person_id), *[""] * _WIDTH, text]
