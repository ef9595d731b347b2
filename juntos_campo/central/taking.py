"""Taking a laptop's operations: each is done, answered as done before, refused or held off by itself.

Operations are grouped by the partition they belong to; each group is one transaction under that
partition's lock. What the lock finds elsewhere than it was seen before goes round once more.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from juntos_campo.central.accounts import Caller
from juntos_campo.central.database import UNAVAILABLE, Database
from juntos_campo.central.flags import clock_flags
from juntos_campo.central.ledger import Ledger
from juntos_campo.central.operation import Judge, known_results, remember
from juntos_campo.central.problems import (
    HOUSEHOLD_NOT_HERE,
    OPERATION_REUSED,
    OPERATION_UNREADABLE,
    RECORD_NOT_HERE,
    RECORD_TOO_LARGE,
)
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.territory import Territory
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.wire.messages import (
    MOST_PATHS,
    Ack,
    Operation,
    Outcome,
    Refusal,
    SyncRequest,
)

log = logging.getLogger(__name__)

_WAITING = frozenset({HOUSEHOLD_NOT_HERE.code, RECORD_NOT_HERE.code})
_ROUNDS = 4
"""How often an operation is looked for where its household has gone meanwhile."""


@dataclass(slots=True)
class Taking:
    """The operations of one request.

    Attributes:
        acks: operation id -> the answer, once it is final: whatever it tells of is committed.
    """

    database: Database
    settings: ServerSettings
    clock: Clock
    ids: Ids
    caller: Caller
    request: SyncRequest
    acks: dict[str, Ack] = field(default_factory=dict)
    held_off: dict[tuple[str, str], UserError] = field(default_factory=dict)

    def run(self) -> tuple[Ack, ...]:
        """Take them all; the answers in the order of the request."""
        for broken in self.request.unreadable:
            error = user_error(OPERATION_UNREADABLE, detail=broken.fault)
            self.acks[broken.op_id] = _declined(broken.op_id, error)
        pending: Sequence[Operation] = self.request.operations
        for _round in range(_ROUNDS):
            if pending:
                pending = self._round(pending)
        for one in pending:
            self.acks[one.op_id] = self._not_taken(one, user_error(HOUSEHOLD_NOT_HERE))
        self._note_refusals()
        return tuple(self.acks[op_id] for op_id in self._asked())

    def _asked(self) -> list[str]:
        asked = [one.op_id for one in self.request.operations]
        for one in self.request.unreadable:
            asked.insert(one.place, one.op_id)
        return asked

    def _round(self, wanted: Sequence[Operation]) -> list[Operation]:
        """Do what can be done; the operations whose household moved in between."""
        groups: dict[str, list[Operation]] = {}
        with self.database.reading() as connection:
            territory = self._territory(connection, wanted)
            known = known_results(connection, wanted, territory.units)
            for one in wanted:
                if one.op_id in known:
                    self.acks[one.op_id] = self._again(one, known[one.op_id])
                    continue
                try:
                    partition = territory.place(one).partition
                except UserError as error:
                    # Done long ago, perhaps, about what lies in another unit since.
                    known |= known_results(connection, [one])
                    self.acks[one.op_id] = (
                        self._again(one, known[one.op_id])
                        if one.op_id in known
                        else self._not_taken(one, error)
                    )
                else:
                    groups.setdefault(partition, []).append(one)
        return [one for name, group in groups.items() for one in self._group(name, group)]

    def _group(self, partition: str, group: list[Operation]) -> list[Operation]:
        try:
            return self._together(partition, group)
        except UNAVAILABLE:
            raise  # the database, not an operation: the laptop asks again
        except Exception as error:  # whatever one operation does to us, the others go on
            log.exception("operations could not be taken together")
            self.held_off.clear()
            if len(group) > 1 or isinstance(error, sa.exc.IntegrityError):
                return [rest for one in group for rest in self._alone(partition, one)]
            self._unfit(group[0])
            return []

    def _alone(self, partition: str, operation: Operation) -> list[Operation]:
        try:
            return self._together(partition, [operation])
        except UNAVAILABLE:
            raise
        except Exception:  # see above
            log.exception("an operation on a %s could not be taken", operation.kind)
            self._unfit(operation)
            return []

    def _unfit(self, operation: Operation) -> None:
        error = user_error(OPERATION_UNREADABLE, detail="tiene un valor que no se puede guardar")
        self.acks[operation.op_id] = _declined(operation.op_id, error)

    def _together(self, partition: str, group: Sequence[Operation]) -> list[Operation]:
        """One transaction under the partition's lock; the operations that do not belong there any more."""
        answers: dict[str, Ack] = {}
        moved: list[Operation] = []
        with self.database.writing() as connection:
            ledger = Ledger.open(connection, partition)
            ledger.hold()
            territory = self._territory(connection, group)
            known = known_results(connection, group, territory.units)
            judge = Judge(ledger, territory, self.caller, self.clock, self.ids, self._version())
            for one in group:
                if one.op_id in known:
                    answers[one.op_id] = self._again(one, known[one.op_id])
                    continue
                try:
                    answer = self._one(judge, one)
                except UserError as error:
                    answer = self._not_taken(one, error)
                if answer is None:
                    moved.append(one)
                    continue
                answers[one.op_id] = answer
                if answer.refused is None:
                    known[one.op_id] = (self.caller.account.name, answer.version)
            ledger.close()
        self.acks.update(answers)
        return moved

    def _one(self, judge: Judge, operation: Operation) -> Ack | None:
        """Do one operation; None when its place is another partition now."""
        record = (operation.kind, operation.id)
        if record in self.held_off:
            raise self.held_off[record]
        paths = len(operation.fields) + len(operation.removed)
        if paths > MOST_PATHS:
            raise user_error(RECORD_TOO_LARGE, count=paths, most=MOST_PATHS)
        place = judge.territory.place(operation)
        if place.partition != judge.ledger.partition:
            return None
        verdict = judge.decide(operation, place)
        received = self.clock.now()
        flags = sorted(verdict.flags | clock_flags(operation, received))
        remember(judge.ledger, self.caller, operation, verdict, flags=flags, received=received)
        outcome = verdict.outcome
        if self._version() == 1:
            flags = []
            outcome = Outcome.PARALLEL if outcome is Outcome.REQUESTED else outcome
        return Ack(
            op_id=operation.op_id, version=verdict.number, outcome=outcome, flags=tuple(flags)
        )

    def _again(self, operation: Operation, result: tuple[str, int]) -> Ack:
        author, version = result
        if author != self.caller.account.name:
            return _declined(operation.op_id, user_error(OPERATION_REUSED))
        return Ack(op_id=operation.op_id, version=version, outcome=Outcome.DUPLICATE)

    def _not_taken(self, operation: Operation, error: UserError) -> Ack:
        """Refused, or held off until what it points to is here; so are later ones on its record."""
        if error.problem.code not in _WAITING:
            return _declined(operation.op_id, error)
        self.held_off[operation.kind, operation.id] = error
        outcome = Outcome.REFUSED if self._version() == 1 else Outcome.WAITING
        return _declined(operation.op_id, error, outcome)

    def _territory(self, connection: sa.Connection, wanted: Sequence[Operation]) -> Territory:
        return Territory.around(
            connection, self.caller.account, wanted, self.clock.now(), self.settings.late_days
        )

    def _version(self) -> int:
        return self.request.protocol

    def _note_refusals(self) -> None:
        refused = [
            (one, ack.refused.code)
            for one in self.request.operations
            if (ack := self.acks[one.op_id]).refused and ack.outcome is Outcome.REFUSED
        ]
        if not refused:
            return
        now, caller = self.clock.now(), self.caller
        with self.database.writing() as connection:
            for operation, code in refused:
                note(
                    connection,
                    now,
                    caller.account.name,
                    caller.device,
                    "record.refused",
                    kind=operation.kind,
                    record_id=operation.id,
                    detail=code,
                )
        log.info("operations.refused", extra={"fields": {"operations": len(refused)}})


def _declined(op_id: str, error: UserError, outcome: Outcome = Outcome.REFUSED) -> Ack:
    refusal = Refusal(code=error.problem.code, text=f"{error.what} {error.remedy}")
    return Ack(op_id=op_id, outcome=outcome, refused=refusal)
