"""Records of other systems to and from the text they are stored as, and who they mean."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.spanish import fold
from juntos_campo.register.external.records import (
    CareStay,
    HealthService,
    Identity,
    ListedChild,
    Payment,
    Person,
    Record,
    SchoolRecord,
)

_ADAPTERS: dict[str, TypeAdapter[Any]] = {
    kind.__name__: TypeAdapter(kind)
    for kind in (HealthService, SchoolRecord, Identity, ListedChild, CareStay, Payment)
}


def needed(record: Record) -> Record:
    """A record without what nothing is done with: who the mother is, and where they live (Ley 29733)."""
    person = replace(record.person, mother="", mother_document="")
    if isinstance(record, ListedChild):
        return replace(record, person=person, address="")
    return replace(record, person=person)


def to_text(versions: Iterable[Record]) -> str:
    """What a source says about one thing; several where a file contradicts itself."""
    said = [
        [name, _ADAPTERS[name].dump_python(one, mode="json")]
        for one in versions
        for name in (type(one).__name__,)
    ]
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def from_text(text: str) -> tuple[Record, ...]:
    return tuple(_ADAPTERS[name].validate_python(fields) for name, fields in json.loads(text))


def day_of(record: Record) -> str:
    """The day a record speaks of, as ISO text; empty for what has none."""
    match record:
        case HealthService():
            return record.on.isoformat()
        case SchoolRecord():
            return f"{record.year:04d}-01-01"
        case CareStay():
            return record.since.isoformat()
        case Payment():
            return record.month.isoformat()
        case _:
            return ""


def is_of_household(record: Record) -> bool:
    """A payment to the household as a whole: nobody is named."""
    person = record.person
    return isinstance(record, Payment) and not person.documents and not person.is_named


def person_of(record: Record) -> str:
    """Id of all that the row says of whom it means: a corrected name is another, to be matched anew."""
    one = record.person
    if is_of_household(record):
        return derived_id("external_household", one.household_code)
    documents = (f"{kind.value}:{number}" for kind, number in one.documents)
    names = (fold(name) for name in (one.paternal, one.maternal, one.given))
    more = (str(one.sex or ""), str(one.birth or ""), one.household_code, one.ubigeo)
    return derived_id("external_person", *documents, "|", *names, *more)


def said_of(person: Person) -> str:
    """Who is meant, for whoever must decide: ``DNI 98000003; CCORI ÑAHUI, Yeison; nació 2026-05-20``."""
    parts = [", ".join(f"{kind.value} {number}" for kind, number in person.documents)]
    surnames = f"{person.paternal} {person.maternal}".strip().upper()
    parts.append(", ".join(part for part in (surnames, person.given) if part))
    parts.append(f"nació {person.birth.isoformat()}" if person.birth else "")
    parts.append(f"hogar {person.household_code}" if person.household_code else "")
    return "; ".join(part for part in parts if part)
