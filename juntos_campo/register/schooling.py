"""A file of school years (enrolment and attendance, as SIAGIE reports them) to `SchoolYear` records."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from juntos_campo.domain.calendar import completed_years
from juntos_campo.domain.entities import Member, School, SchoolYear
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.spanish import MONTHS, fold
from juntos_campo.domain.values import DocumentKind, SchoolLevel
from juntos_campo.register import cells, problems
from juntos_campo.register import schooling_problems as wrong
from juntos_campo.register.entities import school_id
from juntos_campo.register.faults import Fault, FileReading
from juntos_campo.register.history import People
from juntos_campo.register.layout import ATTENDANCE_MONTHS, SCHOOLING_COLUMNS
from juntos_campo.register.reader import file_fault, writes_check_digits
from juntos_campo.register.rows import DOCUMENTS, YES_NO, RowReader
from juntos_campo.register.table import open_table

FIRST_YEAR = 2010
"""Older school years say nothing that a transfer still depends on."""

EARLIEST_ENROLMENT_MONTH = 10
"""Of the year before: schools enrol ahead. No official source read."""

LAST_MONTH = 12
"""In which results of the year become known. No official source read."""

STUDENT_DOCUMENTS = {
    fold(kind): kind for kind in DOCUMENTS.values() if kind is not DocumentKind.NONE
}
LEVELS = {
    "inicial": SchoolLevel.INITIAL,
    "primaria": SchoolLevel.PRIMARY,
    "secundaria": SchoolLevel.SECONDARY,
}
LEVEL_WORDS = {level: word for word, level in LEVELS.items()}
GRADES = {
    SchoolLevel.INITIAL: range(3, 6),
    SchoolLevel.PRIMARY: range(1, 7),
    SchoolLevel.SECONDARY: range(1, 6),
}
"""Grades of a level; of initial school the age."""

PASSED: dict[str, bool | None] = {
    "promovido": True,
    "aprobado": True,
    "permanece": False,
    "desaprobado": False,
    "retirado": False,
    "recuperacion": None,
}
"""What a result says of passing; who still has to recover has neither passed nor failed."""

_LEFT = "retirado"
_AGE_BEFORE_FIRST_GRADE = {
    SchoolLevel.INITIAL: 0,
    SchoolLevel.PRIMARY: 5,
    SchoolLevel.SECONDARY: 11,
}
_TOO_EARLY, _TOO_LATE = -1, 4
"""Years off the usual age from which a grade is remarked on."""

_GRADE_WORDS = {
    word: number
    for number, word in enumerate(("primer", "segund", "tercer", "cuart", "quint", "sext"), 1)
}
_GRADE = re.compile(r"(\d)\s*(?:°|\.?[oa]|er|ero|ra|do|da|ro|to|ta)?\.?(?: ?(?:grado|anos))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolingFile(FileReading):
    """What a file of school years says. A faulty row is left out by itself.

    Attributes:
        years: one a student and year.
        schools: those the register does not have.
        rows: rows with data.
        rows_left_out: rows with an error, both of a pair that says the same student and year.
    """

    years: tuple[SchoolYear, ...] = ()
    schools: tuple[School, ...] = ()
    rows: int = 0
    rows_left_out: int = 0


def read_schooling(
    path: Path, members: Iterable[Member], today: date, schools: Iterable[School] = ()
) -> SchoolingFile:
    """Read the school years of `members`; whatever is wrong is a fault in the result.

    `schools` are those already known: the file need not name them, and their names stay.
    """
    try:
        table = open_table(path, SCHOOLING_COLUMNS)
    except UserError as error:
        return SchoolingFile(faults=(file_fault(error),))
    reading = SchoolingReader(
        RowReader(table, writes_check_digits(table)),
        People(members, ()),
        {one.id: one for one in schools},
        today,
    )
    found = years_in(reading, table.rows)
    return replace(found, faults=(*table.notes, *reading.rows.restored_notes(), *found.faults))


def years_in(reading: SchoolingReader, rows: Iterable[tuple[int, list[str]]]) -> SchoolingFile:
    """`read_schooling` of numbered rows; the faults are those of the rows alone."""
    found: dict[str, tuple[SchoolYear, int]] = {}
    twice: set[str] = set()
    faults: list[Fault] = []
    count = 0
    for number, values in rows:
        count += 1
        reading.rows.start(number, values)
        year = reading.year()
        if year is not None:
            _, other = found.setdefault(year.id, (year, number))
            if other != number:
                reading.rows.fault(wrong.STUDENT_TWICE, "numero_documento", other=str(other))
                twice.add(year.id)
        faults += reading.rows.faults
    kept = tuple(year for year, _ in found.values() if year.id not in twice)
    used = {year.school_id for year in kept}
    return SchoolingFile(
        years=kept,
        schools=tuple(one for one in reading.new_schools.values() if one.id in used),
        faults=tuple(faults),
        rows=count,
        rows_left_out=count - len(kept),
    )


def school_year_id(member: str, year: int) -> str:
    """The id of one student's year, the same on every machine."""
    return derived_id("school_year", member, str(year))


@dataclass(slots=True)
class SchoolingReader:
    """Reads one row after another, begun with `rows.start`.

    `new_schools` gathers those that only this file names.
    """

    rows: RowReader
    people: People
    schools: dict[str, School]
    today: date
    new_schools: dict[str, School] = field(default_factory=dict)

    def year(self) -> SchoolYear | None:
        """The school year of the row begun; None when it has a fault."""
        member = self._student()
        number = self._number()
        level = self.rows.choice("nivel_ie", LEVELS)
        grade = self._grade(level)
        school = self.school(level)
        enrolled = self._enrolled(number)
        attendance = self._attendance(number, enrolled)
        passed, top_third = self._result(number, enrolled is not None)
        if member is not None and number is not None:
            self._check_age(member, number, level, grade)
        if enrolled is not None:
            self._check_enrolled(level, grade)
        if member is None or number is None or any(not one.is_warning for one in self.rows.faults):
            return None
        return SchoolYear(
            id=school_year_id(member.id, number),
            household_id=member.household_id,
            member_id=member.id,
            year=number,
            school_id=school,
            level=level,
            grade=grade,
            enrolled_on=enrolled,
            attendance=attendance,
            passed=passed,
            top_third=top_third,
        )

    def _filled(self, column: str) -> bool:
        return bool(self.rows.text(column))

    def _faulty(self, column: str) -> bool:
        return any(fault.column == column for fault in self.rows.faults)

    def _student(self) -> Member | None:
        kind = self.rows.choice("tipo_documento", STUDENT_DOCUMENTS)
        if kind is None or not self._filled("numero_documento"):
            return None
        _, number = self.rows.document()
        if not number:
            return None
        member = self.people.with_document(kind, number)
        if member is None:
            self.rows.fault(wrong.UNKNOWN_STUDENT, "numero_documento")
        return member

    def _number(self) -> int | None:
        number = self.rows.whole("anio_escolar", 0, 9999, "")
        ahead = self.today.month >= EARLIEST_ENROLMENT_MONTH
        last = self.today.year + ahead
        if number is not None and not FIRST_YEAR <= number <= last:
            self.rows.fault(
                wrong.IMPOSSIBLE_YEAR, "anio_escolar", low=str(FIRST_YEAR), high=str(last)
            )
            return None
        return number

    def _grade(self, level: SchoolLevel | None) -> int:
        """The grade within its level; 0 when empty or faulty."""
        grade = self.rows.read("grado", grade_number) or 0
        if not grade:
            return 0
        if level is None:
            if not self._faulty("nivel_ie"):
                self.rows.fault(wrong.GRADE_WITHOUT_LEVEL, "nivel_ie")
            return 0
        allowed = GRADES[level]
        if grade not in allowed:
            self.rows.fault(
                wrong.GRADE_OUTSIDE_LEVEL,
                "grado",
                level=LEVEL_WORDS[level],
                low=str(allowed[0]),
                high=str(allowed[-1]),
            )
            return 0
        return grade

    def school(self, level: SchoolLevel | None) -> str:
        """Id of the school; one that nobody knows must be named."""
        code = self.rows.code("codigo_ie", 7, problems.BAD_SCHOOL_CODE)
        name = self.rows.text("nombre_ie")
        if not code:
            if name and not self._filled("codigo_ie"):
                self.rows.fault(problems.SCHOOL_WITHOUT_CODE, "codigo_ie", name)
            return ""
        identity = school_id(code)
        known = self.schools.get(identity) or self.new_schools.get(identity)
        word = LEVEL_WORDS[level].upper() if level else ""
        if known is None:
            if not name:
                self.rows.fault(problems.SCHOOL_WITHOUT_NAME, "nombre_ie", code)
                return ""
            known = School(id=identity, code=code, name=name, level=word)
            self.new_schools[identity] = known
        if word and known.level and fold(known.level) != fold(word):
            self.rows.fault(
                wrong.SCHOOL_OF_OTHER_LEVEL,
                "codigo_ie",
                school=known.level.lower(),
                level=word.lower(),
            )
        return identity

    def _enrolled(self, year: int | None) -> date | None:
        day = self.rows.day("fecha_matricula")
        if day is None or year is None:
            return day
        if not date(year - 1, EARLIEST_ENROLMENT_MONTH, 1) <= day <= date(year, 12, 31):
            self.rows.fault(wrong.ENROLLED_OUTSIDE_YEAR, "fecha_matricula")
        elif day > self.today:
            self.rows.fault(wrong.ENROLLED_IN_FUTURE, "fecha_matricula")
        return day

    def _attendance(self, year: int | None, enrolled: date | None) -> dict[str, float]:
        """Percentage by month, ``2026-04`` -> 92.0."""
        found: dict[str, float] = {}
        for month in ATTENDANCE_MONTHS:
            column = f"asistencia_{month:02d}"
            percentage = self.rows.read(column, attendance_percentage)
            if percentage is None or year is None:
                continue
            first = date(year, month, 1)
            found[f"{year}-{month:02}"] = percentage
            if first > self.today:
                self.rows.fault(
                    wrong.ATTENDANCE_IN_FUTURE, column, month=MONTHS[month - 1], year=str(year)
                )
            elif enrolled is not None and first < enrolled.replace(day=1):
                self.rows.fault(wrong.ATTENDANCE_BEFORE_ENROLMENT, column, month=MONTHS[month - 1])
        if found and not self._filled("fecha_matricula"):
            self.rows.fault(wrong.ATTENDANCE_WITHOUT_ENROLMENT, "fecha_matricula")
        return found

    def _result(self, year: int | None, enrolled: bool) -> tuple[bool | None, bool | None]:
        """Whether the year was passed, and in the top third; None where it is not known."""
        result = self.rows.choice("resultado", {word: word for word in PASSED})
        top_third = self.rows.choice("tercio_superior", YES_NO)
        passed = PASSED[result] if result else None
        if result:
            over = year is None or self.today >= date(year, LAST_MONTH, 1)
            if not over and result != _LEFT:
                self.rows.fault(wrong.RESULT_TOO_EARLY, "resultado", year=str(year))
            if not enrolled and not self._filled("fecha_matricula"):
                self.rows.fault(wrong.RESULT_WITHOUT_ENROLMENT, "fecha_matricula")
        if top_third and not passed and not self._faulty("resultado"):
            self.rows.fault(wrong.TOP_THIRD_WITHOUT_PASSING, "tercio_superior")
        return passed, top_third

    def _check_age(self, member: Member, year: int, level: SchoolLevel | None, grade: int) -> None:
        if completed_years(member.birth_date, date(year, 12, 31)) < GRADES[SchoolLevel.INITIAL][0]:
            self.rows.fault(wrong.TOO_YOUNG, "anio_escolar")
        elif level is not None and grade:
            age = completed_years(member.birth_date, date(year, 3, 31))
            usual = _AGE_BEFORE_FIRST_GRADE[level] + grade
            if not _TOO_EARLY <= age - usual <= _TOO_LATE:
                self.rows.fault(wrong.AGE_AGAINST_GRADE, "grado", age=str(age))

    def _check_enrolled(self, level: SchoolLevel | None, grade: int) -> None:
        if not self._filled("codigo_ie") and not self._faulty("codigo_ie"):
            self.rows.fault(wrong.ENROLLED_WITHOUT_SCHOOL, "codigo_ie")
        if not self._faulty("nivel_ie") and not self._faulty("grado"):
            missing = "nivel_ie" if level is None else "" if grade else "grado"
            if missing:
                self.rows.fault(wrong.ENROLLED_WITHOUT_GRADE, missing)


def grade_number(cell: str) -> int:
    """``4``, ``4°``, ``4TO``, ``CUARTO GRADO``, ``3 AÑOS`` as a number. Raises CellError."""
    folded = fold(cell)
    if match := _GRADE.fullmatch(folded):
        return int(match[1])
    for stem, number in _GRADE_WORDS.items():
        if re.fullmatch(rf"{stem}(?:o|a)?(?: grado)?", folded):
            return number
    raise cells.bad(wrong.BAD_GRADE)


def attendance_percentage(cell: str) -> float:
    """0 to 100; a cell that Excel shows as ``95 %`` holds 0.95 and is told. Raises CellError."""
    value = cells.decimal(cell.removesuffix("%").rstrip(), 0, 100, "%")
    if 0 < value <= 1:
        raise cells.bad(wrong.ATTENDANCE_AS_SHARE)
    return value
