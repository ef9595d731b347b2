"""What the programme paid or suspended against what was estimated here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from juntos_campo.domain.spanish import MONTHS, decimal_text
from juntos_campo.register.external.findings import Difference, Finding, Outcome, told
from juntos_campo.register.external.records import Payment, content_of, key_of
from juntos_campo.register.external.tolerances import Tolerances

PROGRAMME = "el programa"


class Expected(StrEnum):
    """What the estimate of a month expected of a transfer."""

    PAID = "paid"
    NOT_PAID = "not_paid"
    OPEN = "open"
    """It could not be verified yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """One transfer of one household and month as estimated here.

    Attributes:
        month: its first day.
        member_id: the student of a TBS or TAS; empty otherwise.
        amount: soles, if it is paid.
    """

    household_code: str
    transfer: str
    month: date
    expected: Expected
    amount: float = 0
    member_id: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TheirPayment:
    """A payment and, for a student's transfer, the member it was matched to."""

    member_id: str
    record: Payment


_Key = tuple[str, str, date, str]


def reconcile_payments(
    theirs: Iterable[TheirPayment], ours: Iterable[Estimate], allowed: Tolerances
) -> tuple[Finding, ...]:
    """One finding a household, transfer, month and student, sorted; the order of rows does not matter.

    What could not be verified here yet is only there. Two different rows of theirs about the same thing
    are both only there, and our estimate only here: nobody knows which counts.
    """
    here: dict[_Key, Estimate] = {
        (one.household_code, one.transfer, one.month, one.member_id): one for one in ours
    }
    there: dict[_Key, dict[str, Payment]] = {}
    for one in theirs:
        said = one.record
        key = (said.household_code, said.transfer, said.month, one.member_id)
        there.setdefault(key, {}).setdefault(content_of(said), said)
    found: list[Finding] = []
    for key in here.keys() | there.keys():
        versions = [there[key][one] for one in sorted(there.get(key, {}))]
        if len(versions) == 1:
            found.append(_finding(key, here.get(key), versions[0], allowed))
            continue
        found += [_finding(key, None, one, allowed) for one in versions]
        if key in here:
            found.append(_finding(key, here[key], None, allowed))
    return tuple(sorted(found, key=lambda one: (*one.order, one.there_text)))


def _finding(
    key: _Key, our: Estimate | None, their: Payment | None, allowed: Tolerances
) -> Finding:
    differences: tuple[Difference, ...] = ()
    here_text, there_text = _our_text(our), _their_text(their)
    if their is None:
        outcome = Outcome.ONLY_HERE
    elif our is None or our.expected is Expected.OPEN:
        outcome = Outcome.ONLY_THERE
    else:
        differences = _differences(our, their, allowed)
        outcome = Outcome.CONTRADICTORY if differences else Outcome.CONFIRMED
    household, transfer, month, member_id = key
    topic = f"{transfer} de {MONTHS[month.month - 1]} {month.year}"
    code = f"{transfer}:{month:%Y-%m}"
    return Finding(
        subject=household,
        topic=f"{code}:{member_id}" if member_id else code,
        outcome=outcome,
        here=":".join(part for part in (household, code, member_id) if part) if our else "",
        there=key_of(their) if their else "",
        here_text=here_text,
        there_text=there_text,
        differences=differences,
        sentence=told(PROGRAMME, topic, outcome, here_text, there_text, differences),
    )


def _differences(our: Estimate, their: Payment, allowed: Tolerances) -> tuple[Difference, ...]:
    if (our.expected is Expected.PAID) is not their.paid:
        return (Difference("la decisión", _our_text(our), _their_text(their)),)
    amount = their.amount
    if their.paid and amount is not None and round(abs(amount - our.amount), 6) > allowed.soles:
        return (Difference("el monto", _soles(our.amount), _soles(amount)),)
    return ()


def _our_text(one: Estimate | None) -> str:
    if one is None:
        return ""
    if one.expected is Expected.OPEN:
        return "aún sin verificar"
    if one.expected is Expected.PAID:
        return f"se esperaba el pago de {_soles(one.amount)}"
    return (
        f"se esperaba la suspensión ({one.reason})" if one.reason else "se esperaba la suspensión"
    )


def _their_text(one: Payment | None) -> str:
    if one is None:
        return ""
    if one.paid:
        return f"pagado, {_soles(one.amount)}" if one.amount is not None else "pagado"
    return f"suspendido ({one.reason})" if one.reason else "suspendido"


def _soles(amount: float) -> str:
    return f"S/ {decimal_text(amount, 0 if amount == int(amount) else 2)}"
