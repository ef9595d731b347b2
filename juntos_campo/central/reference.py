"""Records of the reference data that the office sends and takes back: rule packs, forms."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.ledger import Ledger, Version
from juntos_campo.central.tables import records
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.entities import Entity
from juntos_campo.domain.kinds import kind_of
from juntos_campo.domain.values import OFFICE
from juntos_campo.wire.codec import decode, encode
from juntos_campo.wire.merge import DELETED, diff


def stored_reference(connection: sa.Connection, kind: str) -> Iterator[tuple[Any, bool]]:
    """(record, taken back) of everything of a kind that was ever sent."""
    sql = sa.select(records.c.id, records.c.body, records.c.deleted).where(
        records.c.unit == NO_UNIT, records.c.kind == kind
    )
    for row in connection.execute(sql).all():
        yield decode(kind, row.id, json.loads(row.body))[0], row.deleted


@dataclass(frozen=True, slots=True)
class ReferenceWriter:
    """Writes into the reference partition; `now` as the ledger writes moments."""

    ledger: Ledger
    now: str

    def put(self, record: Entity) -> str:
        """Store it; ``added``, ``changed`` or ``same``."""
        kind, fields = kind_of(record), encode(record)
        present = self.ledger.present(kind, record.id)
        old = present.version if present else None
        if old is None:
            self.ledger.write(
                kind, record.id, Version(1, fields, False, frozenset(), OFFICE, "", self.now), None
            )
            return "added"
        paths = diff(old.fields, fields).paths()
        if not paths and not old.deleted:
            return "same"
        if old.deleted:
            paths |= {DELETED}
        self.ledger.write(
            kind,
            record.id,
            Version(old.number + 1, fields, False, paths, OFFICE, "", self.now),
            old,
        )
        return "added" if old.deleted else "changed"

    def take_back(self, record: Entity) -> None:
        """Delete it, so that the laptops forget it."""
        kind = kind_of(record)
        present = self.ledger.present(kind, record.id)
        if present is not None:
            old = present.version
            gone = frozenset({DELETED})
            self.ledger.write(
                kind,
                record.id,
                Version(old.number + 1, old.fields, True, gone, OFFICE, "", self.now),
                old,
            )
