"""Bad links: answers that get lost, arrive twice, and a proxy that cuts at a given byte."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

from juntos_campo.domain.errors import user_error
from juntos_campo.sync.problems import NO_CONNECTION, TOO_SLOW
from juntos_campo.sync.transport import Transport
from juntos_campo.wire.messages import SyncRequest, SyncResponse


class Wrapped:
    """A transport over another one; counts its exchanges."""

    def __init__(self, inner: Transport) -> None:
        self.inner = inner
        self.exchanges = 0

    @property
    def bytes_up(self) -> int:
        return self.inner.bytes_up

    @property
    def bytes_down(self) -> int:
        return self.inner.bytes_down

    def exchange(self, request: SyncRequest) -> SyncResponse:
        self.exchanges += 1
        return self.inner.exchange(request)


class LosesAnswers(Wrapped):
    """The server gets every request; the answers whose number `lost` names never arrive."""

    def __init__(self, inner: Transport, lost: Callable[[int], bool]) -> None:
        super().__init__(inner)
        self.lost = lost

    def exchange(self, request: SyncRequest) -> SyncResponse:
        answer = super().exchange(request)
        if self.lost(self.exchanges):
            raise user_error(TOO_SLOW)
        return answer


class LosesRequests(Wrapped):
    """Requests from number `after` on never reach the server."""

    def __init__(self, inner: Transport, after: int) -> None:
        super().__init__(inner)
        self.after = after

    def exchange(self, request: SyncRequest) -> SyncResponse:
        if self.exchanges >= self.after:
            raise user_error(NO_CONNECTION)
        return super().exchange(request)


class SendsTwice(Wrapped):
    """Every request reaches the server twice, as when a router repeats; the second answer counts."""

    def exchange(self, request: SyncRequest) -> SyncResponse:
        super().exchange(request)
        return super().exchange(request)


class CuttingProxy:
    """A loopback proxy that hangs up once `limit` bytes have passed, both directions together.

    Attributes:
        passed: bytes since the last `reset`.
    """

    def __init__(self, target: str) -> None:
        host, _, port = target.removeprefix("http://").partition(":")
        self._target = (host, int(port))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.limit: int | None = None
        self.passed = 0
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, name="proxy")]
        self._threads[0].start()

    def reset(self, limit: int | None) -> None:
        with self._lock:
            self.limit, self.passed = limit, 0

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for one in self._open:
                _hang_up(one)
        for thread in self._threads:
            thread.join()
        for one in self._open:
            one.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            with self._lock:
                self._open += [client, server]
            for source, sink in ((client, server), (server, client)):
                thread = threading.Thread(target=self._pump, args=(source, sink), name="pump")
                self._threads.append(thread)
                thread.start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        while True:
            try:
                data = source.recv(4096)
                with self._lock:
                    room = len(data) if self.limit is None else max(0, self.limit - self.passed)
                    self.passed += min(len(data), room)
                if data[:room]:
                    sink.sendall(data[:room])
            except OSError:
                data, room = b"", 0
            if not data or room < len(data):
                _hang_up(source)
                _hang_up(sink)
                return


def _hang_up(one: socket.socket) -> None:
    try:
        one.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
