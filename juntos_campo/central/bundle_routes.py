"""The address of sealed files that somebody brings for somebody else: ``/v2/bundle``."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from juntos_campo.central.bundles import Bundles
from juntos_campo.central.door import Door
from juntos_campo.central.http_bodies import read_body
from juntos_campo.central.permissions import Action
from juntos_campo.wire.bundle import MOST_BYTES


def add_bundles(app: FastAPI, door: Door, bundles: Bundles) -> None:
    """Serve it."""

    @app.post("/v2/bundle")
    async def take(request: Request) -> Response:
        caller = await door.admit(request, Action.SYNC)
        data = await read_body(request, MOST_BYTES)
        answer = await run_in_threadpool(_take, bundles, data, caller.account.name)
        return Response(answer, media_type="application/octet-stream")


def _take(bundles: Bundles, data: bytes, carrier: str) -> bytes:
    return bundles.take(data, carrier=carrier)
