"""The demonstration register: a pure function of how many, which seed and which day.

People are invented, districts are real, settlements, facilities and schools are invented too; see
`data_families` for the published proportions.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random

from juntos_campo.demo.data_families import (
    Numbers,
    Person,
    cse_expiry,
    make_family,
    quotas,
    school_level,
)
from juntos_campo.demo.data_history import Event, child_history, pregnancy_history
from juntos_campo.demo.data_names import ADDRESSES, REFERENCES
from juntos_campo.demo.data_places import DemoSettlement, PlaceMaker
from juntos_campo.demo.data_schooling import school_rows
from juntos_campo.domain.calendar import add_months
from juntos_campo.domain.spanish import paper_date
from juntos_campo.register.layout import (
    HISTORY_COLUMNS,
    REGISTER_COLUMNS,
    SCHOOLING_COLUMNS,
    Column,
)

REGISTER_FILE = "padron.csv"
HISTORY_FILE = "historial.csv"
SCHOOLING_FILE = "matricula.csv"
CUNA_MAS_SHARE = 0.65
"""Households also in Cuna Más: Apurímac."""


@dataclass(frozen=True, slots=True)
class DemoData:
    """Rows as the files write them: column name -> text; absent columns are empty."""

    register: tuple[dict[str, str], ...]
    history: tuple[dict[str, str], ...]
    schooling: tuple[dict[str, str], ...] = ()


def generate(
    households: int, seed: int, reference_date: date, field_workers: Sequence[str]
) -> DemoData:
    """Invent a register, five years of services and the school years as they would stand on `reference_date`.

    Households are shared evenly between `field_workers`, each with a zone of neighbouring districts.
    The same arguments always give the same rows.

    Raises:
        ValueError: no households or no field workers.
    """
    if households < 1 or not field_workers:
        raise ValueError("households and field_workers must not be empty")
    rng = Random(seed)
    at_school = Random(f"school {seed}")
    places = PlaceMaker(rng)
    numbers = Numbers(rng, 9 if households <= 50_000 else 1)
    quota = quotas(rng, households)
    register: list[dict[str, str]] = []
    history: list[dict[str, str]] = []
    schooling: list[dict[str, str]] = []
    share, extra = divmod(households, len(field_workers))
    serial = 0
    for index, field_worker in enumerate(field_workers):
        mine = share + (index < extra)
        if not mine:
            continue
        zone = places.zone(mine)
        weights = [settlement.weight for settlement in zone]
        for settlement in rng.choices(zone, weights, k=mine):
            serial += 1
            code = f"{settlement.district.ubigeo[:4]}-{serial + 4_000:06d}"
            household = household_columns(rng, code, field_worker, settlement, reference_date)
            care = rng.betavariate(5, 2)
            family = make_family(rng, quota[serial - 1], reference_date, numbers)
            rows, events = member_rows(rng, household, settlement, family, care, reference_date)
            register += rows
            history += events
            for person, row in zip(family, rows, strict=True):
                in_register = "codigo_ie" in row
                schooling += school_rows(
                    at_school, person, settlement.schools, reference_date, in_register
                )
    return DemoData(tuple(register), tuple(history), tuple(schooling))


def household_columns(
    rng: Random, code: str, field_worker: str, settlement: DemoSettlement, today: date
) -> dict[str, str]:
    """The columns every row of the household repeats."""
    states = (("ABONADO", 92), ("SUSPENDIDO", 4), ("DESAFILIADO", 1), ("EN AFILIACION", 3))
    state = rng.choices([name for name, _ in states], [weight for _, weight in states])[0]
    affiliated = add_months(today, -rng.randint(2, 130))
    flags = list(settlement.flags)
    if rng.random() < CUNA_MAS_SHARE:
        flags.append("CUNA MAS")
    return {
        "codigo_hogar": code,
        "gestor": field_worker,
        "estado_hogar": state,
        "fecha_afiliacion": "" if state == "EN AFILIACION" else paper_date(affiliated),
        "cse": rng.choices(("POBRE EXTREMO", "POBRE", "NO POBRE"), (60, 39, 1))[0],
        "cse_vence": paper_date(cse_expiry(rng, today)),
        "ubigeo": settlement.district.ubigeo,
        "centro_poblado": settlement.name,
        "altitud": str(settlement.altitude_m),
        "minutos_a_pie": str(settlement.walk_minutes),
        "direccion": rng.choice(ADDRESSES).format(place=settlement.name),
        "referencia": rng.choice(REFERENCES),
        "telefono": f"9000{rng.randrange(100_000):05d}" if rng.random() < 0.72 else "",
        "lengua": rng.choices(("Quechua", "Español"), (84, 16))[0],
        "marcas": ";".join(flags),
    }


def member_rows(
    rng: Random,
    household: dict[str, str],
    settlement: DemoSettlement,
    family: list[Person],
    care: float,
    today: date,
) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Register rows and history rows of one household. `care`: 0 never goes to the post, 1 always."""
    rows: list[dict[str, str]] = []
    events: list[dict[str, str]] = []
    for person in family:
        rows.append({**household, **_person(rng, person, settlement, today)})
        received: list[Event] = []
        if person.age(today) <= 13 and person.relationship != "TITULAR":
            received = child_history(rng, person, today, care, settlement.altitude_m)
        elif person.last_period is not None:
            received = pregnancy_history(rng, person, today, care, settlement.altitude_m)
        events += _history_rows(household["codigo_hogar"], person, received, settlement)
    return rows, events


def _person(rng: Random, person: Person, settlement: DemoSettlement, today: date) -> dict[str, str]:
    """The columns of one member."""
    row = {
        "tipo_documento": person.document_kind,
        "numero_documento": person.document_number,
        "apellido_paterno": person.paternal,
        "apellido_materno": person.maternal,
        "nombres": person.given,
        "sexo": person.sex,
        "fecha_nacimiento": paper_date(person.birth),
        "parentesco": person.relationship,
        "codigo_eess": settlement.facility.code,
        "nombre_eess": settlement.facility.name,
        "categoria_eess": settlement.facility.category,
        "microred": settlement.facility.micro_network,
        "red": settlement.facility.network,
    }
    level, grade = school_level(person.birth, today)
    if level and rng.random() < 0.965:
        school = settlement.schools[level]
        row |= {
            "codigo_ie": school.code,
            "nombre_ie": school.name,
            "nivel_ie": level,
            "grado": grade,
        }
    if person.birth_weight_g is not None:
        row |= {
            "peso_nacer": str(person.birth_weight_g),
            "semanas_nacer": str(person.gestation_weeks),
        }
    if person.sex == "F" and 12 <= person.age(today) <= 49:
        row["gestante"] = "SI" if person.last_period and not person.ended_on else "NO"
    if person.last_period and person.captured_on:
        row["fur"] = paper_date(person.last_period)
        row["fecha_captacion"] = paper_date(person.captured_on)
        if person.due_date_ultrasound:
            row["fpp_ecografia"] = paper_date(person.due_date_ultrasound)
        if person.ended_on:
            row["fin_gestacion"] = paper_date(person.ended_on)
            row["resultado_gestacion"] = "NACIMIENTO"
    return row


def _history_rows(
    code: str, person: Person, events: list[Event], settlement: DemoSettlement
) -> Iterator[dict[str, str]]:
    for event in events:
        row = {
            "codigo_hogar": code,
            "tipo_documento": person.document_kind,
            "numero_documento": person.document_number,
            "nombres": person.given,
            "fecha_nacimiento": paper_date(person.birth),
            "servicio": event.service,
            "fecha": paper_date(event.on),
            "codigo_eess": settlement.facility.code,
        }
        if event.number:
            row["numero"] = str(event.number)
        if event.value is not None:
            row["valor"] = f"{event.value:.1f}"
        if event.weight_kg is not None and event.height_cm is not None:
            row["peso_kg"] = f"{event.weight_kg:.2f}"
            row["talla_cm"] = f"{event.height_cm:.1f}"
        yield row


def write(data: DemoData, folder: Path) -> tuple[Path, Path]:
    """Write register and history as Excel in Peru saves them (UTF-8 with BOM, ``;``, CRLF); their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    register, history = folder / REGISTER_FILE, folder / HISTORY_FILE
    _write(register, REGISTER_COLUMNS, data.register)
    _write(history, HISTORY_COLUMNS, data.history)
    return register, history


def write_schooling(data: DemoData, folder: Path) -> Path:
    """Write the school years beside them; the path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / SCHOOLING_FILE
    _write(path, SCHOOLING_COLUMNS, data.schooling)
    return path


def _write(path: Path, columns: tuple[Column, ...], rows: Sequence[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.DictWriter(
            handle, [column.name for column in columns], restval="", delimiter=";"
        )
        writer.writeheader()
        writer.writerows(rows)


def summary(data: DemoData) -> dict[str, int]:
    """Counts for the command line: households, persons, services, school years."""
    services = Counter(row["servicio"] for row in data.history)
    return {
        "hogares": len({row["codigo_hogar"] for row in data.register}),
        "personas": len(data.register),
        "gestantes": sum(row.get("gestante") == "SI" for row in data.register),
        "atenciones": services.total(),
        "años escolares": len(data.schooling),
    }
