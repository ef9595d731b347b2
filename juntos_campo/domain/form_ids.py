"""Ids of the official forms, for who reads their records without the forms themselves."""

from __future__ import annotations

SALUD01 = "salud01"
SALUD02 = "salud02"
SALUD03 = "salud03"
EDUCATION = "educacion"
OFFICIAL = (SALUD01, SALUD02, SALUD03, EDUCATION)
"""In the order in which they are worked through."""

FORM_NAMES = {
    SALUD01: "Formato Salud 01",
    SALUD02: "Formato Salud 02",
    SALUD03: "Formato Salud 03",
    EDUCATION: "Verificación de educación",
}
"""Short names for titles and sentences (Spanish)."""

SHORT = {
    SALUD01: "Salud 01",
    SALUD02: "Salud 02",
    SALUD03: "Salud 03",
    EDUCATION: "Educación",
}
"""What people call them in a list (Spanish)."""
