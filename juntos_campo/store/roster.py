"""Nominal lists: who of a birth range belongs to a health facility."""

from __future__ import annotations

from datetime import date

from juntos_campo.domain.entities import Member
from juntos_campo.store.store import Store
from juntos_campo.wire.codec import from_json


def members_born(store: Store, first: date, last: date, facility_id: str = "") -> list[Member]:
    """Members born from `first` to `last`, both included; of one health facility, or of any.

    ISO dates in the generated column sort as dates do.
    """
    sql = "SELECT body FROM member WHERE NOT deleted AND birth_date BETWEEN ? AND ?"
    values = [first.isoformat(), last.isoformat()]
    if facility_id:
        sql += " AND facility_id = ?"
        values.append(facility_id)
    return [from_json(Member, row[0]) for row in store.rows(sql, values)]
