"""The steps of the schema, one a file, in order. Steps import nothing of the project."""

from __future__ import annotations

from juntos_campo.store.migrations import (
    m0001_initial,
    m0002_school_years_and_packs,
    m0003_forms_and_attachments,
    m0004_sync_second_version,
    m0005_external_findings,
)

MIGRATION_SET = "campo"
MIGRATION_STEPS = (
    ("m0001_initial", m0001_initial.apply),
    ("m0002_school_years_and_packs", m0002_school_years_and_packs.apply),
    ("m0003_forms_and_attachments", m0003_forms_and_attachments.apply),
    ("m0004_sync_second_version", m0004_sync_second_version.apply),
    ("m0005_external_findings", m0005_external_findings.apply),
)

SCHEMA_NAMES = frozenset(name for name, _ in MIGRATION_STEPS)
"""What a database that is up to date has recorded."""
