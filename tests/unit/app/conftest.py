"""The laptop most tests of our own records begin with; who needs another world makes it in his file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from record_world import record_laptop

from juntos_campo.app.session import Session


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """The laptop of `record_world`."""
    made = record_laptop(tmp_path / "laptop")
    yield made
    made.close()
