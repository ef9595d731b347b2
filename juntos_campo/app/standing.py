"""The figures that stand beside the navigation and in the quiet line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from juntos_campo.app.lease import LeaseState, lease_of
from juntos_campo.app.review_queue import waiting_for_review
from juntos_campo.app.reviews import VISIT, returned
from juntos_campo.app.session import Session
from juntos_campo.domain.values import RiskLevel, Role
from juntos_campo.store.attention import urgent_households
from juntos_campo.store.drafts import count_drafts, open_drafts
from juntos_campo.store.outbox import counts, refused
from juntos_campo.store.sync_state import last_sync_at

URGENT = (RiskLevel.VERY_HIGH, RiskLevel.HIGH)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where this laptop stands.

    Attributes:
        urgent: households whose risk is high or very high today.
        open_visits: visits begun and not closed.
        open_records: records of our own forms begun and not closed.
        returned: visits the coordinator sent back that nobody has corrected yet.
        to_review: records that wait for this coordinator's decision.
        to_send: records with changes the server does not have yet.
        refused: changes the server will not take.
        last_sync: when the server last acknowledged an exchange; None when it never did.
        connect_before: the day after which the laptop opens no more without contact, once that is near.
    """

    urgent: int
    open_visits: int
    open_records: int
    returned: int
    to_review: int
    to_send: int
    refused: int
    last_sync: datetime | None
    connect_before: date | None = None


def standing_of(session: Session) -> Standing:
    """Read the figures; cheap enough to ask after every change."""
    store = session.store
    levels = [level.value for level in URGENT]
    field_worker = session.user.role is Role.FIELD_WORKER
    lease = lease_of(session)
    return Standing(
        urgent=urgent_households(store, session.today, levels) if field_worker else 0,
        open_visits=len(open_drafts(store, "visit")),
        open_records=count_drafts(store, "field_record"),
        returned=sum(one.kind == VISIT for one in returned(session)) if field_worker else 0,
        to_review=0 if field_worker else waiting_for_review(session),
        to_send=sum(counts(store).values()),
        refused=len(refused(store)),
        last_sync=last_sync_at(store),
        connect_before=lease.last_day if lease.state is LeaseState.ENDING else None,
    )
