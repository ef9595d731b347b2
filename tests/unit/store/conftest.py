from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from juntos_campo.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    numbers = count(1)
    opened = Store(tmp_path / "campo.db", b"k" * 32, ids=lambda: f"{next(numbers):032x}")
    yield opened
    opened.close()
