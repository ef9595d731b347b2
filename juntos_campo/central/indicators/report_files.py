"""Reports of indicators as files for Excel: the definitions, and the figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from juntos_campo.central.indicators.report import Row
from juntos_campo.central.indicators.sheets import PERIOD_WORDS, Sheet
from juntos_campo.register.spreadsheet import Cell, csv_bytes, xlsx_bytes
from juntos_campo.register.spreadsheet import Sheet as Table

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
_BETTER = {"more": "sube", "less": "baja", "none": "ninguno"}


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
        sheet.excludes, PERIOD_WORDS[sheet.period], ", ".join(sheet.levels), sheet.unit,
        _BETTER[sheet.better], sheet.source, sheet.trust_text, sheet.limits,
        "sí" if sheet.is_computed else f"no calculable: {sheet.lacks}", published,
    )  # fmt: skip


def values_table(rows: Iterable[Row]) -> Table:
    """The rows as they are written to files."""
    return Table("Indicadores", HEADER, tuple(_cells(one) for one in rows))


def _cells(row: Row) -> Sequence[Cell]:
    return (
        row.sheet.code, row.sheet.name, str(row.period), row.cut, row.level.value, row.code,
        row.place, _figure(row.numerator), _figure(row.denominator),
        "" if row.percent is None else float(row.percent), _figure(row.unknown),
        row.synced.isoformat() if row.synced else "", row.note, row.computed_at,
    )  # fmt: skip


def _figure(number: int | None) -> Cell:
    return "" if number is None else number


def report_xlsx(sheets: Sequence[Sheet], rows: Iterable[Row]) -> bytes:
    """An Excel workbook: the definitions first, then the figures."""
    return xlsx_bytes((definitions_table(sheets), values_table(rows)))


def report_csv(rows: Iterable[Row]) -> bytes:
    """The figures as CSV (UTF-8 with BOM, ``;``); the definitions go beside it (`definitions_csv`)."""
    return csv_bytes(values_table(rows))


def definitions_csv(sheets: Iterable[Sheet]) -> bytes:
    """The definition sheets as CSV."""
    return csv_bytes(definitions_table(sheets))


def definition_lines(sheet: Sheet) -> list[str]:
    """A sheet for who reads it on a terminal."""
    lines = [
        f"{sheet.code}: {sheet.name} (por {PERIOD_WORDS[sheet.period]})",
        f"  Numerador: {sheet.numerator}",
        f"  Denominador: {sheet.denominator}",
        f"  Fuente ({sheet.trust_text}): {sheet.source}",
        f"  Límites: {sheet.limits}",
    ]
    if not sheet.is_computed:
        lines.append(f"  Todavía no se calcula: {sheet.lacks}")
    return lines
