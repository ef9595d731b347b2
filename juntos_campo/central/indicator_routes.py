"""``/v1/indicators``: the programme's figures, each reader his territory.

Nothing is computed here: what `refresh_all` kept is told. A coordinator is told of his zone's field workers,
a unit of its own, the central office and auditors of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from types import MappingProxyType
from typing import Final

import sqlalchemy as sa
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from juntos_campo.central.authorisation import zone_partitions
from juntos_campo.central.callers import Account, Caller
from juntos_campo.central.door import Door
from juntos_campo.central.http_bodies import json_answer
from juntos_campo.central.indicator_messages import IndicatorReport, IndicatorRow
from juntos_campo.central.indicators.asking import choose_levels, choose_periods, choose_sheets
from juntos_campo.central.indicators.office import shipped_sheets
from juntos_campo.central.indicators.problems import FORMAT_UNKNOWN, TOO_MUCH
from juntos_campo.central.indicators.report import Reader, Row, report_rows
from juntos_campo.central.indicators.report_files import report_csv, report_xlsx
from juntos_campo.central.indicators.sheets import Level, Sheet
from juntos_campo.central.permissions import Action, Scope
from juntos_campo.central.tables import indicators, partitions
from juntos_campo.domain.errors import user_error

MOST_ROWS = 20_000
CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Final = ("json", "csv", "xlsx")

_PLACES = (Level.FIELD_WORKER, Level.DISTRICT, Level.FACILITY)
LEVELS: Final[Mapping[Scope, tuple[Level, ...]]] = MappingProxyType(
    {
        Scope.ZONE: (Level.ZONE, *_PLACES),
        Scope.UNIT: (Level.UNIT, Level.ZONE, *_PLACES),
        Scope.NATION: tuple(Level),
    }
)
"""A part of the country is not told as if it were the whole."""

_WHOSE: Final = {
    Scope.ZONE: "Solo los hogares de su zona.",
    Scope.UNIT: "Solo los hogares de su unidad territorial.",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for, as texts."""

    codes: tuple[str, ...]
    period: str
    levels: tuple[str, ...]
    format: str

    @classmethod
    def of(cls, request: Request) -> Asked:
        given = request.query_params
        return cls(
            tuple(one for one in given.getlist("indicator") if one),
            given.get("period", ""),
            tuple(one for one in given.getlist("by") if one),
            given.get("format", "json"),
        )


def add_indicators(app: FastAPI, door: Door) -> None:
    """Serve them."""
    database, clock, sheets = door.accounts.database, door.accounts.clock, shipped_sheets()

    def rows(caller: Caller, asked: Asked) -> tuple[Sequence[Sheet], list[Row]]:
        scope, today = door.scope(caller, Action.SEE_INDICATORS), clock.now().date()
        chosen = choose_sheets(sheets, asked.codes)
        periods = choose_periods(chosen, asked.period, today, every=bool(asked.codes))
        allowed = LEVELS[scope]
        levels = choose_levels(asked.levels, allowed) or allowed
        with database.reading() as connection:
            reader = reader_of(connection, caller.account, scope)
            found = report_rows(
                connection, indicators, chosen, periods, today, levels=levels, reader=reader
            )
            told = list(islice(found, MOST_ROWS + 1))
        if len(told) > MOST_ROWS:
            raise user_error(TOO_MUCH, most=MOST_ROWS)
        return chosen, told

    @app.get("/v1/indicators")
    async def list_indicators(request: Request) -> Response:
        caller = await door.admit(request, Action.SEE_INDICATORS)
        asked = Asked.of(request)
        if asked.format not in FORMATS:
            raise user_error(FORMAT_UNKNOWN, format=asked.format, known=", ".join(FORMATS))
        chosen, told = await run_in_threadpool(rows, caller, asked)
        if asked.format == "json":
            return json_answer(request, IndicatorReport(rows=tuple(map(_message, told))))
        if asked.format == "csv":
            return Response(await run_in_threadpool(report_csv, told), media_type=CSV)
        return Response(await run_in_threadpool(report_xlsx, chosen, told), media_type=XLSX)


def reader_of(connection: sa.Connection, account: Account, scope: Scope) -> Reader:
    """Whose figures somebody may read. A coordinator has the people of his zone on his laptop by name:
    nothing is hidden from him."""
    if scope is Scope.NATION:
        return Reader()
    if scope is Scope.UNIT and account.unit:
        sql = sa.select(partitions.c.name).where(partitions.c.unit == account.unit)
        return Reader(frozenset(connection.execute(sql).scalars()), whose=_WHOSE[scope])
    if scope is Scope.ZONE:
        own = zone_partitions(connection, account)
        return Reader(own, protects=False, whose=_WHOSE[scope])
    return Reader(frozenset())


def _message(row: Row) -> IndicatorRow:
    return IndicatorRow(
        indicator=row.sheet.code,
        indicator_name=row.sheet.name,
        period=str(row.period),
        level=row.level.value,
        territory=row.code,
        place=row.place,
        numerator=row.numerator,
        denominator=row.denominator,
        percent=None if row.percent is None else float(row.percent),
        unknown=row.unknown,
        cut=row.cut,
        computed_at=row.computed_at,
        synced=_day(row.synced),
        note=row.note,
    )


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
