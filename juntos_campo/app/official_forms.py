"""Official forms: which are due in a bimester, and opening one.

A form is prefilled from the register, from recorded services and from the bimester before. What is
typed is laid over that (`official_editing`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

from juntos_campo.app.form_changes import bring_up_to_date
from juntos_campo.app.form_library import form_of_record, present_form
from juntos_campo.app.form_roster import Known, Listed, in_order, rows_of
from juntos_campo.app.official_catalogue import (
    OFFICIAL_FORMS,
    OfficialForm,
    PlaceKind,
    official_form,
    place_of,
    places_of,
)
from juntos_campo.app.official_checks import checks_of
from juntos_campo.app.official_known import known_head, known_rows, recorded_register, repeat_path
from juntos_campo.app.official_representatives import ROLES, in_row_order, listed_rows
from juntos_campo.app.open_form import OpenForm, Progress, ReturnedForm
from juntos_campo.app.people import worker_name
from juntos_campo.app.reviews import ReviewState, Stage, review_state
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.entities import Answer, FormRecord, HealthFacility, School
from juntos_campo.domain.form_ids import OFFICIAL
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.values import FormState
from juntos_campo.form_engine.definition import Definition
from juntos_campo.form_engine.session import Session as FormSession
from juntos_campo.store.drafts import Draft, find_draft
from juntos_campo.store.roster import form_records

DRAFT_KIND = "form_record"
PROGRESS = "#progress"
"""Pseudo answer of a draft: day, rows, complete ones, ones with errors, missing of the head."""


@dataclass(frozen=True, slots=True)
class FormDue:
    """One form of one place and bimester in the list of forms.

    Attributes:
        short: ``Salud 02``.
        place: the facility or school: `id`, `code`, `name`.
        people: rows it has, or will have.
        progress: None while nobody began it; of a draft as it stood when it was last written to.
        returned: the coordinator sent it back and it was not corrected yet.
    """

    form_id: str
    title: str
    short: str
    place: HealthFacility | School
    bimester: Bimester
    people: int
    state: FormState | None
    progress: Progress | None
    returned: bool = False

    @property
    def missing(self) -> int:
        """Rows still to be filled in."""
        return max(0, self.people - (self.progress.complete if self.progress else 0))


def definition_of(session: Session, record: FormRecord) -> Definition:
    """The definition a record was made with, if this laptop has it; else the one in force.

    Raises:
        UserError: FRM-001 and others, there is none or it is damaged.
    """
    made_with = form_of_record(session, record.form_id, record.form_version)
    return made_with or present_form(session, record.form_id).definition


# -- what is due -----------------------------------------------------------------------------------


def forms_due(session: Session, bimester: Bimester) -> list[FormDue]:
    """Every form of a bimester, of each place that has somebody to list; most still missing first.

    Reads no form definition, unless a draft's figures have to be worked out anew.
    """
    records: dict[tuple[str, str], FormRecord] = {}
    for record in session.store.find(FormRecord, bimester=str(bimester)):
        key = record.form_id, record.place_id
        if key not in records or record.field_worker == session.user.name:
            records[key] = record
    found: list[FormDue] = []
    facilities: set[str] = set()
    for form_id in (*OFFICIAL[1:], OFFICIAL[0]):
        official = OFFICIAL_FORMS[form_id]
        if official.adds_rows:  # representatives are asked for wherever another form is
            counts = Counter(dict.fromkeys(facilities, len(ROLES)))
        else:
            counts = Counter(one.place_id for one in official.roster.listed(session, bimester, ""))
            del counts[""]
        for begun, place_id in records:
            if begun == form_id:
                counts.setdefault(place_id, 0)
        if official.place is PlaceKind.FACILITY:
            facilities.update(counts)
        places = places_of(session, official, list(counts))
        found += [
            _due(session, official, place, bimester, counts[key], records.get((form_id, key)))
            for key, place in places.items()
        ]
    order = {form_id: number for number, form_id in enumerate(OFFICIAL)}
    return sorted(found, key=lambda due: (-due.missing, due.place.name, order[due.form_id]))


def _due(
    session: Session,
    official: OfficialForm,
    place: HealthFacility | School,
    bimester: Bimester,
    people: int,
    record: FormRecord | None,
) -> FormDue:
    draft = find_draft(
        session.store, DRAFT_KIND, form_subject(official.form_id, place.id, bimester)
    )
    state: FormState | None = None
    progress: Progress | None = None
    returned = False
    if draft is not None:
        state = FormState.FILLING
        progress = _noted(session, draft, people if not official.adds_rows else None)
        if progress is None:
            opened = open_form(session, official.form_id, place.id, bimester)
            progress = opened.progress(looked_over=False)
        people = progress.rows
    elif record is not None:
        rows = len(rows_of(record.cells))
        state, progress, people = record.state, Progress(rows, rows, 0), rows
    if record is not None:
        returned = review_state(session, record).stage is Stage.RETURNED
    return FormDue(
        official.form_id, official.title, official.short, place, bimester, people, state, progress,
        returned,
    )  # fmt: skip


def _noted(session: Session, draft: Draft, people: int | None) -> Progress | None:
    """The figures noted with the draft; None when the day or the list is another since."""
    try:
        day, *figures = str(draft.answers.get(PROGRESS, "")).split()
        rows, complete, wrong, head = map(int, figures)
    except ValueError:
        return None
    if day != session.today.isoformat() or (people is not None and rows != people):
        return None
    return Progress(rows, complete, wrong, 0, head)


def note_of(session: Session, progress: Progress) -> str:
    """What is noted with a draft, for the list of forms."""
    figures = progress.rows, progress.complete, progress.with_errors, progress.head_missing
    return " ".join([session.today.isoformat(), *map(str, figures)])


# -- opening ---------------------------------------------------------------------------------------


def open_form(session: Session, form_id: str, place_id: str, bimester: Bimester) -> OpenForm:
    """An official form of a facility or school and bimester, prefilled, with what was typed so far.

    A closed form shows the people and register data it was closed with, so that it prints the same
    for ever; with its first correction it follows the register again, but nobody leaves it for whom
    something was said. A record keeps the version of the definition it was made with.

    Raises:
        UserError: FOR-006 there is no such form; FOR-001, FOR-010 the place is not on this laptop.
    """
    official = official_form(form_id)
    place = place_of(session, official, place_id)
    record = saved_record(session, form_id, place_id, bimester)
    draft = find_draft(session.store, DRAFT_KIND, form_subject(form_id, place_id, bimester))
    # Derived, so that the sheet that is handed out empty carries the code of the record it becomes.
    own_id = derived_id("form_record", form_id, place_id, str(bimester), session.user.name)
    record_id = record.id if record else draft.id if draft else own_id
    closed = record if record and not draft and record.state is FormState.COMPLETE else None
    definition = (
        definition_of(session, record) if record else present_form(session, form_id).definition
    )
    listed = _listed(session, official, place_id, bimester, record, draft)
    news: tuple[str, ...] = ()
    if draft is not None:
        carried = bring_up_to_date(session, _without_notes(draft), definition)
        draft, news = replace(draft, answers=carried.answers), carried.news
    known = known_head(session, official, definition, place, bimester)
    known |= known_rows(
        session,
        official,
        definition,
        listed,
        bimester,
        place_id=place_id,
        form_record_id=record_id,
    )
    if closed:
        known |= recorded_register(definition, closed.cells)
    typed = _typed(definition, draft, record, known, {one.key for one in listed})
    reviewed = review_state(session, record) if record else None
    return OpenForm(
        record_id,
        official,
        definition,
        place,
        bimester,
        tuple(listed),
        form_session(session, official, definition, [one.key for one in listed], known, typed),
        known,
        typed,
        record.state if record and not draft else FormState.FILLING,
        draft.id if draft else "",
        _returned(session, record, reviewed) if record and reviewed else None,
        reviewed is not None and reviewed.stage is Stage.APPROVED,
        checks_of(session, official, repeat_path(definition, official), bimester, record_id),
        news,
    )


def _without_notes(draft: Draft) -> Draft:
    """What is noted for the list of forms is no answer of the form."""
    answers = {path: one for path, one in draft.answers.items() if path != PROGRESS}
    return replace(draft, answers=answers)


def form_session(
    session: Session,
    official: OfficialForm,
    definition: Definition,
    rows: list[str],
    known: Mapping[str, Known],
    typed: Mapping[str, Answer],
) -> FormSession:
    """The engine's session of a form: what is known, and over it what was typed."""
    answers = {address: one.answer for address, one in known.items()} | dict(typed)
    return FormSession(definition, session.clock.now(), {official.repeat: rows}, answers)


def saved_record(
    session: Session, form_id: str, place_id: str, bimester: Bimester
) -> FormRecord | None:
    """The record of a form, one's own before that of somebody else."""
    found = form_records(session.store, form_id, place_id=place_id, bimester=str(bimester))
    return next((one for one in found if one.field_worker == session.user.name), None) or next(
        iter(found), None
    )


def form_subject(form_id: str, place_id: str, bimester: Bimester) -> str:
    """What the draft of a form is about."""
    return f"{form_id}|{place_id}|{bimester}"


def rows_path(official: OfficialForm) -> str:
    """Pseudo answer of a draft that holds the row keys, where a person adds rows."""
    return f"#{official.repeat}"


def _listed(
    session: Session,
    official: OfficialForm,
    place_id: str,
    bimester: Bimester,
    record: FormRecord | None,
    draft: Draft | None,
) -> list[Listed]:
    """Who stands on the form: as it was closed, as rows were added, else as the register says."""
    if draft is not None and rows_path(official) in draft.answers:
        return listed_rows(str(draft.answers[rows_path(official)]).split(), place_id)
    if record is not None and official.adds_rows:
        return listed_rows(in_row_order(rows_of(record.cells)), place_id)
    if record is not None and draft is None and record.state is FormState.COMPLETE:
        return official.roster.restored(session, record.cells, official.name, bimester)
    listed = official.roster.listed(session, bimester, place_id)
    if official.adds_rows:
        return listed
    # Whom the register moved meanwhile keeps the row: what was signed or typed for him is not lost.
    cells = {**(record.cells if record else {}), **(draft.answers if draft else {})}
    known = {one.key for one in listed}
    gone = {path: one for path, one in cells.items() if path.rpartition("/")[0] not in known}
    restored = official.roster.restored(session, gone, official.name, bimester)
    return in_order((*listed, *(one for one in restored if one.key not in known)))


def _returned(session: Session, record: FormRecord, state: ReviewState) -> ReturnedForm | None:
    """The coordinator's return of the saved record, while nothing newer was saved."""
    review = state.review
    if state.stage is not Stage.RETURNED or review is None:
        return None
    reviewer = worker_name(session, review.reviewer)
    return ReturnedForm(reviewer, review.comment, dict(review.comments), record.cells)


def _typed(
    definition: Definition,
    draft: Draft | None,
    record: FormRecord | None,
    known: Mapping[str, Known],
    listed: set[str],
) -> dict[str, Answer]:
    """What was typed, of the questions that are still asked and the rows still listed."""
    saved = draft.answers if draft else record.cells if record else {}
    questions = {one.key: one for one in definition.questions}
    typed: dict[str, Answer] = {}
    for address, answer in saved.items():
        row, _, key = address.rpartition("/")
        question = questions.get(key)
        if question is None or question.calculate or question.readonly:
            continue
        if bool(question.repeat) != bool(row) or (row and row not in listed):
            continue
        if address in known and known[address].answer == answer:
            continue
        typed[address] = answer
    return typed
