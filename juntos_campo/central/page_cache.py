"""Packed pages of the last minutes, for laptops whose link was cut: the rest is asked for soon.

A page is packed again from the same records byte for byte, so this spares time and decides nothing.
"""

from __future__ import annotations

import hashlib
import threading
from array import array
from collections import OrderedDict
from collections.abc import Hashable

from juntos_campo.central.metrics import PAGE_CACHE
from juntos_campo.wire.compact import encode_page
from juntos_campo.wire.messages import SyncResponse
from juntos_campo.wire.told import columns_of

LEAST_BYTES = 1024
"""Packing less than this takes no time worth remembering it."""

MOST_BYTES = 32 * 1024 * 1024


class PageCache:
    """Bounded; of several threads."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most = most_bytes
        self._held = 0
        self._pages: OrderedDict[Hashable, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def packed(self, answer: SyncResponse, dictionary: int, *, before: bool) -> bytes:
        """The page of `answer`, packed now, or if that may have been done `before`, as it was then."""
        page = self.find(answer, dictionary) if before else None
        if page is None:
            page = encode_page(answer, dictionary=dictionary)
            self.keep(answer, dictionary, page)
        return page

    def find(self, answer: SyncResponse, dictionary: int) -> bytes | None:
        """The page of `answer` as it was packed before."""
        with self._lock:
            found = self._pages.get(_key(answer, dictionary))
        PAGE_CACHE.labels("miss" if found is None else "hit").inc()
        return found

    def keep(self, answer: SyncResponse, dictionary: int, page: bytes) -> None:
        """Remember a page; the oldest are forgotten."""
        if not LEAST_BYTES <= len(page) <= self._most:
            return
        key = _key(answer, dictionary)
        with self._lock:
            self._held += len(page) - len(self._pages.pop(key, b""))
            self._pages[key] = page
            while self._held > self._most:
                _, dropped = self._pages.popitem(last=False)
                self._held -= len(dropped)


def _key(answer: SyncResponse, dictionary: int) -> Hashable:
    """What the page holds: a version of a record at its place in a partition never changes."""
    told = columns_of(answer.changes)
    held = hashlib.sha256()
    for texts in (told.partition, told.kind, told.id):
        held.update("\x1f".join(texts).encode())
    for numbers in (told.seq, told.version):
        held.update(array("q", numbers).tobytes())
    others = (
        [(one.partition, one.seq, one.conflict_id) for one in answer.conflicts],
        [(one.partition, one.seq, one.kind, one.id) for one in answer.removals],
    )
    held.update(repr(others).encode())
    return dictionary, len(answer.changes), held.digest()
