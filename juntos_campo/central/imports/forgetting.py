"""What the law has removed leaves what other systems said of it too."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from juntos_campo.central.tables import (
    external_matches,
    external_records,
    findings,
    lookup_keys,
)

_DOCUMENTS = ("DNI", "CNV")


def forget(connection: sa.Connection, target: str, needles: Collection[str]) -> None:
    """Remove what is about a household or person, or may be, in the caller's transaction.

    A later import does not bring it back: rows of nobody in the register are not kept.

    Args:
        target: id of the household or member.
        needles: ids and document numbers of its people.
    """
    ids = sorted({target, *needles})
    documents = [f"{kind}:{number}" for kind in _DOCUMENTS for number in needles]
    suggested = (external_matches.c.suggestions.contains(one, autoescape=True) for one in ids)
    people = connection.execute(
        sa.select(external_matches.c.source, external_matches.c.person).where(
            sa.or_(
                external_matches.c.about.in_(ids),
                external_matches.c.document.in_(documents),
                *suggested,
            )
        )
    ).all()
    for table in (external_records, external_matches):
        for source, person in people:
            this = (table.c.source == source, table.c.person == person)
            connection.execute(sa.delete(table).where(*this))
    about = (findings.c.body.contains(one, autoescape=True) for one in ids)
    connection.execute(sa.delete(findings).where(sa.or_(findings.c.household == target, *about)))
    connection.execute(sa.delete(lookup_keys).where(lookup_keys.c.id.in_(ids)))
