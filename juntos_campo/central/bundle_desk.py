"""A stick handed in at the office: one file read, its answer written beside or where it is asked for."""

from __future__ import annotations

import os
from pathlib import Path

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.bundle_problems import (
    ANSWER_IN_THE_WAY,
    ANSWER_NOT_WRITTEN,
    FILE_UNREADABLE,
)
from juntos_campo.central.bundles import Bundles
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.files import Files
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.wire.bundle import MOST_BYTES, file_name, read
from juntos_campo.wire.bundle_problems import TOO_LARGE


def answer_file(
    database: Database,
    settings: ServerSettings,
    clock: Clock,
    ids: Ids,
    file: Path,
    out: Path,
    *,
    again: bool = False,
) -> Path:
    """Take `file` and write its answer to `out`, a folder or the name of a new file.

    Raises:
        UserError: JCB-001 to JCB-010, CEN-012, CEN-601 to CEN-605, CEN-607: nothing was taken. CEN-606: it
            was taken, and the answer can be had with `again`.
    """
    data = _read(file)
    header = read(data).header
    target = out / file_name(header.made_at, header.device, answer=True) if out.is_dir() else out
    if target.exists() and not again:
        raise user_error(ANSWER_IN_THE_WAY, file=target)
    exchange = Exchange(database, settings, clock, ids)
    accounts = Accounts(database, settings, clock)
    files = Files(database, settings, clock)
    desk = Bundles(database, accounts, exchange, files, clock, ids)
    answer = desk.take(data, again=again)
    _write(target, answer)
    return target


def _read(file: Path) -> bytes:
    try:
        if file.stat().st_size > MOST_BYTES:
            raise user_error(TOO_LARGE, most=MOST_BYTES // 2**20)
        return file.read_bytes()
    except OSError as error:
        raise user_error(FILE_UNREADABLE, file=file, detail=error.strerror or "") from error


def _write(target: Path, data: bytes) -> None:
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    except OSError as error:
        raise user_error(ANSWER_NOT_WRITTEN, file=target, detail=error.strerror or "") from error
