"""Rows of other systems' files and members of the register, everybody in them invented."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from io import StringIO
from pathlib import Path

from openpyxl import Workbook

from juntos_campo.domain.entities import Member
from juntos_campo.domain.values import DocumentKind, Sex
from juntos_campo.register.external.layouts import layout
from juntos_campo.register.external.matching import KnownMember
from juntos_campo.register.external.records import Person

TODAY = date(2026, 11, 21)
BORN = date(2026, 5, 20)
Row = Mapping[str, str]

WHO = {
    "tipo_documento": "DNI",
    "numero_documento": "98000003",
    "apellido_paterno": "Ccori",
    "apellido_materno": "Ñahui",
    "nombres": "Yeison Luis",
    "sexo": "M",
    "fecha_nacimiento": "20/05/2026",
}
SERVICE = {**WHO, "servicio": "85018.01", "fecha": "20/11/2026", "resultado": "10,8"}


def as_text(rows: Iterable[Row], separator: str = ";") -> str:
    """The rows as CSV under the titles that any of them has."""
    kept = list(rows)
    titles = list(dict.fromkeys(title for row in kept for title in row))
    text = StringIO()
    writer = csv.DictWriter(text, titles, delimiter=separator, restval="")
    writer.writeheader()
    writer.writerows(kept)
    return text.getvalue()


def as_file(
    folder: Path, rows: Iterable[Row], separator: str = ";", encoding: str = "utf-8"
) -> Path:
    path = folder / "archivo.csv"
    path.write_bytes(as_text(rows, separator).encode(encoding))
    return path


def as_workbook(folder: Path, rows: Iterable[Row], title: str = "Datos") -> Path:
    kept = list(rows)
    book = Workbook()
    first = book.worksheets[0]
    first.title = "Portada"
    first.append(["Oficina de estadística"])
    page = book.create_sheet(title)
    page.append(["Reporte del mes"])
    page.append(list(kept[0]))
    for row in kept:
        page.append(list(row.values()))
    path = folder / "archivo.xlsx"
    book.save(path)
    return path


def example_row(layout_id: str) -> dict[str, str]:
    """The row that the examples of a layout's columns make."""
    return {one.name: one.example for one in layout(layout_id).columns}


def person(
    *documents: tuple[DocumentKind, str],
    name: str = "Ccori|Ñahui|Yeison Luis",
    birth: date | None = BORN,
    household: str = "",
    ubigeo: str = "",
    sex: Sex | None = None,
) -> Person:
    paternal, maternal, given = name.split("|") if name else ("", "", "")
    return Person(
        documents=documents,
        paternal=paternal,
        maternal=maternal,
        given=given,
        sex=sex,
        birth=birth,
        household_code=household,
        ubigeo=ubigeo,
    )


def known(
    member_id: str,
    kind: DocumentKind = DocumentKind.NONE,
    number: str = "",
    *,
    name: str = "Ccori|Ñahui|Yeison Luis",
    birth: date = BORN,
    household: str = "0307-000001",
    ubigeo: str = "030701",
    sex: Sex = Sex.MALE,
) -> KnownMember:
    paternal, maternal, given = name.split("|")
    member = Member(
        id=member_id,
        household_id=household,
        document_kind=kind,
        document_number=number,
        paternal=paternal,
        maternal=maternal,
        given=given,
        sex=sex,
        birth_date=birth,
    )
    return KnownMember(member=member, household_code=household, ubigeo=ubigeo)
