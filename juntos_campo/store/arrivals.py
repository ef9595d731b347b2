"""The first download: households that are here by name, and whose history is still to come.

The roster (households, people, pregnancies, places, forms) comes first; then the history, household by
household, those that matter most today first. Until the history of a household is whole, nobody may
judge what it lacks: what was received may be on its way.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from juntos_campo.store.store import Store
from juntos_campo.store.sync_state import ARRIVING
from juntos_campo.store.transaction import Transaction

if TYPE_CHECKING:
    from juntos_campo.wire.messages import Arrival

_STATE = ARRIVING

SHORTEST = 6
"""Digits of an id that are asked with, at least: more only where two households begin alike."""

_AFTER_ALL = "\U0010ffff"

_RANKED = """
    UPDATE arriving SET rank = ranked.place FROM (
        SELECT a.household_id AS id, row_number() OVER (ORDER BY
            EXISTS (SELECT 1 FROM pregnancy p WHERE p.household_id = a.household_id
                AND NOT p.deleted AND json_extract(p.body, '$.ended_on') IS NULL) DESC,
            (SELECT max(m.birth_date) FROM member m WHERE m.household_id = a.household_id
                AND NOT m.deleted AND json_extract(m.body, '$.left_on') IS NULL) DESC,
            a.household_id) AS place
        FROM arriving a WHERE a.partition = ?) AS ranked
    WHERE arriving.household_id = ranked.id AND arriving.rank >= 0
"""


def state(store: Store) -> dict[str, tuple[int, int]]:
    """Partition -> (until, at) of every first download under way (`wire.messages.Arrival`)."""
    found = json.loads(store.meta(_STATE, "{}"))
    return {name: (int(until), int(at)) for name, (until, at) in found.items()}


def set_state(transaction: Transaction, reached: Mapping[str, tuple[int, int]]) -> None:
    transaction.set_meta(_STATE, json.dumps(dict(reached)))


def as_state(arriving: Mapping[str, Arrival]) -> dict[str, tuple[int, int]]:
    """What a message says, as `state` gives it."""
    return {name: (one.until, one.at) for name, one in arriving.items()}


def under_way(store: Store) -> bool:
    """A first download has begun and is not whole."""
    return bool(state(store))


def holds_loaded(store: Store) -> bool:
    """There are households from a file that the server has not confirmed."""
    return bool(store.rows("SELECT 1 FROM household WHERE server_version = 0 LIMIT 1"))


def incomplete(store: Store) -> frozenset[str]:
    """Ids of households whose history has not come yet: nobody may judge them."""
    return frozenset(one for (one,) in store.rows("SELECT household_id FROM arriving"))


def is_incomplete(store: Store, household_id: str) -> bool:
    """The history of this household has not come yet."""
    found = store.rows("SELECT 1 FROM arriving WHERE household_id = ?", (household_id,))
    return bool(found)


def missing(store: Store) -> int:
    """How many households are `incomplete`."""
    return int(store.rows("SELECT count(*) FROM arriving")[0][0])


def progress(store: Store) -> tuple[int, int]:
    """Households that are whole and households in all; (0, 0) when no first download is under way."""
    if not under_way(store):
        return 0, 0
    total = int(store.rows("SELECT count(*) FROM household WHERE NOT deleted")[0][0])
    return total - missing(store), total


def expect(transaction: Transaction, partition: str, household_ids: Iterable[str]) -> None:
    """These households came with the roster; their history is to be asked for."""
    transaction.connection.executemany(
        "INSERT OR IGNORE INTO arriving (household_id, partition, rank) VALUES (?, ?, 0)",
        [(one, partition) for one in household_ids],
    )


def rank(transaction: Transaction, partition: str) -> None:
    """Order them: who is pregnant first, then the smallest child; who was asked for stays in front."""
    transaction.execute(_RANKED, (partition,))


def ask_first(transaction: Transaction, household_id: str) -> bool:
    """Somebody wants to see this household: its history is asked for next. False: it is whole."""
    cursor = transaction.execute(
        "UPDATE arriving SET rank = (SELECT min(0, min(rank)) - 1 FROM arriving) "
        "WHERE household_id = ?",
        (household_id,),
    )
    return bool(cursor.rowcount)


def wanted(store: Store, partitions: Iterable[str], limit: int) -> dict[str, tuple[str, ...]]:
    """Beginnings of the ids of the households to ask for next, by partition, in order."""
    names = list(partitions)
    marks = ",".join("?" * len(names))
    rows = store.rows(
        f"SELECT partition, household_id FROM arriving WHERE partition IN ({marks}) "
        "ORDER BY rank, household_id LIMIT ?",
        (*names, limit),
    )
    found: dict[str, list[str]] = {}
    for name, household_id in rows:
        found.setdefault(name, []).append(_beginning(store, household_id))
    return {name: tuple(dict.fromkeys(ids)) for name, ids in found.items()}


def came(transaction: Transaction, partition: str, beginnings: Iterable[str]) -> None:
    """The history of these households is whole."""
    # By the index of partitions (without the plus) SQLite would go through all of them each time.
    transaction.connection.executemany(
        "DELETE FROM arriving WHERE household_id >= ? AND household_id < ? AND +partition = ?",
        [(one, one + _AFTER_ALL, partition) for one in beginnings],
    )


def forget(transaction: Transaction, partition: str) -> None:
    """The whole partition came another way."""
    transaction.execute("DELETE FROM arriving WHERE partition = ?", (partition,))


def left_in(store: Store, partition: str) -> bool:
    """History of this partition is still to come."""
    sql = "SELECT 1 FROM arriving WHERE partition = ? LIMIT 1"
    return bool(store.rows(sql, (partition,)))


def _beginning(store: Store, household_id: str) -> str:
    """As much of an id as no other household here shares."""
    neighbours = store.rows(
        "SELECT (SELECT max(id) FROM household WHERE id < ?), "
        "(SELECT min(id) FROM household WHERE id > ?)",
        (household_id, household_id),
    )[0]
    length = SHORTEST
    for neighbour in filter(None, neighbours):
        while length < len(household_id) and household_id[:length] == neighbour[:length]:
            length += 1
    return household_id[:length]
