"""Rows of Formato Salud 01: who represents a facility, its micro-network and its network.

Rows come from the last Salud 01 of the facility; a person adds and removes them. What Salud 01 says
of the head is what the other forms of the facility begin with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from juntos_campo.app.form_roster import Facts, Known, Listed, rows_of
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer, FormRecord, HealthFacility
from juntos_campo.domain.form_ids import SALUD01
from juntos_campo.domain.values import FormState
from juntos_campo.store.roster import form_records

HEAD = "jefe"
"""Row of the head of the facility, and what its column ``funcion`` says."""
ROLES = {
    HEAD: "establecimiento",
    "cred": "establecimiento",
    "gestantes": "establecimiento",
    "microrred": "microrred",
    "red": "red",
}
"""Rows an empty Salud 01 begins with: role -> level."""


def representatives_of(session: Session, bimester: Bimester, facility_id: str = "") -> list[Listed]:
    """The rows to begin with: those of the facility's last Salud 01, else one a role."""
    cells: Mapping[str, Answer] = {}
    if facility_id:
        before = last_record(session, SALUD01, facility_id, bimester)
        cells = before.cells if before is not None else {}
    return listed_rows(in_row_order(rows_of(cells)) or list(ROLES), facility_id)


def representatives_of_record(
    session: Session, cells: Mapping[str, Answer], name: str, bimester: Bimester
) -> list[Listed]:
    """The rows a saved form holds."""
    del session, name, bimester
    return listed_rows(in_row_order(rows_of(cells)), "")


def representative_facts(
    session: Session, listed: Sequence[Listed], bimester: Bimester, form_record_id: str
) -> dict[str, Facts]:
    """The role of each row that stands for one, and the head the register names."""
    del bimester, form_record_id
    facts: dict[str, Facts] = {}
    for one in listed:
        found: Facts = {}
        if one.key in ROLES:
            found["representative.level"] = Known(ROLES[one.key], "", rules=False)
            found["representative.role"] = Known(one.key, "", rules=False)
        facility = session.store.get(HealthFacility, one.place_id) if one.key == HEAD else None
        if facility is not None:
            found["facility.head"] = Known(facility.head, "el padrón", rules=False)
        facts[one.key] = found
    return facts


def listed_rows(keys: Sequence[str], facility_id: str) -> list[Listed]:
    """Rows by their keys."""
    return [Listed(key=key, place_id=facility_id, name=key) for key in keys]


def in_row_order(keys: Sequence[str]) -> list[str]:
    """The roles first, then added rows in the order in which they were added (``r6``, ``r7``)."""
    roles = list(ROLES)
    return sorted(
        keys,
        key=lambda key: (
            (roles.index(key), 0, "") if key in ROLES else (len(roles), _number(key), key)
        ),
    )


def next_key(keys: Sequence[str]) -> str:
    """Key of a row to be added."""
    return f"r{max([len(ROLES), *map(_number, keys)]) + 1}"


def last_record(
    session: Session, form_id: str, place_id: str, until: Bimester, *, with_until: bool = False
) -> FormRecord | None:
    """The last closed record of a form of a place before a bimester, or up to it."""
    found = [
        (bimester, one)
        for one in form_records(session.store, form_id, place_id=place_id)
        if one.state is FormState.COMPLETE
        and (
            (bimester := Bimester.parse(one.bimester)) < until or (with_until and bimester == until)
        )
    ]
    return max(found, key=lambda one: one[0])[1] if found else None


def head_of(session: Session, facility: HealthFacility, bimester: Bimester) -> str:
    """Name of the head of the facility: as the last Salud 01 says, else as the register does."""
    record = last_record(session, SALUD01, facility.id, bimester, with_until=True)
    if record is not None:
        for row in rows_of(record.cells):
            if record.cells.get(f"{row}/funcion") == HEAD:
                name = record.cells.get(f"{row}/nombre")
                if name:
                    return str(name)
    return facility.head


def _number(key: str) -> int:
    return int(key[1:]) if key[:1] == "r" and key[1:].isdigit() else 0
