"""What must hold for a person, within a household and across the file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date, timedelta
from typing import TypeVar

from juntos_campo.domain.calendar import completed_years
from juntos_campo.domain.errors import Problem
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import DocumentKind, Relationship, Sex
from juntos_campo.register import problems
from juntos_campo.register.faults import Fault
from juntos_campo.register.rows import HOUSEHOLD_COLUMNS, Row

K = TypeVar("K", bound=Hashable)
V = TypeVar("V", bound=Hashable)

OLDEST = 115
ADULT = 18
PREGNANT_AGES = range(10, 61)
LONGEST_PREGNANCY = timedelta(weeks=44)
TERM = timedelta(days=280)
GENERATION = 10
"""A child of the holder is at least so many years younger; the register knows stepchildren too."""


def add(row: Row, problem: Problem, column: str, value: str = "", **details: str) -> None:
    """Note a fault of `row`; the value defaults to what the cell says."""
    shown = value or row.raw.get(column, "")
    row.faults.append(Fault(problem, row.number, column, shown, row.household.code, details))


def check_person(row: Row, today: date) -> None:
    """Dates, pregnancy and documents of one person."""
    person, birth = row.person, row.person.birth
    if birth is not None and birth > today:
        add(row, problems.BORN_IN_FUTURE, "fecha_nacimiento")
    elif birth is not None and completed_years(birth, today) > OLDEST:
        add(row, problems.BORN_TOO_LONG_AGO, "fecha_nacimiento")
    affiliated = row.household.affiliated_on
    if affiliated is not None and affiliated > today:
        add(row, problems.AFFILIATED_IN_FUTURE, "fecha_afiliacion")
    if person.relationship is Relationship.HOLDER:
        if birth is not None and birth <= today and completed_years(birth, today) < ADULT:
            age = str(completed_years(birth, today))
            add(row, problems.HOLDER_TOO_YOUNG, "fecha_nacimiento", age=age)
        if person.document_kind not in (None, DocumentKind.DNI):
            add(row, problems.HOLDER_WITHOUT_DNI, "tipo_documento")
    if person.pregnant:
        _check_pregnancy(row, today)
    if "fin_gestacion" in row.raw or "resultado_gestacion" in row.raw:
        _check_end(row, today)
    elif not person.pregnant and ("fur" in row.raw or "fpp_ecografia" in row.raw):
        add(row, problems.DATES_WITHOUT_PREGNANCY, "gestante")
    small = birth is not None and birth <= today and completed_years(birth, today) < 3
    if (small or person.pregnant) and "codigo_eess" not in row.raw:
        add(row, problems.NO_FACILITY, "codigo_eess")


def _check_pregnancy(row: Row, today: date) -> None:
    person = row.person
    if person.sex is Sex.MALE:
        add(row, problems.PREGNANT_MAN, "gestante")
    if person.birth is not None and person.birth <= today:
        age = completed_years(person.birth, today)
        if age not in PREGNANT_AGES:
            add(row, problems.PREGNANT_AGE, "fecha_nacimiento", age=str(age))
    start = person.last_period
    if start is not None and start > today:
        add(row, problems.PERIOD_IN_FUTURE, "fur")
    elif start is not None and today - start > LONGEST_PREGNANCY:
        add(row, problems.PERIOD_TOO_OLD, "fur")
    due = person.due_date_ultrasound
    if due is not None and not today - timedelta(weeks=4) <= due <= today + timedelta(weeks=40):
        add(row, problems.DUE_DATE_IMPOSSIBLE, "fpp_ecografia")
    if "fur" not in row.raw and "fpp_ecografia" not in row.raw:
        add(row, problems.PREGNANT_WITHOUT_DATES, "fur")
    captured = person.captured_on
    too_early = captured is not None and start is not None and captured < start
    if captured is not None and (captured > today or too_early):
        add(row, problems.CAPTURE_IMPOSSIBLE, "fecha_captacion")


def _check_end(row: Row, today: date) -> None:
    """The last pregnancy of somebody who is not pregnant now."""
    person = row.person
    ended, start = person.ended_on, person.last_period
    if start is None and person.due_date_ultrasound is not None:
        start = person.due_date_ultrasound - TERM
    if person.sex is Sex.MALE:
        add(row, problems.PREGNANT_MAN, "fin_gestacion")
    if "fin_gestacion" not in row.raw:
        add(row, problems.OUTCOME_WITHOUT_END, "fin_gestacion")
    elif "resultado_gestacion" not in row.raw:
        add(row, problems.END_WITHOUT_OUTCOME, "resultado_gestacion")
    if person.pregnant:
        if "fin_gestacion" in row.raw:
            add(row, problems.ENDED_AND_PREGNANT, "fin_gestacion")
    elif "fur" not in row.raw and "fpp_ecografia" not in row.raw:
        add(row, problems.PREGNANT_WITHOUT_DATES, "fur")
    elif ended is not None and (
        ended > today or (start is not None and not start < ended <= start + LONGEST_PREGNANCY)
    ):
        add(row, problems.END_IMPOSSIBLE, "fin_gestacion")


def check_household(rows: Sequence[Row], today: date) -> None:
    """One holder, the same household cells on every row, believable generations."""
    first = rows[0]
    holder: Row | None = None
    for row in rows:
        if row is not first:
            _same_household_cells(first, row)
        if row.person.relationship is Relationship.HOLDER:
            if holder is None:
                holder = row
            else:
                add(row, problems.TWO_HOLDERS, "parentesco", other=str(holder.number))
    if holder is None:
        unread = any(row.person.relationship is None for row in rows)
        if not unread:
            add(first, problems.NO_HOLDER, "parentesco", first.household.code)
        return
    for row in rows:
        _check_generation(row, holder.person.birth, today)


def _same_household_cells(first: Row, row: Row) -> None:
    for column in HOUSEHOLD_COLUMNS[1:]:
        here, there = row.raw.get(column, ""), first.raw.get(column, "")
        if here != there and fold(here) != fold(there):
            add(
                row,
                problems.HOUSEHOLD_DIFFERS,
                column,
                here or "(vacío)",
                first=there or "(vacío)",
                other=str(first.number),
            )


def _check_generation(row: Row, holder: date | None, today: date) -> None:
    birth = row.person.birth
    if birth is None or holder is None or birth > today:
        return
    years = (birth - holder).days / 365.25
    younger = row.person.relationship in (Relationship.CHILD, Relationship.GRANDCHILD)
    older = row.person.relationship is Relationship.PARENT
    if (younger and years < GENERATION) or (older and years > -GENERATION):
        add(row, problems.ODD_GENERATION, "parentesco")


def check_persons_once(rows: Iterable[Row]) -> None:
    """Nobody stands in the file twice, by document or, without one, by name and birth."""
    seen: dict[Hashable, Row] = {}
    for row in rows:
        key = person_key(row)
        if key is None:
            continue
        other = seen.setdefault(key, row)
        if other is not row:
            note_twice(row, other)


def person_key(row: Row) -> tuple[str, str, str] | None:
    """What two rows of one person have in common; None where nothing identifies him."""
    person = row.person
    if person.document_number:
        # the CUI of a child becomes the number of its DNI
        kind = person.document_kind
        kind = DocumentKind.DNI if kind is DocumentKind.CUI else kind
        return (kind.value if kind else "", person.document_number, "")
    if person.document_kind is DocumentKind.NONE and person.birth and person.given:
        return (row.household.code, fold(person.given), person.birth.isoformat())
    return None


def note_twice(row: Row, other: Row) -> None:
    """Note that `row` is about the person of `other`, which stands before it."""
    column = "numero_documento"
    if not row.person.document_number:
        add(row, problems.SAME_NAME_AND_BIRTH, "nombres", other=str(other.number))
    elif other.household.code == row.household.code:
        add(row, problems.PERSON_TWICE, column, other=str(other.number))
    else:
        for one, two in ((row, other), (other, row)):
            add(
                one,
                problems.PERSON_IN_TWO_HOUSEHOLDS,
                column,
                household=two.household.code,
                other=str(two.number),
            )


def check_agreement(rows: Sequence[Row]) -> None:
    """Facilities and schools have one name, settlements one altitude and one walking time."""
    _one_name(
        rows,
        ("codigo_eess", "nombre_eess"),
        lambda row: (row.person.facility_code, row.person.facility[0]),
        problems.FACILITY_WITHOUT_NAME,
    )
    _one_name(
        rows,
        ("codigo_ie", "nombre_ie"),
        lambda row: (row.person.school_code, row.person.school[0]),
        problems.SCHOOL_WITHOUT_NAME,
    )
    _one_figure(rows, "altitud", lambda row: row.household.altitude_m)
    _one_figure(rows, "minutos_a_pie", lambda row: row.household.walk_minutes)


def _one_name(
    rows: Sequence[Row],
    columns: tuple[str, str],
    code_and_name: Callable[[Row], tuple[str, str]],
    missing: Problem,
) -> None:
    usual = majority(map(code_and_name, rows))
    for row in rows:
        code, name = code_and_name(row)
        if not code:
            continue
        if code not in usual:
            add(row, missing, columns[0], code)
        elif name and name != usual[code] and fold(name) != fold(usual[code]):
            add(row, problems.TWO_NAMES, columns[1], code=code, first=usual[code])


def _one_figure(rows: Sequence[Row], column: str, value_of: Callable[[Row], int | None]) -> None:
    usual = majority((place_key(row), value_of(row)) for row in rows)
    for row in rows:
        value = value_of(row)
        if value is not None and value != usual[place_key(row)]:
            first = str(usual[place_key(row)])
            place = row.household.settlement
            add(row, problems.SETTLEMENT_DIFFERS, column, place=place, first=first)


def place_key(row: Row) -> tuple[str, str]:
    """Natural key of the row's settlement."""
    return row.household.ubigeo, fold(row.household.settlement)


def majority(pairs: Iterable[tuple[K, V | None]]) -> dict[K, V]:
    """Key -> its commonest value; empty values do not count, of equals the first met wins."""
    counts: dict[K, Counter[V]] = {}
    for key, value in pairs:
        if key and value is not None and value != "":
            counts.setdefault(key, Counter())[value] += 1
    return {key: values.most_common(1)[0][0] for key, values in counts.items()}
