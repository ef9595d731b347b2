"""The report of unfulfilled coresponsibility with its causes, place by place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle

from juntos_campo.pdf.document import BAND, LINE, WIDTH, PrintInfo, build_document, paragraph


@dataclass(frozen=True, slots=True)
class ExceptionRow:
    """One person and month.

    Attributes:
        cause: of the form; `marked` when it is missing or wants a look.
    """

    household: str
    person: str
    month: str
    cause: str
    observation: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class PlaceGroup:
    """Rows of one form of one facility or school."""

    title: str
    rows: tuple[ExceptionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionsModel:
    """The report on paper.

    Attributes:
        summary: sentences at the head of the report.
        groups: what closed forms say.
        to_confirm: what the rules estimate and no form says yet; apart, under `to_confirm_note`.
        note: at the end.
    """

    info: PrintInfo
    summary: tuple[str, ...]
    groups: tuple[PlaceGroup, ...]
    to_confirm: tuple[PlaceGroup, ...] = ()
    to_confirm_note: str = ""
    note: str = ""


_TITLES = ("Hogar", "Persona", "Mes", "Motivo", "Observación")
_TITLES_ESTIMATED = ("Hogar", "Persona", "Mes", "Se estima porque", "Qué se averiguó")
_WIDTHS = (25 * mm, 45 * mm, 21 * mm, 49 * mm, WIDTH - 140 * mm)
_WIDTHS_ESTIMATED = (25 * mm, 42 * mm, 21 * mm, 64 * mm, WIDTH - 152 * mm)


def build_exceptions(model: ExceptionsModel) -> bytes:
    """The PDF of the report."""
    story: list[Flowable] = [paragraph(text, 10) for text in model.summary]
    for group in model.groups:
        story += _group(group, _TITLES, _WIDTHS)
    if model.to_confirm:
        story += [
            Spacer(1, 7 * mm),
            KeepTogether(
                [
                    paragraph("Por confirmar", 13, bold=True),
                    Spacer(1, 1 * mm),
                    paragraph(model.to_confirm_note, 9, soft=True),
                ]
            ),
        ]
        for group in model.to_confirm:
            story += _group(group, _TITLES_ESTIMATED, _WIDTHS_ESTIMATED)
    if model.note:
        story += [Spacer(1, 5 * mm), paragraph(model.note, 8, soft=True)]
    return build_document(model.info, story, _content(model))


def _group(group: PlaceGroup, titles: Sequence[str], widths: Sequence[float]) -> list[Flowable]:
    rows: list[list[object]] = [[paragraph(title, 8, bold=True) for title in titles]]
    for one in group.rows:
        rows.append(
            [
                paragraph(one.household, 8),
                paragraph(one.person, 8.5, bold=True),
                paragraph(one.month, 8.5),
                paragraph(one.cause, 8.5, bold=one.marked),
                paragraph(one.observation, 8),
            ]
        )
    table = Table(rows, colWidths=widths, repeatRows=1)
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), BAND),
                ("GRID", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("TOPPADDING", (0, 0), (-1, -1), 2.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3.5),
            ]
        )
    )
    heading = paragraph(group.title, 10.5, bold=True)
    heading.keepWithNext = True
    return [Spacer(1, 4.5 * mm), heading, Spacer(1, 1.5 * mm), table]


def _content(model: ExceptionsModel) -> list[list[str]]:
    rows = [list(model.summary)]
    for group in (*model.groups, *model.to_confirm):
        rows.append([group.title])
        rows += [
            [one.household, one.person, one.month, one.cause, one.observation] for one in group.rows
        ]
    return rows
