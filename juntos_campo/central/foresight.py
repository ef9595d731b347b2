"""What is prepared for a laptop in its first download while it is busy with what it has."""

from __future__ import annotations

from functools import partial
from typing import Any

from juntos_campo.central.ahead import Ahead, Ready
from juntos_campo.central.callers import Caller
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.first_download import History
from juntos_campo.central.histories import Histories
from juntos_campo.central.page_cache import PageCache
from juntos_campo.wire.messages import SyncRequest, SyncResponse


class Foresight:
    """Pages that can be foreseen, histories where they cannot, and pages as they were packed.

    Attributes:
        pages: packed ones; those made ahead are among them.
    """

    def __init__(self, exchange: Exchange, *, least_budget: int | None = None) -> None:
        """Nothing is prepared yet.

        Args:
            least_budget: bytes of a page from which on it pays; as in `central.ahead` by default.
        """
        more = {} if least_budget is None else {"least_budget": least_budget}
        self.pages = PageCache()
        self._exchange = exchange
        self._ahead, self._histories = Ahead(**more), Histories(**more)

    def close(self) -> None:
        """Wait for what is under way; nothing else is prepared."""
        self._ahead.close()
        self._histories.close()

    def of(self, caller: Caller, request: SyncRequest) -> tuple[Ready | None, History | None]:
        """What was prepared for this very request."""
        if request.device != caller.device:
            return None, None
        return self._ahead.take(request), self._histories.of(request)

    def go_on(
        self,
        caller: Caller,
        request: SyncRequest,
        answer: SyncResponse,
        dictionary: int,
        kept: History | None,
    ) -> None:
        """Prepare what comes after `answer`; does not wait for it.

        Args:
            dictionary: with which the next page is packed.
            kept: what `of` gave for the request.
        """
        self._ahead.make(request, answer, partial(self._page, caller, dictionary, kept))
        self._histories.begin(request, answer, self._exchange.read_history)

    def _page(
        self, caller: Caller, dictionary: int, kept: History | None, request: SyncRequest
    ) -> Ready:
        ready = self._exchange.read_ahead(caller, request, kept)
        changes: Any = ready.page.changes
        bare = SyncResponse.model_construct(
            protocol=request.protocol,
            server_time=self._exchange.clock.now(),
            changes=changes,
            conflicts=tuple(ready.page.conflicts),
            removals=tuple(ready.page.removals),
        )
        self.pages.packed(bare, dictionary, before=False)
        return ready
