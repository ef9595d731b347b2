"""Rows of services and of school years into the staging tables: enough of them to know whose they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from juntos_campo.central.bulk.copying import Writer, without_nul
from juntos_campo.central.bulk.reading import Progress, Source
from juntos_campo.central.bulk.register_rows import doc_key
from juntos_campo.central.bulk.tables import analyse, school_rows, services
from juntos_campo.central.database import Database
from juntos_campo.domain.entities import School
from juntos_campo.register.rows import RowReader
from juntos_campo.register.schooling import LEVELS, SchoolingReader

HISTORY, SCHOOLING = "historial", "matrícula"
_EVERY = 10_000
_WHOSE = ("codigo_hogar", "tipo_documento", "numero_documento")


@dataclass(slots=True)
class _Owner:
    """Says whose a row is; rows of one person stand together, so the last answer is kept."""

    reader: RowReader
    cells: tuple[str, ...] = ()
    answer: tuple[str, str] = ("", "")

    def of(self, number: int, values: list[str]) -> tuple[str, str]:
        """Household id (empty where the file has none) and document."""
        places = [self.reader.table.positions.get(name, -1) for name in _WHOSE]
        found = tuple(
            values[place] if 0 <= place < len(values) else "\x00" if place < 0 else ""
            for place in places
        )
        if found != self.cells or not self.cells:
            self.reader.start(number, values)
            document = self.reader.document()
            household = self.reader.household_id() if self.reader.household_code else ""
            self.cells, self.answer = found, (household, doc_key(*document))
        return self.answer


def stage_services(database: Database, source: Source, progress: Progress, title: str) -> None:
    """Every row of a history file."""
    writer, owner = Writer(database, services), _Owner(source.reader())
    for number, cells in _told(source, progress, title):
        household, document = owner.of(number, cells)
        writer.add(number, household, without_nul(document), json.dumps(cells))
    writer.flush()
    with database.writing() as connection:
        analyse(connection, services)


@dataclass(slots=True)
class SchoolNames:
    """Which schools a file of school years names that nobody else knows, and where first.

    Attributes:
        named: id -> the first row that names the school, and what that says.
    """

    reading: SchoolingReader
    named: dict[str, tuple[int, School]] = field(default_factory=dict)
    _seen: set[tuple[str, ...]] = field(default_factory=set)

    def see(self, number: int, values: list[str]) -> None:
        positions = self.reading.rows.table.positions
        places = (positions.get("codigo_ie", -1), positions.get("nombre_ie", -1))
        if min(places) < 0 or max(places) >= len(values):
            return
        said = (values[places[0]], values[places[1]])
        if not said[0] or not said[1] or said in self._seen:
            return
        self.reading.rows.start(number, values)
        level = self.reading.rows.choice("nivel_ie", LEVELS)
        school = self.reading.school(level)
        if not self.reading.rows.faults:
            self._seen.add(said)
        if school in self.reading.new_schools and school not in self.named:
            self.named[school] = (number, self.reading.new_schools[school])


def stage_school_rows(
    database: Database, source: Source, names: SchoolNames, progress: Progress, title: str
) -> None:
    """Every row of a file of school years; `names` is shown them all."""
    writer, owner = Writer(database, school_rows), _Owner(source.reader())
    for number, cells in _told(source, progress, title):
        _, document = owner.of(number, cells)
        names.see(number, cells)
        writer.add(number, "", without_nul(document), json.dumps(cells))
    writer.flush()
    with database.writing() as connection:
        analyse(connection, school_rows)


def _told(source: Source, progress: Progress, title: str) -> Iterator[tuple[int, list[str]]]:
    for done, row in enumerate(source.rows()):
        if done % _EVERY == 0:
            progress(title, done, source.count)
        yield row
