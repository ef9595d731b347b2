"""What the coordinator's queue and the list of visits are read from, without opening every record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from juntos_campo.domain.entities import Review
from juntos_campo.domain.kinds import kind_of
from juntos_campo.domain.values import Decision, Modality
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class VisitHead:
    """A closed visit without its answers."""

    id: str
    household_id: str
    field_worker: str
    on: date
    modality: Modality
    closed_at: datetime
    server_version: int


_VISIT_COLUMNS = (
    "id, household_id, field_worker, json_extract(body, '$.on'), "
    "json_extract(body, '$.modality'), json_extract(body, '$.closed_at'), server_version"
)

_UNREVIEWED = (
    "NOT deleted AND server_version > 0 AND NOT EXISTS (SELECT 1 FROM review WHERE "
    "review.target_id = {kind}.id AND NOT review.deleted AND "
    "json_extract(review.body, '$.target_version') >= {kind}.server_version)"
)


def visit_heads(store: Store, limit: int) -> list[VisitHead]:
    """Closed visits, the last one first."""
    sql = (
        f"SELECT {_VISIT_COLUMNS} FROM visit WHERE NOT deleted "
        "ORDER BY json_extract(body, '$.closed_at') DESC LIMIT ?"
    )
    return [_head(row) for row in store.rows(sql, (limit,))]


def unreviewed_visits(store: Store) -> list[VisitHead]:
    """Synced visits whose present version nobody has decided about."""
    condition = _UNREVIEWED.format(kind="visit")
    return [
        _head(row) for row in store.rows(f"SELECT {_VISIT_COLUMNS} FROM visit WHERE {condition}")
    ]


def unreviewed_forms(store: Store) -> list[tuple[str, int]]:
    """(id, server version) of completed, synced forms whose present version waits for a decision."""
    condition = _UNREVIEWED.format(kind="form_record")
    return list(
        store.rows(
            f"SELECT id, server_version FROM form_record WHERE {condition} "
            "AND json_extract(body, '$.completed_at') IS NOT NULL"
        )
    )


def unsent(store: Store, kind: str) -> dict[str, bool]:
    """Record id -> whether the server refused it, of records of a kind with changes not acknowledged."""
    sql = "SELECT record_id, max(refusal IS NOT NULL) FROM outbox WHERE kind = ? GROUP BY record_id"
    return {record_id: bool(is_refused) for record_id, is_refused in store.rows(sql, (kind,))}


def reviews_of(store: Store, target_ids: Iterable[str] | None = None) -> dict[str, list[Review]]:
    """Target id -> decisions about it, the oldest first; of all targets unless some are named."""
    found = (
        store.find(Review)
        if target_ids is None
        else store.find_in(Review, "target_id", list(target_ids))
    )
    result: dict[str, list[Review]] = {}
    for review in sorted(found, key=lambda one: (one.target_version, one.reviewed_at)):
        result.setdefault(review.target_id, []).append(review)
    return result


def ever_returned(store: Store) -> list[str]:
    """Ids of the records that somebody sent back at least once."""
    sql = (
        "SELECT DISTINCT target_id FROM review WHERE NOT deleted "
        "AND json_extract(body, '$.decision') = ?"
    )
    return [row[0] for row in store.rows(sql, (Decision.RETURNED.value,))]


def withdraw(transaction: Transaction, review: Review) -> bool:
    """Take back a decision that no server has seen: record and outbox entry disappear together.

    Returns:
        False when the server has it already; nothing is changed then.
    """
    kind = kind_of(review)
    row = transaction.execute(
        "SELECT server_version FROM review WHERE id = ? AND EXISTS (SELECT 1 FROM outbox "
        "WHERE outbox.kind = ? AND record_id = review.id)",
        (review.id, kind),
    ).fetchone()
    if row is None or row[0]:
        return False
    transaction.execute("DELETE FROM outbox WHERE kind = ? AND record_id = ?", (kind, review.id))
    transaction.execute("DELETE FROM review WHERE id = ?", (review.id,))
    transaction.touched.setdefault(kind, set()).add(review.id)
    transaction.audit(kind, review.id, {"withdrawn": True})
    return True


def _head(row: tuple[str, str, str, str, str, str, int]) -> VisitHead:
    record_id, household_id, worker, on, modality, closed, version = row
    return VisitHead(
        record_id,
        household_id,
        worker,
        date.fromisoformat(on),
        Modality(modality),
        datetime.fromisoformat(closed),
        version,
    )
