"""Messages the office sends to the laptops: orientation cards and commitments, checked, then stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from juntos_campo.central.database import Database
from juntos_campo.central.file_problems import MESSAGES_NOT_SENT
from juntos_campo.central.pack_files import PackKind, PacksReport, send_packs
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import MessagePack
from juntos_campo.domain.ids import derived_id
from juntos_campo.norms.message_problems import MESSAGES_TWICE
from juntos_campo.norms.messages import load_messages, read_file

KIND = "message_pack"


def send_messages(
    database: Database,
    shipped: Path,
    files: Sequence[Path],
    taken_back: Sequence[str],
    clock: Clock,
) -> PacksReport:
    """Store messages for every laptop, and take others back.

    Args:
        shipped: folder of the messages that come with the program.
        files: their ids say which ones they replace.
        taken_back: ids of messages sent earlier.

    Raises:
        UserError: VIS-020 to VIS-025 a file is faulty by itself or beside the others, CEN-230 what is
            to be taken back was never sent; nothing has changed then.
    """
    kind = PackKind(
        MessagePack, "messages", MESSAGES_TWICE, MESSAGES_NOT_SENT, partial(_check, shipped)
    )
    return send_packs(database, kind, map(_read, files), taken_back, clock)


def _read(path: Path) -> MessagePack:
    one = read_file(path)
    return MessagePack(id=derived_id(KIND, one.id), pack_id=one.id, file=path.name, text=one.text)


def _check(shipped: Path, sent: Mapping[str, MessagePack]) -> None:
    """Make sure that every laptop of this version can use them."""
    load_messages(shipped, sent.values())
