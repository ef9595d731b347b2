"""What a partition's records say, read once: temporary tables that every statement counts over.

A body is JSON text. Read again in every statement, and joined by what it says, it costs more with the
square of the households; here each is read once and joined by an index. The tables belong to one
connection and are empty again when its transaction ends or the next partition is read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.schema import CreateIndex, CreateTable
from sqlalchemy.sql.selectable import NamedFromClause

from juntos_campo.central.indicators.counting import yes
from juntos_campo.central.indicators.sql import JsonNumber, JsonText, Parsed, pairs
from juntos_campo.central.tables import records
from juntos_campo.central.units import NO_UNIT
from juntos_campo.domain.form_ids import EDUCATION, SALUD02, SALUD03
from juntos_campo.domain.values import FormState, ProgrammeState

COUNTED_STATES = (ProgrammeState.ACTIVE, ProgrammeState.SUSPENDED)
"""States of a household that belongs to the programme; a suspended one is accompanied as well."""

SCORES = ("trato", "claridad", "tiempo", "lengua", "ayuda")
"""Questions of the survey of satisfaction, each answered with 1 to 5."""

_metadata = sa.MetaData()


def _table(name: str, *columns: sa.Column[Any]) -> sa.Table:
    return sa.Table(
        f"work_{name}",
        _metadata,
        *columns,
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DELETE ROWS",
    )


def _text(name: str, *, key: bool = False, index: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=key, nullable=not key, index=index)


homes = _table(
    "homes",
    _text("id", key=True),
    _text("district"),
    _text("facility"),
    _text("cse_expires"),
    _text("affiliated_on"),
)
"""Households of the programme; `district` (UBIGEO) and `facility` are empty where nobody knows."""

people = _table(
    "people",
    _text("id", key=True),
    _text("household", index=True),
    _text("district"),
    _text("facility"),
    _text("birth"),
    _text("left_on"),
    _text("affiliated_on"),
    sa.Column("has_dni", sa.Integer),
)
"""Members of `homes`; the facility is the member's own, else that of the settlement."""

visits = _table(
    "visits", _text("household", index=True), _text("day"), sa.Column("cuna_mas", sa.Integer)
)
"""`cuna_mas`: 1 or 0 as the visit noted of a child, NULL where it noted nothing."""

activities = _table("activities", _text("household", index=True), _text("day"))
"""Households of which somebody was noted in a group activity."""

answers = _table("answers", _text("member", index=True), _text("bimester"), _text("answer"))
"""What closed official forms say of a member: ``si`` or ``no`` for each month."""

surveys = _table("surveys", _text("district"), _text("day"), sa.Column("score", sa.Integer))
"""Sum of the answers to `SCORES`; NULL where one is missing."""

years = _table(
    "years",
    _text("member", index=True),
    sa.Column("year", sa.Double),
    _text("level"),
    sa.Column("grade", sa.Double),
    _text("enrolled_on"),
    _text("body"),
)

pregnancies = _table(
    "pregnancies",
    _text("member", index=True),
    _text("captured_on"),
    _text("last_period"),
    _text("due_date_ultrasound"),
)

wanted = _table("wanted", _text("id", key=True))
"""Ids to be looked for."""

dni_days = _table("dni_days", _text("member", index=True), _text("day"))
"""Days of services that brought a DNI."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which records: those of one partition, which lies in one territorial unit."""

    unit: str
    partition: str

    def of_kind(self, kind: str) -> tuple[NamedFromClause, sa.ColumnElement[bool]]:
        """The records of a kind that stand, and the condition that they lie here."""
        table = records.alias(f"r_{kind}")
        return table, sa.and_(
            table.c.unit == self.unit,
            table.c.partition == self.partition,
            # Numbers begin at 1: said so that SQLite takes the index of the partition, which it would
            # else leave for that of the kind, over every household of the unit.
            table.c.seq > 0,
            table.c.kind == kind,
            table.c.deleted.is_(False),
        )


def read_facts(connection: sa.Connection, place: Place, since: date) -> None:
    """Fill the tables with what lies in `place`.

    Args:
        since: nothing dated earlier is wanted of what field workers noted.
    """
    _make(connection)
    for table in _metadata.sorted_tables:
        connection.execute(sa.delete(table))
    for table, found in _readings(place, since.isoformat()):
        names = [one.name for one in found.selected_columns]
        connection.execute(sa.insert(table).from_select(names, found))
    if connection.dialect.name == "postgresql":
        for table in _metadata.sorted_tables:
            connection.exec_driver_sql(f"ANALYZE {table.name}")


def write_wanted(connection: sa.Connection, ids: Collection[str]) -> None:
    """Have `wanted` hold these ids and no others."""
    _make(connection)
    connection.execute(sa.delete(wanted))
    connection.execute(sa.insert(wanted), [{"id": one} for one in sorted(ids)])
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"ANALYZE {wanted.name}")


def forget_facts(connection: sa.Connection) -> None:
    """Empty the tables; the database keeps nothing of them."""
    for table in _metadata.sorted_tables:
        connection.execute(sa.delete(table))


def _make(connection: sa.Connection) -> None:
    for table in _metadata.sorted_tables:
        connection.execute(CreateTable(table, if_not_exists=True))
        for index in table.indexes:
            connection.execute(CreateIndex(index, if_not_exists=True))


def _readings(place: Place, since: str) -> Iterator[tuple[sa.Table, sa.Select[Any]]]:
    """Each table with what goes into it, in an order in which later ones may read earlier ones."""
    yield homes, _homes(place)
    yield people, _people(place)
    yield visits, _visits(place, since)
    yield activities, _activities(place, since)
    yield answers, _answers(place)
    yield surveys, _surveys(place, since)
    for table, kind in ((years, "school_year"), (pregnancies, "pregnancy")):
        yield table, _of_member(place, kind, table)
    yield dni_days, _dni_days(place)


def _settlement() -> NamedFromClause:
    return records.alias("r_settlement")


def _is_settlement(
    place: Place, table: NamedFromClause, settlement_id: sa.ColumnElement[str]
) -> sa.ColumnElement[bool]:
    return sa.and_(
        table.c.unit.in_(sorted({NO_UNIT, place.unit})),  # it lies in one of them
        table.c.kind == "settlement",
        table.c.id == settlement_id,
        table.c.deleted.is_(False),
    )


def _known(column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    return sa.func.coalesce(column, "")


def _once(place: Place, kind: str) -> sa.CTE:
    """The records of a kind, each body parsed once however many fields are read: id, household, body."""
    table, here = place.of_kind(kind)
    return (
        sa.select(table.c.id, table.c.household, Parsed(table.c.body).label("body"))
        .where(here)
        .cte(f"of_{kind}")
        .prefix_with("MATERIALIZED")
    )


def _homes(place: Place) -> sa.Select[Any]:
    home, lies = _once(place, "household"), _settlement()
    states = [one.value for one in COUNTED_STATES]
    return (
        sa.select(
            home.c.id,
            _known(JsonText(lies.c.body, "ubigeo")).label("district"),
            _known(JsonText(lies.c.body, "facility_id")).label("facility"),
            JsonText(home.c.body, "cse_expires").label("cse_expires"),
            JsonText(home.c.body, "affiliated_on").label("affiliated_on"),
        )
        .select_from(
            home.outerjoin(
                lies, _is_settlement(place, lies, JsonText(home.c.body, "settlement_id"))
            )
        )
        .where(JsonText(home.c.body, "programme_state").in_(states))
    )


def _people(place: Place) -> sa.Select[Any]:
    member = _once(place, "member")
    own = sa.func.nullif(JsonText(member.c.body, "facility_id"), "")
    has_dni = sa.and_(
        JsonText(member.c.body, "document_kind") == "DNI",
        sa.func.trim(JsonText(member.c.body, "document_number")) != "",
    )
    return sa.select(
        member.c.id,
        member.c.household,
        homes.c.district,
        sa.func.coalesce(own, homes.c.facility).label("facility"),
        JsonText(member.c.body, "birth_date").label("birth"),
        JsonText(member.c.body, "left_on").label("left_on"),
        homes.c.affiliated_on,
        yes(has_dni).label("has_dni"),
    ).select_from(member.join(homes, homes.c.id == member.c.household))


def _visits(place: Place, since: str) -> sa.Select[Any]:
    visit, here = place.of_kind("visit")
    answer = pairs(visit.c.body, "answers")
    told = (
        sa.select(sa.func.max(yes(answer.c.value == "si")))
        .select_from(answer)
        .where(
            answer.c.key.like("member/%"),
            answer.c.key.endswith("/q/n_cuna", autoescape=True),
            answer.c.value.in_(("si", "no")),
        )
        .correlate(visit)
        .scalar_subquery()
    )
    day = JsonText(visit.c.body, "on")
    return sa.select(visit.c.household, day.label("day"), told.label("cuna_mas")).where(
        here, day >= since
    )


def _activities(place: Place, since: str) -> sa.Select[Any]:
    record, here = place.of_kind("field_record")
    answer = pairs(record.c.body, "answers")
    day = JsonText(record.c.body, "on")
    return (
        sa.select(answer.c.value.label("household"), day.label("day"))
        .select_from(record.join(answer, sa.true()))
        .where(
            here,
            JsonText(record.c.body, "form_id") == "actividad_grupal",
            day >= since,
            answer.c.key.endswith("/hogar", autoescape=True),
        )
        .distinct()
    )


def _answers(place: Place) -> sa.Select[Any]:
    form, here = place.of_kind("form_record")
    cell = pairs(form.c.body, "cells")
    said = []
    for column in ("/m1_cumple", "/m2_cumple"):
        length = sa.func.length(cell.c.key) - len(column)
        said.append((cell.c.key.endswith(column, autoescape=True), length))
    member = sa.func.substr(cell.c.key, 1, sa.case(*said))
    return (
        sa.select(
            member.label("member"),
            JsonText(form.c.body, "bimester").label("bimester"),
            cell.c.value.label("answer"),
        )
        .select_from(form.join(cell, sa.true()))
        .where(
            here,
            JsonText(form.c.body, "form_id").in_((SALUD02, SALUD03, EDUCATION)),
            JsonText(form.c.body, "state") == FormState.COMPLETE.value,
            sa.or_(*(ends for ends, _ in said)),
            cell.c.value.in_(("si", "no")),
        )
    )


def _surveys(place: Place, since: str) -> sa.Select[Any]:
    survey, here = place.of_kind("field_record")
    lies = _settlement()
    scores = []
    for name in SCORES:
        answer = JsonText(survey.c.body, "answers", name)
        scores.append(sa.case(*((answer == str(one), one) for one in range(1, 6)), else_=sa.null()))
    total = scores[0] + scores[1] + scores[2] + scores[3] + scores[4]
    day = JsonText(survey.c.body, "on")
    where = _is_settlement(place, lies, JsonText(survey.c.body, "answers", "centro_poblado"))
    return (
        sa.select(
            _known(JsonText(lies.c.body, "ubigeo")).label("district"),
            day.label("day"),
            total.label("score"),
        )
        .select_from(survey.outerjoin(lies, where))
        .where(here, JsonText(survey.c.body, "form_id") == "satisfaccion", day >= since)
    )


def _of_member(place: Place, kind: str, table: sa.Table) -> sa.Select[Any]:
    """The records of a kind that are about somebody; fields by the names of the table's columns."""
    record, here = place.of_kind(kind)
    columns: list[sa.ColumnElement[Any]] = [JsonText(record.c.body, "member_id").label("member")]
    for column in table.columns:
        if column.name == "body":
            columns.append(record.c.body)
        elif column.name != "member":
            read = JsonNumber if isinstance(column.type, sa.Double) else JsonText
            columns.append(read(record.c.body, column.name).label(column.name))
    return sa.select(*columns).where(here)


def _dni_days(place: Place) -> sa.Select[Any]:
    event, here = place.of_kind("service_event")
    columns: list[sa.ColumnElement[Any]] = [
        JsonText(event.c.body, "member_id").label("member"),
        JsonText(event.c.body, "on").label("day"),
    ]
    return sa.select(*columns).where(
        here,
        # Most services are others: their text is not read as JSON.
        event.c.body.contains('"DNI"', autoescape=True),
        JsonText(event.c.body, "service") == "DNI",
    )
