"""Asking PostgreSQL one prepared statement from the event loop, without a thread in between.

A quiet exchange is a few milliseconds of waiting for the disk and hardly any work: handing it to a thread and
back costs more than all the rest. So these few connections are spoken to in libpq's own asynchronous way
(`psycopg.pq`), beside the pool that everything else uses.

Whoever gets no answer here (`LineError`) does not know whether his statement was carried out, and asks again
in the ordinary way: only statements of which that may be done are asked here.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections import deque
from collections.abc import Sequence
from typing import TypeAlias

import sqlalchemy as sa
from psycopg import Error, pq
from psycopg.conninfo import make_conninfo
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGconn, PGresult
from starlette.concurrency import run_in_threadpool

from juntos_campo.domain.errors import JuntosError

_NAME = b"asked"
_LONG_REST = 30.0
"""Seconds after which a net may have forgotten a connection: another one is opened."""

_REST_AFTER_FAILURE = 1.0
"""Seconds in which nobody tries to connect again."""

Row: TypeAlias = tuple[str | None, ...]


class LineError(JuntosError):
    """No answer: the connection is gone, PostgreSQL refused, or there is no connection to be had."""


class Lines:
    """Up to so many connections, each opened when it is needed, for one event loop."""

    def __init__(self, engine: sa.Engine, statement: str, most: int) -> None:
        """Nothing is connected yet, and nobody is answered before `start`.

        Args:
            engine: of the same database.
            statement: what is asked, with ``$1`` ... for its values.
            most: connections at most.
        """
        self._address = _address(engine)
        self._statement = statement.encode()
        self._most = most
        self._started = False
        self._free: list[_Line] = []
        self._all: set[_Line] = set()
        self._connecting = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._failed_at = -_REST_AFTER_FAILURE

    @property
    def started(self) -> bool:
        """Whether somebody who asks may be answered."""
        return self._started

    def start(self) -> None:
        """From now on it may be asked, within the running event loop. Windows' knows no such connections."""
        self._started = os.name != "nt"

    def close(self) -> None:
        """No connection stays open."""
        self._started = False
        for line in list(self._all):
            line.close()
        self._all.clear()
        self._free.clear()
        self._wake(len(self._waiting))

    async def ask(self, values: Sequence[str]) -> list[Row]:
        """The rows of the statement with these values; durable, if it writes, when they are there.

        Raises:
            LineError: see there.
        """
        line = await self._take()
        try:
            rows = await line.ask(values)
        except BaseException:
            # Of what is still under way on it nobody waits for the answer.
            line.close()
            self._all.discard(line)
            self._wake()
            raise
        if not self._started:
            line.close()
        else:
            self._free.append(line)
            self._wake()
        return rows

    async def _take(self) -> _Line:
        while self._started:
            while self._free:
                line = self._free.pop()
                if line.is_fit():
                    return line
                line.close()
                self._all.discard(line)
            if len(self._all) + self._connecting < self._most:
                return await self._connect()
            await self._wait()
        raise LineError("not open")

    async def _wait(self) -> None:
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if not waiting.cancelled():  # his turn had come; it is the next one's now
                self._wake()
            raise

    async def _connect(self) -> _Line:
        if time.monotonic() - self._failed_at < _REST_AFTER_FAILURE:
            raise LineError("could not connect just now")
        self._connecting += 1
        try:
            connection = await run_in_threadpool(_connected, self._address, self._statement)
        except (Error, LineError) as error:
            self._failed_at = time.monotonic()
            raise LineError(type(error).__name__) from None
        finally:
            self._connecting -= 1
            self._wake()
        line = _Line(connection)
        self._all.add(line)
        return line

    def _wake(self, number: int = 1) -> None:
        while self._waiting and number:
            one = self._waiting.popleft()
            if not one.done():
                one.set_result(None)
                number -= 1


def _address(engine: sa.Engine) -> str:
    """What libpq needs to connect to the engine's database."""
    _, named = engine.dialect.create_connect_args(engine.url)
    known = {one.keyword.decode() for one in pq.Conninfo.get_defaults()}
    given = {name: value for name, value in named.items() if name in known}
    return make_conninfo(**{**given, "client_encoding": "utf8"})


def _connected(address: str, statement: bytes) -> PGconn:
    connection = pq.PGconn.connect(address.encode())
    if connection.status != ConnStatus.OK:
        connection.finish()
        raise LineError("no connection")
    prepared = connection.prepare(_NAME, statement)
    if prepared.status != ExecStatus.COMMAND_OK:
        connection.finish()
        raise LineError("not prepared")
    connection.nonblocking = 1
    return connection


class _Line:
    """One connection; one question at a time."""

    def __init__(self, connection: PGconn) -> None:
        self._connection = connection
        self._socket = connection.socket
        self._answer: asyncio.Future[list[Row]] | None = None
        self._found: list[PGresult] = []
        self._rests_since = time.monotonic()
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket, self._readable)

    def is_fit(self) -> bool:
        """Whether it may be asked. A server that ended has said so: `_readable` closed it then."""
        return self._socket >= 0 and time.monotonic() - self._rests_since < _LONG_REST

    def close(self) -> None:
        """Close the connection; who waits for its answer is told."""
        if self._socket >= 0:
            self._loop.remove_reader(self._socket)
            self._socket = -1
            self._connection.finish()
        self._end(LineError("closed"))

    async def ask(self, values: Sequence[str]) -> list[Row]:
        answer: asyncio.Future[list[Row]] = self._loop.create_future()
        self._answer = answer
        try:
            self._connection.send_query_prepared(_NAME, [one.encode() for one in values])
            if self._connection.flush():
                raise LineError("it does not take so little at once")
        except Error as error:
            raise LineError(type(error).__name__) from None
        return await answer

    def _readable(self) -> None:
        try:
            self._connection.consume_input()
            while self._answer is not None and not self._connection.is_busy():
                found = self._connection.get_result()
                if found is not None:
                    self._found.append(found)
                    continue
                self._rests_since = time.monotonic()
                self._end(self._rows())
        except (Error, LineError) as error:
            self._end(LineError(type(error).__name__))
            self.close()

    def _rows(self) -> list[Row]:
        found, self._found = self._found, []
        if len(found) != 1 or found[0].status != ExecStatus.TUPLES_OK:
            raise LineError("refused")
        table = found[0]
        return [
            tuple(
                value.decode() if (value := table.get_value(row, column)) is not None else None
                for column in range(table.nfields)
            )
            for row in range(table.ntuples)
        ]

    def _end(self, told: list[Row] | LineError) -> None:
        answer, self._answer = self._answer, None
        if answer is None or answer.done():
            return
        if isinstance(told, LineError):
            answer.set_exception(told)
        else:
            answer.set_result(told)
