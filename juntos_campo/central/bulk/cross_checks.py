"""What must hold across a whole register file, asked of the staging tables (`register.checks`, in SQL)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.bulk.copying import Streams, Writer
from juntos_campo.central.bulk.fault_log import ERROR, FaultLog
from juntos_campo.central.bulk.register_rows import REGISTER
from juntos_campo.central.bulk.tables import analyse, faults, homes, left_out, pairs, people
from juntos_campo.central.database import Database
from juntos_campo.domain.spanish import fold
from juntos_campo.register import checks, problems
from juntos_campo.register.rows import HouseholdCells, PersonCells, Row

NO_HOUSEHOLD = HouseholdCells(
    code="",
    field_worker="",
    state=None,
    affiliated_on=None,
    cse=None,
    cse_expires=None,
    ubigeo="",
    settlement="",
    altitude_m=None,
    walk_minutes=None,
    address="",
    reference="",
    phone="",
    language="",
    flags=(),
)
NO_PERSON = PersonCells(
    document_kind=None,
    document_number="",
    paternal="",
    maternal="",
    given="",
    sex=None,
    birth=None,
    relationship=None,
    facility_code="",
    facility=("", "", "", ""),
    school_code="",
    school=("", ""),
    grade="",
    birth_weight_g=None,
    gestation_weeks=None,
    pregnant=False,
    last_period=None,
    due_date_ultrasound=None,
    captured_on=None,
    ended_on=None,
    outcome=None,
)
"""Cells that say nothing, to be filled with what a query found."""


def check_across(database: Database) -> None:
    """Note who stands in the file twice and which names and figures disagree; then say who is left out."""
    log = FaultLog(database, REGISTER)
    _check_persons_once(database, log)
    _check_agreement(database, log)
    log.close()
    code = homes.c.code
    faulty = sa.select(faults.c.household).where(
        faults.c.source == REGISTER, faults.c["class"] == ERROR, faults.c.household != ""
    )
    wrong = sa.select(homes.c.household).where(code.in_(faulty)).distinct()
    with database.writing() as connection:
        analyse(connection, faults)
        connection.execute(sa.insert(left_out).from_select(["household"], wrong))
        analyse(connection, left_out)


def _check_persons_once(database: Database, log: FaultLog) -> None:
    twice = (
        sa.select(people.c.person_key, sa.func.min(people.c.n).label("first"))
        .where(people.c.person_key != "")
        .group_by(people.c.person_key)
        .having(sa.func.count() > 1)
        .subquery()
    )
    other = people.alias("other")
    sql = (
        sa.select(*_told_of(people), *_told_of(other))
        .join(twice, people.c.person_key == twice.c.person_key)
        .join(other, sa.and_(other.c.n == twice.c.first, other.c.person_key == twice.c.person_key))
        .where(people.c.n != twice.c.first)
        .order_by(people.c.n)
    )
    with Streams(database) as streams:
        for found in streams.rows(sql):
            row, first = _row(found[:5]), _row(found[5:])
            checks.note_twice(row, first)
            log.add((*row.faults, *first.faults))


def _told_of(table: Any) -> list[Any]:
    columns = table.c
    return [columns.n, columns.code, columns.doc_key, columns.number_cell, columns.given_cell]


def _row(found: Any) -> Row:
    """As much of a row as tells that its person stands there twice."""
    number, code, document, number_cell, given_cell = found
    cells = {"numero_documento": number_cell, "nombres": given_cell}
    return Row(
        number,
        {name: cell for name, cell in cells.items() if cell},
        replace(NO_HOUSEHOLD, code=code),
        replace(NO_PERSON, document_number=document),
        [],
    )


def _check_agreement(database: Database, log: FaultLog) -> None:
    writer = Writer(database, pairs)
    with database.reading() as connection:
        for aspect, key, name in (
            ("facility", people.c.facility, people.c.facility_name),
            ("school", people.c.school, people.c.school_name),
        ):
            usual = majority(connection, key, name, people.c.n)
            sql = sa.select(key, name).where(key != "").distinct()
            for code, called in connection.execute(sql):
                known = usual.get(code, "")
                if not known or (called and fold(called) != fold(known)):
                    writer.add(aspect, code, called, known)
        for column in (people.c.altitude, people.c.walk):
            figures = majority(connection, people.c.place, column, people.c.n)
            sql = sa.select(people.c.place, column).where(column.is_not(None)).distinct()
            for place, figure in connection.execute(sql):
                if figure != figures[place]:
                    writer.add(column.name, place, str(figure), str(figures[place]))
    writer.flush()
    with Streams(database) as streams:
        for row in _disagreeing(streams):
            log.add(row.faults)


def majority(
    connection: sa.Connection,
    key: sa.Column[str],
    value: sa.Column[Any],
    order: sa.ColumnElement[int],
    *where: sa.ColumnElement[bool],
) -> dict[str, Any]:
    """`register.checks.majority` of two columns of `people`: of equals the first in `order` wins."""
    is_text = isinstance(value.type, sa.Text)
    filled = value != "" if is_text else value.is_not(None)
    sql = (
        sa.select(key, value, sa.func.count().label("count"), sa.func.min(order).label("first"))
        .where(filled, *((key != ""), *where))
        .group_by(key, value)
    )
    best: dict[str, tuple[tuple[int, int], Any]] = {}
    for one, said, count, first in connection.execute(sql):
        rank = (count, -first)
        if one not in best or rank > best[one][0]:
            best[one] = (rank, said)
    return {one: said for one, (_rank, said) in best.items()}


def _disagreeing(streams: Streams) -> Iterator[Row]:
    """A row for each disagreement, with its fault; one of a household's cells once a household."""
    names = (
        ("facility", people.c.facility, people.c.facility_name, "codigo_eess", "nombre_eess"),
        ("school", people.c.school, people.c.school_name, "codigo_ie", "nombre_ie"),
    )
    for aspect, key, name, code_column, name_column in names:
        sql = sa.select(people.c.n, people.c.code, key, name, pairs.c.usual).join(
            pairs, sa.and_(pairs.c.aspect == aspect, pairs.c.place == key, pairs.c.name == name)
        )
        for number, household, code, called, usual in streams.rows(sql):
            row = _row((number, household, "", "", ""))
            if usual:
                checks.add(row, problems.TWO_NAMES, name_column, called, code=code, first=usual)
            else:
                missing = problems.FACILITY_WITHOUT_NAME
                missing = missing if aspect == "facility" else problems.SCHOOL_WITHOUT_NAME
                checks.add(row, missing, code_column, code)
            yield row
    for column, title in ((people.c.altitude, "altitud"), (people.c.walk, "minutos_a_pie")):
        alone = sa.case((people.c.code == "", people.c.n), else_=0)
        figure = sa.cast(column, sa.Text)
        same = sa.and_(
            pairs.c.aspect == column.name, pairs.c.place == people.c.place, pairs.c.name == figure
        )
        one = (people.c.code, people.c.settlement, figure, pairs.c.usual, alone)
        sql = sa.select(sa.func.min(people.c.n), *one).join(pairs, same).group_by(*one)
        for number, household, place, value, usual, _alone in streams.rows(sql):
            row = _row((number, household, "", "", ""))
            checks.add(row, problems.SETTLEMENT_DIFFERS, title, value, place=place, first=usual)
            yield row
