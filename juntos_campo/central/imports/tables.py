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
        Column("kind", String(40), primary_key=True),
        Column("id", String(64), primary_key=True),
        Column("unit", String(16), nullable=False),
        Column("word", String(80), nullable=False),
        Column("birth", String(10), nullable=False),
        Column("paternal", String(80), nullable=False),
        Column("maternal", String(80), nullable=False),
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
        Column("id", String(64), primary_key=True),
        Column("source", String(24), nullable=False),
        Column("file", Text, nullable=False),
        Column("digest", String(64), nullable=False),
        Column("at", String(40), nullable=False),
        Column("ordered_by", String(64), nullable=False),
        Column("state", String(16), nullable=False),
        Column("rows", BigInteger, nullable=False),
        Column("rows_left_out", BigInteger, nullable=False),
        Column("counts", Text, nullable=False),
        Column("finished_at", String(40), nullable=False),
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
        Column("source", String(24), primary_key=True),
        Column("person", String(64), primary_key=True),
        Column("state", String(24), nullable=False),
        Column("kind", String(40), nullable=False),
        Column("about", String(64), nullable=False),
        Column("document", String(80), nullable=False),
        Column("said", Text, nullable=False),
        Column("suggestions", Text, nullable=False),
        Column("decided_by", String(64), nullable=False),
        Column("decided_at", String(40), nullable=False),
        Column("import_id", String(64), ForeignKey("imports.id"), nullable=False),
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
        Column("source", String(24), primary_key=True),
        Column("key", String(64), primary_key=True),
        Column("person", String(64), nullable=False),
        Column("day", String(10), nullable=False),
        Column("content", String(64), nullable=False),
        Column("content_before", String(64), nullable=False),
        Column("body", Text, nullable=False),
        Column("import_id", String(64), ForeignKey("imports.id"), nullable=False),
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
        Column("unit", String(16), primary_key=True),
        Column("id", String(64), primary_key=True),
        Column("source", String(24), nullable=False),
        Column("household", String(64), nullable=False),
        Column("topic", String(40), nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("body", Text, nullable=False),
        Index("findings_household", "unit", "household"),
        Index("findings_source", "source", "outcome", "topic"),
    )
