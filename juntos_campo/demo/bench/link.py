"""A loopback link that counts and shapes: what `bench sync` and its peers are measured through.

`PythonLink` is the program's own, and cuts at the very byte; `NodeLink` runs the `countproxy.js` that the
peers' benchmarks use, so that one instrument counts for all. Both count HTTP bytes with their headers,
both directions, without TCP, IP and TLS.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from juntos_campo.demo.world import DemoError

_REQUEST = re.compile(rb"^(?:GET|POST|PUT|DELETE|HEAD|PATCH) \S+ HTTP/1\.[01]\r\n", re.MULTILINE)
_START_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Traffic:
    """What passed since the last reset: requests, and bytes to and from the server."""

    requests: int
    up: int
    down: int

    @property
    def both(self) -> int:
        return self.up + self.down


@dataclass(frozen=True, slots=True)
class Shape:
    """What the link is like; 0 is without bound.

    Attributes:
        rtt: milliseconds there and back.
        down, up: bytes a second.
        cut: bytes after which every connection breaks, again and again.
    """

    rtt: int = 0
    down: int = 0
    up: int = 0
    cut: int = 0


class Link(Protocol):
    """A counting link to one server; `url` is its near end."""

    url: str

    def reset(self) -> None:
        """Count from zero."""

    def traffic(self) -> Traffic:
        """What passed since the last reset."""

    def shape(self, shape: Shape) -> None:
        """From now on."""


class PythonLink:
    """The program's own link: an asyncio proxy in a thread of its own."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._shape = Shape()
        self._counted = [0, 0, 0]
        self._since_cut = 0
        self._free = {"up": 0.0, "down": 0.0}
        self._live: set[asyncio.StreamWriter] = set()
        self._made: list[asyncio.StreamWriter] = []
        self._taken: list[socket.socket] = []
        self._passing: set[asyncio.Task[None]] = set()
        self._loop = asyncio.SelectorEventLoop()  # everywhere: it accepts by itself
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="link", daemon=True)
        self.url = ""
        self._thread.start()
        if not self._ready.wait(_START_SECONDS):
            raise DemoError("el enlace que cuenta bytes no empezó")

    def close(self) -> None:
        """End it and its thread; a second time does nothing."""
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def reset(self) -> None:
        self._counted = [0, 0, 0]

    def traffic(self) -> Traffic:
        return Traffic(*self._counted)

    def shape(self, shape: Shape) -> None:
        self._shape, self._since_cut = shape, 0

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with socket.create_server(("127.0.0.1", 0), backlog=100) as listening:
            listening.setblocking(False)
            self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
            self._loop.add_reader(listening, self._accept, listening)
            self._ready.set()
            self._loop.run_forever()
            self._loop.remove_reader(listening)
        self._loop.run_until_complete(self._let_go())
        self._loop.close()

    async def _let_go(self) -> None:
        """Every connection is closed before the loop is: none is left for the collector to find."""
        passing = list(self._passing)
        for task in passing:
            task.cancel()
        await asyncio.gather(*passing, return_exceptions=True)
        for one in self._made:
            one.transport.abort()
        await asyncio.gather(*(one.wait_closed() for one in self._made), return_exceptions=True)
        for taken in self._taken:
            taken.close()

    def _accept(self, listening: socket.socket) -> None:
        try:
            near, _ = listening.accept()
        except OSError:  # it is gone again
            return
        near.setblocking(False)
        self._taken.append(near)
        task = self._loop.create_task(self._join(near))
        self._passing.add(task)
        task.add_done_callback(self._passing.discard)

    async def _join(self, near: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=near)
        self._made.append(writer)
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            _end(writer)
            return
        self._made.append(far_writer)
        for one in (writer, far_writer):
            sock = one.get_extra_info("socket")
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._live |= {writer, far_writer}
        try:
            await asyncio.gather(
                self._pump(reader, far_writer, "up"), self._pump(far_reader, writer, "down")
            )
        finally:
            self._live -= {writer, far_writer}
            self._loop.call_at(self._due("up", 0), _end, far_writer)
            self._loop.call_at(self._due("down", 0), _end, writer)

    async def _pump(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, way: str
    ) -> None:
        try:
            while data := await source.read(65536):
                passed = data[: self._room()]
                if way == "up":
                    self._counted[0] += len(_REQUEST.findall(passed))
                self._counted[1 if way == "up" else 2] += len(passed)
                self._send(passed, sink, way)
                self._note(len(passed))
                if len(passed) < len(data):
                    return
        except OSError:
            pass
        self._loop.call_at(self._due(way, 0), _end, sink)

    def _room(self) -> int | None:
        """Bytes until the next cut."""
        return self._shape.cut - self._since_cut if self._shape.cut else None

    def _due(self, way: str, size: int) -> float:
        """When `size` bytes that came now are at the other end; later than all before."""
        shape = self._shape
        speed = shape.up if way == "up" else shape.down
        begin = max(self._loop.time(), self._free[way] + 1e-6)
        self._free[way] = begin + (size / speed if speed else 0.0)
        return self._free[way] + shape.rtt / 2000

    def _send(self, data: bytes, sink: asyncio.StreamWriter, way: str) -> None:
        if self._shape.rtt or self._shape.up or self._shape.down:
            self._loop.call_at(self._due(way, len(data)), _write, sink, data)
        else:
            _write(sink, data)

    def _note(self, size: int) -> None:
        if not self._shape.cut:
            return
        self._since_cut += size
        if self._since_cut >= self._shape.cut:
            self._since_cut = 0
            # What was on its way arrives, then the connection is gone: the same each time.
            for one in self._live:
                one.close()


def _write(sink: asyncio.StreamWriter, data: bytes) -> None:
    if not sink.transport.is_closing():
        sink.write(data)


def _end(sink: asyncio.StreamWriter) -> None:
    if not sink.transport.is_closing():
        sink.close()


class NodeLink:
    """The peers' own `countproxy.js`, in a process of its own."""

    def __init__(self, script: Path, target: str) -> None:
        near, control = free_port(), free_port()
        self.url = f"http://127.0.0.1:{near}"
        self._control = f"http://127.0.0.1:{control}"
        port = str(urlsplit(target).port)
        self._process = subprocess.Popen(
            ["node", str(script), str(near), port, str(control)], stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        if not self._process.stdout.readline():
            raise DemoError(f"{script.name} no empezó")
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                self._ask("/stats")
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise DemoError(f"{script.name} no responde") from None
                time.sleep(0.05)

    def close(self) -> None:
        """End its process."""
        self._process.terminate()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def reset(self) -> None:
        self._ask("/reset")

    def traffic(self) -> Traffic:
        told = self._ask("/stats")
        return Traffic(told["requests"], told["up"], told["down"])

    def shape(self, shape: Shape) -> None:
        self._ask(f"/shape?rtt={shape.rtt}&down={shape.down}&up={shape.up}&cut={shape.cut}")

    def _ask(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self._control}{path}", timeout=5) as answer:  # noqa: S310 - loopback
            return json.loads(answer.read())


@contextmanager
def linked(target: str, peers: Path | None) -> Iterator[Link]:
    """A counting link to `target`: that of the peers' folder, or the program's own."""
    made = NodeLink(peers / "countproxy.js", target) if peers else PythonLink(target)
    try:
        yield made
    finally:
        made.close()


def free_port() -> int:
    """A loopback port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
