"""One operation under the lock of its partition: authorised, merged, written, remembered."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from juntos_campo.central import authorisation
from juntos_campo.central.accounts import Caller
from juntos_campo.central.flags import clock_flags, date_flags
from juntos_campo.central.ledger import Ledger, Present, Version, last_writers, moment
from juntos_campo.central.merging import Verdict, judge
from juntos_campo.central.problems import BASE_UNKNOWN, OUTSIDE_TERRITORY, RECORD_NOT_HERE
from juntos_campo.central.requested import ask_office
from juntos_campo.central.tables import conflicts, operations
from juntos_campo.central.territory import Place, Territory
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.wire.merge import Changes, apply, both_texts
from juntos_campo.wire.merge_rules import Rule
from juntos_campo.wire.messages import IMPOSSIBLE_CLOCK, Operation


@dataclass(frozen=True, slots=True)
class Judge:
    """Does operations in one partition; `protocol` is the version the laptop speaks."""

    ledger: Ledger
    territory: Territory
    caller: Caller
    clock: Clock
    ids: Ids
    protocol: int

    def decide(self, operation: Operation, place: Place) -> Verdict:
        """Authorise, merge, write. Nothing is written when it raises.

        Raises:
            UserError: CEN-101 to CEN-108; CEN-114 what it builds on is not here yet.
        """
        kind, record_id = operation.kind, operation.id
        # Most are new: they were looked for under the lock, all together, where their author's records lie.
        new = not place.late_since and (kind, record_id) not in self.territory.lying
        present = None if new else self.ledger.present(kind, record_id)
        if present is None and (operation.base_version or operation.prev):
            raise user_error(BASE_UNKNOWN if self.protocol == 1 else RECORD_NOT_HERE)
        changes = self.territory.allowed(operation)
        before = present.version.fields if present else None
        after = apply(before or {}, changes)
        authorisation.permit(self.caller.account, operation, before, after)
        versions = (
            self.ledger.since(kind, record_id, operation.base_version, present.version)
            if present
            else []
        )
        if place.late_since and versions:
            self._require_known_before(operation, versions, place.late_since)
        received = self.clock.now()
        known = self._known(operation, versions)
        if known:
            changes = self._beside_others(operation, changes, versions, known)
        verdict = judge(
            operation,
            changes,
            device=self.caller.device,
            versions=versions,
            known=known,
            received_at=moment(received),
            ids=self.ids,
        )
        return self._write(operation, present, verdict, received)

    def _write(
        self, operation: Operation, present: Present | None, verdict: Verdict, received: datetime
    ) -> Verdict:
        kind, record_id, ledger = operation.kind, operation.id, self.ledger
        new, old = verdict.version, present.version if present else None
        if new is not None:
            # Once a clock was wrong, the days that it wrote stay doubtful.
            kept = old.flags & {IMPOSSIBLE_CLOCK} if old else frozenset[str]()
            dated = date_flags(new.fields, received)
            verdict = replace(verdict, flags=dated)
            new = replace(new, flags=dated | kept | clock_flags(operation, received))
            household = ledger.write(kind, record_id, new, old)
            self.territory.written(kind, record_id, ledger.partition, household)
        for lost in verdict.lost:
            ledger.tell(kind, record_id, verdict.number, lost)
        if verdict.requested and present is not None:
            ask_office(
                ledger,
                kind,
                record_id,
                present.version.fields,
                verdict.lost,
                received=received,
                device=self.caller.device,
            )
        return verdict

    def _require_known_before(
        self, operation: Operation, versions: Sequence[Version], left: str
    ) -> None:
        """Who gave a household away edits what he knew of it, and what he sent late himself."""
        base = versions[0]
        known = base.number == operation.base_version and base.changed_at <= left
        own = base.author == self.caller.account.name
        if not (known or own):
            raise user_error(OUTSIDE_TERRITORY)

    def _known(self, operation: Operation, versions: Sequence[Version]) -> frozenset[int]:
        """Versions after the operation's base whose values its author knew.

        In version 2 those are the versions made by the operations it was built on; another copy of the
        same database made others. In version 1 everything of the same device counts.
        """
        later = [one for one in versions if one.number > operation.base_version]
        if self.protocol == 1:
            return frozenset(one.number for one in later if one.device == self.caller.device)
        if not later or not operation.prev:
            return frozenset()
        sql = sa.select(
            operations.c.op_id, operations.c.version, operations.c.prev, operations.c.made
        ).where(
            operations.c.unit == self.ledger.unit,
            operations.c.kind == operation.kind,
            operations.c.id == operation.id,
        )
        self.ledger.flush()
        done = {row.op_id: row for row in self.ledger.connection.execute(sql)}
        known: set[int] = set()
        row = done.pop(operation.prev, None)
        while row is not None and row.version > operation.base_version:
            if row.made:
                known.add(row.version)
            row = done.pop(row.prev, None)
        return frozenset(known)

    def _beside_others(
        self,
        operation: Operation,
        changes: Changes,
        versions: Sequence[Version],
        known: frozenset[int],
    ) -> Changes:
        """The changes, with texts of others that an earlier edit of this chain was put under.

        Who sends several edits of one text in a row has not seen the text that his first one was joined
        with: what he writes takes the place of his own part, not of both.
        """
        writers = last_writers(list(versions), operation.base_version)
        joined = sa.select(conflicts.c.path, conflicts.c.version, conflicts.c.body).where(
            conflicts.c.unit == self.ledger.unit,
            conflicts.c.kind == operation.kind,
            conflicts.c.id == operation.id,
            conflicts.c.version >= min(known),
        )
        written, texts = changes.paths(), dict[str, str]()
        for path, version, body in self.ledger.connection.execute(
            joined.order_by(conflicts.c.version)
        ):
            if version not in known or path not in written:
                continue
            told, writer = json.loads(body), writers.get(path)
            if told["rule"] == Rule.BOTH_KEPT.value and writer and writer.number in known:
                theirs, mine = told["kept"]["value"], changes.fields.get(path)
                texts[path] = (both_texts(theirs, mine) or theirs) if mine else theirs
        removed = tuple(path for path in changes.removed if path not in texts)
        return Changes({**changes.fields, **texts}, removed)


def known_results(
    connection: sa.Connection, group: Sequence[Operation], units: Collection[str] | None = None
) -> dict[str, tuple[str, int]]:
    """Operation id -> author and version, of those that were done before in `units`; None: anywhere."""
    sql = sa.select(operations.c.op_id, operations.c.author, operations.c.version).where(
        operations.c.op_id.in_([one.op_id for one in group])
    )
    if units is not None:
        sql = sql.where(operations.c.unit.in_(units))
    return {row.op_id: (row.author, row.version) for row in connection.execute(sql)}


def remember(
    ledger: Ledger,
    caller: Caller,
    operation: Operation,
    verdict: Verdict,
    *,
    flags: Sequence[str],
    received: datetime,
) -> None:
    """Write id and result beside what was done, so that the same operation is done once."""
    ledger.insert(
        operations,
        {
            "unit": ledger.unit,
            "op_id": operation.op_id,
            "device": caller.device,
            "kind": operation.kind,
            "id": operation.id,
            "version": verdict.number,
            "outcome": verdict.outcome.value,
            "author": operation.author,
            "counter": operation.counter,
            "device_time": operation.device_time.isoformat(),
            "received_at": moment(received),
            "prev": operation.prev,
            "clock_offset": operation.clock_offset,
            "flags": json.dumps(list(flags)),
            "made": verdict.version is not None,
        },
    )
    note(
        ledger.connection,
        received,
        caller.account.name,
        caller.device,
        f"record.{verdict.outcome.value}",
        kind=operation.kind,
        record_id=operation.id,
        detail=f"version {verdict.number}",
    )
