"""One row of a register file: its cells to typed values, with a fault for every cell that says none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from juntos_campo.domain.errors import Problem
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import (
    Cse,
    DocumentKind,
    PregnancyOutcome,
    ProgrammeState,
    Relationship,
    Sex,
)
from juntos_campo.register import cells, problems
from juntos_campo.register.faults import Fault
from juntos_campo.register.layout import REGISTER_COLUMNS, household_key
from juntos_campo.register.table import Table
from juntos_campo.register.territory import districts

T = TypeVar("T")

STATES = {
    "abonado": ProgrammeState.ACTIVE,
    "suspendido": ProgrammeState.SUSPENDED,
    "desafiliado": ProgrammeState.DISAFFILIATED,
    "en afiliacion": ProgrammeState.IN_AFFILIATION,
}
CLASSES = {"pobre extremo": Cse.EXTREME_POOR, "pobre": Cse.POOR, "no pobre": Cse.NOT_POOR}
DOCUMENTS = {
    "dni": DocumentKind.DNI,
    "cui": DocumentKind.CUI,
    "cnv": DocumentKind.CNV,
    "sin documento": DocumentKind.NONE,
}
RELATIONSHIPS = {
    "titular": Relationship.HOLDER,
    "conyuge": Relationship.PARTNER,
    "hijo": Relationship.CHILD,
    "nieto": Relationship.GRANDCHILD,
    "padre": Relationship.PARENT,
    "hermano": Relationship.SIBLING,
    "otro": Relationship.OTHER,
}
SEXES = {"f": Sex.FEMALE, "m": Sex.MALE}
LEVELS = {"inicial": "INICIAL", "primaria": "PRIMARIA", "secundaria": "SECUNDARIA"}
OUTCOMES = {"nacimiento": PregnancyOutcome.BIRTH, "perdida": PregnancyOutcome.LOSS}
YES_NO = {"si": True, "no": False}
SETTLEMENT_FLAGS = ("VRAEM", "FRONTERA", "CIAP", "INDIGENA")
FLAGS = {fold(flag): flag for flag in (*SETTLEMENT_FLAGS, "CUNA MAS")}

HOUSEHOLD_COLUMNS = tuple(
    column.name
    for column in REGISTER_COLUMNS[
        : next(i for i, column in enumerate(REGISTER_COLUMNS) if column.name == "tipo_documento")
    ]
)
"""The columns that every row of a household repeats, `codigo_hogar` first."""


@dataclass(frozen=True, slots=True)
class HouseholdCells:
    """What a row says about its household."""

    code: str
    field_worker: str
    state: ProgrammeState | None
    affiliated_on: date | None
    cse: Cse | None
    cse_expires: date | None
    ubigeo: str
    settlement: str
    altitude_m: int | None
    walk_minutes: int | None
    address: str
    reference: str
    phone: str
    language: str
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PersonCells:
    """What a row says about its person; None or empty where the cell is empty or faulty."""

    document_kind: DocumentKind | None
    document_number: str
    paternal: str
    maternal: str
    given: str
    sex: Sex | None
    birth: date | None
    relationship: Relationship | None
    facility_code: str
    facility: tuple[str, str, str, str]
    school_code: str
    school: tuple[str, str]
    grade: str
    birth_weight_g: int | None
    gestation_weeks: int | None
    pregnant: bool
    last_period: date | None
    due_date_ultrasound: date | None
    captured_on: date | None
    ended_on: date | None
    outcome: PregnancyOutcome | None


@dataclass(slots=True)
class Row:
    """A row read. `facility` is name, category, micro network and network; `school` name and level."""

    number: int
    raw: Mapping[str, str]
    household: HouseholdCells
    person: PersonCells
    faults: list[Fault]


@dataclass(slots=True)
class RowReader:
    """Reads the cells of one row after another and gathers what is wrong.

    Attributes:
        restored: column -> (cells whose leading zeros were put back, first row).
        dni_with_check: the file writes DNI with their check digit.
    """

    table: Table
    dni_with_check: bool = False
    restored: dict[str, tuple[int, int]] = field(default_factory=dict)
    _row: int = 0
    _code: str = ""
    _cells: dict[str, str] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)

    def start(self, number: int, values: list[str]) -> None:
        """Begin a row: clean every cell, check the required ones."""
        self._row, self._faults = number, []
        width = len(values)
        if width > self.table.width and any(value.strip() for value in values[self.table.width :]):
            self.fault(
                problems.TOO_MANY_CELLS, "", "", cells=str(width), columns=str(self.table.width)
            )
        self._cells = {}
        for name, position in self.table.positions.items():
            raw = values[position] if position < width else ""
            if not raw:
                continue
            try:
                clean = cells.text(raw)
            except cells.CellError as error:
                self._fail(error, name, raw)
                continue
            if clean:
                self._cells[name] = clean
        self._code = self._cells.get("codigo_hogar", "").upper()
        for name in self.table.required:
            if name not in self._cells and all(fault.column != name for fault in self._faults):
                self.fault(problems.EMPTY_CELL, name)

    def fault(self, problem: Problem, column: str, value: str = "", **details: str) -> None:
        shown = value or self._cells.get(column, "")
        self._faults.append(Fault(problem, self._row, column, shown, self._code, details))

    def _fail(self, error: cells.CellError, column: str, value: str) -> None:
        self._faults.append(
            Fault(error.problem, self._row, column, value.strip()[:80], self._code, error.details)
        )

    def read(self, column: str, parse: Callable[[str], T]) -> T | None:
        """The parsed cell; None when empty or faulty."""
        cell = self._cells.get(column)
        if cell is None:
            return None
        try:
            return parse(cell)
        except cells.CellError as error:
            self._fail(error, column, cell)
            return None

    def text(self, column: str) -> str:
        return self._cells.get(column, "")

    def day(self, column: str) -> date | None:
        return self.read(column, cells.day)

    def whole(self, column: str, low: int, high: int, unit: str) -> int | None:
        return self.read(column, lambda cell: cells.whole(cell, low, high, unit))

    def choice(self, column: str, values: Mapping[str, T]) -> T | None:
        return self.read(column, lambda cell: cells.choice(cell, values))

    def code(self, column: str, length: int, problem: Problem, least: int = 1) -> str:
        """A code of fixed length; zeros that Excel dropped are put back and counted."""
        found = self.read(column, lambda cell: cells.digits(cell, length, problem, least))
        if found is None:
            return ""
        if found[1]:
            self.count_restored(column)
        return found[0]

    def count_restored(self, column: str) -> None:
        count, first = self.restored.get(column, (0, self._row))
        self.restored[column] = (count + 1, first)

    def document(
        self, kinds: Mapping[str, DocumentKind] = DOCUMENTS
    ) -> tuple[DocumentKind | None, str]:
        """Kind and number of the identity document; `kinds` by their folded spellings."""
        kind = self.choice("tipo_documento", kinds)
        cell = self._cells.get("numero_documento", "")
        if kind is DocumentKind.NONE:
            if cell:
                self.fault(problems.NUMBER_WITHOUT_DOCUMENT, "numero_documento")
            return kind, ""
        if kind is None:
            return None, ""
        if not cell:
            if not any(fault.column == "numero_documento" for fault in self._faults):
                self.fault(problems.DOCUMENT_WITHOUT_NUMBER, "numero_documento", kind=kind.value)
            return kind, ""
        if kind is DocumentKind.CNV:
            return kind, self.read("numero_documento", cells.cnv) or ""
        with_check = self.dni_with_check
        found = self.read("numero_documento", lambda text: cells.dni(text, with_check))
        if found is None:
            return kind, ""
        if found[1]:
            self.count_restored("numero_documento")
        return kind, found[0]

    @property
    def faults(self) -> list[Fault]:
        """Faults of the row begun."""
        return self._faults

    @property
    def household_code(self) -> str:
        """Code of the household the row begun names, upper case."""
        return self._code

    def household_id(self) -> str:
        """Id of the household the row names."""
        return derived_id("household", *household_key(self._code))

    def register_row(self) -> Row:
        """The row begun with `start`, as a register row."""
        household, person = self._household(), self._person()
        return Row(self._row, self._cells, household, person, self._faults)

    def _household(self) -> HouseholdCells:
        ubigeo = self.code("ubigeo", 6, problems.UBIGEO_FORM, least=5)
        if ubigeo and ubigeo not in districts():
            self.fault(problems.UBIGEO_UNKNOWN, "ubigeo")
        return HouseholdCells(
            code=self._code,
            field_worker=self.text("gestor").casefold(),
            state=self.choice("estado_hogar", STATES),
            affiliated_on=self.day("fecha_afiliacion"),
            cse=self.choice("cse", CLASSES),
            cse_expires=self.day("cse_vence"),
            ubigeo=ubigeo,
            settlement=self.text("centro_poblado"),
            altitude_m=self.whole("altitud", 0, 5500, "metros"),
            walk_minutes=self.whole("minutos_a_pie", 0, 2880, "minutos"),
            address=self.text("direccion"),
            reference=self.text("referencia"),
            phone=self.read("telefono", cells.phone) or "",
            language=self.text("lengua"),
            flags=self._flags(),
        )

    def _flags(self) -> tuple[str, ...]:
        cell = self._cells.get("marcas", "")
        if not cell:
            return ()
        found = set()
        for part in cell.replace(",", ";").replace("|", ";").split(";"):
            if not part.strip():
                continue
            flag = FLAGS.get(fold(part.strip()))
            if flag is None:
                self.fault(
                    problems.UNKNOWN_FLAG, "marcas", part.strip(), allowed=", ".join(FLAGS.values())
                )
            else:
                found.add(flag)
        return tuple(flag for flag in FLAGS.values() if flag in found)

    def _person(self) -> PersonCells:
        kind, number = self.document()
        facility_code = self.code("codigo_eess", 8, problems.BAD_FACILITY_CODE)
        if self.text("nombre_eess") and "codigo_eess" not in self._cells:
            self.fault(problems.FACILITY_WITHOUT_CODE, "codigo_eess", self.text("nombre_eess"))
        school_code = self.code("codigo_ie", 7, problems.BAD_SCHOOL_CODE)
        if self.text("nombre_ie") and "codigo_ie" not in self._cells:
            self.fault(problems.SCHOOL_WITHOUT_CODE, "codigo_ie", self.text("nombre_ie"))
        return PersonCells(
            document_kind=kind,
            document_number=number,
            paternal=self.text("apellido_paterno"),
            maternal=self.text("apellido_materno"),
            given=self.text("nombres"),
            sex=self.choice("sexo", SEXES),
            birth=self.day("fecha_nacimiento"),
            relationship=self.choice("parentesco", RELATIONSHIPS),
            facility_code=facility_code,
            facility=(
                self.text("nombre_eess"),
                self.text("categoria_eess"),
                self.text("microred"),
                self.text("red"),
            ),
            school_code=school_code,
            school=(self.text("nombre_ie"), self.choice("nivel_ie", LEVELS) or ""),
            grade=self.text("grado"),
            birth_weight_g=self.whole("peso_nacer", 300, 7000, "gramos"),
            gestation_weeks=self.whole("semanas_nacer", 20, 44, "semanas"),
            pregnant=self.choice("gestante", YES_NO) or False,
            last_period=self.day("fur"),
            due_date_ultrasound=self.day("fpp_ecografia"),
            captured_on=self.day("fecha_captacion"),
            ended_on=self.day("fin_gestacion"),
            outcome=self.choice("resultado_gestacion", OUTCOMES),
        )

    def restored_notes(self) -> list[Fault]:
        """One warning a column whose zeros were put back."""
        return [
            Fault(problems.ZEROS_RESTORED, row=first, column=column, details={"cells": str(count)})
            for column, (count, first) in self.restored.items()
        ]
