"""What the list of our own records is read from, without opening every one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from juntos_campo.store.store import Store


@dataclass(frozen=True, slots=True)
class FieldRecordHead:
    """A closed record of ours without its answers; see `domain.entities.FieldRecord`."""

    id: str
    form_id: str
    form_version: str
    field_worker: str
    on: date
    title: str
    household_id: str
    member_id: str
    facility_id: str
    school_id: str
    settlement_id: str
    confidential: bool
    closed_at: datetime | None
    server_version: int


_NAMES = (
    "form_version",
    "on",
    "title",
    "school_id",
    "settlement_id",
    "confidential",
    "closed_at",
)
_COLUMNS = ", ".join(
    ["id", "form_id", "field_worker", "household_id", "member_id", "facility_id", "server_version"]
    + [f"json_extract(body, '$.{name}')" for name in _NAMES]
)


def field_record_heads(
    store: Store, *, limit: int, household_id: str = "", form_id: str = ""
) -> list[FieldRecordHead]:
    """Closed records, the last day first; of one household or form, or of all."""
    equal = {"household_id": household_id, "form_id": form_id}
    wanted = {column: value for column, value in equal.items() if value}
    condition = "".join(f" AND {column} = ?" for column in wanted)
    sql = (
        f"SELECT {_COLUMNS} FROM field_record WHERE NOT deleted{condition} "
        "ORDER BY json_extract(body, '$.on') DESC, json_extract(body, '$.closed_at') DESC LIMIT ?"
    )
    return [_head(row) for row in store.rows(sql, (*wanted.values(), limit))]


def _head(row: tuple[str | int | None, ...]) -> FieldRecordHead:
    record_id, form_id, worker, household_id, member_id, facility_id, version, *rest = row
    form_version, on, title, school_id, settlement_id, confidential, closed = rest
    return FieldRecordHead(
        id=str(record_id),
        form_id=str(form_id),
        form_version=str(form_version or ""),
        field_worker=str(worker),
        on=date.fromisoformat(str(on)),
        title=str(title or ""),
        household_id=str(household_id or ""),
        member_id=str(member_id or ""),
        facility_id=str(facility_id or ""),
        school_id=str(school_id or ""),
        settlement_id=str(settlement_id or ""),
        confidential=bool(confidential),
        closed_at=datetime.fromisoformat(str(closed)) if closed else None,
        server_version=int(version or 0),
    )
