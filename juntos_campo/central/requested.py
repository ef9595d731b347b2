"""A change of register data from a laptop: the office's value stands, and the office is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.ledger import Ledger, Lost, Version, moment
from juntos_campo.central.tables import records
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.entities import ChangeRequest
from juntos_campo.domain.register_changes import field_words, request_kind, request_of_conflict
from juntos_campo.domain.spanish import paper_date, phone_text
from juntos_campo.wire.codec import encode, field_names
from juntos_campo.wire.merge import diff
from juntos_campo.wire.merge_rules import Rule

KIND = "change_request"

_NAMED = {"settlement_id": "settlement", "facility_id": "health_facility", "school_id": "school"}
_NOTHING = "(nada)"
_LONGEST = 500
"""Letters of one value in a request, at most; the whole value stands in the conflict."""


def ask_office(
    ledger: Ledger,
    kind: str,
    record_id: str,
    fields: Mapping[str, Any],
    lost: tuple[Lost, ...],
    *,
    received: datetime,
    device: str,
) -> None:
    """Write one change request for each value that gave way to the office's.

    Args:
        fields: of the record as it stands.
        received: when the laptop's values came.
    """
    for one in _wanted(kind, lost):
        name = one.path.partition("/")[0]
        was, wanted = (
            _told(ledger.connection, name, side["value"]) for side in (one.kept, one.lost)
        )
        request = ChangeRequest(
            id=request_of_conflict(one.conflict_id),
            household_id=record_id if kind == "household" else str(fields.get("household_id", "")),
            member_id=record_id if kind == "member" else str(fields.get("member_id", "")),
            visit_id="",
            kind=request_kind(kind, name),
            detail=f"{field_words(name)}: {was} → {wanted}",
            requested_on=received.astimezone(LIMA).date(),
        )
        values = encode(request)
        paths, author = diff(None, values).paths(), str(one.lost["author"])
        version = Version(1, values, False, paths, author, device, moment(received))
        ledger.write(KIND, request.id, version, None)


def _wanted(kind: str, lost: tuple[Lost, ...]) -> Iterator[Lost]:
    known = frozenset(field_names(kind))
    for one in lost:
        if one.rule == Rule.OFFICE_WINS.value and one.path.partition("/")[0] in known:
            yield one


def _told(connection: sa.Connection, name: str, value: Any) -> str:
    """A value as people read it: names for ids, days as they are written in Peru."""
    if value is None or value in ("", []):
        return _NOTHING
    if isinstance(value, bool):
        return "sí" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))[:_LONGEST]
    text = str(value)[:_LONGEST]
    if name in _NAMED:
        return _name_of(connection, _NAMED[name], text) or text
    return phone_text(text) if name == "phone" else _day_or_text(text)


def _name_of(connection: sa.Connection, kind: str, record_id: str) -> str:
    about = sa.select(records.c.body).where(
        records.c.unit == NO_UNIT,
        records.c.kind == kind,
        records.c.id == record_id,
    )
    body = connection.execute(about).scalar_one_or_none()
    return str(json.loads(body).get("name", "")) if body else ""


def _day_or_text(text: str) -> str:
    try:
        return paper_date(date.fromisoformat(text)) if len(text) == len("2026-11-21") else text
    except ValueError:
        return text
