"""The tables of files of other systems."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, MetaData, String, Table, Text


def import_tables(metadata: MetaData) -> tuple[Table, Table, Table, Table, Table]:
    """Keys of people, imports, matches, their records, findings."""
    return (
        _lookup_keys(metadata),
        _imports(metadata),
        _external_matches(metadata),
        _external_records(metadata),
        _findings(metadata),
    )


def _lookup_keys(metadata: MetaData) -> Table:
    """Where a member or household is found without reading all of them: triggers on `records` keep
    it. `word` is ``DNI:98000003`` or ``hogar:0307-000001``; surnames as `fold` writes them. A key
    may outlive its record."""
    return Table(
        "lookup_keys",
        metadata,
        _text("kind", 40, key=True),
        _text("id", 64, key=True),
        _text("unit", 16),
        _text("word", 80),
        _text("birth", 10),
        _text("paternal", 80),
        _text("maternal", 80),
        Index("lookup_keys_word", "word"),
        Index("lookup_keys_paternal", "birth", "paternal"),
        Index("lookup_keys_maternal", "birth", "maternal"),
    )


def _imports(metadata: MetaData) -> Table:
    """Files of other systems. `state`: ``stored`` (its rows are here, the comparison is not written
    everywhere yet) or ``done``; `counts`: JSON, of records, matches and faults by code."""
    return Table(
        "imports",
        metadata,
        _text("id", 64, key=True),
        _text("source", 24),
        _long("file"),
        _text("digest", 64),
        _text("at", 40),
        _text("ordered_by", 64),
        _text("state", 16),
        _number("rows"),
        _number("rows_left_out"),
        _long("counts"),
        _text("finished_at", 40),
        Index("imports_at", "at"),
    )


def _external_matches(metadata: MetaData) -> Table:
    """Whose the rows of somebody are: `person` stands for all that a source says of who it means,
    so that one decision holds for all of them. `kind` and `about`: the member or household, empty
    while a person must decide; `said`: who is meant, as the file says; `suggestions`: JSON list
    (`imports.matches`)."""
    return Table(
        "external_matches",
        metadata,
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
        Index("external_matches_about", "about"),
        Index("external_matches_state", "state", "source"),
        Index("external_matches_document", "document"),
    )


def _external_records(metadata: MetaData) -> Table:
    """What other systems recorded of people of the register. `key` says what it is about, `content`
    all it says; `content_before`: the same before the import that said it last, empty for new;
    `body`: JSON list, of more than one where a file says several things about the same. No unit: a
    row is of whoever it is matched to, wherever that household lies today."""
    return Table(
        "external_records",
        metadata,
        _text("source", 24, key=True),
        _text("key", 64, key=True),
        _text("person", 64),
        _text("day", 10),
        _text("content", 64),
        _text("content_before", 64),
        _long("body"),
        _import(),
        Index("external_records_person", "source", "person"),
        Index("external_records_day", "source", "day"),
        Index("external_records_import", "import_id"),
    )


def _findings(metadata: MetaData) -> Table:
    """What the comparison found, of every class, confirmed ones too; laptops receive part of it as
    records of kind ``external_finding``. `body`: the fields of an `ExternalFinding`."""
    return Table(
        "findings",
        metadata,
        _text("unit", 16, key=True),
        _text("id", 64, key=True),
        _text("source", 24),
        _text("household", 64),
        _text("topic", 40),
        _text("outcome", 16),
        _long("body"),
        Index("findings_household", "unit", "household"),
        Index("findings_source", "source", "outcome", "topic"),
    )


def _text(name: str, size: int, *, key: bool = False) -> Column[str]:
    return Column(name, String(size), primary_key=key, nullable=False)


def _long(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


def _import() -> Column[str]:
    return Column("import_id", String(64), ForeignKey("imports.id"), nullable=False)
