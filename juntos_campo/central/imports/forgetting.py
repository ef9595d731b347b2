"""What the law has removed leaves what other systems said of it too."""

from __future__ import annotations

from collections.abc import Callable, Collection

import sqlalchemy as sa

from juntos_campo.central.erasure_names import Called, calling
from juntos_campo.central.tables import (
    external_matches,
    external_records,
    findings,
    lookup_keys,
)

_DOCUMENTS = ("DNI", "CNV")


def forget(
    connection: sa.Connection,
    target: str,
    needles: Collection[str],
    called: Collection[Called] = (),
    *,
    household: str = "",
) -> None:
    """Remove what is about a household or person, or may be, in the caller's transaction.

    A later import does not bring it back: rows of nobody in the register are not kept.

    Args:
        target: id of the household or member.
        needles: ids and document numbers of its people.
        called: their names: rows that nobody decided about yet may be theirs under another document.
        household: where they live: the reason of a payment may call them by name.
    """
    ids = sorted({target, *needles})
    calls = calling(called)
    people = _people(connection, ids, needles, called)
    for table in (external_records, external_matches):
        for source, person in people:
            this = (table.c.source == source, table.c.person == person)
            connection.execute(sa.delete(table).where(*this))
    about = (findings.c.body.contains(one, autoescape=True) for one in ids)
    connection.execute(sa.delete(findings).where(sa.or_(findings.c.household == target, *about)))
    _forget_reasons(connection, household, calls)
    connection.execute(sa.delete(lookup_keys).where(lookup_keys.c.id.in_(ids)))


def _people(
    connection: sa.Connection,
    ids: Collection[str],
    needles: Collection[str],
    called: Collection[Called],
) -> set[tuple[str, str]]:
    """Source and person of the matches with them, decided or not."""
    names = (external_matches.c.source, external_matches.c.person)
    documents = [f"{kind}:{number}" for kind in _DOCUMENTS for number in needles]
    suggested = (external_matches.c.suggestions.contains(one, autoescape=True) for one in ids)
    theirs = sa.select(*names).where(
        sa.or_(
            external_matches.c.about.in_(ids),
            external_matches.c.document.in_(documents),
            *suggested,
        )
    )
    found = {(source, person) for source, person in connection.execute(theirs)}
    undecided = sa.select(*names, external_matches.c.said).where(external_matches.c.about == "")
    for source, person, said in connection.execute(undecided):
        if any(one.is_meant(said) for one in called):
            found.add((source, person))
    return found


def _forget_reasons(
    connection: sa.Connection, household: str, calls: Callable[[str], bool]
) -> None:
    """What is said of the household they lived in, where it calls them by name."""
    if not household:
        return
    said = sa.select(external_records).join(
        external_matches,
        sa.and_(
            external_matches.c.source == external_records.c.source,
            external_matches.c.person == external_records.c.person,
        ),
    )
    for row in connection.execute(said.where(external_matches.c.about == household)).all():
        if calls(row.body):
            this = (external_records.c.source == row.source, external_records.c.key == row.key)
            connection.execute(sa.delete(external_records).where(*this))
    kept = sa.select(findings).where(findings.c.household == household)
    for row in connection.execute(kept).all():
        if calls(row.body):
            this = (findings.c.unit == row.unit, findings.c.id == row.id)
            connection.execute(sa.delete(findings).where(*this))
