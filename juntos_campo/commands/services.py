"""`juntos-campo services`: what is due, overdue, lost and done for one person or a file of them, and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from juntos_campo import paths
from juntos_campo.alerts.engine import alerts_of
from juntos_campo.alerts.risk import member_risk
from juntos_campo.commands.haemoglobin import HIGHEST_HOME_M, place_of
from juntos_campo.commands.json_input import UnreadableError, objects_of, read_object, record_of
from juntos_campo.commands.services_file import EVENTS, NOT_A_WOMAN, PEOPLE, Person, answer_people
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.values import Sex
from juntos_campo.norms.anaemia import last_finding
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.indicators.judge import IndicatorResult, judge_indicator
from juntos_campo.norms.indicators.rules import Indicator
from juntos_campo.norms.model import ServiceStatus, Why
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.norms.residence import UNKNOWN, Residence
from juntos_campo.register.layout import Column

MEMBER_FILE = Problem(
    "SVC-001",
    "El archivo «{file}» no se puede leer: {detail}.",
    "Escriba un objeto JSON con «member» y, si hay, «pregnancy», «events» y «altitude_m» o «ubigeo».",
)
NO_SUCH_PACK = Problem(
    "SVC-002",
    "No hay un paquete de normas «{pack}».",
    "Use uno de estos: {known}; o la ruta de un archivo .toml.",
)
WHAT_TO_JUDGE = Problem(
    "SVC-006",
    "{detail}.",
    "Escriba: services persona.json; o services --csv personas.csv --events atenciones.csv --out "
    "respuesta.csv.",
)
NO_SUCH_INDICATOR = Problem(
    "SVC-007",
    "No hay un indicador «{indicator}».",
    "Use uno de estos: {known}; o «all».",
)
FAULTY_PART = Problem(
    "SVC-008",
    "En «{file}», la parte «{part}» no se entiende: {detail}.",
    "Corrija esa parte; las fechas se escriben AAAA-MM-DD.",
)

_MEMBER_DEFAULTS: dict[str, Any] = {
    "household_id": "",
    "document_kind": "NONE",
    "document_number": "",
    "paternal": "",
    "maternal": "",
    "given": "",
}


@dataclass(frozen=True, slots=True)
class Case:
    """One person as read from a file; `residence` adjusts haemoglobin."""

    member: Member
    pregnancy: Pregnancy | None
    events: tuple[ServiceEvent, ...]
    residence: Residence = UNKNOWN


def _columns(columns: Sequence[Column], each: str) -> str:
    listed = "; ".join(f"{column.name} ({column.meaning})" for column in columns)
    required = ", ".join(column.name for column in columns if column.required)
    return (
        f"Archivo .csv o .xlsx, una fila por {each}: {listed}. Obligatorias: {required}. "
        "Fechas DD/MM/AAAA o AAAA-MM-DD."
    )


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("services")(services)


def services(
    member_file: Annotated[
        Path | None,
        typer.Argument(metavar="PERSONA.json", help="Persona, gestación y atenciones."),
    ] = None,
    *,
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"], help="Día en que se juzga (AAAA-MM-DD); por defecto, hoy."
        ),
    ] = None,
    pack: Annotated[
        str,
        typer.Option(help="Solo este paquete de normas (su id o un archivo .toml), en toda fecha."),
    ] = "",
    indicator: Annotated[
        str,
        typer.Option(help="Además, este indicador (su id), o «all» para los que miden ese día."),
    ] = "",
    people: Annotated[Path | None, typer.Option("--csv", help=_columns(PEOPLE, "persona"))] = None,
    events: Annotated[
        Path | None, typer.Option(help="Con --csv. " + _columns(EVENTS, "atención"))
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Con --csv: CSV de salida, una fila por persona y servicio.")
    ] = None,
) -> None:
    """Dice qué servicios le tocan a una persona, cuáles vencieron, cuáles recibió, y por qué.

    Con --csv juzga a todas las personas de un archivo; la fila que tiene un error lo dice en su lugar, y
    la orden termina con 1.
    """
    day = today.date() if today else SystemClock().today()
    wrong = 0
    try:
        _require(member_file, people, out, events)
        book = _book(paths.resources() / "norms", pack)
        wanted = _indicators(book, indicator, day)
        if people is not None and out is not None:
            wrong = answer_people(
                people, events, out, lambda person, own: _answer(person, own, book, wanted, day)
            )
        elif member_file is not None:
            case = read_case(member_file)
            answer = judge(case, book, day)
            if indicator:
                answer["indicators"] = [
                    _measured(_judge_one(one, case, book, day)) for one in wanted
                ]
            typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    except UserError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if wrong:
        raise typer.Exit(1)


def _require(
    member_file: Path | None, people: Path | None, out: Path | None, events: Path | None
) -> None:
    if people is None and member_file is None:
        raise user_error(WHAT_TO_JUDGE, detail="Falta el archivo de la persona o --csv")
    if people is not None and member_file is not None:
        raise user_error(WHAT_TO_JUDGE, detail="Hay un archivo de una persona y --csv a la vez")
    if (people is None) != (out is None) or (people is None and events is not None):
        missing = "--out" if people is not None else "--csv"
        raise user_error(WHAT_TO_JUDGE, detail=f"Falta {missing}")


def _indicators(book: RuleBook, wanted: str, day: date) -> list[Indicator]:
    if not wanted:
        return []
    if wanted == "all":
        return [one for one in book.indicators if one.in_force(day)]
    found = [one for one in book.indicators if one.id == wanted]
    if not found:
        known = ", ".join(one.id for one in book.indicators)
        raise user_error(NO_SUCH_INDICATOR, indicator=wanted, known=known)
    return found


def _answer(
    person: Person,
    events: Sequence[ServiceEvent],
    book: RuleBook,
    indicators: Sequence[Indicator],
    day: date,
) -> tuple[Sequence[ServiceStatus], Sequence[IndicatorResult]]:
    case = Case(person.member, person.pregnancy, tuple(events), person.residence)
    altitude = case.residence.altitude_m
    statuses = services_of(case.member, case.pregnancy, events, book, day, altitude_m=altitude)
    return statuses, [_judge_one(one, case, book, day) for one in indicators]


def _judge_one(indicator: Indicator, case: Case, book: RuleBook, day: date) -> IndicatorResult:
    return judge_indicator(
        indicator,
        case.member,
        case.pregnancy,
        case.events,
        day,
        book=book,
        altitude_m=case.residence.altitude_m,
    )


def read_case(file: Path) -> Case:
    """Read ``{"member": {...}, "pregnancy": {...} | null, "events": [...]}``.

    A member needs `birth_date` and `sex` only; ids may be left out. ``"altitude_m": 3400``, or
    ``"ubigeo": "030701"`` where only the district is known, says where the person lives.

    Raises:
        UserError: SVC-001; SVC-008 with the part and the fields that are wrong; SVC-004; HBC-002,
            REG-035, REG-036.
    """
    try:
        data = read_object(file)
        if "member" not in data:
            raise UnreadableError("falta «member»")
        return _case(data, file)
    except UnreadableError as error:
        if error.part:
            told = user_error(FAULTY_PART, file=file.name, part=error.part, detail=error.detail)
        else:
            told = user_error(MEMBER_FILE, file=file.name, detail=error.detail)
        raise told from None


def _case(data: dict[str, Any], file: Path) -> Case:
    member: Member = record_of("member", "member", data["member"], _MEMBER_DEFAULTS)
    owner = {"household_id": member.household_id, "member_id": member.id}
    pregnancy: Pregnancy | None = None
    if data.get("pregnancy"):
        pregnancy = record_of("pregnancy", "pregnancy", data["pregnancy"], owner)
        if member.sex is not Sex.FEMALE:
            raise user_error(NOT_A_WOMAN)
    events = tuple(
        record_of(f"events[{number}]", "service_event", one, owner)
        for number, one in enumerate(objects_of(data, "events"))
    )
    return Case(member, pregnancy, events, _residence(data, file))


def _residence(data: dict[str, Any], file: Path) -> Residence:
    altitude = data.get("altitude_m")
    known = isinstance(altitude, int) and 0 <= altitude <= HIGHEST_HOME_M
    if altitude is not None and (not known or isinstance(altitude, bool)):
        detail = f"«altitude_m» es de 0 a {HIGHEST_HOME_M} metros"
        raise user_error(MEMBER_FILE, file=file.name, detail=detail)
    return place_of(altitude, str(data.get("ubigeo") or ""))


def judge(case: Case, book: RuleBook, today: date) -> dict[str, Any]:
    """Services, alerts and risk of one person as JSON values."""
    member, pregnancy, home = case.member, case.pregnancy, case.residence
    statuses = services_of(member, pregnancy, case.events, book, today, altitude_m=home.altitude_m)
    finding = last_finding(
        member,
        pregnancy,
        case.events,
        residence=home,
        book=book,
        today=today,
        within_days=book.risk.anaemia.within_days,
    )
    alerts = alerts_of(member, pregnancy, statuses, today, book, finding=finding)
    risk = member_risk(member, pregnancy, statuses, alerts, book=book, today=today, finding=finding)
    return {
        "member": member.id,
        "today": today.isoformat(),
        "altitude": {"metres": home.altitude_m, "source": home.text},
        "services": [_status(status) for status in statuses],
        "alerts": [
            {
                "key": alert.key,
                "level": alert.level.value,
                "title": alert.title,
                "since": alert.since.isoformat(),
            }
            for alert in alerts
        ],
        "risk": {
            "level": risk.level.value,
            "points": risk.points,
            "reasons": list(risk.reasons),
            "official": book.risk.trust.is_official,
        },
    }


def _status(status: ServiceStatus) -> dict[str, Any]:
    return {
        "key": status.key,
        "service": status.service,
        "label": status.label,
        "state": status.state.value,
        "opens": _iso(status.opens),
        "due": _iso(status.due),
        "closes": _iso(status.closes),
        "done_on": _iso(status.done_on),
        "event": status.event_id or None,
        "why": _why(status.why),
    }


def _measured(result: IndicatorResult) -> dict[str, Any]:
    return {
        "id": result.indicator_id,
        "applies": result.applies,
        "met": result.met,
        "items": [
            {
                "key": item.key,
                "label": item.label,
                "required": item.required,
                "met": item.met,
                "done_on": _iso(item.done_on),
                "why": _why(item.why),
            }
            for item in result.items
        ],
        "why": _why(result.why),
    }


def _why(why: Why) -> dict[str, Any]:
    return {
        "text": why.text,
        "norm": why.norm,
        "trust": why.trust.value,
        "official": why.trust.is_official,
        "next_step": why.next_step,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _book(folder: Path, pack: str) -> RuleBook:
    if not pack:
        return load_rule_book(folder)
    file = Path(pack)
    if file.suffix == ".toml":
        return load_rule_book(folder, only_file=file)
    known = [info.id for info in load_rule_book(folder).packs if info.kind == "services"]
    if pack not in known:
        raise user_error(NO_SUCH_PACK, pack=pack, known=", ".join(known))
    return load_rule_book(folder, only=pack)
