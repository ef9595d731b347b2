"""The description of the server's addresses is whole, in Spanish, and true."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from office_commands import run

from juntos_campo.central.app import assemble
from juntos_campo.central.database import Database
from juntos_campo.central.openapi_texts import TAGS
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.ids import random_id

ENGLISH = re.compile(r"\b(the|of|and|this|with|which|Response|Validation|Successful)\b")
SPANISH_METHODS = {"get", "post", "put"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    status, text = run("openapi")
    assert status == 0
    found: dict[str, Any] = json.loads(text)
    return found


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def texts(node: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every text a person reads in a document."""
    if isinstance(node, dict):
        for name, value in node.items():
            yield from texts(value, name)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value, key)
    elif isinstance(node, str) and key in ("title", "summary", "description"):
        yield key, node


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_no_address_of_the_server_is_left_out_and_none_is_invented(
    document: dict[str, Any], settings: ServerSettings, clock: FixedClock
) -> None:
    database = Database("sqlite://")
    app = assemble(settings, database, clock, random_id)
    served = {
        (method.lower(), route.path)
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    database.close()
    assert len(served) >= 11
    told = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert told == served


def test_every_operation_says_what_it_does_takes_answers_and_refuses(
    document: dict[str, Any],
) -> None:
    for name, one in operations(document):
        assert len(one["summary"]) > 10, name
        assert len(one["description"]) > 30, name
        assert set(one["tags"]) <= set(TAGS), name
        if name.startswith(("post", "put")):
            assert one["requestBody"]["description"], name
            assert one["requestBody"]["content"], name
        assert "200" in one["responses"], name
        assert {"500", "503"} <= set(one["responses"]), name
        if one["security"]:
            assert "CEN-003" in one["responses"]["401"]["description"], name
        for status, answer in one["responses"].items():
            assert answer["description"], name
            if status != "200":
                content = answer["content"]["application/json"]
                assert content["schema"]["$ref"].endswith("/ErrorBody"), name
                assert re.fullmatch(r"CEN-\d{3}", content["example"]["code"]), name


def test_every_message_and_every_field_of_it_is_explained(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    assert {"SyncRequest", "SyncResponse", "Operation", "ErrorBody"} <= set(schemas)
    for name, schema in schemas.items():
        assert schema["title"], name
        assert schema["description"], name
        for key, value in schema.get("properties", {}).items():
            assert value["description"], f"{name}.{key}"
    for name in references(document):
        assert name.removeprefix("#/components/schemas/") in schemas, name


def test_an_engineer_of_the_ministry_reads_it_in_spanish(document: dict[str, Any]) -> None:
    found = list(texts(document))
    assert len(found) > 100
    assert [text for _, text in found if ENGLISH.search(text)] == []


def test_the_examples_are_what_the_schemas_ask_for(document: dict[str, Any]) -> None:
    schemas, tried = document["components"]["schemas"], 0
    for name, one in operations(document):
        bodies = [one.get("requestBody", {}), one["responses"]["200"]]
        for content in (body.get("content", {}).get("application/json", {}) for body in bodies):
            if "example" not in content:
                continue
            schema = schemas[content["schema"]["$ref"].rsplit("/", 1)[1]]
            assert set(schema.get("required", ())) <= set(content["example"]), name
            assert set(content["example"]) <= set(schema["properties"]), name
            tried += 1
    assert tried >= 8
