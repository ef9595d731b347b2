"""Carrying sealed files for others: a coordinator takes his gestores' to the server and the answers back.

Whoever carries can neither read nor alter them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from juntos_campo.app.session import Session
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.spanish import count, moment
from juntos_campo.store import bundle_rows, sync_state
from juntos_campo.store.bundle_rows import BundleRow, BundleState, Direction
from juntos_campo.store.device_keys import server_key
from juntos_campo.sync.bundle_problems import CARRIED_ALREADY, NO_SERVER_YET, OWN_BUNDLE
from juntos_campo.sync.http_faults import refusal
from juntos_campo.sync.problems import ANSWER_DAMAGED, SERVER_SAID
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.stick import read_file, write_file
from juntos_campo.wire.bundle import file_name, read
from juntos_campo.wire.bundle_messages import BundleKind
from juntos_campo.wire.bundle_problems import IS_AN_ANSWER, OTHER_SERVER
from juntos_campo.wire.signing import fingerprint

_KEPT_DAYS = 90
_FAULTS_OF_FILES = ("JCB-", "CEN-6", "CEN-012")
"""Codes of the server that refuse this very file (`wire.bundle_problems`, `central.bundle_problems`)."""

_CONTENT = {"Content-Type": "application/octet-stream"}


class Link(Protocol):
    """What of `sync.http_transport.HttpTransport` is needed here."""

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]: ...


@dataclass(frozen=True, slots=True)
class Carried:
    """A file of somebody else's laptop.

    Attributes:
        device: beginning of the laptop's id, as its file names show it.
        made_at: by that laptop's clock.
        at: of the last change of `state`.
        reason: why the server refused it, Spanish; empty otherwise.
        size: bytes of the request.
    """

    id: str
    device: str
    made_at: datetime
    state: BundleState
    at: datetime
    size: int
    reason: str = ""


@dataclass(slots=True)
class CarryReport:
    """What became of the carried files. `stopped`: the link failed; the others go next time."""

    answered: list[Carried] = field(default_factory=list)
    refused: list[Carried] = field(default_factory=list)
    waiting: int = 0
    stopped: UserError | None = None


def carry(session: Session, file: Path) -> Carried:
    """Take somebody else's file along, encrypted, for the next synchronisation.

    Raises:
        UserError: JCB-001 to JCB-009, USB-001, USB-004, USB-011, USB-015, USB-016, STO-008.
    """
    data = read_file(file)
    header = read(data).header
    if header.kind is not BundleKind.REQUEST:
        raise user_error(IS_AN_ANSWER)
    key = server_key(session.store)
    if not key:
        raise user_error(NO_SERVER_YET)
    if header.server != fingerprint(key):
        raise user_error(OTHER_SERVER)
    if header.device == sync_state.device(session.store):
        raise user_error(OWN_BUNDLE)
    before = bundle_rows.find(session.store, header.id)
    if before is not None and before.state is not BundleState.REFUSED:
        raise user_error(CARRIED_ALREADY, day=moment(datetime.fromisoformat(before.at)))
    detail = {"made_at": header.made_at.isoformat(), "size": len(data)}
    row = BundleRow(
        header.id,
        Direction.CARRIED,
        header.device,
        BundleState.WAITING,
        session.clock.now().isoformat(),
        detail,
    )
    with session.work("bundle.carry") as work:
        bundle_rows.put(work.tx, row, data)
    return _told(row)


def carried(session: Session) -> tuple[Carried, ...]:
    """Everybody's files on this laptop, the newest first."""
    return tuple(map(_told, bundle_rows.listed(session.store, Direction.CARRIED)))


def exchange_carried(
    session: Session, link: Link, cancelled: Callable[[], bool] = lambda: False
) -> CarryReport:
    """Hand the server what waits, and keep its answers; each is durable before the next goes.

    A file whose answer was lost on the way is handed over again: the server gives the same answer.

    Raises:
        UserError: STO-008.
    """
    report = CarryReport()
    waiting = [row for row in _carried_rows(session) if row.state is BundleState.WAITING]
    for place, row in enumerate(reversed(waiting)):
        report.waiting = len(waiting) - place
        if cancelled():
            return report
        data = bundle_rows.bytes_of(session.store, row.id)
        try:
            status, headers, answer = link.call("POST", "/v2/bundle", data, _CONTENT)
            done = _answered(session, row, answer) if status == 200 else None
            error = None if done else refusal(status, answer, headers)
        except UserError as failed:
            report.stopped = failed
            return report
        if done is not None:
            report.answered.append(_keep(session, done, answer))
        elif error is not None and _is_about_the_file(error):
            why = replace(
                row, state=BundleState.REFUSED, detail=row.detail | {"reason": error.values["text"]}
            )
            report.refused.append(_keep(session, why, None))
        else:
            report.stopped = error
            return report
    report.waiting = 0
    return report


def hand_back(session: Session, folder: Path, ids: Iterable[str] = ()) -> tuple[Path, ...]:
    """Write answers to a stick: those not written yet, or those of the requests `ids`.

    Raises:
        UserError: USB-011 to USB-014; those written before stay written. STO-008.
    """
    chosen = set(ids)
    written: list[Path] = []
    for row in reversed(_carried_rows(session)):
        wanted = row.id in chosen if chosen else row.state is BundleState.ANSWERED
        if not wanted or row.state not in (BundleState.ANSWERED, BundleState.RETURNED):
            continue
        data = bundle_rows.bytes_of(session.store, row.id)
        made_at = datetime.fromisoformat(str(row.detail["made_at"]))
        written.append(write_file(folder, file_name(made_at, row.peer, answer=True), data))
        _keep(session, replace(row, state=BundleState.RETURNED), data)
    _forget_old(session)
    return tuple(written)


def tell_carried(report: SyncReport, carried_files: CarryReport) -> None:
    """Sentences on the carried files for the report of the synchronisation they went with."""
    if carried_files.answered:
        files = _of_others(len(carried_files.answered))
        report.notes.append(f"El servidor recibió {files}: escriba la respuesta en la memoria.")
    for one in carried_files.refused:
        report.notes.append(f"No se aceptó el archivo de la computadora {one.device}. {one.reason}")
    if carried_files.waiting:
        left = _of_others(carried_files.waiting)
        why = f" {carried_files.stopped.what}" if carried_files.stopped else ""
        report.notes.append(f"Falta entregar al servidor {left}.{why}")


def _of_others(number: int) -> str:
    """``1 archivo de otra computadora``"""
    return count(number, "archivo de otra computadora", "archivos de otras computadoras")


def _is_about_the_file(error: UserError) -> bool:
    """An old server that has no such address, say, is none of the file's fault."""
    about_it = error.problem is SERVER_SAID
    return about_it and str(error.values["code"]).startswith(_FAULTS_OF_FILES)


def _answered(session: Session, row: BundleRow, answer: bytes) -> BundleRow:
    """Raises UserError SYN-007: it is no answer to this file."""
    try:
        header = read(answer).header
    except UserError:
        raise user_error(ANSWER_DAMAGED) from None
    right = (BundleKind.ANSWER, row.id, row.peer, fingerprint(server_key(session.store)))
    if (header.kind, header.answers, header.device, header.server) != right:
        raise user_error(ANSWER_DAMAGED)
    return replace(row, state=BundleState.ANSWERED)


def _keep(session: Session, row: BundleRow, data: bytes | None) -> Carried:
    changed = replace(row, at=session.clock.now().isoformat())
    with session.work("bundle.carried") as work:
        bundle_rows.put(work.tx, changed, data)
    return _told(changed)


def _forget_old(session: Session) -> None:
    oldest = (session.clock.now() - timedelta(days=_KEPT_DAYS)).isoformat()
    over = (BundleState.RETURNED, BundleState.REFUSED)
    old = [row for row in _carried_rows(session) if row.state in over and row.at < oldest]
    if old:
        with session.work("bundle.forget") as work:
            for row in old:
                bundle_rows.forget(work.tx, row.id)


def _carried_rows(session: Session) -> list[BundleRow]:
    return bundle_rows.listed(session.store, Direction.CARRIED)


def _told(row: BundleRow) -> Carried:
    return Carried(
        row.id,
        row.peer[:6],
        datetime.fromisoformat(str(row.detail["made_at"])),
        row.state,
        datetime.fromisoformat(row.at),
        int(row.detail["size"]),
        str(row.detail.get("reason", "")),
    )
