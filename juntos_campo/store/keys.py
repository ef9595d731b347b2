"""The password and the key of the database.

The database has a random key of its own; the password only wraps it (Argon2id, then a NaCl secret
box), so that changing the password never rewrites the database. Wrong passwords are counted in a file
beside it and answered with a growing delay.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from juntos_campo.domain.errors import user_error
from juntos_campo.durable import force_folder
from juntos_campo.store.problems import (
    ALREADY_EXISTS,
    KEY_FILE_UNREADABLE,
    NOT_CREATED,
    WAIT_BEFORE_RETRY,
    WEAK_PASSWORD,
    WRONG_PASSWORD,
)

KEY_BYTES = 32
MINIMUM_PASSWORD = 6
FREE_ATTEMPTS = 3
LONGEST_DELAY_SECONDS = 300


@dataclass(frozen=True, slots=True)
class KdfCost:
    """Cost of Argon2id: passes, memory in KiB, lanes."""

    passes: int = 3
    memory_kib: int = 64 * 1024
    lanes: int = 1


DEFAULT_COST = KdfCost()


def _derive(password: str, salt: bytes, cost: KdfCost) -> bytes:
    return hash_secret_raw(
        password.encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )


def write_durably(path: Path, text: str) -> None:
    """Replace `path` whole or not at all, on disk when this returns."""
    temporary = path.with_suffix(path.suffix + ".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    force_folder(path.parent)


def _wrap(key: bytes, password: str, cost: KdfCost) -> dict[str, Any]:
    salt = os.urandom(16)
    box = SecretBox(_derive(password, salt, cost))
    return {
        "version": 1,
        "kdf": "argon2id",
        "passes": cost.passes,
        "memory_kib": cost.memory_kib,
        "lanes": cost.lanes,
        "salt": base64.b64encode(salt).decode(),
        "wrapped_key": base64.b64encode(bytes(box.encrypt(key))).decode(),
    }


def create_key(key_file: Path, password: str, cost: KdfCost = DEFAULT_COST) -> bytes:
    """Make a new random key wrapped by `password`.

    Returns:
        The raw key, 32 bytes.

    Raises:
        UserError: STO-006 a key exists already; STO-009 the password is too short.
    """
    if key_file.exists():
        raise user_error(ALREADY_EXISTS)
    if len(password) < MINIMUM_PASSWORD:
        raise user_error(WEAK_PASSWORD, length=MINIMUM_PASSWORD)
    key = os.urandom(KEY_BYTES)
    key_file.parent.mkdir(parents=True, exist_ok=True)
    write_durably(key_file, json.dumps(_wrap(key, password, cost)))
    return key


def unlock(key_file: Path, password: str, now: datetime) -> bytes:
    """The raw key, if `password` is right.

    Raises:
        UserError: STO-001 wrong password, STO-002 too many wrong ones, STO-003 unreadable key file,
            STO-007 there is no key file.
    """
    attempts = _Attempts.read(key_file)
    wait = attempts.seconds_to_wait(now)
    if wait > 0:
        raise user_error(WAIT_BEFORE_RETRY, failures=attempts.failures, seconds=wait)
    if not key_file.exists():
        raise user_error(NOT_CREATED)
    try:
        content = json.loads(key_file.read_text(encoding="utf-8"))
        cost = KdfCost(content["passes"], content["memory_kib"], content["lanes"])
        salt = base64.b64decode(content["salt"])
        wrapped = base64.b64decode(content["wrapped_key"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise user_error(KEY_FILE_UNREADABLE) from error
    try:
        key = bytes(SecretBox(_derive(password, salt, cost)).decrypt(wrapped))
    except CryptoError:
        attempts.failed(now)
        raise user_error(WRONG_PASSWORD) from None
    attempts.forget()
    return key


def change_password(key_file: Path, old: str, new: str, now: datetime) -> None:
    """Wrap the same key with another password.

    Raises:
        UserError: as `unlock`, and STO-009.
    """
    key = unlock(key_file, old, now)
    if len(new) < MINIMUM_PASSWORD:
        raise user_error(WEAK_PASSWORD, length=MINIMUM_PASSWORD)
    write_durably(key_file, json.dumps(_wrap(key, new, DEFAULT_COST)))


@dataclass(slots=True)
class _Attempts:
    """Wrong passwords so far, kept beside the key file."""

    path: Path
    failures: int
    last: datetime | None

    @classmethod
    def read(cls, key_file: Path) -> _Attempts:
        path = key_file.with_suffix(".attempts")
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            return cls(path, int(content["failures"]), datetime.fromisoformat(content["last"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls(path, 0, None)

    def seconds_to_wait(self, now: datetime) -> int:
        """Whole seconds until the next attempt is heard; a clock set back does not shorten it."""
        if self.last is None or self.failures < FREE_ATTEMPTS:
            return 0
        delay = min(2.0 ** (self.failures - FREE_ATTEMPTS + 1), LONGEST_DELAY_SECONDS)
        elapsed = max(0.0, (now - self.last) / timedelta(seconds=1))
        return max(0, int(delay - elapsed + 0.999))

    def failed(self, now: datetime) -> None:
        content = {"failures": self.failures + 1, "last": now.isoformat()}
        write_durably(self.path, json.dumps(content))

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
