"""A paper's way in lines: what was done, what comes next, what is still ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.app.paperwork import Paper
from juntos_campo.app.paperwork_deadlines import Deadlines
from juntos_campo.app.paperwork_rules import (
    TAKEN,
    Step,
    day_of,
    error_rounds,
    is_signed,
    name_of,
)
from juntos_campo.domain.spanish import near_date
from juntos_campo.ui.screens.forms_words import LATE, due_text, words
from juntos_campo.ui.theme.theme import TextRole
from juntos_campo.ui.widgets.meaning import Mark

DONE = Mark("low", "check-circle", "hecho")
NOW = Mark("information", "circle-dashed", "ahora")
AHEAD = Mark("soft", "circle", "después")
SKIPPED = Mark("soft", "minus", "sin anotar")
WRONG = Mark("high", "warning", "con errores")

_NOW = {
    Step.PRINTED: "Falta imprimirlo",
    Step.HANDED: "Falta entregarlo",
    Step.RECEIVED: "Falta recogerlo",
    Step.FILLED: "Falta llenarlo y cerrarlo",
    Step.MENDED: "Faltan corregir los errores",
    Step.SIGNED: "Faltan la firma y el sello",
    Step.CONSOLIDATED: "Falta consolidarlo",
    Step.SENT: "Falta enviarlo",
}
_AHEAD = {
    Step.PRINTED: "Impresión",
    Step.HANDED: "Entrega",
    Step.RECEIVED: "Devolución",
    Step.FILLED: "Llenado",
    Step.SIGNED: "Firma y sello",
    Step.CONSOLIDATED: "Consolidación",
    Step.SENT: "Envío",
}
_BY = {Step.HANDED: "a {name}", Step.RECEIVED: "de {name}", Step.SIGNED: "por {name}"}


_MAY_BE_SKIPPED = (Step.PRINTED, Step.HANDED, Step.RECEIVED)


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of a paper's way."""

    mark: Mark
    text: str
    role: TextRole = TextRole.BODY


def paper_life(paper: Paper, limits: Deadlines, today: date) -> list[Moment]:
    """The way of a paper, in the order of its steps."""
    moments: list[Moment] = []
    skipped = [step for step in _MAY_BE_SKIPPED if _is_skipped(paper, step)]
    if skipped:
        names = ", ".join(words(_AHEAD[step]).lower() for step in skipped)
        text = words("Sin anotar: {names}").format(names=names)
        moments.append(Moment(SKIPPED, text, TextRole.SOFT))
    for step in Step:
        if step in (Step.ERRORS, Step.MENDED) or step in skipped:
            continue
        if step is Step.SIGNED:
            moments += _errors(paper, today)
        moments.append(_moment(paper, step, limits, today))
    return moments


def _is_skipped(paper: Paper, step: Step) -> bool:
    """The paper was filled or signed without this being noted; it need not be any more."""
    on = paper.filling.complete or paper.handling.signed_on is not None or paper.filling.begun
    return on and step is not paper.next and day_of(paper.handling, step) is None


def _moment(paper: Paper, step: Step, limits: Deadlines, today: date) -> Moment:
    day = paper.filling.on if step is Step.FILLED else day_of(paper.handling, step)
    if step is Step.FILLED and not paper.filling.complete:
        day = None
    complete = step is not Step.SIGNED or is_signed(paper.handling)
    if day is not None and complete:
        text = f"{words(TAKEN[step]).capitalize()} {_on(day, today)}"
        name = name_of(paper.handling, step)
        if name:
            text += f", {words(_BY[step]).format(name=name)}"
        return Moment(DONE, text)
    if step is paper.next:
        told = words(_NOW[step])
        if step is Step.SIGNED and paper.handling.signed_on is not None:
            sealed = paper.handling.sealed
            told = words("Falta firmarlo de nuevo") if sealed else words("Falta el sello")
        when = due_text(paper.due_on, paper.late, today)
        mark = Mark(LATE.tone, LATE.icon, LATE.word) if paper.late else NOW
        return Moment(mark, ": ".join(part for part in (told, when) if part), TextRole.STRONG)
    due = limits.due(step, paper.bimester)
    text = words(_AHEAD[step])
    if due is not None:
        text += f" · {words('hasta {day}').format(day=near_date(due, today))}"
    return Moment(AHEAD, text, TextRole.SOFT)


def _errors(paper: Paper, today: date) -> list[Moment]:
    moments = []
    for one in error_rounds(paper.handling):
        told = words("Errores {day}: {text}").format(day=_on(one.found, today), text=one.text)
        if one.mended is not None:
            text = words("{told}. Corregido {day}").format(told=told, day=_on(one.mended, today))
            moments.append(Moment(DONE, text))
            continue
        when = due_text(paper.due_on, paper.late, today)
        text = words("{told}. Falta corregir: {when}").format(told=told, when=when)
        moments.append(Moment(WRONG, text if when else told, TextRole.STRONG))
    return moments


def _on(day: date, today: date) -> str:
    return words("el {day}").format(day=near_date(day, today))
