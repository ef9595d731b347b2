"""How a member stood in one month: there or not, pregnant or not, and what she answered for. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from juntos_campo.domain.entities import Member, Pregnancy, SchoolYear
from juntos_campo.domain.values import PregnancyOutcome
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.model import Trust
from juntos_campo.norms.pregnancy import LONGEST_DAYS, pregnancy_start
from juntos_campo.norms.verification.education import (
    cut_off_of,
    finished_year,
    is_student,
    last_of_month,
    reached,
    school_year_of,
)
from juntos_campo.norms.verification.model import Responsibility
from juntos_campo.norms.verification.rules import EducationRules, VerificationRules

_NOT_BY_AGE = "En este mes no responde por salud ni por educación."
_TOO_LONG = "La gestación pasa de 43 semanas: registre el parto o corrija la fecha de última regla."


@dataclass(frozen=True, slots=True)
class MonthStanding:
    """One member in one month.

    Attributes:
        first, last: the month's days.
        on: the day the month is judged: its last, or the last day of a pregnancy that ended in it.
        pregnancy: the one she answers for, as it was on `on`: still running.
        text: Spanish, why there is nothing to answer for, or what stops the judgement.
        trust: how far to believe `responsibility`.
        unclear: the records contradict themselves (`text` says how): nothing can be judged.
    """

    member: Member
    first: date
    last: date
    on: date
    responsibility: Responsibility
    trust: Trust
    pregnancy: Pregnancy | None = None
    text: str = ""
    unclear: bool = False


def standing_of(
    member: Member,
    pregnancies: Iterable[Pregnancy],
    years: tuple[SchoolYear, ...],
    month: date,
    *,
    rules: VerificationRules,
    education: EducationRules,
) -> MonthStanding:
    """How a member stood in the month that begins on `month`."""
    last = last_of_month(month)

    def answers(
        responsibility: Responsibility, trust: Trust, text: str = "", on: date = last
    ) -> MonthStanding:
        return MonthStanding(member, month, last, on, responsibility, trust, text=text)

    if member.birth_date > last:
        return answers(Responsibility.NONE, rules.trust, "Todavía no había nacido.")
    if member.left_on is not None and member.left_on <= last:
        text = f"Dejó el hogar el {day_text(member.left_on)}."
        return answers(Responsibility.NONE, rules.trust, text)
    student = _is_student(member, years, education, month, last)
    pregnancy = _pregnancy_in(pregnancies, month, last)
    if pregnancy is not None and not (
        student and rules.pregnant_student is Responsibility.EDUCATION
    ):
        trust = rules.pregnant_student_trust if student else rules.trust
        return _pregnant(answers(Responsibility.HEALTH, trust), pregnancy)
    return _by_age(answers(Responsibility.NONE, rules.trust), years, student, rules, education)


def _by_age(
    standing: MonthStanding,
    years: tuple[SchoolYear, ...],
    student: bool,
    rules: VerificationRules,
    education: EducationRules,
) -> MonthStanding:
    """What somebody answers for who is not pregnant."""
    birth, month = standing.member.birth_date, standing.first
    if not reached(rules.health_until, birth, standing.last):
        return replace(standing, responsibility=Responsibility.HEALTH)
    if student:
        return replace(standing, responsibility=Responsibility.EDUCATION)
    if _too_young(standing.member, education, month):
        return replace(
            standing,
            responsibility=rules.until_school,
            trust=rules.until_school_trust,
            text="Todavía no entra a un año escolar.",
        )
    finished = finished_year(years, education, month.year)
    text = f"Terminó la secundaria en {finished}." if finished else _NOT_BY_AGE
    return replace(standing, text=text)


def _is_student(
    member: Member, years: tuple[SchoolYear, ...], rules: EducationRules, month: date, last: date
) -> bool:
    year = school_year_of(month, rules)
    if finished_year(years, rules, month.year):
        return False
    return is_student(member, years, rules, year, last)


def _too_young(member: Member, rules: EducationRules, month: date) -> bool:
    """He has reached the age of school, but not by the cut-off day of this school year."""
    year = school_year_of(month, rules)
    return not reached(rules.from_age, member.birth_date, cut_off_of(year, rules))


def _pregnant(standing: MonthStanding, pregnancy: Pregnancy) -> MonthStanding:
    """She is judged as she was on the last day of the month on which she was pregnant."""
    on, ended = standing.last, pregnancy.ended_on
    if ended is not None and ended <= on:
        on = ended
    start = pregnancy_start(pregnancy)
    unclear = ended is None and start is not None and (on - start).days >= LONGEST_DAYS
    return replace(
        standing,
        on=on,
        pregnancy=replace(pregnancy, ended_on=None, outcome=None),
        unclear=unclear,
        text=_TOO_LONG if unclear else "",
    )


def _pregnancy_in(pregnancies: Iterable[Pregnancy], first: date, last: date) -> Pregnancy | None:
    """The pregnancy she was known to have in the month; a running one before one that ended in it.

    Known from the day it was captured; before that nobody could ask her to fulfil anything.
    """
    found = []
    for one in pregnancies:
        begins = max(filter(None, (pregnancy_start(one), one.captured_on)), default=None)
        ended = one.ended_on
        if begins is not None and begins > min(last, ended or last):
            continue
        if ended is not None and (ended < first or (ended <= last and _lost(one))):
            continue  # of a loss nothing is asked in its month
        if ended is None and begins is not None and (last - begins) > timedelta(days=2 * 366):
            continue  # a record nobody closed: years later it says nothing of her
        found.append((ended is None, begins or date.min, one.id, one))
    return max(found, key=lambda item: item[:3])[3] if found else None


def _lost(pregnancy: Pregnancy) -> bool:
    return pregnancy.outcome is PregnancyOutcome.LOSS
