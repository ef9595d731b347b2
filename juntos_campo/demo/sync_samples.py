"""Messages as laptops and server exchange them, made of invented people: what dictionaries learn from.

A pure function of the seed. The seeds of measurements and demonstrations are never used here, nor are
the words their visits are told in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any, TypeVar

from juntos_campo import paths
from juntos_campo.app.orientation import load_messages
from juntos_campo.demo import data as demo_data
from juntos_campo.demo.data_visits import Voices, commitments_of, make_visit
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import (
    ChangeRequest,
    Entity,
    Household,
    Member,
    Review,
    ServiceEvent,
    Visit,
)
from juntos_campo.domain.kinds import kind_of
from juntos_campo.domain.values import (
    ChangeRequestKind,
    CommitmentState,
    Decision,
    ServiceSource,
)
from juntos_campo.register.history import read_history
from juntos_campo.register.reader import read_register
from juntos_campo.register.schooling import read_schooling
from juntos_campo.wire.codec import encode
from juntos_campo.wire.merge import diff, flatten
from juntos_campo.wire.messages import (
    Ack,
    Arrival,
    Change,
    ConflictNote,
    Operation,
    Outcome,
    Removal,
    Side,
    SyncRequest,
    SyncResponse,
)

HOUSEHOLDS = 40
DAY = date(2026, 9, 15)
WORKERS = ("m.quispe", "jhuaman", "rosa.ccahuana", "l.condori", "p.mamani", "e.flores")
COORDINATOR = "zona.abancay"

VOICES = Voices(
    notes=(
        "La señora no estaba, conversé con la abuela.",
        "Irán al puesto de salud la próxima semana.",
        "El niño está con gripe.",
        "Pidió que la visita sea por la tarde.",
        "No tenía el carné a la mano; lo mostrará en la siguiente visita.",
    ),
    plans=("Quiere ser profesora", "Técnico agropecuario", "Todavía no sabe", "Enfermería"),
)
_E = TypeVar("_E", bound=Entity)


@dataclass(frozen=True, slots=True)
class Office:
    """What the office loaded for one gestor."""

    worker: str
    register: tuple[Entity, ...]
    history: tuple[Entity, ...]

    def all_of(self, kind: type[_E]) -> list[_E]:
        return [one for one in (*self.register, *self.history) if isinstance(one, kind)]


def office(seed: int) -> Office:
    """The invented register of a seed, as records."""
    worker = WORKERS[seed % len(WORKERS)]
    invented = demo_data.generate(HOUSEHOLDS, seed, DAY, [worker])
    with tempfile.TemporaryDirectory() as name:
        register_file, history_file = demo_data.write(invented, Path(name))
        schooling_file = demo_data.write_schooling(invented, Path(name))
        register = read_register(register_file, DAY)
        services = read_history(history_file, register.members, DAY, register.pregnancies)
        students = read_schooling(schooling_file, register.members, DAY)
    return Office(
        worker,
        (*register.entities(), *students.schools),
        (*services.events, *students.years),
    )


class Samples:
    """The messages of one gestor and his coordinator."""

    def __init__(self, seed: int) -> None:
        self._rng = Random(f"sync samples {seed}")
        self._office = office(seed)
        self._device = self._new_id()
        self._counter = self._rng.randint(20, 3000)
        self._version = 0

    def requests(self) -> Iterator[SyncRequest]:
        """Quiet days, visits, corrections, first downloads."""
        for _ in range(12):
            yield self._request(())
        for size in (1, 1, 1, 2, 3, 5, 8):
            yield self._request(self._days_work(size))
        for size in (1, 3, 10, 30):
            yield self._request(self._corrections(size))
            yield self._request(self._reviews(size))
        households = self._office.all_of(Household)
        for size in (5, 20, 40):
            wanted = tuple(one.id[:12] for one in self._rng.sample(households, size))
            yield self._request((), want={self._partition: wanted}, arriving=self._arriving())

    def responses(self) -> Iterator[tuple[SyncResponse, Sequence[str]]]:
        """Acknowledgements, and pages of all that comes down; with the operations asked about."""
        for _ in range(8):
            yield self._answer(), ()
        for size in (1, 2, 4, 10, 40, 100):
            asked = [self._op_id() for _ in range(size)]
            acks = tuple(self._ack(one) for one in asked)
            yield self._answer(acks=acks), asked
        register = [*self._office.register]
        for start in range(0, len(register), 60):
            yield self._answer(changes=self._changes(register[start : start + 60])), ()
        history = [*self._office.history]
        for start in range(0, min(len(history), 1600), 160):
            yield self._answer(changes=self._changes(history[start : start + 160])), ()
        for size in (1, 1, 2, 4, 9):
            work = [entity for _ in range(size) for entity in self._visit_and_more()]
            yield self._answer(changes=self._changes(work), conflicts=self._conflicts(size)), ()
        yield self._answer(removals=self._removals(3)), ()
        yield self._answer(arriving=self._arriving(), served={self._partition: 17}), ()

    # -- what people do ---------------------------------------------------------------------------

    @cached_property
    def _messages(self) -> Any:
        return load_messages(paths.resources() / "messages")

    @cached_property
    def _families(self) -> list[tuple[Household, list[Member]]]:
        members: dict[str, list[Member]] = {}
        for one in self._office.all_of(Member):
            members.setdefault(one.household_id, []).append(one)
        return [(one, members[one.id]) for one in self._office.all_of(Household)]

    def _visit(self) -> Visit:
        household, members = self._rng.choice(self._families)
        on = DAY - timedelta(days=self._rng.randint(0, 40))
        return make_visit(
            self._rng,
            household,
            members,
            on,
            visit_id=self._new_id(),
            worker=self._office.worker,
            messages=self._messages,
            voices=VOICES,
        )

    def _visit_and_more(self) -> list[Entity]:
        """A visit with the records that follow from it."""
        visit = self._visit()
        found: list[Entity] = [visit, *commitments_of(visit, self._new_id)]
        for path, day in visit.answers.items():
            parts = path.split("/")
            if len(parts) == 4 and parts[2] == "service":
                found.append(self._card_service(visit, parts[1], parts[3], str(day)))
        if self._rng.random() < 0.3:
            found.append(
                ChangeRequest(
                    id=self._new_id(),
                    household_id=visit.household_id,
                    member_id="",
                    visit_id=visit.id,
                    kind=self._rng.choice(list(ChangeRequestKind)),
                    detail="El teléfono es otro",
                    requested_on=visit.on,
                )
            )
        return found

    def _card_service(self, visit: Visit, member: str, key: str, day: str) -> ServiceEvent:
        return ServiceEvent(
            id=self._new_id(),
            household_id=visit.household_id,
            member_id=member,
            service=key.partition(":")[0],
            on=date.fromisoformat(day),
            source=ServiceSource.HEALTH_CARD,
            visit_id=visit.id,
        )

    def _days_work(self, visits: int) -> list[Operation]:
        made = [entity for _ in range(visits) for entity in self._visit_and_more()]
        return [self._operation(None, entity) for entity in made]

    def _corrections(self, size: int) -> list[Operation]:
        """Commitments judged, services and visits corrected."""
        found = []
        for number in range(size):
            visit = self._visit()
            before: Entity
            after: Entity
            match number % 3:
                case 0:
                    before = commitments_of(visit, self._new_id)[0]
                    after = replace(before, state=CommitmentState.MET, checked_on=DAY)
                case 1:
                    before = self._rng.choice(self._office.all_of(ServiceEvent))
                    after = replace(before, on=before.on + timedelta(days=1), value=11.4)
                case _:
                    before = visit
                    after = replace(visit, answers={**visit.answers, "note": "Se corrigió."})
            found.append(self._operation(before, after))
        return found

    def _reviews(self, size: int) -> list[Operation]:
        decided = (Decision.APPROVED, Decision.APPROVED, Decision.RETURNED)
        return [
            self._operation(
                None,
                Review(
                    id=self._new_id(),
                    field_worker=self._office.worker,
                    target_kind="visit",
                    target_id=self._new_id(),
                    target_version=self._rng.randint(1, 3),
                    decision=(decision := self._rng.choice(decided)),
                    reviewer=COORDINATOR,
                    reviewed_at=self._now(),
                    comments={"note": "Falta la fecha"} if decision is Decision.RETURNED else {},
                ),
            )
            for _ in range(size)
        ]

    # -- messages ---------------------------------------------------------------------------------

    @property
    def _partition(self) -> str:
        return f"fw:{self._office.worker}"

    def _new_id(self) -> str:
        return self._rng.randbytes(16).hex()

    def _op_id(self) -> str:
        return self._rng.randbytes(12).hex()

    def _now(self) -> datetime:
        start = datetime(2026, 9, 1, 7, tzinfo=LIMA)
        return start + timedelta(microseconds=self._rng.randrange(86_400_000_000 * 60))

    def _cursor(self) -> dict[str, int]:
        return {"ref": self._rng.randint(100, 900), self._partition: self._rng.randint(900, 90_000)}

    def _arriving(self) -> dict[str, Arrival]:
        until = self._rng.randint(5_000, 90_000)
        return {self._partition: Arrival(until=until, at=self._rng.choice((until, until // 2)))}

    def _request(self, operations: Sequence[Operation], **more: Any) -> SyncRequest:
        return SyncRequest(
            protocol=2,
            device=self._device,
            cursor=self._cursor(),
            operations=tuple(operations),
            counter=self._counter,
            stamp=self._new_id(),
            **more,
        )

    def _operation(self, before: Entity | None, after: Entity) -> Operation:
        old = encode(before) if before is not None else None
        changes = diff(old, encode(after))
        self._counter += 1
        return Operation(
            op_id=self._op_id(),
            kind=kind_of(after),
            id=after.id,
            base_version=self._rng.randint(1, 3) if before is not None else 0,
            author=COORDINATOR if isinstance(after, Review) else self._office.worker,
            counter=self._counter,
            device_time=self._now(),
            fields=changes.fields if old is not None else flatten(encode(after)),
            removed=changes.removed,
            clock_offset=self._rng.choice((None, 0, 2, -3, 40)),
        )

    def _ack(self, op_id: str) -> Ack:
        outcome = self._rng.choice((*[Outcome.APPLIED] * 9, Outcome.PARALLEL, Outcome.DUPLICATE))
        return Ack(op_id=op_id, version=self._rng.choice((1, 1, 1, 2, 3)), outcome=outcome)

    def _answer(self, **content: Any) -> SyncResponse:
        content.setdefault("cursor", self._cursor())
        return SyncResponse(protocol=2, server_time=self._now(), stamp=self._new_id(), **content)

    def _changes(self, entities: Sequence[Entity]) -> tuple[Change, ...]:
        at = self._now().isoformat()
        author = self._rng.choice(("oficina", self._office.worker))
        self._version += 1
        return tuple(
            Change(
                kind=kind_of(one),
                id=one.id,
                version=1 + self._version % 2,
                seq=1000 * self._version + place,
                partition=self._partition,
                fields=dict(sorted(encode(one).items())),
                author=author,
                changed_at=at,
            )
            for place, one in enumerate(entities)
        )

    def _conflicts(self, size: int) -> tuple[ConflictNote, ...]:
        return tuple(
            ConflictNote(
                conflict_id=self._new_id(),
                kind="visit",
                id=self._new_id(),
                path="answers/note",
                version=2,
                seq=90_000 + place,
                partition=self._partition,
                kept=Side(value="Volverá", author=self._office.worker, at=self._now().isoformat()),
                lost=Side(value="", author=COORDINATOR, at=self._now().isoformat()),
                rule="last_arrival",
            )
            for place in range(size)
        )

    def _removals(self, size: int) -> tuple[Removal, ...]:
        return tuple(
            Removal(
                partition=self._partition,
                seq=95_000 + place,
                reason="reassigned",
                kind="household",
                id=self._new_id(),
                at=self._now().isoformat(),
            )
            for place in range(size)
        )


def messages(seed: int, write: Callable[[Any], bytes]) -> list[bytes]:
    """All messages of a seed, written by `write` (a request, or a pair of an answer and what it answers)."""
    samples = Samples(seed)
    return [write(one) for one in (*samples.requests(), *samples.responses())]
