"""What an import found, to be read and to be opened in Excel."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from juntos_campo.register.export import HEADER as FAULT_HEADER
from juntos_campo.register.export import fault_row
from juntos_campo.register.external.findings import OUTCOME_WORDS, Finding, Outcome
from juntos_campo.register.external.matching import KIND_WORDS, Match, MatchKind
from juntos_campo.register.external.reading import ExternalFile
from juntos_campo.register.external.records import Record
from juntos_campo.register.faults import Fault
from juntos_campo.register.spreadsheet import Cell, Sheet

UNKNOWN_PLACE = "sin dato"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding counts: district (UBIGEO) and health facility or school (code)."""

    ubigeo: str = ""
    facility: str = ""


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A row that is nobody's for sure. Personal data: for the person who confirms, never for a log."""

    row: int
    document: str
    match: Match


@dataclass(slots=True)
class ImportReport:
    """Counts of an import; grows row by row and holds no record.

    Attributes:
        unmatched: at most `limit` rows that a person must look at; all are counted in `matches`.
        outcomes: place and topic -> how many findings of each class.
    """

    file: str
    layout: str
    official: bool
    limit: int = 5_000
    rows: int = 0
    rows_left_out: int = 0
    faults: tuple[Fault, ...] = ()
    matches: Counter[MatchKind] = field(default_factory=Counter)
    unmatched: list[Unmatched] = field(default_factory=list)
    outcomes: dict[tuple[Place, str], Counter[Outcome]] = field(default_factory=dict)

    def take_reading(self, file: ExternalFile) -> None:
        """The counts and faults of a file whose records have been read to the end."""
        self.rows, self.rows_left_out = file.rows, file.rows_left_out
        self.faults = file.reading().faults

    def take_match(self, record: Record, found: Match) -> None:
        self.matches[found.kind] += 1
        if found.kind is not MatchKind.CERTAIN and len(self.unmatched) < self.limit:
            documents = (f"{kind.value} {number}" for kind, number in record.person.documents)
            self.unmatched.append(Unmatched(record.row, ", ".join(documents), found))

    def take_findings(self, findings: Iterable[Finding], places: Mapping[str, Place]) -> None:
        """Count findings; `places` by their subject."""
        for one in findings:
            key = (places.get(one.subject, Place()), one.topic.partition(":")[0])
            self.outcomes.setdefault(key, Counter())[one.outcome] += 1

    @property
    def totals(self) -> Counter[Outcome]:
        return sum(self.outcomes.values(), Counter())


def new_report(file: ExternalFile) -> ImportReport:
    """An empty report about `file`."""
    known = file.layout
    return ImportReport(
        file.file, known.title if known else "", known.is_official if known else False
    )


def sheets(report: ImportReport) -> tuple[Sheet, ...]:
    """Summary, classes by place, rows to look at, faults: `register.spreadsheet` writes them."""
    return (_summary(report), _places(report), _unmatched(report), _faults(report))


def _summary(report: ImportReport) -> Sheet:
    source = report.layout if report.official else f"{report.layout} (sin fuente oficial)"
    rows: list[tuple[str, str | int]] = [
        ("archivo", report.file),
        ("diseño", source),
        ("filas con datos", report.rows),
        ("filas con fallas, no usadas", report.rows_left_out),
        *((f"filas: {words}", report.matches[kind]) for kind, words in KIND_WORDS.items()),
        *((f"comparaciones: {words}", report.totals[one]) for one, words in OUTCOME_WORDS.items()),
    ]
    return Sheet("Resumen", ("que", "cuanto"), tuple(rows))


def _places(report: ImportReport) -> Sheet:
    ordered = sorted(
        report.outcomes.items(), key=lambda one: (one[0][0].ubigeo, one[0][0].facility, one[0][1])
    )
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            place.ubigeo or UNKNOWN_PLACE,
            place.facility or UNKNOWN_PLACE,
            topic,
            *(counts[one] for one in OUTCOME_WORDS),
        )
        for (place, topic), counts in ordered
    )
    header = ("ubigeo", "establecimiento", "tema", *OUTCOME_WORDS.values())
    return Sheet("Por lugar", header, rows)


def _unmatched(report: ImportReport) -> Sheet:
    rows = tuple(
        (
            one.row,
            one.document,
            one.match.sentence,
            len(one.match.suggestions),
            "; ".join(one.match.suggestions[0].reasons) if one.match.suggestions else "",
        )
        for one in report.unmatched
    )
    header = ("fila", "documento", "por_que", "parecidos", "el_mas_parecido")
    return Sheet("Por confirmar", header, rows)


def _faults(report: ImportReport) -> Sheet:
    return Sheet("Fallas", FAULT_HEADER, tuple(fault_row(one) for one in report.faults))
