"""The indicators the incentive fund (FED) measures with, compiled."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Indicator:
    id: str
    title: str
