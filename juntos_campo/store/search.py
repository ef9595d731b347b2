"""Finding people: full-text search over names, document, household code and place, accents folded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from juntos_campo.store.store import Store

_WORD = re.compile(r"\w+", re.UNICODE)

_ROWS = """
    SELECT h.id, m.id,
        json_extract(m.body, '$.paternal') || ' ' || json_extract(m.body, '$.maternal') || ' '
            || json_extract(m.body, '$.given'),
        json_extract(m.body, '$.document_number'),
        json_extract(h.body, '$.code') || ' ' || json_extract(h.body, '$.phone'),
        coalesce(json_extract(s.body, '$.name') || ' ' || json_extract(s.body, '$.district'), '')
    FROM member m
    JOIN household h ON h.id = m.household_id
    LEFT JOIN settlement s ON s.id = h.settlement_id
    WHERE NOT m.deleted AND NOT h.deleted
"""


@dataclass(frozen=True, slots=True)
class Hit:
    """One person found."""

    household_id: str
    member_id: str


def reindex(connection: Any, household_ids: Iterable[str] | None) -> None:
    """Write the search rows of these households anew (None: of all)."""
    insert = (
        "INSERT INTO person_search (household_id, member_id, names, document, code, place) " + _ROWS
    )
    if household_ids is None:
        connection.execute("DELETE FROM person_search")
        connection.execute(insert)
        return
    wanted = list(household_ids)
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS reindexed (id TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM reindexed")
    connection.executemany("INSERT INTO reindexed VALUES (?)", [(one,) for one in wanted])
    connection.execute("DELETE FROM person_search WHERE household_id IN (SELECT id FROM reindexed)")
    connection.execute(insert + " AND h.id IN (SELECT id FROM reindexed)")


def forget_removed(connection: Any) -> None:
    """Write the index anew without the words of rows that are gone: it only marks them otherwise."""
    connection.execute("INSERT INTO person_search (person_search) VALUES ('optimize')")


def match_expression(text: str) -> str:
    """FTS5 expression: every word typed must begin a word of the row. Empty for no words.

    Figures alone are looked for in one piece as well: a phone or DNI is often typed in groups.
    """
    words = _WORD.findall(text)
    expression = " ".join(f'"{word}"*' for word in words)
    if len(words) > 1 and all(word.isdigit() for word in words):
        return f'({expression}) OR "{"".join(words)}"*'
    return expression


def search_people(store: Store, text: str, limit: int = 200) -> list[Hit]:
    """People that match everything typed, best first (names weigh more than places)."""
    expression = match_expression(text)
    if not expression:
        return []
    rows = store.rows(
        "SELECT household_id, member_id FROM person_search WHERE person_search MATCH ? "
        "ORDER BY bm25(person_search, 0, 0, 10, 20, 15, 2) LIMIT ?",
        (expression, limit),
    )
    return [Hit(*row) for row in rows]
