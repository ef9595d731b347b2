"""Running the server: in the foreground for the office, in a thread for the demonstration."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn
from fastapi import FastAPI

_START_SECONDS = 20
_BACKLOG = 2048

_WORKER_SECONDS = 60
"""A worker that does not answer for so long is replaced; on a busy machine, starting takes ten."""


def configuration(
    app: FastAPI | Callable[[], FastAPI],
    host: str,
    port: int,
    certificate: Path | None = None,
    *,
    stop_seconds: int = 5,
    workers: int = 1,
) -> uvicorn.Config:
    """uvicorn's settings: no headers that nobody reads, no access log (it would hold addresses).

    Args:
        app: the application, or what makes it in each of several processes.
        certificate: the server's certificate and private key (PEM), for TLS without a proxy before it.
        stop_seconds: what is running when the server ends may take so long.
    """
    return uvicorn.Config(
        app,
        factory=not isinstance(app, FastAPI),
        workers=workers,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,  # whose word counts about addresses stands in the settings
        ws="none",
        timeout_keep_alive=60,
        timeout_graceful_shutdown=stop_seconds,
        timeout_worker_healthcheck=_WORKER_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=certificate,
    )


def listening(host: str, port: int) -> socket.socket:
    """A socket that takes connections, for one process or several.

    Raises:
        OSError: the address is taken or is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Made with its protocol named: else asyncio leaves Nagle's delay of 40 ms on every answer.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name != "nt":  # there it would let two servers have one port
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(_BACKLOG)
    except OSError:
        made.close()
        raise
    return made


class ServerThread:
    """A server on a free loopback port, in this process; a context manager.

    Attributes:
        url: where it listens, e.g. ``http://127.0.0.1:43210``.
    """

    def __init__(self, app: FastAPI, port: int = 0, certificate: Path | None = None) -> None:
        """`certificate`: see `configuration`."""
        self._socket = listening("127.0.0.1", port)
        self.url = (
            f"{'https' if certificate else 'http'}://127.0.0.1:{self._socket.getsockname()[1]}"
        )
        self._server = uvicorn.Server(configuration(app, "127.0.0.1", port, certificate))
        self._thread = threading.Thread(target=self._run, name="central", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._socket])

    def start(self) -> ServerThread:
        """Start and wait until it answers.

        Raises:
            TimeoutError: it did not start.
        """
        self._thread.start()
        pause = threading.Event()
        for _ in range(_START_SECONDS * 100):
            if self._server.started:
                return self
            if not self._thread.is_alive():
                break
            pause.wait(0.01)
        self.stop()
        raise TimeoutError("the server did not start")

    def stop(self) -> None:
        """Stop gracefully and wait for its thread."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join()
        self._socket.close()

    def __enter__(self) -> ServerThread:
        return self.start()

    def __exit__(self, *_what: object) -> None:
        self.stop()
