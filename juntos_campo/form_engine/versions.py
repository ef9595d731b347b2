"""The order of versions: dotted numbers as numbers, anything else as text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DOTTED = re.compile(r"\d{1,15}(?:\.\d{1,15})*", re.ASCII)


@dataclass(frozen=True, order=True, slots=True)
class VersionOrder:
    """Place of one version; texts come before numbers, so that there is an order of all."""

    numbers: tuple[int, ...]
    text: str

    def comparable(self, version: str) -> bool:
        """Whether being older or newer than `version` means anything."""
        return bool(self.numbers) == bool(version_order(version).numbers)


def version_order(version: str) -> VersionOrder:
    """``2026.9`` before ``2026.11``; ``beta`` before ``piloto`` before both."""
    if _DOTTED.fullmatch(version):
        numbers = tuple(int(part) for part in version.split("."))
        return VersionOrder(numbers, "")
    return VersionOrder((), version)
