"""The register as tables that a form reads: lists of people, households and places to choose from.

Columns are those of `form_engine.sources.REGISTER_TABLES`; `name` is the record's id and `label` what is
shown. Closed lists are written as the office's files write them: `sexo` F or M, `parentesco` titular,
conyuge, hijo, nieto, padre, hermano, otro; `es_titular` si or no. `tipo` is gestante (a pregnancy is
running), nino (under 3: answers for health), escolar (3 to 18: answers for school) or adulto, the kinds
of target member the programme tells apart (`domain.md` E, seed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from juntos_campo.app.form_roster import document_text
from juntos_campo.app.people import lives_there
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import completed_months
from juntos_campo.domain.entities import (
    FieldRecord,
    HealthFacility,
    Household,
    Member,
    Pregnancy,
    School,
    Settlement,
)
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.form_engine.definition import Definition
from juntos_campo.register.rows import RELATIONSHIPS

Table = Sequence[Mapping[str, str]]

CHILD_MONTHS = 36
SCHOOL_MONTHS = 19 * 12

_ABSENT = {
    "miembros": "alguien que no está en esta computadora",
    "hogares": "un hogar que no está en esta computadora",
    "establecimientos": "un establecimiento que no está en esta computadora",
    "colegios": "un colegio que no está en esta computadora",
    "centros_poblados": "un lugar que no está en esta computadora",
}

_RELATIONSHIP = {relationship: text for text, relationship in RELATIONSHIPS.items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the tables are for.

    Attributes:
        household_id: the household a record is about: `miembros` then holds its people alone, else
            everybody on this laptop.
        on: the day ages, pregnancies and who lives there are told of.
        named: ids a closed record holds: whoever it names is listed, wherever he is now.
    """

    household_id: str
    on: date
    named: frozenset[str] = frozenset()


def register_tables(
    session: Session,
    wanted: Iterable[str],
    household_id: str = "",
    *,
    on: date | None = None,
    named: Iterable[str] = (),
) -> dict[str, Table]:
    """The tables a form asks for.

    Args:
        wanted: names of tables, as `Definition.wanted_tables` has them.
        household_id, on, named: see `Asked`; `on` is today unless it is given.
    """
    asked = Asked(household_id, on or session.today, frozenset(named))
    return {name: _TABLES[name](session, asked) for name in sorted(wanted) if name in _TABLES}


def tables_of_form(
    session: Session, definition: Definition, household_id: str, record: FieldRecord | None
) -> dict[str, Table]:
    """The tables a form asks for; with a closed `record` those of its day, with all that it names.

    Whom this laptop does not know any more is listed too, as somebody who is not on it: his id says
    nothing to anybody.
    """
    wanted = definition.wanted_tables
    if record is None:
        return register_tables(session, wanted, household_id)
    named = {word for one in record.answers.values() for word in str(one).split()}
    tables = register_tables(session, wanted, household_id, on=record.on, named=named)
    for question in definition.questions:
        source = question.itemset.source if question.itemset else ""
        if question.itemset is None or source not in tables:
            continue
        value, label = question.itemset.value, question.itemset.label
        listed = {row.get(value, "") for row in tables[source]}
        chosen = {
            word
            for address, one in record.answers.items()
            if address.rpartition("/")[2] == question.key
            for word in str(one).split()
        }
        absent = [{value: one, label: _ABSENT[source]} for one in sorted(chosen - listed)]
        tables[source] = [*tables[source], *absent]
    return tables


def _members(session: Session, asked: Asked) -> Table:
    store = session.store
    equal = {"household_id": asked.household_id} if asked.household_id else {}
    found = {one.id: one for one in store.find(Member, **equal) if lives_there(one, asked.on)}
    if asked.named:
        found = store.get_many(Member, asked.named) | found
    pregnant = {
        one.member_id
        for one in store.find(Pregnancy, **equal)
        if one.ended_on is None or one.ended_on > asked.on
    }
    members = sorted(found.values(), key=lambda one: (fold(one.full_name), one.id))
    return [_member(one, asked.on, one.id in pregnant) for one in members]


def _member(member: Member, on: date, is_pregnant: bool) -> dict[str, str]:
    months = max(0, completed_months(member.birth_date, on))
    return {
        "name": member.id,
        "label": member.full_name,
        "edad_meses": str(months),
        "edad": str(months // 12),
        "sexo": member.sex.value,
        "parentesco": _RELATIONSHIP[member.relationship],
        "tipo": kind_of_member(months, is_pregnant=is_pregnant),
        "documento": document_text(member),
        "es_titular": "si" if member.is_holder else "no",
    }


def kind_of_member(months: int, *, is_pregnant: bool) -> str:
    """``gestante``, ``nino``, ``escolar`` or ``adulto`` of somebody of so many completed months."""
    if is_pregnant:
        return "gestante"
    if months < CHILD_MONTHS:
        return "nino"
    return "escolar" if months < SCHOOL_MONTHS else "adulto"


def _households(session: Session, asked: Asked) -> Table:
    store = session.store
    places = {one.id: one.name for one in store.find(Settlement)}
    holders = {one.household_id: one.full_name for one in store.find(Member) if one.is_holder}
    rows = [
        {
            "name": one.id,
            "label": f"{holders.get(one.id, 'Sin titular')} · {one.code}",
            "codigo": one.code,
            "centro_poblado": places.get(one.settlement_id, ""),
            "titular": holders.get(one.id, ""),
        }
        for one in store.find(Household)
        if one.programme_state is not ProgrammeState.DISAFFILIATED or one.id in asked.named
    ]
    return _by_label(rows)


def _facilities(session: Session, _asked: Asked) -> Table:
    return _by_label(
        {
            "name": one.id,
            "label": one.name,
            "codigo": one.code,
            "categoria": one.category,
            "responsable": one.head,
        }
        for one in session.store.find(HealthFacility)
    )


def _schools(session: Session, _asked: Asked) -> Table:
    return _by_label(
        {"name": one.id, "label": one.name, "codigo": one.code, "nivel": one.level}
        for one in session.store.find(School)
    )


def _settlements(session: Session, _asked: Asked) -> Table:
    return _by_label(
        {"name": one.id, "label": one.name, "distrito": one.district}
        for one in session.store.find(Settlement)
    )


def _by_label(rows: Iterable[dict[str, str]]) -> Table:
    return sorted(rows, key=lambda row: (fold(row["label"]), row["name"]))


_TABLES: dict[str, Callable[[Session, Asked], Table]] = {
    "miembros": _members,
    "hogares": _households,
    "establecimientos": _facilities,
    "colegios": _schools,
    "centros_poblados": _settlements,
}
