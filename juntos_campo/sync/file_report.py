"""What a synchronisation did about photos, signatures and files, and how to say it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class FilesReport:
    """The account of the files of one synchronisation; bytes are those of the files.

    Attributes:
        sent, fetched: files that are whole on the other side, checked by their hash.
        waiting: files that still wait to be sent; `to_come`: files still to be fetched.
        refused: Spanish sentences, why the server will not take a file.
        put_off: nothing was moved, since the user, or the link, asks for another moment.
        stopped: why it ended early, in Spanish; empty when it did not.
    """

    sent: int = 0
    sent_bytes: int = 0
    fetched: int = 0
    fetched_bytes: int = 0
    waiting: int = 0
    waiting_bytes: int = 0
    to_come: int = 0
    refused: list[str] = field(default_factory=list)
    put_off: bool = False
    stopped: str = ""

    @property
    def quiet(self) -> bool:
        """There is nothing to tell."""
        return self == FilesReport()

    def as_json(self) -> dict[str, Any]:
        """For ``--json`` and the history of syncs."""
        return {
            "sent": self.sent,
            "sent_bytes": self.sent_bytes,
            "fetched": self.fetched,
            "fetched_bytes": self.fetched_bytes,
            "waiting": self.waiting,
            "waiting_bytes": self.waiting_bytes,
            "to_come": self.to_come,
            "refused": list(self.refused),
            "put_off": self.put_off,
            "stopped": self.stopped,
        }
