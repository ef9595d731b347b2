"""Words and signs for the papers of official forms."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from PySide6.QtCore import QCoreApplication

from juntos_campo.app.paper_errands import late_text
from juntos_campo.app.paperwork import Paper
from juntos_campo.app.paperwork_rules import Step
from juntos_campo.domain.spanish import near_date
from juntos_campo.ui.widgets.meaning import Mark
from juntos_campo.ui.widgets.plan_list import RETURNED

_CONTEXT = "Papers"


def words(text: str) -> str:
    """A Spanish source text in the language of the screen."""
    return QCoreApplication.translate(_CONTEXT, text)


SENT = Mark("low", "check-circle", "enviado")
LATE = Mark("high", "warning", "atrasado", tinted=True)
NEXT: dict[Step, Mark] = {
    Step.PRINTED: Mark("soft", "printer", "por imprimir"),
    Step.HANDED: Mark("information", "file-text", "por repartir"),
    Step.RECEIVED: Mark("information", "hourglass", "por recoger"),
    Step.FILLED: Mark("information", "note-pencil", "por llenar"),
    Step.MENDED: Mark("high", "warning", "con errores"),
    Step.SIGNED: Mark("medium", "pencil-simple", "por firmar"),
    Step.CONSOLIDATED: Mark("information", "checks", "por consolidar"),
    Step.SENT: Mark("information", "paper-plane-tilt", "por enviar"),
}
"""How a paper looks whose next step this is."""

DOING: dict[Step, str] = {
    Step.PRINTED: "Imprimir",
    Step.HANDED: "Entregar",
    Step.RECEIVED: "Recibir",
    Step.ERRORS: "Anotar errores",
    Step.MENDED: "Errores corregidos",
    Step.SIGNED: "Firma y sello",
    Step.CONSOLIDATED: "Consolidar",
    Step.SENT: "Enviar",
}
"""The step as something to be done."""

WHO: dict[Step, str] = {
    Step.HANDED: "A quién se entrega",
    Step.RECEIVED: "Quién lo devuelve",
    Step.SIGNED: "Quién firma",
}


def mark_of(paper: Paper) -> Mark:
    """Sign and tone of where a paper is."""
    if paper.filling.returned:
        return RETURNED
    return NEXT[paper.next] if paper.next is not None else SENT


class Shelf(StrEnum):
    """Filters of the list."""

    ALL = "all"
    HAND_OUT = "hand_out"
    COLLECT = "collect"
    FILL = "fill"
    FAULTY = "faulty"
    SIGN = "sign"
    SEND = "send"
    LATE = "late"


SHELVES: dict[Shelf, str] = {
    Shelf.ALL: "Todos",
    Shelf.HAND_OUT: "Por repartir",
    Shelf.COLLECT: "Por recoger",
    Shelf.FILL: "Por llenar",
    Shelf.FAULTY: "Con errores",
    Shelf.SIGN: "Por firmar",
    Shelf.SEND: "Por enviar",
    Shelf.LATE: "Atrasados",
}
_NEXT_OF: dict[Shelf, frozenset[Step]] = {
    Shelf.HAND_OUT: frozenset({Step.PRINTED, Step.HANDED}),
    Shelf.COLLECT: frozenset({Step.RECEIVED}),
    Shelf.FILL: frozenset({Step.FILLED}),
    Shelf.SIGN: frozenset({Step.SIGNED}),
    Shelf.SEND: frozenset({Step.CONSOLIDATED, Step.SENT}),
}


def on_shelf(paper: Paper, shelf: Shelf) -> bool:
    """Whether a paper belongs to a filter."""
    if shelf is Shelf.ALL:
        return True
    if shelf is Shelf.LATE:
        return paper.late > 0
    if shelf is Shelf.FAULTY:
        return paper.has_errors or paper.filling.returned
    signing = shelf is Shelf.SIGN and paper.next is Step.PRINTED and paper.filling.complete
    handing = not (shelf is Shelf.HAND_OUT and paper.filling.complete)
    return signing or (handing and paper.next in _NEXT_OF[shelf])


def due_text(due: date | None, late: int, today: date) -> str:
    """``hasta 5 nov``, ``5 días tarde``; "" when no day is set."""
    if late:
        return late_text(late)
    return words("hasta {day}").format(day=near_date(due, today)) if due else ""
