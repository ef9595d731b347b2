"""What one source says of some households against what is recorded of them: findings, and what laptops see.

Decided here: nothing of another system counts as a service, an enrolment or a payment by itself. What agrees
is told as one line a person and source, the rest line by line; a month of attendance or a payment that is
only there is told within that line too, or laptops would receive what nobody reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from juntos_campo.central.imports.agreeing import (
    agreed,
    deaths_said,
    once_a_day,
    payments_said,
)
from juntos_campo.domain.calendar import add_months
from juntos_campo.domain.entities import (
    ExternalFinding,
    Household,
    Member,
    School,
    SchoolYear,
    ServiceEvent,
)
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.spanish import MONTHS, count, decimal_text
from juntos_campo.domain.values import ServiceSource
from juntos_campo.register.external.findings import Finding, Outcome, day_text
from juntos_campo.register.external.identities import TheirIdentity, reconcile_identities
from juntos_campo.register.external.payments import TheirPayment, reconcile_payments
from juntos_campo.register.external.records import (
    CareStay,
    HealthService,
    Identity,
    ListedChild,
    Payment,
    Record,
    SchoolRecord,
    key_of,
)
from juntos_campo.register.external.school_years import (
    OurSchoolYear,
    TheirSchoolYear,
    reconcile_school_years,
)
from juntos_campo.register.external.services import TheirService, reconcile_services
from juntos_campo.register.external.tolerances import Tolerances

SUMMARY = "SUMMARY"
_ALWAYS_LOOKED_AT = frozenset({"DEATH", "CANCELLED"})


@dataclass(frozen=True, slots=True)
class Their:
    """What a source says of one member (or household: `about` is its id) about one thing."""

    about: str
    household: str
    versions: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Ours:
    """What is recorded of the households that are compared."""

    households: Mapping[str, Household]
    members: Mapping[str, Member]
    services: Sequence[ServiceEvent] = ()
    years: Sequence[SchoolYear] = ()
    schools: Mapping[str, School] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Covered:
    """The days of which a source says anything at all: what it lacks outside of them means nothing.

    Attributes:
        spans: first and last day of each, ISO text; between two of them a month is missing.
    """

    spans: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_months(cls, months: Iterable[tuple[str, str]]) -> Covered:
        """Of the first and last day told of each month that anything is told of; months that follow
        each other are one span."""
        spans: list[tuple[str, str]] = []
        for first, last in sorted(months):
            if spans and _month_after(spans[-1][1]) == first[:7]:
                spans[-1] = (spans[-1][0], last)
            else:
                spans.append((first, last))
        return cls(tuple(spans))

    def holds(self, day: date) -> bool:
        return any(first <= day.isoformat() <= last for first, last in self.spans)


def _month_after(day: str) -> str:
    return add_months(date.fromisoformat(day).replace(day=1), 1).isoformat()[:7]


@dataclass(frozen=True, slots=True)
class Compared:
    """One finding: whose it is, what laptops may see of it, and whether they see it by itself."""

    told: ExternalFinding
    by_itself: bool


def compare(
    source: str,
    theirs: Iterable[Their],
    ours: Ours,
    allowed: Tolerances,
    covered: Covered,
    today: date,
) -> list[Compared]:
    """Every finding of a source about these households; the order of `theirs` does not matter."""
    known = [one for one in theirs if one.household in ours.households]
    said = [one for their in known for one in _said_once(their)]
    days = {key_of(one.versions[0]): _day(one.versions[0]) for one in known}
    found = [
        finding
        for compare_one in (_services, _years, _identities, _care, _payments)
        for finding in compare_one(said, ours, allowed, covered)
    ]
    results = _results_said(known)
    found = [_with_results(one, results.get(one.there, "")) for one in found]
    for their in known:
        found += payments_said(their.about, their.versions, allowed)
        found += deaths_said(ours.members.get(their.about), their.versions)
    compared: dict[str, Compared] = {}
    for finding in sorted(found, key=lambda one: (*one.order, one.there_text)):
        made = _told(source, finding, ours, days, today)
        while made.told.id in compared:
            made = replace(made, told=replace(made.told, id=derived_id("again", made.told.id)))
        compared[made.told.id] = made
    return list(compared.values())


def seen_on_laptops(source: str, compared: Iterable[Compared]) -> list[ExternalFinding]:
    """What goes down: findings by themselves, and one line for all the others of a person and source."""
    seen: list[ExternalFinding] = []
    rest: dict[tuple[str, str], list[ExternalFinding]] = {}
    for one in compared:
        if one.by_itself:
            seen.append(one.told)
        else:
            rest.setdefault((one.told.household_id, one.told.member_id), []).append(one.told)
    for (household, member), some in sorted(rest.items()):
        days = [one.on for one in some if one.on is not None]
        summary = ExternalFinding(
            id=derived_id("external_finding", source, household, member, SUMMARY),
            household_id=household,
            member_id=member,
            source=source,
            topic=SUMMARY,
            outcome=Outcome.CONFIRMED,
            on=max(days, default=None),
            there_text=_summary_text(source, some),
            told_on=max((one.told_on for one in some if one.told_on), default=None),
        )
        seen.append(summary)
    return seen


def _summary_text(source: str, some: Sequence[ExternalFinding]) -> str:
    if source == "pagos":
        last = max(one.on for one in some if one.on is not None)
        names = sorted({one.topic.partition(":")[0] for one in some if one.on == last})
        return f"pagado: {', '.join(names)} de {MONTHS[last.month - 1]} {last.year}"
    same = sum(one.outcome is Outcome.CONFIRMED for one in some)
    parts = [count(same, "dato coincide", "datos coinciden")] if same else []
    if len(some) > same:
        parts.append(count(len(some) - same, "dato más", "datos más"))
    return "; ".join(parts)


def _told(
    source: str,
    one: Finding,
    ours: Ours,
    days: Mapping[str, date | None],
    today: date,
) -> Compared:
    member = ours.members.get(one.subject)
    household = member.household_id if member else one.subject
    events = {event.id: event.on for event in ours.services}
    looked_at = one.outcome is Outcome.CONTRADICTORY or _matters(source, one)
    topic = one.topic.partition(":")[0]
    told = ExternalFinding(
        # Who goes to live elsewhere leaves it behind, deleted: there it is another record.
        id=derived_id(
            "external_finding", source, household, one.subject, one.topic, one.there or one.here
        ),
        household_id=household,
        member_id=member.id if member else "",
        source=source,
        topic=one.topic,
        outcome=one.outcome,
        here_id=one.here,
        on=days.get(one.there) or events.get(one.here),
        here_text=one.here_text,
        there_text=one.there_text,
        to_look_at=looked_at,
        told_on=today,
    )
    within_the_line = one.outcome is Outcome.CONFIRMED or (
        one.outcome is Outcome.ONLY_THERE and (topic == "ATTENDANCE" or source == "pagos")
    )
    return Compared(told, looked_at or not within_the_line)


def _matters(source: str, one: Finding) -> bool:
    """What somebody has to know whatever is recorded here: a death, a payment suspended."""
    if one.outcome is not Outcome.ONLY_THERE:
        return False
    suspended = source == "pagos" and not one.there_text.startswith("pagado")
    return suspended or one.topic in _ALWAYS_LOOKED_AT


def _day(record: Record) -> date | None:
    match record:
        case HealthService():
            return record.on
        case SchoolRecord():
            return record.enrolled_on
        case Identity():
            return record.died_on
        case CareStay():
            return record.since
        case Payment():
            return record.month
        case _:
            return None


def _services(
    said: Sequence[Their], ours: Ours, allowed: Tolerances, covered: Covered
) -> Iterable[Finding]:
    of_member: dict[str, list[HealthService]] = {}
    for their in said:
        services = (record for record in their.versions if isinstance(record, HealthService))
        of_member.setdefault(their.about, []).extend(services)
    theirs = [
        TheirService(member, record)
        for member, rows in of_member.items()
        for record in once_a_day(rows)
    ]
    spoken_of = {one.member_id for one in theirs}
    own = [
        one
        for one in ours.services
        if one.member_id in spoken_of and one.source is not ServiceSource.HEALTH_SYSTEM
    ]
    found = reconcile_services(theirs, own, allowed)
    # What the office loaded from the same system before is not "only there".
    loaded = [
        replace(one, source=ServiceSource.REPORTED)
        for one in ours.services
        if one.member_id in spoken_of and one.source is ServiceSource.HEALTH_SYSTEM
    ]
    only_there = {one.there for one in found if one.outcome is Outcome.ONLY_THERE}
    unpaired = [one for one in theirs if key_of(one.record) in only_there]
    same = {
        one.there: one
        for one in reconcile_services(unpaired, loaded, allowed)
        if one.outcome is Outcome.CONFIRMED
    }
    dates = {one.id: one.on for one in ours.services}
    for one in found:
        if one.outcome is Outcome.ONLY_HERE and not covered.holds(dates[one.here]):
            continue
        yield same.get(one.there, one) if one.outcome is Outcome.ONLY_THERE else one


def _years(
    said: Sequence[Their], ours: Ours, allowed: Tolerances, _covered: Covered
) -> Iterable[Finding]:
    theirs = [
        TheirSchoolYear(one.about, record)
        for one in said
        for record in one.versions
        if isinstance(record, SchoolRecord)
    ]
    spoken_of = {(one.member_id, one.record.year) for one in theirs}
    own = [
        OurSchoolYear(
            id=one.id,
            member_id=one.member_id,
            year=one.year,
            enrolled_on=one.enrolled_on,
            school_code=ours.schools[one.school_id].code if one.school_id in ours.schools else "",
            level=one.level,
            grade=one.grade,
            attendance=one.attendance,
        )
        for one in ours.years
        if (one.member_id, one.year) in spoken_of
    ]
    return reconcile_school_years(theirs, own, allowed)


def _identities(
    said: Sequence[Their], ours: Ours, _allowed: Tolerances, _covered: Covered
) -> Iterable[Finding]:
    theirs = [
        TheirIdentity(one.about, record)
        for one in said
        for record in one.versions
        if isinstance(record, Identity | ListedChild)
    ]
    spoken_of = {one.member_id for one in theirs}
    members = [one for one in ours.members.values() if one.id in spoken_of]
    return reconcile_identities(theirs, members)


def _care(
    said: Sequence[Their], _ours: Ours, _allowed: Tolerances, _covered: Covered
) -> Iterable[Finding]:
    """Nothing is recorded here of Cuna Más: what it says is told."""
    for one in said:
        for record in one.versions:
            if isinstance(record, CareStay):
                until = f" hasta el {day_text(record.until)}" if record.until else ""
                text = f"{record.service.lower()} desde el {day_text(record.since)}{until}"
                yield Finding(
                    subject=one.about,
                    topic="CARE",
                    outcome=Outcome.ONLY_THERE,
                    there=key_of(record),
                    there_text=text,
                )


def _payments(
    said: Sequence[Their], ours: Ours, allowed: Tolerances, _covered: Covered
) -> Iterable[Finding]:
    theirs = [
        TheirPayment(one.about if one.about in ours.members else "", record)
        for one in said
        for record in one.versions
        if isinstance(record, Payment)
    ]
    codes = {one.code: one.id for one in ours.households.values()}
    for one in reconcile_payments(theirs, (), allowed):
        _transfer, _month, *student = one.topic.split(":")
        subject = student[0] if student else codes.get(one.subject, "")
        if subject:
            yield replace(one, subject=subject)


def _said_once(their: Their) -> Iterable[Their]:
    one = agreed(their.versions)
    if one is not None:
        yield replace(their, versions=(one,))


def _results_said(known: Iterable[Their]) -> dict[str, str]:
    """Key of a service of which a file gives several results -> all of them."""
    return {
        key_of(one.versions[0]): " o ".join(
            f"{decimal_text(version.value)} g/dL"
            for version in one.versions
            if isinstance(version, HealthService) and version.value is not None
        )
        for one in known
        if len(one.versions) > 1 and isinstance(one.versions[0], HealthService)
    }


def _with_results(one: Finding, results: str) -> Finding:
    """It was done, but nobody knows with which result."""
    if not results:
        return one
    text = f"{one.there_text}, dice dos resultados: {results}"
    return replace(one, outcome=Outcome.CONTRADICTORY, there_text=text)
