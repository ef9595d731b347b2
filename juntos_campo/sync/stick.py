"""Writing a file to a USB stick so that it is there, whole, or not at all; and reading one."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.durable import force_folder
from juntos_campo.sync.bundle_problems import (
    FILE_UNREADABLE,
    STICK_FAULTY,
    STICK_FULL,
    STICK_GONE,
    STICK_READ_ONLY,
)
from juntos_campo.sync.wording import bytes_text
from juntos_campo.wire.bundle import MOST_BYTES
from juntos_campo.wire.bundle_problems import TOO_LARGE

_SPARE = 64 * 1024
"""Free bytes to leave: a full stick loses directory entries."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_PROTECTED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_GONE = frozenset({errno.ENOENT, errno.ENODEV, errno.ENOTDIR, errno.ENXIO, errno.ESTALE})


def write_file(folder: Path, name: str, data: bytes) -> Path:
    """Write `data` under `name`, or under a name with a number when that one is taken.

    It is written beside, forced to the stick, read back and compared, and only then gets its name.

    Raises:
        UserError: USB-011 to USB-014; nothing of it stays then.
    """
    if not folder.is_dir():
        raise user_error(STICK_GONE, place=folder)
    part = folder / f".{name}.part"
    try:
        free = shutil.disk_usage(folder).free
        if free < len(data) + _SPARE:
            raise _full(len(data), free)
        _write(part, data)
        if _read_back(part) != data:
            raise user_error(STICK_FAULTY, detail="al leerlo de vuelta no es igual")
        target = _free_name(folder, name)
        part.replace(target)
        force_folder(folder)
    except OSError as error:
        _discard(part)
        raise _told(error, folder, len(data)) from error
    except UserError:
        _discard(part)
        raise
    return target


def read_file(path: Path) -> bytes:
    """The bytes of a bundle file; its size is looked at before.

    Raises:
        UserError: USB-011, USB-015, JCB-005.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise user_error(TOO_LARGE, most=MOST_BYTES // 2**20)
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        if error.errno in _GONE:
            raise user_error(STICK_GONE, place=path) from error
        raise user_error(FILE_UNREADABLE, place=path, detail=_reason(error)) from error


def _write(part: Path, data: bytes) -> None:
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _read_back(part: Path) -> bytes:
    with part.open("rb") as file:
        if hasattr(os, "posix_fadvise"):  # from the stick, not from the memory of this computer
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return file.read()


def _free_name(folder: Path, name: str) -> Path:
    stem, suffix = Path(name).stem, Path(name).suffix
    target, number = folder / name, 2
    while target.exists():
        target, number = folder / f"{stem}-{number}{suffix}", number + 1
    return target


def _discard(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        return  # the stick is gone, and the part with it


def _told(error: OSError, folder: Path, size: int) -> UserError:
    if error.errno in _FULL:
        return _full(size, 0)
    if error.errno in _PROTECTED:
        return user_error(STICK_READ_ONLY, place=folder)
    if error.errno in _GONE or not folder.is_dir():
        return user_error(STICK_GONE, place=folder)
    return user_error(STICK_FAULTY, detail=_reason(error))


def _full(size: int, free: int) -> UserError:
    return user_error(STICK_FULL, needed=bytes_text(size + _SPARE), free=bytes_text(free))


def _reason(error: OSError) -> str:
    return f"error {error.errno} del sistema" if error.errno else type(error).__name__
