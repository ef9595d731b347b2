"""Indicators by territory and period, as rows and as files for Excel.

What is told of a zone, a department or the country is the sum of what was kept of its field workers.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa

from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.sheets import Level, Sheet, computed
from juntos_campo.central.indicators.sql import json_text
from juntos_campo.central.indicators.tables import IndicatorTables
from juntos_campo.central.tables import devices, records, users
from juntos_campo.domain.spanish import count, paper_date
from juntos_campo.domain.values import Role
from juntos_campo.register.spreadsheet import Cell, csv_bytes, xlsx_bytes
from juntos_campo.register.spreadsheet import Sheet as Table
from juntos_campo.register.territory import districts

SMALL = 5
"""Under so many cases no percentage is told: one child would move it by 20 points or more."""
STALE_DAYS = 30
"""Figures over a laptop that did not synchronise for so long say so."""
NOBODY = "(sin dato)"

HEADER = (
    "indicador", "nombre", "periodo", "corte", "nivel", "codigo", "territorio", "numerador",
    "denominador", "porcentaje", "sin_dato", "ultima_sincronizacion_mas_antigua", "nota",
    "calculado",
)  # fmt: skip
_DEFINITIONS = (
    "indicador", "nombre", "para_que", "numerador", "denominador", "incluye", "excluye", "periodo",
    "niveles", "unidad", "mejor_si", "fuente", "confianza", "limites", "se_calcula",
    "cifras_publicadas",
)  # fmt: skip
_PERIODS = {"month": "mes", "bimester": "bimestre", "quarter": "trimestre", "year": "año"}
_BETTER = {"more": "sube", "less": "baja", "none": "ninguno"}


@dataclass(frozen=True, slots=True)
class Row:
    """One indicator of one territory and period.

    Attributes:
        code, place: the territory's code (UBIGEO, user name, ...) and its name.
        percent: to one decimal; None under `SMALL` cases.
        synced: day of the oldest last synchronisation of its laptops; None: one never did, or there
            is none.
        cut: the earliest day its parts were judged on; `computed_at`: the earliest moment.
        note: Spanish, what a reader must know; may be empty.
    """

    sheet: Sheet
    period: Period
    level: Level
    code: str
    place: str
    numerator: int
    denominator: int
    unknown: int
    percent: Decimal | None
    synced: date | None
    cut: str
    computed_at: str
    note: str


@dataclass(slots=True)
class _Total:
    numerator: int = 0
    denominator: int = 0
    unknown: int = 0


def percent_of(numerator: int, denominator: int) -> Decimal:
    """To one decimal, half up, of whole counts."""
    exact = Decimal(100 * numerator) / Decimal(denominator)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class _Ground:
    """Who works where, and when each laptop was last heard of."""

    names: Mapping[str, str]
    zones: Mapping[str, str]
    seen: Mapping[str, date | None]
    facilities: Mapping[str, str]


def report_rows(
    connection: sa.Connection,
    kept: IndicatorTables,
    sheets: Sequence[Sheet],
    periods: Sequence[Period],
    today: date,
    *,
    levels: Iterable[Level] = Level,
    partitions: frozenset[str] | None = None,
) -> Iterator[Row]:
    """Rows of what is kept (`Indicators.refresh` brings it up to date), the widest territory first.

    Args:
        partitions: only these are told and added up, for who may not see the others.
    """
    ground, chosen = _ground(connection), tuple(levels)
    for sheet in computed(sheets):
        for period in periods:
            if sheet.fits(period):
                told = tuple(level for level in chosen if level in sheet.levels)
                yield from _rows(
                    connection,
                    kept,
                    sheet,
                    period,
                    today,
                    levels=told,
                    ground=ground,
                    partitions=partitions,
                )


def _rows(
    connection: sa.Connection,
    kept: IndicatorTables,
    sheet: Sheet,
    period: Period,
    today: date,
    *,
    levels: Sequence[Level],
    ground: _Ground,
    partitions: frozenset[str] | None,
) -> Iterator[Row]:
    values, runs = kept.values, kept.runs
    this = (values.c.indicator == sheet.code, values.c.period == str(period))
    totals: dict[tuple[Level, str], _Total] = defaultdict(_Total)
    whose: dict[tuple[Level, str], set[str]] = defaultdict(set)
    for value in connection.execute(sa.select(values).where(*this)):
        if partitions is not None and value.partition not in partitions:
            continue
        for level in levels:
            key = (level, _territory(level, value, ground))
            total = totals[key]
            total.numerator += int(value.numerator)
            total.denominator += int(value.denominator)
            total.unknown += int(value.unknown)
            whose[key].add(value.partition)
    sql = sa.select(runs).where(runs.c.indicator == sheet.code, runs.c.period == str(period))
    moments = {one.partition: (one.cut, one.computed_at) for one in connection.execute(sql)}
    order = list(Level)
    for level, code in sorted(totals, key=lambda key: (order.index(key[0]), key[1])):
        total, parts = totals[level, code], whose[level, code]
        known = [moments[one] for one in parts if one in moments]
        seen = [ground.seen.get(one) for one in parts]
        days = [one for one in seen if one is not None]
        synced = min(days) if len(days) == len(seen) and days else None
        enough = total.denominator >= SMALL
        yield Row(
            sheet=sheet,
            period=period,
            level=level,
            code=code,
            place=_place_name(level, code, ground),
            numerator=total.numerator,
            denominator=total.denominator,
            unknown=total.unknown,
            percent=percent_of(total.numerator, total.denominator) if enough else None,
            synced=synced,
            cut=min((one[0] for one in known), default=""),
            computed_at=min((one[1] for one in known), default=""),
            note=_note(total, period, seen, today),
        )


def _note(total: _Total, period: Period, seen: Sequence[date | None], today: date) -> str:
    notes = []
    if total.denominator < SMALL:
        notes.append(f"Menos de {SMALL} casos: mire los conteos, no el porcentaje.")
    if total.unknown > total.denominator:
        notes.append("De la mayoría no hay dato: el porcentaje dice poco.")
    if period.end >= today:
        notes.append("El periodo no ha terminado.")
    never = sum(one is None for one in seen)
    if never:
        who = count(never, "gestor no ha sincronizado nunca", "gestores no han sincronizado nunca")
        notes.append(f"{who}: sus datos son solo los de la oficina.")
    late = [one for one in seen if one is not None and (today - one).days > STALE_DAYS]
    if late:
        who = count(len(late), "gestor no sincroniza", "gestores no sincronizan")
        notes.append(
            f"{who} desde hace más de {STALE_DAYS} días (el más antiguo, {paper_date(min(late))}): "
            "puede faltar lo que anotaron."
        )
    return " ".join(notes)


def _territory(level: Level, value: sa.Row[tuple[object, ...]], ground: _Ground) -> str:
    if level is Level.NATION:
        return "PE"
    if level is Level.DEPARTMENT:
        return str(value.district)[:2]
    if level is Level.ZONE:
        return ground.zones.get(value.partition, "")
    if level is Level.FIELD_WORKER:
        return str(value.partition).removeprefix(partition_of(""))
    return str(value.district if level is Level.DISTRICT else value.facility)


def _place_name(level: Level, code: str, ground: _Ground) -> str:
    if level is Level.NATION:
        return "Perú"
    if level is Level.FIELD_WORKER:
        return ground.names.get(code, code)
    if level is Level.FACILITY:
        return ground.facilities.get(code, NOBODY)
    if level is Level.ZONE:
        return code or NOBODY
    known = districts()
    if level is Level.DISTRICT:
        return known[code].name if code in known else NOBODY
    return next((one.department for key, one in known.items() if code and key[:2] == code), NOBODY)


def _ground(connection: sa.Connection) -> _Ground:
    """A laptop that was blocked is not waited for; of several the one longest unheard of counts."""
    workers = connection.execute(
        sa.select(users.c.name, users.c.full_name, users.c.zone).where(
            users.c.role == Role.FIELD_WORKER.value
        )
    ).all()
    oldest: dict[str, str] = {}
    sql = sa.select(devices.c.user_name, devices.c.seen_at).where(~devices.c.revoked)
    for row in connection.execute(sql):
        oldest[row.user_name] = min(row.seen_at, oldest.get(row.user_name, row.seen_at))
    facility = records.alias("facility")
    names = connection.execute(
        sa.select(facility.c.id, json_text(facility.c.body, "name").label("name")).where(
            facility.c.kind == "health_facility"
        )
    ).all()
    return _Ground(
        {row.name: row.full_name for row in workers},
        {partition_of(row.name): row.zone for row in workers},
        {
            partition_of(name): datetime.fromisoformat(seen).date() if seen else None
            for name, seen in oldest.items()
        },
        {row.id: row.name for row in names},
    )


# -- files -------------------------------------------------------------------------------------------


def definitions_table(sheets: Iterable[Sheet]) -> Table:
    """Every sheet, those that cannot be computed with the reason."""
    return Table("Definiciones", _DEFINITIONS, tuple(_definition(one) for one in sheets))


def _definition(sheet: Sheet) -> Sequence[Cell]:
    published = "; ".join(
        f"{one.text} ({one.source})" + ("" if one.comparable else ", no contada igual")
        for one in sheet.references
    )
    return (
        sheet.code, sheet.name, sheet.purpose, sheet.numerator, sheet.denominator, sheet.includes,
        sheet.excludes, _PERIODS[sheet.period.value], ", ".join(sheet.levels), sheet.unit,
        _BETTER[sheet.better], sheet.source, sheet.trust_text, sheet.limits,
        "sí" if sheet.is_computed else f"no calculable: {sheet.lacks}", published,
    )  # fmt: skip


def values_table(rows: Iterable[Row]) -> Table:
    """The rows as they are written to files."""
    return Table("Indicadores", HEADER, tuple(_cells(one) for one in rows))


def _cells(row: Row) -> Sequence[Cell]:
    return (
        row.sheet.code, row.sheet.name, str(row.period), row.cut, row.level.value, row.code,
        row.place, row.numerator, row.denominator,
        "" if row.percent is None else float(row.percent), row.unknown,
        row.synced.isoformat() if row.synced else "", row.note, row.computed_at,
    )  # fmt: skip


def report_xlsx(sheets: Sequence[Sheet], rows: Iterable[Row]) -> bytes:
    """An Excel workbook: the definitions first, then the figures."""
    return xlsx_bytes((definitions_table(sheets), values_table(rows)))


def report_csv(rows: Iterable[Row]) -> bytes:
    """The figures as CSV (UTF-8 with BOM, ``;``); the definitions go beside it (`definitions_csv`)."""
    return csv_bytes(values_table(rows))


def definitions_csv(sheets: Iterable[Sheet]) -> bytes:
    """The definition sheets as CSV."""
    return csv_bytes(definitions_table(sheets))
