"""What an official form is prefilled with: head and rows, by address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from juntos_campo.app.form_roster import Facts, Known, Listed
from juntos_campo.app.official_catalogue import OfficialForm
from juntos_campo.app.official_representatives import head_of, last_record
from juntos_campo.app.session import Session
from juntos_campo.domain.calendar import Bimester, add_months
from juntos_campo.domain.entities import Answer, HealthFacility, School
from juntos_campo.domain.spanish import MONTHS, bimester_text
from juntos_campo.form_engine.definition import Definition

BEFORE = "before"
"""Known name of a cell that begins with what the last bimester's form of the place says in it."""
FILLED_WITHIN_DAYS = 31
"""A form is dated up to so many days after its bimester without being asked."""
_BEFORE_SOURCE = "el formato del bimestre anterior"


def known_head(
    session: Session,
    official: OfficialForm,
    definition: Definition,
    place: HealthFacility | School,
    bimester: Bimester,
) -> dict[str, Known]:
    """What is known for the head of the form, by address; ``before`` as in `known_rows`."""
    values: dict[str, Answer] = {
        "bimester.text": bimester_text(bimester).removeprefix("bimestre "),
        "user.name": session.user.full_name,
        "today": min(session.today, bimester.end + timedelta(days=FILLED_WITHIN_DAYS)).isoformat(),
    }
    if isinstance(place, HealthFacility):
        values |= {
            "facility.name": place.name,
            "facility.code": place.code,
            "facility.category": place.category,
            "facility.micro_network": place.micro_network,
            "facility.network": place.network,
            "facility.head": head_of(session, place, bimester),
        }
    else:
        values |= {
            "school.name": place.name,
            "school.code": place.code,
            "school.level": place.level,
        }
    for number, first in enumerate(bimester.months, start=1):
        last = add_months(first, 1) - timedelta(days=1)
        values[f"bimester.month{number}.name"] = MONTHS[first.month - 1]
        values[f"bimester.month{number}.start"] = first.isoformat()
        values[f"bimester.month{number}.end"] = last.isoformat()
    earlier: Mapping[str, Answer] | None = None
    found: dict[str, Known] = {}
    for question in definition.columns(""):
        from_before, name = _names(question.extra.get("known", ""))
        if from_before and earlier is None:
            earlier = _cells_before(session, official, place.id, bimester)
        said = _earlier(earlier or {}, question.key) if from_before else None
        if said is not None:
            found[question.key] = said
        elif values.get(name) not in (None, ""):
            found[question.key] = Known(values[name])
    return found


def known_rows(
    session: Session,
    official: OfficialForm,
    definition: Definition,
    listed: Sequence[Listed],
    bimester: Bimester,
    *,
    place_id: str,
    form_record_id: str,
) -> dict[str, Known]:
    """What is known of every row, by address.

    A column whose known name is ``before``, or ``before name``, begins with the last bimester's cell,
    else with that name. Services that were learnt from this very form are not counted as known.
    """
    facts = official.roster.facts(session, listed, bimester, form_record_id)
    columns = [
        (question.key, *_names(question.extra["known"]))
        for question in definition.columns(repeat_path(definition, official))
        if question.extra.get("known")
    ]
    earlier: Mapping[str, Answer] = {}
    if any(from_before for _, from_before, _ in columns):
        earlier = _cells_before(session, official, place_id, bimester)
    known: dict[str, Known] = {}
    for one in listed:
        row = facts.get(one.key, {})
        for key, from_before, name in columns:
            address = f"{one.key}/{key}"
            value = _earlier(earlier, address) if from_before else None
            value = value or _fact(row, name)
            if value is not None:
                known[address] = value
    return known


def repeat_path(definition: Definition, official: OfficialForm) -> str:
    """Path of the repeat that holds the rows."""
    return next(group.path for group in definition.repeats if group.name == official.repeat)


def recorded_register(definition: Definition, cells: Mapping[str, Answer]) -> dict[str, Known]:
    """The register's data as a saved form holds them."""
    fixed = {one.key for one in definition.questions if one.readonly and not one.calculate}
    return {
        address: Known(answer)
        for address, answer in cells.items()
        if address.rpartition("/")[2] in fixed
    }


def _cells_before(
    session: Session, official: OfficialForm, place_id: str, bimester: Bimester
) -> Mapping[str, Answer]:
    record = last_record(session, official.form_id, place_id, bimester)
    return record.cells if record is not None else {}


def _names(known: str) -> tuple[bool, str]:
    first, _, rest = known.partition(" ")
    return (True, rest) if first == BEFORE else (False, known)


def _earlier(cells: Mapping[str, Answer], address: str) -> Known | None:
    answer = cells.get(address)
    return None if answer in (None, "") else Known(answer, _BEFORE_SOURCE, rules=False)


def _fact(row: Facts, name: str) -> Known | None:
    value = row.get(name)
    return None if value is None or value.answer in (None, "") else value
