"""A register file (padrón) to entities, and everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from juntos_campo.domain.entities import (
    Entity,
    HealthFacility,
    Household,
    Member,
    Pregnancy,
    School,
    Settlement,
)
from juntos_campo.domain.errors import UserError
from juntos_campo.register import checks
from juntos_campo.register.entities import build
from juntos_campo.register.faults import Fault, FileReading
from juntos_campo.register.layout import REGISTER_COLUMNS
from juntos_campo.register.rows import HOUSEHOLD_COLUMNS, Row, RowReader
from juntos_campo.register.table import Table, open_table


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterFile(FileReading):
    """What a register file says.

    The entities are those of households without a single fault; a household with a faulty row is left
    out as a whole and its code stands in `left_out`.

    Attributes:
        rows: rows with data.
        household_count: households in the file, those left out included.
    """

    settlements: tuple[Settlement, ...] = ()
    facilities: tuple[HealthFacility, ...] = ()
    schools: tuple[School, ...] = ()
    households: tuple[Household, ...] = ()
    members: tuple[Member, ...] = ()
    pregnancies: tuple[Pregnancy, ...] = ()
    left_out: tuple[str, ...] = ()
    rows: int = 0
    household_count: int = 0

    def entities(self) -> Iterator[Entity]:
        """Every entity, what others point to first."""
        yield from self.settlements
        yield from self.facilities
        yield from self.schools
        yield from self.households
        yield from self.members
        yield from self.pregnancies


def read_register(path: Path, today: date) -> RegisterFile:
    """Read a register file; whatever is wrong is a fault in the result, nothing is raised.

    `today` decides what lies in the future and who is of age.
    """
    try:
        table = open_table(path, REGISTER_COLUMNS)
    except UserError as error:
        return RegisterFile(faults=(file_fault(error),))
    reader = RowReader(table, writes_check_digits(table))
    rows = []
    for number, cells in table.rows:
        reader.start(number, cells)
        rows.append(reader.register_row())
    households: dict[str, list[Row]] = {}
    for row in rows:
        checks.check_person(row, today)
        if row.household.code:
            households.setdefault(row.household.code, []).append(row)
    for members in households.values():
        checks.check_household(members, today)
    checks.check_persons_once(rows)
    checks.check_agreement(rows)
    left_out = tuple(code for code, members in households.items() if any(map(_is_faulty, members)))
    excluded = set(left_out)
    good = [members for code, members in households.items() if code not in excluded]
    built = build(good)
    faults = (
        *table.notes,
        *reader.restored_notes(),
        *_once_a_household(fault for row in rows for fault in row.faults),
    )
    return RegisterFile(
        settlements=built.settlements,
        facilities=built.facilities,
        schools=built.schools,
        households=built.households,
        members=built.members,
        pregnancies=built.pregnancies,
        faults=faults,
        left_out=left_out,
        rows=len(rows),
        household_count=len(households),
    )


def _once_a_household(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Every fault, but one repeated with the household's cells only on the first of its rows."""
    seen = set()
    for fault in faults:
        key = (fault.code, fault.column, fault.household, fault.value)
        if fault.column in HOUSEHOLD_COLUMNS and fault.household:
            if key in seen:
                continue
            seen.add(key)
        yield fault


def _is_faulty(row: Row) -> bool:
    return any(not fault.is_warning for fault in row.faults)


def file_fault(error: UserError) -> Fault:
    """The fault for a file that cannot be read at all."""
    known = {name: str(value) for name, value in error.values.items()}
    return Fault(
        error.problem,
        row=int(known.pop("row", "0")),
        column=known.pop("column", ""),
        value=known.pop("value", ""),
        details=known,
    )


def writes_check_digits(table: Table) -> bool:
    """The file writes DNI as nine plain digits, so that one of eight lost its leading zero.

    A number written ``96000001-9`` is text to Excel and loses nothing; it does not count.
    """
    return with_check_digits(table, (cells for _, cells in table.rows))


def with_check_digits(table: Table, rows: Iterable[list[str]]) -> bool:
    """`writes_check_digits` of rows that come one after another."""
    kind, number = table.positions.get("tipo_documento"), table.positions.get("numero_documento")
    nine = eight = 0
    for cells in rows:
        if kind is None or number is None:
            continue
        if max(kind, number) < len(cells) and cells[kind].strip().upper() in ("DNI", "CUI"):
            plain = cells[number].strip().removesuffix(".0")
            if plain.isdecimal():
                nine += len(plain) == 9
                eight += len(plain) == 8
    return nine > eight
