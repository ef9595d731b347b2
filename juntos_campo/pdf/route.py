"""The route sheet: the households of a day by settlement, with the reasons and room to write."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle

from juntos_campo.domain.values import RiskLevel
from juntos_campo.pdf.document import (
    BAND,
    INK,
    LINE,
    WIDTH,
    PrintInfo,
    RiskSign,
    build_document,
    paragraph,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStop:
    """One household of the route.

    Attributes:
        where: address, reference and phone, one line each; may be empty.
        reasons: what is missing and for whom, most urgent first.
    """

    code: str
    holder: str
    level: RiskLevel
    reasons: tuple[str, ...]
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteGroup:
    """The households of one settlement; `remark` says how far it is."""

    settlement: str
    remark: str
    stops: tuple[RouteStop, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteModel:
    """A day's route. `info.subtitle` carries day and totals."""

    info: PrintInfo
    groups: tuple[RouteGroup, ...]
    empty_text: str = "No hay hogares planificados para este día."


_WIDTHS = (8 * mm, 62 * mm, 62 * mm, 17 * mm, WIDTH - 149 * mm)
_GRID = TableStyle(
    [
        ("GRID", (0, 0), (-1, -1), 0.4, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
)


def build_route(model: RouteModel) -> bytes:
    """The PDF of a route sheet, A4 upright."""
    story: list[Flowable] = []
    if not model.groups:
        story.append(paragraph(model.empty_text, 11))
    number = 0
    for group in model.groups:
        head: list[Flowable] = [_heading(group), _columns()]
        rows: list[Flowable] = []
        for stop in group.stops:
            number += 1
            rows.append(_row(number, stop))
        # A settlement's name never stands alone at the foot of a page.
        story.append(KeepTogether([*head, rows[0]] if rows else head))
        story.extend(rows[1:])
        story.append(Spacer(1, 4 * mm))
    return build_document(model.info, story, _content(model))


def _heading(group: RouteGroup) -> Table:
    table = Table(
        [[paragraph(group.settlement, 11, bold=True), paragraph(group.remark, 9, soft=True)]],
        colWidths=(WIDTH * 0.5, WIDTH * 0.5),
    )
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, -1), BAND),
                ("LINEABOVE", (0, 0), (-1, 0), 0.8, INK),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    return table


def _columns() -> Table:
    titles = ("N°", "Hogar", "Motivo de la visita", "Hora", "Resultado")
    table = Table([[paragraph(title, 7, soft=True) for title in titles]], colWidths=_WIDTHS)
    table.setStyle(_GRID)
    return table


def _row(number: int, stop: RouteStop) -> Table:
    household = [
        paragraph(stop.holder, 9, bold=True),
        paragraph(f"Hogar {stop.code}", 8, soft=True),
        RiskSign(stop.level),
        *(paragraph(line, 8) for line in stop.where if line),
    ]
    reasons = [paragraph(f"• {reason}", 8.5) for reason in stop.reasons]
    cells = [[paragraph(str(number), 9, bold=True), household, reasons, "", ""]]
    table = Table(cells, colWidths=_WIDTHS, spaceBefore=0)
    table.setStyle(_GRID)
    return table


def _content(model: RouteModel) -> list[list[str]]:
    return [
        [group.settlement, stop.code, stop.holder, *stop.reasons]
        for group in model.groups
        for stop in group.stops
    ]
