"""The household's file on one page, to carry to the house."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, Spacer, Table, TableStyle

from juntos_campo.domain.values import RiskLevel
from juntos_campo.pdf.document import (
    BAND,
    FOOT,
    HEAD,
    INK,
    LINE,
    WIDTH,
    PrintInfo,
    RiskSign,
    build_document,
    paragraph,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """One member: who, what is missing now, what comes next."""

    name: str
    about: str
    missing: tuple[str, ...] = ()
    upcoming: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseholdSheetModel:
    """One household on paper.

    Attributes:
        facts: (label, value) pairs: address, phone, class, settlement.
        commitments: open commitments, with their day.
        note_lines: empty lines to write on.
    """

    info: PrintInfo
    level: RiskLevel
    facts: tuple[tuple[str, str], ...]
    people: tuple[PersonLine, ...]
    commitments: tuple[str, ...] = ()
    last_visit: str = ""
    note_lines: int = 5


def build_household_sheet(model: HouseholdSheetModel) -> bytes:
    """The PDF of a household's file: one page, made smaller when it would not fit."""
    story: list[Flowable] = [RiskSign(model.level, 9), Spacer(1, 2 * mm), _facts(model)]
    story += [Spacer(1, 4 * mm), _people(model)]
    story += [Spacer(1, 4 * mm), *_commitments(model), Spacer(1, 4 * mm), _notes(model)]
    story += [Spacer(1, 6 * mm), _signatures()]
    height = A4[1] - HEAD - FOOT - 14
    page = KeepInFrame(WIDTH, height, story, mode="shrink", hAlign="LEFT")
    return build_document(model.info, [page], _content(model))


def _facts(model: HouseholdSheetModel) -> Table:
    half = (len(model.facts) + 1) // 2
    pairs = [
        [paragraph(label, 7, soft=True), paragraph(value or "—", 9)] for label, value in model.facts
    ]
    rows = []
    for index in range(half):
        right = pairs[index + half] if index + half < len(pairs) else ["", ""]
        rows.append([*pairs[index], *right])
    table = Table(rows, colWidths=(24 * mm, WIDTH / 2 - 24 * mm) * 2)
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _people(model: HouseholdSheetModel) -> Table:
    titles = ("Personas", "Ahora falta", "Próximo", "Anotar")
    rows: list[list[object]] = [[paragraph(title, 8, bold=True) for title in titles]]
    for person in model.people:
        rows.append(
            [
                [paragraph(person.name, 9, bold=True), paragraph(person.about, 8, soft=True)],
                [paragraph(f"• {text}", 8.5) for text in person.missing] or paragraph("—", 9),
                paragraph(person.upcoming or "—", 8.5),
                "",
            ]
        )
    widths = (56 * mm, 60 * mm, 34 * mm, WIDTH - 150 * mm)
    table = Table(rows, colWidths=widths)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), BAND),
                ("GRID", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 3),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
            ]
        )
    )
    return table


def _commitments(model: HouseholdSheetModel) -> list[Flowable]:
    found: list[Flowable] = [paragraph("Compromisos pendientes", 10, bold=True)]
    lines = model.commitments or ("Ninguno anotado.",)
    found += [paragraph(f"• {line}", 9) for line in lines]
    if model.last_visit:
        found += [Spacer(1, 2 * mm), paragraph(model.last_visit, 9, soft=True)]
    return found


def _notes(model: HouseholdSheetModel) -> Table:
    rows = [[paragraph("Notas de la visita", 10, bold=True)]] + [[""]] * model.note_lines
    heights = [6 * mm] + [7 * mm] * model.note_lines
    table = Table(rows, colWidths=(WIDTH,), rowHeights=heights)
    table.setStyle(
        TableStyle([("LINEBELOW", (0, 1), (-1, -1), 0.4, LINE), ("LEFTPADDING", (0, 0), (0, 0), 0)])
    )
    return table


def _signatures() -> Table:
    texts = ("Firma o huella de quien atiende", "Firma del gestor local")
    table = Table(
        [["", "", ""], [paragraph(texts[0], 8, soft=True), "", paragraph(texts[1], 8, soft=True)]],
        colWidths=(WIDTH * 0.45, WIDTH * 0.1, WIDTH * 0.45),
        rowHeights=(14 * mm, 6 * mm),
    )
    table.setStyle(
        TableStyle(
            [("LINEBELOW", (0, 0), (0, 0), 0.6, INK), ("LINEBELOW", (2, 0), (2, 0), 0.6, INK)]
        )
    )
    return table


def _content(model: HouseholdSheetModel) -> list[list[str]]:
    return [
        *([label, value] for label, value in model.facts),
        *([one.name, one.about, *one.missing, one.upcoming] for one in model.people),
        list(model.commitments),
    ]
