"""The list of our own records: drafts first, then closed ones, and which of them the server has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from juntos_campo.app.form_library import all_forms
from juntos_campo.app.open_record import DRAFT_KIND
from juntos_campo.app.record_drafts import DraftPlace, draft_place
from juntos_campo.app.record_subject import About
from juntos_campo.app.review_queue import household_names
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import (
    Answer,
    FieldRecord,
    HealthFacility,
    Household,
    Member,
    School,
    Settlement,
)
from juntos_campo.domain.spanish import fold
from juntos_campo.store.drafts import Draft, open_drafts
from juntos_campo.store.field_record_rows import FieldRecordHead, field_record_heads
from juntos_campo.store.outbox import refused
from juntos_campo.store.review_rows import unsent

MOST_RECORDS = 1000
"""Closed records listed; a household's file and the filters reach the others."""
CONFIDENTIAL = "Registro confidencial"


class RecordState(StrEnum):
    """Where a record is, in the order of the list."""

    DRAFT = "draft"
    REFUSED = "refused"
    UNSENT = "unsent"
    SENT = "sent"


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One record of the list.

    Attributes:
        record_id: empty for a draft that was never closed.
        draft_id: empty for a closed record nobody is correcting.
        form: title of its form; of a confidential record of somebody else, that it is one.
        who: person, facility or school it is about, else who signs it; empty for nobody.
        place: settlement, and the household's code.
        may_open: False for somebody else's confidential record.
        remark: why the server refused it, or that it is a correction.
    """

    state: RecordState
    record_id: str
    draft_id: str
    form_id: str
    form: str
    on: date
    who: str
    place: str
    field_worker: str
    household_id: str = ""
    may_open: bool = True
    remark: str = ""

    @property
    def month(self) -> str:
        """``2026-11``"""
        return f"{self.on:%Y-%m}"

    def matches(self, text: str) -> bool:
        """Every word of `text` begins a word of the line."""
        words = fold(f"{self.form} {self.who} {self.place} {self.field_worker}").split()
        return all(any(word.startswith(part) for word in words) for part in fold(text).split())


@dataclass(frozen=True, slots=True)
class _About:
    """What a record or draft is about, by ids."""

    household_id: str = ""
    member_id: str = ""
    facility_id: str = ""
    school_id: str = ""
    settlement_id: str = ""


def record_lines(session: Session, household_id: str = "") -> list[RecordLine]:
    """Drafts first, the last touched on top, then closed records, the last day first.

    Args:
        household_id: only what is about this household or a person of it.
    """
    drafts = open_drafts(session.store, DRAFT_KIND)
    heads = field_record_heads(session.store, limit=MOST_RECORDS, household_id=household_id)
    places = {one.id: draft_place(one) for one in drafts}
    abouts = {one.id: _of_draft(session, one, places[one.id]) for one in drafts}
    if household_id:
        drafts = [one for one in drafts if abouts[one.id].household_id == household_id]
    abouts |= {one.id: _of_head(one) for one in heads if one.id not in abouts}
    names = _Names(session, list(abouts.values()))
    waiting, reasons = unsent(session.store, DRAFT_KIND), _reasons(session)
    forms = all_forms(session)
    titles = {one.form_id: one.title for one in forms}
    signers = {one.form_id: one.settings.get("jc:signer", "") for one in forms}
    lines = []
    for draft in drafts:
        place = places[draft.id]
        who, where = names.of(abouts[draft.id])
        who = who or _signer(signers.get(place.form_id, ""), draft.answers)
        lines.append(
            RecordLine(
                RecordState.DRAFT,
                place.record_id,
                draft.id,
                place.form_id,
                titles.get(place.form_id, place.form_id),
                draft.started_at.date(),
                who,
                where,
                draft.author,
                abouts[draft.id].household_id,
                remark="corrección empezada" if place.record_id else "",
            )
        )
    begun = {line.draft_id for line in lines}
    for head in heads:
        if head.id not in begun:
            line = _line(session, head, names, titles, waiting, reasons)
            if line.may_open and not line.who and signers.get(head.form_id):
                record = session.store.get(FieldRecord, head.id)
                answers = record.answers if record else {}
                line = replace(line, who=_signer(signers[head.form_id], answers))
            lines.append(line)
    return lines


def _signer(key: str, answers: Mapping[str, Answer]) -> str:
    """Who signs a record about nobody of the register, so that several can be told apart."""
    return str(answers.get(key) or "") if key else ""


def _line(
    session: Session,
    head: FieldRecordHead,
    names: _Names,
    titles: dict[str, str],
    waiting: dict[str, bool],
    reasons: dict[str, str],
) -> RecordLine:
    state = RecordState.SENT
    if head.id in waiting:
        state = RecordState.REFUSED if waiting[head.id] else RecordState.UNSENT
    if head.confidential and head.field_worker != session.user.name:
        return RecordLine(
            state, head.id, "", "", CONFIDENTIAL, head.on, "", "", head.field_worker,
            may_open=False,
        )  # fmt: skip
    who, where = names.of(_of_head(head))
    form = titles.get(head.form_id) or head.title.partition(" · ")[0] or head.form_id
    return RecordLine(
        state,
        head.id,
        "",
        head.form_id,
        form,
        head.on,
        who,
        where,
        head.field_worker,
        head.household_id,
        remark=reasons.get(head.id, ""),
    )


def _reasons(session: Session) -> dict[str, str]:
    return {
        one.record_id: one.refusal or "" for one in refused(session.store) if one.kind == DRAFT_KIND
    }


def _of_head(head: FieldRecordHead) -> _About:
    return _About(
        head.household_id, head.member_id, head.facility_id, head.school_id, head.settlement_id
    )


def _of_draft(session: Session, draft: Draft, place: DraftPlace) -> _About:
    record = session.store.get(FieldRecord, draft.id) if place.record_id else None
    if record is not None:
        return _About(
            record.household_id,
            record.member_id,
            record.facility_id,
            record.school_id,
            record.settlement_id,
        )
    key = place.subject_id
    if place.about is About.MEMBER:
        member = session.store.get(Member, key)
        return _About(member.household_id if member else "", key)
    return _About(
        household_id=key if place.about is About.HOUSEHOLD else "",
        facility_id=key if place.about is About.FACILITY else "",
        school_id=key if place.about is About.SCHOOL else "",
        settlement_id=key if place.about is About.SETTLEMENT else "",
    )


class _Names:
    """Names of everything the lines are about, read at once."""

    def __init__(self, session: Session, abouts: list[_About]) -> None:
        store = session.store
        ids = [one.household_id for one in abouts if one.household_id]
        self._holders = household_names(session, ids)
        self._households = store.get_many(Household, ids)
        self._members = store.get_many(Member, (one.member_id for one in abouts))
        self._facilities = store.get_many(HealthFacility, (one.facility_id for one in abouts))
        self._schools = store.get_many(School, (one.school_id for one in abouts))
        self._settlements = store.get_many(Settlement, (one.settlement_id for one in abouts))

    def of(self, about: _About) -> tuple[str, str]:
        """Whom or what it is about, and where that is."""
        if about.household_id in self._households:
            holder, settlement = self._holders[about.household_id]
            member = self._members.get(about.member_id)
            code = self._households[about.household_id].code
            return (member.full_name if member else holder), f"hogar {code} · {settlement}"
        if about.facility_id in self._facilities:
            facility = self._facilities[about.facility_id]
            return facility.name, facility.code
        if about.school_id in self._schools:
            school = self._schools[about.school_id]
            return school.name, school.code
        if about.settlement_id in self._settlements:
            settlement_ = self._settlements[about.settlement_id]
            return settlement_.name, settlement_.district
        return "", ""
