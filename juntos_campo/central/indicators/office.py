"""The indicators of a server as its office runs them: the shipped sheets, the rules in force there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache

from juntos_campo import paths
from juntos_campo.central.database import Database
from juntos_campo.central.indicators.asking import periods_on
from juntos_campo.central.indicators.refresh import Indicators, Refreshed
from juntos_campo.central.indicators.sheets import Sheet, load_sheets
from juntos_campo.central.reference import stored_reference
from juntos_campo.central.tables import indicators
from juntos_campo.norms.packs import load_rule_book


@cache
def shipped_sheets() -> tuple[Sheet, ...]:
    """The definition sheets that come with the program, read once in a process."""
    return load_sheets(paths.resources() / "indicators")


def indicators_of(database: Database, sheets: tuple[Sheet, ...] = ()) -> Indicators:
    """The indicators of a server, judged by the rules it sends to its laptops.

    Args:
        sheets: only these; empty: all.
    """
    with database.reading() as connection:
        sent = [one for one, gone in stored_reference(connection, "rule_pack") if not gone]
    book = load_rule_book(paths.resources() / "norms", received=sent)
    return Indicators(database, indicators, sheets or shipped_sheets(), book)


def refresh_all(
    database: Database,
    now: datetime,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Refreshed:
    """Bring all that is of interest today up to date, and forget verdicts about people on other days.

    Running it again, or twice at once, does no harm; stopped in between it leaves whole partitions.

    Args:
        now: an aware moment of Peru.
        progress: given the partitions done and all of them.
    """
    today = now.date()
    periods = periods_on(today)
    made = indicators_of(database)
    done = made.refresh(periods, now, progress)
    made.forget_standings(today + timedelta(days=1), [one.cut(today) for one in periods])
    return done
