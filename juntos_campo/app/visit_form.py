"""What the screen of a visit shows: whom to ask what, what is known, what to say and to agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from juntos_campo.app.attention import MemberStanding
from juntos_campo.app.blood import event_meaning, hb_meaning
from juntos_campo.app.orientation import (
    Card,
    CommitmentText,
    MemberKind,
    Messages,
    kinds_of,
    messages_in_force,
)
from juntos_campo.app.people import birth_text, pregnancy_text, worker_name
from juntos_campo.app.reviews import Stage, review_state
from juntos_campo.app.session import Session
from juntos_campo.app.visit import VisitDraft, context_of, reopen_visit, start_visit
from juntos_campo.app.visit_context import VisitContext, service_answers
from juntos_campo.app.visit_labels import service_label
from juntos_campo.app.visit_questions import VisitQuestions, visit_questions
from juntos_campo.domain.calendar import completed_months, completed_years
from juntos_campo.domain.entities import (
    Answer,
    Commitment,
    Member,
    Pregnancy,
    ServiceEvent,
    Visit,
)
from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.domain.spanish import age_text, count, decimal_text, near_date
from juntos_campo.domain.values import CommitmentState, RiskLevel
from juntos_campo.domain.visits import commitment_path, service_path
from juntos_campo.norms.anaemia import assess_value, last_measurement
from juntos_campo.norms.model import ServiceStatus, State

ADULT_YEARS = 18
RECENT_LOSS_DAYS = 120
"""A window that closed longer ago is asked about only on demand: the card may show it was received."""

CHILD_MONTHS = 72
HB_FROM_MONTHS = 4
_ASKED = (State.DUE, State.OVERDUE)


@dataclass(frozen=True, slots=True)
class ServiceQuestion:
    """One service to be copied from the health card.

    Attributes:
        known: what is known already, ``vencido hace 12 días``; short.
        status: what the rules say; None for a service no rule expects now.
        first: first day that may be typed.
    """

    path: str
    service: str
    label: str
    known: str
    status: ServiceStatus | None
    first: date

    @property
    def state(self) -> State:
        return self.status.state if self.status else State.NOT_APPLICABLE


@dataclass(frozen=True, slots=True)
class MemberVisit:
    """One target member in the conversation.

    Attributes:
        situation: ``gestante de 13 semanas``, ``dio a luz el 11 nov``; empty for most.
        questions: asked at once; `more`: asked on demand (old losses, what could come early).
        received: what was received, the latest first.
        last_hb: ``10.2 g/dL el 3 set (ajustada 7.7: anemia moderada; altitud de Huancarpuquio)``;
            empty when never measured.
        last_measures: ``7.2 kg y 66.0 cm el 3 set``; empty when never measured.
        asks_attendance: of school age.
    """

    member: Member
    kinds: tuple[MemberKind, ...]
    level: RiskLevel
    age: str
    situation: str
    pregnancy: Pregnancy | None
    questions: tuple[ServiceQuestion, ...]
    more: tuple[ServiceQuestion, ...]
    received: tuple[ServiceStatus, ...]
    last_hb: str
    last_measures: str
    cards: tuple[Card, ...]
    commitments: tuple[CommitmentText, ...]
    asks_attendance: bool

    def asks(self, service: str) -> bool:
        """Whether a figure of `service` (``HB``, ``CRED``) has a date to belong to."""
        return any(one.service == service for one in (*self.questions, *self.more))


@dataclass(frozen=True, slots=True)
class Correction:
    """Why a visit came back, and what it said before.

    Attributes:
        comments: field path -> what is wrong with it.
        previous: the answers of the closed version.
    """

    comment: str
    comments: Mapping[str, str]
    reviewer: str
    previous: Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class VisitForm:
    """Everything the screen of one visit shows.

    Attributes:
        attendants: who may attend: adults and pregnant women, the holder first.
        commitments: agreed before and still open (or judged in this visit).
        household_cards, household_commitments: for everybody.
        questions: what the visit's form asks of each person and of the household.
    """

    draft: VisitDraft
    context: VisitContext
    holder: Member | None
    attendants: tuple[Member, ...]
    members: tuple[MemberVisit, ...]
    commitments: tuple[Commitment, ...]
    household_cards: tuple[Card, ...]
    household_commitments: tuple[CommitmentText, ...]
    messages: Messages
    questions: VisitQuestions
    correction: Correction | None = None

    def given_name(self, member_id: str) -> str:
        member = self.context.members.get(member_id)
        return member.given if member else "el hogar"


def visit_form(session: Session, household_id: str, visit_id: str = "") -> VisitForm:
    """Open a visit and read what it shows: the open draft, a new one, or a closed one to correct.

    Raises:
        UserError: APP-001, VIS-003 to VIS-006, VIS-020 to VIS-023, STO-008.
    """
    messages = messages_in_force(session)
    draft = reopen_visit(session, visit_id) if visit_id else start_visit(session, household_id)
    context = context_of(session, draft)
    return VisitForm(
        draft=draft,
        context=context,
        holder=next((one.member for one in context.standings if one.member.is_holder), None),
        attendants=_attendants(context),
        members=tuple(_members(session, context, draft.answers, messages)),
        commitments=_open_commitments(context, draft.answers),
        household_cards=messages.cards_for([MemberKind.HOUSEHOLD]),
        household_commitments=messages.commitments_for([MemberKind.HOUSEHOLD]),
        messages=messages,
        questions=visit_questions(session, context),
        correction=_correction(session, draft.corrects) if draft.corrects else None,
    )


def _attendants(context: VisitContext) -> tuple[Member, ...]:
    able = [
        one.member
        for one in context.standings
        if one.judged is not None
        or one.member.is_holder
        or completed_years(one.member.birth_date, context.today) >= ADULT_YEARS
    ]
    return tuple(sorted(able, key=lambda one: not one.is_holder))


def _open_commitments(
    context: VisitContext, answers: Mapping[str, Answer]
) -> tuple[Commitment, ...]:
    found = [
        one
        for one in context.commitments.values()
        if one.state is CommitmentState.OPEN or answers.get(commitment_path(one.id))
    ]
    return tuple(sorted(found, key=lambda one: (one.agreed_on, one.member_id)))


def _correction(session: Session, visit: Visit) -> Correction:
    state = review_state(session, visit)
    returned = state.review if state.stage is Stage.RETURNED else None
    return Correction(
        comment=returned.comment if returned else "",
        comments=dict(returned.comments) if returned else {},
        reviewer=worker_name(session, returned.reviewer) if returned else "",
        previous=visit.answers,
    )


# -- members -------------------------------------------------------------------------------------


def _members(
    session: Session, context: VisitContext, answers: Mapping[str, Answer], messages: Messages
) -> list[MemberVisit]:
    order = list(RiskLevel)
    found = []
    for one in context.standings:
        kinds = kinds_of(one.member, one.pregnancy, context.today, birth=one.birth)
        if kinds:
            found.append(_member(session, context, one, kinds, answers, messages))
    # Pregnant women and the youngest first, as the conversation goes; others by urgency.
    return sorted(
        found,
        key=lambda one: (
            one.pregnancy is None and MemberKind.PUERPERA not in one.kinds,
            one.asks_attendance,
            order.index(one.level) if one.asks_attendance else 0,
            -one.member.birth_date.toordinal(),
        ),
    )


def _member(
    session: Session,
    context: VisitContext,
    one: MemberStanding,
    kinds: tuple[MemberKind, ...],
    answers: Mapping[str, Answer],
    messages: Messages,
) -> MemberVisit:
    member, today = one.member, context.today
    questions, more = _questions(context, one, answers)
    missing = {status.service for status in one.statuses if status.state.is_missing}
    received = [status for status in one.statuses if status.state.is_received and status.done_on]
    received.sort(key=lambda status: status.done_on or today, reverse=True)
    return MemberVisit(
        member=member,
        kinds=kinds,
        level=one.risk.level,
        age=age_text(member.birth_date, today),
        situation=_situation(one, today),
        pregnancy=one.pregnancy,
        questions=tuple(questions),
        more=tuple(more),
        received=tuple(received),
        last_hb=_last_hb(session, one, today),
        last_measures=_last_measures(one.events, today),
        cards=messages.cards_for(kinds, missing),
        commitments=messages.commitments_for(kinds, missing),
        asks_attendance=MemberKind.SCHOOL in kinds,
    )


def _situation(one: MemberStanding, today: date) -> str:
    if one.pregnancy is not None:
        return pregnancy_text(one.pregnancy, today)
    return birth_text(one.birth, today) if one.birth is not None else ""


def _questions(
    context: VisitContext, one: MemberStanding, answers: Mapping[str, Answer]
) -> tuple[list[ServiceQuestion], list[ServiceQuestion]]:
    member, today = one.member, context.today
    answered = {answer.key for answer in service_answers(answers) if answer.member_id == member.id}
    asked: list[ServiceQuestion] = []
    more: list[ServiceQuestion] = []
    for status in one.statuses:
        group = SERVICES[status.service].group
        if group is ServiceGroup.EDUCATION:  # the school system tells it, not a health card
            continue
        question = _question(member, status.key, status.label, status, today)
        if status.key in answered or status.state in _ASKED:
            asked.append(question)
        elif status.state is State.LOST:
            since = status.closes or status.due
            recent = since is not None and today - since <= timedelta(days=RECENT_LOSS_DAYS)
            # After the birth what is due to mother and newborn comes first.
            recent = recent and not (one.birth and group is ServiceGroup.PRENATAL)
            (asked if recent else more).append(question)
        elif status.state is State.NOT_YET and (
            status.earliest is None or status.earliest <= today
        ):
            # A later dose depends on an earlier one: the card may show both.
            more.append(question)
    listed = {status.key for status in one.statuses}
    labels = {key: expected.label for key, expected in context.expected.items()}
    asked += [
        _question(member, key, service_label(key, labels), None, today)
        for key in sorted(answered - listed)
    ]
    for service in _always_asked(one, today):
        if not any(question.service == service for question in asked):
            label = f"Otro {SERVICES[service].short}"
            more.insert(0, _question(member, service, label, None, today))
    groups = list(ServiceGroup)
    if one.judged is not None:
        groups.sort(key=lambda group: group is not ServiceGroup.PRENATAL)
    asked.sort(key=lambda question: groups.index(SERVICES[question.service].group))
    return asked, more


def _always_asked(one: MemberStanding, today: date) -> list[str]:
    """Services whose figures are noted from the card even when no rule asks for one now."""
    months = completed_months(one.member.birth_date, today)
    services = ["CRED"] if months < CHILD_MONTHS else []
    if HB_FROM_MONTHS <= months < CHILD_MONTHS or one.judged is not None:
        services.append("HB")
    return services


def _question(
    member: Member, key: str, label: str, status: ServiceStatus | None, today: date
) -> ServiceQuestion:
    return ServiceQuestion(
        path=service_path(member.id, key),
        service=status.service if status else key.partition(":")[0],
        label=label,
        known=known_text(status, today) if status else "solo si figura en el carné",
        status=status,
        first=member.birth_date,
    )


def known_text(status: ServiceStatus, today: date) -> str:
    """What stands about a service, in a few words."""
    if status.state is State.OVERDUE:
        days = status.days_overdue(today)
        return f"vencido hace {count(days, 'día')}" if days else "vencido"
    if status.state is State.DUE:
        return f"toca hasta el {near_date(status.due, today)}" if status.due else "toca ahora"
    if status.state is State.LOST:
        last = status.closes or status.due
        return f"no consta; cerró el {near_date(last, today)}" if last else "no consta"
    if status.state is State.NOT_YET:
        return f"toca desde el {near_date(status.opens, today)}" if status.opens else "aún no toca"
    if status.done_on is not None:
        return f"recibido el {near_date(status.done_on, today)}"
    return ""


# -- figures -------------------------------------------------------------------------------------


def hb_text(form: VisitForm, session: Session, member_id: str, value: float, on: date) -> str:
    """``ajustada 7.7: anemia moderada; altitud de Huancarpuquio``: what a figure just typed means."""
    one = form.context.standing(member_id)
    if one is None:
        return ""
    judged = assess_value(
        value, on, one.member, one.judged, residence=one.residence, book=session.book
    )
    return hb_meaning(judged, one.residence)


def _last_hb(session: Session, one: MemberStanding, today: date) -> str:
    last = last_measurement(one.events, today)
    if last is None:
        return ""
    meaning = event_meaning(last, one.member, one.judged, one.residence, session.book)
    return f"{decimal_text(last.value or 0.0)} g/dL el {near_date(last.on, today)} ({meaning})"


def _last_measures(events: tuple[ServiceEvent, ...], today: date) -> str:
    measured = [event for event in events if event.weight_kg is not None and event.on <= today]
    if not measured:
        return ""
    last = max(measured, key=lambda event: event.on)
    text = f"{decimal_text(last.weight_kg or 0.0)} kg"
    if last.height_cm is not None:
        text += f" y {decimal_text(last.height_cm)} cm"
    return f"{text} el {near_date(last.on, today)}"
