"""One record to be read: by sections, with the differences from the earlier version and the comments.

The field worker's reader of a visit and the coordinator's desk show the same thing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from juntos_campo.app.compare import Difference, DifferenceKind, Labels, compare, reading_order
from juntos_campo.app.form_labels import form_labels
from juntos_campo.app.people import worker_name
from juntos_campo.app.review_problems import RECORD_NOT_HERE
from juntos_campo.app.review_queue import form_places, form_title, household_names
from juntos_campo.app.reviews import ENTITIES, ReviewState, review_state
from juntos_campo.app.session import Session
from juntos_campo.app.visit_labels import MODALITIES, visit_labels
from juntos_campo.domain.entities import Answer, FormRecord, Review, Visit
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.spanish import ABSENT
from juntos_campo.domain.values import Decision
from juntos_campo.store.review_rows import reviews_of
from juntos_campo.store.sync_state import flags_of


@dataclass(frozen=True, slots=True)
class ReadField:
    """One field of the record.

    Attributes:
        label: with the person's name; `short`: under the heading of its section.
        text: what the present version says; empty when it was removed.
        member_id: the member it is about; empty for none.
        before: what the earlier version said; empty when it said nothing or there is none.
        comment: what the coordinator last wrote about it.
    """

    path: str
    section: str
    label: str
    short: str
    text: str
    member_id: str = ""
    before: str = ""
    difference: DifferenceKind = DifferenceKind.SAME
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Earlier:
    """The version compared with: when it gave way, and to whom."""

    version: int
    replaced_at: datetime
    replaced_by: str


@dataclass(frozen=True, slots=True)
class ReadRecord:
    """A record as a reader sees it.

    Attributes:
        title: holder, or name of the form; `subtitle`: where, how, when.
        version: server version; 0 while the server has none.
        reviews: every decision, the oldest first; `reviewers`: user -> name of who decided.
        earlier: None when there is no version to compare with.
        form_id, facility_id, bimester: which form it is (`facility_id` is the school's where it is of
            a school); empty for a visit.
        flags: what the server found impossible about it (`sync.sentences.flag_text`).
    """

    kind: str
    id: str
    title: str
    subtitle: str
    field_worker: str
    on: date
    household_id: str
    version: int
    state: ReviewState
    fields: tuple[ReadField, ...]
    reviews: tuple[Review, ...] = ()
    earlier: Earlier | None = None
    form_id: str = ""
    facility_id: str = ""
    bimester: str = ""
    flags: tuple[str, ...] = ()
    reviewers: Mapping[str, str] = field(default_factory=dict)

    @property
    def differences(self) -> tuple[ReadField, ...]:
        return tuple(one for one in self.fields if one.difference is not DifferenceKind.SAME)


def read_record(session: Session, kind: str, record_id: str) -> ReadRecord:
    """Read a visit or an official form.

    It is compared with the version the coordinator last decided about; without a decision, with the
    one before this.

    Raises:
        UserError: REV-002 it is not on this laptop.
    """
    stored = session.store.stored(ENTITIES[kind], record_id) if kind in ENTITIES else None
    if stored is None or stored.deleted:
        raise user_error(RECORD_NOT_HERE)
    record: Visit | FormRecord = stored.entity
    reviews = tuple(reviews_of(session.store, [record_id]).get(record_id, ()))
    old, earlier = _earlier(session, record, stored.server_version, reviews)
    labels, title, subtitle, day, household_id = _about(session, record)
    comments = _standing_comments(reviews)
    found = ReadRecord(
        kind=kind,
        id=record_id,
        title=title,
        subtitle=subtitle,
        field_worker=record.field_worker,
        on=day,
        household_id=household_id,
        version=stored.server_version,
        state=review_state(session, record),
        fields=_fields(record_answers(record), old, labels, comments),
        reviews=reviews,
        reviewers={one.reviewer: worker_name(session, one.reviewer) for one in reviews},
        earlier=earlier,
        flags=flags_of(session.store, kind, record_id),
    )
    if isinstance(record, Visit):
        return found
    return replace(
        found,
        form_id=record.form_id,
        facility_id=record.place_id,
        bimester=record.bimester,
    )


def record_answers(record: Visit | FormRecord) -> Mapping[str, Answer]:
    """Path -> answer of either kind of record."""
    return record.answers if isinstance(record, Visit) else record.cells


def _about(session: Session, record: Visit | FormRecord) -> tuple[Labels, str, str, date, str]:
    """Labels, title, subtitle, day and household id."""
    if isinstance(record, Visit):
        names = household_names(session, [record.household_id])
        title, place = names.get(record.household_id, (ABSENT, ABSENT))
        subtitle = f"{place} · visita {MODALITIES[record.modality]}"
        return visit_labels(session, record), title, subtitle, record.on, record.household_id
    day = record.completed_at.date() if record.completed_at else session.today
    place = form_places(session, [record])[record.id]
    return form_labels(session, record), form_title(record), place, day, ""


def _earlier(
    session: Session, record: Visit | FormRecord, version: int, reviews: tuple[Review, ...]
) -> tuple[Mapping[str, Answer] | None, Earlier | None]:
    """The answers to compare with, and which version they are."""
    history = session.store.history(type(record), record.id)
    if not history:
        return None, None
    looked_at = [one.target_version for one in reviews if one.target_version <= version]
    # Several edits may share one server version; the first of them is what the server held.
    reviewed = [one for one in history if looked_at and one[1] == looked_at[-1]]
    entity, number, replaced_at, replaced_by = reviewed[0] if reviewed else history[-1]
    answers = record_answers(entity)
    if dict(answers) == dict(record_answers(record)):
        return None, None
    return answers, Earlier(number, datetime.fromisoformat(replaced_at), replaced_by)


def _standing_comments(reviews: tuple[Review, ...]) -> dict[str, str]:
    if not reviews or reviews[-1].decision is not Decision.RETURNED:
        return {}
    return dict(reviews[-1].comments)


def _fields(
    answers: Mapping[str, Answer],
    old: Mapping[str, Answer] | None,
    labels: Labels,
    comments: Mapping[str, str],
) -> tuple[ReadField, ...]:
    differences: dict[str, Difference] = {}
    if old is not None:
        differences = {one.path: one for one in compare(old, answers, labels)}
    shown = [path for path in answers if labels.typed(path) or path in differences]
    paths = list(dict.fromkeys([*shown, *differences, *comments]))
    fields = []
    for path in reading_order(paths, labels):
        field = ReadField(
            path=path,
            section=labels.section(path).title,
            label=labels.label(path),
            short=labels.short(path),
            text=labels.text(path, answers.get(path)),
            member_id=labels.member(path),
            comment=comments.get(path, ""),
        )
        difference = differences.get(path)
        if difference is not None:
            field = replace(field, before=difference.before, difference=difference.kind)
        if field.text or field.before or field.comment:
            fields.append(field)
    return tuple(fields)
