"""What the norms say of each member on one day, for the database to add up.

SQL cannot judge a vaccination schedule; the rule packs do, household by household, and only their
verdicts are kept (`IndicatorTables.standings`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum

from juntos_campo.domain.calendar import add_months
from juntos_campo.domain.entities import Household, Member, Pregnancy, SchoolYear, ServiceEvent
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.norms.anaemia import last_finding, pregnancy_on
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.haemoglobin import AnaemiaLevel
from juntos_campo.norms.in_force import in_force
from juntos_campo.norms.model import State
from juntos_campo.norms.pregnancy import last_day, pregnancy_start
from juntos_campo.norms.residence import UNKNOWN, Residence
from juntos_campo.norms.verification.capture import capture_of_child
from juntos_campo.norms.verification.case import HouseholdCase
from juntos_campo.norms.verification.education import enrolment, is_student, record_of
from juntos_campo.norms.verification.packages import packages_of

OVERDUE, ANAEMIA, NEWBORN_CAPTURE, ENROLMENT = "OVERDUE", "ANAEMIA", "NEWBORN", "ENROL"
_PACKAGES = frozenset(("UNDER_12M", "12_TO_35M", "PREGNANT"))
_CHILD_MONTHS, _ANAEMIA_FROM, _ANAEMIA_UNTIL = 36, 6, 13
_CAPTURE_SEEN_DAYS = 120
"""So long after the 30th day a newborn's capture is kept: the longest period is a quarter."""
_ANAEMIA_DAYS = 366


class Group(StrEnum):
    """Verdicts that are given together: a day that only asks for one is not judged for the others."""

    SERVICES = "services"
    """Packages, overdue services, anaemia, capture of newborns."""
    SCHOOL = "school"
    """Enrolment."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One verdict: `outcome` 1, 0, or None where nobody can say."""

    member: str
    household: str
    code: str
    outcome: int | None


@dataclass(slots=True)
class Family:
    """Everything of one household that the norms ask for; `events` and `years` by member id."""

    household: Household
    residence: Residence = UNKNOWN
    members: list[Member] = field(default_factory=list)
    pregnancies: list[Pregnancy] = field(default_factory=list)
    events: dict[str, list[ServiceEvent]] = field(default_factory=lambda: defaultdict(list))
    years: dict[str, list[SchoolYear]] = field(default_factory=lambda: defaultdict(list))


def standings_of(
    family: Family, book: RuleBook, day: date, groups: Collection[Group] = tuple(Group)
) -> Iterator[Standing]:
    """The verdicts of these groups about the members of one household who live there on a day. Pure."""
    home = family.household
    if home.programme_state not in (ProgrammeState.ACTIVE, ProgrammeState.SUSPENDED):
        return
    births = [one.birth_date for one in family.members]
    case = HouseholdCase(home, family.members, family.pregnancies, family.events, family.years)
    for member in family.members:
        if member.birth_date > day or (member.left_on is not None and member.left_on <= day):
            continue
        verdicts: list[tuple[str, bool | None]] = []
        if Group.SERVICES in groups:
            verdicts += _services(family, member, births, book, day)
            if member.birth_date + timedelta(days=_CAPTURE_SEEN_DAYS + 30) > day:
                rules = in_force(book.transfers, day).childhood
                verdicts.append((NEWBORN_CAPTURE, capture_of_child(member, case, rules).in_time))
        if Group.SCHOOL in groups:
            verdicts += _enrolment(family.years.get(member.id, ()), member, book, day)
        for code, outcome in verdicts:
            yield Standing(member.id, home.id, code, None if outcome is None else int(outcome))


def is_small(member: Member, day: date) -> bool:
    """He is of an age of which the programme follows services, on that day or before it."""
    return add_months(member.birth_date, _CHILD_MONTHS) > day


def _services(
    family: Family, member: Member, births: Sequence[date], book: RuleBook, day: date
) -> list[tuple[str, bool | None]]:
    """Packages, overdue services and anaemia of children under three and of pregnant women."""
    pregnancy = _running(family.pregnancies, member.id, day)
    if pregnancy is None and not is_small(member, day):
        return []
    events = family.events.get(member.id, ())
    statuses = services_of(
        member,
        pregnancy,
        events,
        book,
        day,
        altitude_m=family.residence.altitude_m,
        household_births=births,
    )
    found: list[tuple[str, bool | None]] = []
    packages = packages_of(member, pregnancy, statuses, book, day)
    found += [(one.key, one.complete) for one in packages if one.key in _PACKAGES]
    found.append((OVERDUE, any(one.missing for one in packages if one.key in _PACKAGES)))
    from_day = add_months(member.birth_date, _ANAEMIA_FROM)
    if from_day <= day < add_months(member.birth_date, _ANAEMIA_UNTIL):
        measured = tuple(one for one in events if from_day <= one.on <= day)
        found.append((ANAEMIA, _anaemia(family, member, measured, book, day)))
    return found


def _anaemia(
    family: Family, member: Member, events: tuple[ServiceEvent, ...], book: RuleBook, day: date
) -> bool | None:
    finding = last_finding(
        member,
        pregnancy_on((), day),
        events,
        residence=family.residence,
        book=book,
        today=day,
        within_days=_ANAEMIA_DAYS,
    )
    if finding is None or finding.assessment.level is AnaemiaLevel.UNKNOWN:
        return None
    return finding.assessment.level.is_anaemia


def _running(pregnancies: Iterable[Pregnancy], member_id: str, day: date) -> Pregnancy | None:
    """Her pregnancy as it stood on a day: begun, not ended, not longer than any can be."""
    found: list[tuple[date, str, Pregnancy]] = []
    for one in pregnancies:
        begun = pregnancy_start(one) or one.captured_on or date.min
        if one.member_id != member_id or begun > day or (one.ended_on or date.max) <= day:
            continue
        running = replace(one, ended_on=None, outcome=None)  # its end is not known yet on that day
        last = last_day(running)
        if last is None or last >= day:
            found.append((begun, one.id, running))
    return max(found)[2] if found else None


def _enrolment(
    years: Sequence[SchoolYear], member: Member, book: RuleBook, day: date
) -> list[tuple[str, bool | None]]:
    """Whether a student was enrolled in time in the school year of `day`, once that can be said."""
    rules = in_force(book.education, day)
    if not is_student(member, years, rules, day.year, day):
        return []
    record = record_of(years, day.year)
    status = enrolment(record, rules, day.year, day)
    if status.state in (State.NOT_YET, State.DUE):
        return []
    if record is None:
        return [(ENROLMENT, None)]
    return [(ENROLMENT, status.state is State.DONE)]
