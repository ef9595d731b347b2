"""The list of visits: begun ones, returned ones, those that wait, those that are approved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from juntos_campo.app.review_queue import household_names
from juntos_campo.app.reviews import VISIT, ReviewState, Stage, review_states
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import Visit
from juntos_campo.domain.spanish import ABSENT, fold
from juntos_campo.domain.values import Modality
from juntos_campo.store.drafts import open_drafts
from juntos_campo.store.outbox import refused
from juntos_campo.store.review_rows import visit_heads

MOST_VISITS = 500
"""Closed visits listed; the household's file holds all of its own."""


class Shelf(StrEnum):
    """Where a visit is listed, in this order."""

    DRAFT = "draft"
    RETURNED = "returned"
    WAITING = "waiting"
    APPROVED = "approved"


_SHELVES = {
    Stage.RETURNED: Shelf.RETURNED,
    Stage.REFUSED: Shelf.RETURNED,
    Stage.APPROVED: Shelf.APPROVED,
}


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One visit of the list.

    Attributes:
        visit_id: empty for a visit that was begun and never closed.
        at: when it was closed, or last touched.
        state: None for a draft.
        remark: what the coordinator said, why the server refused it, or that a draft corrects.
    """

    shelf: Shelf
    visit_id: str
    household_id: str
    holder: str
    settlement: str
    field_worker: str
    on: date
    at: datetime
    modality: Modality | None = None
    state: ReviewState | None = None
    remark: str = ""

    def matches(self, text: str) -> bool:
        """Every word of `text` begins a word of holder, settlement or field worker."""
        words = fold(f"{self.holder} {self.settlement} {self.field_worker}").split()
        return all(any(word.startswith(part) for word in words) for part in fold(text).split())


def visit_lines(session: Session) -> list[VisitLine]:
    """Drafts first, then returned, waiting and approved visits; in each the last touched first."""
    drafts = open_drafts(session.store, "visit")
    heads = visit_heads(session.store, MOST_VISITS)
    states = review_states(session, VISIT, {one.id: one.server_version for one in heads})
    reasons = {one.record_id: one.refusal or "" for one in refused(session.store)}
    names = household_names(
        session, {one.household_id for one in heads} | {one.subject for one in drafts}
    )
    lines = []
    for draft in drafts:
        holder, settlement = names.get(draft.subject, (ABSENT, ABSENT))
        correcting = session.store.get(Visit, draft.id) is not None
        lines.append(
            VisitLine(
                shelf=Shelf.DRAFT,
                visit_id=draft.id if correcting else "",
                household_id=draft.subject,
                holder=holder,
                settlement=settlement,
                field_worker=draft.author,
                on=draft.started_at.date(),
                at=draft.updated_at,
                remark="corrección empezada" if correcting else "",
            )
        )
    begun = {line.visit_id for line in lines if line.visit_id}
    for head in heads:
        if head.id in begun:
            continue
        holder, settlement = names.get(head.household_id, (ABSENT, ABSENT))
        state = states[head.id]
        lines.append(
            VisitLine(
                shelf=_SHELVES.get(state.stage, Shelf.WAITING),
                visit_id=head.id,
                household_id=head.household_id,
                holder=holder,
                settlement=settlement,
                field_worker=head.field_worker,
                on=head.on,
                at=head.closed_at,
                modality=head.modality,
                state=state,
                remark=_remark(state, reasons.get(head.id, "")),
            )
        )
    order = list(Shelf)
    lines.sort(key=lambda line: (order.index(line.shelf), -line.at.timestamp()))
    return lines


def visits_to_attend(session: Session) -> int:
    """Begun and returned visits: the figure beside "Visitas" in the navigation."""
    attended = (Shelf.DRAFT, Shelf.RETURNED)
    return sum(line.shelf in attended for line in visit_lines(session))


def _remark(state: ReviewState, refusal: str) -> str:
    if state.stage is Stage.REFUSED:
        return refusal
    if state.review is None or state.stage is not Stage.RETURNED:
        return ""
    texts = [state.review.comment, *state.review.comments.values()]
    return " · ".join(text for text in texts if text)
