"""What flowing prints share: type, risk signs, head and foot with page numbers and code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib.colors import Color
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate

from juntos_campo.domain.spanish import paper_date
from juntos_campo.domain.values import RiskLevel
from juntos_campo.pdf.fonts import BOLD, REGULAR, register_fonts, text_width, wrap
from juntos_campo.pdf.sealing import Seal, sealed
from juntos_campo.pdf.verification import draw_qr, print_code, qr_text

INK = Color(0.07, 0.09, 0.08)
SOFT = Color(0.35, 0.38, 0.37)
LINE = Color(0.62, 0.66, 0.64)
BAND = Color(0.90, 0.93, 0.92)
MARGIN = 14 * mm
HEAD = 27 * mm
FOOT = 15 * mm
WIDTH = A4[0] - 2 * MARGIN

RISK_WORDS = {
    RiskLevel.VERY_HIGH: "muy alta",
    RiskLevel.HIGH: "alta",
    RiskLevel.MEDIUM: "media",
    RiskLevel.LOW: "baja",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintInfo:
    """What stands at the head and foot of every page.

    Attributes:
        kind, subject: what the verification code is about, see `verification.print_code`.
    """

    kind: str
    subject: str
    title: str
    subtitle: str
    printed_at: datetime
    printed_by: str
    notice: str = ""


def style(
    size: float, *, bold: bool = False, soft: bool = False, centred: bool = False
) -> ParagraphStyle:
    """A paragraph style of the one typeface."""
    register_fonts()
    return ParagraphStyle(
        f"{size}{bold}{soft}{centred}",
        fontName=BOLD if bold else REGULAR,
        fontSize=size,
        leading=size * 1.28,
        textColor=SOFT if soft else INK,
        alignment=1 if centred else 0,
        splitLongWords=True,
    )


def paragraph(text: str, size: float = 9, **kind: bool) -> Paragraph:
    """Plain text as a paragraph; what looks like markup is printed as it is."""
    return Paragraph(escape(text).replace("\n", "<br/>"), style(size, **kind))


class RiskSign(Flowable):
    """Risk as on the screen: two triangles, one, a rhomb or a circle, and the word beside it."""

    def __init__(self, level: RiskLevel, size: float = 7) -> None:
        super().__init__()
        self._level, self._size = level, size
        self.width, self.height = 24 * mm, size * 1.4

    def draw(self) -> None:
        canvas, size = self.canv, self._size
        canvas.setFillColor(INK)
        count = 2 if self._level is RiskLevel.VERY_HIGH else 1
        x = 0.0
        for _ in range(count):
            path = canvas.beginPath()
            if self._level in (RiskLevel.VERY_HIGH, RiskLevel.HIGH):
                _polygon(path, [(x, 0), (x + size, 0), (x + size / 2, size)])
            elif self._level is RiskLevel.MEDIUM:
                half = size / 2
                _polygon(path, [(x + half, 0), (x + size, half), (x + half, size), (x, half)])
            else:
                path.circle(x + size / 2, size / 2, size / 2)
            canvas.drawPath(path, stroke=0, fill=1)
            x += size + 1
        canvas.setFont(BOLD, size + 0.5)
        canvas.drawString(x + 2, 0.4, RISK_WORDS[self._level])


def _polygon(path: Any, points: Sequence[tuple[float, float]]) -> None:
    path.moveTo(*points[0])
    for point in points[1:]:
        path.lineTo(*point)
    path.close()


class _NumberedCanvas(Canvas):
    """Keeps the pages until their number is known, then writes head and foot on each."""

    def __init__(self, info: PrintInfo, code: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._info, self._print_code = info, code
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        self._pages.append(dict(self.__dict__))
        self._startPage()  # type: ignore[attr-defined] # missing in the stubs

    def save(self) -> None:
        pages = len(self._pages)
        for number, page in enumerate(self._pages, start=1):
            self.__dict__.update(page)
            self._frame(number, pages)
            Canvas.showPage(self)
        Canvas.save(self)

    def _frame(self, page: int, pages: int) -> None:
        info, right, top = self._info, A4[0] - MARGIN, A4[1]
        self.setFillColor(INK)
        self._one_line(info.title, BOLD, (14, 12, 10, 8, 7), top - 13 * mm, 34 * mm)
        self.setFont(BOLD, 9)
        self.drawRightString(right - 17 * mm, top - 11 * mm, f"Hoja {page} de {pages}")
        self.setFillColor(SOFT)
        self._one_line(info.subtitle, REGULAR, (9, 8, 7, 6), top - 18 * mm, 18 * mm)
        self.setFillColor(INK)
        text = qr_text(info.kind, info.subject, self._print_code)
        draw_qr(self, text, right - 15 * mm, top - 22 * mm, 15 * mm)
        self.setFont(REGULAR, 6.5)
        self.setFillColor(SOFT)
        when = f"{paper_date(info.printed_at.date())} {info.printed_at:%H:%M}"
        self.drawString(MARGIN, 8 * mm, f"Impreso el {when} por {info.printed_by}")
        if info.notice:
            self.drawString(MARGIN, 5 * mm, info.notice)
        self.setFillColor(INK)
        self.setFont(BOLD, 7)
        self.drawRightString(right, 8 * mm, f"Verificación {self._print_code}")

    def _one_line(
        self, text: str, font: str, sizes: tuple[float, ...], y: float, kept_free: float
    ) -> None:
        """A line that grows smaller rather than run into what stands at the right."""
        width = WIDTH - kept_free
        size = next((one for one in sizes if text_width(text, font, one) <= width), sizes[-1])
        self.setFont(font, size)
        for number, line in enumerate(wrap(text, font, size, width)):
            self.drawString(MARGIN, y - number * size * 1.15, line)


def build_document(
    info: PrintInfo, story: list[Flowable], content: Sequence[Sequence[str]]
) -> bytes:
    """The PDF of a flowing print; `content` is what the verification code is taken from."""
    register_fonts()
    buffer = BytesIO()
    code = print_code(info.kind, info.subject, [[info.title, info.subtitle], *content])
    document = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=HEAD,
        bottomMargin=FOOT,
        title=info.title,
        subject=f"Código de verificación {code}",
        creator="Juntos Campo",
        invariant=1,
    )
    # The frame's own padding would indent everything against head and foot.
    document.leftMargin = document.rightMargin = MARGIN - 6
    document.build(story, canvasmaker=partial(_NumberedCanvas, info, code))
    return sealed(buffer.getvalue(), Seal(info.kind, info.subject, code))
