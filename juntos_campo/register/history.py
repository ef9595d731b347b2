"""A file of services received (historial, as the health system reports them) to service events."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from juntos_campo.domain.entities import Member, Pregnancy, ServiceEvent
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.services import SERVICES, ServiceGroup
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.register import cells, problems
from juntos_campo.register.entities import facility_id
from juntos_campo.register.faults import Fault, FileReading
from juntos_campo.register.layout import HISTORY_COLUMNS
from juntos_campo.register.reader import file_fault, writes_check_digits
from juntos_campo.register.rows import RowReader
from juntos_campo.register.table import open_table

# The school system reports in a file of its own (`schooling`), with a percentage instead of a day.
CODES = {
    fold(code): code
    for code, service in SERVICES.items()
    if service.group is not ServiceGroup.EDUCATION
}
LONGEST_PREGNANCY = timedelta(days=308)


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFile(FileReading):
    """What a history file says. A faulty row is left out by itself.

    Attributes:
        rows: rows with data.
        rows_left_out: rows with an error.
    """

    events: tuple[ServiceEvent, ...] = ()
    rows: int = 0
    rows_left_out: int = 0


class People:
    """Finds a member by document, or by household, given names and birth date."""

    def __init__(self, members: Iterable[Member], pregnancies: Iterable[Pregnancy]) -> None:
        self._by_document: dict[tuple[str, str], Member] = {}
        self._by_name: dict[tuple[str, str, date], Member] = {}
        for member in members:
            if member.document_number:
                key = (_family(member.document_kind), member.document_number)
                self._by_document[key] = member
            name = (member.household_id, fold(member.given), member.birth_date)
            self._by_name[name] = member
        self._pregnancies: dict[str, list[Pregnancy]] = {}
        for pregnancy in pregnancies:
            self._pregnancies.setdefault(pregnancy.member_id, []).append(pregnancy)

    def find(
        self, household_id: str, kind: DocumentKind, number: str, given: str, birth: date
    ) -> Member | None:
        """By document first; by name also when the document has changed since (CNV, then DNI)."""
        if found := self.with_document(kind, number):
            return found
        return self._by_name.get((household_id, fold(given), birth)) if given else None

    def with_document(self, kind: DocumentKind, number: str) -> Member | None:
        """By document alone; CUI and DNI are one number."""
        return self._by_document.get((_family(kind), number)) if number else None

    def pregnancy_at(self, member: Member, on: date) -> str:
        """Id of the pregnancy in course on that day; empty when none is known."""
        for pregnancy in self._pregnancies.get(member.id, ()):
            start = pregnancy.last_period
            if start is None and pregnancy.due_date_ultrasound is not None:
                start = pregnancy.due_date_ultrasound - timedelta(days=280)
            last = pregnancy.ended_on or (start + LONGEST_PREGNANCY if start else None)
            if start and last and start <= on <= last:
                return pregnancy.id
        return ""


def _family(kind: DocumentKind) -> str:
    """A child's CUI becomes the number of its DNI."""
    return DocumentKind.DNI if kind is DocumentKind.CUI else kind


def read_history(
    path: Path,
    members: Iterable[Member],
    today: date,
    pregnancies: Iterable[Pregnancy] = (),
    skip: Collection[str] = (),
) -> HistoryFile:
    """Read services received by `members`; whatever is wrong is a fault in the result.

    Prenatal services, and haemoglobin measured during one of `pregnancies`, are tied to it. Rows of the
    households `skip` (codes that the register left out) are left out without a fault of their own.
    """
    try:
        table = open_table(path, HISTORY_COLUMNS)
    except UserError as error:
        return HistoryFile(faults=(file_fault(error),))
    reader = RowReader(table, writes_check_digits(table))
    people = People(members, pregnancies)
    found = services_in(reader, table.rows, people, today, frozenset(skip))
    return replace(found, faults=(*table.notes, *reader.restored_notes(), *found.faults))


def services_in(
    reader: RowReader,
    rows: Iterable[tuple[int, list[str]]],
    people: People,
    today: date,
    skip: Collection[str],
) -> HistoryFile:
    """`read_history` of numbered rows; the faults are those of the rows alone."""
    events: dict[str, tuple[ServiceEvent, int]] = {}
    faults: list[Fault] = []
    count = left_out = 0
    for number, values in rows:
        count += 1
        reader.start(number, values)
        if reader.household_code in skip:
            left_out += 1
            continue
        event = _event(reader, people, today)
        found = reader.faults
        if event is not None and not found:
            _, other = events.setdefault(event.id, (event, number))
            if other != number:
                reader.fault(problems.SERVICE_TWICE, "servicio", other=str(other))
        left_out += event is None or any(not fault.is_warning for fault in found)
        faults += reader.faults
    return HistoryFile(
        events=tuple(event for event, _ in events.values()),
        faults=tuple(faults),
        rows=count,
        rows_left_out=left_out,
    )


def _event(reader: RowReader, people: People, today: date) -> ServiceEvent | None:
    """The event of the row begun; None when a cell it needs is faulty."""
    kind, number = reader.document()
    birth = reader.day("fecha_nacimiento")
    code = reader.text("servicio")
    service = CODES.get(cells.folded(code), "")
    if code and not service:
        reader.fault(problems.UNKNOWN_SERVICE, "servicio", allowed=", ".join(CODES.values()))
    on = reader.day("fecha")
    dose = reader.whole("numero", 0, 40, "controles o dosis")
    value = reader.read("valor", lambda cell: cells.decimal(cell, 2, 25, "g/dL"))
    weight = reader.read("peso_kg", lambda cell: cells.decimal(cell, 0.3, 200, "kg"))
    height = reader.read("talla_cm", lambda cell: cells.decimal(cell, 20, 220, "cm"))
    facility = reader.code("codigo_eess", 8, problems.BAD_FACILITY_CODE)
    if on is not None and on > today:
        reader.fault(problems.SERVICE_IN_FUTURE, "fecha")
    if on is not None and birth is not None and on < birth:
        reader.fault(problems.SERVICE_BEFORE_BIRTH, "fecha")
    if reader.faults or kind is None or birth is None or on is None:
        return None
    household = reader.household_id()
    member = people.find(household, kind, number, reader.text("nombres"), birth)
    if member is None:
        reader.fault(problems.UNKNOWN_PERSON, "numero_documento")
        return None
    prenatal = SERVICES[service].group is ServiceGroup.PRENATAL
    if prenatal and member.sex is Sex.MALE:
        reader.fault(problems.PRENATAL_FOR_MAN, "servicio")
        return None
    pregnancy = people.pregnancy_at(member, on) if prenatal or service == "HB" else ""
    return ServiceEvent(
        id=event_id(member.id, service, on, dose or 0),
        household_id=member.household_id,
        member_id=member.id,
        service=service,
        on=on,
        number=dose or 0,
        value=value,
        weight_kg=weight,
        height_cm=height,
        facility_id=facility_id(facility),
        pregnancy_id=pregnancy,
    )


def event_id(member: str, service: str, on: date, number: int) -> str:
    """The id of a service the health system reports, the same on every machine."""
    return derived_id("service_event", member, service, on.isoformat(), str(number))
