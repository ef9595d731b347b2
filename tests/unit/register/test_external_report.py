"""The report of an import: what the office opens in Excel to see what to do."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from external_samples import SERVICE, TODAY, as_file, known
from openpyxl import load_workbook

from juntos_campo.domain.values import DocumentKind
from juntos_campo.register.external.matching import MatchKind, MemberIndex, match
from juntos_campo.register.external.reading import open_external
from juntos_campo.register.external.records import HealthService
from juntos_campo.register.external.report import ImportReport, Place, new_report, sheets
from juntos_campo.register.external.services import TheirService, reconcile_services
from juntos_campo.register.external.tolerances import tolerances
from juntos_campo.register.spreadsheet import csv_bytes, xlsx_bytes


def _import(folder: Path, limit: int = 10) -> ImportReport:
    """One service known, one of a stranger, one of a document of somebody else, one faulty."""
    stranger = {**SERVICE, "numero_documento": "98000009", "nombres": "=SUMA(A1)"}
    other = {**SERVICE, "apellido_paterno": "Rojas", "apellido_materno": "Puma", "nombres": "José"}
    path = as_file(folder, [SERVICE, stranger, other, {**SERVICE, "fecha": "ayer"}])
    file = open_external(path, TODAY)
    people = MemberIndex([known("m", DocumentKind.DNI, "98000003")])
    report = new_report(file)
    report.limit = limit
    matched = []
    for one in file.records():
        found = match(one.person, people)
        report.take_match(one, found)
        if found.member_id and isinstance(one, HealthService):
            matched.append(TheirService(found.member_id, one))
    report.take_reading(file)
    findings = reconcile_services(matched, [], tolerances())
    report.take_findings(findings, {"m": Place("030701", "00990701")})
    return report


def test_every_row_is_counted_once_and_every_place_has_its_classes(tmp_path: Path) -> None:
    report = _import(tmp_path)
    assert (report.rows, report.rows_left_out) == (4, 1)
    assert report.matches == {
        MatchKind.CERTAIN: 1,
        MatchKind.UNKNOWN: 1,
        MatchKind.OTHER_PERSON: 1,
    }
    summary, places, unmatched, faults = sheets(report)
    assert ("diseño", "Atenciones del HIS (sin fuente oficial)") in summary.rows
    assert ("comparaciones: solo allá", 1) in summary.rows
    assert places.rows == (("030701", "00990701", "HB", 0, 0, 1, 0),)
    assert [row[0] for row in unmatched.rows] == [3, 4]
    assert "otro nombre" in str(unmatched.rows[1][2])
    assert [row[0] for row in faults.rows] == ["5"]


def test_a_list_too_long_for_anybody_is_cut_and_still_counted(tmp_path: Path) -> None:
    report = _import(tmp_path, limit=1)
    assert len(report.unmatched) == 1
    assert sum(report.matches.values()) == 3


def test_the_report_opens_in_excel_and_as_csv(tmp_path: Path) -> None:
    tables = sheets(_import(tmp_path))
    book = load_workbook(BytesIO(xlsx_bytes(tables)))
    assert book.sheetnames == ["Resumen", "Por lugar", "Por confirmar", "Fallas"]
    assert csv_bytes(tables[2]).decode("utf-8-sig").startswith("fila;documento;por_que")
