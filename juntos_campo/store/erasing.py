"""Erasing this laptop for good by the office's order, whatever interrupts it.

First a mark, so that a laptop that is switched off in the middle goes on at its next start; then the key,
without which nothing that is left can be read; then everything else the program keeps. What the disk itself
remembers of bytes it was told to overwrite is beyond any program: without the key they are noise.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from juntos_campo.durable import force_folder
from juntos_campo.paths import DataPlace
from juntos_campo.store.keys import write_durably

OURS = ("campo.*", "window.ini*")
"""Everything the program writes by itself, below `DataPlace.root`. The office's authority file stays: it is a
public certificate, and whoever sets the laptop up again needs it."""


class Phase(StrEnum):
    """ERASING: not all is gone yet. ERASED: nobody has read so yet. READ: only the office does not know."""

    ERASING = "erasing"
    ERASED = "erased"
    READ = "read"


@dataclass(frozen=True, slots=True)
class Erasure:
    """The mark.

    Attributes:
        ordered_at: when the office ordered it (ISO, by the server's clock).
        server, device, signature: to tell the office that it is done; no personal data.
        told: the office knows.
    """

    phase: Phase
    ordered_at: str
    server: str
    device: str
    signature: str
    told: bool = False

    @property
    def ordered(self) -> datetime:
        """When the office ordered it."""
        return datetime.fromisoformat(self.ordered_at)


def erasure_of(place: DataPlace) -> Erasure | None:
    """The mark of this laptop; None where nothing was ordered."""
    try:
        found = json.loads(place.erased_file.read_text(encoding="utf-8"))
        mark = Erasure(**{**found, "phase": Phase(found["phase"])})
        datetime.fromisoformat(mark.ordered_at)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is replaced whole, so somebody meddled with it: nothing is erased on such a word
    return mark


def begin_erasing(place: DataPlace, mark: Erasure) -> None:
    """From here there is no way back: the key is gone when this returns.

    Raises:
        OSError: the disk refuses; with the mark written it is tried again at the next start.
    """
    _write(place, replace(mark, phase=Phase.ERASING))
    _destroy_key(place)


def go_on_erasing(place: DataPlace) -> bool:
    """Erase what is left, if an erasure is under way. Nobody may have the database open.

    Returns:
        False while something could not be removed (Windows keeps files that are open); it is tried again.
    """
    mark = erasure_of(place)
    if mark is None or mark.phase is not Phase.ERASING:
        return True
    _destroy_key(place)
    whole = True
    for file in list(_left(place)):
        try:
            file.unlink(missing_ok=True)
        except OSError:
            # Our own log is open in this very process; it names nobody, and it is empty then.
            whole &= _emptied(file) and file.name.startswith(place.log_file.name)
    if whole:
        force_folder(place.root)
        _write(place, replace(mark, phase=Phase.ERASED))
    return whole


def mark_told(place: DataPlace) -> None:
    """The office knows now."""
    mark = _erased(place)
    if mark is not None:
        _keep(place, replace(mark, told=True))


def mark_read(place: DataPlace) -> None:
    """Somebody has read what happened: from now on this is a new laptop."""
    mark = _erased(place)
    if mark is not None:
        _keep(place, replace(mark, phase=Phase.READ))


def _erased(place: DataPlace) -> Erasure | None:
    mark = erasure_of(place)
    return None if mark is None or mark.phase is Phase.ERASING else mark


def _keep(place: DataPlace, mark: Erasure) -> None:
    """The mark stays until the office knows and somebody has read it."""
    if mark.told and mark.phase is Phase.READ:
        place.erased_file.unlink(missing_ok=True)
    else:
        _write(place, mark)


def _write(place: DataPlace, mark: Erasure) -> None:
    write_durably(place.erased_file, json.dumps(asdict(mark)))


def _destroy_key(place: DataPlace) -> None:
    """Overwritten, forced to the disk, and only then removed; also what a change of password left."""
    for file in place.root.glob(f"{place.key_file.name}*"):
        if file.is_symlink() or not file.is_file():
            continue
        with file.open("r+b") as key:
            key.write(os.urandom(max(file.stat().st_size, 1)))
            key.flush()
            os.fsync(key.fileno())
        file.unlink(missing_ok=True)
    force_folder(place.root)


def _emptied(file: Path) -> bool:
    try:
        os.truncate(file, 0)
    except OSError:
        return False
    return True


def _left(place: DataPlace) -> Iterator[Path]:
    for pattern in OURS:
        for file in sorted(place.root.glob(pattern)):
            if file != place.erased_file and (file.is_symlink() or file.is_file()):
                yield file
