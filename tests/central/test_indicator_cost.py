"""What a refresh costs: with the households as they grow, and with the ones that did not change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from juntos_campo.central.database import Database
from juntos_campo.central.indicators.office import refresh_all
from juntos_campo.central.loading import load
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import Household

from .indicator_world import Maker, settlements

NOW = datetime(2026, 11, 17, 8, tzinfo=LIMA)
FEW, TIMES = 30, 4


class Counted:
    """A server on SQLite that counts the steps of the database's machine, a thousand each."""

    def __init__(self, path: Path) -> None:
        self.steps = self.statements = 0
        self.database = Database(f"sqlite:///{path}")
        sa.event.listen(self.database.engine, "connect", self._count)
        sa.event.listen(self.database.engine, "before_cursor_execute", self._statement)
        self.database.migrate()

    def _count(self, connection: Any, _record: Any) -> None:
        connection.set_progress_handler(self._step, 1000)

    def _step(self) -> int:
        self.steps += 1
        return 0

    def _statement(self, *_what: Any) -> None:
        self.statements += 1

    def fill(self, *workers: tuple[str, int]) -> None:
        maker = Maker(1)
        made = [
            one for name, number in workers for _ in range(number) for one in maker.household(name)
        ]
        load(self.database, [*settlements(), *made], FixedClock(NOW))

    def refresh(self) -> int:
        """Steps of one refresh."""
        self.steps = self.statements = 0
        refresh_all(self.database, NOW)
        return self.steps


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Counted]:
    made = Counted(tmp_path / "a.db")
    yield made
    made.database.close()


@pytest.fixture
def larger(tmp_path: Path) -> Iterator[Counted]:
    made = Counted(tmp_path / "b.db")
    yield made
    made.database.close()


def test_four_times_the_households_do_not_cost_sixteen_times_the_work(
    server: Counted, larger: Counted
) -> None:
    server.fill(("ana", FEW))
    larger.fill(("ana", FEW * TIMES))
    small, great = server.refresh(), larger.refresh()
    assert small > 20, "else there is nothing to compare"
    assert great < small * TIMES * 1.5


def test_partitions_that_did_not_change_cost_nothing_when_one_household_does(
    server: Counted,
) -> None:
    workers = [(f"w{number}", 3) for number in range(8)]
    server.fill(*workers)
    server.refresh()
    first = server.statements
    server.refresh()
    quiet = server.statements
    assert quiet < 20, "the quiet ones are asked about together"
    new = Household(id="f" * 32, code="new", field_worker="w7", settlement_id="s1")
    load(server.database, [new], FixedClock(NOW))
    server.refresh()
    assert server.statements - quiet < first / 4
