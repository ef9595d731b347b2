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
from typing import Any, TypeAlias

from juntos_campo.wire.codec import Fields
from juntos_campo.wire.merge_rules import DELETED, MergeRules, Rule, shipped_rules

Paths: TypeAlias = dict[str, Any]
"""Path -> value."""

_ABSENT: Any = object()

__all__ = [
    "DELETED",
    "Changes",
    "Clash",
    "Merged",
    "Paths",
    "Rule",
    "apply",
    "both_texts",
    "diff",
    "flatten",
    "overlay",
    "three_way",
]


@dataclass(frozen=True, slots=True)
class Changes:
    """What an edit did: new values by path, and paths that are gone."""

    fields: Paths = field(default_factory=dict)
    removed: tuple[str, ...] = ()

    def paths(self) -> frozenset[str]:
        return frozenset(self.fields) | frozenset(self.removed)


@dataclass(frozen=True, slots=True)
class Clash:
    """One path changed by both. A value that was removed or never there is None.

    With the rule BOTH_KEPT, `kept` is the text that stood and `lost` the one that came: the record
    holds the first and under it the second.
    """

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
    rules: MergeRules | None = None,
) -> Merged:
    """Put `incoming`, made on `base`, onto `current`.

    Args:
        base: the fields the editor saw; empty when he created the record.
        current: the fields that stand now.
        ours: paths whose last writer since `base` is the same editor: he knew those values.
        rules: which rule decides about which path; those that come with the program by default.
    """
    rules = rules or shipped_rules()
    theirs = diff(base, current).paths() - ours
    before, present, clashes = flatten(base), flatten(current), list[Clash]()
    accepted: Paths = {}
    removed: list[str] = []
    for path in (*incoming.removed, *incoming.fields):
        value = incoming.fields.get(path, _ABSENT)
        standing = present.get(path, _ABSENT)
        differs = not _same(standing, value)
        rule = rules.rule_for(kind, path) if differs else Rule.LAST_ARRIVAL
        if differs and (path in theirs or rule is Rule.OFFICE_WINS):
            clash, value = _decided(path, before.get(path, _ABSENT), standing, value, rule)
            clashes.append(clash)
            if _same(standing, value):
                continue
        if value is _ABSENT:
            removed.append(path)
        else:
            accepted[path] = value
    fields = apply(current, Changes(accepted, tuple(removed)))
    changed = diff(current, fields).paths()
    return Merged(fields, tuple(sorted(changed)), tuple(clashes), parallel=bool(theirs))


def _decided(path: str, base: Any, standing: Any, value: Any, rule: Rule) -> tuple[Clash, Any]:
    """The clash as it is told, and the value that stands afterwards."""
    if rule is Rule.BOTH_KEPT:
        both = both_texts(standing, value)
        if both is not None:
            return Clash(path, _told(base), standing, value, False, rule), both
        rule = Rule.LAST_ARRIVAL
    wins = rule is Rule.LAST_ARRIVAL
    kept, lost = (value, standing) if wins else (standing, value)
    return Clash(path, _told(base), _told(kept), _told(lost), wins, rule), kept


def both_texts(first: Any, second: Any) -> str | None:
    """What BOTH_KEPT makes of two values: one text under the other.

    Returns:
        One of them when it holds the other; None for what is no text.
    """
    if not (isinstance(first, str) and isinstance(second, str) and first and second):
        return None
    if second in first:
        return first
    return second if first in second else f"{first}\n{second}"


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
