"""The receipt of a facility or school: which forms were handed out and collected, by whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, PageBreak, Spacer, Table, TableStyle

from juntos_campo.pdf.document import BAND, INK, LINE, WIDTH, PrintInfo, build_document, paragraph


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One form; what is not known yet is empty and written by hand."""

    form: str
    people: str
    handed_on: str = ""
    handed_to: str = ""
    received_on: str = ""
    received_from: str = ""


@dataclass(frozen=True, slots=True)
class HandoverPlace:
    """One facility or school on a page of its own."""

    name: str
    code: str
    lines: tuple[HandoverLine, ...]
    at_school: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverModel:
    """Receipts on paper; `worker` is who hands out and collects."""

    info: PrintInfo
    worker: str
    places: tuple[HandoverPlace, ...]
    note: str = ""


_GIVEN, _TAKEN = "Entrega de los formatos", "Devolución de los formatos llenos, firmados y sellados"


def build_handover(model: HandoverModel) -> bytes:
    """The PDF of the receipts, a page each."""
    story: list[Flowable] = []
    for number, place in enumerate(model.places):
        if number:
            story.append(PageBreak())
        who = "institución educativa" if place.at_school else "establecimiento de salud"
        story += [
            paragraph(place.name, 13, bold=True),
            paragraph(f"{who.capitalize()} · código {place.code or '—'}", 9, soft=True),
            Spacer(1, 5 * mm),
            _table(place),
            Spacer(1, 8 * mm),
            _signatures(_GIVEN, f"Entregó: {model.worker}, gestor local", f"Recibió, por el {who}"),
            Spacer(1, 9 * mm),
            _signatures(
                _TAKEN, f"Devolvió, por el {who}", f"Recogió: {model.worker}, gestor local"
            ),
        ]
        if model.note:
            story += [Spacer(1, 6 * mm), paragraph(model.note, 8, soft=True)]
    return build_document(model.info, story, _content(model))


def _table(place: HandoverPlace) -> Table:
    titles = ("Formato", "Personas", "Entregado", "A quién", "Devuelto", "Por quién")
    rows: list[list[object]] = [[paragraph(title, 8, bold=True) for title in titles]]
    for line in place.lines:
        rows.append(
            [
                paragraph(line.form, 9.5, bold=True),
                paragraph(line.people, 9.5, centred=True),
                paragraph(line.handed_on, 9, centred=True),
                paragraph(line.handed_to, 9),
                paragraph(line.received_on, 9, centred=True),
                paragraph(line.received_from, 9),
            ]
        )
    widths = (30 * mm, 18 * mm, 22 * mm, 45 * mm, 22 * mm, WIDTH - 137 * mm)
    table = Table(rows, colWidths=widths, rowHeights=[6 * mm] + [11 * mm] * len(place.lines))
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), BAND),
                ("GRID", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
            ]
        )
    )
    return table


def _signatures(title: str, left: str, right: str) -> KeepTogether:
    under = "Nombre, cargo, fecha, firma y sello"
    cells: list[list[Any]] = [
        ["", "", ""],
        [paragraph(left, 8.5, bold=True), "", paragraph(right, 8.5, bold=True)],
        [paragraph(under, 7.5, soft=True), "", paragraph(under, 7.5, soft=True)],
    ]
    table = Table(
        cells,
        colWidths=(WIDTH * 0.46, WIDTH * 0.08, WIDTH * 0.46),
        rowHeights=(22 * mm, 6 * mm, 5 * mm),
    )
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (0, 0), 0.6, INK),
                ("LINEBELOW", (2, 0), (2, 0), 0.6, INK),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ]
        )
    )
    return KeepTogether([paragraph(title, 10, bold=True), table])


def _content(model: HandoverModel) -> list[list[str]]:
    rows = []
    for place in model.places:
        rows.append([place.name, place.code])
        rows += [
            [one.form, one.people, one.handed_on, one.handed_to, one.received_on, one.received_from]
            for one in place.lines
        ]
    return rows
