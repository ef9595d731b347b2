"""A visit from the first keystroke to the closed record, and its correction.

While it is typed a visit is a draft, durable field by field. Closing makes the draft a `Visit` and,
in the same transaction, every record that follows from it. A visit that came back is a draft again
with its own answers; closing it updates the same records, and both versions stay readable.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from juntos_campo.app.form_library import keep_form
from juntos_campo.app.people import worker_name
from juntos_campo.app.problems import HOUSEHOLD_NOT_HERE
from juntos_campo.app.reviews import Stage, review_state
from juntos_campo.app.session import NOTHING_CHANGED, Changed, Session
from juntos_campo.app.visit_context import VisitContext, visit_context
from juntos_campo.app.visit_problems import (
    NOT_YOUR_VISIT,
    NOTHING_CORRECTED,
    OTHER_VISIT_OPEN,
    VISIT_APPROVED,
    VISIT_HAS_PROBLEMS,
    VISIT_NOT_HERE,
    VISIT_NOT_OPEN,
)
from juntos_campo.app.visit_questions import VisitQuestions, visit_questions
from juntos_campo.app.visit_records import CHANGEABLE, Derived, derived_records, unchecked
from juntos_campo.app.visit_rules import blocking, check_visit
from juntos_campo.domain.entities import (
    Answer,
    ChangeRequest,
    Commitment,
    Household,
    ServiceEvent,
    Visit,
)
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import Modality
from juntos_campo.domain.visits import QUESTIONS
from juntos_campo.store.drafts import (
    Draft,
    discard_draft,
    find_draft,
    get_draft,
    has_draft,
    save_answers,
    start_draft,
)
from juntos_campo.store.transaction import Transaction

DRAFT_KIND = "visit"


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """A visit that is being typed.

    Attributes:
        id: of the draft, and of the visit once it is closed.
        answers: path -> answer; half typed text stands as it was typed.
        corrects: the closed visit this draft corrects; None for a first version.
        resumed: it was begun earlier.
    """

    id: str
    household_id: str
    started_at: datetime
    answers: dict[str, Answer]
    corrects: Visit | None = None
    resumed: bool = False


def start_visit(session: Session, household_id: str) -> VisitDraft:
    """Begin the visit to a household, or go on with the one that is open.

    Raises:
        UserError: APP-001 the household is not on this laptop; STO-008.
    """
    if session.store.get(Household, household_id) is None:
        raise user_error(HOUSEHOLD_NOT_HERE)
    known = find_draft(session.store, DRAFT_KIND, household_id)
    if known is not None:
        return _draft(session, known, resumed=True)
    begun = start_draft(
        session.store,
        draft_id=session.ids(),
        kind=DRAFT_KIND,
        subject=household_id,
        author=session.user.name,
        now=session.clock.now(),
        answers=_fresh_answers(),
    )
    return _draft(session, begun)


def reopen_visit(session: Session, visit_id: str) -> VisitDraft:
    """Correct a closed visit: a draft with its answers, or the one in which that was begun.

    Raises:
        UserError: VIS-003 to VIS-006; STO-008.
    """
    visit = session.store.get(Visit, visit_id)
    if visit is None:
        raise user_error(VISIT_NOT_HERE)
    if visit.field_worker != session.user.name:
        raise user_error(NOT_YOUR_VISIT, worker=worker_name(session, visit.field_worker))
    known = find_draft(session.store, DRAFT_KIND, visit.household_id)
    if known is not None and known.id != visit_id:
        raise user_error(OTHER_VISIT_OPEN)
    if known is not None:
        return _draft(session, known, resumed=True)
    if review_state(session, visit).stage is Stage.APPROVED:
        raise user_error(VISIT_APPROVED)
    begun = start_draft(
        session.store,
        draft_id=visit_id,
        kind=DRAFT_KIND,
        subject=visit.household_id,
        author=session.user.name,
        now=session.clock.now(),
        answers=visit.answers,
    )
    return _draft(session, begun)


def save_answer(session: Session, draft_id: str, path: str, value: Answer) -> datetime:
    """Put one field on disk; None or "" empties it. Durable when it returns.

    Returns:
        When it was saved.

    Raises:
        UserError: VIS-001 the visit is not open any more; STO-008.
    """
    return save_many(session, draft_id, {path: value})


def save_many(session: Session, draft_id: str, answers: dict[str, Answer]) -> datetime:
    """As `save_answer`, several fields at once: all of them or none."""
    if not is_open(session, draft_id):
        raise user_error(VISIT_NOT_OPEN)
    now = session.clock.now()
    emptied = {path: None if value == "" else value for path, value in answers.items()}
    save_answers(session.store, draft_id, emptied, now)
    return now


def close_visit(session: Session, draft_id: str) -> tuple[Visit, Changed]:
    """Make the draft a visit with everything that follows from it, in one transaction.

    Raises:
        UserError: VIS-001 not open, VIS-002 something is missing or wrong, VIS-007 it came back and
            nothing was corrected (the draft stays); APP-001; STO-008.
    """
    draft = open_draft(session, draft_id)
    if draft.corrects is not None and _is_still_wrong(session, draft, draft.corrects):
        raise user_error(NOTHING_CORRECTED)
    context = context_of(session, draft)
    questions = visit_questions(session, context)
    questions.follow(draft.answers)
    wrong = blocking((*check_visit(draft.answers, context), *questions.findings()))
    if wrong:
        things = count(len(wrong), "dato")
        raise user_error(VISIT_HAS_PROBLEMS, things=things)
    visit = _visit(session, draft, context, questions)
    store = session.store
    agreed = {one.id: one for one in store.find(Commitment, visit_id=visit.id)}
    requested = {one.id: one for one in store.find(ChangeRequest, visit_id=visit.id)}
    derived = derived_records(
        draft.answers, context, agreed_before=agreed, requested_before=requested
    )
    recorded = {one.id: one for one in store.find(ServiceEvent, visit_id=visit.id)}
    opened = tuple(
        unchecked(draft.corrects.answers if draft.corrects else {}, draft.answers, context)
    )
    with session.work("visit.correct" if draft.corrects else "visit.close") as work:
        work.tx.save(visit)
        for form in questions.forms if QUESTIONS in visit.answers else ():
            keep_form(work.tx, form, visit.closed_at)
        _save_derived(work.tx, derived, opened)
        _delete_gone(work.tx, recorded, derived.events)
        _delete_gone(work.tx, agreed, derived.agreed)
        pending = {key: one for key, one in requested.items() if one.state in CHANGEABLE}
        _delete_gone(work.tx, pending, derived.changes)
        discard_draft(work.tx, draft.id)
    return visit, work.changed


def _is_still_wrong(session: Session, draft: VisitDraft, sent: Visit) -> bool:
    """The visit came back, and the draft says what it said before."""
    return draft.answers == sent.answers and review_state(session, sent).stage is Stage.RETURNED


def discard_visit(session: Session, draft_id: str) -> tuple[VisitDraft, Changed]:
    """Throw a draft away. What is returned brings it back (`restore_visit`).

    Raises:
        UserError: VIS-001; STO-008.
    """
    draft = open_draft(session, draft_id)
    with session.work("visit.discard") as work:
        discard_draft(work.tx, draft_id)
        work.tx.audit("visit", draft_id, {"discarded": True, "answers": len(draft.answers)})
    return draft, _seen(draft)


def drop_untouched(session: Session, draft_id: str) -> Changed:
    """Forget a visit that was opened and left without typing anything; others stay as they are.

    Raises:
        UserError: STO-008.
    """
    draft = open_draft(session, draft_id)
    untouched = draft.corrects.answers if draft.corrects else _fresh_answers()
    if draft.answers != untouched:
        return NOTHING_CHANGED
    with session.work("visit.untouched") as work:
        discard_draft(work.tx, draft_id)
    return _seen(draft)


def _fresh_answers() -> dict[str, Answer]:
    return {"modality": Modality.HOME.value}


def restore_visit(session: Session, draft: VisitDraft) -> Changed:
    """Bring a discarded draft back as it was.

    Raises:
        UserError: VIS-003 another visit to the household was begun since; STO-008.
    """
    if find_draft(session.store, DRAFT_KIND, draft.household_id) is not None:
        raise user_error(OTHER_VISIT_OPEN)
    start_draft(
        session.store,
        draft_id=draft.id,
        kind=DRAFT_KIND,
        subject=draft.household_id,
        author=session.user.name,
        now=draft.started_at,
        answers=draft.answers,
    )
    return _seen(draft)


def is_open(session: Session, draft_id: str) -> bool:
    """Whether the visit is still being typed."""
    return has_draft(session.store, draft_id)


def open_draft(session: Session, draft_id: str) -> VisitDraft:
    """The draft as it is on disk.

    Raises:
        UserError: VIS-001 there is none.
    """
    draft = get_draft(session.store, draft_id)
    if draft is None:
        raise user_error(VISIT_NOT_OPEN)
    return _draft(session, draft, resumed=True)


def context_of(session: Session, draft: VisitDraft) -> VisitContext:
    """What is known about the household while it is visited.

    Raises:
        UserError: APP-001 the household left this laptop.
    """
    household = session.store.get(Household, draft.household_id)
    if household is None:
        raise user_error(HOUSEHOLD_NOT_HERE)
    on = draft.corrects.on if draft.corrects else draft.started_at.date()
    return visit_context(session, household, draft.id, on)


def _draft(session: Session, draft: Draft, *, resumed: bool = False) -> VisitDraft:
    return VisitDraft(
        id=draft.id,
        household_id=draft.subject,
        started_at=draft.started_at,
        answers=draft.answers,
        corrects=session.store.get(Visit, draft.id),
        resumed=resumed,
    )


def _visit(
    session: Session, draft: VisitDraft, context: VisitContext, questions: VisitQuestions
) -> Visit:
    answers = dict(sorted(questions.kept(draft.answers).items()))
    if answers.get("mark") != "signature":
        answers.pop("signature", None)
    made = Visit(
        id=draft.id,
        household_id=draft.household_id,
        field_worker=session.user.name,
        on=context.on,
        modality=Modality(str(draft.answers["modality"])),
        started_at=draft.started_at,
        closed_at=session.clock.now(),
        answers=answers,
    )
    # A correction is another version of the same visit: the day in the house stays what it was.
    return replace(made, started_at=draft.corrects.started_at) if draft.corrects else made


def _save_derived(tx: Transaction, derived: Derived, opened: tuple[Commitment, ...]) -> None:
    for event in derived.events:
        tx.save(event)
    for commitment in (*derived.agreed, *derived.checked, *opened):
        tx.save(commitment)
    for change in derived.changes:
        tx.save(change)


def _delete_gone(
    tx: Transaction,
    before: dict[str, ServiceEvent] | dict[str, Commitment] | dict[str, ChangeRequest],
    now: tuple[ServiceEvent, ...] | tuple[Commitment, ...] | tuple[ChangeRequest, ...],
) -> None:
    kept = {one.id for one in now}
    for record_id, record in before.items():
        if record_id not in kept:
            tx.delete(record)


def _seen(draft: VisitDraft) -> Changed:
    """Screens that count or list open visits must look again."""
    return Changed(frozenset({"visit"}), frozenset({draft.household_id}))
