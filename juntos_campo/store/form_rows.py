"""Official forms by bimester: how far they are, without reading their cells, and the records themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import FormRecord
from juntos_campo.domain.values import FormState
from juntos_campo.store.store import Store
from juntos_campo.wire.codec import from_json


@dataclass(frozen=True, slots=True)
class FormStanding:
    """One form of one place.

    Attributes:
        closed_at: when it was closed; None while it never was, or is being corrected in a draft.
    """

    begun: bool
    closed_at: datetime | None


def form_states(store: Store, bimester: Bimester) -> dict[tuple[str, str], FormStanding]:
    """(form id, place id) -> how far the form is; forms that nobody began are not in it.

    A draft's subject is ``form|place|bimester`` (`app.official_forms`).
    """
    found: dict[tuple[str, str], FormStanding] = {}
    sql = (
        "SELECT json_extract(body, '$.form_id'), facility_id, school_id, "
        "json_extract(body, '$.state'), json_extract(body, '$.completed_at'), "
        "EXISTS (SELECT 1 FROM draft WHERE draft.id = form_record.id) "
        "FROM form_record WHERE NOT deleted AND bimester = ?"
    )
    for form_id, facility, school, state, completed, drafted in store.rows(sql, (str(bimester),)):
        closed = completed and state == FormState.COMPLETE and not drafted
        found[form_id, facility or school or ""] = FormStanding(
            True, datetime.fromisoformat(completed) if closed else None
        )
    for (subject,) in store.rows("SELECT subject FROM draft WHERE kind = 'form_record'"):
        form_id, _, rest = subject.partition("|")
        place_id, _, when = rest.partition("|")
        if when == str(bimester):
            found[form_id, place_id] = FormStanding(True, None)
    return found


def form_records(store: Store, bimester: Bimester, form_ids: Collection[str]) -> list[FormRecord]:
    """The records of these forms in a bimester, in the order in which they were begun."""
    marks = ",".join("?" * len(form_ids))
    sql = (
        "SELECT body FROM form_record WHERE NOT deleted AND bimester = ? "
        f"AND json_extract(body, '$.form_id') IN ({marks}) ORDER BY rowid"
    )
    return [from_json(FormRecord, row[0]) for row in store.rows(sql, (str(bimester), *form_ids))]
