"""The history of all households of a partition, read while the laptop ranks them.

In a first download the laptop receives the people, then asks for the history of one household after the
other in the order that it chose. That order nobody can foresee, so no page can be made ahead
(`central.ahead`); that it will ask for all of them can be. What was read is used only while the partition
ends where it ended then: everything that changes a record takes a new number of its partition. One partition
a laptop, bounded in all.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

from juntos_campo.central.ahead import LEAST_BUDGET, LONGEST_WAIT
from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.first_download import History
from juntos_campo.wire.messages import SyncRequest, SyncResponse

MOST_BYTES = 16 * 1024 * 1024
"""Of JSON in all histories kept; in memory they take some three times as much."""

log = logging.getLogger(__name__)


def about_to_be_asked(request: SyncRequest, answer: SyncResponse) -> str:
    """The partition whose roster has just come whole and whose history comes next; empty: none or several."""
    names = [name for name in answer.arriving if name != REFERENCE]
    ranks = request.protocol > 1 and not request.pending and not request.want
    whole = all(one.at >= one.until for one in answer.arriving.values())
    return names[0] if ranks and whole and len(names) == 1 else ""


class Histories:
    """Reads them one after the other, in a thread of its own; of several threads."""

    def __init__(self, least_budget: int = LEAST_BUDGET, most_bytes: int = MOST_BYTES) -> None:
        """No thread is started yet.

        Args:
            least_budget: of requests of laptops for which it reads.
            most_bytes: of JSON in everything kept.
        """
        self._least = least_budget
        self._most = most_bytes
        self._worker = ThreadPoolExecutor(1, "histories")
        self._jobs: OrderedDict[str, Future[History]] = OrderedDict()
        self._lock = threading.Lock()

    def close(self) -> None:
        """Wait for the history being read; no others are."""
        self._worker.shutdown(cancel_futures=True)

    def begin(
        self, request: SyncRequest, answer: SyncResponse, read: Callable[[str], History]
    ) -> None:
        """Have what the laptop asks for next be read by `read` (of a partition). Does not wait."""
        if request.want:
            if all(len(some) <= answer.served.get(one, 0) for one, some in request.want.items()):
                self._forget(
                    request.device
                )  # it asks for more than goes in, as long as there is more
            return
        partition = about_to_be_asked(request, answer) if request.budget >= self._least else ""
        if not partition:
            return
        with self._lock:
            if request.device in self._jobs:
                return
            try:
                job = self._worker.submit(read, partition)
            except RuntimeError:  # the server ends
                return
            self._jobs[request.device] = job
        job.add_done_callback(self._trim)

    def of(self, request: SyncRequest) -> History | None:
        """What was read for this laptop, if it asks for history now."""
        with self._lock:
            job = self._jobs.get(request.device) if request.want else None
        if job is None:
            return None
        if job.cancel():  # not begun: to read what is asked for is as quick
            self._forget(request.device)
            return None
        try:
            return job.result(LONGEST_WAIT)
        except CancelledError:
            return None
        except Exception as error:  # whatever it was: it is read again
            log.warning("a history read ahead failed: %s", type(error).__name__)
            self._forget(request.device)
            return None

    def _forget(self, device: str) -> None:
        with self._lock:
            job = self._jobs.pop(device, None)
        if job is not None:
            job.cancel()

    def _trim(self, _done: Future[History]) -> None:
        """The oldest are forgotten until the rest is within bounds."""
        with self._lock:
            sizes = {
                device: job.result().size
                for device, job in self._jobs.items()
                if job.done() and not job.cancelled() and job.exception() is None
            }
            held = sum(sizes.values())
            for device, size in sizes.items():
                if held <= self._most:
                    return
                held -= size
                self._jobs.pop(device)
