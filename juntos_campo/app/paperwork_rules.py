"""The way of an official form's paper: its steps, which comes next, what is late. Pure.

A paper may go two ways, and both are right: it is printed, left at the facility, filled there, collected
and typed in; or it is filled in this program at the facility, printed and signed on the spot. Hence only
what cannot be otherwise is demanded of a step (`taken`), and `next_step` follows the way that was begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from juntos_campo.app.paperwork_problems import (
    AFTER_CONSOLIDATED,
    ALREADY_TAKEN,
    BEFORE_BIMESTER,
    BEFORE_STEP,
    BY_FILLING,
    FUTURE_STEP,
    NO_NAME,
    NOT_CONSOLIDATED,
    NOT_HANDED,
    NOT_READY,
    NOTHING_TO_CHECK,
    NOTHING_TO_MEND,
    NOTHING_TO_UNDO,
    OPEN_ERRORS,
    TOO_LONG,
    UNSAID_ERRORS,
)
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import paper_date

MOST_LETTERS = 200
"""Of a name, or of what was found wrong."""


class Step(StrEnum):
    """Steps of a paper, in the order in which they usually come."""

    PRINTED = "printed"
    HANDED = "handed"
    RECEIVED = "received"
    FILLED = "filled"
    ERRORS = "errors"
    MENDED = "mended"
    SIGNED = "signed"
    CONSOLIDATED = "consolidated"
    SENT = "sent"


TAKEN = {
    Step.PRINTED: "impreso",
    Step.HANDED: "entregado",
    Step.RECEIVED: "recibido",
    Step.FILLED: "llenado",
    Step.ERRORS: "errores encontrados",
    Step.MENDED: "errores corregidos",
    Step.SIGNED: "firmado y sellado",
    Step.CONSOLIDATED: "consolidado",
    Step.SENT: "enviado",
}
"""The step once it was taken."""

PENDING = {
    Step.PRINTED: "por imprimir",
    Step.HANDED: "por repartir",
    Step.RECEIVED: "por recoger",
    Step.FILLED: "por llenar",
    Step.MENDED: "con errores",
    Step.SIGNED: "por firmar",
    Step.CONSOLIDATED: "por consolidar",
    Step.SENT: "por enviar",
}
"""How a paper stands whose next step this is."""

_DAYS: dict[Step, str] = {
    Step.PRINTED: "printed_on",
    Step.HANDED: "handed_on",
    Step.RECEIVED: "received_on",
    Step.ERRORS: "errors_on",
    Step.MENDED: "mended_on",
    Step.SIGNED: "signed_on",
    Step.CONSOLIDATED: "consolidated_on",
    Step.SENT: "sent_on",
}
_NAMES: dict[Step, str] = {
    Step.HANDED: "handed_to",
    Step.RECEIVED: "received_from",
    Step.SIGNED: "signed_by",
}
_NAME_ASKED = {
    Step.HANDED: "a quién se entregó",
    Step.RECEIVED: "de quién se recibió",
    Step.SIGNED: "quién firmó",
}
_AFTER: dict[Step, tuple[Step, ...]] = {
    Step.PRINTED: (),
    Step.HANDED: (Step.PRINTED,),
    Step.RECEIVED: (Step.HANDED, Step.PRINTED),
    Step.ERRORS: (Step.RECEIVED, Step.HANDED, Step.MENDED),
    Step.MENDED: (Step.ERRORS,),
    # A paper left at the facility is often signed there before it is collected.
    Step.SIGNED: (Step.MENDED, Step.HANDED, Step.PRINTED),
    Step.CONSOLIDATED: (Step.SIGNED, Step.MENDED, Step.RECEIVED),
    Step.SENT: (Step.CONSOLIDATED,),
}
"""Steps whose day a step may not precede."""


@dataclass(frozen=True, slots=True)
class Filling:
    """How far the form itself is, as told by its record.

    Attributes:
        on: day it was closed; None while it is not.
        begun: something was typed.
        returned: the coordinator sent it back and it was not corrected yet.
    """

    on: date | None = None
    begun: bool = False
    returned: bool = False

    @property
    def complete(self) -> bool:
        return self.on is not None and not self.returned


# -- how a paper stands ----------------------------------------------------------------------------


def has_open_errors(handling: FormHandling) -> bool:
    """Something was found wrong on the paper and not yet put right."""
    return handling.errors_on is not None and handling.mended_on is None


def is_signed(handling: FormHandling) -> bool:
    """Signed and sealed, and not corrected after that."""
    signed = handling.signed_on
    if signed is None or not handling.sealed or has_open_errors(handling):
        return False
    return handling.mended_on is None or signed >= handling.mended_on


def day_of(handling: FormHandling, step: Step) -> date | None:
    """Day a step was taken; FILLED has none here."""
    name = _DAYS.get(step)
    day: date | None = getattr(handling, name) if name else None
    return day


def name_of(handling: FormHandling, step: Step) -> str:
    """Who it was handed to, received from or signed by; "" for the other steps."""
    name = _NAMES.get(step)
    return str(getattr(handling, name)) if name else ""


def next_step(handling: FormHandling, filling: Filling) -> Step | None:
    """What has to be done next with the paper; None once it was sent."""
    if handling.sent_on is not None and filling.complete:
        return None
    if has_open_errors(handling):
        return Step.MENDED
    if handling.handed_on is not None and handling.received_on is None:
        return Step.RECEIVED
    return _after_filling(handling) if filling.complete else _before_filling(handling, filling)


def _before_filling(handling: FormHandling, filling: Filling) -> Step:
    if handling.received_on is not None or filling.begun or handling.signed_on is not None:
        return Step.FILLED
    return Step.PRINTED if handling.printed_on is None else Step.HANDED


def _after_filling(handling: FormHandling) -> Step:
    if is_signed(handling):
        return Step.CONSOLIDATED if handling.consolidated_on is None else Step.SENT
    # Filled in here: it has to be on paper before anybody can sign it.
    on_paper = handling.printed_on or handling.handed_on or handling.signed_on
    return Step.SIGNED if on_paper else Step.PRINTED


def obstacles(handling: FormHandling, filling: Filling) -> tuple[str, ...]:
    """Why a form cannot be consolidated and sent yet, as Spanish phrases; empty when it can."""
    found = []
    if filling.returned:
        found.append("su coordinador lo devolvió y falta corregirlo")
    elif not filling.complete:
        found.append("falta llenarlo y cerrarlo")
    if handling.handed_on is not None and handling.received_on is None:
        found.append("falta recogerlo")
    if has_open_errors(handling):
        found.append("tiene errores por corregir")
    if handling.signed_on is None:
        found.append("falta la firma")
    elif not has_open_errors(handling) and not is_signed(handling):
        again = "falta firmarlo de nuevo: se corrigió después de la firma"
        found.append("falta el sello" if not handling.sealed else again)
    return tuple(found)


# -- taking and undoing steps ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A step as somebody tells it.

    Attributes:
        who: name, for HANDED, RECEIVED and SIGNED.
        note: for ERRORS what is wrong; it must be said.
        sealed: for SIGNED, the seal is on the paper too.
    """

    step: Step
    on: date
    who: str = ""
    note: str = ""
    sealed: bool = True


def taken(
    handling: FormHandling, taking: Taking, filling: Filling, bimester: Bimester, today: date
) -> FormHandling:
    """The paper after one more step.

    Raises:
        UserError: PAP-001 to PAP-016, the step is not possible; what stands stays.
    """
    step, on = taking.step, taking.on
    _check_step(handling, step, filling)
    _check_day(handling, step, on, bimester, today)
    who, note = " ".join(taking.who.split()), " ".join(taking.note.split())
    for text in (who, note):
        if len(text) > MOST_LETTERS:
            raise user_error(TOO_LONG, most=MOST_LETTERS)
    if step in _NAMES and not who:
        raise user_error(NO_NAME, asked=_NAME_ASKED[step])
    if step is Step.ERRORS:
        if not note:
            raise user_error(UNSAID_ERRORS)
        rounds = [*closed_rounds(handling), *_last_round(handling)]
        text = "\n".join([*(one.line for one in rounds), note])
        return replace(handling, errors_on=on, errors=text, mended_on=None)
    changed = _with(handling, _DAYS[step], on)
    if step in _NAMES:
        changed = _with(changed, _NAMES[step], who)
    if step is Step.SIGNED:
        changed = replace(changed, sealed=taking.sealed)
    return changed


def _with(handling: FormHandling, name: str, value: date | str | None) -> FormHandling:
    fields: dict[str, Any] = {name: value}
    return replace(handling, **fields)


def _check_step(handling: FormHandling, step: Step, filling: Filling) -> None:
    """Whether the step can be taken at all, whatever the day."""
    if step is Step.FILLED:
        raise user_error(BY_FILLING)
    again = step in (Step.ERRORS, Step.MENDED)
    signed_again = step is Step.SIGNED and not is_signed(handling)
    if day_of(handling, step) is not None and not again and not signed_again:
        raise user_error(ALREADY_TAKEN, step=TAKEN[step])
    if handling.consolidated_on is not None and step is not Step.SENT:
        raise user_error(AFTER_CONSOLIDATED, step=TAKEN[step])
    if step is Step.RECEIVED and handling.handed_on is None:
        raise user_error(NOT_HANDED)
    if step is Step.MENDED and not has_open_errors(handling):
        raise user_error(NOTHING_TO_MEND)
    if step in (Step.ERRORS, Step.SIGNED) and has_open_errors(handling):
        raise user_error(OPEN_ERRORS)
    if step is Step.ERRORS and not (filling.begun or handling.handed_on or handling.signed_on):
        raise user_error(NOTHING_TO_CHECK)
    if step is Step.SENT and handling.consolidated_on is None:
        raise user_error(NOT_CONSOLIDATED)
    if step in (Step.CONSOLIDATED, Step.SENT) and (found := obstacles(handling, filling)):
        raise user_error(NOT_READY, reasons="; ".join(found))


def _check_day(
    handling: FormHandling, step: Step, on: date, bimester: Bimester, today: date
) -> None:
    if on > today:
        raise user_error(FUTURE_STEP, day=paper_date(on))
    if on < bimester.start:
        raise user_error(BEFORE_BIMESTER, day=paper_date(on), start=paper_date(bimester.start))
    for before in _AFTER[step]:
        day = day_of(handling, before)
        if day is not None and on < day:
            raise user_error(
                BEFORE_STEP, day=paper_date(on), step=TAKEN[before], limit=paper_date(day)
            )


def last_step(handling: FormHandling, noted: Sequence[Step] = ()) -> Step | None:
    """The step that `undone` takes back: the one noted last.

    Args:
        noted: steps in the order in which they were noted on this laptop; a step that is not among
            them came from elsewhere. Without it, the latest day decides, and of one day the later step.
    """
    for step in (Step.SENT, Step.CONSOLIDATED):
        if day_of(handling, step) is not None:
            return step
    for step in reversed(noted):
        if day_of(handling, step) is not None and not _is_held(handling, step):
            return step
    order = list(Step)
    days = [(day, order.index(step), step) for step in _DAYS if (day := day_of(handling, step))]
    return max(days)[2] if days else None


def _is_held(handling: FormHandling, step: Step) -> bool:
    """Whether a later step stands on this one."""
    if step is Step.HANDED:
        return handling.received_on is not None
    return step is Step.ERRORS and handling.mended_on is not None


def undone(handling: FormHandling, noted: Sequence[Step] = ()) -> tuple[FormHandling, Step]:
    """The paper without its last step (`last_step`), and which that was.

    Raises:
        UserError: PAP-017, none was taken.
    """
    step = last_step(handling, noted)
    if step is None:
        raise user_error(NOTHING_TO_UNDO)
    if step is Step.ERRORS:
        rounds = closed_rounds(handling)
        if not rounds:
            return replace(handling, errors_on=None, errors=""), step
        text = "\n".join([*(one.line for one in rounds[:-1]), rounds[-1].text])
        return replace(
            handling, errors_on=rounds[-1].found, mended_on=rounds[-1].mended, errors=text
        ), step
    changed = _with(handling, _DAYS[step], None)
    if step in _NAMES:
        changed = _with(changed, _NAMES[step], "")
    if step is Step.SIGNED:
        changed = replace(changed, sealed=False)
    return changed, step


# -- rounds of errors ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ErrorRound:
    """What was found wrong once, and when that was put right."""

    found: date
    mended: date | None
    text: str

    @property
    def line(self) -> str:
        """As a closed round is kept in `FormHandling.errors`."""
        return (
            f"{self.found.isoformat()}/{self.mended.isoformat() if self.mended else ''} {self.text}"
        )


def error_rounds(handling: FormHandling) -> tuple[ErrorRound, ...]:
    """Every round of errors, the first one first; the last may be open."""
    return (*closed_rounds(handling), *_last_round(handling))


def closed_rounds(handling: FormHandling) -> tuple[ErrorRound, ...]:
    """The rounds before the present one: the lines of `errors` but the last."""
    return tuple(_rounds(handling.errors.split("\n")[:-1]))


def _last_round(handling: FormHandling) -> tuple[ErrorRound, ...]:
    if handling.errors_on is None:
        return ()
    text = handling.errors.rpartition("\n")[2]
    return (ErrorRound(handling.errors_on, handling.mended_on, text),)


def _rounds(lines: Iterable[str]) -> Iterable[ErrorRound]:
    for line in lines:
        days, _, text = line.partition(" ")
        found, _, mended = days.partition("/")
        try:
            yield ErrorRound(
                date.fromisoformat(found), date.fromisoformat(mended) if mended else None, text
            )
        except ValueError:  # written by a newer program: nothing of it may stop this one
            continue
