"""Households put on a day by the gestor's own hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from juntos_campo.store.connection import writing
from juntos_campo.store.store import Store


@dataclass(frozen=True, slots=True)
class Planned:
    """A household and the day it was put on."""

    household_id: str
    day: date
    reason: str


def planned_households(store: Store) -> list[Planned]:
    rows = store.rows("SELECT household_id, day, reason FROM plan")
    return [Planned(hid, date.fromisoformat(day), reason) for hid, day, reason in rows]


def set_planned(store: Store, planned: Planned) -> None:
    """Put a household on a day; a later call moves it."""
    with writing(store.connection) as connection:
        connection.execute(
            "INSERT INTO plan (household_id, day, reason) VALUES (?, ?, ?) ON CONFLICT "
            "(household_id) DO UPDATE SET day = excluded.day, reason = excluded.reason",
            (planned.household_id, planned.day.isoformat(), planned.reason),
        )
