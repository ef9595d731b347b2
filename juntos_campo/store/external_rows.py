"""Which households somebody has to look at for what another system says of them."""

from __future__ import annotations

from juntos_campo.store.store import Store


def households_to_look_at(store: Store) -> dict[str, int]:
    """Household id -> how many findings of other systems wait for a look."""
    rows = store.rows(
        "SELECT household_id, count(*) FROM external_finding WHERE to_look_at = '1' AND NOT deleted "
        "GROUP BY household_id"
    )
    return {household_id: int(number) for household_id, number in rows}
