"""P6: pages of a Formato Salud 02 a second, against a bare canvas that draws the same strings."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from itertools import cycle, islice

from reportlab.pdfgen.canvas import Canvas

from juntos_campo.app.form_print import sheet_of
from juntos_campo.app.official_forms import forms_due, open_form
from juntos_campo.app.session import Session
from juntos_campo.demo.bench.load import Load
from juntos_campo.demo.bench.measure import Measure, median, timed
from juntos_campo.demo.world import DemoError
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.form_ids import SALUD02
from juntos_campo.pdf.fonts import BOLD, REGULAR, fit, register_fonts, text_width
from juntos_campo.pdf.official_sheet import (
    PAGE_HEIGHT,
    PAGE_WIDTH,
    Piece,
    build_sheet,
    column_edges,
    row_texts,
)
from juntos_campo.pdf.sheet_model import SheetModel

PAGES = 20
TIMES = 5
BAR = 0.5


def measure(load: Load) -> list[Measure]:
    """The fullest facility of the load, its rows repeated to `PAGES` pages; built by turns."""
    register_fonts()
    with load.opened() as session:
        model = _sheet(session)
    edges, a_page = column_edges(model), model.rows_a_page
    strings = [list(row_texts(model, edges, [], page * a_page)) for page in range(PAGES)]
    own: list[float] = []
    bare: list[float] = []
    for _ in range(TIMES):
        fit.cache_clear()
        text_width.cache_clear()
        own.append(timed(lambda: build_sheet(model)))
        bare.append(timed(lambda: _bare(model, strings)))
    figure, reference = PAGES / median(own), PAGES / median(bare)
    return [
        Measure(
            id="P6",
            what=f"Formato Salud 02, {a_page} filas por hoja, {PAGES} hojas",
            figure=figure,
            unit="hojas/s",
            reference=reference,
            bar=f"al menos {BAR:g} veces un lienzo reportlab desnudo con los mismos textos",
            holds=figure >= BAR * reference,
        )
    ]


def _sheet(session: Session) -> SheetModel:
    bimester = Bimester.of(session.today)
    due = [one for one in forms_due(session, bimester) if one.form_id == SALUD02]
    sheets = [
        sheet_of(session, open_form(session, SALUD02, one.place.id, bimester)) for one in due[:8]
    ]
    fullest = max(sheets, key=lambda sheet: len(sheet.rows), default=None)
    if fullest is None or not fullest.rows:
        raise DemoError("ningún establecimiento tiene niñas o niños en su formato")
    return replace(fullest, rows=tuple(islice(cycle(fullest.rows), PAGES * fullest.rows_a_page)))


def _bare(model: SheetModel, pages: list[list[Piece]]) -> bytes:
    """The same strings at the same places in the same typeface, and nothing else."""
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(PAGE_WIDTH, PAGE_HEIGHT))
    for number, pieces in enumerate(pages, start=1):
        canvas.setFont(BOLD, 9)
        canvas.drawRightString(PAGE_WIDTH - 17, PAGE_HEIGHT - 31, f"Hoja {number} de {len(pages)}")
        canvas.drawString(17, PAGE_HEIGHT - 31, model.title)
        for piece in pieces:
            canvas.setFont(REGULAR, piece.size)
            canvas.drawString(piece.x, piece.y, piece.text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
