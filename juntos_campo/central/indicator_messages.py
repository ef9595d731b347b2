"""What the offices are told over the network about indicators."""

from __future__ import annotations

from juntos_campo.wire.messages import Message


class IndicatorRow(Message):
    """One indicator of one territory and period; figures are None where so few cases are not told."""

    indicator: str
    indicator_name: str
    period: str
    level: str
    territory: str
    place: str
    numerator: int | None = None
    denominator: int | None = None
    percent: float | None = None
    unknown: int | None = None
    cut: str = ""
    computed_at: str = ""
    synced: str = ""
    note: str = ""


class IndicatorReport(Message):
    """Rows by indicator and period, the widest territory first."""

    rows: tuple[IndicatorRow, ...] = ()
