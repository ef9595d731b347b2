"""Files of other systems, whose their rows are, what the comparison found; and keys to find people by.

The keys are kept by triggers: members are written by synchronisation, by loads of several kinds and when
units change, and none of these may forget them. They write when a row comes or changes. They do not when it
goes: rows go into another table of the same data when a unit is given its own.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_PLAIN = {"á": "a", "é": "e", "í": "i", "ó": "o", "ú": "u", "ü": "u", "ñ": "n"}
_COLUMNS = "kind, id, unit, word, birth, paternal, maternal"
_UPSERT = (
    "ON CONFLICT (kind, id) DO UPDATE SET unit = excluded.unit, word = excluded.word, "
    "birth = excluded.birth, paternal = excluded.paternal, maternal = excluded.maternal"
)
_KINDS = "('member', 'household')"


def upgrade() -> None:
    op.create_table(
        "lookup_keys",
        _text("kind", 40, key=True),
        _text("id", 64, key=True),
        _text("unit", 16),
        _text("word", 80),
        _text("birth", 10),
        _text("paternal", 80),
        _text("maternal", 80),
    )
    _make_imports()
    run = op.get_bind().exec_driver_sql
    run(
        f"INSERT INTO lookup_keys ({_COLUMNS}) SELECT {_values('records')} FROM records "  # noqa: S608 - no values
        f"WHERE kind IN {_KINDS}"
    )
    for name, *columns in (
        ("word", "word"),
        ("paternal", "birth", "paternal"),
        ("maternal", "birth", "maternal"),
    ):
        op.create_index(f"lookup_keys_{name}", "lookup_keys", columns)
    for statement in _triggers():
        run(statement)


def downgrade() -> None:
    run = op.get_bind().exec_driver_sql
    if _on_postgresql():
        run("DROP TRIGGER records_lookup ON records")
        run("DROP FUNCTION keep_lookup_keys()")
    else:
        run("DROP TRIGGER records_lookup_new")
        run("DROP TRIGGER records_lookup_changed")
    for name in ("findings", "external_records", "external_matches", "imports", "lookup_keys"):
        op.drop_table(name)


def _make_imports() -> None:
    op.create_table(
        "imports",
        _text("id", 64, key=True),
        _text("source", 24),
        _long("file"),
        _text("digest", 64),
        _text("at", 40),
        _text("ordered_by", 64),
        _text("state", 16),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("rows_left_out", sa.BigInteger, nullable=False),
        _long("counts"),
        _text("finished_at", 40),
    )
    op.create_index("imports_at", "imports", ["at"])
    op.create_table(
        "external_matches",
        _text("source", 24, key=True),
        _text("person", 64, key=True),
        _text("state", 24),
        _text("kind", 40),
        _text("about", 64),
        _text("document", 80),
        _long("said"),
        _long("suggestions"),
        _text("decided_by", 64),
        _text("decided_at", 40),
        _import(),
    )
    op.create_index("external_matches_about", "external_matches", ["about"])
    op.create_index("external_matches_state", "external_matches", ["state", "source"])
    op.create_index("external_matches_document", "external_matches", ["document"])
    op.create_table(
        "external_records",
        _text("source", 24, key=True),
        _text("key", 64, key=True),
        _text("person", 64),
        _text("day", 10),
        _text("content", 64),
        _text("content_before", 64),
        _long("body"),
        _import(),
    )
    op.create_index("external_records_person", "external_records", ["source", "person"])
    op.create_index("external_records_day", "external_records", ["source", "day"])
    op.create_index("external_records_import", "external_records", ["import_id"])
    op.create_table(
        "findings",
        _text("unit", 16, key=True),
        _text("id", 64, key=True),
        _text("source", 24),
        _text("household", 64),
        _text("topic", 40),
        _text("outcome", 16),
        _long("body"),
    )
    op.create_index("findings_household", "findings", ["unit", "household"])
    op.create_index("findings_source", "findings", ["source", "outcome", "topic"])


def _text(name: str, size: int, *, key: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(size), primary_key=key, nullable=False)


def _long(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def _import() -> sa.Column[str]:
    return sa.Column("import_id", sa.String(64), sa.ForeignKey("imports.id"), nullable=False)


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def _values(row: str) -> str:
    """The columns of a key, of the row of `records` of this name."""

    def said(name: str) -> str:
        if _on_postgresql():
            return f"coalesce(CAST({row}.body AS jsonb) ->> '{name}', '')"
        return f"coalesce(json_extract({row}.body, '$.{name}'), '')"

    def folded(name: str) -> str:
        text = said(name)
        for accented, plain in _PLAIN.items():
            text = f"replace(replace({text}, '{accented}', '{plain}'), '{accented.upper()}', '{plain}')"
        return f"substr(lower({text}), 1, 80)"

    family = f"CASE {said('document_kind')} WHEN 'CUI' THEN 'DNI' ELSE {said('document_kind')} END"
    word = (
        f"CASE WHEN {row}.kind = 'household' THEN 'hogar:' || {said('code')} "
        f"WHEN {said('document_number')} = '' THEN '' "
        f"ELSE {family} || ':' || {said('document_number')} END"
    )
    return (
        f"{row}.kind, {row}.id, {row}.unit, substr({word}, 1, 80), substr({said('birth_date')}, 1, 10), "
        f"{folded('paternal')}, {folded('maternal')}"
    )


def _triggers() -> list[str]:
    kept = f"INSERT INTO lookup_keys ({_COLUMNS}) VALUES ({_values('NEW')}) {_UPSERT};"  # noqa: S608 - no values
    when = f"WHEN (NEW.kind IN {_KINDS})"
    if _on_postgresql():
        return [
            "CREATE FUNCTION keep_lookup_keys() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {kept} RETURN NULL; END $$",
            "CREATE TRIGGER records_lookup AFTER INSERT OR UPDATE OF body, unit ON records "
            f"FOR EACH ROW {when} EXECUTE FUNCTION keep_lookup_keys()",
        ]
    return [
        f"CREATE TRIGGER records_lookup_new AFTER INSERT ON records {when} BEGIN {kept} END",
        "CREATE TRIGGER records_lookup_changed AFTER UPDATE OF body, unit ON records "
        f"{when} BEGIN {kept} END",
    ]
