"""Changes of a record by path, and the three-way merge.

A path names one value of a record: a field (``state``) or one key of a field that holds a dictionary
(``answers/member/<id>/hb`` is the key ``member/<id>/hb`` of ``answers``). Field names have no slash,
so the first one separates. Two people who answered different questions of one visit changed
different paths.

Everything here is pure: values in, values out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from juntos_campo.wire.codec import Fields

Paths: TypeAlias = dict[str, Any]
"""Path -> value."""

DELETED = "@deleted"
"""The path under which a deletion is reported as one side of a conflict."""

_ABSENT: Any = object()


class Rule(StrEnum):
    """Which value stands when two people changed one path.

    LAST_ARRIVAL: the one the server received last. FIRST_ARRIVAL: the one it already had (register
    data and decisions: the office's or coordinator's value stands). EDIT_STANDS: an edit beats a
    deletion, so that nothing typed disappears.
    """

    LAST_ARRIVAL = "last_arrival"
    FIRST_ARRIVAL = "first_arrival"
    EDIT_STANDS = "edit_stands"


RULES: dict[str, Rule] = {
    "settlement": Rule.FIRST_ARRIVAL,
    "health_facility": Rule.FIRST_ARRIVAL,
    "school": Rule.FIRST_ARRIVAL,
    "household": Rule.FIRST_ARRIVAL,
    "member": Rule.FIRST_ARRIVAL,
    "pregnancy": Rule.FIRST_ARRIVAL,
    "school_year": Rule.FIRST_ARRIVAL,
    "rule_pack": Rule.FIRST_ARRIVAL,
    "message_pack": Rule.FIRST_ARRIVAL,
    "form_definition": Rule.FIRST_ARRIVAL,
    "review": Rule.FIRST_ARRIVAL,
    "change_request/state": Rule.FIRST_ARRIVAL,
}
"""``kind/field`` before ``kind``; what is not named here goes by LAST_ARRIVAL."""


def rule_for(kind: str, path: str) -> Rule:
    """The rule of one path of a kind."""
    name = path.partition("/")[0]
    return RULES.get(f"{kind}/{name}", RULES.get(kind, Rule.LAST_ARRIVAL))


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edit did: new values by path, and paths that are gone."""

    fields: Paths = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    def paths(self) -> frozenset[str]:
        return frozenset(self.fields) | frozenset(self.removed)


@dataclass(frozen=True, slots=True)
class Clash:
    """One path changed by both. A value that was removed or never there is None."""

    path: str
    base: Any
    kept: Any
    lost: Any
    incoming_kept: bool
    rule: Rule


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged fields; `parallel` when the other side had changed something else meanwhile.

    Attributes:
        changed: paths in which `fields` differs from what stood before.
    """

    fields: Fields
    changed: tuple[str, ...]
    clashes: tuple[Clash, ...]
    parallel: bool


def flatten(fields: Mapping[str, Any]) -> Paths:
    """Fields as paths. An empty dictionary stays one value, so that it survives."""
    paths: Paths = {}
    for name, value in fields.items():
        if isinstance(value, dict) and value:
            paths.update({f"{name}/{key}": inner for key, inner in value.items()})
        else:
            paths[name] = value
    return paths


def diff(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Changes:
    """What changed from `old` (None: there was nothing) to `new`, both as fields."""
    before, after = flatten(old or {}), flatten(new)
    changed = {
        path: value for path, value in after.items() if not _same(before.get(path, _ABSENT), value)
    }
    gone = tuple(
        path
        for path in before
        if path not in after and not (before[path] == {} and "/" not in path)
    )
    # A field that went from keys to empty is told by its removed keys alone.
    emptied = {path.partition("/")[0] for path in gone if "/" in path}
    changed = {p: v for p, v in changed.items() if not (v == {} and p in emptied)}
    return Changes(changed, gone)


def apply(fields: Mapping[str, Any], changes: Changes) -> Fields:
    """`fields` with `changes` on top; the argument is left as it is."""
    result = _copied(fields)
    for path in changes.removed:
        _remove(result, path)
    for path, value in changes.fields.items():
        _put(result, path, value)
    return result


def overlay(fields: Mapping[str, Any], pending: Iterable[Changes]) -> Fields:
    """A received version with the laptop's own unacknowledged changes on top, in their order."""
    result = _copied(fields)
    for changes in pending:
        result = apply(result, changes)
    return result


def three_way(
    kind: str,
    base: Mapping[str, Any],
    current: Mapping[str, Any],
    incoming: Changes,
    *,
    ours: frozenset[str] = frozenset(),
) -> Merged:
    """Put `incoming`, made on `base`, onto `current`.

    Args:
        base: the fields the editor saw; empty when he created the record.
        current: the fields that stand now.
        ours: paths whose last writer since `base` is the same editor: he knew those values.
    """
    theirs = diff(base, current).paths() - ours
    before, present, clashes = flatten(base), flatten(current), list[Clash]()
    accepted: Paths = {}
    removed: list[str] = []
    for path in (*incoming.removed, *incoming.fields):
        value = incoming.fields.get(path, _ABSENT)
        standing = present.get(path, _ABSENT)
        if path in theirs and not _same(standing, value):
            rule = rule_for(kind, path)
            wins = rule is Rule.LAST_ARRIVAL
            kept, lost = (value, standing) if wins else (standing, value)
            old = before.get(path, _ABSENT)
            clashes.append(Clash(path, _told(old), _told(kept), _told(lost), wins, rule))
            if not wins:
                continue
        if value is _ABSENT:
            removed.append(path)
        else:
            accepted[path] = value
    fields = apply(current, Changes(accepted, tuple(removed)))
    changed = diff(current, fields).paths()
    return Merged(fields, tuple(sorted(changed)), tuple(clashes), parallel=bool(theirs))


def _same(left: Any, right: Any) -> bool:
    """Equal as JSON: True is not 1, 1.0 is 1."""
    if isinstance(left, bool) is not isinstance(right, bool):
        return False
    return bool(left == right)


def _told(value: Any) -> Any:
    return None if value is _ABSENT else value


def _copied(fields: Mapping[str, Any]) -> Fields:
    return {
        name: dict(value) if isinstance(value, dict) else value for name, value in fields.items()
    }


def _put(fields: Fields, path: str, value: Any) -> None:
    name, slash, key = path.partition("/")
    if not slash:
        fields[name] = value
        return
    inner = fields.get(name)
    if not isinstance(inner, dict):
        inner = fields[name] = {}
    inner[key] = value


def _remove(fields: Fields, path: str) -> None:
    name, slash, key = path.partition("/")
    if not slash:
        fields.pop(name, None)
        return
    inner = fields.get(name)
    if isinstance(inner, dict):
        inner.pop(key, None)
