"""What verification answers: per member and month fulfilled or not and why; what would be paid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from juntos_campo.domain.calendar import Bimester
from juntos_campo.norms.model import Why


class Responsibility(StrEnum):
    """What a target member answers for: one of the two, by age (`domain.md` E)."""

    HEALTH = "health"
    EDUCATION = "education"
    NONE = "none"


class Verdict(StrEnum):
    """Coresponsibility of one member in one month."""

    FULFILLED = "fulfilled"
    NOT_FULFILLED = "not_fulfilled"
    PENDING = "pending"
    """Not verifiable yet: the month has not ended, or the sources have not reported it."""
    EXCEPTED = "excepted"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class OfficialAnswer:
    """What a signed form or the office said of one member and month: it rules over any estimate.

    Attributes:
        month: its first day.
        fulfilled: SÍ or NO of the form.
        cause: code of the reason (`VerificationRules.causes`) when not fulfilled; empty when none.
        source: Spanish, for the sentence: ``Formato Salud 02 del P.S. Curanco``.
        about: the responsibility it speaks of; a health form says nothing of somebody who answers
            for education. NONE: whatever the member answers for.
    """

    member_id: str
    month: date
    fulfilled: bool
    cause: str
    source: str
    about: Responsibility = Responsibility.NONE


@dataclass(frozen=True, slots=True)
class MonthVerdict:
    """One member in one month; `reasons` answer "¿por qué?", the deciding one first."""

    member_id: str
    month: date
    responsibility: Responsibility
    verdict: Verdict
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class TransferLine:
    """One transfer for one household and month (member set when it is paid per student).

    Attributes:
        code: ``TB``, ``TPI``, ``TBS``, ``TAS``, ``VRAEM``; `name` is Spanish.
        amount: soles, what it would be if it is paid; 0 when the household has no right to it.
        verdict: FULFILLED it would be paid, NOT_FULFILLED it would not, PENDING still open.
    """

    code: str
    name: str
    month: date
    member_id: str
    amount: int
    verdict: Verdict
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class HouseholdEstimate:
    """What a household may expect of a bimester. An estimate: the office verifies and decides.

    Attributes:
        expected: soles that would be paid as things stand.
        open: soles that still depend on what is not verifiable yet.
        lost: soles that would not be paid.
    """

    bimester: Bimester
    months: tuple[MonthVerdict, ...]
    lines: tuple[TransferLine, ...]
    expected: int
    open: int
    lost: int


@dataclass(frozen=True, slots=True)
class PackageStanding:
    """Whether a member has every service of a package that falls due by today.

    Attributes:
        complete: nothing of it is missing today.
        done, missing, lost: labels of its services, in order; `coming`: not due yet.
    """

    key: str
    label: str
    complete: bool
    done: tuple[str, ...]
    missing: tuple[str, ...]
    lost: tuple[str, ...]
    coming: tuple[str, ...]
    why: Why
