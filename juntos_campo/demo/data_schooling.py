"""Invented school years: mostly enrolled in time, mostly in class, a few late, absent or gone.

Makes no claim about any school; what follows from attendance is a matter of the rule packs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from juntos_campo.demo.data_families import Person, school_level, school_year_at
from juntos_campo.demo.data_places import DemoSchool
from juntos_campo.domain.spanish import paper_date
from juntos_campo.register.layout import ATTENDANCE_MONTHS

ENROLLED_OUTSIDE_REGISTER = 0.3
"""Of those for whom the register names no school; the others are enrolled nowhere (2 to 3 %)."""
LATE_ENROLMENT = 0.04
DROP_OUTS = 0.02
OFTEN_ABSENT = 0.05
PROMOTED, REPEATING = 0.93, 0.05
TOP_THIRD = 0.33
FINISHED_SECONDARY = 0.88
LAST_GRADE = 5

_FIELD_WORK = frozenset((5, 6, 10, 11))
"""Months of harvest and sowing, when the older ones are missed in class."""


def school_rows(
    rng: Random, person: Person, schools: dict[str, DemoSchool], today: date, in_register: bool
) -> Iterator[dict[str, str]]:
    """Rows of one person, the past year first; nobody beyond school age has any.

    `schools` are those of the settlement by level; `in_register` says whether the register names the
    person's school.
    """
    year = school_year_at(today)
    level, grade = school_level(person.birth, today)
    age = person.age(date(year, 3, 31))
    if not level:
        if 17 <= age <= 19 and person.relationship not in ("TITULAR", "CONYUGE"):
            yield _last_year_of_school(rng, person, schools["SECUNDARIA"], year - (age - 16))
        return
    if level == "SECUNDARIA":
        yield from _past_year(rng, person, schools[level], year - 1, int(grade))
    enrolled = in_register or rng.random() < ENROLLED_OUTSIDE_REGISTER
    day = _enrolment(rng, year)
    if not enrolled or day > today:
        yield _student(person, year)
        return
    row = _enrolled(person, year, schools[level], grade, day)
    row |= _attendance(rng, year, day, today, older=level == "SECUNDARIA")
    if today >= date(year, 12, 1):
        gone = row.get("asistencia_12", row.get("asistencia_11")) == "0"
        row |= _result(rng, "RETIRADO" if gone else "PROMOVIDO", level)
    yield row


def _student(person: Person, year: int) -> dict[str, str]:
    return {
        "tipo_documento": person.document_kind,
        "numero_documento": person.document_number,
        "anio_escolar": str(year),
    }


def _enrolled(
    person: Person, year: int, school: DemoSchool, grade: str, day: date
) -> dict[str, str]:
    return {
        **_student(person, year),
        "codigo_ie": school.code,
        "nombre_ie": school.name,
        "nivel_ie": school.level,
        "grado": grade,
        "fecha_matricula": paper_date(day),
    }


def _enrolment(rng: Random, year: int) -> date:
    """January to March, few later."""
    if rng.random() < LATE_ENROLMENT:
        return date(year, 4, 1) + timedelta(days=rng.randint(0, 60))
    return date(year, 1, 5) + timedelta(days=round(rng.triangular(0, 85, 62)))


def _attendance(
    rng: Random, year: int, enrolled: date, today: date, *, older: bool
) -> dict[str, str]:
    """Percentages of the months that are over."""
    usual = rng.uniform(66, 84) if rng.random() < OFTEN_ABSENT else 87 + 11 * rng.betavariate(3, 2)
    leaves = rng.choice(ATTENDANCE_MONTHS[3:]) if rng.random() < DROP_OUTS else None
    found: dict[str, str] = {}
    for month in ATTENDANCE_MONTHS:
        over = (year, month) < (today.year, today.month)
        if not over or month < enrolled.month:
            continue
        share = min(100.0, rng.gauss(usual - (2.5 if older and month in _FIELD_WORK else 0), 2.2))
        if leaves is not None and month >= leaves:
            share = max(0.0, share - 45 * (month - leaves + 1))
        found[f"asistencia_{month:02d}"] = f"{share:.0f}" if share >= 2 else "0"
    return found


def _result(rng: Random, result: str, level: str) -> dict[str, str]:
    row = {"resultado": result}
    if result == "PROMOVIDO" and level == "SECUNDARIA":
        row["tercio_superior"] = "SI" if rng.random() < TOP_THIRD else "NO"
    return row


def _past_year(
    rng: Random, person: Person, school: DemoSchool, year: int, grade: int
) -> Iterator[dict[str, str]]:
    """The year before, as far as it was in secondary school; who did not pass is in the same grade."""
    drawn = rng.random()
    result = "PROMOVIDO" if drawn < PROMOTED else "RETIRADO"
    if PROMOTED <= drawn < PROMOTED + REPEATING:
        result = "PERMANECE"
    was = grade - (result == "PROMOVIDO")
    if was:
        yield _finished(rng, person, school, year, was, result)


def _last_year_of_school(
    rng: Random, person: Person, school: DemoSchool, year: int
) -> dict[str, str]:
    """Who is past school age finished secondary school, or left it before the end."""
    if rng.random() < FINISHED_SECONDARY:
        return _finished(rng, person, school, year, LAST_GRADE, "PROMOVIDO")
    back = rng.randint(0, 2)
    return _finished(rng, person, school, year - back, LAST_GRADE - back, "RETIRADO")


def _finished(
    rng: Random, person: Person, school: DemoSchool, year: int, grade: int, result: str
) -> dict[str, str]:
    """A whole year with its result."""
    day = _enrolment(rng, year)
    row = _enrolled(person, year, school, str(grade), day)
    end = date(year, 7 if result == "RETIRADO" else 12, 31)
    row |= _attendance(rng, year, day, end + timedelta(days=1), older=True)
    return row | _result(rng, result, school.level)
