"""Enrolment and attendance of one student as services with a state. Pure."""

from __future__ import annotations

import calendar
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date

from juntos_campo.domain.entities import Member, SchoolYear
from juntos_campo.domain.spanish import MONTHS
from juntos_campo.norms.ages import Age
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.explain import day_text
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.model import ServiceStatus, State, Why
from juntos_campo.norms.verification.rules import EducationRules, SchoolStage

ENROL = "ENROL"
ATTENDANCE = "ATTENDANCE"
_AT_RISK = "La matrícula tardía pone en riesgo la transferencia."


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a student stands: level with its label, and grade within it."""

    stage: SchoolStage
    grade: int


def education_of(
    member: Member,
    years: Sequence[SchoolYear],
    book: RuleBook,
    today: date,
    *,
    with_received: bool = True,
) -> tuple[ServiceStatus, ...]:
    """Enrolment of this school year (``ENROL:2026``) and attendance month by month
    (``ATTENDANCE:2026-04``) up to `today`; empty for somebody whose responsibility is not education.

    In the holidays after a school year that year is listed too; some months before the next one
    begins its enrolment is announced (`EducationRules.announced_from`). Without `with_received` the
    months of enough attendance are left out, which are most.
    """
    if member.left_on is not None and member.left_on <= today:
        return ()
    rules = in_force(book.education, today)
    this = today.year
    statuses: list[ServiceStatus] = []
    if today.month < rules.first_month and this > MINYEAR:
        statuses += _year(member, years, rules, this - 1, today, with_received)
    statuses += _year(member, years, rules, this, today, with_received)
    if today.month >= rules.announced_from and this < MAXYEAR and statuses:
        last = stage_in(years, rules, this)
        ends = last is not None and is_last_grade(last, rules)
        if not ends and is_student(member, years, rules, this + 1, date(this + 1, 1, 1)):
            statuses.append(enrolment(record_of(years, this + 1), rules, this + 1, today))
    return tuple(statuses)


def _year(
    member: Member,
    years: Sequence[SchoolYear],
    rules: EducationRules,
    year: int,
    today: date,
    with_received: bool,
) -> list[ServiceStatus]:
    """Enrolment and every month of one school year that has begun by `today`."""
    if not is_student(member, years, rules, year, min(today, date(year, 12, 31))):
        return []
    record = record_of(years, year)
    statuses = [enrolment(record, rules, year, today)]
    for month in range(rules.first_month, rules.last_month + 1):
        first = date(year, month, 1)
        if first > today:
            break
        share = reported_share(record, first)
        if with_received or share is None or share < rules.threshold:
            statuses.append(attendance(record, rules, first, today))
    return statuses


def school_year_of(day: date, rules: EducationRules) -> int:
    """The school year a day belongs to: the holidays after it count as its own."""
    return day.year if day.month >= rules.first_month else max(MINYEAR, day.year - 1)


def is_student(
    member: Member, years: Sequence[SchoolYear], rules: EducationRules, year: int, on: date
) -> bool:
    """Whether a person answers for education in a school year, as she stands on a day.

    Old enough on the cut-off day (or enrolled although younger), under the last age, and secondary
    school not finished in an earlier year.
    """
    birth = member.birth_date
    if reached(rules.until_age, birth, on) or finished_year(years, rules, year):
        return False
    if reached(rules.from_age, birth, cut_off_of(year, rules)):
        return True
    record = record_of(years, year)
    enrolled = record is not None and record.enrolled_on is not None
    return enrolled and reached(rules.from_age, birth, on)


def cut_off_of(year: int, rules: EducationRules) -> date:
    """The day by which the first age must be reached to enter a school year."""
    return date(min(max(year, MINYEAR), MAXYEAR), *rules.cut_off)


def reached(age: Age, birth: date, on: date) -> bool:
    """Whether an age is reached on a day; the calendar is asked only where days do not tell."""
    days = (on - birth).days
    if days >= age.longest_days:
        return True
    return days >= age.shortest_days and age.after(birth) <= on


def finished_year(years: Iterable[SchoolYear], rules: EducationRules, before: int) -> int:
    """The year in which the last grade was passed, if before `before`; 0 when it was not."""
    last = rules.stages[-1]
    return min(
        (
            one.year
            for one in years
            if one.year < before
            and one.passed
            and one.level is last.level
            and one.grade == last.last_grade
        ),
        default=0,
    )


def record_of(years: Iterable[SchoolYear], year: int) -> SchoolYear | None:
    """The record of a school year; of several, the one enrolled first."""
    found = [one for one in years if one.year == year]
    return (
        min(found, key=lambda one: (one.enrolled_on is None, one.enrolled_on or date.max, one.id))
        if found
        else None
    )


def stage_in(years: Sequence[SchoolYear], rules: EducationRules, year: int) -> Stage | None:
    """Level and grade in a school year: as recorded, else as the result of the year before says.

    None when neither is known, and after the last grade.
    """
    record = record_of(years, year)
    known = _recorded(record, rules)
    if known is not None:
        return known
    before = record_of(years, year - 1)
    stood = _recorded(before, rules)
    if before is None or stood is None or before.passed is None:
        return None
    return _next(stood, rules) if before.passed else stood


def _recorded(record: SchoolYear | None, rules: EducationRules) -> Stage | None:
    if record is None or record.level is None or record.grade <= 0:
        return None
    stage = next((one for one in rules.stages if one.level is record.level), None)
    return None if stage is None else Stage(stage, record.grade)


def _next(stood: Stage, rules: EducationRules) -> Stage | None:
    if stood.grade < stood.stage.last_grade:
        return Stage(stood.stage, stood.grade + 1)
    position = rules.stages.index(stood.stage) + 1
    if position == len(rules.stages):
        return None
    return Stage(rules.stages[position], rules.stages[position].first_grade)


def is_last_grade(stage: Stage, rules: EducationRules) -> bool:
    """Whether passing this grade ends the responsibility."""
    return stage.stage == rules.stages[-1] and stage.grade == stage.stage.last_grade


def last_of_month(month: date) -> date:
    """The last day of the month `month` is in."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def enrolment(
    record: SchoolYear | None, rules: EducationRules, year: int, today: date
) -> ServiceStatus:
    """``ENROL:<year>`` as it stands on a day; an enrolment after `today` is not seen."""
    opens, due = date(year, *rules.enrol_from), date(year, *rules.enrol_until)
    closes = last_of_month(date(year, rules.last_month, 1))
    done = record.enrolled_on if record is not None else None
    if done is not None and done > today:
        done = None
    window = f"La matrícula {year} va del {day_text(opens)} al {day_text(due)}"
    step = ""
    if done is not None:
        late = done > due
        state = State.DONE_LATE if late else State.DONE
        text = f"Matrícula {year}: {day_text(done)}, " + (
            f"después del plazo ({day_text(due)}). {_AT_RISK}" if late else "a tiempo."
        )
    elif today < opens:
        state, text = State.NOT_YET, f"{window}."
        step = f"Recuérdele a la familia: desde el {day_text(opens)}."
    elif today <= due:
        state, text = State.DUE, f"{window}; no hay registro."
        step = f"Que lo matriculen hasta el {day_text(due)}: {_AT_RISK.lower()}"
    elif today <= closes:
        state, text = State.OVERDUE, f"{window}; ya pasó y no hay registro. {_AT_RISK}"
        step = "Que lo matriculen cuanto antes y pidan que se registre en el SIAGIE."
    else:
        state, text = State.LOST, f"El año escolar {year} terminó sin matrícula registrada."
    return ServiceStatus(
        key=f"{ENROL}:{year}",
        service=ENROL,
        label=f"Matrícula {year}",
        state=state,
        why=Why(text, rules.norm, rules.enrol_trust, step),
        opens=opens,
        due=due,
        closes=closes,
        done_on=done,
        earliest=opens,
    )


def attendance(
    record: SchoolYear | None, rules: EducationRules, month: date, today: date
) -> ServiceStatus:
    """``ATTENDANCE:<year>-<month>`` as it stands on a day; `month` is its first day."""
    last = last_of_month(month)
    share = reported_share(record, month)
    enrolled = record.enrolled_on if record is not None else None
    name = f"{MONTHS[month.month - 1]} {month.year}"
    step = ""
    trust = rules.threshold_trust
    if (enrolled is None or enrolled > today) and share is None:
        state, text = State.NOT_APPLICABLE, f"En {name} no hay matrícula registrada."
        trust = rules.enrol_trust
    elif enrolled is not None and enrolled > last:
        state = State.NOT_APPLICABLE
        text = f"En {name} todavía no estaba matriculado: se matriculó el {day_text(enrolled)}."
        trust = rules.enrol_trust
    elif share is None:
        state, text = State.NOT_YET, f"El SIAGIE todavía no informa la asistencia de {name}."
        step = "Pida al docente que registre la asistencia en el SIAGIE."
    elif share >= rules.threshold:
        state = State.DONE
        text = f"Asistencia de {name}: {percent(share)} (mínimo {percent(rules.threshold)})."
    else:
        state = State.OVERDUE
        text = (
            f"Asistencia de {name}: {percent(share)}, por debajo del mínimo de "
            f"{percent(rules.threshold)}."
        )
        step = "Converse con la familia y el docente: hay riesgo de abandono."
    return ServiceStatus(
        key=f"{ATTENDANCE}:{month.isoformat()[:7]}",
        service=ATTENDANCE,
        label=f"Asistencia de {name}",
        state=state,
        why=Why(text, rules.norm, trust, step),
        opens=month,
        due=last,
    )


def reported_share(record: SchoolYear | None, month: date) -> float | None:
    """Percentage of school days attended; None while unreported or not between 0 and 100."""
    share = record.attendance.get(month.isoformat()[:7]) if record else None
    return share if share is not None and 0 <= share <= 100 else None


def percent(share: float) -> str:
    """``92 %``, ``84.9 %``: cut, not rounded, so that it never reads as a threshold it missed."""
    return f"{math.floor(share * 10) / 10:.1f}".removesuffix(".0") + " %"
