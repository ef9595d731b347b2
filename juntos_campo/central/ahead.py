"""The next page of a first download, made while the laptop still stores this one.

Laptop and server would otherwise wait for each other all the time. A page made ahead is used only for the
very request that was foreseen, and only while the partitions' numbers are those it was made at
(`Exchange`); everything that changes a record takes a new number of its partition, so such a page is the
one that would be made now. At most one a laptop, bounded in all, used once.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from dataclasses import dataclass

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.feed import End, Page
from juntos_campo.wire.messages import SyncRequest, SyncResponse

LEAST_BUDGET = 256 * 1024
"""Who asks for smaller pages has a slow link: making them takes no time worth sparing."""

MOST_BYTES = 8 * 1024 * 1024
"""Of JSON in all pages made ahead; in memory they take some five times as much."""

LONGEST_WAIT = 30.0
"""Seconds; making a page takes less than one."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ready:
    """A page made for a request that was foreseen.

    Attributes:
        readable: the partitions its reader could read when it was made.
        numbers: their ends, read before anything of the page was.
    """

    request: SyncRequest
    readable: Sequence[str]
    numbers: Mapping[str, End]
    page: Page

    def fits(self, request: SyncRequest) -> bool:
        """Whether it is a page of the answer to this request."""
        made_for = self.request
        return (
            request.protocol == made_for.protocol
            and not (request.operations or request.unreadable or request.pending)
            and request.budget >= made_for.budget
            and request.cursor == made_for.cursor
            and request.arriving == made_for.arriving
            and all(
                request.want.get(name, ())[:number] == made_for.want[name][:number]
                for name, number in self.page.served.items()
            )
        )

    def holds(self, readable: Sequence[str], numbers: Mapping[str, End]) -> bool:
        """Whether nothing was committed since, and its reader may still read the same."""
        return readable == self.readable and numbers == self.numbers


def following(request: SyncRequest, answer: SyncResponse) -> SyncRequest | None:
    """What a laptop in a first download asks next, once it has stored `answer`; None: nobody knows."""
    if request.protocol < 2 or request.pending or not answer.arriving:
        return None
    whole = [name for name, one in answer.arriving.items() if one.at >= one.until]
    want = {
        name: wanted[answer.served.get(name, 0) :]
        for name, wanted in request.want.items()
        if len(wanted) > answer.served.get(name, 0)
    }
    if len(whole) == len(answer.arriving) and not want:
        return None  # it ranks the households now
    # Reference data has no households: the laptop follows it as soon as it is whole.
    followed = {name: answer.arriving[name].until for name in whole if name == REFERENCE}
    arriving = {name: one for name, one in answer.arriving.items() if name not in followed}
    return SyncRequest.model_construct(
        protocol=request.protocol,
        device=request.device,
        cursor={**request.cursor, **answer.cursor, **followed},
        budget=request.budget,
        arriving=arriving,
        want=want,
    )


class Ahead:
    """Makes pages ahead, one after the other, in a thread of its own; of several threads."""

    def __init__(self, least_budget: int = LEAST_BUDGET, most_bytes: int = MOST_BYTES) -> None:
        """No thread is started yet.

        Args:
            least_budget: of requests for which it makes pages.
            most_bytes: budgets of all pages kept or being made.
        """
        self._least = least_budget
        self._most = most_bytes
        self._worker = ThreadPoolExecutor(1, "page-ahead")
        self._jobs: OrderedDict[str, tuple[int, Future[Ready]]] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Wait for the page under way; no others are made."""
        self._worker.shutdown(cancel_futures=True)

    def make(
        self, request: SyncRequest, answer: SyncResponse, read: Callable[[SyncRequest], Ready]
    ) -> None:
        """Have the page after `answer` made by `read`, when it can be foreseen. Does not wait."""
        foreseen = following(request, answer) if request.budget >= self._least else None
        if foreseen is None:
            return
        with self._lock:
            self._forget(request.device)
            try:
                job = self._worker.submit(read, foreseen)
            except RuntimeError:  # the server ends
                return
            self._jobs[request.device] = request.budget, job
            while sum(budget for budget, _ in self._jobs.values()) > self._most:
                self._forget(next(iter(self._jobs)))

    def take(self, request: SyncRequest) -> Ready | None:
        """The page for this request if it was foreseen; what was made for another one is forgotten."""
        with self._lock:
            _, job = self._jobs.pop(request.device, (0, None))
        if job is None or job.cancel():  # not begun: to make it here is as quick
            return None
        try:
            ready = job.result(LONGEST_WAIT)
        except CancelledError:
            return None
        except Exception as error:  # whatever it was: the page is made again
            log.warning("a page ahead failed: %s", type(error).__name__)
            return None
        return ready if ready.fits(request) else None

    def _forget(self, device: str) -> None:
        _, job = self._jobs.pop(device, (0, None))
        if job is not None:
            job.cancel()
