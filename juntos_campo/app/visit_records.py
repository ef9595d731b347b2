"""The records that follow from the answers of a closed visit. Pure: answers and context in, entities out.

Ids are derived from visit and path, so closing a corrected visit again updates the same records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from juntos_campo.app.visit_context import (
    VisitContext,
    change_numbers,
    figure,
    iso_date,
    service_answers,
)
from juntos_campo.domain.entities import (
    Answer,
    ChangeRequest,
    Commitment,
    ServiceEvent,
)
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.values import (
    ChangeRequestKind,
    ChangeRequestState,
    CommitmentState,
    Modality,
    ServiceSource,
)
from juntos_campo.domain.visits import (
    HOUSEHOLD,
    change_path,
    commitment_path,
    member_path,
)

CHANGEABLE = (ChangeRequestState.DRAFTED, ChangeRequestState.SENT)
"""A request the office has acted on stands as it is, whatever the visit is corrected to."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Everything that a visit makes or touches beside itself."""

    events: tuple[ServiceEvent, ...]
    agreed: tuple[Commitment, ...]
    checked: tuple[Commitment, ...]
    changes: tuple[ChangeRequest, ...]


def derived_records(
    answers: Mapping[str, Answer],
    context: VisitContext,
    *,
    agreed_before: Mapping[str, Commitment],
    requested_before: Mapping[str, ChangeRequest],
) -> Derived:
    """The records of a visit.

    Args:
        agreed_before, requested_before: what an earlier version of this visit made, by id; what
            became of it since (a commitment met, a request validated) is kept.
    """
    return Derived(
        events=tuple(_events(answers, context)),
        agreed=tuple(_agreed(answers, context, agreed_before)),
        checked=tuple(_checked(answers, context)),
        changes=tuple(_changes(answers, context, requested_before)),
    )


def _events(answers: Mapping[str, Answer], context: VisitContext) -> Iterator[ServiceEvent]:
    found = [
        (one, one.on, context.service_of(one.member_id, one.key))
        for one in service_answers(answers)
        if one.on is not None and one.member_id in context.members
    ]
    latest: dict[tuple[str, str], tuple[date, str]] = {}
    for one, on, expected in found:
        place = (one.member_id, expected.service)
        latest[place] = max(latest.get(place, (date.min, "")), (on, one.path))
    # By phone the card is read out, not seen.
    by_phone = answers.get("modality") == Modality.PHONE
    source = ServiceSource.REPORTED if by_phone else ServiceSource.HEALTH_CARD
    for one, on, expected in found:
        pregnancy = context.judged_pregnancy(one.member_id)
        running = context.pregnancy(one.member_id) is not None
        of_pregnancy = expected.of_pregnancy or (expected.label == "" and running)
        event = ServiceEvent(
            id=derived_id("service_event", context.visit_id, one.path),
            household_id=context.household.id,
            member_id=one.member_id,
            service=expected.service,
            on=on,
            number=expected.number,
            source=source,
            pregnancy_id=pregnancy.id if pregnancy is not None and of_pregnancy else "",
            visit_id=context.visit_id,
        )
        # One figure is asked per person: it belongs to the latest of several dates.
        if latest[one.member_id, expected.service][1] == one.path:
            event = _measured(event, answers)
        yield event


def _measured(event: ServiceEvent, answers: Mapping[str, Answer]) -> ServiceEvent:
    def measured(name: str) -> float | None:
        return figure(answers.get(member_path(event.member_id, name)))

    if event.service == "HB":
        return replace(event, value=measured("hb"))
    if event.service == "CRED":
        return replace(event, weight_kg=measured("weight_kg"), height_cm=measured("height_cm"))
    return event


def _agreed(
    answers: Mapping[str, Answer], context: VisitContext, before: Mapping[str, Commitment]
) -> Iterator[Commitment]:
    due = iso_date(answers.get("next_visit_on"))
    for path in sorted(answers):
        parts = path.split("/")
        text = str(answers[path] or "").strip()
        if parts[0] != "new_commitment" or len(parts) != 3 or not text:
            continue
        made = Commitment(
            id=derived_id("commitment", context.visit_id, path),
            household_id=context.household.id,
            member_id="" if parts[1] == HOUSEHOLD else parts[1],
            visit_id=context.visit_id,
            text=text,
            agreed_on=context.on,
            due_on=due,
        )
        old = before.get(made.id)
        if old is not None:
            made = replace(made, state=old.state, checked_on=old.checked_on)
        yield made


def _checked(answers: Mapping[str, Answer], context: VisitContext) -> Iterator[Commitment]:
    for commitment in context.commitments.values():
        answer = answers.get(commitment_path(commitment.id))
        if answer:
            yield replace(commitment, state=CommitmentState(str(answer)), checked_on=context.on)


def unchecked(
    previous: Mapping[str, Answer], answers: Mapping[str, Answer], context: VisitContext
) -> Iterator[Commitment]:
    """Commitments the previous version of a visit judged and this one does not: open again.

    One that a later visit judged since keeps what that visit said.
    """
    for commitment in context.commitments.values():
        path = commitment_path(commitment.id)
        if previous.get(path) and not answers.get(path) and commitment.checked_on == context.on:
            yield replace(commitment, state=CommitmentState.OPEN, checked_on=None)


def _changes(
    answers: Mapping[str, Answer], context: VisitContext, before: Mapping[str, ChangeRequest]
) -> Iterator[ChangeRequest]:
    for number in change_numbers(answers):
        kind = answers.get(change_path(number, "kind"))
        if not kind:
            continue
        record_id = derived_id("change_request", context.visit_id, str(number))
        old = before.get(record_id)
        if old is not None and old.state not in CHANGEABLE:
            yield old
            continue
        member = str(answers.get(change_path(number, "member")) or "")
        yield ChangeRequest(
            id=record_id,
            household_id=context.household.id,
            member_id="" if member == HOUSEHOLD else member,
            visit_id=context.visit_id,
            kind=ChangeRequestKind(str(kind)),
            detail=str(answers.get(change_path(number, "detail")) or "").strip(),
            requested_on=context.on,
        )
