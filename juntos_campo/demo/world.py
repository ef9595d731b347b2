"""The demonstration world: invented people, a real server process on loopback, two laptops.

Everything lives below one folder, so that removing it leaves nothing behind.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.error import URLError

from juntos_campo.demo import data as demo_data
from juntos_campo.domain.errors import JuntosError
from juntos_campo.domain.values import Role
from juntos_campo.paths import DataPlace

PASSWORD = "quinua-2026"  # noqa: S105 - everybody's password in the demonstration
ZONE = "Grau"
START_SECONDS = 60.0


class DemoError(JuntosError):
    """The demonstration could not be set up; the text says which part."""


@dataclass(frozen=True, slots=True)
class Person:
    """An account of the demonstration."""

    user: str
    name: str
    role: Role


FIELD_WORKER = Person("r.ccori", "Rosa Ccori Huillca", Role.FIELD_WORKER)
COORDINATOR = Person("e.palomino", "Edgar Palomino Sota", Role.ZONE_COORDINATOR)
_ROLE_WORDS = {Role.FIELD_WORKER: "gestor", Role.ZONE_COORDINATOR: "coordinador"}


@dataclass(frozen=True, slots=True)
class World:
    """Where everything of one demonstration is."""

    root: Path

    @property
    def files(self) -> Path:
        """The office's files: padrón, historial, school years."""
        return self.root / "oficina"

    @property
    def server(self) -> Path:
        return self.root / "servidor"

    @property
    def ready(self) -> Path:
        """Mark that the office was built to its end."""
        return self.root / "listo"

    @property
    def register_file(self) -> Path:
        return self.files / demo_data.REGISTER_FILE

    @property
    def history_file(self) -> Path:
        return self.files / demo_data.HISTORY_FILE

    @property
    def schooling_file(self) -> Path:
        return self.files / demo_data.SCHOOLING_FILE

    def laptop(self, person: Person) -> DataPlace:
        return DataPlace(self.root / "computadoras" / person.user)


def build_office(world: World, *, households: int, seed: int, today: date) -> None:
    """Invent the register and load it into a new central server.

    Raises:
        DemoError: the server refused a step.
    """
    invented = demo_data.generate(households, seed, today, [FIELD_WORKER.user])
    world.files.mkdir(parents=True, exist_ok=True)
    demo_data.write(invented, world.files)
    demo_data.write_schooling(invented, world.files)
    central(world, "init")
    central(
        world,
        "load",
        "--register",
        str(world.register_file),
        "--history",
        str(world.history_file),
        "--schooling",
        str(world.schooling_file),
    )
    for person in (FIELD_WORKER, COORDINATOR):
        central(
            world,
            *("enrol", "--user", person.user, "--name", person.name),
            *("--role", _ROLE_WORDS[person.role], "--zone", ZONE),
        )


def central(world: World, *arguments: str) -> str:
    """Run one `juntos-central` command on the world's server; what it printed."""
    done = subprocess.run(
        [*_CENTRAL, *arguments, "--data", str(world.server)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=environment(),
    )
    if done.returncode != 0:
        raise DemoError(f"juntos-central {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def serving(world: World) -> Iterator[str]:
    """A real server process on a free loopback port while the block runs; its address."""
    port = _free_port()
    log = (world.root / "servidor.log").open("a", encoding="utf-8")
    process = subprocess.Popen(
        [*_CENTRAL, "serve", *_LOOPBACK, "--port", str(port), "--data", str(world.server)],
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        env=environment(),
    )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_ready(url, process)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()
        log.close()


_LOOPBACK = ("--host", "127.0.0.1", "--until-input-ends")
_CENTRAL = (sys.executable, "-m", "juntos_campo.central.cli")


def environment() -> dict[str, str]:
    return {
        **os.environ,
        "JUNTOS_CENTRAL_PASSWORD": PASSWORD,
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUTF8": "1",
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise DemoError("el servidor central terminó al empezar; vea servidor.log")
        try:
            with urllib.request.urlopen(f"{url}/v1/health", timeout=2):  # noqa: S310 - loopback
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise DemoError("el servidor central no respondió a tiempo; vea servidor.log")
