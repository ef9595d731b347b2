"""The prints of a day in the field: the route, and a household's file."""

from __future__ import annotations

from datetime import date

from juntos_campo.app.blood import event_meaning
from juntos_campo.app.growth_file import growth_file, growth_line
from juntos_campo.app.household_file import HouseholdFile, MemberView, household_file
from juntos_campo.app.people import schooling_text
from juntos_campo.app.session import Session
from juntos_campo.app.today import DayPlan, PlanGroup, PlanLine
from juntos_campo.domain.entities import Household
from juntos_campo.domain.spanish import (
    count,
    decimal_text,
    long_date,
    near_date,
    phone_text,
    short_date,
    walk_text,
)
from juntos_campo.domain.values import CommitmentState, Cse
from juntos_campo.norms.anaemia import last_measurement
from juntos_campo.pdf.document import PrintInfo
from juntos_campo.pdf.household_sheet import HouseholdSheetModel, PersonLine, build_household_sheet
from juntos_campo.pdf.route import RouteGroup, RouteModel, RouteStop, build_route

CONFIDENTIAL = "Contiene datos personales: no lo deje a la vista y destrúyalo al terminar."

_CSE = {
    Cse.EXTREME_POOR: "pobre extremo",
    Cse.POOR: "pobre",
    Cse.NOT_POOR: "no pobre",
}


def print_route(session: Session, plan: DayPlan) -> bytes:
    """The route sheet of a day's plan as a PDF."""
    households = session.store.get_many(
        Household, (line.household_id for group in plan.groups for line in group.lines)
    )
    day = long_date(plan.day)
    totals = f"{count(plan.households, 'hogar', 'hogares')}, {_settlements(len(plan.groups))}"
    info = PrintInfo(
        kind="ruta/1",
        subject=f"{session.user.name}/{plan.day.isoformat()}",
        title="Ruta del día",
        subtitle=f"{day[:1].upper()}{day[1:]} · {totals} · {session.user.full_name}",
        printed_at=session.clock.now(),
        printed_by=session.user.full_name,
        notice=CONFIDENTIAL,
    )
    groups = tuple(_group(group, households) for group in plan.groups)
    return build_route(RouteModel(info=info, groups=groups))


def _settlements(number: int) -> str:
    return count(number, "centro poblado", "centros poblados")


def _group(group: PlanGroup, households: dict[str, Household]) -> RouteGroup:
    walk = group.walk_minutes
    far = "sin dato de distancia" if walk is None else f"a {walk_text(walk)} a pie"
    return RouteGroup(
        settlement=group.settlement,
        remark=f"{group.district} · {far}",
        stops=tuple(_stop(line, households.get(line.household_id)) for line in group.lines),
    )


def _stop(line: PlanLine, household: Household | None) -> RouteStop:
    where: tuple[str, ...] = ()
    if household is not None:
        where = (household.address, household.reference, phone_text(household.phone))
    return RouteStop(
        code=line.code,
        holder=line.holder,
        level=line.level,
        reasons=tuple(f"{given}: {need.text}" for given, need in line.needs),
        where=tuple(text for text in where if text),
    )


def print_household(session: Session, household_id: str) -> bytes:
    """A household's file on one page as a PDF.

    Raises:
        UserError: APP-001, the household is not on this laptop.
    """
    file = household_file(session, household_id)
    holder = file.holder.full_name if file.holder else "Sin titular"
    info = PrintInfo(
        kind="hogar/1",
        subject=file.household.id,
        title=holder,
        subtitle=f"Hogar {file.household.code}",
        printed_at=session.clock.now(),
        printed_by=session.user.full_name,
        notice=CONFIDENTIAL,
    )
    return build_household_sheet(
        HouseholdSheetModel(
            info=info,
            level=file.level,
            facts=_facts(file, session.today),
            people=tuple(_person(session, view) for view in file.members),
            commitments=_commitments(session, file),
            last_visit=_last_visit(file),
        )
    )


def _facts(file: HouseholdFile, today: date) -> tuple[tuple[str, str], ...]:
    household, settlement = file.household, file.settlement
    cse = _CSE[household.cse]
    if household.cse_expires:
        past = household.cse_expires < today
        cse += f", {'venció' if past else 'vence'} {short_date(household.cse_expires)}"
    return (
        ("Centro poblado", settlement.name if settlement else ""),
        ("Distrito", settlement.district if settlement else ""),
        ("Dirección", household.address),
        ("Referencia", household.reference),
        ("Teléfono", phone_text(household.phone)),
        ("Lengua", household.language),
        ("CSE", cse),
        ("Afiliado", short_date(household.affiliated_on) if household.affiliated_on else ""),
    )


def _person(session: Session, view: MemberView) -> PersonLine:
    standing = view.standing
    last = last_measurement(standing.events, session.today)
    blood = ""
    if last is not None and view.is_target:
        meaning = event_meaning(
            last, view.member, standing.judged, standing.residence, session.book
        )
        day = near_date(last.on, session.today)
        blood = f"Hb {decimal_text(last.value or 0.0)} el {day} ({meaning})"
    growth = growth_file(view.member, standing.events, session.book, session.today)
    places = (
        view.age,
        view.situation,
        view.facility or view.school,
        schooling_text(view.member, view.year) if view.year is not None else "",
        growth_line(growth, session.book, session.today),
        blood,
    )
    return PersonLine(
        name=view.member.full_name,
        about=" · ".join(text for text in places if text),
        missing=tuple(
            f"{status.label} (hasta {near_date(status.due, session.today)})"
            if status.due
            else status.label
            for status in view.missing
        ),
        upcoming=view.next_text,
    )


def _commitments(session: Session, file: HouseholdFile) -> tuple[str, ...]:
    opened = [one for one in file.commitments if one.state is CommitmentState.OPEN]
    return tuple(
        f"{one.text} (acordado el {near_date(one.agreed_on, session.today)})" for one in opened
    )


def _last_visit(file: HouseholdFile) -> str:
    if not file.visits:
        return "Sin visitas registradas en esta computadora."
    return f"Última visita: {short_date(file.visits[0].on)}."
