"""The schema, one named migration a file, in order. Migrations import nothing of the project."""

from __future__ import annotations

from sqlite_utils.migrations import Migrations

from juntos_campo.store.migrations import m0001_initial

_STEPS = (("m0001_initial", m0001_initial.apply),)

MIGRATIONS = Migrations("campo")
for _name, _apply in _STEPS:
    MIGRATIONS(name=_name)(_apply)

SCHEMA_NAMES = frozenset(name for name, _ in _STEPS)
