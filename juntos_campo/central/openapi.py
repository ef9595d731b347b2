"""The server's OpenAPI document: every route with what it takes, what it answers and how it refuses.

FastAPI knows addresses only, since the routes read and write bodies themselves; the rest stands here. A
route without an entry fails the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from juntos_campo.central.bundle_problems import (
    ALREADY_TAKEN,
    BUNDLE_OF_COPY,
    LAPTOP_UNKNOWN,
    LAPTOP_WITHOUT_KEY,
)
from juntos_campo.central.file_problems import (
    FILE_DAMAGED,
    FILE_NOT_HERE,
    FILE_QUOTA,
    FILE_TOO_LARGE,
    FILE_UNKNOWN,
)
from juntos_campo.central.http_errors import STATUS
from juntos_campo.central.openapi_texts import ABOUT, EXAMPLES, FIELDS, MODELS, TAGS
from juntos_campo.central.problems import (
    BUSY,
    DATABASE_COPIED,
    DATABASE_NOT_READY,
    DATABASE_UNREACHABLE,
    DEVICE_BLOCKED,
    DEVICE_OF_ANOTHER,
    LOCKED,
    MESSAGE_TOO_LARGE,
    MESSAGE_UNREADABLE,
    NO_SUCH_ADDRESS,
    NOT_AUTHENTICATED,
    PROTOCOL_UNKNOWN,
    WRONG_CREDENTIALS,
)
from juntos_campo.central.serving_problems import SERVER_FAULT, STOPPING
from juntos_campo.domain.errors import Problem
from juntos_campo.wire.file_messages import (
    FILE_ID,
    SIZE_HEADER,
    ChunkTaken,
    FileAnswer,
    FileQuestion,
)
from juntos_campo.wire.messages import (
    ErrorBody,
    LoginRequest,
    LoginResponse,
    Message,
    SyncRequest,
    SyncResponse,
)

_REFERENCE = "#/components/schemas/{model}"
_BINARY: Final = "application/octet-stream"
_BEARER: Final = "computadora"
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
            schema: Mapping[str, Any] = {"$ref": _REFERENCE.format(model=name)}
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
        made["security"] = [] if self.open_to_all else [{_BEARER: []}]
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


def _parameter(
    name: str, place: str, text: str, schema: dict[str, Any], **more: Any
) -> dict[str, Any]:
    required = place == "path" or more.pop("required", False)
    given = {"name": name, "in": place, "required": required, "description": text}
    return {**given, "schema": schema, **more}


_NUMBER: Final = {"type": "integer", "minimum": 0, "maximum": 10**12 - 1}
_KEY = _parameter(
    "key", "path", "El id del archivo.", {"type": "string", "pattern": f"^{FILE_ID}$"},
    example=EXAMPLES["file"],
)  # fmt: skip
_AT = _parameter("at", "query", "Desde qué byte.", _NUMBER, required=True, example=32768)
_RESUME = _parameter(
    "X-Resume", "header", "La página que la laptop tiene en parte y cuántos bytes de ella: etiqueta:bytes.",
    {"type": "string", "pattern": "^[0-9a-f]{16}:[0-9]{1,9}$"}, example="00112233aabbccdd:4096",
)  # fmt: skip
_STATE = {
    "type": "object",
    "title": "Estado",
    "required": ["status"],
    "properties": {
        "status": {"type": "string", "description": FIELDS["status"]},
        "protocol": {"type": "integer", "description": FIELDS["protocol"]},
        "supported": {
            "type": "array",
            "items": {"type": "integer"},
            "description": FIELDS["supported"],
        },
    },
    "example": {"status": "ok"},
}
_UNREADABLE = (MESSAGE_UNREADABLE, MESSAGE_TOO_LARGE)
_ENTER = Route(
    "Entrada",
    "Entrar e inscribir una computadora",
    "Comprueba usuario y contraseña y da a esta computadora su llave de acceso, que reemplaza la anterior. "
    "Después de varias contraseñas equivocadas el usuario espera.",
    Body("Quién es la persona y qué recibirá.", LoginResponse),
    (WRONG_CREDENTIALS, LOCKED, DEVICE_OF_ANOTHER, DEVICE_BLOCKED, DATABASE_COPIED, PROTOCOL_UNKNOWN,
     *_UNREADABLE),
    Body("En JSON; puede venir comprimido (Content-Encoding: zstd).", LoginRequest),
    open_to_all=True,
)  # fmt: skip
_EXCHANGE_PROBLEMS = (NOT_AUTHENTICATED, DATABASE_COPIED, PROTOCOL_UNKNOWN, *_UNREADABLE)
_FILE_PROBLEMS = (NOT_AUTHENTICATED, *_UNREADABLE)

ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("get", "/v1/health"): Route(
        "Estado",
        "Estado del servidor y versiones que habla",
        "Responde cuando la base de datos responde.",
        Body("El servidor atiende.", schema=_STATE),
        open_to_all=True,
    ),
    ("get", "/v1/live"): Route(
        "Estado",
        "Si el proceso vive",
        "No mira la base de datos: sirve para decidir si hay que empezar el proceso otra vez.",
        Body("El proceso vive.", schema=_STATE),
        open_to_all=True,
    ),
    ("get", "/v1/ready"): Route(
        "Estado",
        "Si se le pueden enviar pedidos",
        "La base de datos responde, su esquema es el de este programa y el servidor no está terminando.",
        Body("Puede atender.", schema=_STATE),
        (STOPPING, DATABASE_NOT_READY, DATABASE_UNREACHABLE),
        open_to_all=True,
    ),
    ("post", "/v1/login"): _ENTER,
    ("post", "/v2/login"): _ENTER,
    ("post", "/v1/sync"): Route(
        "Intercambio",
        "Un intercambio: cambios que suben, acuses y cambios que bajan",
        "Versión 1, en JSON. Cada cambio se guarda o se rechaza por separado; repetir un pedido no duplica "
        "nada.",
        Body("Acuses, y una página de lo nuevo.", SyncResponse),
        _EXCHANGE_PROBLEMS,
        Body("En JSON; puede venir comprimido (Content-Encoding: zstd).", SyncRequest),
    ),
    ("post", "/v2/sync"): Route(
        "Intercambio",
        "El mismo intercambio en forma compacta, que se puede continuar si se corta",
        "Versión 2. Los mismos mensajes en columnas y comprimidos con diccionario. Si la conexión se cortó, "
        "X-Resume dice cuánto llegó y se envía solo el resto de la misma página.",
        Body("Cabeza y página, en forma compacta.", kind=_BINARY),
        _EXCHANGE_PROBLEMS,
        Body("El pedido de intercambio, en forma compacta.", kind=_BINARY),
        (_RESUME,),
    ),
    ("post", "/v2/files"): Route(
        "Archivos",
        "Cuánto tiene el servidor de unos archivos",
        "Antes de enviar o pedir un archivo: dice desde qué byte se continúa.",
        Body("Un estado por archivo, en el orden de la pregunta.", FileAnswer),
        _FILE_PROBLEMS,
        Body("Los archivos por los que se pregunta.", FileQuestion),
    ),
    ("put", "/v2/files/{key}"): Route(
        "Archivos",
        "Un trozo de un archivo",
        "Los bytes desde «at» del archivo, que tiene «size». Al llegar el último se comprueba el contenido.",
        Body("Cuánto se tiene ahora.", ChunkTaken),
        (*_FILE_PROBLEMS, NO_SUCH_ADDRESS, FILE_UNKNOWN, FILE_TOO_LARGE, FILE_QUOTA, FILE_DAMAGED),
        Body("Bytes del archivo, 1 MB como máximo.", kind=_BINARY),
        (
            _KEY,
            _AT,
            _parameter("size", "query", "Bytes del archivo entero.", _NUMBER, required=True),
        ),
    ),
    ("get", "/v2/files/{key}"): Route(
        "Archivos",
        "Bytes de un archivo",
        "Hasta «most» bytes del archivo, desde el byte «at».",
        Body(
            "Los bytes pedidos.",
            kind=_BINARY,
            headers={SIZE_HEADER: {"description": "Bytes del archivo entero.", "schema": _NUMBER}},
        ),
        (*_FILE_PROBLEMS, NO_SUCH_ADDRESS, FILE_UNKNOWN, FILE_NOT_HERE),
        None,
        (
            _KEY,
            _AT,
            _parameter("most", "query", "Cuántos bytes como máximo.", _NUMBER, required=True),
        ),
    ),
    ("post", "/v2/bundle"): Route(
        "Memoria USB",
        "Un archivo .jcb de otra computadora",
        "Quien lo trae no puede abrirlo. La respuesta va sellada para la computadora que lo escribió.",
        Body("El archivo de respuesta, para la memoria USB.", kind=_BINARY),
        (NOT_AUTHENTICATED, MESSAGE_TOO_LARGE, LAPTOP_UNKNOWN, LAPTOP_WITHOUT_KEY, DEVICE_BLOCKED,
         ALREADY_TAKEN, BUNDLE_OF_COPY),
        Body("El archivo .jcb tal como está en la memoria.", kind=_BINARY),
    ),
}  # fmt: skip
"""By method and address."""


def describe(app: FastAPI) -> None:
    """Have `app.openapi()` tell all this of the routes it has."""
    made: dict[str, Any] = {}

    def openapi() -> dict[str, Any]:
        if not made:
            made.update(document(app))
        return made

    app.openapi = openapi  # type: ignore[method-assign]  # as FastAPI's manual says


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of `app`."""
    paths: dict[str, dict[str, Any]] = {}
    for (method, path), route in ROUTES.items():
        found = {"operationId": f"{method}{path.replace('/', '_')}", **route.operation()}
        paths.setdefault(path, {})[method] = found
    return {
        "openapi": "3.1.0",
        "info": {"title": app.title, "version": app.version, "description": ABOUT},
        "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "securitySchemes": {
                _BEARER: {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "La llave de acceso que la computadora recibió al entrar.",
                }
            },
        },
    }


def _schemas() -> dict[str, Any]:
    bodies = [one for route in ROUTES.values() for one in (route.body, route.answer) if one]
    wanted: list[type[Message]] = [one.message for one in bodies if one.message is not None]
    wanted.append(ErrorBody)
    _, made = models_json_schema(
        [(one, "validation") for one in dict[type[Message], None].fromkeys(wanted)],
        ref_template=_REFERENCE,
    )
    schemas: dict[str, Any] = made["$defs"]
    # What the server notes for itself while it reads a request never travels.
    del schemas["Unreadable"], schemas["SyncRequest"]["properties"]["unreadable"]
    for name, schema in schemas.items():
        schema["title"], schema["description"] = MODELS.get(name, ("", ""))
        for key, value in schema.get("properties", {}).items():
            value.pop("title", None)
            value["description"] = FIELDS.get(key, "")  # none: a test fails
    return schemas
