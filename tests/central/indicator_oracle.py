"""Indicators counted over decoded entities, one by one, without SQL and without kept values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.tables import records
from juntos_campo.domain.calendar import Bimester, completed_months, completed_years
from juntos_campo.domain.entities import (
    FieldRecord,
    FormRecord,
    Household,
    Member,
    Pregnancy,
    SchoolYear,
    ServiceEvent,
    Settlement,
    Visit,
)
from juntos_campo.norms.anaemia import assess_value
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.evaluate import services_of
from juntos_campo.norms.residence import residence_of
from juntos_campo.norms.verification.capture import capture_of_child
from juntos_campo.norms.verification.case import HouseholdCase
from juntos_campo.norms.verification.packages import packages_of
from juntos_campo.register.territory import capital_altitudes
from juntos_campo.wire.codec import decode

Key = tuple[str, str, str, str]
Counts = tuple[int, int, int]
"""Numerator, denominator, unknown."""


@dataclass(slots=True)
class Register:
    """Everything not deleted, with the partition it lies in."""

    found: dict[type[Any], list[tuple[str, Any]]]

    @classmethod
    def read(cls, connection: sa.Connection) -> Register:
        made: dict[type[Any], list[tuple[str, Any]]] = defaultdict(list)
        for row in connection.execute(sa.select(records)):
            if not row.deleted:
                entity = decode(row.kind, row.id, json.loads(row.body))[0]
                made[type(entity)].append((row.partition, entity))
        return cls(made)

    def all(self, kind: type[Any], partition: str) -> list[Any]:
        return [one for lies, one in self.found[kind] if lies == partition]

    def settlement(self, settlement_id: str) -> Settlement | None:
        return next((one for _, one in self.found[Settlement] if one.id == settlement_id), None)


def count_all(
    register: Register, partitions: Iterable[str], period: Period, today: date, book: RuleBook
) -> dict[Key, Counts]:
    """(indicator, partition, district, facility) -> counts, of every computed indicator."""
    totals: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    for partition in partitions:
        place = _Place(register, partition, period, min(today, period.end), book)
        for code, where, outcome in place.cases():
            counts = totals[code, partition, *where]
            if outcome is None:
                counts[2] += 1
            else:
                counts[0] += int(outcome)
                counts[1] += 1
    return {key: (one[0], one[1], one[2]) for key, one in totals.items()}


Case = tuple[str, tuple[str, str], bool | None]


class _Place:
    def __init__(
        self, register: Register, partition: str, period: Period, cut: date, book: RuleBook
    ) -> None:
        self.register, self.partition, self.period = register, partition, period
        self.cut, self.book = cut, book
        self.homes = [
            one
            for one in register.all(Household, partition)
            if one.programme_state.value in ("active", "suspended")
            and (one.affiliated_on is None or one.affiliated_on <= cut)
        ]
        self.ids = {one.id for one in self.homes}
        self.people = [
            one
            for one in register.all(Member, partition)
            if one.household_id in self.ids
            and one.birth_date <= cut
            and (one.left_on is None or one.left_on > cut)
        ]
        self.visits = [one for one in register.all(Visit, partition) if self.within(one.on)]
        self.notes = [one for one in register.all(FieldRecord, partition) if self.within(one.on)]
        self.events = register.all(ServiceEvent, partition)
        self.years = register.all(SchoolYear, partition)
        self.pregnancies = register.all(Pregnancy, partition)

    def within(self, day: date | None) -> bool:
        return day is not None and self.period.start <= day <= self.cut

    def where(self, one: Household | Member) -> tuple[str, str]:
        home = (
            one
            if isinstance(one, Household)
            else next(other for other in self.homes if other.id == one.household_id)
        )
        settlement = self.register.settlement(home.settlement_id)
        district = settlement.ubigeo if settlement else ""
        facility = settlement.facility_id if settlement else ""
        own = one.facility_id if isinstance(one, Member) else ""
        return district, own or facility

    def cases(self) -> Iterator[Case]:
        kind = self.period.kind.value
        if kind == "bimester":
            yield from self.of_bimester()
        elif kind == "month":
            yield from self.of_month()
        elif kind == "quarter":
            yield from self.of_quarter()
        else:
            yield from self.of_year()

    def of_bimester(self) -> Iterator[Case]:
        visited = {one.household_id for one in self.visits}
        came = {
            value
            for note in self.notes
            if note.form_id == "actividad_grupal"
            for key, value in note.answers.items()
            if key.endswith("/hogar")
        }
        for home in self.homes:
            where = self.where(home)
            yield "hogares_acompanados", where, home.id in visited
            yield "hogares_en_actividades", where, home.id in came
            yield "hogares_que_cumplen", where, self.fulfils(home)
            living = [one for one in self.people if one.household_id == home.id]
            if any(12 <= completed_months(one.birth_date, self.cut) < 36 for one in living):
                yield "hogares_en_cuna_mas", where, self.cuna_mas(home)
        for year in self.years:
            member = next((one for one in self.people if one.id == year.member_id), None)
            if (
                member is not None
                and year.year == self.cut.year
                and year.level == "secondary"
                and year.grade >= 3
                and completed_years(member.birth_date, self.cut) < 19
            ):
                yield "estudiantes_tas_en_riesgo", self.where(member), self.at_risk(year)

    def cuna_mas(self, home: Household) -> bool | None:
        told = [
            value
            for visit in self.visits
            if visit.household_id == home.id
            for key, value in visit.answers.items()
            if key.startswith("member/") and key.endswith("/q/n_cuna") and value in ("si", "no")
        ]
        return "si" in told if told else None

    def fulfils(self, home: Household) -> bool | None:
        own = {one.id for one in self.people if one.household_id == home.id}
        told = [
            value
            for form in self.register.all(FormRecord, self.partition)
            if form.bimester == str(Bimester.of(self.cut))
            and form.state == "complete"
            and form.form_id in ("salud02", "salud03", "educacion")
            for key, value in form.cells.items()
            for member, _, column in [key.partition("/")]
            if member in own and column in ("m1_cumple", "m2_cumple") and value in ("si", "no")
        ]
        return "no" not in told if told else None

    def at_risk(self, year: SchoolYear) -> bool | None:
        due = date(self.cut.year, 3, 31)
        if year.enrolled_on is not None and year.enrolled_on > due:
            return True
        if year.enrolled_on is None and self.cut > due:
            return True
        shares = [
            year.attendance.get(f"{year.year}-{month:02}")
            for month in (self.period.start.month, self.period.start.month + 1)
            if 3 <= month <= 12 and month <= self.cut.month
        ]
        known = [one for one in shares if one is not None and 0 <= one <= 100]
        return any(one < 85 for one in known) if known else None

    def of_month(self) -> Iterator[Case]:
        for home in self.homes:
            ends = home.cse_expires
            soon = None if ends is None else 0 <= (ends - self.cut).days <= 90
            yield "cse_por_vencer", self.where(home), soon
            yield "cse_vencida", self.where(home), None if ends is None else ends < self.cut
        for member in self.people:
            where = self.where(member)
            turned = member.birth_date + timedelta(days=30)
            if self.within(turned):
                yield "dni_antes_30_dias", where, self.dni(member)
                rules = self.book.transfers[-1].childhood
                capture = capture_of_child(member, self.case(member), rules)
                yield "recien_nacidos_30_dias", where, capture.in_time
            yield from self.by_norms(member, where)
        for year in self.years:
            member = next((one for one in self.people if one.id == year.member_id), None)
            if (
                member is not None
                and 3 <= self.cut.month <= 12
                and year.year == self.cut.year
                and year.enrolled_on is not None
                and year.enrolled_on <= self.cut
                and completed_years(member.birth_date, self.cut) < 19
            ):
                share = year.attendance.get(f"{self.cut:%Y-%m}")
                known = share is not None and 0 <= share <= 100
                yield "asistencia_escolar", self.where(member), share >= 85 if known else None

    def dni(self, member: Member) -> bool | None:
        days = [
            (one.on - member.birth_date).days
            for one in self.events
            if one.member_id == member.id and one.service == "DNI"
        ]
        known = [one for one in days if one >= 0]
        if known:
            return min(known) <= 29
        held = member.document_kind == "DNI" and member.document_number.strip()
        return None if held else False

    def case(self, member: Member) -> HouseholdCase:
        home = next(one for one in self.homes if one.id == member.household_id)
        family = [
            one for one in self.register.all(Member, self.partition) if one.household_id == home.id
        ]
        people = {one.id for one in family}
        # What was done for somebody goes with him, whatever household he lived in then.
        events: dict[str, list[ServiceEvent]] = defaultdict(list)
        for one in self.events:
            if one.member_id in people:
                events[one.member_id].append(one)
        running = [one for one in self.pregnancies if one.member_id in people]
        return HouseholdCase(home, family, running, events)

    def by_norms(self, member: Member, where: tuple[str, str]) -> Iterator[Case]:
        home = next(one for one in self.homes if one.id == member.household_id)
        settlement = self.register.settlement(home.settlement_id)
        residence = residence_of(settlement, capital_altitudes())
        months = completed_months(member.birth_date, self.cut)
        case = self.case(member)
        pregnancy = next(
            (
                one
                for one in case.pregnancies
                if one.member_id == member.id
                and one.last_period is not None
                and 0 <= (self.cut - one.last_period).days < 301
                and (one.ended_on is None or one.ended_on > self.cut)
            ),
            None,
        )
        if months >= 36 and pregnancy is None:
            return
        if pregnancy is not None:
            pregnancy = Pregnancy(
                id=pregnancy.id,
                household_id=pregnancy.household_id,
                member_id=pregnancy.member_id,
                last_period=pregnancy.last_period,
                captured_on=pregnancy.captured_on,
            )
        own = [one for one in case.events.get(member.id, ()) if one.on <= self.cut]
        statuses = services_of(
            member,
            pregnancy,
            own,
            self.book,
            self.cut,
            altitude_m=residence.altitude_m,
            household_births=[one.birth_date for one in case.members],
        )
        names = {
            "UNDER_12M": "paquete_menores_12m",
            "12_TO_35M": "paquete_12_a_35m",
            "PREGNANT": "paquete_gestantes",
        }
        overdue = False
        for package in packages_of(member, pregnancy, statuses, self.book, self.cut):
            if package.key in names:
                overdue = overdue or bool(package.missing)
                yield names[package.key], where, not package.missing and not package.lost
        yield "servicios_vencidos", where, overdue
        if 6 <= months <= 12:
            measured = [
                one
                for one in own
                if one.service == "HB" and completed_months(member.birth_date, one.on) >= 6
            ]
            if not measured:
                yield "anemia_6_a_12m", where, None
                return
            last = max(measured, key=lambda one: (one.on, -(one.value or 0)))
            found = assess_value(
                last.value or 0, last.on, member, None, residence=residence, book=self.book
            )
            yield "anemia_6_a_12m", where, found.level.is_anaemia

    def of_quarter(self) -> Iterator[Case]:
        for one in self.pregnancies:
            woman = next((other for other in self.people if other.id == one.member_id), None)
            if woman is None or not self.within(one.captured_on):
                continue
            begun = one.last_period
            if one.due_date_ultrasound is not None:
                begun = one.due_date_ultrasound - timedelta(days=280)
            days = None if begun is None else (one.captured_on - begun).days
            early = None if days is None or days < 0 else days < 98
            yield "gestantes_primer_trimestre", self.where(woman), early
        for note in self.notes:
            if note.form_id != "satisfaccion":
                continue
            settlement = self.register.settlement(str(note.answers.get("centro_poblado")))
            names = ("trato", "claridad", "tiempo", "lengua", "ayuda")
            scores = [note.answers.get(name) for name in names]
            told = all(one in ("1", "2", "3", "4", "5") for one in scores)
            good = sum(int(str(one)) for one in scores) / 5 >= 4 if told else None
            yield "satisfaccion", (settlement.ubigeo if settlement else "", ""), good

    def of_year(self) -> Iterator[Case]:
        due = date(self.cut.year, 3, 31)
        for member in self.people:
            own = [one for one in self.years if one.member_id == member.id]
            this = next((one for one in own if one.year == self.cut.year), None)
            finished = any(
                one.year < self.cut.year
                and one.passed
                and one.level == "secondary"
                and one.grade == 5
                for one in own
            )
            if completed_years(member.birth_date, self.cut) >= 19 or finished:
                continue
            enrolled = this.enrolled_on if this else None
            old_enough = completed_years(member.birth_date, due) >= 3
            if not old_enough and not (
                enrolled and completed_years(member.birth_date, self.cut) >= 3
            ):
                continue
            if enrolled is not None and enrolled > self.cut:
                enrolled = None
            if enrolled is not None:
                yield "matricula_hasta_marzo", self.where(member), enrolled <= due
            elif self.cut > due:
                yield "matricula_hasta_marzo", self.where(member), None if this is None else False
