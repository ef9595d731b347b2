"""The office gives households of one field worker to another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from juntos_campo.central.authorisation import partition_of
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import Ledger, Version, moment
from juntos_campo.central.moving import move_households
from juntos_campo.central.problems import NOT_A_FIELD_WORKER, NOT_HIS_HOUSEHOLD, SAME_FIELD_WORKER
from juntos_campo.central.tables import records, users
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.values import OFFICE, Role


@dataclass(frozen=True, slots=True)
class ReassignReport:
    """How many households went over, and how many records with them."""

    households: int
    records: int


def reassign(
    database: Database, former: str, new: str, codes: Sequence[str], clock: Clock
) -> ReassignReport:
    """Give households to another field worker: those of `codes`, or all of them when there is none.

    Raises:
        UserError: CEN-216 `new` is no field worker, CEN-217 a household is not the former's, CEN-218;
            nothing was changed.
    """
    if former == new:
        raise user_error(SAME_FIELD_WORKER)
    source, target = partition_of(former), partition_of(new)
    with database.writing() as connection:
        _require_field_worker(connection, new)
        ledgers = Ledger.open_all(connection, (source, target))
        homes = _households(ledgers[source])
        for code in codes:
            if code not in homes:
                raise user_error(NOT_HIS_HOUSEHOLD, code=code, user=former)
        wanted = sorted({homes[code] for code in codes} if codes else set(homes.values()))
        now = moment(clock.now())
        for household in wanted:
            # Before it moves: it lies first among what is about it (see `loading`).
            _assign(ledgers[source], household, new, now)
        moved = move_households(ledgers, source, target, wanted, now)
        for household in wanted:
            note(
                connection,
                clock.now(),
                OFFICE,
                "",
                "household.reassigned",
                kind="household",
                record_id=household,
                detail=f"{former} -> {new}",
            )
        for ledger in ledgers.values():
            ledger.close()
    return ReassignReport(len(wanted), moved)


def _require_field_worker(connection: sa.Connection, name: str) -> None:
    role = connection.execute(sa.select(users.c.role).where(users.c.name == name)).scalar()
    if role != Role.FIELD_WORKER.value:
        raise user_error(NOT_A_FIELD_WORKER, user=name)


def _households(ledger: Ledger) -> dict[str, str]:
    """Code -> id of the households of a partition."""
    sql = sa.select(records.c.id, records.c.body).where(
        records.c.unit == ledger.unit,
        records.c.partition == ledger.partition,
        sa.text("kind = 'household'"),
    )
    return {json.loads(row.body)["code"]: row.id for row in ledger.connection.execute(sql)}


def _assign(ledger: Ledger, household: str, worker: str, now: str) -> None:
    present = ledger.present("household", household)
    if present is None:
        return
    old = present.version
    fields = {**old.fields, "field_worker": worker}
    paths = frozenset({"field_worker"})
    new = Version(old.number + 1, fields, old.deleted, paths, OFFICE, "", now, old.flags)
    ledger.write("household", household, new, old)
