"""A random register with births on the edges of months, deleted records and households that left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import (
    Answer,
    Entity,
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
from juntos_campo.domain.values import (
    DocumentKind,
    FormState,
    Modality,
    PregnancyOutcome,
    ProgrammeState,
    SchoolLevel,
    Sex,
)

TODAY = date(2026, 11, 17)
EDGES = (TODAY, date(2026, 10, 31), date(2026, 9, 30), date(2026, 2, 28), date(2025, 12, 31))
"""Days on which the periods of the tests are judged."""
WORKERS = ("ana", "beto", "caro")
_NOON = datetime(2026, 11, 1, 12, tzinfo=LIMA)


def settlements() -> list[Settlement]:
    """With an altitude, without one (that of its district counts), and in no known district."""
    return [
        Settlement(id="s1", name="Uno", ubigeo="030101", district="Abancay", province="Abancay",
                   altitude_m=3848, facility_id="f1"),
        Settlement(id="s2", name="Dos", ubigeo="030102", district="Chacoche", province="Abancay"),
        Settlement(id="s3", name="Tres", ubigeo="999999", district="?", province="?"),
    ]  # fmt: skip


class Maker:
    """Invents households; every choice comes from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.number = 0

    def id(self) -> str:
        self.number += 1
        return f"{self.number:032x}"

    def maybe(self, chance: float) -> bool:
        return self.random.random() < chance

    def household(self, worker: str) -> Iterator[Entity]:
        pick, home = self.random.choice, self.id()
        states = [ProgrammeState.ACTIVE] * 5 + list(ProgrammeState)
        yield Household(
            id=home,
            code=f"H{self.number}",
            field_worker=worker,
            settlement_id=pick(("s1", "s2", "s3", "nowhere")),
            programme_state=pick(states),
            cse_expires=pick((None, *(self.near(pick((0, 90))) for _ in range(3)))),
            affiliated_on=pick((None, date(2024, 1, 1), self.near(0))),
        )
        members = [self.member(home) for _ in range(self.random.randint(1, 4))]
        yield from members
        for one in members:
            yield from self.history(one)
        for _ in range(self.random.randint(0, 2)):
            answers = {f"member/{one.id}/q/n_cuna": pick(("si", "no", "")) for one in members}
            yield self.visit(home, worker, answers if self.maybe(0.6) else {})
        if self.maybe(0.3):
            yield self.note(worker, "actividad_grupal", {"#asistencia": "a", "a/hogar": home})
        if self.maybe(0.3):
            names = ("trato", "claridad", "tiempo", "lengua", "ayuda")
            scores = {name: pick("345") for name in names if self.maybe(0.95)}
            yield self.note(worker, "satisfaccion", {**scores, "centro_poblado": pick(("s1", "x"))})
        if self.maybe(0.6):
            yield self.form(worker, members)

    def near(self, days: int) -> date:
        """A day at most two away from an edge, `days` later."""
        return self.random.choice(EDGES) + timedelta(days=days + self.random.randint(-2, 2))

    def birth(self) -> date:
        kind = self.random.random()
        if kind < 0.3:
            return self.near(-30)
        months = self.random.choice((0, 1, 6, 11, 12, 13, 24, 35, 36, 37, 120, 215, 228, 300))
        day = self.near(0)
        year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
        return date(year, month + 1, min(day.day, 28)) + timedelta(days=self.random.randint(-3, 3))

    def member(self, home: str) -> Member:
        kind = self.random.choice(list(DocumentKind))
        return Member(
            id=self.id(),
            household_id=home,
            document_kind=kind,
            document_number="" if kind is DocumentKind.NONE or self.maybe(0.1) else "12345678",
            paternal="QUISPE",
            maternal="HUAMÁN",
            given="Flor",
            sex=Sex.FEMALE,
            birth_date=self.birth(),
            facility_id=self.random.choice(("", "f2")),
            left_on=self.near(0) if self.maybe(0.1) else None,
        )

    def history(self, one: Member) -> Iterator[Entity]:
        pick, home, birth = self.random.choice, one.household_id, one.birth_date
        for _ in range(self.random.randint(0, 4)):
            service = pick(("DNI", "HB", "HB", "CRED", "PENTA", "BCG", "NEWBORN"))
            after = pick((-1, 1, 28, 29, 30, 31, 60, 183, 190, 250, 400))
            value = pick((9.0, 12.9, 13.0, 13.8)) if service == "HB" else None
            yield ServiceEvent(
                id=self.id(), household_id=home, member_id=one.id, service=service,
                on=birth + timedelta(days=after), value=value,
            )  # fmt: skip
        age = (TODAY - birth).days // 365
        if 14 <= age <= 30 and self.maybe(0.6):
            begun = self.near(-pick((20, 100, 200, 290, 320)))
            ended = self.near(0) if self.maybe(0.3) else None
            yield Pregnancy(
                id=self.id(), household_id=home, member_id=one.id, last_period=begun,
                captured_on=pick((None, *(begun + timedelta(days=d) for d in (-1, 0, 97, 98)))),
                ended_on=ended, outcome=PregnancyOutcome.BIRTH if ended else None,
            )  # fmt: skip
        elif 14 <= age <= 30 and self.maybe(0.3):
            scan = self.near(182)
            yield Pregnancy(
                id=self.id(), household_id=home, member_id=one.id, due_date_ultrasound=scan,
                captured_on=scan - timedelta(days=pick((180, 182, 183, 290))),
                ended_on=self.near(-400), outcome=PregnancyOutcome.LOSS,
            )  # fmt: skip
        for year in (2025, 2026):
            if 2 <= age <= 21 and self.maybe(0.7):
                months = (f"{year}-{month:02}" for month in (3, 9, 10, 11))
                yield SchoolYear(
                    id=self.id(), household_id=home, member_id=one.id, year=year,
                    level=pick((SchoolLevel.SECONDARY, SchoolLevel.PRIMARY)),
                    grade=self.random.randint(1, 5),
                    enrolled_on=pick((None, date(year, 3, 1), date(year, 3, 31), date(year, 4, 1),
                                      date(year, 11, 20))),
                    attendance={month: pick((84.9, 84.99999999999999, 85.0, 100.0, 120.0))
                                for month in months if self.maybe(0.6)},
                    passed=pick((None, True, False)),
                )  # fmt: skip

    def visit(self, home: str, worker: str, answers: dict[str, Answer]) -> Visit:
        return Visit(
            id=self.id(), household_id=home, field_worker=worker, on=self.near(0),
            modality=Modality.HOME, started_at=_NOON, closed_at=_NOON, answers=answers,
        )  # fmt: skip

    def note(self, worker: str, form: str, answers: dict[str, Answer]) -> FieldRecord:
        return FieldRecord(
            id=self.id(), field_worker=worker, form_id=form, form_version="1", on=self.near(0),
            answers=answers,
        )  # fmt: skip

    def form(self, worker: str, members: list[Member]) -> FormRecord:
        pick = self.random.choice
        cells = {
            f"{one.id}/m{month}_cumple": pick(("si", "si", "no", ""))
            for one in members
            for month in (1, 2)
            if self.maybe(0.8)
        }
        return FormRecord(
            id=self.id(), field_worker=worker, form_id=pick(("salud02", "salud03", "salud01")),
            form_version="1", facility_id="f1", bimester=pick(("2026-6", "2026-5")),
            state=pick((FormState.COMPLETE, FormState.COMPLETE, FormState.FILLING)),
            cells={**cells, "responsable": "x"},
        )  # fmt: skip
