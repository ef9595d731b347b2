"""`juntos-campo verification`: a household's bimester, or a whole register's, fulfilled or not and why."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from juntos_campo import paths
from juntos_campo.commands.print_ import read_bimester
from juntos_campo.commands.verification_input import by_member, read_household
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.entities import SchoolYear, ServiceEvent
from juntos_campo.domain.errors import Problem, UserError, user_error
from juntos_campo.domain.spanish import count
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.model import Why
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.norms.residence import residence_of
from juntos_campo.norms.verification.case import HouseholdCase
from juntos_campo.norms.verification.estimate import estimate_household
from juntos_campo.norms.verification.model import (
    HouseholdEstimate,
    Responsibility,
    Verdict,
)
from juntos_campo.register.export import harmless
from juntos_campo.register.faults import Fault
from juntos_campo.register.history import read_history
from juntos_campo.register.reader import read_register
from juntos_campo.register.schooling import read_schooling
from juntos_campo.register.territory import capital_altitudes

ONE_SOURCE = Problem(
    "VER-003",
    "Falta decir qué se verifica.",
    "Escriba un archivo HOGAR.json, o --csv con el padrón y --out con el archivo de respuesta.",
)
OUT_REFUSED = Problem(
    "VER-004",
    "No se pudo escribir «{file}»: {detail}.",
    "Elija otra carpeta o cierre el archivo si está abierto.",
)

_VERDICTS = {
    Verdict.FULFILLED: "SI",
    Verdict.NOT_FULFILLED: "NO",
    Verdict.PENDING: "PENDIENTE",
    Verdict.EXCEPTED: "EXCEPTUADO",
    Verdict.NOT_APPLICABLE: "NO APLICA",
}
_RESPONSIBILITIES = {
    Responsibility.HEALTH: "SALUD",
    Responsibility.EDUCATION: "EDUCACION",
    Responsibility.NONE: "",
}
_COLUMNS = (
    "codigo_hogar", "tipo_documento", "numero_documento", "apellidos_y_nombres", "mes",
    "corresponsabilidad", "cumple", "motivo", "norma", "fuente_oficial", "error",
)  # fmt: skip

_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command("verification")(verification)


def verification(
    household_file: Annotated[
        Path | None, typer.Argument(metavar="HOGAR.json", help="Hogar, miembros y registros.")
    ] = None,
    *,
    bimester: Annotated[
        str, typer.Option(help="Bimestre, por ejemplo 2026-5; por defecto, el de hoy.")
    ] = "",
    today: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="Día en que se juzga (AAAA-MM-DD); por defecto, hoy."),
    ] = None,
    reported: Annotated[
        datetime | None,
        typer.Option(formats=_DAY, help="Último día que HIS y SIAGIE ya informaron."),
    ] = None,
    csv_file: Annotated[
        Path | None, typer.Option("--csv", help="Padrón (.csv o .xlsx), el mismo que se importa.")
    ] = None,
    history: Annotated[
        Path | None, typer.Option(help="Historial de atenciones, con --csv.")
    ] = None,
    schooling: Annotated[
        Path | None, typer.Option(help="Matrícula y asistencia, con --csv.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Archivo .csv de respuesta, con --csv.")] = None,
) -> None:
    """Estima quién cumplió su corresponsabilidad en cada mes del bimestre y qué recibiría el hogar.

    HOGAR.json tiene «members» (basta «birth_date» y «sex»; con «id» si hay varios) y, si hay,
    «household», «pregnancies», «events», «school_years» y «answers» (cada uno con «member_id»),
    «flags» del centro poblado, «altitude_m» y «reported_until». La respuesta es JSON.

    Con --csv juzga todo un padrón: --out tiene una fila por miembro y mes (cumple: SI, NO, PENDIENTE,
    EXCEPTUADO o NO APLICA), y al final las filas que no se pudieron leer, con su error; si hay alguna,
    la orden termina con 1. Es una estimación: la oficina verifica y decide.
    """
    day = today.date() if today else SystemClock().today()
    until = reported.date() if reported else None
    wrong = 0
    try:
        period = read_bimester(bimester) if bimester else Bimester.of(day)
        book = load_rule_book(paths.resources() / "norms")
        if csv_file is not None and out is not None:
            wrong = _batch(
                csv_file, history, schooling, out,
                period=period, book=book, today=day, reported_until=until,
            )  # fmt: skip
        elif household_file is not None:
            case = read_household(household_file, until)
            estimate = estimate_household(case, period, book, day)
            typer.echo(json.dumps(as_values(estimate, day), ensure_ascii=False, indent=2))
        else:
            raise user_error(ONE_SOURCE)
    except UserError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None
    if wrong:
        raise typer.Exit(1)


def as_values(estimate: HouseholdEstimate, today: date) -> dict[str, Any]:
    """The estimate as JSON values."""
    return {
        "bimester": str(estimate.bimester),
        "today": today.isoformat(),
        "estimate": True,
        "months": [
            {
                "member": one.member_id,
                "month": one.month.isoformat()[:7],
                "responsibility": one.responsibility.value,
                "verdict": one.verdict.value,
                "reasons": _reasons(one.reasons),
            }
            for one in estimate.months
        ],
        "transfers": [
            {
                "code": one.code,
                "name": one.name,
                "month": one.month.isoformat()[:7],
                "member": one.member_id or None,
                "amount": one.amount,
                "verdict": one.verdict.value,
                "reasons": _reasons(one.reasons),
            }
            for one in estimate.lines
        ],
        "expected": estimate.expected,
        "open": estimate.open,
        "lost": estimate.lost,
    }


def _reasons(reasons: Sequence[Why]) -> list[dict[str, Any]]:
    return [
        {
            "text": why.text,
            "norm": why.norm,
            "trust": why.trust.value,
            "official": why.trust.is_official,
            "next_step": why.next_step,
        }
        for why in reasons
    ]


# -- a whole register ------------------------------------------------------------------------------


def _batch(
    register_file: Path,
    history: Path | None,
    schooling: Path | None,
    out: Path,
    *,
    period: Bimester,
    book: RuleBook,
    today: date,
    reported_until: date | None,
) -> int:
    """Judge every household of a register into `out`; the number of rows that could not be read."""
    found = read_register(register_file, today)
    errors = [(register_file, fault) for fault in found.errors]
    events: tuple[ServiceEvent, ...] = ()
    years: tuple[SchoolYear, ...] = ()
    if history is not None:
        received = read_history(history, found.members, today, found.pregnancies)
        events, errors = received.events, errors + [(history, one) for one in received.errors]
    if schooling is not None:
        school = read_schooling(schooling, found.members, today, found.schools)
        years, errors = school.years, errors + [(schooling, one) for one in school.errors]
    members = _by_household(found.members)
    pregnancies, given = _by_household(found.pregnancies), _by_household(events)
    studied = _by_household(years)
    places = {one.id: one for one in found.settlements}
    altitudes = capital_altitudes()
    rows: list[tuple[str, ...]] = []
    for household in found.households:
        place = places.get(household.settlement_id)
        case = HouseholdCase(
            household=household,
            members=members[household.id],
            pregnancies=pregnancies[household.id],
            events=by_member(given[household.id]),
            school_years=by_member(studied[household.id]),
            settlement_flags=place.flags if place else (),
            altitude_m=residence_of(place, altitudes).altitude_m,
            reported_until=reported_until,
        )
        rows += _rows(case, estimate_household(case, period, book, today))
    try:
        with out.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.writer(handle, delimiter=";")
            writer.writerow(_COLUMNS)
            writer.writerows(rows)
            writer.writerows(_error_row(file, fault) for file, fault in errors)
    except OSError as error:
        raise user_error(OUT_REFUSED, file=out.name, detail=disk_reason(error)) from None
    told = f"{count(len(found.households), 'hogar', 'hogares')}, {count(len(rows), 'fila')}"
    typer.echo(f"{told}, {count(len(errors), 'error', 'errores')}: {out.name}", err=bool(errors))
    return len(errors)


def _by_household(found: Iterable[Any]) -> dict[str, list[Any]]:
    grouped: dict[str, list[Any]] = defaultdict(list)
    for one in found:
        grouped[one.household_id].append(one)
    return grouped


def _rows(case: HouseholdCase, estimate: HouseholdEstimate) -> Iterator[tuple[str, ...]]:
    members = {one.id: one for one in case.members}
    for verdict in estimate.months:
        member, why = members[verdict.member_id], verdict.reasons[0]
        yield (
            case.household.code,
            member.document_kind.value,
            member.document_number,
            harmless(member.full_name),
            verdict.month.isoformat()[:7],
            _RESPONSIBILITIES[verdict.responsibility],
            _VERDICTS[verdict.verdict],
            why.text,
            why.norm,
            "si" if why.trust.is_official else "no",
            "",
        )


def _error_row(file: Path, fault: Fault) -> tuple[str, ...]:
    place = f"{file.name}, fila {fault.row}" if fault.row else file.name
    column = f", «{fault.column}»" if fault.column else ""
    error = f"{place}{column}: {fault.reason} {fault.remedy}"
    return (harmless(fault.household), *[""] * (len(_COLUMNS) - 2), error)
