"""Unfulfilled coresponsibility with its cause: what the closed forms say, and what they do not yet say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from juntos_campo.app.closed_forms import (
    VERIFYING,
    MonthAnswer,
    Place,
    month_answers,
    place_order,
    places_of,
)
from juntos_campo.app.coresponsibility import household_case, month_name
from juntos_campo.app.form_library import present_form
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Household, Member
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import count, fold
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.verification.model import Responsibility, Verdict
from juntos_campo.norms.verification.months import Judge
from juntos_campo.store.form_rows import form_states

NO_CAUSE = "sin motivo anotado"
ESTIMATED = (
    "Los formatos cerrados no dicen nada de estas personas y meses. Según lo registrado, las reglas "
    "del programa estiman que no cumplieron: confírmelo con el establecimiento o la escuela. Es una "
    "estimación, sin fuente oficial."
)
RESPONSIBILITIES = {
    Responsibility.HEALTH: "salud",
    Responsibility.EDUCATION: "educación",
    Responsibility.NONE: "",
}
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ExceptionLine:
    """One person who did not fulfil in one month.

    Attributes:
        cause: what the form says, in words; `NO_CAUSE` when it says nothing.
        excused: the rules count the cause as an exception.
    """

    answer: MonthAnswer
    place: Place
    cause: str
    excused: bool

    @property
    def month(self) -> str:
        return month_name(self.answer.month)

    @property
    def has_cause(self) -> bool:
        return bool(self.answer.cause)


@dataclass(frozen=True, slots=True)
class UnconfirmedLine:
    """Somebody whom the rules estimate not to have fulfilled, and no closed form says anything.

    Attributes:
        why: the deciding reason, in a sentence.
        place: where the form would be filled; None when the register names none.
    """

    household_id: str
    household_code: str
    member_id: str
    person: str
    month: date
    about: str
    why: str
    place: Place | None

    @property
    def month_text(self) -> str:
        return month_name(self.month)


@dataclass(frozen=True, slots=True)
class ExceptionReport:
    """What did not go well in a bimester.

    Attributes:
        people: on the closed forms, each once.
        closed, begun: forms that are closed, and that are not.
    """

    bimester: Bimester
    lines: tuple[ExceptionLine, ...]
    people: int
    closed: int
    begun: int

    @property
    def without_cause(self) -> int:
        return sum(not one.has_cause for one in self.lines)

    @property
    def households(self) -> int:
        """Households with somebody in the report."""
        return len({one.answer.household_code for one in self.lines})


def exception_report(session: Session, bimester: Bimester) -> ExceptionReport:
    """Everybody whom a closed form says not to have fulfilled, by place, person and month."""
    answers = month_answers(session, bimester)
    failed = [one for one in answers if one.fulfilled is False]
    places = places_of(session, (one.place_id for one in failed))
    rules = in_force(session.book.verification, bimester.end)
    labels = {
        form_id: cause_labels(session, form_id) for form_id in {one.form_id for one in failed}
    }
    lines = []
    for one in failed:
        known = rules.causes.get(one.cause)
        text = labels[one.form_id].get(one.cause) or (known.label if known else one.cause)
        place = places.get(one.place_id, Place("", "", False))
        lines.append(ExceptionLine(one, place, text or NO_CAUSE, bool(known and known.exception)))
    lines.sort(key=_order)
    states = form_states(session.store, bimester)
    verifying = [state for (form_id, _), state in states.items() if form_id in VERIFYING]
    return ExceptionReport(
        bimester,
        tuple(lines),
        len({one.member_id for one in answers}),
        sum(one.closed_at is not None for one in verifying),
        sum(one.closed_at is None for one in verifying),
    )


def _order(line: ExceptionLine) -> tuple[object, ...]:
    one = line.answer
    return (*place_order(line.place), one.form_id, fold(one.person), one.member_id, one.month)


def cause_labels(session: Session, form_id: str) -> dict[str, str]:
    """Reasons of a form, ``E`` -> ``la familia no lo llevó``, from its definition; none when it cannot
    be read, the rules of verification name them too."""
    try:
        questions = present_form(session, form_id).definition.questions
    except UserError:
        return {}
    for question in questions:
        if question.name.endswith("_motivo"):
            return {
                one.name: one.label("default").removeprefix(f"{one.name}:").strip()
                for one in question.choices
            }
    return {}


def summary(report: ExceptionReport) -> tuple[str, ...]:
    """The report in two sentences."""
    if report.lines:
        people = len({one.answer.member_id for one in report.lines})
        first = (
            f"{count(people, 'persona')} de {count(report.households, 'hogar', 'hogares')} no "
            f"{'cumplió' if people == 1 else 'cumplieron'} en "
            f"{count(len(report.lines), 'mes', 'meses')} en total."
        )
        missing = report.without_cause
        if missing:
            first += f" Falta el motivo en {missing}."
    else:
        first = "Los formatos cerrados no registran incumplimientos."
    forms = count(report.closed, "formato cerrado", "formatos cerrados")
    second = f"Según {forms}, con {count(report.people, 'persona')} en lista."
    if report.begun:
        second += f" Sin cerrar: {report.begun}."
    return first, second


def unconfirmed(
    session: Session, bimester: Bimester, progress: Progress | None = None
) -> tuple[UnconfirmedLine, ...]:
    """Who did not fulfil by the rules' estimate, in months that no closed form speaks of.

    Judges every household: seconds for a whole laptop, so call it from a job. `progress` is called with
    households done and their number.
    """
    left = (ProgrammeState.DISAFFILIATED, ProgrammeState.IN_AFFILIATION)
    households = [one for one in session.store.find(Household) if one.programme_state not in left]
    found: list[tuple[Household, Member, _Missed]] = []
    for number, household in enumerate(households):
        if progress is not None:
            progress(number, len(households))
        case = household_case(session, household.id, bimester)
        judge = Judge(case, session.book, session.today)
        for member in case.members:
            for month in bimester.months:
                about = judge.standing(member, month).responsibility
                if about is Responsibility.NONE or judge.answer(member, month, about) is not None:
                    continue
                judged = judge.judged(member, month)
                if judged.verdict is Verdict.NOT_FULFILLED:
                    found.append((household, member, _Missed(month, about, judged.reasons[0].text)))
    places = places_of(session, (_place_id(member, one) for _, member, one in found))
    lines = [
        UnconfirmedLine(
            household.id,
            household.code,
            member.id,
            member.full_name,
            one.month,
            RESPONSIBILITIES[one.about],
            one.why,
            places.get(_place_id(member, one)),
        )
        for household, member, one in found
    ]
    lines.sort(key=lambda one: (*place_order(one.place), fold(one.person), one.month))
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Missed:
    """A month that somebody is estimated not to have fulfilled."""

    month: date
    about: Responsibility
    why: str


def _place_id(member: Member, missed: _Missed) -> str:
    """Whose form would say it."""
    education = missed.about is Responsibility.EDUCATION
    return member.school_id if education else member.facility_id
