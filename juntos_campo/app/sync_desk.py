"""Sincronizar: doing it, what came of it in words, and what came of the earlier ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from juntos_campo.app.conflict_scope import told_of
from juntos_campo.app.session import Changed, Session
from juntos_campo.app.sync_account import Account, account_of, headline
from juntos_campo.app.synchronise import sync_now
from juntos_campo.domain.spanish import count
from juntos_campo.store import sync_state
from juntos_campo.sync.problems import CANCELLED, DATABASE_COPIED, SIGN_IN_AGAIN
from juntos_campo.sync.report import Progress, SyncReport
from juntos_campo.sync.sentences import arriving_text, clock_text, left_lines
from juntos_campo.sync.transport import Transport
from juntos_campo.sync.wording import bytes_text, kinds_text


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What one synchronisation did.

    Attributes:
        headline: ``El servidor recibió 31 de 31 cambios.``
        details: further sentences, one fact each.
        stopped: why it ended early, what became of the data and what to do; empty when complete.
        sign_in: the server wants user and password again.
        account: all of it, part by part.
    """

    changed: Changed
    report: SyncReport
    headline: str
    details: tuple[str, ...]
    stopped: str = ""
    sign_in: bool = False
    account: Account | None = None

    @property
    def complete(self) -> bool:
        return self.report.complete


@dataclass(frozen=True, slots=True)
class PastSync:
    """One line of the history of synchronisations; `began` (ISO) names it (`past_account`).

    Attributes:
        refused: changes the server would not take.
    """

    at: datetime
    complete: bool
    headline: str
    detail: str
    began: str = ""
    refused: int = 0


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
    return outcome_of(session, report, changed)


def sync_history(session: Session, limit: int = 50) -> list[PastSync]:
    """Past synchronisations, the newest first."""
    return [
        PastSync(
            datetime.fromisoformat(one.ended_at),
            one.complete,
            headline(
                one.report.get("acknowledged", 0),
                one.report.get("waiting_before", 0),
                one.complete,
                received=bool(one.report.get("received")),
            ),
            _past_detail(one.report),
            one.started_at,
            len(one.report.get("refused", ())),
        )
        for one in sync_state.past_syncs(session.store, limit)
    ]


def outcome_of(session: Session, report: SyncReport, changed: Changed) -> SyncOutcome:
    """What one synchronisation did, over the net or by file, once it is in the history."""
    details = []
    sent = _records_by_kind(report)
    if sent:
        details.append(f"El servidor ya tiene: {kinds_text(sent)}.")
    received = kinds_text(report.received)
    if received:
        details.append(f"Llegó: {received}.")
    elif report.complete and not (report.left or report.erased):
        details.append("No había nada nuevo para usted.")
    if report.refused:
        details.append(
            f"El servidor no aceptó {count(len(report.refused), 'cambio')}: vea abajo por qué."
        )
    crossed = told_of(session, (one.conflict_id for one in report.conflicts))
    if crossed:
        number = count(crossed, "dato que cambió", "datos que cambiaron")
        details.append(f"Hay {number} también otra persona: vea abajo cuál vale.")
    if report.held:
        number = count(report.held, "registro")
        details.append(
            f"Llegó {number} de una versión más nueva del programa: se guardó y se verá cuando "
            "lo actualice."
        )
    details += _further(report)
    details += report.notes
    if report.still_waiting:
        details.append(f"Falta enviar {count(report.still_waiting, 'cambio')}.")
    code = report.stopped.code if report.stopped else ""
    last = sync_state.past_syncs(session.store, 1)
    return SyncOutcome(
        changed | Changed(frozenset({"outbox", "sync"})),
        report,
        headline(
            len(report.acknowledged),
            report.waiting_before,
            report.complete,
            received=bool(report.received),
        ),
        tuple(details),
        stopped=_stopped_text(report),
        sign_in=code in (SIGN_IN_AGAIN.code, DATABASE_COPIED.code),
        account=next((account_of(session, one) for one in last), None),
    )


def _further(report: SyncReport) -> list[str]:
    """What left, what waits over there, what looks impossible, how far a first download is."""
    told = report.as_json()
    lines = [arriving_text(*report.arriving), *left_lines(told)]
    if report.waiting_there:
        number = count(len(report.waiting_there), "cambio")
        lines.append(
            f"El servidor todavía no puede recibir {number}: se enviará otra vez por sí solo."
        )
    if report.flags:
        number = count(len(report.flags), "registro")
        lines.append(f"{number} con una fecha imposible: vea el detalle.")
    lines.append(clock_text(report.clock_offset))
    return [line for line in lines if line]


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
