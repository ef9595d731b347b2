"""The first sentence of a report never says that the server has what it has not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from juntos_campo.app import sync_account
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.report import SyncReport
from juntos_campo.sync.wording import headline

NOW = datetime(2026, 11, 21, tzinfo=UTC)
EVERYTHING = "el servidor tiene todo"


def test_all_is_there_when_all_is_there() -> None:
    assert EVERYTHING in headline(SyncReport(NOW, NOW))


@pytest.mark.parametrize(
    ("left", "said"),
    [
        ({"still_refused": 1}, "no aceptó 1 cambio"),
        ({"still_waiting": 2}, "2 cambios siguen por enviar"),
        ({"files": FilesReport(waiting=1)}, "1 foto o archivo sigue por enviar"),
    ],
    ids=["refused long ago", "waiting", "photos"],
)
def test_what_the_server_lacks_is_never_said_to_be_there(
    left: dict[str, object], said: str
) -> None:
    told = headline(SyncReport(NOW, NOW, **left))  # type: ignore[arg-type]
    assert EVERYTHING not in told
    assert said in told


def test_changes_recorded_while_it_ran_are_not_received_out_of_fewer() -> None:
    assert sync_account.headline(4, 3, complete=True) == "El servidor recibió 4 de 4 cambios."
    assert sync_account.headline(1, 0, complete=True) == "El servidor recibió 1 de 1 cambio."
