"""An official form as a facsimile: A4 landscape, as many rows a page as its model says (20), head and
signature on each.

What is the same on every page is drawn once as a form object, so that a page costs its own text only.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from juntos_campo.domain.spanish import paper_date
from juntos_campo.pdf.fonts import BOLD, LEADING, REGULAR, fit, register_fonts, text_width, wrap
from juntos_campo.pdf.sealing import Seal, sealed
from juntos_campo.pdf.sheet_model import SheetModel
from juntos_campo.pdf.verification import draw_qr, qr_text

PAGE_WIDTH, PAGE_HEIGHT = landscape(A4)
LEFT = RIGHT = 6 * mm
USABLE = PAGE_WIDTH - LEFT - RIGHT
MM: float = mm
TABLE_TOP = PAGE_HEIGHT - 32 * mm
GROUP_HEIGHT = 4.6 * mm
LABEL_HEIGHT = 8.4 * mm
ROWS_TOP = TABLE_TOP - GROUP_HEIGHT - LABEL_HEIGHT
ROWS_BOTTOM = ROWS_TOP - 128 * mm
"""20 rows of 6.4 mm."""
NUMBER_WIDTH = 5.5 * mm
HEAD_COLUMNS = 5
CELL_SIZES = (6.4, 6.0, 5.6, 5.2, 4.8, 4.4)
TALL_SIZES = (9.0, 8.0, 7.2, *CELL_SIZES)
TALL_ROW = 9 * mm
CELL_PADDING = 0.7 * mm
INK = (0.07, 0.09, 0.08)
SOFT = (0.35, 0.38, 0.37)
LINE = (0.45, 0.49, 0.47)
HEAD_FILL = (0.90, 0.93, 0.92)
KNOWN_FILL = (0.965, 0.972, 0.968)
_FURNITURE = "furniture"


@dataclass(frozen=True, slots=True)
class Note:
    """A text that did not fit its cell and is printed in full at the end."""

    number: int
    row: int
    column: int
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of text at its place (points)."""

    text: str
    x: float
    y: float
    size: float


def build_sheet(model: SheetModel) -> bytes:
    """The PDF of an official form."""
    register_fonts()
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1)
    canvas.setTitle(model.title)
    canvas.setSubject(f"Código de verificación {model.code}")
    canvas.setCreator("Juntos Campo")
    edges = column_edges(model)
    canvas.beginForm(_FURNITURE)
    _furniture(canvas, model, edges)
    canvas.endForm()
    notes = sheet_notes(model, edges)
    note_pages = _note_pages(notes)
    starts = range(0, max(1, len(model.rows)), model.rows_a_page)
    pages = len(starts) + len(note_pages)
    for page, start in enumerate(starts, start=1):
        canvas.doForm(_FURNITURE)
        _page_number(canvas, page, pages)
        _rows(canvas, model, row_texts(model, edges, notes, start), edges[1])
        canvas.showPage()
    for page, lines in enumerate(note_pages, start=len(starts) + 1):
        _notes_page(canvas, model, lines, page, pages)
        canvas.showPage()
    canvas.save()
    return sealed(buffer.getvalue(), Seal(model.kind, model.record_id, model.code))


def row_height(model: SheetModel) -> float:
    """Height of one row in points."""
    return (ROWS_TOP - ROWS_BOTTOM) / model.rows_a_page


def column_edges(model: SheetModel) -> list[float]:
    """x of every vertical line; the widths of the definition are scaled to fill the page."""
    scale = (USABLE - NUMBER_WIDTH) / sum(column.width_mm for column in model.columns)
    edges = [LEFT, LEFT + NUMBER_WIDTH]
    for column in model.columns:
        edges.append(edges[-1] + column.width_mm * scale)
    return edges


# -- what is the same on every page ----------------------------------------------------------------


def _furniture(canvas: Canvas, model: SheetModel, edges: list[float]) -> None:
    _heading(canvas, model)
    _table_heading(canvas, model, edges)
    _grid(canvas, model, edges)
    _foot(canvas, model)


def _heading(canvas: Canvas, model: SheetModel) -> None:
    top = PAGE_HEIGHT - 11 * mm
    canvas.setFillColorRGB(*INK)
    canvas.setFont(BOLD, 13)
    canvas.drawString(LEFT, top, model.title)
    canvas.setFont(REGULAR, 7)
    canvas.setFillColorRGB(*SOFT)
    canvas.drawString(LEFT, top - 3.8 * mm, model.subtitle)
    if model.state:
        canvas.setFont(BOLD, 9)
        canvas.setFillColorRGB(*INK)
        canvas.drawRightString(PAGE_WIDTH - RIGHT - 34 * mm, top, model.state)
    for x, y, width, label, value in head_places(model):
        canvas.setFillColorRGB(*SOFT)
        canvas.setFont(REGULAR, 5.6)
        canvas.drawString(x, y, label)
        canvas.setFillColorRGB(*INK)
        fitted = fit(value, REGULAR, (8, 7, 6.2, 5.6, 5.0, 4.4), width, 4.6 * mm)
        size, lines = fitted or (4.4, tuple(wrap(value, REGULAR, 4.4, width)))
        canvas.setFont(REGULAR, size)
        for number, line in enumerate(lines):
            offset = (len(lines) - 1 - number) * size * LEADING
            canvas.drawString(x, y - 3.1 * mm + (offset if len(lines) > 1 else 0), line)
        canvas.setStrokeColorRGB(*LINE)
        canvas.setLineWidth(0.3)
        canvas.line(x, y - 3.9 * mm, x + width, y - 3.9 * mm)


def head_places(model: SheetModel) -> Iterator[tuple[float, float, float, str, str]]:
    """x, y, usable width, label and value of every entry of the head, two lines of five."""
    top = PAGE_HEIGHT - 19.4 * mm
    step = USABLE / HEAD_COLUMNS
    for index, (label, value) in enumerate(model.head[: HEAD_COLUMNS * 2]):
        line, column = divmod(index, HEAD_COLUMNS)
        yield LEFT + column * step, top - line * 6.6 * mm, step - 3 * mm, label, value


def _table_heading(canvas: Canvas, model: SheetModel, edges: list[float]) -> None:
    bottom = TABLE_TOP - GROUP_HEIGHT - LABEL_HEIGHT
    canvas.setFillColorRGB(*HEAD_FILL)
    canvas.rect(LEFT, bottom, USABLE, GROUP_HEIGHT + LABEL_HEIGHT, stroke=0, fill=1)
    canvas.setFillColorRGB(*INK)
    for first, last, group in column_groups(model):
        x, width = edges[first + 1], edges[last + 2] - edges[first + 1]
        fitted = fit(group, BOLD, (7.5, 6.5, 5.5, 4.5), width - 2, GROUP_HEIGHT)
        if fitted:
            canvas.setFont(BOLD, fitted[0])
            canvas.drawCentredString(x + width / 2, TABLE_TOP - 3.3 * mm, fitted[1][0])
    _centred(canvas, "N°", (5.6,), edges[0], edges[1])
    sizes = (5.6, 5.2, 4.8, 4.4, 4.0)
    for index, column in enumerate(model.columns):
        _centred(canvas, column.label, sizes, edges[index + 1], edges[index + 2])


def _centred(
    canvas: Canvas, text: str, sizes: tuple[float, ...], left: float, right: float
) -> None:
    """A column's label, in the middle of its heading."""
    font, bottom, height = BOLD, ROWS_TOP, LABEL_HEIGHT
    width = right - left - 1.2
    fitted = fit(text, font, sizes, width, height)
    size, lines = fitted or (sizes[-1], tuple(wrap(text, font, sizes[-1], width)))
    canvas.setFont(font, size)
    y = bottom + (height + len(lines) * size * LEADING) / 2 - size
    for line in lines:
        canvas.drawCentredString((left + right) / 2, y, line)
        y -= size * LEADING


def column_groups(model: SheetModel) -> list[tuple[int, int, str]]:
    """(first column, last column, heading) of neighbours with the same group."""
    found: list[tuple[int, int, str]] = []
    for index, column in enumerate(model.columns):
        if found and found[-1][2] == column.group:
            found[-1] = (found[-1][0], index, column.group)
        else:
            found.append((index, index, column.group))
    return found


def _grid(canvas: Canvas, model: SheetModel, edges: list[float]) -> None:
    canvas.setFillColorRGB(*KNOWN_FILL)
    for index, column in enumerate(model.columns):
        if column.fixed:
            left, right = edges[index + 1], edges[index + 2]
            canvas.rect(left, ROWS_BOTTOM, right - left, ROWS_TOP - ROWS_BOTTOM, stroke=0, fill=1)
    canvas.setStrokeColorRGB(*LINE)
    canvas.setLineWidth(0.3)
    right = PAGE_WIDTH - RIGHT
    height = row_height(model)
    lines = [
        (LEFT, ROWS_TOP - row * height, right, ROWS_TOP - row * height)
        for row in range(model.rows_a_page + 1)
    ]
    lines.append((LEFT, TABLE_TOP - GROUP_HEIGHT, right, TABLE_TOP - GROUP_HEIGHT))
    lines += [(x, TABLE_TOP - GROUP_HEIGHT, x, ROWS_BOTTOM) for x in edges]
    canvas.lines(lines)
    canvas.setStrokeColorRGB(*INK)
    canvas.setLineWidth(0.8)
    starts = [edges[first + 1] for first, _, _ in column_groups(model)]
    heavy = [(x, TABLE_TOP, x, ROWS_BOTTOM) for x in [LEFT, *starts, right]]
    heavy += [(LEFT, y, right, y) for y in (TABLE_TOP, ROWS_TOP, ROWS_BOTTOM)]
    canvas.lines(heavy)


def _foot(canvas: Canvas, model: SheetModel) -> None:
    top = ROWS_BOTTOM - 2.2 * mm
    box_top, box_bottom = top, 10.5 * mm
    right = PAGE_WIDTH - RIGHT
    qr = box_top - box_bottom
    draw_x = right - qr
    canvas.setFillColorRGB(*INK)
    draw_qr(canvas, qr_text(model.kind, model.record_id, model.code), draw_x, box_bottom, qr)
    seal_left, sign_left = draw_x - 42 * mm, draw_x - 42 * mm - 66 * mm
    canvas.setLineWidth(0.5)
    canvas.setStrokeColorRGB(*INK)
    canvas.rect(sign_left, box_bottom, 64 * mm, box_top - box_bottom)
    canvas.rect(seal_left, box_bottom, 40 * mm, box_top - box_bottom)
    canvas.setLineWidth(0.3)
    canvas.line(sign_left + 4 * mm, box_bottom + 6 * mm, sign_left + 60 * mm, box_bottom + 6 * mm)
    canvas.setFont(REGULAR, 5.8)
    canvas.setFillColorRGB(*SOFT)
    canvas.drawString(sign_left + 1.5 * mm, box_top - 2.6 * mm, model.signature)
    canvas.drawString(seal_left + 1.5 * mm, box_top - 2.6 * mm, model.seal)
    canvas.setFillColorRGB(*INK)
    signer = fit(model.signer, REGULAR, (7, 6, 5, 4), 56 * mm, 4.4 * mm)
    if signer:
        canvas.setFont(REGULAR, signer[0])
        for number, line in enumerate(signer[1]):
            y = box_bottom + 3.4 * mm - number * signer[0] * LEADING
            canvas.drawCentredString(sign_left + 32 * mm, y, line)
    _legend(canvas, model, top, sign_left - LEFT - 4 * mm)
    _foot_line(canvas, model)


def _legend(canvas: Canvas, model: SheetModel, top: float, width: float) -> None:
    y = top - 2.4 * mm
    canvas.setFillColorRGB(*INK)
    if model.totals:
        canvas.setFont(BOLD, 6.4)
        canvas.drawString(LEFT, y, model.totals)
        y -= 3 * mm
    half = width / 2
    canvas.setFont(REGULAR, 5.6)
    for index, text in enumerate(model.legend):
        x = LEFT + (index % 2) * half
        canvas.drawString(x, y - (index // 2) * 2.6 * mm, text)
    y -= (len(model.legend) + 1) // 2 * 2.6 * mm + 0.6 * mm
    canvas.setFillColorRGB(*SOFT)
    canvas.setFont(REGULAR, 5.4)
    for line in wrap(model.notice, REGULAR, 5.4, width):
        canvas.drawString(LEFT, y, line)
        y -= 2.4 * mm


def _foot_line(canvas: Canvas, model: SheetModel) -> None:
    canvas.setFillColorRGB(*SOFT)
    canvas.setFont(REGULAR, 6)
    when = f"{paper_date(model.printed_at.date())} {model.printed_at:%H:%M}"
    canvas.drawString(LEFT, 6.4 * mm, f"Impreso el {when} por {model.printed_by} · {model.kind}")
    canvas.setFillColorRGB(*INK)
    canvas.setFont(BOLD, 7)
    canvas.drawRightString(PAGE_WIDTH - RIGHT, 6.4 * mm, f"Verificación {model.code}")


# -- what differs from page to page ----------------------------------------------------------------


def _page_number(canvas: Canvas, page: int, pages: int) -> None:
    canvas.setFillColorRGB(*INK)
    canvas.setFont(BOLD, 9)
    canvas.drawRightString(PAGE_WIDTH - RIGHT, PAGE_HEIGHT - 11 * mm, f"Hoja {page} de {pages}")


def _rows(canvas: Canvas, model: SheetModel, pieces: Iterator[Piece], left: float) -> None:
    text = canvas.beginText()
    text.setFillColorRGB(*INK)
    if not model.rows:
        text.setFont(REGULAR, 8)
        text.setTextOrigin(left + CELL_PADDING, ROWS_TOP - row_height(model) + 2 * mm)
        text.textOut(model.empty_text)
    current = 0.0
    for piece in pieces:
        if piece.size != current:
            text.setFont(REGULAR, piece.size)
            current = piece.size
        text.setTextOrigin(piece.x, piece.y)
        text.textOut(piece.text)
    canvas.drawText(text)


def row_texts(
    model: SheetModel, edges: list[float], notes: list[Note], start: int
) -> Iterator[Piece]:
    """Every line of text of the rows of one page, from row `start`."""
    marks = {(note.row, note.column): note.number for note in notes}
    height = row_height(model)
    for offset, row in enumerate(model.rows[start : start + model.rows_a_page]):
        bottom = ROWS_TOP - (offset + 1) * height
        cells = [str(start + offset + 1), *row]
        for index, value in enumerate(cells):
            if not value:
                continue
            left, right = edges[index], edges[index + 1]
            mark = marks.get((start + offset, index - 1))
            width = right - left - 2 * CELL_PADDING
            size, lines = _fitted(f"Ver nota {mark}" if mark else value, width, height)
            centred = index == 0 or model.columns[index - 1].centred
            y = bottom + (height + len(lines) * size * LEADING) / 2 - size
            for line in lines:
                x = left + CELL_PADDING
                if centred:
                    x += (width - text_width(line, REGULAR, size)) / 2
                yield Piece(line, x, y, size)
                y -= size * LEADING


def _sizes(height: float) -> tuple[float, ...]:
    return TALL_SIZES if height > TALL_ROW else CELL_SIZES


def _fitted(value: str, width: float, height: float) -> tuple[float, tuple[str, ...]]:
    fitted = fit(value, REGULAR, _sizes(height), width, height - 1.2)
    return fitted or (CELL_SIZES[-1], tuple(wrap(value, REGULAR, CELL_SIZES[-1], width)))


def sheet_notes(model: SheetModel, edges: list[float]) -> list[Note]:
    """Cells whose text does not fit its box at the smallest size."""
    notes: list[Note] = []
    height = row_height(model)
    for number, row in enumerate(model.rows):
        for index, (column, value) in enumerate(zip(model.columns, row, strict=True)):
            width = edges[index + 2] - edges[index + 1] - 2 * CELL_PADDING
            if value and fit(value, REGULAR, _sizes(height), width, height - 1.2) is None:
                notes.append(Note(len(notes) + 1, number, index, column.label, value))
    return notes


def _note_pages(notes: list[Note]) -> list[list[str]]:
    lines: list[str] = []
    for note in notes:
        text = f"Nota {note.number} (fila {note.row + 1}, {note.label}): {note.text}"
        lines += wrap(text, REGULAR, 8, USABLE)
    return [lines[start : start + 38] for start in range(0, len(lines), 38)]


def _notes_page(canvas: Canvas, model: SheetModel, lines: list[str], page: int, pages: int) -> None:
    canvas.setFillColorRGB(*INK)
    canvas.setFont(BOLD, 13)
    canvas.drawString(LEFT, PAGE_HEIGHT - 11 * mm, f"{model.title}: notas")
    _page_number(canvas, page, pages)
    canvas.setFont(REGULAR, 8)
    for number, line in enumerate(lines):
        canvas.drawString(LEFT, PAGE_HEIGHT - 20 * mm - number * 4.4 * mm, line)
    _foot_line(canvas, model)
