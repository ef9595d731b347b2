"""What laptops and servers of version 2 wrote when it was given out is understood by the program of today."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from juntos_campo.wire.compact import asked_of, decode_request, decode_response
from juntos_campo.wire.framing import AnswerReader, unpack
from juntos_campo.wire.messages import SyncRequest, SyncResponse

RECORDED = Path(__file__).parent / "recorded"
LIMIT = 1024 * 1024
SAME_IN_BOTH = (
    "delta",
    "applied",
    "parallel",
    "the first of two values",
    "conflict",
    "deletion",
)
"""Steps in which the same happened when version 1 was recorded."""


def exchanges(version: str) -> list[dict[str, Any]]:
    text = (RECORDED / version / "exchanges.json").read_text(encoding="utf-8")
    found: list[dict[str, Any]] = json.loads(text)["exchanges"]
    return found


def understood() -> Iterator[tuple[str, SyncRequest, SyncResponse]]:
    """(step, request, answer) of every exchange that went well."""
    for one in exchanges("v2"):
        if one["request"]["path"] != "/v2/sync" or one["response"]["status"] != 200:
            continue
        request = decode_request(base64.b64decode(one["request"]["body"]), LIMIT)
        reader = AnswerReader()
        reader.feed(base64.b64decode(one["response"]["body"]))
        assert reader.head is not None
        answer = decode_response(reader.head, bytes(reader.page), LIMIT, asked=asked_of(request))
        yield one["step"], request, answer


def said_in_version_1(step: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The operations and the acknowledgements of a step, as JSON."""
    operations: list[dict[str, Any]] = []
    acks: list[dict[str, Any]] = []
    for one in exchanges("v1"):
        if one["step"] == step and one["request"]["path"] == "/v1/sync":
            operations += _json(one["request"]).get("operations", [])
            acks += _json(one["response"]).get("acks", [])
    return operations, acks


def _json(side: dict[str, Any]) -> dict[str, Any]:
    headers = {name.lower(): value for name, value in side["headers"].items()}
    data = unpack(base64.b64decode(side["body"]), headers.get("content-encoding", ""), LIMIT)
    said: dict[str, Any] = json.loads(data)
    return said


def test_requests_of_the_first_laptops_of_version_2_still_say_what_was_recorded() -> None:
    compared = 0
    said: dict[str, list[SyncRequest]] = {}
    for step, request, _ in understood():
        said.setdefault(step, []).append(request)
    for step in SAME_IN_BOTH:
        before, _ = said_in_version_1(step)
        now = [one for request in said[step] for one in request.operations]
        assert [(one.kind, one.id, one.deleted, dict(one.fields)) for one in now] == [
            (one["kind"], one["id"], one.get("deleted", False), one.get("fields", {}))
            for one in before
        ], step
        compared += len(now)
    assert compared >= len(SAME_IN_BOTH)


def test_answers_of_the_first_servers_of_version_2_still_say_what_became_of_it() -> None:
    told: dict[str, list[SyncResponse]] = {}
    for step, _, answer in understood():
        told.setdefault(step, []).append(answer)
    for step in SAME_IN_BOTH:
        _, before = said_in_version_1(step)
        now = [ack for answer in told[step] for ack in answer.acks]
        assert [(one.version, one.outcome.value) for one in now] == [
            (one.get("version", 0), one.get("outcome", "applied")) for one in before
        ], step
    assert len(told) > 15


def test_a_first_download_of_version_2_still_brings_every_record() -> None:
    wanted = {
        (change["kind"], change["id"])
        for one in exchanges("v1")
        if one["step"] == "first download of the second laptop"
        and "/sync" in one["request"]["path"]
        for change in _json(one["response"]).get("changes", [])
    }
    came = {
        (change.kind, change.id)
        for step, _, answer in understood()
        if step == "first download of the second laptop"
        for change in answer.changes
    }
    assert wanted
    assert came == wanted
