"""The addresses of photos and files: ``/v2/files``."""

from __future__ import annotations

from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool

from juntos_campo.central.door import Door
from juntos_campo.central.files import Chunk, Files
from juntos_campo.central.http_bodies import json_answer, read_body, read_message
from juntos_campo.central.permissions import Action
from juntos_campo.central.problems import MESSAGE_UNREADABLE
from juntos_campo.domain.errors import user_error
from juntos_campo.wire.file_messages import (
    LARGEST_CHUNK,
    SIZE_HEADER,
    FileQuestion,
    is_file_id,
)

_MOST_DIGITS = 12


def add_files(app: FastAPI, door: Door, files: Files) -> None:
    """Serve them."""

    @app.post("/v2/files")
    async def ask(request: Request) -> Response:
        caller = await door.admit(request, Action.SYNC)
        question = await read_message(request, FileQuestion, LARGEST_CHUNK)
        found = await run_in_threadpool(files.states, caller, question.ids)
        return json_answer(request, found)

    @app.put("/v2/files/{key}")
    async def put(request: Request, key: str) -> Response:
        caller = await door.admit(request, Action.SYNC)
        _checked(key)
        at, size = _number(request, "at"), _number(request, "size")
        chunk = Chunk(key, at, size, await read_body(request, LARGEST_CHUNK))
        return json_answer(request, await run_in_threadpool(files.take, caller, chunk))

    @app.get("/v2/files/{key}")
    async def get(request: Request, key: str) -> Response:
        caller = await door.admit(request, Action.SYNC)
        _checked(key)
        at, most = _number(request, "at"), _number(request, "most")
        size, data = await run_in_threadpool(files.give, caller, key, at, most)
        return Response(
            data, headers={SIZE_HEADER: str(size)}, media_type="application/octet-stream"
        )


def _checked(key: str) -> None:
    if not is_file_id(key):
        raise user_error(MESSAGE_UNREADABLE, detail="no es el nombre de un archivo")


def _number(request: Request, name: str) -> int:
    text = request.query_params.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise user_error(MESSAGE_UNREADABLE, detail=name)
    return int(text)
