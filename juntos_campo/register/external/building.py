"""Typed cells of one row to its record, with what must hold between the cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.register.external import problems
from juntos_campo.register.external.records import (
    CareStay,
    HealthService,
    Identity,
    LifeState,
    ListedChild,
    Payment,
    Person,
    Record,
    SchoolRecord,
)
from juntos_campo.register.layout import ATTENDANCE_MONTHS
from juntos_campo.register.rows import YES_NO, RowReader
from juntos_campo.register.schooling import LEVELS, PASSED

PER_STUDENT = frozenset(("TBS", "TAS"))
_STATES = {
    "VIVO": LifeState.ALIVE,
    "FALLECIDO": LifeState.DEAD,
    "CANCELADO": LifeState.CANCELLED,
}
_OWN_DOCUMENTS = (
    ("dni", DocumentKind.DNI),
    ("cui", DocumentKind.CUI),
    ("cnv", DocumentKind.CNV),
)


@dataclass(frozen=True, slots=True)
class Values:
    """The cells of a row by column, typed as their column says; None or empty: empty or faulty.

    Attributes:
        document: what ``tipo_documento`` and ``numero_documento`` say together.
    """

    cells: Mapping[str, Any]
    document: tuple[DocumentKind | None, str]

    def text(self, name: str) -> str:
        return str(self.cells.get(name) or "")

    def day(self, name: str) -> date | None:
        found = self.cells.get(name)
        return found if isinstance(found, date) else None

    def number(self, name: str) -> float | None:
        found = self.cells.get(name)
        return found if isinstance(found, (int, float)) else None


def build(
    kind: str, values: Values, row: int, reader: RowReader, today: date
) -> tuple[Record, ...]:
    """The records of a row (one, but for a code that reports several services).

    Whatever does not hold becomes a fault of `reader`; then nothing of the row is used.
    """
    person = _person(values)
    if kind != "payment" and not person.documents and not (person.is_named and person.birth):
        reader.fault(problems.NO_PERSON, "")
    _not_after(values.day("fecha_nacimiento"), today, "fecha_nacimiento", reader)
    make = _MAKERS[kind]
    built = make(values, person, row, reader, today)
    return () if any(not fault.is_warning for fault in reader.faults) else built


def _person(values: Values) -> Person:
    kind, number = values.document
    documents = [(kind, number)] if kind is not None and number else []
    documents += [(own, values.text(name)) for name, own in _OWN_DOCUMENTS if values.text(name)]
    sex = values.text("sexo")
    return Person(
        documents=tuple(documents),
        paternal=values.text("apellido_paterno"),
        maternal=values.text("apellido_materno"),
        given=values.text("nombres"),
        sex=Sex(sex) if sex else None,
        birth=values.day("fecha_nacimiento"),
        household_code=values.text("codigo_hogar").upper(),
        ubigeo=values.text("ubigeo"),
        mother=values.text("nombre_madre"),
        mother_document=values.text("dni_madre"),
    )


def _not_after(day: date | None, today: date, column: str, reader: RowReader) -> None:
    if day is not None and day > today:
        reader.fault(problems.FUTURE, column)


def _within_life(
    day: date | None, person: Person, today: date, column: str, reader: RowReader
) -> None:
    _not_after(day, today, column, reader)
    if day is not None and person.birth is not None and day < person.birth:
        reader.fault(problems.BEFORE_BIRTH, column)


def _service(
    values: Values, person: Person, row: int, reader: RowReader, today: date
) -> tuple[Record, ...]:
    on = values.day("fecha")
    _within_life(on, person, today, "fecha", reader)
    coded = values.cells.get("servicio")
    if on is None or coded is None:
        return ()
    code, services = coded
    return tuple(
        HealthService(
            row=row,
            person=person,
            code=code,
            service=service,
            on=on,
            number=int(values.number("numero") or 0),
            value=values.number("resultado") if service == "HB" else None,
            facility_code=values.text("codigo_eess"),
        )
        for service in services
    )


def _school_year(
    values: Values, person: Person, row: int, reader: RowReader, today: date
) -> tuple[Record, ...]:
    year = values.number("anio_escolar")
    enrolled = values.day("fecha_matricula")
    _within_life(enrolled, person, today, "fecha_matricula", reader)
    if year is None:
        return ()
    attendance = {
        f"{int(year)}-{month:02d}": share
        for month in ATTENDANCE_MONTHS
        if (share := values.number(f"asistencia_{month:02d}")) is not None
    }
    level = values.text("nivel_ie").lower()
    result = values.text("resultado").lower()
    top_third = values.text("tercio_superior").lower()
    record = SchoolRecord(
        row=row,
        person=person,
        year=int(year),
        school_code=values.text("codigo_ie"),
        level=LEVELS[level] if level else None,
        grade=int(values.number("grado") or 0),
        enrolled_on=enrolled,
        attendance=tuple(sorted(attendance.items())),
        passed=PASSED[result] if result else None,
        top_third=YES_NO[top_third] if top_third else None,
    )
    return (record,)


def _identity(
    values: Values, person: Person, row: int, reader: RowReader, today: date
) -> tuple[Record, ...]:
    died = values.day("fecha_fallecimiento")
    _within_life(died, person, today, "fecha_fallecimiento", reader)
    state = _STATES.get(values.text("estado"))
    if state is None:
        return ()
    if died is not None and state is not LifeState.DEAD:
        reader.fault(problems.DEATH_DISAGREES, "fecha_fallecimiento")
    return (Identity(row=row, person=person, state=state, died_on=died),)


def _child(
    values: Values, person: Person, row: int, _reader: RowReader, _today: date
) -> tuple[Record, ...]:
    return (
        ListedChild(
            row=row,
            person=person,
            address=values.text("direccion"),
            facility_code=values.text("codigo_eess"),
        ),
    )


def _care(
    values: Values, person: Person, row: int, reader: RowReader, today: date
) -> tuple[Record, ...]:
    since, until = values.day("fecha_ingreso"), values.day("fecha_salida")
    _within_life(since, person, today, "fecha_ingreso", reader)
    _not_after(until, today, "fecha_salida", reader)
    if since is None:
        return ()
    if until is not None and until < since:
        reader.fault(problems.LEFT_BEFORE_ENTRY, "fecha_salida")
    service = values.text("servicio")
    return (CareStay(row=row, person=person, service=service, since=since, until=until),)


def _payment(
    values: Values, person: Person, row: int, reader: RowReader, today: date
) -> tuple[Record, ...]:
    month = values.day("mes")
    _not_after(month, today, "mes", reader)
    transfer, state = values.text("transferencia"), values.text("estado")
    reason = values.text("motivo")
    if state == "PAGADO" and reason:
        reader.fault(problems.PAID_AND_REASON, "motivo")
    if transfer in PER_STUDENT and not person.documents:
        reader.fault(problems.STUDENT_MISSING, "numero_documento", transfer)
    if month is None:
        return ()
    return (
        Payment(
            row=row,
            person=person,
            household_code=person.household_code,
            transfer=transfer,
            month=month,
            paid=state == "PAGADO",
            amount=values.number("monto"),
            reason=reason,
        ),
    )


_MAKERS: Mapping[str, Callable[[Values, Person, int, RowReader, date], tuple[Record, ...]]] = {
    "service": _service,
    "school_year": _school_year,
    "identity": _identity,
    "child": _child,
    "care": _care,
    "payment": _payment,
}
