"""The first download: the roster, then the history of one household after the other.

Where it stands is in the store (`store.arrivals`) and moves in the transaction that stores a page, so
that it goes on from anywhere. A partition moves into the cursor once all of it has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from juntos_campo.store import arrivals, sync_state
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction
from juntos_campo.sync.run import Run
from juntos_campo.wire.messages import Change, SyncRequest, SyncResponse

HOUSEHOLD_BYTES = 4096
"""History of one household, about, before any was seen."""

MOST_WANTED = 1000


def wanted(
    run: Run, under_way: Mapping[str, tuple[int, int]], budget: int
) -> dict[str, tuple[str, ...]]:
    """Whose history to ask for next: about as many households as two pages of `budget` will hold.

    The first of them come with this page; from the others the server sees what the next page will be, and
    makes it while this one is stored.
    """
    whole = [name for name, (until, at) in under_way.items() if at >= until]
    if not whole:
        return {}
    asked, came = run.asked
    number = came * 2 + came // 4 if asked else budget // HOUSEHOLD_BYTES
    return arrivals.wanted(run.store, whole, min(max(number, 4), MOST_WANTED))


def count_served(run: Run, request: SyncRequest, response: SyncResponse) -> None:
    """Remember how many of those that were asked for a page held."""
    asked = sum(map(len, request.want.values()))
    if asked and response.served:
        run.asked = asked, sum(response.served.values())


def advance(tx: Transaction, store: Store, request: SyncRequest, response: SyncResponse) -> None:
    """Move cursors and first downloads to where this page leads; never back.

    The answer may be an older one than the last stored (a file brought late): it moves only what it
    joins on to.
    """
    cursor, under_way = sync_state.cursor(store), arrivals.state(store)
    for name, reached in response.cursor.items():
        if name in response.arriving:
            continue
        asked, here = request.cursor.get(name, 0), cursor.get(name, 0)
        if asked == here:  # also when a server restored from a backup knows less than we do
            cursor[name] = reached
        elif asked < here:
            cursor[name] = max(here, reached)
        if response.protocol < 2 or name in request.cursor:
            # It comes plain, from its beginning on (an old server, a file): no first download is needed.
            under_way.pop(name, None)
    _arrive(tx, cursor, under_way, request, response)
    for name, (until, at) in list(under_way.items()):
        if at >= until and not arrivals.left_in(store, name):
            cursor[name] = until
            del under_way[name]
    if not response.more:
        for name in response.cursor.keys() - under_way.keys():
            arrivals.forget(tx, name)
    sync_state.set_cursor(tx, cursor)
    arrivals.set_state(tx, under_way)


def _arrive(
    tx: Transaction,
    cursor: Mapping[str, int],
    under_way: dict[str, tuple[int, int]],
    request: SyncRequest,
    response: SyncResponse,
) -> None:
    for name, one in response.arriving.items():
        asked, here = request.arriving.get(name), under_way.get(name)
        if name in cursor or (here is None and asked is not None):
            continue
        if here is not None and (
            asked is None
            or asked.until != here[0]
            or one.until > here[0]  # a server restored from a backup may know less, not more
            or asked.at > here[1]
        ):
            continue
        before = here[1] if here else -1
        expect(tx, name, before, response.changes)
        under_way[name] = (one.until, min(max(one.at, before), one.until))
        if one.at >= one.until > before:
            arrivals.rank(tx, name)
    for name, number in response.served.items():
        asked = request.arriving.get(name)
        if asked and name in under_way and under_way[name][0] == asked.until:
            arrivals.came(tx, name, request.want.get(name, ())[:number])


def expect(tx: Transaction, name: str, before: int, changes: Iterable[Change]) -> None:
    """Note the households of a roster whose history is to be asked for, those after `before`."""
    arrivals.expect(
        tx,
        name,
        [
            one.id
            for one in changes
            if one.kind == "household"
            and one.partition == name
            and one.seq > before
            and not one.deleted
        ],
    )
