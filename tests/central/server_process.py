"""`juntos-central serve` as a process of its own; without the other commands, whose loading takes longer."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from juntos_campo.central.accounts import Account, Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.settings import ServerSettings
from juntos_campo.domain.clock import SystemClock

CHEAP = {
    "argon2_memory_kib": 64,
    "argon2_passes": 1,
    "logins_a_minute": 0,
    "exchanges_a_minute": 0,
}
_WAIT = 60.0
_SERVE = "import typer; from juntos_campo.central.cli_serve import serve; typer.run(serve)"


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as one:
        return int(one.getsockname()[1])


@dataclass
class Served:
    """A running server. `log`: where its standard error goes."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> requests.Response:
        with requests.Session() as session:
            return session.get(self.url + path, timeout=_WAIT)

    def post(self, path: str, body: Any, **headers: str) -> requests.Response:
        with requests.Session() as session:
            return session.post(
                self.url + path, json.dumps(body).encode(), headers=headers, timeout=_WAIT
            )

    def told_to_end(self) -> None:
        self.process.send_signal(signal.SIGTERM)

    def ended(self, within: float = _WAIT) -> int:
        """Its exit status."""
        return self.process.wait(within)


def prepared(database_url: str, *people: Account, password: str) -> ServerSettings:
    """A server's database with these people in it."""
    settings = ServerSettings.model_validate({"database_url": database_url, **CHEAP})
    with closing(Database(database_url)) as database:
        database.migrate()
        accounts = Accounts(database, settings, SystemClock())
        for one in people:
            accounts.enrol(one, password)
    return settings


@contextmanager
def serving(folder: Path, database_url: str, *options: str) -> Iterator[Served]:
    """The process, ready; killed at the end if it still runs."""
    made = started(folder, database_url, free_port(), *options)
    try:
        wait_until_ready(made)
        yield made
    finally:
        made.process.kill()
        made.process.wait()


def started(folder: Path, database_url: str, port: int, *options: str, **variables: str) -> Served:
    """The process, just begun, the first of a group of its own; `variables`: of its environment."""
    log = folder / "server.log"
    command = [sys.executable, "-c", _SERVE, "--port", str(port)]
    cheap = {f"JUNTOS_CENTRAL_{name.upper()}": str(value) for name, value in CHEAP.items()}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--database", database_url, *options],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, **cheap, **variables},
            process_group=0,
        )
    return Served(process, port, log)


def wait_until_ready(served: Served) -> None:
    """Raises TimeoutError, with its log, when it is not ready or has ended."""
    last = time.monotonic() + _WAIT
    while time.monotonic() < last and served.process.poll() is None:
        try:
            if served.get("/v1/ready").status_code == requests.codes.ok:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise TimeoutError(served.log.read_text(encoding="utf-8"))
