"""Who the civil registry and the padrón nominal say somebody is, against the register."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from juntos_campo.domain.entities import Member
from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.register.external.findings import (
    Difference,
    Finding,
    Outcome,
    day_text,
    told,
)
from juntos_campo.register.external.names import WORDS, Likeness, Name, compare
from juntos_campo.register.external.records import (
    Identity,
    LifeState,
    ListedChild,
    Person,
    content_of,
    family,
    key_of,
)

RENIEC, PADRON_NOMINAL = "el RENIEC", "el padrón nominal"
_SEX_WORDS = {Sex.FEMALE: "mujer", Sex.MALE: "varón"}
_SURE = {DocumentKind.NONE: 0, DocumentKind.CNV: 1, DocumentKind.CUI: 2, DocumentKind.DNI: 3}


@dataclass(frozen=True, slots=True)
class TheirIdentity:
    """A row of theirs and the member it was matched to."""

    member_id: str
    record: Identity | ListedChild


@dataclass(frozen=True, slots=True)
class _Teller:
    """Makes the findings about one member from one row of `source`; `there` is its key."""

    member: Member
    source: str
    there: str

    def say(
        self,
        topic: str,
        title: str,
        outcome: Outcome,
        pair: tuple[str, str],
        differences: tuple[Difference, ...] = (),
    ) -> Finding:
        return Finding(
            subject=self.member.id,
            topic=topic,
            outcome=outcome,
            here=self.member.id if pair[0] else "",
            there=self.there,
            here_text=pair[0],
            there_text=pair[1],
            differences=differences,
            sentence=told(self.source, title, outcome, pair[0], pair[1], differences),
        )

    def equal(self, topic: str, title: str, what: str, pair: tuple[str, str]) -> Finding:
        if pair[0] == pair[1]:
            return self.say(topic, title, Outcome.CONFIRMED, pair)
        return self.say(topic, title, Outcome.CONTRADICTORY, pair, (Difference(what, *pair),))


def reconcile_identities(
    theirs: Iterable[TheirIdentity], members: Iterable[Member]
) -> tuple[Finding, ...]:
    """One finding a member, row and thing said: NAME, BIRTH, SEX, DOCUMENT, DEATH; sorted.

    A member no row speaks of is one finding IDENTITY, only here. Rows that say the same count once.
    """
    rows: dict[str, dict[str, Identity | ListedChild]] = {}
    for one in theirs:
        rows.setdefault(one.member_id, {}).setdefault(content_of(one.record), one.record)
    found: set[Finding] = set()
    for member in members:
        there = rows.get(member.id, {})
        for record in there.values():
            found.update(_fields(member, record))
        if not there:
            pair = ("registrada en el padrón", "")
            nobody = _Teller(member, RENIEC, "")
            found.add(nobody.say("IDENTITY", "Identidad", Outcome.ONLY_HERE, pair))
    return tuple(sorted(found, key=lambda one: (*one.order, one.sentence)))


def _fields(member: Member, record: Identity | ListedChild) -> Iterable[Finding]:
    person = record.person
    source = RENIEC if isinstance(record, Identity) else PADRON_NOMINAL
    teller = _Teller(member, source, key_of(record))
    if person.is_named:
        yield _name(teller, person)
    if person.birth is not None:
        pair = (day_text(member.birth_date), day_text(person.birth))
        yield teller.equal("BIRTH", "Fecha de nacimiento", "la fecha", pair)
    if person.sex is not None:
        pair = (_SEX_WORDS[member.sex], _SEX_WORDS[person.sex])
        yield teller.equal("SEX", "Sexo", "el sexo", pair)
    yield from _documents(teller, person)
    if isinstance(record, Identity):
        yield from _life(teller, record)


def _name(teller: _Teller, person: Person) -> Finding:
    member = teller.member
    names = [Name(one.paternal, one.maternal, one.given) for one in (member, person)]
    likeness = compare(names[0], names[1])
    here, there = (f"{one.paternal} {one.maternal}".strip() + f", {one.given}" for one in names)
    if likeness is Likeness.SAME:
        return teller.say("NAME", "Nombre", Outcome.CONFIRMED, (here, there))
    what = "el nombre" if likeness is Likeness.OTHER else f"el nombre ({WORDS[likeness]})"
    difference = Difference(what, here, there)
    return teller.say("NAME", "Nombre", Outcome.CONTRADICTORY, (here, there), (difference,))


def _documents(teller: _Teller, person: Person) -> Iterable[Finding]:
    """The member's own number first; a surer document that the register lacks is only there."""
    own = (family(teller.member.document_kind), teller.member.document_number)
    numbers = [_with_zeros(own, (family(kind), number)) for kind, number in person.documents]
    same_kind = [one for one in numbers if own[1] and one[0] is own[0]]
    if same_kind:
        their = own if own in same_kind else same_kind[0]
        pair = (f"{own[0].value} {own[1]}", f"{their[0].value} {their[1]}")
        yield teller.equal("DOCUMENT", "Documento", "el número", pair)
    surer = [one for one in numbers if _SURE[one[0]] > _SURE[own[0]]]
    if surer:
        kind, number = surer[0]
        pair = ("", f"{kind.value} {number}")
        yield teller.say(f"DOCUMENT:{kind.value}", "Documento", Outcome.ONLY_THERE, pair)


def _with_zeros(
    own: tuple[DocumentKind, str], said: tuple[DocumentKind, str]
) -> tuple[DocumentKind, str]:
    """A CNV that Excel took the zeros from is the member's own number."""
    is_cnv = own[0] is said[0] is DocumentKind.CNV
    return own if is_cnv and own[1].lstrip("0") == said[1].lstrip("0") else said


def _life(teller: _Teller, record: Identity) -> Iterable[Finding]:
    left = teller.member.left_on
    if record.state is LifeState.DEAD:
        text = f"fallecimiento el {day_text(record.died_on)}" if record.died_on else "fallecimiento"
        pair = (f"dejó el hogar el {day_text(left)}" if left else "", text)
        outcome = Outcome.CONFIRMED if left else Outcome.ONLY_THERE
        yield teller.say("DEATH", "Fallecimiento", outcome, pair)
    elif record.state is LifeState.CANCELLED:
        yield teller.equal(
            "CANCELLED", "Estado del documento", "el estado", ("vigente", "cancelado")
        )
