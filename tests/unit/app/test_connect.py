"""Connecting a laptop with a server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from return_loop import GESTOR, PASSWORD, open_laptop

from juntos_campo.app.connect import connect, is_connected
from juntos_campo.app.session import Session
from juntos_campo.domain.errors import UserError


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    session = open_laptop(tmp_path / "gestor", GESTOR)
    yield session
    session.close()


@pytest.fixture
def nobody() -> str:
    """An address of this machine where nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_a_mistyped_address_is_named_and_not_only_the_signal_blamed(
    gestor: Session, nobody: str
) -> None:
    with pytest.raises(UserError, match=nobody) as caught:
        connect(gestor, nobody, GESTOR.name, PASSWORD)
    assert caught.value.problem.code == "CON-004"
    assert not is_connected(gestor)


@pytest.mark.parametrize("typed", ["https://", "   ", "http://"])
def test_an_address_without_a_name_asks_for_one(gestor: Session, typed: str) -> None:
    with pytest.raises(UserError) as caught:
        connect(gestor, typed, GESTOR.name, PASSWORD)
    assert caught.value.problem.code == "CON-003"
