"""One member in one month: fulfilled or not, and why. Pure.

A month is judged on its last day with what had been received by then (`MonthStanding.on`); what came
later is told, not counted. Nobody read the official rule: `VerificationRules` holds ours as data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from juntos_campo.domain.entities import Member, Pregnancy, SchoolYear
from juntos_campo.domain.spanish import MONTHS
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.model import ServiceStatus, State, Trust, Why
from juntos_campo.norms.verification.case import HouseholdCase
from juntos_campo.norms.verification.education import attendance, enrolment, record_of
from juntos_campo.norms.verification.model import (
    MonthVerdict,
    OfficialAnswer,
    Responsibility,
    Verdict,
)
from juntos_campo.norms.verification.rules import Counted, EducationRules, VerificationRules
from juntos_campo.norms.verification.standing import MonthStanding, standing_of

SHOWN_RECEIVED = 4
"""So many services received in the month are named in the reason of a fulfilled one."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with its reasons, the deciding one first."""

    verdict: Verdict
    reasons: tuple[Why, ...]


class Judge:
    """Judges the members of one household, month by month; remembers what it worked out."""

    def __init__(self, case: HouseholdCase, book: RuleBook, today: date) -> None:
        self.case = case
        self.book = book
        self.today = today
        self._answers: dict[tuple[str, date], list[OfficialAnswer]] = {}
        for answer in case.answers:
            key = answer.member_id, answer.month.replace(day=1)
            self._answers.setdefault(key, []).append(answer)
        self._pregnancies: dict[str, list[Pregnancy]] = {}
        for pregnancy in case.pregnancies:
            self._pregnancies.setdefault(pregnancy.member_id, []).append(pregnancy)
        self._judged: dict[tuple[str, date], Judgement] = {}
        self._standings: dict[tuple[str, date], MonthStanding] = {}
        self._statuses: dict[tuple[str, date, date], tuple[ServiceStatus, ...]] = {}

    def rules(self, month: date) -> VerificationRules:
        """The rules of verification in force on the last day of a month."""
        return in_force(self.book.verification, month)

    def education_rules(self, month: date) -> EducationRules:
        return in_force(self.book.education, month)

    def pregnancies(self, member: Member) -> Sequence[Pregnancy]:
        """Of a member, running and ended."""
        return self._pregnancies.get(member.id, ())

    def years(self, member: Member) -> tuple[SchoolYear, ...]:
        """School years of a member."""
        return tuple(self.case.school_years.get(member.id, ()))

    def standing(self, member: Member, month: date) -> MonthStanding:
        """How a member stood in a month (its first day)."""
        key = member.id, month
        found = self._standings.get(key)
        if found is None:
            found = self._standings[key] = standing_of(
                member,
                self.pregnancies(member),
                self.years(member),
                month,
                rules=self.rules(month),
                education=self.education_rules(month),
            )
        return found

    def month(self, member: Member, month: date) -> MonthVerdict:
        """The verdict of a member in a month: what an official answer says, else the estimate."""
        standing = self.standing(member, month)
        judged = self.judged(member, month)
        reasons = judged.reasons
        official = self.answer(member, month, standing.responsibility) is not None
        if not official and judged.verdict is not Verdict.NOT_APPLICABLE:
            reasons = self.noticed(reasons, month)
        return MonthVerdict(member.id, month, standing.responsibility, judged.verdict, reasons)

    def judged(self, member: Member, month: date) -> Judgement:
        """As `month`, without the notice that it is an estimate."""
        key = member.id, month
        found = self._judged.get(key)
        if found is None:
            standing = self.standing(member, month)
            found = self._estimate(standing)
            answer = self.answer(member, month, standing.responsibility)
            if answer is not None:
                found = self._official(answer, found, standing)
            self._judged[key] = found
        return found

    def noticed(self, reasons: tuple[Why, ...], month: date) -> tuple[Why, ...]:
        """The deciding reason says that it is an estimate."""
        first = reasons[0]
        text = f"{first.text} {self.rules(month).notice}"
        return (Why(text, first.norm, first.trust, first.next_step), *reasons[1:])

    def answer(
        self, member: Member, month: date, responsibility: Responsibility
    ) -> OfficialAnswer | None:
        """The last official answer about this responsibility of a member in a month."""
        found = self._answers.get((member.id, month), ())
        about = (Responsibility.NONE, responsibility)
        return next((one for one in reversed(found) if one.about in about), None)

    def package(self, member: Member, month: date, counted: Counted) -> Judgement:
        """As `month`, but by the services of a package when it is health that is answered for."""
        standing = self.standing(member, month)
        health = standing.responsibility is Responsibility.HEALTH and not standing.unclear
        answer = self.answer(member, month, standing.responsibility)
        if not health or answer is not None:
            return self.judged(member, month)
        return self._open(standing, counted) or self._health(standing, counted)

    def _estimate(self, standing: MonthStanding) -> Judgement:
        rules = self.rules(standing.first)
        if standing.responsibility is Responsibility.NONE:
            why = Why(standing.text, rules.norm, standing.trust)
            return Judgement(Verdict.NOT_APPLICABLE, (why,))
        if standing.unclear:
            return Judgement(
                Verdict.PENDING, (self.why(standing.text, rules.judge_trust, standing.first),)
            )
        if standing.responsibility is Responsibility.EDUCATION:
            return self.education(standing)
        counted = rules.pregnant if standing.pregnancy is not None else rules.child
        return self._open(standing, counted) or self._health(standing, counted)

    def why(self, text: str, trust: Trust, month: date, step: str = "", norm: str = "") -> Why:
        """A reason under the rules of a month, or under `norm`."""
        return Why(text, norm or self.rules(month).norm, trust, step)

    # -- health ----------------------------------------------------------------------------------

    def statuses(self, standing: MonthStanding, on: date) -> tuple[ServiceStatus, ...]:
        """The services of a member as they stood on a day."""
        member = standing.member
        key = member.id, standing.first, on
        found = self._statuses.get(key)
        if found is None:
            found = self._statuses[key] = services_of(
                member if member.left_on is None else replace(member, left_on=None),
                standing.pregnancy,
                self.case.events.get(member.id, ()),
                self.book,
                on,
                altitude_m=self.case.altitude_m,
            )
        return found

    def _open(self, standing: MonthStanding, counted: Counted) -> Judgement | None:
        """PENDING while the month runs or has not been reported; None when it can be judged."""
        today, last = self.today, standing.last
        trust = self.rules(standing.first).judge_trust
        if today < standing.first:
            text = f"{_month_name(standing.first)} todavía no empieza."
            return Judgement(Verdict.PENDING, (self.why(text, trust, standing.first),))
        if today <= last:
            text = f"El mes termina el {day_text(last)}: hasta entonces puede cumplir."
            first = self.why(text, trust, standing.first)
            return Judgement(Verdict.PENDING, (first, *self._at_stake(standing, counted)))
        reported = self.case.reported_until
        if reported is not None and reported < last:
            text = f"Los sistemas informaron solo hasta el {day_text(reported)}."
            return Judgement(Verdict.PENDING, (self.why(text, trust, standing.first),))
        return None

    def _at_stake(self, standing: MonthStanding, counted: Counted) -> list[Why]:
        """What must still be received so that the running month is fulfilled, and what is lost."""
        found = []
        for status in self.statuses(standing, min(self.today, standing.on)):
            if not counted.counts(status):
                continue
            text = ""
            if status.state is State.LOST and _lost_in(status, standing.first, self.today):
                text = _lost_text(status)
            elif status.state.is_missing and status.due and status.due < standing.last:
                word = "venció" if status.state is State.OVERDUE else "vence"
                text = f"Falta «{status.label}», que {word} el {day_text(status.due)}."
            if text:
                why = status.why
                found.append(Why(text, why.norm, why.trust, why.next_step))
        return found

    def _health(self, standing: MonthStanding, counted: Counted) -> Judgement:
        rules = self.rules(standing.first)
        statuses = [one for one in self.statuses(standing, standing.on) if counted.counts(one)]
        failed = [one for one in statuses if _fails(one, standing, rules)]
        if failed:
            return Judgement(Verdict.NOT_FULFILLED, self._missing(failed, standing, rules))
        day = day_text(standing.on)
        received = [
            f"{one.label} ({day_text(one.done_on)})"
            for one in statuses
            if one.done_on is not None and standing.first <= one.done_on <= standing.last
        ]
        if received:
            more = len(received) - SHOWN_RECEIVED
            names = ", ".join(received[:SHOWN_RECEIVED]) + (f" y {more} más" if more > 0 else "")
            text = f"Recibió {names}; al {day} no tenía servicios vencidos."
        else:
            text = f"Al {day} no tenía servicios vencidos."
        return Judgement(Verdict.FULFILLED, (self.why(text, rules.judge_trust, standing.first),))

    def _missing(
        self, failed: Sequence[ServiceStatus], standing: MonthStanding, rules: VerificationRules
    ) -> tuple[Why, ...]:
        """Why each of these services makes the month fail, and whether it was received since."""
        since = {one.key: one for one in failed}
        events = self.case.events.get(standing.member.id, ())
        if any(standing.on < one.on <= self.today for one in events):
            since = {one.key: one for one in self.statuses(standing, self.today)}
        reasons = []
        for status in failed:
            day = day_text(standing.on)
            if status.state is State.LOST:
                text = _lost_text(status)
            elif status.due is not None:
                text = f"«{status.label}» venció el {day_text(status.due)} y al {day} no estaba registrado."
            else:
                text = f"«{status.label}» no estaba registrado al {day}."
            later = since.get(status.key)
            step = ""
            if later is not None and (later.closes is None or later.closes >= self.today):
                step = later.why.next_step
            if later is not None and later.done_on is not None:
                text += f" Se recibió el {day_text(later.done_on)}, después del cierre del mes."
            reasons.append(self.why(text, rules.judge_trust, standing.first, step, status.why.norm))
        return tuple(reasons)

    # -- education -------------------------------------------------------------------------------

    def education(
        self,
        standing: MonthStanding,
        check: Callable[[ServiceStatus], Judgement | None] | None = None,
    ) -> Judgement:
        """A student's month. `check` is asked about the enrolment before attendance is looked at."""
        month = standing.first
        rules, school = self.rules(month), self.education_rules(month)
        early = self._without_school(standing, school)
        if early is not None:
            return early
        record = record_of(self.years(standing.member), month.year)
        enrolled = enrolment(record, school, month.year, standing.last)
        if enrolled.state in rules.failing:
            return self._not_enrolled(standing, enrolled, record)
        found = check(enrolled) if check is not None else None
        if found is not None:
            return found
        if not enrolled.state.is_received:
            return Judgement(Verdict.FULFILLED, (self._of(enrolled, month),))
        return self._attendance(standing, record, enrolled)

    def _without_school(self, standing: MonthStanding, school: EducationRules) -> Judgement | None:
        """The month runs, is one of holidays, or nothing is known of this student."""
        month = standing.first
        rules = self.rules(month)
        in_school = school.first_month <= month.month <= school.last_month
        if self.today <= standing.last:
            return self._running(standing, school, in_school)
        if not in_school:
            text = f"En {_month_name(month).lower()} no hay clases: nada se verifica."
            return Judgement(
                Verdict.FULFILLED, (self.why(text, school.months_trust, month, norm=school.norm),)
            )
        if not self.years(standing.member):
            text = "No hay datos del SIAGIE de esta persona."
            step = "Pregunte en la institución educativa por su matrícula y asistencia."
            return Judgement(
                rules.without_school_data, (self.why(text, rules.judge_trust, month, step),)
            )
        return None

    def _running(
        self, standing: MonthStanding, school: EducationRules, in_school: bool
    ) -> Judgement:
        """The month of a student that has not ended."""
        trust, month = self.rules(standing.first).judge_trust, standing.first
        if self.today < month:
            text = f"{_month_name(month)} todavía no empieza."
            return Judgement(Verdict.PENDING, (self.why(text, trust, month),))
        text = f"El mes termina el {day_text(standing.last)}"
        text += ": después lo informa el SIAGIE." if in_school else "; no hay clases."
        reasons = [self.why(text, trust, month)]
        years = self.years(standing.member)
        enrolled = enrolment(record_of(years, month.year), school, month.year, self.today)
        if years and enrolled.state.is_missing:
            reasons.append(enrolled.why)
        return Judgement(Verdict.PENDING, tuple(reasons))

    def _not_enrolled(
        self, standing: MonthStanding, enrolled: ServiceStatus, record: SchoolYear | None
    ) -> Judgement:
        reported = self.case.reported_until
        if reported is not None and reported < standing.last:
            text = f"Los sistemas informaron solo hasta el {day_text(reported)}."
            trust = self.rules(standing.first).judge_trust
            return Judgement(Verdict.PENDING, (self.why(text, trust, standing.first),))
        why = self._of(enrolled, standing.first)
        on = record.enrolled_on if record is not None else None
        if on is not None and on <= self.today:
            late = f" Se matriculó el {day_text(on)}, después del cierre del mes."
            why = replace(why, text=why.text + late, next_step="")
        return Judgement(Verdict.NOT_FULFILLED, (why,))

    def _attendance(
        self, standing: MonthStanding, record: SchoolYear | None, enrolled: ServiceStatus
    ) -> Judgement:
        month = standing.first
        found = attendance(record, self.education_rules(month), month, self.today)
        verdict = {State.DONE: Verdict.FULFILLED, State.OVERDUE: Verdict.NOT_FULFILLED}
        reasons = [self._of(found, month)]
        if enrolled.state is State.DONE_LATE:
            reasons.append(enrolled.why)
        return Judgement(verdict.get(found.state, Verdict.PENDING), tuple(reasons))

    def _of(self, status: ServiceStatus, month: date) -> Why:
        """The reason of a school service, told as an estimate."""
        why = status.why
        return self.why(why.text, why.trust, month, why.next_step, why.norm)

    # -- official answers ------------------------------------------------------------------------

    def _official(
        self, answer: OfficialAnswer, judged: Judgement, standing: MonthStanding
    ) -> Judgement:
        """What a signed form or the office says rules; the estimate only explains a NO."""
        rules = self.rules(standing.first)
        said = f"{answer.source}: en {_month_name(standing.first).lower()}"
        if answer.fulfilled:
            why = Why(f"{said} cumplió.", rules.norm, rules.trust)
            return Judgement(Verdict.FULFILLED, (why,))
        cause = rules.causes.get(answer.cause)
        text, trust, verdict = f"{said} no cumplió", rules.trust, Verdict.NOT_FULFILLED
        if cause is not None:
            text += f"; motivo {cause.code}: {cause.label}"
            trust = cause.trust
            if cause.exception:
                text += ", que se admite como excepción"
                verdict = Verdict.EXCEPTED
        elif answer.cause:
            text += f"; motivo «{answer.cause}»"
        more = judged.reasons if judged.verdict is Verdict.NOT_FULFILLED else ()
        return Judgement(verdict, (Why(f"{text}.", rules.norm, trust), *more))


def _fails(status: ServiceStatus, standing: MonthStanding, rules: VerificationRules) -> bool:
    """Whether a counted service makes the month fail; a lost one only in the month it was lost."""
    if status.state not in rules.failing:
        return False
    if status.state is not State.LOST:
        return True
    return _lost_in(status, standing.first, standing.on)


def _lost_in(status: ServiceStatus, first: date, on: date) -> bool:
    """Whether the day after the last one falls between `first` and `on`."""
    closes = status.closes
    return closes is None or ((first - closes).days <= 1 and closes < on)


def _lost_text(status: ServiceStatus) -> str:
    closed = f": se cerró el {day_text(status.closes)}" if status.closes else ""
    return f"«{status.label}» se perdió en el mes{closed}."


def _month_name(month: date) -> str:
    """``Mayo de 2026``"""
    return f"{MONTHS[month.month - 1].capitalize()} de {month.year}"
