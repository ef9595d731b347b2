"""One operation against the record as it stands: what the new version will be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from juntos_campo.central.ledger import Lost, Version, last_writers
from juntos_campo.central.problems import BASE_UNKNOWN, RECORD_UNREADABLE
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import Ids
from juntos_campo.wire.codec import decode
from juntos_campo.wire.merge import Changes, Clash, apply, diff, three_way
from juntos_campo.wire.merge_rules import DELETED, Rule
from juntos_campo.wire.messages import Operation, Outcome


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an operation.

    Attributes:
        version: the new version to write; None when the record already is as wanted.
        number: the version that holds the operation.
        lost: values that gave way.
        requested: among `lost` are values of the register, for a change request.
        flags: what looks impossible about the record (`central.flags`).
    """

    outcome: Outcome
    number: int
    version: Version | None = None
    lost: tuple[Lost, ...] = ()
    requested: bool = False
    flags: frozenset[str] = frozenset()


def judge(
    operation: Operation,
    changes: Changes,
    *,
    device: str,
    versions: list[Version],
    known: frozenset[int],
    received_at: str,
    ids: Ids,
) -> Verdict:
    """Merge `operation` from `device` into the newest of `versions`.

    Args:
        changes: its values, without those that the law forbids to keep.
        versions: of the record from the operation's base on, in order; empty when there is none.
        known: numbers of the versions after the base whose values the laptop knew, since it had made
            them itself.

    Raises:
        UserError: CEN-106 the merged record is incomplete or of wrong values, CEN-107.
    """
    if not versions:
        return _first(operation, device, changes, received_at)
    present = versions[-1]
    if operation.base_version > present.number:
        raise user_error(BASE_UNKNOWN)
    later = [one for one in versions if one.number > operation.base_version]
    foreign = [one for one in later if one.number not in known]
    merge = _Merge(operation, known, versions, received_at, ids)
    deleted, lost_deletion = merge.deletion(present, bool(foreign))
    if operation.deleted:
        fields, lost = present.fields, lost_deletion
        paths = frozenset({DELETED}) if deleted != present.deleted else frozenset[str]()
    else:
        fields, paths, lost = merge.values(changes)
        lost = (*lost, *lost_deletion)
        if deleted != present.deleted:
            paths |= {DELETED}
        _check(operation.kind, operation.id, fields)
    outcome = Outcome.PARALLEL if foreign else Outcome.APPLIED
    requested = any(one.rule == Rule.OFFICE_WINS.value for one in lost)
    if lost:
        outcome = Outcome.REQUESTED if requested else Outcome.MERGED_WITH_CONFLICT
    if not paths and not lost:
        return Verdict(outcome, present.number)
    # A conflict makes a version even when nothing changed: its number brings the standing values
    # back to a laptop that already shows its own.
    number = present.number + 1
    new = Version(number, fields, deleted, paths, operation.author, device, received_at)
    return Verdict(outcome, number, new, lost, requested)


@dataclass(frozen=True, slots=True)
class _Merge:
    operation: Operation
    known: frozenset[int]
    versions: list[Version]
    received_at: str
    ids: Ids

    def values(self, changes: Changes) -> tuple[dict[str, Any], frozenset[str], tuple[Lost, ...]]:
        """Merged fields, the paths that differ from what stood, the values that gave way."""
        operation, base = self.operation, self.operation.base_version
        present = self.versions[-1]
        known = self.versions[0].fields if self.versions[0].number == base else {}
        writers = last_writers(self.versions, base)
        ours = frozenset(path for path, by in writers.items() if by.number in self.known)
        merged = three_way(operation.kind, known, present.fields, changes, ours=ours)
        lost = tuple(
            self._lost(clash, writers.get(clash.path, present)) for clash in merged.clashes
        )
        return merged.fields, frozenset(merged.changed), lost

    def deletion(self, present: Version, foreign: bool) -> tuple[bool, tuple[Lost, ...]]:
        """Whether the record is deleted afterwards. An edit beats a deletion it did not know of."""
        operation = self.operation
        mine = {"value": operation.deleted, **self._me()}
        if operation.deleted:
            if present.deleted or not foreign:
                return True, ()
            kept = {"value": False, "author": present.author, "at": present.changed_at}
            return False, (self._told(DELETED, False, kept, mine, Rule.EDIT_STANDS),)
        by = last_writers(self.versions, operation.base_version).get(DELETED)
        if not present.deleted or by is None or by.number in self.known:
            return False, ()
        gone = {"value": True, "author": by.author, "at": by.changed_at}
        return False, (self._told(DELETED, False, mine, gone, Rule.EDIT_STANDS),)

    def _lost(self, clash: Clash, other: Version) -> Lost:
        them = {"author": other.author, "at": other.changed_at}
        kept_by, lost_by = (self._me(), them) if clash.incoming_kept else (them, self._me())
        kept, lost = {"value": clash.kept, **kept_by}, {"value": clash.lost, **lost_by}
        return self._told(clash.path, clash.base, kept, lost, clash.rule)

    def _me(self) -> dict[str, Any]:
        return {"author": self.operation.author, "at": self.received_at}

    def _told(
        self, path: str, base: Any, kept: dict[str, Any], lost: dict[str, Any], rule: Rule
    ) -> Lost:
        return Lost(self.ids(), path, base, kept, lost, rule.value)


def _first(operation: Operation, device: str, changes: Changes, received_at: str) -> Verdict:
    fields = apply({}, changes)
    if operation.deleted and not fields:
        # Made and deleted before it was ever sent: there is nothing to keep.
        raise user_error(RECORD_UNREADABLE, detail="se eliminó antes de enviarse")
    _check(operation.kind, operation.id, fields)
    paths = diff(None, fields).paths()
    new = Version(1, fields, operation.deleted, paths, operation.author, device, received_at)
    return Verdict(Outcome.APPLIED, 1, new)


def _check(kind: str, record_id: str, fields: dict[str, Any]) -> None:
    try:
        decode(kind, record_id, fields)
    except UserError as error:
        raise user_error(RECORD_UNREADABLE, detail=error.values.get("detail", "")) from None
