"""Going to a record from a list that names records of every kind."""

from __future__ import annotations

from juntos_campo.app.record_places import household_of, is_readable
from juntos_campo.ui.context import UiContext


def open_record_of(context: UiContext, kind: str, record_id: str) -> bool:
    """Open what shows a record: its own page, else the household it is about; False when nothing does."""
    go = context.navigation
    if is_readable(context.session, kind, record_id):
        if kind == "field_record":
            go.read_record(record_id)
        else:
            go.open("visit_reader", kind=kind, record_id=record_id)
        return True
    household_id = household_of(context.session, kind, record_id)
    if household_id:
        go.open_household(household_id)
    return bool(household_id)
