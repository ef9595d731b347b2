"""The server's OpenAPI document: every route with what it takes, what it answers and how it refuses.

FastAPI knows addresses only, since the routes read and write bodies themselves; the rest stands in a table
for each area. A route without an entry fails the tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI
from pydantic.json_schema import models_json_schema

from juntos_campo.central.openapi_assignments import ASSIGNMENT_ROUTES
from juntos_campo.central.openapi_indicators import INDICATOR_ROUTES
from juntos_campo.central.openapi_laptops import LAPTOP_ROUTES
from juntos_campo.central.openapi_office import OFFICE_ROUTES
from juntos_campo.central.openapi_parts import BEARER, REFERENCE, Route
from juntos_campo.central.openapi_texts import ABOUT, FIELDS, MODELS, TAGS
from juntos_campo.wire.messages import ErrorBody, Message

ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    **LAPTOP_ROUTES,
    **OFFICE_ROUTES,
    **INDICATOR_ROUTES,
    **ASSIGNMENT_ROUTES,
}
"""By method and address; an area of the server adds a table of its own."""


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
                BEARER: {
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
        ref_template=REFERENCE,
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
