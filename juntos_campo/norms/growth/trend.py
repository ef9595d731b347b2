"""Whether a child keeps its course between controls. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.growth.model import GrowthAssessment, Index, Trend


def trend_of(assessments: Sequence[GrowthAssessment], index: Index, book: RuleBook) -> Trend:
    """The course of one index; `assessments` oldest first. Implausible ones do not count."""
    raise NotImplementedError
