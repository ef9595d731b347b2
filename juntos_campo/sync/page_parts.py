"""Pages that arrive in pieces: what a cut link brought is kept, and only the rest is asked for."""

from __future__ import annotations

from collections.abc import Sequence

from juntos_campo.wire.compact import decode_response, head_of
from juntos_campo.wire.framing import AnswerReader, DamagedBodyError
from juntos_campo.wire.messages import SyncResponse

LARGEST_PAGE = 64 * 1024 * 1024

RESUME_HEADER = "X-Resume"
"""``<tag>:<bytes already there>``; a server whose page has another tag sends all of it."""


class PageParts:
    """The beginning of the page under way.

    Attributes:
        kept: its tag and bytes; None when nothing is half there.
        gains: how often a try brought more of it. Another page in its place is no gain, so that a server
            whose pages change all the time is not asked for ever.
    """

    def __init__(self) -> None:
        self.kept: tuple[str, bytes] | None = None
        self.gains = 0

    def begin(self) -> ArrivingPage:
        """The next try."""
        return ArrivingPage(self)


class ArrivingPage:
    """One answer of version 2 on its way.

    Attributes:
        headers: what the request says about the part that is here.
    """

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts
        self._before = parts.kept
        self._reader = AnswerReader(LARGEST_PAGE)
        self.headers: dict[str, str] = {}
        if self._before:
            self.headers[RESUME_HEADER] = f"{self._before[0]}:{len(self._before[1])}"

    def feed(self, data: bytes) -> None:
        """Raises DamagedBodyError: this is no answer of ours."""
        self._reader.feed(data)

    def keep(self) -> None:
        """Have the parts hold what came, unless they hold more of the same page."""
        try:
            tag, page = self._so_far()
        except DamagedBodyError:
            return
        kept = self._parts.kept
        same = kept is not None and kept[0] == tag
        if not tag or (kept and same and len(kept[1]) >= len(page)):
            return
        self._parts.kept = (tag, page)
        if page and (same or kept is None):
            self._parts.gains += 1

    def whole(self, asked: Sequence[str], limit: int) -> SyncResponse:
        """The answer; the parts are empty from then on.

        Args:
            asked: ids of the request's operations, in order.

        Raises:
            DamagedBodyError, pydantic.ValidationError: it is not whole, or not what its head tells of.
        """
        _, page = self._so_far()
        head = self._reader.head
        if head is None:
            raise DamagedBodyError("the answer ends before its head does")
        if len(page) >= head_of(head).total:
            self._parts.kept = None  # whole or damaged, it is of no more use
        return decode_response(head, page, limit, asked=asked)

    def _so_far(self) -> tuple[str, bytes]:
        """Tag and beginning of the page as far as known; an empty tag before the head came."""
        reader = self._reader
        if reader.head is None:
            return "", b""
        tag = head_of(reader.head).tag
        if not reader.offset:
            return tag, bytes(reader.page)
        if self._before is None or self._before[0] != tag or len(self._before[1]) < reader.offset:
            raise DamagedBodyError("the rest of a page that is not here")
        return tag, self._before[1][: reader.offset] + bytes(reader.page)
