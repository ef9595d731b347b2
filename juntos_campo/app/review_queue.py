"""What waits for the coordinator's decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from juntos_campo.app.reviews import FORM, VISIT, ReturnedItem
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import (
    FormHandling,
    FormRecord,
    HealthFacility,
    Household,
    Member,
    Review,
    School,
    Settlement,
)
from juntos_campo.domain.form_ids import FORM_NAMES
from juntos_campo.domain.spanish import ABSENT
from juntos_campo.store.review_rows import (
    VisitHead,
    reviews_of,
    unreviewed_forms,
    unreviewed_visits,
)


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One record that waits for the coordinator.

    Attributes:
        title: holder of the household, or name of the form.
        place: settlement, or health facility.
        version: server version the coordinator would decide about.
        returned: the last decision, when it comes back corrected.
        days: whole days it has been waiting.
    """

    kind: str
    id: str
    title: str
    place: str
    field_worker: str
    on: date
    version: int
    days: int
    household_id: str = ""
    returned: Review | None = None


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """What of the queue is wanted; the defaults want all of it."""

    field_worker: str = ""
    kind: str = ""
    waiting_days: int = 0
    corrected_only: bool = False

    def wants(self, item: QueueItem) -> bool:
        return (
            self.field_worker in ("", item.field_worker)
            and self.kind in ("", item.kind)
            and item.days >= self.waiting_days
            and (item.returned is not None or not self.corrected_only)
        )


def queue(session: Session, wanted: QueueFilter | None = None) -> list[QueueItem]:
    """What waits for a decision: what comes back corrected first, then the longest waiting."""
    found = [*_visit_items(session, unreviewed_visits(session.store)), *_form_items(session)]
    if wanted is not None:
        found = [item for item in found if wanted.wants(item)]
    return sorted(found, key=lambda item: (item.returned is None, -item.days, item.on, item.id))


def waiting_for_review(session: Session) -> int:
    """How many records the queue holds; cheap enough to ask after every change."""
    return len(unreviewed_visits(session.store)) + len(unreviewed_forms(session.store))


def _visit_items(session: Session, heads: Sequence[VisitHead]) -> Iterable[QueueItem]:
    names = household_names(session, (head.household_id for head in heads))
    reviews = reviews_of(session.store, (head.id for head in heads)) if heads else {}
    for head in heads:
        title, place = names.get(head.household_id, (ABSENT, ABSENT))
        yield QueueItem(
            kind=VISIT,
            id=head.id,
            title=title,
            place=place,
            field_worker=head.field_worker,
            on=head.on,
            version=head.server_version,
            days=max(0, (session.today - head.closed_at.date()).days),
            household_id=head.household_id,
            returned=_last(reviews.get(head.id)),
        )


def _form_items(session: Session) -> Iterable[QueueItem]:
    versions = dict(unreviewed_forms(session.store))
    records = session.store.get_many(FormRecord, versions)
    places = form_places(session, records.values())
    reviews = reviews_of(session.store, versions) if versions else {}
    for record in records.values():
        if record.completed_at is None:
            continue
        day = record.completed_at.date()
        yield QueueItem(
            kind=FORM,
            id=record.id,
            title=form_title(record),
            place=places[record.id],
            field_worker=record.field_worker,
            on=day,
            version=versions[record.id],
            days=max(0, (session.today - day).days),
            returned=_last(reviews.get(record.id)),
        )


def _last(reviews: list[Review] | None) -> Review | None:
    return reviews[-1] if reviews else None


def returned_names(session: Session, items: Sequence[ReturnedItem]) -> dict[str, tuple[str, str]]:
    """Record id -> (holder or title of the form, settlement or facility)."""
    households = household_names(session, (one.household_id for one in items if one.kind == VISIT))
    forms = session.store.get_many(FormRecord, (one.visit_id for one in items if one.kind == FORM))
    places = form_places(session, forms.values())
    names = {
        one.visit_id: households.get(one.household_id, (ABSENT, ABSENT))
        for one in items
        if one.kind == VISIT
    }
    for key, record in forms.items():
        names[key] = (form_title(record), places[key])
    return names


def form_places(session: Session, records: Iterable[FormRecord]) -> dict[str, str]:
    """Record id -> name of its facility or school."""
    wanted = list(records)
    places: dict[str, HealthFacility | School] = {
        **session.store.get_many(HealthFacility, (one.facility_id for one in wanted)),
        **session.store.get_many(School, (one.school_id for one in wanted)),
    }
    return {
        one.id: places[one.place_id].name if one.place_id in places else ABSENT for one in wanted
    }


def form_title(record: FormRecord | FormHandling) -> str:
    """``Formato Salud 02, bimestre VI 2026``"""
    name = FORM_NAMES.get(record.form_id)
    if name is None:
        return record.form_id
    try:
        bimester = Bimester.parse(record.bimester)
    except ValueError:  # written by another version of the program
        return f"{name}, {record.bimester}"
    return f"{name}, bimestre {bimester.roman} {bimester.year}"


def household_names(session: Session, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Household id -> (full name of its holder, name of its settlement)."""
    households = session.store.get_many(Household, ids)
    holders = {
        member.household_id: member.full_name
        for member in session.store.find_in(Member, "household_id", households)
        if member.is_holder
    }
    places = session.store.get_many(Settlement, (one.settlement_id for one in households.values()))
    return {
        one.id: (
            holders.get(one.id, ABSENT),
            places[one.settlement_id].name if one.settlement_id in places else ABSENT,
        )
        for one in households.values()
    }
