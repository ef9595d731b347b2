"""Whom or what a new record can be about: what the picker offers for what is typed."""

from __future__ import annotations

from dataclasses import dataclass

from juntos_campo.app.form_roster import document_text
from juntos_campo.app.households import find_anything
from juntos_campo.app.people import lives_there
from juntos_campo.app.record_subject import About
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import (
    HealthFacility,
    Member,
    School,
    Settlement,
)
from juntos_campo.domain.spanish import age_text, fold

MOST = 60


@dataclass(frozen=True, slots=True)
class Candidate:
    """One line of the picker.

    Attributes:
        id: of the household, person or place.
        detail: document, code or age; place: where it is.
    """

    id: str
    name: str
    detail: str
    place: str


def candidates(
    session: Session, about: About, text: str, household_id: str = ""
) -> list[Candidate]:
    """What matches the text typed, best first.

    Households and people are many: nothing is offered before something is typed, unless the
    household is known; places are listed all at once.
    """
    if about is About.MEMBER and household_id:
        return _within(_people(session, household_id), text)
    if about in (About.HOUSEHOLD, About.MEMBER):
        return _found(session, about, text)
    return _within(_places(session, about), text)


def _found(session: Session, about: About, text: str) -> list[Candidate]:
    found: dict[str, Candidate] = {}
    for hit in find_anything(session, text, MOST):
        if about is About.MEMBER:
            detail = hit.document or hit.code
            found[hit.member_id] = Candidate(hit.member_id, hit.name, detail, hit.place)
        elif hit.household_id not in found:  # the person that matched best stands for the house
            found[hit.household_id] = Candidate(hit.household_id, hit.name, hit.code, hit.place)
    return list(found.values())


def _people(session: Session, household_id: str) -> list[Candidate]:
    members = [
        one
        for one in session.store.find(Member, household_id=household_id)
        if lives_there(one, session.today)
    ]
    members.sort(key=lambda one: (not one.is_holder, one.birth_date))
    return [
        Candidate(
            one.id, one.full_name, document_text(one), age_text(one.birth_date, session.today)
        )
        for one in members
    ]


def _places(session: Session, about: About) -> list[Candidate]:
    store = session.store
    found: list[Candidate] = []
    if about is About.FACILITY:
        found = [
            Candidate(one.id, one.name, one.code, one.micro_network)
            for one in store.find(HealthFacility)
        ]
    elif about is About.SCHOOL:
        found = [Candidate(one.id, one.name, one.code, one.level) for one in store.find(School)]
    elif about is About.SETTLEMENT:
        found = [
            Candidate(one.id, one.name, one.ubigeo, one.district) for one in store.find(Settlement)
        ]
    return sorted(found, key=lambda one: (fold(one.name), one.id))


def _within(listed: list[Candidate], text: str) -> list[Candidate]:
    wanted = fold(text).split()
    return [
        one
        for one in listed
        if all(
            any(
                word.startswith(part)
                for word in fold(f"{one.name} {one.detail} {one.place}").split()
            )
            for part in wanted
        )
    ]
