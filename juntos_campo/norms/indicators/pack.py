"""Indicator packs: what the file of one definition holds."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.norms.indicators.rules import Indicator
from juntos_campo.norms.pack_format import Header, Strict


class IndicatorPack(Strict):
    pack: Header


def compile_indicators(packs: Sequence[IndicatorPack]) -> tuple[Indicator, ...]:
    """One entry a file."""
    return tuple(Indicator(one.pack.id, one.pack.title) for one in packs)
