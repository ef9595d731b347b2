"""A filled form of ours on paper: sections, repeats as tables, signatures, and an agreement to sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TypeAlias

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Image,
    KeepTogether,
    PageBreak,
    Spacer,
    Table,
    TableStyle,
)

from juntos_campo.pdf.document import BAND, INK, LINE, WIDTH, PrintInfo, build_document, paragraph
from juntos_campo.pdf.fonts import REGULAR, text_width

LABEL_WIDTH = 66 * mm
PHOTO = (60 * mm, 42 * mm)
SIGNATURE = (60 * mm, 16 * mm)
UNSOURCED = "sin fuente oficial"
NO_ROWS = "Ninguno anotado."
NOT_A_PICTURE = "La imagen no se puede imprimir."
_CELL, _NARROWEST = 8.5, 16 * mm


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One answer.

    Attributes:
        value: as shown; empty prints a dash.
        picture: bytes of the photo that is the answer.
        unsourced: what is asked has no official source; marked with an asterisk.
    """

    label: str
    value: str
    picture: bytes = b""
    unsourced: bool = False


@dataclass(frozen=True, slots=True)
class SheetNote:
    """A sentence of the form."""

    text: str


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A repeat: one row of texts a row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


SheetPart: TypeAlias = SheetLine | SheetNote | SheetTable


@dataclass(frozen=True, slots=True)
class SheetSection:
    """A part of the form under its heading; `level` 0 is the outermost."""

    title: str
    parts: tuple[SheetPart, ...]
    level: int = 0


@dataclass(frozen=True, slots=True)
class SheetSignature:
    """Place to sign; `picture` is what was drawn on the screen, printed above the line."""

    role: str
    name: str = ""
    picture: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What is agreed on, on a page of its own to be signed and left with the family.

    Attributes:
        facts: (label, value) pairs that say between whom.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    parts: tuple[SheetPart, ...]
    signatures: tuple[SheetSignature, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSheetModel:
    """A record as it is to be printed.

    Attributes:
        facts: (label, value) pairs under the title: about whom, when, by whom.
        sections: empty for an agreement alone.
        remark: at the end, small: where the questions come from.
    """

    info: PrintInfo
    facts: tuple[tuple[str, str], ...]
    sections: tuple[SheetSection, ...]
    signatures: tuple[SheetSignature, ...] = ()
    agreement: Agreement | None = None
    remark: str = ""


def build_record_sheet(model: RecordSheetModel) -> bytes:
    """The PDF of a record."""
    story: list[Flowable] = []
    if model.sections:
        story += [_facts(model.facts), Spacer(1, 3 * mm)]
        for section in model.sections:
            story += _section(section)
        if any(isinstance(part, SheetLine) and part.unsourced for part in _parts(model)):
            story += [Spacer(1, 2 * mm), paragraph(f"* {UNSOURCED.capitalize()}.", 7.5, soft=True)]
        if model.remark:
            story += [Spacer(1, 2 * mm), paragraph(model.remark, 7.5, soft=True)]
        if model.signatures:
            story += [Spacer(1, 5 * mm), _signatures(model.signatures)]
    if model.agreement is not None:
        if story:
            story.append(PageBreak())
        story += _agreement(model.agreement)
    return build_document(model.info, story, _content(model))


def _facts(facts: tuple[tuple[str, str], ...]) -> Table:
    rows = [
        [paragraph(label, 8, soft=True), paragraph(value or "—", 9.5, bold=True)]
        for label, value in facts
    ]
    table = Table(rows, colWidths=(34 * mm, WIDTH - 34 * mm))
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 1.5),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ]
        )
    )
    return table


def _section(section: SheetSection) -> list[Flowable]:
    size = 11.5 if section.level == 0 else 9.5
    # A heading is never the last thing on a page.
    story: list[Flowable] = [CondPageBreak(24 * mm)]
    if section.title:
        story += [Spacer(1, 2.5 * mm), paragraph(section.title, size, bold=True), Spacer(1, 1 * mm)]
    return story + _flow(section.parts)


def _flow(parts: tuple[SheetPart, ...]) -> list[Flowable]:
    story: list[Flowable] = []
    lines: list[SheetLine] = []
    for part in parts:
        if isinstance(part, SheetLine):
            lines.append(part)
            continue
        if lines:
            story.append(_answers(lines))
            lines = []
        if isinstance(part, SheetNote):
            story += [paragraph(part.text, 9, soft=True), Spacer(1, 1 * mm)]
        else:
            story.append(_table(part))
    if lines:
        story.append(_answers(lines))
    return story


def _answers(lines: list[SheetLine]) -> Table:
    rows = [
        [paragraph(f"{one.label} *" if one.unsourced else one.label, 8.5, soft=True), _value(one)]
        for one in lines
    ]
    table = Table(rows, colWidths=(LABEL_WIDTH, WIDTH - LABEL_WIDTH))
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LINEBELOW", (0, 0), (-1, -1), 0.3, LINE),
                ("LEFTPADDING", (0, 0), (0, -1), 0),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _value(line: SheetLine) -> Flowable | list[Flowable]:
    if not line.picture:
        return paragraph(line.value or "—", 9.5)
    drawn = picture(line.picture, *PHOTO)
    if drawn is None:
        return paragraph(NOT_A_PICTURE, 9.5)
    return [drawn, paragraph(line.value, 7.5, soft=True)]


def picture(data: bytes, width: float, height: float) -> Image | None:
    """A picture made to fit a box in points; None for bytes that are none."""
    try:
        across, down = ImageReader(BytesIO(data)).getSize()
    except Exception:  # whatever Pillow thinks of foreign bytes, it is no picture
        return None
    if not across or not down:
        return None
    scale = min(width / across, height / down)
    return Image(BytesIO(data), across * scale, down * scale, hAlign="LEFT")


def _table(part: SheetTable) -> Flowable:
    if not part.rows:
        return paragraph(NO_ROWS, 9, soft=True)
    head: list[Flowable] = [paragraph(one, 8, bold=True) for one in ("N°", *part.columns)]
    rows = [head]
    for number, row in enumerate(part.rows, start=1):
        cells: list[Flowable] = [paragraph(one or "—", _CELL) for one in (str(number), *row)]
        rows.append(cells)
    table = Table(rows, colWidths=_widths(part), repeatRows=1, hAlign="LEFT")
    table.setStyle(
        TableStyle(
            [
                ("BACKGROUND", (0, 0), (-1, 0), BAND),
                ("GRID", (0, 0), (-1, -1), 0.4, LINE),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
                ("TOPPADDING", (0, 0), (-1, -1), 2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
            ]
        )
    )
    return table


def _widths(part: SheetTable) -> list[float]:
    """Columns as wide as what they hold asks for, within the page."""
    number = 9 * mm
    wanted = []
    for place, column in enumerate(part.columns):
        texts = [column, *(row[place] for row in part.rows)]
        longest = max(text_width(text, REGULAR, _CELL) for text in texts)
        word = max(
            text_width(one, REGULAR, _CELL) for text in texts for one in text.split() or [""]
        )
        wanted.append(max(_NARROWEST, word + 10, min(longest + 10, 60 * mm)))
    scale = (WIDTH - number) / sum(wanted)
    return [number, *(width * scale for width in wanted)]


def _signatures(signatures: tuple[SheetSignature, ...]) -> Flowable:
    """Two beside each other, with room to sign on the line."""
    cells = [_signature(one) for one in signatures]
    rows = [cells[place : place + 2] for place in range(0, len(cells), 2)]
    wide = WIDTH * 0.46
    table = Table(
        [[row[0], "", row[1] if len(row) > 1 else ""] for row in rows],
        colWidths=(wide, WIDTH - 2 * wide, wide),
    )
    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("LEFTPADDING", (0, 0), (-1, -1), 0)])
    )
    return KeepTogether([table])


def _signature(one: SheetSignature) -> Flowable:
    drawn = picture(one.picture, *SIGNATURE) if one.picture else None
    rows: list[list[Flowable | str]] = [
        [drawn or ""],
        [paragraph(one.name or " ", 9)],
        [paragraph(one.role, 8, soft=True)],
    ]
    table = Table(rows, colWidths=(WIDTH * 0.46,), rowHeights=[18 * mm, None, None])
    table.setStyle(
        TableStyle(
            [
                ("LINEBELOW", (0, 0), (0, 0), 0.7, INK),
                ("VALIGN", (0, 0), (0, 0), "BOTTOM"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("TOPPADDING", (0, 1), (-1, -1), 1),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1),
            ]
        )
    )
    return table


def _agreement(agreement: Agreement) -> list[Flowable]:
    story: list[Flowable] = [
        paragraph(agreement.title, 15, bold=True),
        Spacer(1, 3 * mm),
        _facts(agreement.facts),
        Spacer(1, 4 * mm),
    ]
    for part in agreement.parts:
        if isinstance(part, SheetNote):
            # To be read aloud, and by people who read slowly.
            story += [paragraph(part.text, 11), Spacer(1, 3 * mm)]
        else:
            story += _flow((part,))
    return [*story, Spacer(1, 10 * mm), _signatures(agreement.signatures)]


def _parts(model: RecordSheetModel) -> Iterator[SheetPart]:
    for section in model.sections:
        yield from section.parts
    if model.agreement is not None:
        yield from model.agreement.parts


def _content(model: RecordSheetModel) -> list[list[str]]:
    found = [[label, value] for label, value in model.facts]
    found += [[section.title] for section in model.sections]
    for part in _parts(model):
        if isinstance(part, SheetLine):
            found.append([part.label, part.value])
        elif isinstance(part, SheetNote):
            found.append([part.text])
        else:
            found += [list(part.columns), *(list(row) for row in part.rows)]
    if model.agreement is not None:
        found += [[label, value] for label, value in model.agreement.facts]
    return found
