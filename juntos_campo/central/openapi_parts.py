"""What an address of the server's OpenAPI document is made of: bodies, parameters, refusals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from juntos_campo.central.http_errors import STATUS
from juntos_campo.central.openapi_texts import EXAMPLES
from juntos_campo.central.problems import BUSY
from juntos_campo.central.serving_problems import SERVER_FAULT
from juntos_campo.domain.errors import Problem
from juntos_campo.wire.messages import ErrorBody, Message

REFERENCE = "#/components/schemas/{model}"
BINARY: Final = "application/octet-stream"
BEARER: Final = "computadora"
_ALWAYS = (BUSY, SERVER_FAULT)


@dataclass(frozen=True, slots=True)
class Body:
    """What travels: a JSON message, or bytes. `text` describes it."""

    text: str
    message: type[Message] | None = None
    kind: str = "application/json"
    schema: Mapping[str, Any] | None = None
    headers: Mapping[str, Any] = field(default_factory=dict)

    def content(self) -> dict[str, Any]:
        if self.message is not None:
            name = self.message.__name__
            schema: Mapping[str, Any] = {"$ref": REFERENCE.format(model=name)}
            example = {"example": EXAMPLES[name]} if name in EXAMPLES else {}
            return {self.kind: {"schema": schema, **example}}
        return {self.kind: {"schema": self.schema or {"type": "string", "format": "binary"}}}


@dataclass(frozen=True, slots=True)
class Route:
    """One address: `tag` of `TAGS`, and the errors it may answer."""

    tag: str
    summary: str
    text: str
    answer: Body
    problems: tuple[Problem, ...] = ()
    body: Body | None = None
    parameters: tuple[Mapping[str, Any], ...] = ()
    open_to_all: bool = False

    def operation(self) -> dict[str, Any]:
        """The operation as OpenAPI 3.1 writes it."""
        made: dict[str, Any] = {
            "tags": [self.tag],
            "summary": self.summary,
            "description": self.text,
            "responses": self._responses(),
        }
        if self.parameters:
            made["parameters"] = [dict(one) for one in self.parameters]
        if self.body is not None:
            made["requestBody"] = {
                "required": True,
                "description": self.body.text,
                "content": self.body.content(),
            }
        made["security"] = [] if self.open_to_all else [{BEARER: []}]
        return made

    def _responses(self) -> dict[str, Any]:
        good: dict[str, Any] = {"description": self.answer.text, "content": self.answer.content()}
        if self.answer.headers:
            good["headers"] = dict(self.answer.headers)
        found: dict[str, Any] = {"200": good}
        for one in sorted((*self.problems, *_ALWAYS), key=_status):
            text = f"{one.code}: {one.what}"
            known = found.get(str(_status(one)))
            if known is not None:
                known["description"] += f" {text}"
                continue
            content = Body("", ErrorBody).content()
            content["application/json"]["example"] = {"code": one.code, "text": one.what}
            found[str(_status(one))] = {"description": text, "content": content}
        return found


def _status(problem: Problem) -> int:
    return STATUS.get(problem.code, 400)


def parameter(
    name: str, place: str, text: str, schema: dict[str, Any], **more: Any
) -> dict[str, Any]:
    """A parameter as OpenAPI writes it; `place` is ``path``, ``query`` or ``header``."""
    required = place == "path" or more.pop("required", False)
    given = {"name": name, "in": place, "required": required, "description": text}
    return {**given, "schema": schema, **more}


NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": 10**12 - 1}
"""Of bytes and places."""
