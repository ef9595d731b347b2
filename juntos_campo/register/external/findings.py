"""What comparing another system's records with ours found, and the sentence that says it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from juntos_campo.domain.spanish import paper_date
from juntos_campo.domain.values import FindingOutcome

Outcome: TypeAlias = FindingOutcome

OUTCOME_WORDS = {
    Outcome.CONFIRMED: "confirmado",
    Outcome.ONLY_HERE: "solo aquí",
    Outcome.ONLY_THERE: "solo allá",
    Outcome.CONTRADICTORY: "contradictorio",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that the two sides say differently, in words for a reader; `what` in Spanish."""

    what: str
    here: str
    there: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One record of ours, one of theirs, or both.

    Attributes:
        subject: who or what it is about: id of the member, code of the household for a payment.
        topic: code of what is compared: a service, ``ENROL:2026``, ``ATTENDANCE:2026-04``, a field of the
            identity, ``TB:2026-09``.
        here, there: id of our record and `records.key_of` theirs; empty where there is none.
        here_text, there_text: what each side says, in Spanish; empty where it says nothing.
        sentence: the whole in Spanish. Holds values: for the screen and files of people, never for a log.
    """

    subject: str
    topic: str
    outcome: Outcome
    here: str = ""
    there: str = ""
    here_text: str = ""
    there_text: str = ""
    differences: tuple[Difference, ...] = ()
    sentence: str = ""

    @property
    def order(self) -> tuple[str, ...]:
        return (self.subject, self.topic, self.there, self.here)


def told(
    source: str,
    topic: str,
    outcome: Outcome,
    here: str,
    there: str,
    differences: tuple[Difference, ...],
) -> str:
    """The sentence of a finding.

    Args:
        source: the other system, with its article: ``el HIS``.
        topic: what is compared, for the beginning: ``Control prenatal``.
        here, there: what the sides say.
    """
    if outcome is Outcome.CONFIRMED:
        return f"{topic}: {source} lo confirma ({there})."
    if outcome is Outcome.ONLY_HERE:
        return f"{topic}: aquí consta {here}; {source} no lo tiene."
    if outcome is Outcome.ONLY_THERE:
        return f"{topic}: {source} tiene {there}; aquí no consta."
    parts = (f"{one.what}, aquí {one.here} y en {source} {one.there}" for one in differences)
    return f"{topic}: no coincide {'; '.join(parts)}."


def day_text(day: date | None) -> str:
    return paper_date(day) if day else ""
