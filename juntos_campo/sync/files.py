"""Photos, signatures and files after an exchange: sent and fetched chunk by chunk.

They never hold up the records: a synchronisation is complete without them. Each chunk is durable on the
side that received it before the next one goes, so a transfer can be cut or killed anywhere and goes on
there with the next synchronisation. A chunk lasts about `CHUNK_SECONDS` on the link as it is; a cut makes
the next one smaller. Both sides check the hash of the whole, which is the file's name.
"""

from __future__ import annotations

import logging
import math
import mimetypes
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import PurePath
from typing import Protocol, TypeVar

from juntos_campo.domain.clock import Clock
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.store import attachment_transfer as kept
from juntos_campo.store.attachment_transfer import Waiting
from juntos_campo.store.store import Store
from juntos_campo.sync.file_report import FilesReport
from juntos_campo.sync.problems import (
    ANSWER_DAMAGED,
    NO_CONNECTION,
    SERVER_BUSY,
    SERVER_FAILED,
    SERVER_SAID,
    TOO_SLOW,
)
from juntos_campo.wire.file_messages import LARGEST_CHUNK, MOST_ASKED, ChunkTaken, FileState

log = logging.getLogger(__name__)
T = TypeVar("T")

FIRST_CHUNK, SMALLEST_CHUNK, LARGEST_SENT = 32 * 1024, 4 * 1024, 256 * 1024
CHUNK_SECONDS = 4.0
GOOD_SPEED = 20_000.0
"""Bytes a second from which a link is good enough for photos, unless the user says otherwise."""

_TRIES = 5
"""Failures in a row, and answers that lead nowhere, after which the link is given up."""

_TURN_SECONDS = 0.2
_WORTH_ANOTHER_TRY = frozenset(
    one.code for one in (NO_CONNECTION, TOO_SLOW, ANSWER_DAMAGED, SERVER_FAILED, SERVER_BUSY)
)

_TELLING, _SECONDS_TELLING = 8 * 1024, 2.0
"""From so many bytes and seconds on the speed of a link can be told."""

_FEW = 60
"""Files asked for on a link of unknown speed: 2 KB."""

_DAMAGED, _QUOTA, _NO_ADDRESS = "CEN-134", "CEN-133", "CEN-009"


class Choice(StrEnum):
    """When photos and files travel; what the user chose."""

    ALWAYS = "always"
    GOOD_LINK = "good_link"
    NEVER = "never"


class FileLink(Protocol):
    """The server's side of files; `sync.http_files.HttpFiles` over HTTP."""

    def ask(self, keys: Sequence[str]) -> tuple[FileState, ...]: ...

    def put(self, key: str, at: int, size: int, data: bytes) -> ChunkTaken: ...

    def get(self, key: str, at: int, most: int) -> tuple[int, bytes]: ...


def _silent(_done: int, _total: int) -> None:
    return None


def _never() -> bool:
    return False


class _EnoughError(Exception):
    """No further file in this synchronisation; `reason` is Spanish, empty for the link or the user."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class _Pace:
    """How large the next chunk is, and whether the link is worth it."""

    only_good: bool
    seconds: Callable[[], float]
    chunk: int = FIRST_CHUNK
    _bytes: int = 0
    _took: float = 0.0
    _failures: int = 0

    def begin(self, speed: float | None) -> None:
        """Start from a speed measured before, in bytes a second."""
        self.chunk = _fitting(speed) if speed else FIRST_CHUNK
        if speed is None and self.only_good:
            self.chunk = _TELLING  # cheap enough to find out

    def went(self, size: int, took: float) -> None:
        """A chunk arrived."""
        self._failures = 0
        if size < _TELLING:  # mostly waiting for the answer: it says nothing of how fast bytes go
            return
        self._bytes += size
        self._took += took
        self.chunk = min(_fitting(size / max(took, 0.001)), self.chunk * 2)
        if (
            self.only_good
            and self._took > _SECONDS_TELLING
            and self._bytes / self._took < GOOD_SPEED
        ):
            raise _EnoughError

    def failed(self) -> float:
        """The link broke: seconds to wait before the next, smaller try; 0 to give it up."""
        self._failures += 1
        self.chunk = max(SMALLEST_CHUNK, self.chunk // 2)
        return float(2 ** (self._failures - 1)) if self._failures < _TRIES else 0.0


def _length(data: bytes, _answer: object) -> int:
    return len(data)


def _fitting(speed: float) -> int:
    return int(min(max(speed * CHUNK_SECONDS, SMALLEST_CHUNK), LARGEST_SENT, LARGEST_CHUNK))


@dataclass(slots=True)
class FileRun:
    """One turn of files; made once, `run` once.

    Attributes:
        reader: user name of who uses this laptop.
        choice: when files travel; `ALWAYS` also for "send them now".
        speed: bytes a second (down, up) as measured before; None when unknown.
        progress: given bytes moved and bytes to move.
        cancelled: asked between chunks.
        seconds: a clock that only goes forward.
        pause: waits so many seconds.
    """

    store: Store
    link: FileLink
    clock: Clock
    reader: str
    choice: Choice = Choice.ALWAYS
    speed: tuple[float | None, float | None] = (None, None)
    progress: Callable[[int, int], None] = _silent
    cancelled: Callable[[], bool] = _never
    seconds: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep
    report: FilesReport = field(default_factory=FilesReport)
    _done: int = 0
    _total: int = 0
    _pace: _Pace = field(init=False)

    def __post_init__(self) -> None:
        self._pace = _Pace(self.choice is Choice.GOOD_LINK, self.seconds)

    def run(self) -> FilesReport:
        """Move what there is to move; what was not stands in the report.

        A link that fails and a server that refuses end it early and are no exceptions.

        Raises:
            UserError: STO-008 the local disk refuses; what was stored before stays stored.
        """
        going, coming = kept.unsent(self.store), kept.wanted(self.store, self.reader)
        if going or coming:
            if self._put_off():
                self.report.put_off = True
            else:
                self._move(going, coming)
        self._count()
        return self.report

    def _put_off(self) -> bool:
        if self.choice is Choice.NEVER:
            return True
        known = [one for one in self.speed if one is not None]
        return self.choice is Choice.GOOD_LINK and bool(known) and min(known) < GOOD_SPEED

    def _move(self, going: list[Waiting], coming: list[str]) -> None:
        try:
            states = self._ask([one.id for one in going])
            # Who has seen it is told at once; a file lost on the way back is not sent again.
            there = [one.id for one in going if states[one.id].complete]
            kept.mark_sent(self.store, there, self.clock.now())
            to_send = [
                one for one in going if states[one.id].wanted and not states[one.id].complete
            ]
            coming = kept.next_turn(self.store, coming, self._most_asked())
            coming_states = self._ask(coming)
            to_fetch = [key for key in coming if coming_states[key].complete]
            self._total = sum(one.size - states[one.id].received for one in to_send)
            self._total += sum(
                coming_states[key].size - kept.part_of(self.store, key).received for key in to_fetch
            )
            first = set(kept.asked_first(self.store))
            self._fetch_all([key for key in to_fetch if key in first])
            self._send_all(to_send, states)
            self._fetch_all([key for key in to_fetch if key not in first])
        except _EnoughError as enough:
            self.report.stopped = enough.reason
            self.report.put_off = not enough.reason and not self.cancelled()
        except UserError as error:
            if error.problem is SERVER_SAID and error.values.get("code") == _NO_ADDRESS:
                self.report.put_off = True  # a server of the version before, which takes none
            elif error.problem.code.startswith("SYN-"):
                self.report.stopped = error.what
            else:
                raise
            log.info("files: %s", error.problem.code)

    def _most_asked(self) -> int:
        """The server may have none of the files; on a link nobody knows that is asked in few bytes."""
        unknown = self.choice is Choice.GOOD_LINK and self.speed == (None, None)
        return _FEW if unknown else MOST_ASKED

    def _ask(self, keys: Sequence[str]) -> dict[str, FileState]:
        found: dict[str, FileState] = {}
        for start in range(0, len(keys), MOST_ASKED):
            part = keys[start : start + MOST_ASKED]
            found.update(zip(part, self.link.ask(part), strict=True))
        return found

    def _count(self) -> None:
        left = kept.unsent(self.store)
        self.report.waiting = len(left)
        self.report.waiting_bytes = sum(one.size for one in left)
        coming = kept.wanted(self.store, self.reader)
        self.report.to_come = len(coming)
        kept.drop_stray_parts(self.store, coming)

    # -- sending -------------------------------------------------------------------------------

    def _send_all(self, files: Iterable[Waiting], states: dict[str, FileState]) -> None:
        self._pace.begin(self.speed[1])
        for one in files:
            try:
                self._send(one, states[one.id].received if one.size == states[one.id].size else 0)
            except UserError as error:
                if error.problem is not SERVER_SAID:
                    raise
                self._refused(error)

    def _send(self, one: Waiting, at: int) -> None:
        left = 3
        while left:
            data = kept.chunk_of(self.store, one.id, at, self._pace.chunk)
            if not data:  # taken away meanwhile
                return
            put = partial(self.link.put, one.id, at, one.size, data)
            try:
                taken = self._timed(put, partial(_length, data))
            except UserError as error:
                left -= 2  # once more from the start, not for ever
                if error.values.get("code") != _DAMAGED or left <= 0:
                    raise
                at = 0
                continue
            if taken is None:
                continue
            if taken.complete:
                break
            left -= taken.received <= at
            self._moved(taken.received - at)
            at = taken.received
        else:
            raise user_error(ANSWER_DAMAGED)
        self._moved(one.size - at)
        kept.mark_sent(self.store, [one.id], self.clock.now())
        self.report.sent += 1
        self.report.sent_bytes += one.size

    def _refused(self, error: UserError) -> None:
        text = str(error.values.get("text", ""))
        if text not in self.report.refused:
            self.report.refused.append(text)
        if error.values.get("code") == _QUOTA:
            raise _EnoughError(text)

    # -- fetching ------------------------------------------------------------------------------

    def _fetch_all(self, keys: Iterable[str]) -> None:
        self._pace.begin(self.speed[0])
        for key in keys:
            try:
                self._fetch(key)
            except UserError as error:
                if error.problem is not SERVER_SAID:
                    raise
                self._refused(error)

    def _fetch(self, key: str) -> None:
        for last in (False, True):
            size = self._fetch_bytes(key)
            name = f"adjunto{PurePath(key).suffix}"
            media = mimetypes.guess_type(name)[0] or "application/octet-stream"
            if kept.finish_part(self.store, key, name, media, self.clock.now()):
                self.report.fetched += 1
                self.report.fetched_bytes += size
                return
            log.info("a file came altered%s", ", again" if last else "")
        self.report.refused.append(
            "Un archivo llegó alterado y se descartó; se pedirá otra vez al sincronizar."
        )

    def _fetch_bytes(self, key: str) -> int:
        """Fetch what is missing of a file; its size."""
        part = kept.part_of(self.store, key)
        at, size = part.received, part.size
        while not size or at < size:
            get = partial(self.link.get, key, at, self._pace.chunk)
            got = self._timed(get, lambda answer: len(answer[1]))
            if got is None:
                continue
            told, data = got
            if size and told != size:  # what came before is of something else
                kept.drop_part(self.store, key)
                at, size = 0, told
                continue
            size = told
            if not data:
                break
            kept.add_part(self.store, key, at, size, data)
            at += len(data)
            self._moved(len(data))
        return size

    # -- both ----------------------------------------------------------------------------------

    def _timed(self, act: Callable[[], T], size: Callable[[T], int]) -> T | None:
        """Do one chunk; None when the link broke and the next try is to be smaller."""
        if self.cancelled():
            raise _EnoughError
        begun = self.seconds()
        try:
            result = act()
        except UserError as error:
            seconds = self._pace.failed() if error.problem.code in _WORTH_ANOTHER_TRY else 0.0
            if not seconds:
                raise
            self._wait(seconds)
            return None
        self._pace.went(size(result), self.seconds() - begun)
        return result

    def _wait(self, seconds: float) -> None:
        """In short turns, so that a person who cancels is heard."""
        for _ in range(math.ceil(seconds / _TURN_SECONDS)):
            if self.cancelled():
                raise _EnoughError
            self.pause(_TURN_SECONDS)

    def _moved(self, number: int) -> None:
        self._done += number
        self.progress(min(self._done, self._total), self._total)
