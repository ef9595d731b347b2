"""Several processes on one socket. They share nothing but the database, so any of them answers anything.

What a process keeps for itself are copies: pages packed lately and pages made ahead, both of which are
found by what they hold and are made again where they are missing.
"""

from __future__ import annotations

import multiprocessing
import os
import secrets
import signal
import socket
import threading
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI
from uvicorn.config import STARTUP_FAILURE, Config
from uvicorn.supervisors import Multiprocess

from juntos_campo.central.app import create_app
from juntos_campo.central.logs import start_logs
from juntos_campo.central.serving import configuration
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.stopping import hear_signals
from juntos_campo.garbage import collect_seldom

_ENDING = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Worker:
    """Makes the application in one of several processes; travels to it."""

    settings: ServerSettings
    salt: bytes

    def __call__(self) -> FastAPI:
        settings = self.settings
        start_logs(settings.log_format, settings.log_level)
        collect_seldom()
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
        heard = partial(
            hear_signals,
            drain_seconds=settings.drain_seconds,
            stop_seconds=settings.stop_seconds,
            second_ends=False,
        )
        return create_app(settings, salt=self.salt, on_start=heard)


def _end_with_parent() -> None:
    """Whoever minds the workers was killed: they would keep the port, and nobody could end them."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


class Workers(Multiprocess):
    """Minds the processes: starts those that died again, ends all when told, at once when told twice."""

    def __init__(self, config: Config, sockets: list[socket.socket]) -> None:
        super().__init__(config, sockets)
        self.failed = False

    def keep_subprocess_alive(self) -> None:
        # A question to one that starts, or that dies while it is asked, would hold up all the rest.
        if all(one.process.is_alive() for one in self.processes):
            return
        super().keep_subprocess_alive()
        self.failed = any(one.exitcode == STARTUP_FAILURE for one in self.processes)

    def join_all(self) -> None:
        pause = threading.Event()
        while any(one.process.is_alive() for one in self.processes):
            if any(number in self.signal_queue for number in _ENDING):
                for one in self.processes:
                    one.process.kill()
            pause.wait(0.05)
        super().join_all()


def workers(settings: ServerSettings, socket_: socket.socket, certificate: Path | None) -> Workers:
    """What runs ``settings.workers`` processes on a listening socket: call its `run`."""
    made = configuration(
        Worker(settings, secrets.token_bytes(16)),
        settings.host,
        settings.port,
        certificate,
        stop_seconds=settings.stop_seconds,
        workers=settings.workers,
    )
    return Workers(made, [socket_])
