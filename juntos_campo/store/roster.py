"""Nominal lists: who belongs to a health facility or school, and the official forms of a place."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from juntos_campo.domain.entities import FormRecord, Member, Pregnancy, SchoolYear
from juntos_campo.store.store import Store
from juntos_campo.wire.codec import from_json


def members_born(store: Store, first: date, last: date, facility_id: str = "") -> list[Member]:
    """Members born from `first` to `last`, both included; of one health facility, or of any.

    ISO dates in the generated column sort as dates do.
    """
    sql = "SELECT body FROM member WHERE NOT deleted AND birth_date BETWEEN ? AND ?"
    values = [first.isoformat(), last.isoformat()]
    if facility_id:
        sql += " AND facility_id = ?"
        values.append(facility_id)
    return [from_json(Member, row[0]) for row in store.rows(sql, values)]


def students_born(store: Store, first: date, last: date, school_id: str = "") -> list[Member]:
    """Members of that birth range whom the register has at one school, or at any."""
    sql = (
        "SELECT body FROM member WHERE NOT deleted AND birth_date BETWEEN ? AND ? "
        "AND json_extract(body, '$.school_id') "
    )
    values = [first.isoformat(), last.isoformat()]
    if school_id:
        sql += "= ?"
        values.append(school_id)
    else:
        sql += "> ''"
    return [from_json(Member, row[0]) for row in store.rows(sql, values)]


def school_years(store: Store, year: int, school_id: str = "") -> list[SchoolYear]:
    """The records of one school year, of one school or of all."""
    sql = "SELECT body FROM school_year WHERE NOT deleted AND json_extract(body, '$.year') = ?"
    values: list[str | int] = [year]
    if school_id:
        sql += " AND school_id = ?"
        values.append(school_id)
    return [from_json(SchoolYear, row[0]) for row in store.rows(sql, values)]


def pregnancies_until(store: Store, first: date) -> list[Pregnancy]:
    """Pregnancies that still run, or ended on `first` or later."""
    sql = (
        "SELECT body FROM pregnancy WHERE NOT deleted "
        "AND coalesce(json_extract(body, '$.ended_on'), '9999') >= ? ORDER BY rowid"
    )
    return [from_json(Pregnancy, row[0]) for row in store.rows(sql, (first.isoformat(),))]


def form_records(
    store: Store, form_id: str, *, place_id: str = "", bimester: str = ""
) -> list[FormRecord]:
    """Records of one official form, of a facility or school and of a bimester, or of any."""
    sql = "SELECT body FROM form_record WHERE NOT deleted"
    values: list[str] = []
    if place_id:
        sql += " AND (facility_id = ? OR school_id = ?)"
        values += [place_id, place_id]
    if bimester:
        sql += " AND bimester = ?"
        values.append(bimester)
    sql += " AND json_extract(body, '$.form_id') = ? ORDER BY rowid"
    return [from_json(FormRecord, row[0]) for row in store.rows(sql, (*values, form_id))]


def bimester_records(store: Store, bimester: str, place_ids: Collection[str]) -> list[FormRecord]:
    """Official forms of a bimester of these facilities and schools, in the order they came."""
    places = sorted(set(place_ids) - {""})
    marks = ",".join("?" * len(places))
    sql = (
        f"SELECT body FROM form_record WHERE NOT deleted AND bimester = ? "
        f"AND (facility_id IN ({marks}) OR school_id IN ({marks})) ORDER BY rowid"
    )
    return [from_json(FormRecord, row[0]) for row in store.rows(sql, (bimester, *places, *places))]
