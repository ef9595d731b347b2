"""What random days are played on: made once, cleared for each of them."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.server_key import server_public_key
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import metadata
from juntos_campo.central.units import add_unit
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.values import Role
from juntos_campo.store.store import Store

from .conftest import CHEAP, MORNING, PASSWORD
from .faults import ServerFuse

KEY = bytes(32)


class Ground:
    """What is made once for thousands of days: an empty server and an empty laptop's database."""

    def __init__(self, folder: Path, url: str = "", *, units: bool = False) -> None:
        """`units`: ana and beto work in two territorial units, so that what moves goes between them.

        Attributes:
            units: user -> the units whose places are his to receive; that of nobody is everybody's.
        """
        own = {"ana": {"PUNO"}, "beto": {"CUSCO"}, "zoe": {"PUNO", "CUSCO"}}
        self.units = {name: {""} | (where if units else set()) for name, where in own.items()}
        self.folder = folder
        self.settings = ServerSettings(
            database_url=url or f"sqlite:///{folder / 'central.db'}", **CHEAP
        )
        self.database = Database(self.settings.database_url)
        self.database.migrate()
        self.fuse = ServerFuse(self.database.engine)
        self.clock = FixedClock(MORNING)
        self.accounts = Accounts(self.database, self.settings, self.clock)
        self.empty = folder / "empty.db"
        Store(self.empty, KEY).close()
        for name, unit in (("ana", "PUNO"), ("beto", "CUSCO")):
            if units:
                add_unit(self.database, unit, unit, self.clock)
            lies_in = unit if units else ""
            self.accounts.enrol(Account(name, name, Role.FIELD_WORKER, "Z1", lies_in), PASSWORD)
        self.accounts.enrol(Account("zoe", "zoe", Role.ZONE_COORDINATOR, "Z1"), PASSWORD)
        server_public_key(self.database, self.clock)

    def clear(self) -> None:
        """A server as on its first day; accounts and its key stay."""
        kept = {"users", "units", "keys", "alembic_version"}
        with self.database.writing() as connection:
            for table in reversed(metadata.sorted_tables):
                if table.name not in kept:
                    connection.execute(sa.delete(table))
        self.clock.moment = MORNING
        for left in self.folder.glob("day-*"):
            left.unlink()

    def close(self) -> None:
        self.database.close()
