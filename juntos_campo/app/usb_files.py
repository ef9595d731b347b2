"""Taking files from a memory stick, whatever they are: an answer is applied, a colleague's is carried."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from juntos_campo.app.session import NOTHING_CHANGED, Changed, Session
from juntos_campo.app.sync_desk import SyncOutcome, outcome_of
from juntos_campo.app.usb import apply_answer, carry, kind_of_file
from juntos_campo.domain.errors import UserError
from juntos_campo.sync.bundle_problems import ALREADY_APPLIED, CARRIED_ALREADY
from juntos_campo.wire.bundle_messages import BundleKind

_FOLDER = "usb.folder"


class Taken(StrEnum):
    """What became of a file that was opened; KNOWN: it was taken before, nothing is amiss."""

    APPLIED = "applied"
    CARRIED = "carried"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class TakenFile:
    """One file that was opened.

    Attributes:
        name: of the file.
        why: what is to be known of it, a sentence; the reason where it was refused.
        outcome: of an answer that was applied.
        carried_id: of a file that is carried now.
    """

    name: str
    taken: Taken
    why: str
    changed: Changed = NOTHING_CHANGED
    outcome: SyncOutcome | None = None
    carried_id: str = ""


def take_file(session: Session, file: Path) -> TakenFile:
    """Open one file of a stick: apply it if it is an answer for this laptop, else carry it along.

    A file that cannot be used is told, and never raises: the others of the same stick go on.
    """
    try:
        if kind_of_file(file) is BundleKind.ANSWER:
            report, changed = apply_answer(session, file)
            outcome = outcome_of(session, report, changed)
            return TakenFile(file.name, Taken.APPLIED, outcome.headline, changed, outcome)
        one = carry(session, file)
    except UserError as error:
        known = error.problem in (ALREADY_APPLIED, CARRIED_ALREADY)
        said = f"{error.what} {error.remedy}" if known else str(error)
        return TakenFile(file.name, Taken.KNOWN if known else Taken.REFUSED, said)
    why = f"De la computadora {one.device}: se entregará al servidor cuando usted sincronice."
    return TakenFile(file.name, Taken.CARRIED, why, Changed(frozenset({"bundle"})), None, one.id)


def last_folder(session: Session) -> str:
    """The folder a file was last written to or read from; "" before the first."""
    return session.store.meta(_FOLDER)


def remember_folder(session: Session, folder: Path) -> None:
    """Begin there next time."""
    with session.work("usb.folder") as work:
        work.tx.set_meta(_FOLDER, str(folder))
