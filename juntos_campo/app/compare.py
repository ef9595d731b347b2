"""Two versions of a record side by side, path by path, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from juntos_campo.domain.entities import Answer


class DifferenceKind(StrEnum):
    """How a field differs from the earlier version."""

    SAME = "same"
    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a record; `order` is its place when reading."""

    order: int
    title: str


class Labels(Protocol):
    """Puts the paths and answers of one record into words."""

    def label(self, path: str) -> str:
        """``Yeison: fecha de CRED 6 meses``: names the field wherever it stands."""
        ...

    def short(self, path: str) -> str:
        """``fecha de CRED 6 meses``: names the field under the heading of its section."""
        ...

    def text(self, path: str, answer: Answer) -> str:
        """The answer as a reader writes it; empty for none."""
        ...

    def section(self, path: str) -> Section: ...

    def rank(self, path: str) -> tuple[int, str]:
        """Place within the section."""
        ...

    def member(self, path: str) -> str:
        """Id of the member the field is about; empty for none."""
        ...

    def typed(self, path: str) -> bool:
        """A person gave the answer; False for what was copied from the register or computed."""
        ...


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs; `before` and `after` are texts, empty where there was nothing."""

    path: str
    label: str
    before: str
    after: str

    @property
    def kind(self) -> DifferenceKind:
        if not self.before:
            return DifferenceKind.ADDED
        return DifferenceKind.CHANGED if self.after else DifferenceKind.REMOVED


def compare(
    old: Mapping[str, Answer], new: Mapping[str, Answer], labels: Labels
) -> list[Difference]:
    """What differs between two versions, in reading order."""
    differing = [path for path in {**old, **new} if old.get(path) != new.get(path)]
    return [
        Difference(
            path,
            labels.label(path),
            labels.text(path, old.get(path)),
            labels.text(path, new.get(path)),
        )
        for path in reading_order(differing, labels)
    ]


def reading_order(paths: list[str], labels: Labels) -> list[str]:
    """Paths in the order in which a person reads the record."""
    return sorted(paths, key=lambda path: (labels.section(path).order, *labels.rank(path), path))
