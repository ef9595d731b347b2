"""Sincronizar in words: what waits, doing it, what came of it, and what came of the earlier ones."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from juntos_campo.app.conflict_scope import unsettled
from juntos_campo.app.session import Changed, Session
from juntos_campo.app.sync_words import describe
from juntos_campo.app.synchronise import sync_now
from juntos_campo.domain.spanish import count, thousands
from juntos_campo.store import outbox, sync_state
from juntos_campo.sync.problems import CANCELLED, DATABASE_COPIED, SIGN_IN_AGAIN
from juntos_campo.sync.report import Progress, Stage, SyncReport
from juntos_campo.sync.transport import Transport
from juntos_campo.sync.wording import bytes_text, kinds_text
from juntos_campo.wire.framing import pack

_OVERHEAD_BYTES = 600
"""Headers and the empty answer of one exchange, about."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A change the server will not take; it stays on this laptop until somebody deals with it."""

    op_ids: tuple[str, ...]
    kind: str
    record_id: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaitingSummary:
    """What would be sent now.

    Attributes:
        text: ``4 visitas, 2 formatos``; empty when nothing waits.
        changes: operations; a record changed twice counts twice.
        size_bytes: about, on the wire.
        seconds: about, at the speed of the last synchronisation; None when none is known.
        server: its address; empty when this laptop was never connected.
        last_complete: when everything last went through.
    """

    text: str
    changes: int
    size_bytes: int
    seconds: int | None
    refused: tuple[RefusedLine, ...]
    conflicts: int
    server: str
    last_complete: datetime | None

    @property
    def size_text(self) -> str:
        """``18 KB``"""
        return bytes_text(self.size_bytes)

    @property
    def attention(self) -> int:
        """What the person must look at."""
        return len(self.refused) + self.conflicts


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What one synchronisation did.

    Attributes:
        headline: ``El servidor recibió 31 de 31 cambios.``
        details: further sentences, one fact each.
        stopped: why it ended early, what became of the data and what to do; empty when complete.
        sign_in: the server wants user and password again.
    """

    changed: Changed
    report: SyncReport
    headline: str
    details: tuple[str, ...]
    stopped: str = ""
    sign_in: bool = False

    @property
    def complete(self) -> bool:
        return self.report.complete


@dataclass(frozen=True, slots=True)
class PastSync:
    """One line of the history of synchronisations."""

    at: datetime
    complete: bool
    headline: str
    detail: str


def waiting_summary(session: Session) -> WaitingSummary:
    """What waits to be sent, and what needs the person's attention."""
    store = session.store
    waiting = outbox.waiting(store)
    size = 0
    if waiting:
        raw = [
            {"op_id": one.op_id, "kind": one.kind, "id": one.record_id, "fields": one.fields}
            for one in waiting
        ]
        size = len(pack(json.dumps(raw, ensure_ascii=False).encode())[0]) + _OVERHEAD_BYTES
    return WaitingSummary(
        text=kinds_text(outbox.counts(store)),
        changes=sync_state.waiting_count(store),
        size_bytes=size,
        seconds=_estimate(session, size),
        refused=refused_lines(session),
        conflicts=unsettled(session),
        server=sync_state.server(store),
        last_complete=sync_state.last_sync_at(store),
    )


def refused_lines(session: Session) -> tuple[RefusedLine, ...]:
    """What the server refused, one line a record."""
    lines: dict[tuple[str, str], RefusedLine] = {}
    for one in outbox.refused(session.store):
        key = (one.kind, one.record_id)
        earlier = lines[key].op_ids if key in lines else ()
        lines[key] = RefusedLine(
            (*earlier, one.op_id),
            one.kind,
            one.record_id,
            describe(session, one.kind, one.record_id),
            one.refusal or "",
        )
    return tuple(lines.values())


def send_again(session: Session, line: RefusedLine) -> Changed:
    """Let the next synchronisation try a refused change once more."""
    with session.work("sync.try_again") as work:
        sync_state.try_again(work.tx, line.op_ids)
    return Changed(frozenset({line.kind, "outbox"}))


def synchronise(
    session: Session,
    *,
    progress: Callable[[Progress], None] = lambda _progress: None,
    cancelled: Callable[[], bool] = lambda: False,
    transport: Transport | None = None,
) -> SyncOutcome:
    """Send what waits, receive what is new. Takes as long as the network does.

    A cut link, a refusal and a stop by the person are no exceptions: they stand in the outcome.

    Args:
        session: of the thread that calls.
        progress: called in that thread.
        transport: another way than HTTP.

    Raises:
        UserError: SYN-010 no server yet, SYN-011; STO-008 the disk refuses.
    """
    report, changed = sync_now(session, transport=transport, progress=progress, cancelled=cancelled)
    return _outcome(report, changed)


def sync_history(session: Session, limit: int = 50) -> list[PastSync]:
    """Past synchronisations, the newest first."""
    return [
        PastSync(
            datetime.fromisoformat(one.ended_at),
            one.complete,
            _headline(
                one.report.get("acknowledged", 0), one.report.get("waiting_before", 0), one.complete
            ),
            _past_detail(one.report),
        )
        for one in sync_state.past_syncs(session.store, limit)
    ]


def progress_text(progress: Progress) -> str:
    """``Enviados 12 de 31 · recibidos 240``"""
    if progress.stage is Stage.PREPARE:
        return "Llamando al servidor…"
    parts = []
    if progress.to_send:
        parts.append(f"Enviados {progress.acknowledged} de {progress.to_send}")
    if progress.received:
        parts.append(f"recibidos {thousands(progress.received)}")
    parts.append(bytes_text(progress.bytes_up + progress.bytes_down))
    text = " · ".join(parts)
    return text[:1].upper() + text[1:]


def _outcome(report: SyncReport, changed: Changed) -> SyncOutcome:
    details = []
    sent = _records_by_kind(report)
    if sent:
        details.append(f"El servidor ya tiene: {kinds_text(sent)}.")
    received = kinds_text(report.received)
    if received:
        details.append(f"Llegó: {received}.")
    elif report.complete:
        details.append("No había nada nuevo para usted.")
    if report.refused:
        details.append(
            f"El servidor no aceptó {count(len(report.refused), 'cambio')}: vea abajo por qué."
        )
    if report.conflicts:
        number = count(len(report.conflicts), "dato cambiado", "datos cambiados")
        details.append(f"Hay {number} por usted y por otra persona: vea abajo cuál vale.")
    if report.held:
        number = count(report.held, "registro")
        details.append(
            f"Llegó {number} de una versión más nueva del programa: se guardó y se verá cuando "
            "lo actualice."
        )
    details += report.notes
    if report.still_waiting:
        details.append(f"Falta enviar {count(report.still_waiting, 'cambio')}.")
    code = report.stopped.code if report.stopped else ""
    return SyncOutcome(
        changed | Changed(frozenset({"outbox", "sync"})),
        report,
        _headline(len(report.acknowledged), report.waiting_before, report.complete),
        tuple(details),
        stopped=_stopped_text(report),
        sign_in=code in (SIGN_IN_AGAIN.code, DATABASE_COPIED.code),
    )


def _records_by_kind(report: SyncReport) -> dict[str, int]:
    """Records the server confirmed: two edits of one visit are one visit."""
    records = {(one.kind, one.record_id) for one in report.acknowledged}
    return Counter(kind for kind, _ in records)


def _stopped_text(report: SyncReport) -> str:
    if report.stopped is None:
        return ""
    if report.stopped.code == CANCELLED.code and not report.still_waiting:
        return CANCELLED.what
    return report.stopped.text


def _headline(acknowledged: int, waiting: int, complete: bool) -> str:
    if waiting:
        return f"El servidor recibió {acknowledged} de {count(waiting, 'cambio')}."
    return "No había nada por enviar." if complete else "No se llegó a sincronizar."


def _past_detail(report: Mapping[str, Any]) -> str:
    parts = []
    received = kinds_text(report.get("received", {}))
    if received:
        parts.append(f"llegó: {received}")
    if report.get("refused"):
        parts.append(f"no aceptó {len(report['refused'])}")
    if report.get("conflicts"):
        parts.append(count(len(report["conflicts"]), "dato en conflicto", "datos en conflicto"))
    stopped = report.get("stopped")
    if stopped:
        parts.append(str(stopped.get("text", "")).partition(". ")[0].rstrip("."))
    parts.append(bytes_text(report.get("bytes_up", 0) + report.get("bytes_down", 0)))
    return " · ".join(parts)


def _estimate(session: Session, size: int) -> int | None:
    """Seconds for `size` bytes at the speed of the last synchronisation that went through."""
    if not size:
        return None
    for one in sync_state.past_syncs(session.store, 10):
        travelled = one.report.get("bytes_up", 0) + one.report.get("bytes_down", 0)
        started = datetime.fromisoformat(one.started_at)
        seconds = (datetime.fromisoformat(one.ended_at) - started).total_seconds()
        if one.complete and travelled:
            return max(1, math.ceil(size * max(seconds, 1.0) / float(travelled)))
    return None
