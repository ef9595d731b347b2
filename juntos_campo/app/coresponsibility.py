"""A household's coresponsibilities in one bimester: verdicts, packages and what it could receive.

Gathers what the rules need from the laptop. It is an estimate: the office verifies and decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from juntos_campo.app.attention import MemberStanding
from juntos_campo.app.ground import home_of
from juntos_campo.app.official_columns import FULFILLED, cause_key, fulfilled_key
from juntos_campo.app.problems import HOUSEHOLD_NOT_HERE
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import (
    FormRecord,
    HealthFacility,
    Household,
    Member,
    Pregnancy,
    School,
    SchoolYear,
    ServiceEvent,
    Settlement,
)
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.form_ids import EDUCATION, FORM_NAMES, SALUD02, SALUD03
from juntos_campo.domain.spanish import MONTHS, thousands
from juntos_campo.domain.values import FormState
from juntos_campo.norms.verification.estimate import HouseholdCase, estimate_household
from juntos_campo.norms.verification.model import (
    HouseholdEstimate,
    MonthVerdict,
    OfficialAnswer,
    PackageStanding,
    Responsibility,
    TransferLine,
    Verdict,
)
from juntos_campo.norms.verification.packages import packages_of
from juntos_campo.store.roster import bimester_records

ESTIMATE_NOTICE = "Estimación: la oficina verifica y decide."
NAMED = 2
"""Services of a package that are named in a line; "¿por qué?" names all."""
_ABOUT = {
    SALUD02: Responsibility.HEALTH,
    SALUD03: Responsibility.HEALTH,
    EDUCATION: Responsibility.EDUCATION,
}
"""Forms that say who fulfilled a month, and of which responsibility they speak."""


@dataclass(frozen=True, slots=True)
class MemberCase:
    """One member in the two months of a bimester.

    Attributes:
        months: one verdict a month, in order.
        packages: standing of the packages of his or her age today.
    """

    member: Member
    months: tuple[MonthVerdict, ...]
    packages: tuple[PackageStanding, ...] = ()

    @property
    def responsibility(self) -> Responsibility:
        """What he or she answers for in the bimester."""
        kinds = (one.responsibility for one in self.months)
        return next((one for one in kinds if one is not Responsibility.NONE), Responsibility.NONE)

    @property
    def concerned(self) -> bool:
        """Whether anything of this person is verified in the bimester."""
        return any(one.verdict is not Verdict.NOT_APPLICABLE for one in self.months)


@dataclass(frozen=True, slots=True)
class Coresponsibility:
    """One household and bimester.

    Attributes:
        members: verified for health first, then for education, then the others; each in the
            register's order.
        names: member id -> given name, for the lines of transfers.
    """

    bimester: Bimester
    estimate: HouseholdEstimate
    members: tuple[MemberCase, ...]
    names: dict[str, str]

    @property
    def concerns_somebody(self) -> bool:
        return any(one.concerned for one in self.members)


def coresponsibility(
    session: Session, household_id: str, bimester: Bimester, standings: Sequence[MemberStanding]
) -> Coresponsibility:
    """Judge one household's bimester; `standings` are those of its file (`household_file`).

    Raises:
        UserError: APP-001 the household is not on this laptop.
    """
    case = household_case(session, household_id, bimester)
    estimate = estimate_household(case, bimester, session.book, session.today)
    months: dict[str, list[MonthVerdict]] = defaultdict(list)
    for verdict in estimate.months:
        months[verdict.member_id].append(verdict)
    judged = {one.member.id: one for one in standings}
    members = [
        MemberCase(
            one,
            tuple(sorted(months[one.id], key=lambda verdict: verdict.month)),
            _packages(session, judged.get(one.id)),
        )
        for one in case.members
        if one.id in judged or _is_concerned(months[one.id])
    ]
    order = (Responsibility.HEALTH, Responsibility.EDUCATION, Responsibility.NONE)
    members.sort(key=lambda one: (not one.concerned, order.index(one.responsibility)))
    names = {one.id: one.given for one in case.members}
    return Coresponsibility(bimester, estimate, tuple(members), names)


def household_case(session: Session, household_id: str, bimester: Bimester) -> HouseholdCase:
    """Everything this laptop knows about a household that verification needs.

    Raises:
        UserError: APP-001 the household is not on this laptop.
    """
    store = session.store
    household = store.get(Household, household_id)
    if household is None:
        raise user_error(HOUSEHOLD_NOT_HERE)
    members = store.find(Member, household_id=household_id)
    settlement = store.get(Settlement, household.settlement_id)
    events: dict[str, list[ServiceEvent]] = defaultdict(list)
    for event in store.find(ServiceEvent, household_id=household_id):
        events[event.member_id].append(event)
    years: dict[str, list[SchoolYear]] = defaultdict(list)
    for year in store.find(SchoolYear, household_id=household_id):
        years[year.member_id].append(year)
    return HouseholdCase(
        household=household,
        members=members,
        pregnancies=store.find(Pregnancy, household_id=household_id),
        events=events,
        school_years=years,
        answers=official_answers(session, members, settlement, bimester, years),
        settlement_flags=settlement.flags if settlement else (),
        altitude_m=home_of(settlement).altitude_m,
    )


def official_answers(
    session: Session,
    members: Sequence[Member],
    settlement: Settlement | None,
    bimester: Bimester,
    years: Mapping[str, Sequence[SchoolYear]] = MappingProxyType({}),
) -> tuple[OfficialAnswer, ...]:
    """What the closed official forms of a bimester say of these members.

    Looked for at the health facilities of the members and of their settlement, and at their schools.
    """
    places = {place for one in members for place in (one.facility_id, one.school_id)}
    if settlement is not None:
        places.add(settlement.facility_id)
    places.update(one.school_id for found in years.values() for one in found)
    store = session.store
    records = [
        one
        for one in bimester_records(store, str(bimester), places)
        if one.form_id in _ABOUT and one.state is FormState.COMPLETE
    ]
    names: dict[str, HealthFacility | School] = {
        **store.get_many(HealthFacility, (one.facility_id for one in records)),
        **store.get_many(School, (one.school_id for one in records)),
    }
    answers: list[OfficialAnswer] = []
    for record in sorted(records, key=_closed):
        title, about = FORM_NAMES[record.form_id], _ABOUT[record.form_id]
        place = names.get(record.place_id)
        source = f"{title} de {place.name}" if place else title
        for member in members:
            answers += _answers_of(record, member, bimester, source, about)
    return tuple(answers)


def _closed(record: FormRecord) -> str:
    return record.completed_at.isoformat() if record.completed_at else ""


def _answers_of(
    record: FormRecord, member: Member, bimester: Bimester, source: str, about: Responsibility
) -> Iterable[OfficialAnswer]:
    for number, month in enumerate(bimester.months, start=1):
        fulfilled = FULFILLED.get(str(record.cells.get(f"{member.id}/{fulfilled_key(number)}")))
        if fulfilled is not None:
            cause = "" if fulfilled else record.cells.get(f"{member.id}/{cause_key(number)}")
            yield OfficialAnswer(member.id, month, fulfilled, str(cause or ""), source, about)


def _is_concerned(verdicts: Iterable[MonthVerdict]) -> bool:
    return any(one.verdict is not Verdict.NOT_APPLICABLE for one in verdicts)


def _packages(session: Session, standing: MemberStanding | None) -> tuple[PackageStanding, ...]:
    if standing is None:
        return ()
    member, pregnancy = standing.member, standing.pregnancy
    return packages_of(member, pregnancy, standing.statuses, session.book, session.today)


# -- in words --------------------------------------------------------------------------------------


def soles(amount: int) -> str:
    """``S/ 1 200``"""
    return f"S/ {thousands(amount)}"


def estimate_text(estimate: HouseholdEstimate) -> str:
    """``Podría recibir S/ 200 · pendiente S/ 100 · en riesgo S/ 0``"""
    return (
        f"Podría recibir {soles(estimate.expected)} · pendiente {soles(estimate.open)} · "
        f"en riesgo {soles(estimate.lost)}"
    )


def month_name(month: date) -> str:
    """``noviembre``"""
    return MONTHS[month.month - 1]


def package_text(packages: Sequence[PackageStanding]) -> str:
    """Standing of the packages in one phrase; "" when none applies.

    ``paquete completo para su edad``, ``le falta CRED 10 meses``, ``perdió Rota 2``.
    """
    if not packages:
        return ""
    missing = dict.fromkeys(label for one in packages for label in one.missing)
    lost = dict.fromkeys(label for one in packages for label in one.lost)
    parts = []
    if missing:
        parts.append(f"le falta {_few(missing)}")
    if lost:
        parts.append(f"ya no puede recibir {_few(lost)}")
    if parts:
        return "; ".join(parts)
    if all(one.complete for one in packages):
        return "paquete completo para su edad"
    return "paquete incompleto"


def _few(labels: Iterable[str]) -> str:
    """``CRED 9 meses, Neumo 3 y 2 más``"""
    named = list(labels)
    more = len(named) - NAMED
    return ", ".join(named[:NAMED]) + (f" y {more} más" if more > 0 else "")


def line_title(line: TransferLine, names: dict[str, str]) -> str:
    """``TB · noviembre``, ``TAS de Flor · noviembre``"""
    whose = f" de {names[line.member_id]}" if line.member_id in names else ""
    return f"{line.code}{whose} · {month_name(line.month)}"
