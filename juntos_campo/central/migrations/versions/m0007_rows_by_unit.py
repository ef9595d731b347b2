"""Rows that grow with the programme know their territorial unit; PostgreSQL keeps those of each apart.

No table can become a partitioned one: each is made anew, filled from the former and given its name.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEYS = {
    "records": ("kind", "id"),
    "record_versions": ("kind", "id", "version"),
    "operations": ("op_id",),
    "conflicts": ("partition", "seq"),
    "removals": ("partition", "seq"),
}
_HOMES = sa.text("kind = 'household'")
_PARTS = "juntos_units"


def upgrade() -> None:
    if _on_postgresql():
        op.execute(sa.text(f"CREATE SCHEMA IF NOT EXISTS {_PARTS}"))
    for name, key in _KEYS.items():
        _make_anew(name, ("unit", *key), with_unit=True)
    for name in ("records_feed", "records_household", "records_homes"):
        _records_index(name, "unit")
    _other_indexes()
    op.create_index("conflicts_id", "conflicts", ["unit", "conflict_id"], unique=True)


def downgrade() -> None:
    _keep_places_once()
    for name, key in _KEYS.items():
        _make_anew(name, key, with_unit=False)
    for name in ("records_feed", "records_household", "records_homes"):
        _records_index(name)
    _other_indexes()
    if _on_postgresql():
        op.execute(sa.text(f"DROP SCHEMA {_PARTS}"))


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _make_anew(name: str, key: tuple[str, ...], *, with_unit: bool) -> None:
    former = sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())
    kept = [column for column in former.columns if column.name != "unit"]
    columns = [
        sa.Column(
            one.name, one.type, nullable=one.nullable, server_default=_default(one.server_default)
        )
        for one in kept
    ]
    extra: list[sa.Constraint] = [
        sa.PrimaryKeyConstraint(*key, name=f"{name}_{'unit_' if with_unit else ''}key")
    ]
    if "partition" in former.columns:
        extra.append(sa.ForeignKeyConstraint(["partition"], ["partitions.name"]))
    if name == "conflicts" and not with_unit:
        extra.append(sa.UniqueConstraint("conflict_id"))
    unit = (
        [sa.Column("unit", sa.String(16), nullable=False, server_default="")] if with_unit else []
    )
    made = op.create_table(
        f"{name}_new",
        *unit,
        *columns,
        *extra,
        postgresql_partition_by="LIST (unit)" if with_unit else None,
    )
    if with_unit and _on_postgresql():
        rest = f"CREATE TABLE {_PARTS}.{name}_rest PARTITION OF {name}_new DEFAULT"
        op.execute(sa.text(rest))
        for code in op.get_bind().execute(sa.text("SELECT code FROM units")).scalars().all():
            own = f'{_PARTS}."{name}_{code.lower()}"'
            of_unit = f"PARTITION OF {name}_new FOR VALUES IN ('{code}')"
            op.execute(sa.text(f"CREATE TABLE {own} {of_unit}"))
    names = [one.name for one in kept]
    if with_unit:
        its_unit, source = _unit_of(former)
        wanted: list[sa.ColumnElement[Any]] = [*kept, its_unit]
        found = sa.select(*wanted).select_from(source)
        op.execute(sa.insert(made).from_select([*names, "unit"], found))
    else:
        op.execute(sa.insert(made).from_select(names, sa.select(*kept)))
    op.drop_table(name)
    op.rename_table(f"{name}_new", name)


def _unit_of(former: sa.Table) -> tuple[sa.ColumnElement[str], sa.FromClause]:
    """The unit of each row, and where it is read: a partition lies in one, a record in its own."""
    if "partition" in former.columns:
        lies = sa.table("partitions", sa.column("name"), sa.column("unit"))
        return lies.c.unit, former.join(lies, lies.c.name == former.c.partition)
    of_record = _records()
    joined = former.outerjoin(
        of_record, sa.and_(of_record.c.kind == former.c.kind, of_record.c.id == former.c.id)
    )
    return sa.func.coalesce(of_record.c.unit, ""), joined


def _keep_places_once() -> None:
    """A place that several units have becomes one again: what was said of it last counts."""
    connection, table = op.get_bind(), _records()
    several = (
        sa.select(table.c.kind, table.c.id)
        .group_by(table.c.kind, table.c.id)
        .having(sa.func.count() > 1)
        .subquery()
    )
    same = sa.and_(several.c.kind == table.c.kind, several.c.id == table.c.id)
    rows = connection.execute(
        sa.select(table).join(several, same).order_by(table.c.seq.desc(), table.c.unit)
    ).all()
    kept: set[tuple[str, str]] = set()
    for row in rows:
        if (row.kind, row.id) not in kept:
            kept.add((row.kind, row.id))
            continue
        for name in ("record_versions", "operations", "records"):
            one = sa.table(name, sa.column("unit"), sa.column("kind"), sa.column("id"))
            this = (one.c.unit == row.unit, one.c.kind == row.kind, one.c.id == row.id)
            connection.execute(sa.delete(one).where(*this))


def _records() -> sa.Table:
    texts = (sa.Column(name, sa.String()) for name in ("unit", "kind", "id"))
    return sa.Table("records", sa.MetaData(), *texts, sa.Column("seq", sa.BigInteger()))


def _default(found: sa.FetchedValue | None) -> sa.TextClause | None:
    return sa.text(str(found.arg)) if isinstance(found, sa.DefaultClause) else None


def _records_index(name: str, *first: str) -> None:
    columns = {
        "records_feed": ("partition", "seq"),
        "records_household": ("partition", "household"),
        "records_homes": ("partition", "id"),
    }[name]
    only = _HOMES if name == "records_homes" else None
    op.create_index(
        name,
        "records",
        [*first, *columns],
        unique=name == "records_feed",
        sqlite_where=only,
        postgresql_where=only,
    )


def _other_indexes() -> None:
    op.create_index("operations_record", "operations", ["kind", "id"])
    op.create_index("operations_device", "operations", ["device", "counter"])
    op.create_index("conflicts_record", "conflicts", ["kind", "id"])
    op.create_index("removals_record", "removals", ["kind", "id"])
