"""What was renamed survives a power cut, also where a disk knows no such thing."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from juntos_campo.durable import force_folder

pytestmark = pytest.mark.skipif(os.name != "posix", reason="Windows forces no folders")


def refusing(code: int) -> object:
    def fsync(_handle: int) -> None:
        raise OSError(code, "synthetic")

    return fsync


def test_a_stick_that_cannot_force_its_folder_still_takes_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", refusing(errno.EINVAL))
    force_folder(tmp_path)


def test_a_disk_that_fails_is_not_taken_for_one_that_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handles = len(os.listdir("/proc/self/fd")) if Path("/proc/self/fd").is_dir() else 0
    monkeypatch.setattr(os, "fsync", refusing(errno.EIO))
    with pytest.raises(OSError, match="synthetic"):
        force_folder(tmp_path)
    if handles:
        assert len(os.listdir("/proc/self/fd")) == handles, "a folder was left open"


def test_the_folder_itself_is_forced_and_not_only_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: forced.append(os.fstat(handle).st_ino))
    force_folder(tmp_path)
    assert forced == [tmp_path.stat().st_ino]
