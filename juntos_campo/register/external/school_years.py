"""Enrolment and monthly attendance of the school system against what is recorded here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from juntos_campo.domain.spanish import MONTHS, decimal_text
from juntos_campo.domain.values import SchoolLevel
from juntos_campo.register.external.findings import (
    Difference,
    Finding,
    Outcome,
    day_text,
    told,
)
from juntos_campo.register.external.records import SchoolRecord, content_of, key_of
from juntos_campo.register.external.tolerances import Tolerances
from juntos_campo.register.schooling import LEVEL_WORDS

SIAGIE = "el SIAGIE"
NOT_ENROLLED = "sin matrícula"


@dataclass(frozen=True, slots=True, kw_only=True)
class OurSchoolYear:
    """A student's year as recorded here; what is empty or None is not recorded and not compared."""

    id: str
    member_id: str
    year: int
    enrolled_on: date | None = None
    school_code: str = ""
    level: SchoolLevel | None = None
    grade: int = 0
    attendance: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TheirSchoolYear:
    """A school year of their file and the member it was matched to."""

    member_id: str
    record: SchoolRecord


def reconcile_school_years(
    theirs: Iterable[TheirSchoolYear], ours: Iterable[OurSchoolYear], allowed: Tolerances
) -> tuple[Finding, ...]:
    """One finding a student and year for the enrolment and one a month for the attendance, sorted.

    Two different rows of theirs for one student and year (two documents of one person): the one with
    the latest enrolment is compared, the others are only there.
    """
    here = {(one.member_id, one.year): one for one in sorted(ours, key=lambda one: one.id)}
    there: dict[tuple[str, int], dict[str, SchoolRecord]] = {}
    for one in theirs:
        key = (one.member_id, one.record.year)
        there.setdefault(key, {}).setdefault(content_of(one.record), one.record)
    found: list[Finding] = []
    for key in here.keys() | there.keys():
        versions = there.get(key, {})
        order = sorted(
            versions, key=lambda one: (versions[one].enrolled_on or date.min, one), reverse=True
        )
        first = versions[order[0]] if order else None
        found.append(_enrolment(key, here.get(key), first, allowed))
        found += _attendance(key, here.get(key), first, allowed)
        found += [_enrolment(key, None, versions[other], allowed) for other in order[1:]]
    return tuple(sorted(found, key=lambda one: one.order))


def _enrolment(
    key: tuple[str, int], our: OurSchoolYear | None, their: SchoolRecord | None, allowed: Tolerances
) -> Finding:
    differences: tuple[Difference, ...] = ()
    if their is None:
        outcome = Outcome.ONLY_HERE
    elif our is None:
        outcome = Outcome.ONLY_THERE
    else:
        differences = _differences(our, their, allowed)
        outcome = Outcome.CONTRADICTORY if differences else Outcome.CONFIRMED
    here_text, there_text = _text(our), _text(their)
    topic = f"Matrícula {key[1]}"
    return Finding(
        subject=key[0],
        topic=f"ENROL:{key[1]}",
        outcome=outcome,
        here=our.id if our else "",
        there=key_of(their) if their else "",
        here_text=here_text,
        there_text=there_text,
        differences=differences,
        sentence=told(SIAGIE, topic, outcome, here_text, there_text, differences),
    )


def _differences(
    our: OurSchoolYear, their: SchoolRecord, allowed: Tolerances
) -> tuple[Difference, ...]:
    if our.enrolled_on is None or their.enrolled_on is None:
        if our.enrolled_on is their.enrolled_on:
            return ()
        here = day_text(our.enrolled_on) or NOT_ENROLLED
        return (Difference("la matrícula", here, day_text(their.enrolled_on) or NOT_ENROLLED),)
    found: list[Difference] = []
    if abs((our.enrolled_on - their.enrolled_on).days) > allowed.enrolment_days:
        found.append(Difference("la fecha", day_text(our.enrolled_on), day_text(their.enrolled_on)))
    if our.school_code and their.school_code and our.school_code != their.school_code:
        found.append(Difference("la institución educativa", our.school_code, their.school_code))
    if our.level and their.level and our.level is not their.level:
        found.append(Difference("el nivel", LEVEL_WORDS[our.level], LEVEL_WORDS[their.level]))
    elif our.grade and their.grade and our.grade != their.grade:
        found.append(Difference("el grado", f"{our.grade}.º", f"{their.grade}.º"))
    return tuple(found)


def _text(one: OurSchoolYear | SchoolRecord | None) -> str:
    if one is None:
        return ""
    if one.enrolled_on is None:
        return NOT_ENROLLED
    parts = [day_text(one.enrolled_on)]
    if one.level:
        parts.append(LEVEL_WORDS[one.level])
    if one.grade:
        parts.append(f"{one.grade}.º")
    return ", ".join(parts)


def _attendance(
    key: tuple[str, int], our: OurSchoolYear | None, their: SchoolRecord | None, allowed: Tolerances
) -> list[Finding]:
    here = dict(our.attendance) if our else {}
    there = dict(their.attendance) if their else {}
    found: list[Finding] = []
    for month in sorted(here.keys() | there.keys()):
        differences: tuple[Difference, ...] = ()
        here_text = f"{decimal_text(here[month])} %" if month in here else ""
        there_text = f"{decimal_text(there[month])} %" if month in there else ""
        if month not in there:
            outcome = Outcome.ONLY_HERE
        elif month not in here:
            outcome = Outcome.ONLY_THERE
        elif round(abs(here[month] - there[month]), 6) > allowed.attendance_points:
            outcome = Outcome.CONTRADICTORY
            differences = (Difference("el porcentaje", here_text, there_text),)
        else:
            outcome = Outcome.CONFIRMED
        topic = f"Asistencia de {MONTHS[int(month[5:]) - 1]} {month[:4]}"
        found.append(
            Finding(
                subject=key[0],
                topic=f"ATTENDANCE:{month}",
                outcome=outcome,
                here=our.id if our and month in here else "",
                there=key_of(their) if their and month in there else "",
                here_text=here_text,
                there_text=there_text,
                differences=differences,
                sentence=told(SIAGIE, topic, outcome, here_text, there_text, differences),
            )
        )
    return found
