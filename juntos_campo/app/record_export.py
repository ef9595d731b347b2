"""Closed records of one form as a file: Excel, CSV, or XForm instances with their attachments.

A form's versions have different questions: each gets tables of its own, in the file's order of versions.
CSV holds the records alone, of the newest version there is; rows of repeats need Excel.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO

from juntos_campo.app.field_records import form_of_record
from juntos_campo.app.record_forms import made_with
from juntos_campo.app.session import Session
from juntos_campo.domain.entities import FieldRecord, HealthFacility, Household, School, Settlement
from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.form_engine.instance_xml import write_instance
from juntos_campo.form_engine.question_types.media import AttachmentType
from juntos_campo.form_engine.record_tables import RecordTable, TableRecord, record_tables
from juntos_campo.form_engine.versions import version_order
from juntos_campo.register.spreadsheet import Sheet, csv_bytes, xlsx_bytes
from juntos_campo.store.attachments import get_attachment

SUFFIXES = (".xlsx", ".csv", ".zip")
_WIDEST_TITLE = 31
"""Letters Excel allows in the name of a sheet."""
_STILL = (1980, 1, 1, 0, 0, 0)
"""The time of every file in an archive: the same records give the same bytes."""
_NOTHING = Sheet("registros", ("registro",), ())


def export_records(session: Session, record_ids: Iterable[str], suffix: str) -> bytes:
    """Closed records of one form as a file; confidential ones of others are left out.

    Args:
        suffix: one of `SUFFIXES`; ``.zip`` holds one XForm instance a record.

    Raises:
        UserError: RCD-009 a record was made with a version of the form this laptop has not got.
    """
    records = [
        one
        for one in session.store.get_many(FieldRecord, record_ids).values()
        if not one.confidential or one.field_worker == session.user.name
    ]
    records.sort(key=lambda one: (one.on, one.id))
    if suffix == ".xlsx":
        return xlsx_bytes(_sheets(session, records))
    if suffix == ".csv":
        return csv_bytes(_records_sheet(session, records))
    if suffix == ".zip":
        return _instances(session, records)
    raise ProgrammingError(f"no export as {suffix!r}")


def _sheets(session: Session, records: Sequence[FieldRecord]) -> list[Sheet]:
    """The tables of every version, the newest version first; without records one empty sheet."""
    sheets: list[Sheet] = []
    for version, tables in _versions(session, records):
        for table in tables:
            sheets.append(_sheet(table, f" {version}" if sheets else "", sheets))
    return sheets or [_NOTHING]


def _records_sheet(session: Session, records: Sequence[FieldRecord]) -> Sheet:
    """Every record in one table, whatever its version: the columns of all of them."""
    mains = [tables[0] for _, tables in _versions(session, records)]
    if not mains:
        return _NOTHING
    header = tuple(dict.fromkeys(column for one in mains for column in one.header))
    rows = []
    for one in mains:
        for row in one.rows:
            cells = dict(zip(one.header, row, strict=True))
            rows.append(tuple(cells.get(column, "") for column in header))
    return Sheet(mains[0].title, header, tuple(rows))


def _versions(
    session: Session, records: Sequence[FieldRecord]
) -> Iterator[tuple[str, Sequence[RecordTable]]]:
    """The tables of the records of each version, the newest first; the first table is the records'."""
    by_version: dict[tuple[str, str], list[FieldRecord]] = {}
    for record in records:
        by_version.setdefault((record.form_id, record.form_version), []).append(record)
    places = _places(session, records)
    for form_id, version in sorted(by_version, key=lambda one: version_order(one[1]), reverse=True):
        definition = made_with(session, form_id, version)
        listed = [
            TableRecord(
                one.id,
                one.answers,
                {"fecha": one.on.isoformat(), "sobre": places[one.id], "gestor": one.field_worker},
            )
            for one in by_version[form_id, version]
        ]
        yield version, record_tables(definition, listed, labels=definition.languages[0])


def _sheet(table: RecordTable, ending: str, before: Sequence[Sheet]) -> Sheet:
    """A table under a name no sheet before it has."""
    title, number = table.title, 1
    while title in {one.title for one in before}:
        tail = f"{ending} {number}" if number > 1 else ending or f" {number}"
        title = table.title[: _WIDEST_TITLE - len(tail)] + tail
        number += 1
    return Sheet(title, table.header, table.rows)


def _places(session: Session, records: Sequence[FieldRecord]) -> dict[str, str]:
    """Record id -> what it is about, by its code and without anybody's name."""
    store = session.store
    households = store.get_many(Household, (one.household_id for one in records))
    facilities = store.get_many(HealthFacility, (one.facility_id for one in records))
    schools = store.get_many(School, (one.school_id for one in records))
    settlements = store.get_many(Settlement, (one.settlement_id for one in records))
    found: dict[str, str] = {}
    for one in records:
        household = households.get(one.household_id)
        place = (
            facilities.get(one.facility_id)
            or schools.get(one.school_id)
            or settlements.get(one.settlement_id)
        )
        found[one.id] = household.code if household else place.name if place else ""
    return found


def _instances(session: Session, records: Sequence[FieldRecord]) -> bytes:
    data = BytesIO()
    written: set[str] = set()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: bytes) -> None:
            if name not in written:
                written.add(name)
                archive.writestr(zipfile.ZipInfo(name, _STILL), content)

        for record in records:
            form = form_of_record(session, record)
            xml = write_instance(
                form.definition,
                record.answers,
                instance_id=record.id,
                instance_name=record.title,
                started=record.started_at.isoformat() if record.started_at else "",
                ended=record.closed_at.isoformat() if record.closed_at else "",
            )
            put(f"{record.form_id}/{record.id}.xml", xml)
            for address, answer in form.answers().items():
                if not isinstance(form.question(address).type, AttachmentType):
                    continue
                found = get_attachment(session.store, str(answer))
                if found is not None:
                    put(f"{record.form_id}/{found.id}", found.data)
    return data.getvalue()
