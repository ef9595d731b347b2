"""The audit trail: who did what, without anybody's data."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from juntos_campo.central.tables import audit


def note(
    connection: sa.Connection,
    at: datetime,
    actor: str,
    device: str,
    action: str,
    *,
    kind: str = "",
    record_id: str = "",
    detail: str = "",
) -> None:
    """Add one row, in the caller's transaction. `detail` holds codes and paths only."""
    connection.execute(
        sa.insert(audit).values(
            at=at.isoformat(),
            actor=actor,
            device=device,
            action=action,
            kind=kind,
            id=record_id,
            detail=detail,
        )
    )
