"""Running the server: in the foreground for the office, in a thread for the demonstration."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import uvicorn
from fastapi import FastAPI

_START_SECONDS = 20


def configuration(
    app: FastAPI, host: str, port: int, certificate: Path | None = None
) -> uvicorn.Config:
    """uvicorn's settings: no headers that nobody reads, no access log (it would hold addresses).

    Args:
        certificate: the server's certificate and private key (PEM), for TLS without a proxy before it.
    """
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        ws="none",
        timeout_keep_alive=60,
        timeout_graceful_shutdown=5,
        ssl_certfile=certificate,
        ssl_keyfile=certificate,
    )


class ServerThread:
    """A server on a free loopback port, in this process; a context manager.

    Attributes:
        url: where it listens, e.g. ``http://127.0.0.1:43210``.
    """

    def __init__(self, app: FastAPI, port: int = 0, certificate: Path | None = None) -> None:
        """`certificate`: see `configuration`."""
        # Made with its protocol named: else asyncio leaves Nagle's delay of 40 ms on every answer.
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._socket.bind(("127.0.0.1", port))
        self._socket.listen()
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
