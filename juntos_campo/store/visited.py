"""When each household was last visited."""

from __future__ import annotations

from datetime import date

from juntos_campo.store.store import Store


def last_visit_days(store: Store) -> dict[str, date]:
    """Household id -> day of its last closed visit."""
    rows = store.rows(
        "SELECT household_id, max(json_extract(body, '$.on')) FROM visit WHERE NOT deleted "
        "GROUP BY household_id"
    )
    return {household_id: date.fromisoformat(day) for household_id, day in rows}
