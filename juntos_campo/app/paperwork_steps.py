"""Taking and undoing the steps of a paper: what must be so, and what is told when it is not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
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
from juntos_campo.app.paperwork_rules import (
    DAYS,
    NAMES,
    TAKEN,
    Filling,
    Step,
    closed_rounds,
    day_of,
    has_open_errors,
    is_signed,
    last_round,
    obstacles,
)
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormHandling
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import paper_date

MOST_LETTERS = 200
"""Of a name, or of what was found wrong."""

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
    if step in NAMES and not who:
        raise user_error(NO_NAME, asked=_NAME_ASKED[step])
    if step is Step.ERRORS:
        if not note:
            raise user_error(UNSAID_ERRORS)
        rounds = [*closed_rounds(handling), *last_round(handling)]
        text = "\n".join([*(one.line for one in rounds), note])
        return replace(handling, errors_on=on, errors=text, mended_on=None)
    changed = _with(handling, DAYS[step], on)
    if step in NAMES:
        changed = _with(changed, NAMES[step], who)
    if step is Step.SIGNED:
        changed = replace(changed, sealed=taking.sealed)
    return changed


def possible_steps(handling: FormHandling, filling: Filling) -> tuple[Step, ...]:
    """Steps that could be noted now."""
    return tuple(one for one in DAYS if why_not(handling, one, filling) is None)


def why_not(handling: FormHandling, step: Step, filling: Filling) -> UserError | None:
    """Why a step cannot be noted now, whatever its day; None when it can."""
    try:
        _check_step(handling, step, filling)
    except UserError as error:
        return error
    return None


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
    days = [(day, order.index(step), step) for step in DAYS if (day := day_of(handling, step))]
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
    changed = _with(handling, DAYS[step], None)
    if step in NAMES:
        changed = _with(changed, NAMES[step], "")
    if step is Step.SIGNED:
        changed = replace(changed, sealed=False)
    return changed, step
