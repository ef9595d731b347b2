"""Who is counted: households of the programme and the people who live in them, as tables of SQL.

The register holds what is true now, not what was true then: a closed period is counted over the
households and members of today (the sheets say so).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import sqlalchemy as sa
from sqlalchemy.sql.selectable import NamedFromClause

from juntos_campo.central.indicators.periods import Period
from juntos_campo.central.indicators.sql import json_text
from juntos_campo.central.indicators.tables import IndicatorTables
from juntos_campo.central.tables import records
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.norms.book import RuleBook

PARTITION = "in_partition"
"""Name of the parameter of every statement: a statement is made once and run for each partition."""

ONCE = "MATERIALIZED"
"""Both databases: read the JSON once and join what came out, else SQLite reads it for every pair."""

COUNTED_STATES = (ProgrammeState.ACTIVE, ProgrammeState.SUSPENDED)
"""States of a household that belongs to the programme; a suspended one is accompanied as well."""


@dataclass(frozen=True)
class Scope:
    """One period in one partition, which is the parameter `PARTITION` of every statement.

    Attributes:
        cut: the day everything is judged on; nothing dated later is seen.
        book: for the thresholds that are data.
    """

    period: Period
    cut: date
    book: RuleBook
    kept: IndicatorTables

    @property
    def first_day(self) -> str:
        return self.period.start.isoformat()

    @property
    def last_day(self) -> str:
        return self.cut.isoformat()

    def of_kind(self, kind: str) -> NamedFromClause:
        """The records of a kind, to be narrowed by `standing`."""
        return records.alias(f"r_{kind}")

    def standing(self, table: NamedFromClause, kind: str) -> sa.ColumnElement[bool]:
        """The record is of that kind, in the partition, and not deleted."""
        return sa.and_(
            table.c.kind == kind,
            table.c.partition == sa.bindparam(PARTITION),
            table.c.deleted.is_(False),
        )

    def of_members(self, kind: str) -> sa.CTE:
        """The records of a kind that are about somebody: partition, member, body."""
        table = self.of_kind(kind)
        return (
            sa.select(
                table.c.partition,
                json_text(table.c.body, "member_id").label("member"),
                table.c.body,
            )
            .where(self.standing(table, kind))
            .cte(f"of_{kind}")
            .prefix_with(ONCE)
        )

    def within(self, day: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
        """The day lies in the period, not after the cut."""
        return day.between(self.first_day, self.last_day)

    @cached_property
    def homes(self) -> sa.CTE:
        """Households of the programme: partition, id, district, facility, cse_expires."""
        home, place = self.of_kind("household"), records.alias("r_settlement")
        joined = sa.and_(
            place.c.kind == "settlement",
            place.c.id == json_text(home.c.body, "settlement_id"),
            place.c.deleted.is_(False),
        )
        affiliated = json_text(home.c.body, "affiliated_on")
        return (
            sa.select(
                home.c.partition,
                home.c.id,
                sa.func.coalesce(json_text(place.c.body, "ubigeo"), "").label("district"),
                sa.func.coalesce(json_text(place.c.body, "facility_id"), "").label("facility"),
                json_text(home.c.body, "cse_expires").label("cse_expires"),
            )
            .select_from(home.outerjoin(place, joined))
            .where(
                self.standing(home, "household"),
                json_text(home.c.body, "programme_state").in_(
                    [one.value for one in COUNTED_STATES]
                ),
                sa.or_(affiliated.is_(None), affiliated <= self.last_day),
            )
            .cte("homes")
            .prefix_with(ONCE)
        )

    @cached_property
    def people(self) -> sa.CTE:
        """Who lives in `homes` on the cut: partition, id, household, district, facility, birth, has_dni.

        The facility is the member's own, else that of the settlement.
        """
        homes, member = self.homes, self.of_kind("member")
        here = homes.c.id == member.c.household
        birth = json_text(member.c.body, "birth_date")
        left = json_text(member.c.body, "left_on")
        own = sa.func.nullif(json_text(member.c.body, "facility_id"), "")
        has_dni = sa.and_(
            json_text(member.c.body, "document_kind") == "DNI",
            sa.func.trim(json_text(member.c.body, "document_number")) != "",
        )
        return (
            sa.select(
                member.c.partition,
                member.c.id,
                member.c.household,
                homes.c.district,
                sa.func.coalesce(own, homes.c.facility).label("facility"),
                birth.label("birth"),
                sa.case((has_dni, 1), else_=0).label("has_dni"),
            )
            .select_from(member.join(homes, here))
            .where(
                self.standing(member, "member"),
                birth <= self.last_day,
                sa.or_(left.is_(None), left > self.last_day),
            )
            .cte("people")
            .prefix_with(ONCE)
        )
