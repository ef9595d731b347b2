"""Rows that keep the computed attention of households; derived, may be dropped at any time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from juntos_campo.store.connection import writing
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction

_ARRIVING = "SELECT household_id FROM arriving"
"""Households whose history is still to come (`store.arrivals`): nobody may judge them."""

SHAPE = 2
"""Raise it when the body of a row changes: rows of another shape are computed anew, never misread."""


def _stamp(day: date) -> str:
    """What `computed_for` holds: the day, and the shape of the body."""
    return f"{day.isoformat()}/{SHAPE}"


def read_attention(store: Store, day: date) -> list[tuple[str, str]]:
    """(household id, body) of the rows computed for `day`, most urgent first."""
    return store.rows(
        "SELECT household_id, body FROM attention WHERE computed_for = ? "
        f"AND household_id NOT IN ({_ARRIVING}) ORDER BY points DESC",
        (_stamp(day),),
    )


def missing_or_stale(store: Store, day: date) -> list[str]:
    """Ids of households without a row for `day`; those whose history is still to come aside."""
    rows = store.rows(
        "SELECT id FROM household WHERE NOT deleted AND id NOT IN "
        "(SELECT household_id FROM attention WHERE computed_for = ?) "
        f"AND id NOT IN ({_ARRIVING}) ORDER BY rowid",
        (_stamp(day),),
    )
    return [row[0] for row in rows]


def data_version(store: Store) -> int:
    """Differs from an earlier answer when another connection has committed anything since."""
    return int(store.rows("PRAGMA data_version")[0][0])


def write_attention(
    store: Store, day: date, rows: Iterable[tuple[str, str, int, str]], computed_at: int
) -> bool:
    """Store (household id, level, points, body) rows computed for `day`.

    Returns:
        False, and nothing is written, when another connection changed the database after
        `computed_at` (a `data_version`): the rows may be about what is no longer so.
    """
    with writing(store.connection) as connection:
        if data_version(store) != computed_at:
            return False
        connection.executemany(
            "INSERT INTO attention (household_id, computed_for, level, points, body) "
            "VALUES (?, ?, ?, ?, ?) ON CONFLICT (household_id) DO UPDATE SET "
            "computed_for = excluded.computed_for, level = excluded.level, "
            "points = excluded.points, body = excluded.body",
            [
                (household_id, _stamp(day), level, points, body)
                for household_id, level, points, body in rows
            ],
        )
        return True


def forget_attention(tx: Transaction) -> None:
    """Every answer is stale: it was given by rules that are no longer in force."""
    tx.execute("DELETE FROM attention")


def urgent_households(store: Store, day: date, levels: Iterable[str]) -> int:
    """Number of households computed for `day` whose level is one of `levels`."""
    wanted = list(levels)
    marks = ",".join("?" * len(wanted))
    sql = (
        f"SELECT count(*) FROM attention WHERE computed_for = ? AND level IN ({marks}) "
        f"AND household_id NOT IN ({_ARRIVING})"
    )
    return int(store.rows(sql, (_stamp(day), *wanted))[0][0])
