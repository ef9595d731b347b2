"""What the disk answered reaches a person in Spanish."""

from __future__ import annotations

import errno
import os

import pytest

from juntos_campo.domain.disk_words import UNKNOWN, disk_reason


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "no queda espacio"),
        (PermissionError(errno.EACCES, os.strerror(errno.EACCES)), "no hay permiso"),
        (RuntimeError("database or disk is full"), "no queda espacio"),
        (RuntimeError("attempt to write a readonly database"), "solo se puede leer"),
        (RuntimeError("database is locked"), "otro programa la está usando"),
        (OSError("strange"), UNKNOWN),
        (RuntimeError("strange"), UNKNOWN),
    ],
)
def test_no_english_of_the_system_is_shown(error: Exception, words: str) -> None:
    assert disk_reason(error) == words
