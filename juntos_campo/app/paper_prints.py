"""The prints about the papers of a bimester: the report of exceptions, the receipts of the places."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from juntos_campo.app.day_print import CONFIDENTIAL
from juntos_campo.app.exceptions_report import (
    ESTIMATED,
    ExceptionLine,
    ExceptionReport,
    UnconfirmedLine,
    summary,
)
from juntos_campo.app.paperwork import Paper
from juntos_campo.app.paperwork_problems import NO_EXCEPTIONS_TO_PRINT, NO_PAPERS_TO_PRINT
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import bimester_text, paper_date
from juntos_campo.pdf.document import PrintInfo
from juntos_campo.pdf.exceptions import (
    ExceptionRow,
    ExceptionsModel,
    PlaceGroup,
    build_exceptions,
)
from juntos_campo.pdf.handover import HandoverLine, HandoverModel, HandoverPlace, build_handover

OWN_DESIGN = "Diseño propio, sin fuente oficial: la directiva de verificación no se pudo leer."


def print_exceptions(
    session: Session, report: ExceptionReport, to_confirm: Sequence[UnconfirmedLine] = ()
) -> bytes:
    """The report of exceptions as a PDF.

    Raises:
        UserError: PAP-018, there is nothing to report.
    """
    if not report.lines and not to_confirm:
        raise user_error(NO_EXCEPTIONS_TO_PRINT, bimester=bimester_text(report.bimester))
    excused = any(one.excused for one in report.lines)
    note = "Los motivos marcados «exceptuable» se toman como excepción; la lista de excepciones no "
    return build_exceptions(
        ExceptionsModel(
            info=_info(session, "incumplimientos/1", report.bimester, _TITLE),
            summary=summary(report),
            groups=tuple(_groups(report.lines)),
            to_confirm=tuple(_groups_to_confirm(to_confirm)),
            to_confirm_note=ESTIMATED,
            note=f"{note}tiene fuente oficial. {OWN_DESIGN}" if excused else OWN_DESIGN,
        )
    )


_TITLE = "Reporte de incumplimientos de corresponsabilidad"


def _info(session: Session, kind: str, bimester: Bimester, title: str) -> PrintInfo:
    text = bimester_text(bimester)
    return PrintInfo(
        kind=kind,
        subject=f"{session.user.name}/{bimester}",
        title=title,
        subtitle=f"{text[:1].upper()}{text[1:]} · {session.user.full_name}",
        printed_at=session.clock.now(),
        printed_by=session.user.full_name,
        notice=CONFIDENTIAL,
    )


def _groups(lines: Iterable[ExceptionLine]) -> Iterable[PlaceGroup]:
    for (place, short), own in groupby(lines, lambda one: (one.place, one.answer.short)):
        rows = tuple(
            ExceptionRow(
                one.answer.household_code,
                one.answer.person,
                one.month,
                f"{one.cause} (exceptuable)" if one.excused else one.cause,
                one.answer.observation,
                marked=not one.has_cause,
            )
            for one in own
        )
        yield PlaceGroup(f"{place.name} · {short}", rows)


def _groups_to_confirm(lines: Iterable[UnconfirmedLine]) -> Iterable[PlaceGroup]:
    for place, own in groupby(lines, lambda one: one.place):
        rows = tuple(
            ExceptionRow(one.household_code, one.person, one.month_text, one.why, "") for one in own
        )
        name = place.name if place else "Sin establecimiento ni escuela en el padrón"
        yield PlaceGroup(name, rows)


def print_handover(session: Session, papers: Sequence[Paper]) -> bytes:
    """Receipts of the places of these papers as a PDF, a page each.

    Raises:
        UserError: PAP-020, there are no papers.
    """
    if not papers:
        raise user_error(NO_PAPERS_TO_PRINT)
    places = tuple(
        HandoverPlace(
            own[0].place, own[0].code, tuple(_handover_line(one) for one in own), own[0].at_school
        )
        for own in (list(group) for _, group in groupby(papers, lambda one: one.place_id))
    )
    title = "Cargo de entrega y devolución de formatos"
    return build_handover(
        HandoverModel(
            info=_info(session, "cargo/1", papers[0].bimester, title),
            worker=session.user.full_name,
            places=places,
            note=OWN_DESIGN,
        )
    )


def _handover_line(paper: Paper) -> HandoverLine:
    way = paper.handling
    return HandoverLine(
        form=paper.short,
        people=str(paper.people),
        handed_on=paper_date(way.handed_on) if way.handed_on else "",
        handed_to=way.handed_to,
        received_on=paper_date(way.received_on) if way.received_on else "",
        received_from=way.received_from,
    )
