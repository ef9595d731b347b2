"""Who receives which places of a unit: those that the records of his partition name, and their facilities."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_NAMED_BY = {
    ("settlement", "settlement_id"): ("household", "field_record"),
    ("health_facility", "facility_id"): (
        *("member", "pregnancy", "service_event"),
        *("form_record", "form_handling", "field_record"),
    ),
    ("school", "school_id"): (
        *("member", "school_year"),
        *("form_record", "form_handling", "field_record"),
    ),
}

_INTO = "INSERT INTO place_readers (unit, partition, kind, id)"


def upgrade() -> None:
    op.create_table(
        "place_readers",
        sa.Column("unit", sa.String(16), primary_key=True),
        sa.Column("partition", sa.String(80), primary_key=True),
        sa.Column("kind", sa.String(40), primary_key=True),
        sa.Column("id", sa.String(64), primary_key=True),
    )
    op.create_index("place_readers_place", "place_readers", ["unit", "kind", "id"])
    for (kind, field), kinds in _NAMED_BY.items():
        _note(kind, field, kinds)
    facility = _said("village", "facility_id")
    op.execute(
        f"{_INTO} SELECT DISTINCT known.unit, known.partition, 'health_facility', facility.id "  # noqa: S608 - no values
        "FROM place_readers AS known "
        "JOIN records AS village ON village.unit = known.unit AND village.kind = 'settlement' "
        "AND village.id = known.id "
        "JOIN records AS facility ON facility.unit = known.unit "
        f"AND facility.kind = 'health_facility' AND facility.id = {facility} "
        "LEFT JOIN place_readers AS noted ON noted.unit = known.unit "
        "AND noted.partition = known.partition AND noted.kind = 'health_facility' "
        "AND noted.id = facility.id "
        "WHERE known.kind = 'settlement' AND noted.id IS NULL"
    )
    named = _said("home", "settlement_id")
    op.execute(
        f"{_INTO} SELECT DISTINCT home.unit, home.partition, 'health_facility', facility.id "  # noqa: S608 - no values
        "FROM records AS home "
        "JOIN records AS village ON village.unit = '' AND village.kind = 'settlement' "
        f"AND village.id = {named} "
        "JOIN records AS facility ON facility.unit = home.unit "
        f"AND facility.kind = 'health_facility' AND facility.id = {facility} "
        "LEFT JOIN place_readers AS noted ON noted.unit = home.unit "
        "AND noted.partition = home.partition AND noted.kind = 'health_facility' "
        "AND noted.id = facility.id "
        "WHERE home.kind = 'household' AND home.unit <> '' AND noted.id IS NULL"
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ANALYZE place_readers")


def downgrade() -> None:
    op.drop_table("place_readers")


def _note(kind: str, field: str, kinds: tuple[str, ...]) -> None:
    named = _said("one", field)
    among = ", ".join(f"'{name}'" for name in kinds)
    op.execute(
        f"{_INTO} SELECT named.unit, named.partition, '{kind}', named.place FROM ("  # noqa: S608 - no values
        f"SELECT DISTINCT one.unit, one.partition, {named} AS place FROM records AS one "
        f"WHERE one.unit <> '' AND one.partition <> 'ref' AND one.kind IN ({among})) AS named "
        f"JOIN records AS there ON there.unit = named.unit AND there.kind = '{kind}' "
        "AND there.id = named.place"
    )


def _said(row: str, field: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        return f"CAST({row}.body AS json) ->> '{field}'"
    return f"json_extract({row}.body, '$.{field}')"
