"""A whole nation of invented people, one field worker after the other: memory does not grow with it.

Rows are those of the register's own files (`register.layout`). What a field worker has depends on the seed
and on his number alone, so that a small nation is the beginning of a large one. Districts are real;
settlements, facilities, schools and people are invented, and no document is given out twice.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from multiprocessing import Pool
from pathlib import Path
from random import Random

from juntos_campo.demo import data as demo_data
from juntos_campo.demo.data_families import Numbers, Person, Quota, make_family, quotas
from juntos_campo.demo.data_names import given_names, surname, toponym
from juntos_campo.demo.data_places import (
    HOUSEHOLDS_A_FACILITY,
    HOUSEHOLDS_A_SETTLEMENT,
    DemoFacility,
    DemoSchool,
    DemoSettlement,
)
from juntos_campo.demo.data_schooling import school_rows
from juntos_campo.domain.identity import with_check_digit
from juntos_campo.register.layout import (
    HISTORY_COLUMNS,
    REGISTER_COLUMNS,
    SCHOOLING_COLUMNS,
    Column,
)
from juntos_campo.register.territory import District, districts

HOUSEHOLDS_A_WORKER = 400
"""800,000 households, 2,000 field workers."""

WORKERS_A_ZONE = 8
EVENTS_A_HOUSEHOLD = 17
"""Services kept of each household's five years, about (`shared/measures.md`: 20,000 for 1,200)."""

UNITS: tuple[tuple[str, str, str], ...] = (
    ("AMAZONAS", "Amazonas", "01"),
    ("ANCASH", "Áncash", "02"),
    ("APURIMAC", "Apurímac", "03"),
    ("AYACUCHO", "Ayacucho", "05"),
    ("CAJAMARCA", "Cajamarca", "06"),
    ("CUSCO", "Cusco", "08"),
    ("HUANCAVELICA", "Huancavelica", "09"),
    ("HUANUCO", "Huánuco", "10"),
    ("JUNIN", "Junín", "12"),
    ("LALIBERTAD", "La Libertad", "13"),
    ("LORETO", "Loreto", "16"),
    ("PASCO", "Pasco", "19"),
    ("PIURA", "Piura", "20"),
    ("PUNO", "Puno", "21"),
    ("SANMARTIN", "San Martín", "22"),
)
"""Code, name and department of the invented territorial units."""

_FIRST_DNI, _FIRST_CNV = 96_000_000, 9_900_000_000
DOCUMENTS_A_WORKER, FACILITIES_A_WORKER, SCHOOLS_A_WORKER = 2_000, 10, 25
"""Runs of numbers of each field worker."""

MOST_WORKERS = 2_000
"""So many find documents that no register has given out yet (`data_families.Numbers`)."""

_ADULT = 20
_FURTHER = ("", " Alto", " Bajo", " Chico", " Grande", " Nuevo", " Viejo")
"""What tells settlements of one name in one district apart: as many field workers as these."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A field worker of the nation. `number` counts from 0; `households` is how many he has."""

    number: int
    households: int

    @property
    def unit(self) -> str:
        """The code of his territorial unit."""
        return UNITS[self.number % len(UNITS)][0]

    @property
    def place(self) -> int:
        """His number within the unit."""
        return self.number // len(UNITS)

    @property
    def zone(self) -> str:
        return f"{self.unit} {self.place // WORKERS_A_ZONE + 1}"

    @property
    def user(self) -> str:
        return f"gestor.{self.number + 1:04d}"

    @property
    def first_serial(self) -> int:
        """Serial number of his first household in the nation."""
        return self.number * HOUSEHOLDS_A_WORKER + 1


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who works with the nation's households; `role` as `juntos-central enrol` takes it."""

    user: str
    name: str
    role: str
    zone: str
    unit: str


def workers(households: int) -> Iterator[Worker]:
    """The field workers of a nation of so many households.

    Raises:
        ValueError: fewer than one household, or more than there are documents for.
    """
    full, rest = divmod(households, HOUSEHOLDS_A_WORKER)
    if households < 1 or full + bool(rest) > MOST_WORKERS:
        raise ValueError(f"1 to {MOST_WORKERS * HOUSEHOLDS_A_WORKER} households")
    yield from (Worker(number, HOUSEHOLDS_A_WORKER) for number in range(full))
    if rest:
        yield Worker(full, rest)


def accounts(households: int) -> Iterator[Account]:
    """Field workers, and behind the first of each zone its coordinator."""
    for one in workers(households):
        rng = Random(f"account {one.number}")
        yield Account(one.user, _full_name(rng), "gestor", one.zone, one.unit)
        if one.place % WORKERS_A_ZONE == 0:
            coordinator = f"coordinador.{one.zone.replace(' ', '.').lower()}"
            yield Account(coordinator, _full_name(rng), "coordinador", one.zone, one.unit)


def _full_name(rng: Random) -> str:
    sex = rng.choice("FM")
    return f"{given_names(rng, sex, 35, set())} {surname(rng)} {surname(rng)}"


def rows_of(
    worker: Worker, seed: int, today: date, events: int = EVENTS_A_HOUSEHOLD
) -> demo_data.DemoData:
    """Register, services and school years of one field worker's households.

    Args:
        events: services a household, on average; those kept are drawn by lot.
    """
    rng = Random(f"nation {seed} {worker.number}")
    at_school = Random(f"nation school {seed} {worker.number}")
    numbers, documents = Numbers(rng, 1), _Documents(worker.number)
    settlements = _settlements(rng, worker)
    register: list[dict[str, str]] = []
    history: list[dict[str, str]] = []
    schooling: list[dict[str, str]] = []
    homes = rng.choices(settlements, [one.weight for one in settlements], k=worker.households)
    quota = quotas(rng, worker.households)
    for index, (settlement, share) in enumerate(zip(homes, quota, strict=True)):
        code = f"{settlement.district.ubigeo[:4]}-{worker.first_serial + index:06d}"
        household = demo_data.household_columns(rng, code, worker.user, settlement, today)
        care = rng.betavariate(5, 2)
        family = [documents.give(one) for one in _family(rng, share, today, numbers)]
        rows, services = demo_data.member_rows(rng, household, settlement, family, care, today)
        register += rows
        history += services
        for person, row in zip(family, rows, strict=True):
            if person.document_number:  # the school system knows nobody without
                known = "codigo_ie" in row
                schooling += school_rows(at_school, person, settlement.schools, today, known)
    kept = min(len(history), events * worker.households)
    chosen = sorted(rng.sample(range(len(history)), kept))
    return demo_data.DemoData(
        tuple(register), tuple(history[index] for index in chosen), tuple(schooling)
    )


def write_nation(
    folder: Path,
    households: int,
    seed: int,
    today: date,
    events: int = EVENTS_A_HOUSEHOLD,
    *,
    processes: int | None = 1,
) -> tuple[Path, Path, Path]:
    """Write register, services and school years of the nation, as `demo.data.write` does; their paths.

    Args:
        processes: how many invent people at once, which gives the same files; None: as many as there are
            processors.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = (demo_data.REGISTER_FILE, demo_data.HISTORY_FILE, demo_data.SCHOOLING_FILE)
    paths = tuple(folder / name for name in names)
    layouts = (REGISTER_COLUMNS, HISTORY_COLUMNS, SCHOOLING_COLUMNS)
    invent = partial(rows_of, seed=seed, today=today, events=events)
    with ExitStack() as closing:
        writers = [
            _writer(closing, path, columns) for path, columns in zip(paths, layouts, strict=True)
        ]
        everybody = workers(households)
        pool = closing.enter_context(Pool(processes)) if processes != 1 else None
        for made in pool.imap(invent, everybody) if pool else map(invent, everybody):
            for writer, rows in zip(
                writers, (made.register, made.history, made.schooling), strict=True
            ):
                writer.writerows(rows)
    return paths[0], paths[1], paths[2]


def _writer(closing: ExitStack, path: Path, columns: Iterable[Column]) -> csv.DictWriter[str]:
    handle = closing.enter_context(path.open("w", encoding="utf-8-sig", newline=""))
    writer = csv.DictWriter(handle, [one.name for one in columns], restval="", delimiter=";")
    writer.writeheader()
    return writer


class _Documents:
    """The documents of one field worker's people: a run of numbers of his own."""

    def __init__(self, number: int) -> None:
        self._first = number * DOCUMENTS_A_WORKER
        self._given = 0

    def give(self, person: Person) -> Person:
        """The person with a number of this run, if he has any."""
        if not person.document_number:
            return person
        if self._given == DOCUMENTS_A_WORKER:
            raise ValueError("more people than documents")
        number = self._first + self._given
        self._given += 1
        if person.document_kind == "CNV":
            return replace(person, document_number=str(_FIRST_CNV + number))
        return replace(person, document_number=with_check_digit(f"{_FIRST_DNI + number:08d}"))


def _family(rng: Random, quota: Quota, today: date, numbers: Numbers) -> list[Person]:
    """Holder, partner and target members: others of the household would need more documents than there
    are."""
    return [
        person
        for person in make_family(rng, quota, today, numbers)
        if person.relationship in ("TITULAR", "CONYUGE")
        or person.age(today) < _ADULT
        or person.last_period is not None
    ]


@cache
def _districts_of(department: str) -> tuple[District, ...]:
    return tuple(one for code, one in sorted(districts().items()) if code[:2] == department)


def _settlements(rng: Random, worker: Worker) -> list[DemoSettlement]:
    """The settlements of one district, with facilities and schools nobody else has.

    Where a district has several field workers, each has settlements of his own.
    """
    of_unit = _districts_of(UNITS[worker.number % len(UNITS)][2])
    lap, index = divmod(worker.place, len(of_unit))
    district, further = of_unit[index], _FURTHER[lap]
    count = max(2, round(worker.households / HOUSEHOLDS_A_SETTLEMENT))
    taken: set[str] = set()
    names = [f"{toponym(rng, taken)}{further}" for _ in range(count)]
    facilities = [
        DemoFacility(
            code=f"98{worker.number * FACILITIES_A_WORKER + number:06d}",
            name=f"P.S. {names[number % count]}",
            category="I-1" if number else "I-2",
            micro_network=district.name,
            network=district.province,
        )
        for number in range(max(1, round(worker.households / HOUSEHOLDS_A_FACILITY)))
    ]
    secondary = _school(worker, 0, "SECUNDARIA", f"I.E.S. {names[0]}")
    return [
        DemoSettlement(
            name=name,
            district=district,
            altitude_m=min(4450, max(300, (district.altitude_m or 3000) + rng.randint(-150, 400))),
            walk_minutes=5 * round(rng.triangular(1, 48, 14)),
            facility=facilities[number % len(facilities)],
            schools={
                "INICIAL": _school(worker, number, "INICIAL", f"I.E.I. {name}"),
                "PRIMARIA": _school(worker, number, "PRIMARIA", f"I.E. {name}"),
                "SECUNDARIA": secondary,
            },
            flags=("INDIGENA",) if rng.random() < 0.55 else (),
            weight=rng.uniform(0.5, 1.5),
        )
        for number, name in enumerate(names)
    ]


def _school(worker: Worker, number: int, level: str, name: str) -> DemoSchool:
    """Modular codes: two figures for the level, five for the settlement of all settlements."""
    first = {"INICIAL": "91", "PRIMARIA": "92", "SECUNDARIA": "93"}[level]
    return DemoSchool(f"{first}{worker.number * SCHOOLS_A_WORKER + number:05d}", name, level)
