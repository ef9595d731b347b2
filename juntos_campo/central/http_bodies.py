"""Bodies of requests and answers: what the routes of the server share."""

from __future__ import annotations

from typing import TypeVar

from fastapi import Request, Response
from pydantic import ValidationError

from juntos_campo.central.problems import MESSAGE_TOO_LARGE, MESSAGE_UNREADABLE, NOT_AUTHENTICATED
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.wire.framing import ENCODING, DamagedBodyError, pack_for_http, unpack
from juntos_campo.wire.messages import Message

M = TypeVar("M", bound=Message)


def bearer(request: Request) -> str:
    """The token a request carries.

    Raises:
        UserError: CEN-003.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise user_error(NOT_AUTHENTICATED)
    return token.strip()


async def read_body(request: Request, limit: int) -> bytes:
    """The bytes of a request as they travelled, at most `limit` of them.

    Raises:
        UserError: CEN-007; what is larger is not read to its end.
    """
    promised = request.headers.get("content-length", "")
    if promised.isdigit() and int(promised) > limit:
        raise user_error(MESSAGE_TOO_LARGE)
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > limit:
            raise user_error(MESSAGE_TOO_LARGE)
    return bytes(data)


async def read_message(request: Request, message: type[M], limit: int) -> M:
    """The message a request's body holds as JSON.

    Raises:
        UserError: CEN-006, CEN-007.
    """
    data = await read_body(request, limit)
    try:
        body = unpack(data, request.headers.get("content-encoding", ""), limit)
        return message.model_validate_json(body)
    except (DamagedBodyError, ValidationError) as error:
        raise unreadable(error) from None


def unreadable(error: DamagedBodyError | ValidationError) -> UserError:
    """CEN-006 for a body that is no message: names the fields at fault, never their values."""
    if isinstance(error, DamagedBodyError):
        return user_error(MESSAGE_UNREADABLE, detail="está dañado o incompleto")
    places = {".".join(map(str, item["loc"]))[:80] for item in error.errors()}
    detail = ", ".join(sorted(places)[:5]) or "no es JSON"
    return user_error(MESSAGE_UNREADABLE, detail=detail)


def json_answer(request: Request, message: Message) -> Response:
    """A response with few headers: at 2G every byte is paid for.

    Compressed for whoever says that he takes zstandard, or says nothing, as our laptops do.
    """
    accepted = request.headers.get("accept-encoding", ENCODING)
    data, headers = message.to_json(), dict[str, str]()
    if ENCODING in accepted or "*" in accepted:
        data, headers = pack_for_http(data)
    return Response(data, headers=headers, media_type="application/json")
