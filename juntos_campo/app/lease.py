"""Until when this laptop may be opened without contact with the office, and what happens then.

The server gives a lease with every token (`wire.orders.Lease`). Past its end the right password opens nothing
but the way to the office, over the net or by stick; nothing is lost, and nothing is erased.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import paper_date
from juntos_campo.store.lease import KeptLease, keep_seen, kept_lease
from juntos_campo.store.problems import LEASE_PAST

if TYPE_CHECKING:
    from juntos_campo.app.session import Session

NOTICE_DAYS = 10
"""So many days before the end the person is reminded; of short leases a third."""

_BELIEVABLE = timedelta(days=365)
"""A clock that jumps further ahead than this since the laptop was last used is most likely wrong."""

_SET_BACK = timedelta(days=1)
_WORTH_NOTING = timedelta(hours=1)
"""Steps in which the latest moment is written down."""


class LeaseState(StrEnum):
    """NONE: there is no end. ENDING: it is near. PAST: only the gate opens."""

    NONE = "none"
    OPEN = "open"
    ENDING = "ending"
    PAST = "past"


@dataclass(frozen=True, slots=True)
class LeaseView:
    """What a person is told of the lease.

    Attributes:
        last_day: on which it can still be opened; None without an end.
        clock_ahead: this computer's clock is so far ahead that it is most likely wrong.
        shown: the day this computer believes it is.
        seen: the last day the computer was used.
    """

    state: LeaseState
    last_day: date | None = None
    clock_ahead: bool = False
    shown: date | None = None
    seen: date | None = None


def lease_of(session: Session) -> LeaseView:
    """Where this laptop stands; a few rows of its database, quick enough for every opening."""
    kept = kept_lease(session.store)
    if kept is None or kept.until is None:
        return LeaseView(LeaseState.NONE)
    now = session.clock.now()
    moment = _moment(kept, now)
    notice = min(timedelta(days=NOTICE_DAYS), (kept.until - kept.at) / 3)
    if moment > kept.until:
        state = LeaseState.PAST
    else:
        state = LeaseState.ENDING if moment > kept.until - notice else LeaseState.OPEN
    return LeaseView(
        state,
        kept.until.astimezone(LIMA).date(),
        clock_ahead=moment - kept.seen > _BELIEVABLE,
        shown=now.date(),
        seen=kept.seen.astimezone(LIMA).date(),
    )


def require_lease(session: Session) -> None:
    """For commands, which have no gate.

    Raises:
        UserError: STO-011 it is past.
    """
    note_moment(session)
    view = lease_of(session)
    if view.state is LeaseState.PAST and view.last_day is not None:
        raise user_error(LEASE_PAST, day=paper_date(view.last_day))


def note_moment(session: Session) -> None:
    """Write the present moment down, so that a clock set back later makes no lease longer.

    A jump of years is not believed, or a clock set right again would find the laptop shut for years.
    """
    kept = kept_lease(session.store)
    if kept is None:
        return
    moment = _moment(kept, session.clock.now())
    if _WORTH_NOTING < moment - kept.seen <= _BELIEVABLE:
        with session.work("lease.seen") as work:
            keep_seen(work.tx, moment)


def _moment(kept: KeptLease, now: datetime) -> datetime:
    """What time it is: by this clock, corrected as it was wrong when the lease came, never before `seen`."""
    corrected = now + timedelta(seconds=kept.offset)
    if corrected < kept.seen - _SET_BACK:  # the clock was set meanwhile
        corrected = now
    return max(corrected, kept.seen)
