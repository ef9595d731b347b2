"""Whose a row is: certain by its document, a suggestion by name, birth and place, or nobody's.

Only a certain match may be used without a person. A document whose holder has another name or birth
date is never taken: somebody looks at both. Without document there are only suggestions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar

from juntos_campo.domain.entities import Member
from juntos_campo.domain.spanish import paper_date
from juntos_campo.domain.values import DocumentKind
from juntos_campo.register.external.names import WORDS, Likeness, Name, compare
from juntos_campo.register.external.records import Person, family

K = TypeVar("K")

MOST_SUGGESTIONS = 5
LEAST_SCORE = 60
"""Of 100; below it a suggestion costs more time than it saves. Our own working value."""

_NAME_SCORE = {
    Likeness.SAME: 60,
    Likeness.REORDERED: 57,
    Likeness.SHORTER: 50,
    Likeness.SLIP: 48,
    Likeness.NEWBORN: 38,
}
_NEAR_DAYS = 7
_OTHER_DOCUMENT = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownMember:
    """A member of the register and where the person lives."""

    member: Member
    household_code: str = ""
    ubigeo: str = ""


class People(Protocol):
    """Where members are looked for: memory (`MemberIndex`) or a database."""

    def with_document(self, kind: DocumentKind, number: str) -> Sequence[KnownMember]:
        """Those who hold it; CUI and DNI are one number."""
        ...

    def with_short_cnv(self, digits: str) -> Sequence[KnownMember]:
        """Those whose CNV is `digits` once zeros at its left are dropped."""
        ...

    def born_on(self, day: date) -> Sequence[KnownMember]: ...

    def in_household(self, code: str) -> Sequence[KnownMember]: ...


class MatchKind(StrEnum):
    CERTAIN = "certain"
    """One member by document, and nothing speaks against it."""
    OTHER_PERSON = "other_person"
    """The document is somebody's with another name or birth date: a person must look."""
    DOCUMENTS_DISAGREE = "documents_disagree"
    """Its documents are of two members, or two members hold one: a person must look."""
    SUGGESTED = "suggested"
    """No document decides; there are people like this one: a person must confirm."""
    UNKNOWN = "unknown"


KIND_WORDS = {
    MatchKind.CERTAIN: "reconocido por su documento",
    MatchKind.OTHER_PERSON: "el documento es de otra persona",
    MatchKind.DOCUMENTS_DISAGREE: "los documentos son de personas distintas",
    MatchKind.SUGGESTED: "sin documento conocido; hay personas parecidas por confirmar",
    MatchKind.UNKNOWN: "no es de nadie del padrón",
}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A member who may be meant; `score` of 100, `reasons` in Spanish, the strongest first."""

    member_id: str
    score: int
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Whose a row is.

    Attributes:
        member_id: only when CERTAIN; nothing else may be applied without a person.
        reasons: Spanish, why.
        suggestions: whom a person may choose from, the best first.
    """

    kind: MatchKind
    member_id: str = ""
    reasons: tuple[str, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def sentence(self) -> str:
        """``El documento es de otra persona: otro nombre.``"""
        words = KIND_WORDS[self.kind]
        text = f"{words}: {'; '.join(self.reasons)}" if self.reasons else words
        return f"{text[0].upper()}{text[1:]}."


def match(person: Person, people: People) -> Match:
    """Whose the row of `person` is, among `people`."""
    held: dict[str, tuple[KnownMember, str]] = {}
    for kind, number in person.documents:
        found = list(people.with_document(kind, number))
        note = ""
        if not found and kind is DocumentKind.CNV:
            found = list(people.with_short_cnv(number.lstrip("0")))
            note = "al CNV le faltaban ceros a la izquierda" if len(found) == 1 else ""
        for one in found:
            held.setdefault(one.member.id, (one, note))
    if len(held) > 1:
        members = [one for one, _ in held.values()]
        return Match(
            MatchKind.DOCUMENTS_DISAGREE,
            suggestions=_ranked(person, members, least=0),
        )
    if held:
        ((one, note),) = held.values()
        return _by_document(person, one, note)
    suggestions = _ranked(person, _candidates(person, people), least=LEAST_SCORE)
    if not suggestions:
        return Match(MatchKind.UNKNOWN)
    return Match(MatchKind.SUGGESTED, suggestions=suggestions)


def _by_document(person: Person, known: KnownMember, note: str) -> Match:
    member = known.member
    likeness = _likeness(person, member)
    against: list[str] = []
    notes = [note] if note else []
    if likeness is Likeness.OTHER:
        against.append(WORDS[likeness])
    elif likeness is not None and likeness is not Likeness.SAME:
        notes.append(WORDS[likeness])
    if person.birth is not None and person.birth != member.birth_date:
        against.append(f"nacimiento {_birth_words(person.birth, member.birth_date)}")
    if against:
        suggestion = Suggestion(member.id, _score(person, known)[0], tuple(against))
        return Match(MatchKind.OTHER_PERSON, "", tuple(against), (suggestion,))
    return Match(MatchKind.CERTAIN, member.id, tuple(notes))


def _likeness(person: Person, member: Member) -> Likeness | None:
    """None where the row has no name to compare."""
    if not person.is_named:
        return None
    return compare(
        Name(person.paternal, person.maternal, person.given),
        Name(member.paternal, member.maternal, member.given),
    )


def _candidates(person: Person, people: People) -> list[KnownMember]:
    """Whom it may be: born on that day or one that a slip explains, or of that household."""
    found: dict[str, KnownMember] = {}
    lists: list[Sequence[KnownMember]] = []
    if person.birth is not None:
        lists += [people.born_on(day) for day in near_births(person.birth)]
    if person.household_code:
        lists.append(people.in_household(person.household_code))
    for one in (known for part in lists for known in part):
        found[one.member.id] = one
    return list(found.values())


def near_births(birth: date) -> tuple[date, ...]:
    """Days that a slip may have made of `birth`: itself, up to a week off, day and month swapped, the
    year before and after; sorted."""
    days = {birth + timedelta(days=off) for off in range(-_NEAR_DAYS, _NEAR_DAYS + 1)}
    parts = [
        (birth.year, birth.day, birth.month),
        (birth.year - 1, birth.month, birth.day),
        (birth.year + 1, birth.month, birth.day),
    ]
    for year, month, day in parts:
        try:
            days.add(date(year, month, day))
        except ValueError:
            continue
    return tuple(sorted(days))


def _birth_words(birth: date, known: date) -> str:
    apart = abs((birth - known).days)
    if not apart:
        return "el mismo día"
    if birth.year == known.year and (birth.day, birth.month) == (known.month, known.day):
        return "con el día y el mes cambiados"
    if apart <= _NEAR_DAYS:
        return "a 1 día" if apart == 1 else f"a {apart} días"
    if (birth.day, birth.month) == (known.day, known.month) and abs(birth.year - known.year) == 1:
        return "con un año de diferencia"
    return f"el {paper_date(birth)} y no el {paper_date(known)}"


def _birth_score(birth: date, known: date) -> int:
    apart = abs((birth - known).days)
    if not apart:
        return 25
    if apart <= _NEAR_DAYS:
        return 19 - apart
    return 12 if known in near_births(birth) else -40


def _ranked(person: Person, members: Iterable[KnownMember], least: int) -> tuple[Suggestion, ...]:
    scored = ((one, *_score(person, one)) for one in members)
    kept = [
        Suggestion(one.member.id, score, reasons)
        for one, score, reasons in scored
        if score >= least
    ]
    kept.sort(key=lambda one: (-one.score, one.member_id))
    return tuple(kept[:MOST_SUGGESTIONS])


def _score(person: Person, known: KnownMember) -> tuple[int, tuple[str, ...]]:
    """Points of 100 and what speaks for and against, in Spanish."""
    member = known.member
    likeness = _likeness(person, member)
    score = _NAME_SCORE.get(likeness, 0) if likeness is not None else 0
    reasons = [WORDS[likeness]] if likeness is not None else []
    if person.birth is not None:
        score += _birth_score(person.birth, member.birth_date)
        reasons.append(f"nacimiento {_birth_words(person.birth, member.birth_date)}")
    if person.household_code and person.household_code == known.household_code:
        score += 15
        reasons.append("mismo hogar")
    elif person.ubigeo and person.ubigeo == known.ubigeo:
        score += 8
        reasons.append("mismo distrito")
    elif person.ubigeo and known.ubigeo:
        reasons.append("otro distrito")
    if person.sex is not None and person.sex is not member.sex:
        score -= 15
        reasons.append("otro sexo")
    own = family(member.document_kind)
    if any(family(kind) is own and number != member.document_number
           for kind, number in person.documents):  # fmt: skip
        score -= _OTHER_DOCUMENT
        reasons.append(f"en el padrón tiene otro {own.value}")
    return max(0, min(100, score)), tuple(reasons)


class MemberIndex:
    """Members in memory, of a territory that fits in it."""

    def __init__(self, members: Iterable[KnownMember]) -> None:
        self._documents: dict[tuple[str, str], list[KnownMember]] = {}
        self._short: dict[str, list[KnownMember]] = {}
        self._births: dict[date, list[KnownMember]] = {}
        self._households: dict[str, list[KnownMember]] = {}
        for one in members:
            kind, number = one.member.document_kind, one.member.document_number
            if number:
                _add(self._documents, (family(kind), number), one)
            if number and kind is DocumentKind.CNV:
                _add(self._short, number.lstrip("0"), one)
            _add(self._births, one.member.birth_date, one)
            _add(self._households, one.household_code, one)

    def with_document(self, kind: DocumentKind, number: str) -> Sequence[KnownMember]:
        return self._documents.get((family(kind), number), ())

    def with_short_cnv(self, digits: str) -> Sequence[KnownMember]:
        return self._short.get(digits, ())

    def born_on(self, day: date) -> Sequence[KnownMember]:
        return self._births.get(day, ())

    def in_household(self, code: str) -> Sequence[KnownMember]:
        return self._households.get(code, ())


def _add(index: dict[K, list[KnownMember]], key: K, one: KnownMember) -> None:
    index.setdefault(key, []).append(one)
