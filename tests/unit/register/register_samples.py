"""A small register: two households, everybody in it invented."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from juntos_campo.domain.identity import with_check_digit
from juntos_campo.register.layout import REGISTER_COLUMNS, Column

TODAY = date(2026, 11, 21)
Rows = list[dict[str, Any]]


def _household(code: str, settlement: str) -> dict[str, Any]:
    return {
        "codigo_hogar": code,
        "gestor": "rccori",
        "estado_hogar": "ABONADO",
        "fecha_afiliacion": "01/03/2023",
        "cse": "POBRE EXTREMO",
        "cse_vence": "31/03/2027",
        "ubigeo": "030701",
        "centro_poblado": settlement,
        "altitud": "3400",
        "minutos_a_pie": "80",
        "direccion": "Barrio Alto s/n; casa 2",
        "referencia": "detrás del local comunal",
        "telefono": "900012345",
        "lengua": "Quechua",
        "marcas": "INDIGENA;CUNA MAS",
    }


def _person(
    number: int, surnames: str, given: str, sex: str, birth: str, relation: str
) -> dict[str, Any]:
    paternal, maternal = surnames.split()
    return {
        "tipo_documento": "DNI",
        "numero_documento": with_check_digit(f"{number:08d}"),
        "apellido_paterno": paternal,
        "apellido_materno": maternal,
        "nombres": given,
        "sexo": sex,
        "fecha_nacimiento": birth,
        "parentesco": relation,
        "codigo_eess": "00990701",
        "nombre_eess": "P.S. Curanco",
        "categoria_eess": "I-2",
        "microred": "Chuquibambilla",
        "red": "Grau",
    }


def base_rows() -> Rows:
    """Excel rows 2 to 5 are the first household, 6 and 7 the second."""
    one, two = _household("0307-000001", "Huancarpuquio"), _household("0307-000002", "Ñahuinpata")
    mother = _person(1_234_567, "Quispe Huamán", "María Elena", "F", "03/02/1997", "TITULAR")
    mother |= {"gestante": "SI", "fur": "22/08/2026", "fecha_captacion": "15/10/2026"}
    father = _person(96_000_002, "Ccori Ñahui", "José", "M", "14/05/1995", "CONYUGE")
    baby = _person(98_000_003, "Ccori Quispe", "Yeison", "M", "20/05/2026", "HIJO")
    baby |= {"peso_nacer": "3120", "semanas_nacer": "39"}
    girl = _person(96_000_004, "Ccori Quispe", "Flor", "F", "09/09/2017", "HIJO")
    girl |= {
        "codigo_ie": "0990010",
        "nombre_ie": "I.E. N.° 54101",
        "nivel_ie": "PRIMARIA",
        "grado": "4",
    }
    grandmother = _person(96_000_005, "Rojas Puma", "Felícitas", "F", "01/01/1961", "TITULAR")
    newborn = _person(0, "Rojas Tairo", "Urpi", "F", "10/11/2026", "NIETO")
    newborn |= {"tipo_documento": "SIN DOCUMENTO", "numero_documento": ""}
    return [
        *({**one, **row} for row in (mother, father, baby, girl)),
        *({**two, **row} for row in (grandmother, newborn)),
    ]


def base_history() -> Rows:
    """Excel rows 2 to 4: a control of the baby, one of the newborn, a prenatal control."""
    baby, newborn, mother = base_rows()[2], base_rows()[5], base_rows()[0]
    columns = ("codigo_hogar", "tipo_documento", "numero_documento", "nombres", "fecha_nacimiento")
    people = [{name: row[name] for name in columns} for row in (baby, newborn, mother)]
    return [
        {**people[0], "servicio": "CRED", "fecha": "22/07/2026", "peso_kg": "5.6", "talla_cm": "58.2",
         "codigo_eess": "00990701"},
        {**people[1], "servicio": "BCG", "numero": "1", "fecha": "11/11/2026"},
        {**people[2], "servicio": "APN", "numero": "1", "fecha": "16/10/2026"},
    ]  # fmt: skip


def as_csv(
    path: Path,
    rows: Rows,
    columns: Sequence[Column] = REGISTER_COLUMNS,
    encoding: str = "utf-8-sig",
    separator: str = ";",
    names: Sequence[str] | None = None,
) -> Path:
    """Write `rows` as Excel would."""
    header = list(names or (column.name for column in columns))
    with path.open("w", encoding=encoding, newline="") as handle:
        writer = csv.DictWriter(
            handle, header, restval="", delimiter=separator, extrasaction="ignore"
        )
        writer.writeheader()
        writer.writerows(rows)
    return path


def as_xlsx(
    path: Path,
    rows: Rows,
    columns: Sequence[Column] = REGISTER_COLUMNS,
    convert: Callable[[str, Any], Any] = lambda _, value: value,
) -> Path:
    """Write `rows` to a workbook; `convert` turns (column, text) into what Excel holds."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    header = [column.name for column in columns]
    sheet.append(header)
    for row in rows:
        sheet.append([convert(name, row.get(name, "")) for name in header])
    book.save(path)
    return path


def typed(name: str, value: Any) -> Any:
    """What Excel makes of typed text: dates and numbers, leading zeros gone."""
    if name.startswith(("fecha", "fur", "cse_vence", "fpp")) and value:
        return datetime.strptime(value, "%d/%m/%Y")  # noqa: DTZ007
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    return value or None
