"""A balancer sends laptops only where they are served; an operator with a bad certificate learns it first."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa
from certificates import Authority
from fastapi import FastAPI
from office_commands import run

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.app import create_app
from juntos_campo.central.certificates import check_certificate
from juntos_campo.central.database import Database
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.errors import UserError


@pytest.fixture
def app(accounts: Accounts, settings: ServerSettings, clock: FixedClock) -> FastAPI:
    assert accounts
    return create_app(settings, clock)


@pytest.fixture
def url(app: FastAPI) -> Iterator[str]:
    with ServerThread(app) as server:
        yield server.url


def asked(url: str, name: str) -> tuple[int, str]:
    with requests.Session() as session:
        answer = session.get(f"{url}/v1/{name}", timeout=10)
    return answer.status_code, answer.json().get("code", answer.json().get("status"))


def test_a_server_that_is_well_says_so(url: str) -> None:
    assert asked(url, "live") == asked(url, "ready") == (200, "ok")


def test_nobody_is_sent_to_a_server_that_ends_and_it_is_not_started_anew_for_that(
    app: FastAPI, url: str
) -> None:
    app.state.gate.stopping = True
    assert asked(url, "ready") == (503, "CEN-247")
    assert asked(url, "live") == (200, "ok")


def test_nobody_is_sent_to_a_server_whose_database_is_of_another_version(
    database: Database, url: str
) -> None:
    with database.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '0001'"))
    assert asked(url, "ready") == (503, "CEN-201")


@pytest.mark.logs_warnings
@pytest.mark.parametrize("lend", ["sqlite"], indirect=True)  # a folder lies in the file's place
def test_nobody_is_sent_to_a_server_that_lost_its_database(
    app: FastAPI, database: Database, url: str
) -> None:
    file = Path(str(database.engine.url.database))
    database.close()
    app.state.database.close()  # its connections
    for one in file.parent.glob(f"{file.name}*"):
        one.unlink()
    file.mkdir()
    assert asked(url, "ready")[0] == 503
    assert asked(url, "live") == (200, "ok")


def refusal(file: Path) -> tuple[str, str]:
    with pytest.raises(UserError) as error:
        check_certificate(file)
    return error.value.problem.code, str(error.value)


def test_a_good_certificate_is_taken_and_its_end_known(tmp_path: Path) -> None:
    made = Authority(tmp_path).certificate("localhost", ends=timedelta(days=20))
    left = check_certificate(made) - datetime.now(UTC)
    assert timedelta(days=19) < left < timedelta(days=21)


def test_a_certificate_of_no_use_is_told_before_the_first_laptop_meets_it(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    day = timedelta(days=1)
    good, other = authority.certificate("localhost"), authority.certificate("otro")
    certificate, mark, key = good.read_text().partition("-----BEGIN PRIVATE KEY-----")
    other_key = other.read_text().partition(mark)[2]
    cases: dict[str, str] = {
        "vacío": "",
        "sin-clave": certificate,
        "sin-certificado": mark + key,
        "otra-clave": certificate + mark + other_key,
        "con-contraseña": certificate
        + "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAg=\n"
        "-----END ENCRYPTED PRIVATE KEY-----\n",
        "otra-cosa": "PK\x03\x04" * 100,
    }
    told = {}
    for name, text in cases.items():
        file = tmp_path / f"{name}.pem"
        file.write_text(text, encoding="ascii")
        code, told[name] = refusal(file)
        assert code == "CEN-243", name
    assert "no es la de ese certificado" in told["otra-clave"]
    assert refusal(tmp_path / "no-hay.pem")[0] == "CEN-243"
    assert refusal(tmp_path)[0] == "CEN-243"
    old = authority.certificate("localhost", begins=-9 * day, ends=-day)
    early = authority.certificate("localhost", begins=day, ends=9 * day)
    assert refusal(old)[0] == refusal(early)[0] == "CEN-244"
    assert "ya venció" in refusal(old)[1]
    assert "todavía no rige" in refusal(early)[1]


@pytest.mark.parametrize(
    "lend", ["sqlite"], indirect=True
)  # PostgreSQL would serve several at once
def test_the_command_ends_in_spanish_when_it_cannot_serve(address: str, tmp_path: Path) -> None:
    old = Authority(tmp_path).certificate(
        "localhost", begins=timedelta(days=-9), ends=timedelta(days=-1)
    )
    status, told = run("serve", "--database", address, "--certificate", old)
    assert (status, "CEN-244" in told) == (1, True)
    status, told = run("serve", "--database", address, "--workers", "2")
    assert (status, "CEN-245" in told) == (1, True)
    status, told = run("serve", "--database", address, "--host", "203.0.113.7", "--port", "0")
    assert (status, "CEN-246" in told) == (1, True)
    status, told = run("serve", "--data", tmp_path / "otra")
    assert (status, "CEN-20" in told) == (1, True)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything is readable to root")
def test_a_key_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    file = Authority(tmp_path).certificate("localhost")
    file.chmod(0)
    assert "no hay permiso" in refusal(file)[1]
