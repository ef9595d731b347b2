"""Whether the server lives and may be sent requests: for a balancer, systemd or a container."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from fastapi import FastAPI

from juntos_campo.central.database import Database
from juntos_campo.central.serving_problems import STOPPING
from juntos_campo.domain.errors import user_error
from juntos_campo.wire.messages import PROTOCOL, SUPPORTED_PROTOCOLS


@dataclass(slots=True)
class Gate:
    """`stopping`: the server was told to end; what runs is finished, nothing new should come."""

    stopping: bool = False


def add_health(app: FastAPI, database: Database, gate: Gate) -> None:
    """Serve ``/v1/health``, ``/v1/live`` and ``/v1/ready``."""

    @app.get("/v1/health")
    def health() -> dict[str, object]:
        with database.reading() as connection:
            connection.execute(sa.text("SELECT 1"))
        return {"status": "ok", "protocol": PROTOCOL, "supported": list(SUPPORTED_PROTOCOLS)}

    @app.get("/v1/live")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/v1/ready")
    def ready() -> dict[str, str]:
        if gate.stopping:
            raise user_error(STOPPING)
        database.require_ready()
        return {"status": "ok"}
