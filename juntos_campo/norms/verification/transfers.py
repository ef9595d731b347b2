"""What a household would be paid in a bimester, transfer by transfer and month by month. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Member
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import Cse, ProgrammeState
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.model import ServiceStatus, State, Trust, Why
from juntos_campo.norms.verification.capture import (
    Capture,
    capture_of_child,
    capture_of_pregnancy,
)
from juntos_campo.norms.verification.education import last_of_month, record_of, stage_in
from juntos_campo.norms.verification.model import (
    Responsibility,
    TransferLine,
    Verdict,
)
from juntos_campo.norms.verification.months import Judge, Judgement
from juntos_campo.norms.verification.rules import (
    GradeRules,
    Payment,
    StudentRules,
    TransferRules,
)

_STATES = {
    ProgrammeState.ACTIVE: "activo",
    ProgrammeState.SUSPENDED: "suspendido",
    ProgrammeState.DISAFFILIATED: "desafiliado",
    ProgrammeState.IN_AFFILIATION: "en proceso de afiliación",
}
_CLASSES = {
    Cse.EXTREME_POOR: "pobre extremo",
    Cse.POOR: "pobre",
    Cse.NOT_POOR: "no pobre",
}
_GRAVITY = (Verdict.NOT_FULFILLED, Verdict.PENDING)
"""Verdicts that outweigh others, the heaviest first; anything else is FULFILLED."""


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """NOT_FULFILLED over PENDING over FULFILLED."""
    found = set(verdicts)
    return next((one for one in _GRAVITY if one in found), Verdict.FULFILLED)


def transfer_lines(
    judge: Judge, members: Sequence[Member], bimester: Bimester
) -> tuple[TransferLine, ...]:
    """Every transfer of the bimester, month by month."""
    lines: list[TransferLine] = []
    for month in bimester.months:
        rules = in_force(judge.book.transfers, last_of_month(month))
        paying = _Paying(judge, rules, month)
        lines.append(paying.base(members))
        lines += paying.childhood(members)
        for student in rules.students:
            for member in members:
                lines += paying.student(member, student)
        for grade in rules.grades:
            if month.month == grade.month:
                for member in members:
                    lines += paying.grade(member, grade)
    return tuple(lines)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Somebody who may give the household the right to the first-childhood transfer."""

    capture: Capture
    trust: Trust
    judgement: Judgement


class _Paying:
    """The transfers of one month; every line passes through `_line`, where the household weighs in."""

    def __init__(self, judge: Judge, rules: TransferRules, month: date) -> None:
        self.judge = judge
        self.rules = rules
        self.month = month
        self.last = last_of_month(month)
        self._stops = self._household()

    def _why(self, text: str, trust: Trust, norm: str = "") -> Why:
        return self.judge.why(text, trust, self.month, norm=norm or self.rules.norm)

    def _household(self) -> list[tuple[Verdict, Why]]:
        """What in the household itself stops every payment or leaves it open."""
        household, rules, trust = self.judge.case.household, self.rules, self.rules.household_trust
        found: list[tuple[Verdict, str]] = []
        stopped = rules.states.get(household.programme_state)
        if stopped is not None:
            found.append((stopped, f"El hogar figura {_STATES[household.programme_state]}."))
        joined = household.affiliated_on
        if joined is not None and joined > self.last:
            text = f"El hogar se afilió el {day_text(joined)}, después de este mes."
            found.append((rules.before_affiliation, text))
        expires = household.cse_expires
        if expires is not None and expires < self.last:
            text = f"Su clasificación socioeconómica venció el {day_text(expires)}: debe renovarla."
            if expires >= self.judge.today:
                text = (
                    f"Su clasificación socioeconómica vence el {day_text(expires)}: debe renovarla."
                )
            found.append((rules.cse_expired, text))
        doubted = rules.cse.get(household.cse)
        if doubted is not None:
            found.append((doubted, f"Su clasificación es «{_CLASSES[household.cse]}»."))
        return [(verdict, self._why(text, trust)) for verdict, text in found]

    def _line(
        self,
        payment: Payment,
        verdict: Verdict,
        reasons: Sequence[Why],
        member_id: str = "",
        *,
        amount: int | None = None,
        name: str = "",
    ) -> TransferLine:
        """One line: the household's own state may be heavier than `verdict` and then leads."""
        final = worst((verdict, *(one for one, _ in self._stops)))
        leading = [why for one, why in self._stops if one is final]
        other = [why for one, why in self._stops if one is not final]
        text = " ".join(filter(None, (f"{payment.section}.", payment.note)))
        about = Why(text, self.rules.norm, payment.trust)
        return TransferLine(
            code=payment.code,
            name=name or payment.name,
            month=self.month,
            member_id=member_id,
            amount=payment.amount if amount is None else amount,
            verdict=final,
            reasons=self.judge.noticed((*leading, *reasons, *other, about), self.month),
        )

    def counts_as(self, verdict: Verdict) -> Verdict:
        """A month's verdict as a payment takes it."""
        return self.rules.excepted if verdict is Verdict.EXCEPTED else verdict

    # -- TB --------------------------------------------------------------------------------------

    def base(self, members: Sequence[Member]) -> TransferLine:
        payment = self.rules.base
        judged = [(one, self.judge.judged(one, self.month)) for one in members]
        answering = [
            (member, one) for member, one in judged if one.verdict is not Verdict.NOT_APPLICABLE
        ]
        if not answering:
            text = "En este mes nadie del hogar responde por salud ni por educación."
            why = self._why(text, payment.condition_trust)
            return self._line(payment, Verdict.NOT_FULFILLED, (why,), amount=0)
        verdict = worst(self.counts_as(one.verdict) for _, one in answering)
        if verdict is Verdict.FULFILLED:
            text = "Cumplieron todos los miembros objetivo del mes."
            return self._line(payment, verdict, (self._why(text, payment.condition_trust),))
        reasons = [
            _with_name(member.given, why)
            for member, one in answering
            if self.counts_as(one.verdict) is verdict
            for why in one.reasons
        ]
        return self._line(payment, verdict, reasons)

    # -- TPI -------------------------------------------------------------------------------------

    def childhood(self, members: Sequence[Member]) -> list[TransferLine]:
        candidates = [one for member in members for one in self._candidates(member)]
        if not candidates:
            return []
        payment = self.rules.childhood.payment
        right = [one for one in candidates if one.capture.in_time]
        unknown = [one for one in candidates if one.capture.in_time is None]
        if right:
            verdict = worst(self.counts_as(one.judgement.verdict) for one in right)
            reasons = _deciding(right, verdict, self)
            reasons += [self._why(one.capture.text, one.trust) for one in right]
        elif unknown:
            # Of somebody whose capture is unknown the right stays open, unless nobody fulfilled.
            failed = [one.judgement.verdict is Verdict.NOT_FULFILLED for one in unknown]
            verdict = Verdict.NOT_FULFILLED if all(failed) else Verdict.PENDING
            reasons = [self._why(one.capture.text, one.trust) for one in unknown]
            extra = _deciding(unknown, Verdict.NOT_FULFILLED, self)
            reasons = [*extra, *reasons] if all(failed) else [*reasons, *extra]
        else:
            reasons = [self._why(one.capture.text, one.trust) for one in candidates]
            return [self._line(payment, Verdict.NOT_FULFILLED, reasons, amount=0)]
        return [self._line(payment, verdict, reasons)]

    def _candidates(self, member: Member) -> list[_Candidate]:
        rules, judge = self.rules.childhood, self.judge
        standing = judge.standing(member, self.month)
        if standing.responsibility is Responsibility.NONE:
            return []
        name = member.given
        if standing.pregnancy is not None:
            capture = capture_of_pregnancy(standing.pregnancy, rules)
            counted, trust = rules.pregnant, rules.payment.condition_trust
        elif rules.child_until.after(member.birth_date) > self.last:
            capture = capture_of_child(member, judge.case, rules)
            counted, trust = rules.child, rules.newborn_trust
        else:
            return []
        judgement = judge.package(member, self.month, counted)
        return [
            _Candidate(
                Capture(capture.in_time, _with_name_text(name, capture.text)),
                trust,
                Judgement(
                    judgement.verdict, tuple(_with_name(name, why) for why in judgement.reasons)
                ),
            )
        ]

    # -- TBS, TAS --------------------------------------------------------------------------------

    def student(self, member: Member, rules: StudentRules) -> list[TransferLine]:
        judge, month = self.judge, self.month
        school = judge.education_rules(month)
        if not school.first_month <= month.month <= school.last_month:
            return []
        years = judge.years(member)
        stage = stage_in(years, school, month.year)
        if stage is None or stage.stage.level is not rules.level or stage.grade not in rules.grades:
            return []
        standing = judge.standing(member, month)
        if standing.responsibility is Responsibility.NONE:
            return []

        def late(enrolled: ServiceStatus) -> Judgement | None:
            if enrolled.state is not State.DONE_LATE or rules.late_enrolment is Verdict.FULFILLED:
                return None
            why = enrolled.why
            found = self._why(why.text, rules.payment.condition_trust, why.norm)
            return Judgement(rules.late_enrolment, (found,))

        judged = judge.education(standing, late)
        if standing.responsibility is Responsibility.EDUCATION and judge.answer(
            member, month, Responsibility.EDUCATION
        ):
            judged = judge.judged(member, month)
        verdicts, reasons = [self.counts_as(judged.verdict)], list(judged.reasons)
        before = record_of(years, month.year - 1)
        if before is not None and before.passed is False:
            text = f"El año {before.year} no aprobó el grado."
            why = self._why(text, Trust.NOT_FOUND)
            verdicts.append(rules.not_passed)
            reasons.insert(0 if worst(verdicts) is not verdicts[0] else len(reasons), why)
        return [self._line(rules.payment, worst(verdicts), reasons, member.id)]

    # -- VRAEM -----------------------------------------------------------------------------------

    def grade(self, member: Member, rules: GradeRules) -> list[TransferLine]:
        judge, year = self.judge, self.month.year - 1
        flags = {fold(flag) for flag in judge.case.settlement_flags}
        record = record_of(judge.years(member), year)
        if fold(rules.flag) not in flags or record is None or record.level is not rules.level:
            return []
        gone = member.left_on is not None and member.left_on <= self.last
        if gone or rules.from_age.after(member.birth_date) > date(year, 12, 31):
            return []
        payment, trust = rules.payment, rules.payment.condition_trust
        if record.passed is None:
            why = self._why(f"No se conoce si aprobó el grado {year}.", trust)
            return [self._line(payment, Verdict.PENDING, (why,), member.id)]
        if not record.passed:
            why = self._why(f"No aprobó el grado {year}.", trust)
            return [self._line(payment, Verdict.NOT_FULFILLED, (why,), member.id)]
        why = self._why(f"Aprobó el grado {year}.", trust)
        lines = [self._line(payment, Verdict.FULFILLED, (why,), member.id)]
        if record.top_third is not False:
            known = record.top_third is True
            text = (
                f"Quedó en el tercio superior {year}."
                if known
                else f"No se conoce si quedó en el tercio superior {year}."
            )
            verdict = Verdict.FULFILLED if known else Verdict.PENDING
            lines.append(
                self._line(
                    payment,
                    verdict,
                    (self._why(text, trust),),
                    member.id,
                    amount=rules.top_third,
                    name=rules.top_name,
                )
            )
        return lines


def _deciding(candidates: Sequence[_Candidate], verdict: Verdict, paying: _Paying) -> list[Why]:
    """The reasons of those whose month has this verdict."""
    return [
        why
        for one in candidates
        if paying.counts_as(one.judgement.verdict) is verdict
        for why in one.judgement.reasons
    ]


def _with_name_text(name: str, text: str) -> str:
    return f"{name}: {text}" if name else text


def _with_name(name: str, why: Why) -> Why:
    return Why(_with_name_text(name, why.text), why.norm, why.trust, why.next_step)
