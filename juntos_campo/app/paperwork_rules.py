"""The way of an official form's paper: its steps, which comes next, what is late. Pure.

A paper may go two ways, and both are right: it is printed, left at the facility, filled there, collected
and typed in; or it is filled in this program at the facility, printed and signed on the spot. Hence only
what cannot be otherwise is demanded of a step (`taken`), and `next_step` follows the way that was begun.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from juntos_campo.domain.entities import FormHandling


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

DAYS: dict[Step, str] = {
    Step.PRINTED: "printed_on",
    Step.HANDED: "handed_on",
    Step.RECEIVED: "received_on",
    Step.ERRORS: "errors_on",
    Step.MENDED: "mended_on",
    Step.SIGNED: "signed_on",
    Step.CONSOLIDATED: "consolidated_on",
    Step.SENT: "sent_on",
}
NAMES: dict[Step, str] = {
    Step.HANDED: "handed_to",
    Step.RECEIVED: "received_from",
    Step.SIGNED: "signed_by",
}


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
    name = DAYS.get(step)
    day: date | None = getattr(handling, name) if name else None
    return day


def name_of(handling: FormHandling, step: Step) -> str:
    """Who it was handed to, received from or signed by; "" for the other steps."""
    name = NAMES.get(step)
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
    return (*closed_rounds(handling), *last_round(handling))


def closed_rounds(handling: FormHandling) -> tuple[ErrorRound, ...]:
    """The rounds before the present one: the lines of `errors` but the last."""
    return tuple(_rounds(handling.errors.split("\n")[:-1]))


def last_round(handling: FormHandling) -> tuple[ErrorRound, ...]:
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
