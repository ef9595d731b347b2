"""Requests about photos and files as anybody could send them; and what is kept about which record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests
import sqlalchemy as sa
from alembic import command
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.database import Database, alembic_config
from juntos_campo.central.file_names import forget_names, remember_names
from juntos_campo.central.ledger import Ledger, Version
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import attachment_chunks, attachment_names, attachments
from juntos_campo.domain.clock import FixedClock
from juntos_campo.wire.file_messages import LARGEST_CHUNK

from .conftest import PASSWORD

DATA = b"una firma" * 200
KEY = hashlib.sha256(DATA).hexdigest() + ".png"
OTHER = hashlib.sha256(b"otra").hexdigest() + ".png"


class Client:
    """Ana's laptop, typed by hand."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        body = {"protocol": 1, "user": "ana", "password": PASSWORD, "device": "d-1"}
        answer = self.session.post(f"{url}/v1/login", json=body, timeout=10)
        self.token = answer.json()["token"]

    def __call__(self, method: str, path: str, data: bytes = b"", **headers: str) -> Any:
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        return self.session.request(
            method, f"{self.url}/v2/files{path}", data=data, headers=headers, timeout=10
        )


@pytest.fixture
def small(settings: ServerSettings) -> ServerSettings:
    return settings.model_copy(update={"largest_file": 4096, "files_a_day": 5000})


@pytest.fixture
def client(accounts: Accounts, small: ServerSettings, clock: FixedClock) -> Iterator[Client]:
    name_files(accounts.database, "r-1", KEY, OTHER)
    with ServerThread(create_app(small, clock)) as server:
        made = Client(server.url)
        yield made
        made.session.close()


def name_files(database: Database, record_id: str, *keys: str) -> None:
    """A record of Ana's that names files."""
    answers = {f"foto{number}": key for number, key in enumerate(keys)}
    fields = {"field_worker": "ana", "household_id": "", "answers": answers}
    with database.writing() as connection:
        ledger = Ledger.open(connection, "fw:ana")
        version = Version(1, fields, False, frozenset(), "ana", "d-1", "2026-11-17T08:00:00-05:00")
        ledger.write("field_record", record_id, version, None)
        ledger.close()


def put(client: Client, key: str = KEY, at: int = 0, data: bytes = DATA, size: int = 0) -> Any:
    return client("PUT", f"/{key}?at={at}&size={size or len(DATA)}", data)


def test_a_file_goes_up_and_comes_down(client: Client) -> None:
    assert put(client, data=DATA[:700]).json() == {"received": 700}
    assert put(client, at=700, data=DATA[700:]).json() == {
        "received": len(DATA),
        "complete": True,
    }
    answer = client("GET", f"/{KEY}?at=100&most=50")
    assert answer.content == DATA[100:150]
    assert answer.headers["x-size"] == str(len(DATA))
    assert client("GET", f"/{KEY}?at={len(DATA)}&most=50").content == b""
    told = client("POST", "", json.dumps({"ids": [KEY, OTHER]}).encode()).json()
    assert told["files"] == [
        {"size": len(DATA), "received": len(DATA), "complete": True, "wanted": True},
        {"wanted": True},
    ]


def test_a_file_half_come_is_not_given(client: Client) -> None:
    put(client, data=DATA[:700])
    answer = client("GET", f"/{KEY}?at=0&most=50")
    assert (answer.status_code, answer.json()["code"]) == (400, "CEN-135")


SENSELESS = [
    ("PUT", f"/{KEY}?at=0"),
    ("PUT", f"/{KEY}?at=-1&size=1800"),
    ("PUT", f"/{KEY}?at=²&size=1800"),
    ("PUT", f"/{KEY}?at=0&size={'9' * 40}"),
    ("PUT", f"/{KEY}?at=1700&size=1800"),
    ("PUT", f"/{KEY[:-4]}.PNG?at=0&size=1800"),
    ("PUT", f"/{KEY}%00?at=0&size=1800"),
    ("GET", f"/{KEY}?at=0"),
    ("GET", "/nada?at=0&most=9"),
    ("POST", ""),
]


def test_a_request_that_makes_no_sense_is_refused_and_changes_nothing(
    client: Client, database: Database
) -> None:
    for method, path in SENSELESS:
        answer = client(method, path, DATA)
        assert (answer.status_code, answer.json()["code"]) == (422, "CEN-006"), path
    with database.reading() as connection:
        assert connection.execute(sa.select(attachments)).all() == []


def test_nobody_gets_in_without_a_token(client: Client) -> None:
    for token in ("", "Bearer x", "Basic abc"):
        for method, path in (("POST", ""), ("PUT", f"/{KEY}?at=0&size=9"), ("GET", f"/{KEY}")):
            answer = client(method, path, b"{}", Authorization=token)
            assert (answer.status_code, answer.json()["code"]) == (401, "CEN-003")


def test_a_chunk_beyond_the_limit_is_not_read_to_its_end(client: Client) -> None:
    answer = put(client, data=b"x" * (LARGEST_CHUNK + 1), size=LARGEST_CHUNK + 1)
    assert (answer.status_code, answer.json()["code"]) == (413, "CEN-007")


def test_a_file_too_large_and_a_day_too_full_are_refused_with_the_reason(
    client: Client, accounts: Accounts, clock: FixedClock
) -> None:
    assert put(client, size=4097).json()["code"] == "CEN-132"
    photos = [bytes([number]) * 3000 for number in range(2)]
    keys = [hashlib.sha256(one).hexdigest() + ".png" for one in photos]
    name_files(accounts.database, "r-2", *keys)
    assert put(client, keys[0], data=photos[0], size=3000).json()["complete"]
    refused = put(client, keys[1], data=photos[1], size=3000)
    assert refused.json()["code"] == "CEN-133"
    assert "mañana" in refused.json()["text"]
    clock.advance(timedelta(days=1))
    assert put(client, keys[1], data=photos[1], size=3000).json()["complete"]


answers = st.recursive(
    st.none() | st.integers(-(2**70), 2**70) | st.text(max_size=8) | st.just(KEY),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=answers | st.fixed_dictionaries({"ids": answers}))
def test_no_question_whatever_it_holds_breaks_the_server(client: Client, body: Any) -> None:
    answer = client("POST", "", json.dumps(body).encode())
    assert answer.status_code in (200, 422)


# -- names -----------------------------------------------------------------------------------------


def names(database: Database) -> set[tuple[str, str]]:
    with database.reading() as connection:
        rows = connection.execute(sa.select(attachment_names))
        return {(row.attachment, row.id) for row in rows}


def kept(database: Database) -> set[str]:
    with database.reading() as connection:
        whole = connection.execute(sa.select(attachments.c.id)).scalars()
        parts = connection.execute(sa.select(attachment_chunks.c.attachment)).scalars()
        return {*whole, *parts}


def test_with_the_last_record_that_names_it_a_file_is_erased(
    client: Client, database: Database
) -> None:
    name_files(database, "r-2", KEY)
    put(client)
    put(client, OTHER, data=b"ot", size=4)
    for record_id, left in (("r-1", {KEY}), ("r-2", set[str]())):
        with database.writing() as connection:
            forget_names(connection, "field_record", record_id)
        assert kept(database) == left
    assert names(database) == set()


def test_every_version_of_a_record_names_its_files(database: Database) -> None:
    with database.writing() as connection:
        for key in (KEY, OTHER, KEY):
            remember_names(connection, "field_record", "r-1", {"answers": {"a": key, "b": 1}})
        remember_names(connection, "visit", "v-1", {"answers": [KEY], "cells": None})
    assert names(database) == {(KEY, "r-1"), (OTHER, "r-1")}


def test_records_of_before_may_send_their_photos_after_the_update(database: Database) -> None:
    with database.writing() as connection:
        command.downgrade(alembic_config(connection), "0001")
        connection.execute(sa.text("INSERT INTO partitions (name, last_seq) VALUES ('fw:ana', 1)"))
        row = (
            "(kind, id, version, deleted, body, paths, author, device, changed_at{more}) VALUES "
            "('field_record', 'r-1', {version}, {deleted}, :body, '[]', 'ana', 'd', ''{values})"
        )
        for table, version, key, more, values in (
            ("records", 2, KEY, ", partition, seq", ", 'fw:ana', 1"),
            ("record_versions", 1, OTHER, "", ""),
        ):
            text = row.format(version=version, deleted="false", more=more, values=values)
            body = json.dumps({"household_id": "", "answers": {"foto": key, "n": 3}})
            connection.execute(sa.text(f"INSERT INTO {table} {text}"), {"body": body})
    database.migrate()
    assert names(database) == {(KEY, "r-1"), (OTHER, "r-1")}
