"""What shows a record on the screen, by its kind."""

from __future__ import annotations

from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FieldRecord, FormRecord, Household, Visit
from juntos_campo.domain.kinds import KINDS


def household_of(session: Session, kind: str, record_id: str) -> str:
    """Id of the household a record is about, if that is on this laptop; "" for none."""
    record = session.store.get(KINDS[kind].entity, record_id) if kind in KINDS else None
    about = record.id if isinstance(record, Household) else getattr(record, "household_id", "")
    return about if about and session.store.get(Household, about) is not None else ""


def is_readable(session: Session, kind: str, record_id: str) -> bool:
    """Whether a page of its own shows the record: a visit, a form or a record of ours."""
    readable = {"visit": Visit, "form_record": FormRecord, "field_record": FieldRecord}
    return kind in readable and session.store.get(readable[kind], record_id) is not None
