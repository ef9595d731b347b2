"""Ids of the official forms, for who reads their records without the forms themselves."""

from __future__ import annotations

SALUD02 = "salud02"
