"""What a synchronisation did, exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from juntos_campo.domain.errors import UserError
from juntos_campo.store.departures import Dropped
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.wire.messages import ConflictNote, Outcome


class Stage(StrEnum):
    """Where a synchronisation is, or where it stopped."""

    PREPARE = "prepare"
    EXCHANGE = "exchange"
    STORE = "store"
    FILES = "files"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """One change the server holds: as part of which version, and how it went in."""

    op_id: str
    kind: str
    record_id: str
    version: int
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class RefusedChange:
    """One change the server will not take; it stays on this laptop. `text` is Spanish."""

    op_id: str
    kind: str
    record_id: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class WaitingThere:
    """One change the server cannot take yet; it is sent again by itself. `text` is Spanish."""

    op_id: str
    kind: str
    record_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """One change the server took although something about it is impossible (`wire.messages`)."""

    kind: str
    record_id: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A household that went to another field worker.

    Attributes:
        code: of the household, for the person.
        gone: False while it stays here for what is unfinished.
    """

    household_id: str
    code: str
    gone: bool


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why and where a synchronisation did not get to its end."""

    stage: Stage
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Progress:
    """For a progress bar. `to_send` is what waited at the beginning.

    Attributes:
        households_done, households_total: of a first download; both 0 when none is under way.
        files_bytes, files_total: bytes of photos and files moved, and to be moved (stage `FILES`).
    """

    stage: Stage
    acknowledged: int
    to_send: int
    received: int
    exchanges: int
    bytes_up: int
    bytes_down: int
    files_bytes: int = 0
    files_total: int = 0
    households_done: int = 0
    households_total: int = 0


@dataclass(slots=True)
class SyncReport:
    """The account of one synchronisation.

    Attributes:
        sent: operations put into requests; what arrived stands in `acknowledged` and `refused`.
        still_waiting: operations not acknowledged at the end, the refused ones aside.
        still_refused: operations the server refused, now or some other day, that nobody has dealt with.
        received: kind -> records that came.
        held: records this version of the program cannot read; kept, shown after an update.
        households: ids of the households concerned by what came.
        bytes_up, bytes_down: on the wire, headers and failed tries included.
        stopped: None when everything went through.
        notes: Spanish sentences on what came of it on this laptop.
        waiting_there: what the server cannot take yet, since what it points to is not there.
        flags: what the server took and found impossible (its date, the laptop's clock).
        clock_offset: seconds the server's clock is ahead of this laptop's; None when it was not met.
        left: households that went to another field worker.
        erased: records removed by order of law; `dropped`: unsent changes that went with them.
        arriving: households whole, and in all, of a first download that is not whole yet.
        files: what became of photos and files; they never make a synchronisation incomplete.
    """

    started_at: datetime
    ended_at: datetime | None = None
    waiting_before: int = 0
    sent: int = 0
    acknowledged: list[Acknowledged] = field(default_factory=list)
    refused: list[RefusedChange] = field(default_factory=list)
    still_waiting: int = 0
    still_refused: int = 0
    received: dict[str, int] = field(default_factory=dict)
    held: int = 0
    conflicts: list[ConflictNote] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    households: set[str] = field(default_factory=set)
    exchanges: int = 0
    bytes_up: int = 0
    bytes_down: int = 0
    stopped: Stopped | None = None
    notes: list[str] = field(default_factory=list)
    files: FilesReport = field(default_factory=FilesReport)
    waiting_there: list[WaitingThere] = field(default_factory=list)
    flags: list[Flagged] = field(default_factory=list)
    clock_offset: int | None = None
    left: list[Left] = field(default_factory=list)
    erased: int = 0
    dropped: list[Dropped] = field(default_factory=list)
    arriving: tuple[int, int] = (0, 0)

    @property
    def complete(self) -> bool:
        """Everything that waited was answered and everything new has come."""
        return self.stopped is None and self.ended_at is not None

    def stop(self, stage: Stage, error: UserError) -> None:
        """Note why it ended early."""
        self.stopped = Stopped(stage, error.problem.code, str(error))

    def as_json(self) -> dict[str, Any]:
        """For ``--json`` and the history of syncs: counts, ids and codes, no data of people."""
        outcomes = [one.outcome.value for one in self.acknowledged]
        return {
            "complete": self.complete,
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "waiting_before": self.waiting_before,
            "sent": self.sent,
            "acknowledged": len(self.acknowledged),
            "records": [
                {"kind": kind, "id": record_id}
                for kind, record_id in dict.fromkeys(
                    (one.kind, one.record_id) for one in self.acknowledged
                )
            ],
            "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
            "refused": [
                {
                    "kind": one.kind,
                    "id": one.record_id,
                    "op_id": one.op_id,
                    "code": one.code,
                    "text": one.text,
                }
                for one in self.refused
            ],
            "still_waiting": self.still_waiting,
            "still_refused": self.still_refused,
            "waiting_there": [
                {"kind": one.kind, "id": one.record_id, "op_id": one.op_id, "text": one.text}
                for one in self.waiting_there
            ],
            "flags": [
                {"kind": one.kind, "id": one.record_id, "flags": list(one.flags)}
                for one in self.flags
            ],
            "clock_offset": self.clock_offset,
            "left": [
                {"id": one.household_id, "code": one.code, "gone": one.gone} for one in self.left
            ],
            "erased": self.erased,
            "dropped": [{"kind": one.kind, "id": one.record_id} for one in self.dropped],
            "arriving": list(self.arriving),
            "received": dict(self.received),
            "held": self.held,
            "conflicts": [
                {"kind": one.kind, "id": one.id, "path": one.path, "rule": one.rule}
                for one in self.conflicts
            ],
            "notes": list(self.notes),
            "files": self.files.as_json(),
            "exchanges": self.exchanges,
            "bytes_up": self.bytes_up,
            "bytes_down": self.bytes_down,
            "stopped": (
                {
                    "stage": self.stopped.stage.value,
                    "code": self.stopped.code,
                    "text": self.stopped.text,
                }
                if self.stopped
                else None
            ),
        }
