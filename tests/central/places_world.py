"""Villages, households and who receives them."""

from __future__ import annotations

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.authorisation import readable
from juntos_campo.central.database import Database
from juntos_campo.central.feed import read_page
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household, Settlement
from juntos_campo.domain.values import Role

PASSWORD = "papa nativa 2026"
BUDGET = 1_000_000


def village(key: str, name: str = "Pampa", facility: str = "") -> Settlement:
    return Settlement(
        id=key, name=name, ubigeo="210101", district="Puno", province="Puno", facility_id=facility
    )


def home(worker: str, number: int, settlement: str) -> Household:
    return Household(
        id=f"h-{number}", code=f"{number:05d}", field_worker=worker, settlement_id=settlement
    )


def enrol(database: Database, clock: FixedClock, *accounts: Account) -> None:
    settings = ServerSettings(argon2_memory_kib=64, argon2_passes=1)
    for one in accounts:
        Accounts(database, settings, clock).enrol(one, PASSWORD)


ANA = Account("ana", "Ana", Role.FIELD_WORKER, "", "PUNO")


def came(
    database: Database, account: Account, cursor: dict[str, int] | None = None
) -> tuple[dict[str, str], dict[str, int]]:
    """Place -> name, as an account receives them after `cursor`; and its cursor then."""
    with database.reading() as connection:
        names = readable(connection, account)
        page = read_page(connection, names, cursor or {}, BUDGET, frozenset())
    places = {one.id: str(one.fields["name"]) for one in page.changes if one.partition == "ref"}
    return places, page.cursor
