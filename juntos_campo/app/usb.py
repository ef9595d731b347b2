"""Use cases of the USB stick: make a file for the server, apply its answer, carry others' files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from juntos_campo.app.erased import obeys
from juntos_campo.app.lease_keeping import keeps
from juntos_campo.app.session import Changed, Session
from juntos_campo.app.sync_files import files_choice
from juntos_campo.app.synchronise import consequences
from juntos_campo.app.usb_carry import (
    Carried,
    CarryReport,
    carried,
    carry,
    exchange_carried,
    hand_back,
)
from juntos_campo.store import bundle_rows, sync_state
from juntos_campo.store.bundle_rows import BundleState, Direction
from juntos_campo.sync import bundle
from juntos_campo.sync.files import Choice
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.stick import read_file, write_file
from juntos_campo.wire.bundle import read
from juntos_campo.wire.bundle_messages import BundleKind


@dataclass(frozen=True, slots=True)
class Made:
    """A file for the server, written.

    Attributes:
        operations: changes in it; 0 still asks for what is new.
        size: bytes.
        files: photos and files in it.
    """

    id: str
    path: Path
    operations: int
    size: int
    files: int = 0


@dataclass(frozen=True, slots=True)
class UnderWay:
    """A file made here whose answer was not applied. `operations`: changes in it."""

    id: str
    made_at: datetime
    operations: int


def make_bundle(session: Session, folder: Path, name: str = "") -> Made:
    """Seal what waits into a file in `folder`.

    What it holds goes on waiting until the server's answer, over the net or by file, says that it was
    received. Photos and files go along unless the person put them off for good.

    Args:
        name: of the file; by default day, time and laptop.

    Raises:
        UserError: USB-001, USB-011 to USB-014, JCB-005, STO-008; nothing changed then.
    """
    store, user = session.store, session.user.name
    made = bundle.make_request(
        store,
        device=sync_state.device(store),
        actor=user,
        clock=session.clock,
        ids=session.ids,
        with_files=files_choice(session) is not Choice.NEVER,
    )
    try:
        path = write_file(folder, name or made.name, made.data)
    except BaseException:
        bundle.take_back(store, made.id, actor=user, clock=session.clock)
        raise
    return Made(made.id, path, made.operations, len(made.data), made.files)


def under_way(session: Session) -> tuple[UnderWay, ...]:
    """Files made here whose answer has not come, the newest first."""
    rows = bundle_rows.listed(session.store, Direction.MADE)
    return tuple(
        UnderWay(row.id, datetime.fromisoformat(row.at), int(row.detail.get("operations", 0)))
        for row in rows
        if row.state is BundleState.MADE
    )


def kind_of_file(file: Path) -> BundleKind:
    """Whether a file is for the server or from it.

    Raises:
        UserError: JCB-001 to JCB-005, USB-011, USB-015.
    """
    return read(read_file(file)).header.kind


def apply_answer(session: Session, file: Path) -> tuple[SyncReport, Changed]:
    """Store what the server answered to a file of this laptop.

    Raises:
        UserError: JCB-001 to JCB-010, USB-001 to USB-003, USB-011, USB-015, SYN-014; nothing is stored then.
            STO-008. STO-010: the office's answer is to erase this laptop, which is done.
    """
    report = bundle.apply_answer(
        session.store,
        read_file(file),
        device=sync_state.device(session.store),
        actor=session.user.name,
        clock=session.clock,
        heed=obeys(session),
        keep_lease=keeps(session),
    )
    return report, consequences(session, report)


__all__ = [
    "Carried",
    "CarryReport",
    "Made",
    "UnderWay",
    "apply_answer",
    "carried",
    "carry",
    "exchange_carried",
    "hand_back",
    "kind_of_file",
    "make_bundle",
    "under_way",
]
