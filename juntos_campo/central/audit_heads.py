"""The ends of the audit chains, kept elsewhere: in a file of their own, and in every backup."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from juntos_campo.central.audit_chain import Heads
from juntos_campo.central.backup_file import MAGIC
from juntos_campo.central.backup_problems import CANNOT_READ, CANNOT_WRITE, HEADS_UNREADABLE
from juntos_campo.central.backup_reading import read_backup
from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import user_error


class _HeadsFile(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    made_at: str
    heads: dict[str, tuple[int, str]]


def write_heads(path: Path, heads: Heads, now: datetime) -> None:
    """Write them where they shall be kept.

    Raises:
        UserError: CEN-307.
    """
    content = _HeadsFile(made_at=now.isoformat(timespec="seconds"), heads=dict(heads))
    text = json.dumps(content.model_dump(), ensure_ascii=False, indent=1, sort_keys=True)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise user_error(CANNOT_WRITE, file=path.name, reason=disk_reason(error)) from error


def read_kept_heads(path: Path, passphrase: bytes | None = None) -> Heads:
    """Those of a file of `write_heads`, or of a backup.

    Raises:
        UserError: CEN-301 to CEN-305, CEN-309, CEN-314.
    """
    try:
        with path.open("rb") as file:
            is_backup = file.read(len(MAGIC)) == MAGIC
        if is_backup:
            return read_backup(path, passphrase).manifest.heads
        return _HeadsFile.model_validate_json(path.read_bytes()).heads
    except OSError as error:
        raise user_error(CANNOT_READ, file=path.name, reason=disk_reason(error)) from error
    except ValidationError as error:
        raise user_error(HEADS_UNREADABLE, file=path.name) from error
