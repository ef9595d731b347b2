"""Random files of the office, and how the next ones differ: who moves, who is born, what is mistyped."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from random import Random

from juntos_campo.central.bulk.load import Files
from juntos_campo.demo.data import generate
from juntos_campo.domain.identity import with_check_digit
from juntos_campo.register.layout import (
    HISTORY_COLUMNS,
    REGISTER_COLUMNS,
    SCHOOLING_COLUMNS,
    Column,
)

DAY = date(2026, 11, 17)
Rows = list[dict[str, str]]


@dataclass
class Office:
    """The office's tables; each change is what an office does between two loads."""

    workers: Sequence[str]
    rng: Random
    register: Rows = field(default_factory=list)
    history: Rows = field(default_factory=list)
    schooling: Rows = field(default_factory=list)
    next_document: int = 91_000_000

    @classmethod
    def new(cls, seed: int, households: int, workers: Sequence[str]) -> Office:
        data = generate(households, seed, DAY, workers)
        rng = Random(seed)
        few = [dict(one) for one in data.history if rng.random() < 0.25]
        return cls(
            workers, rng, [dict(one) for one in data.register], few,
            [dict(one) for one in data.schooling],
        )  # fmt: skip

    def write(self, folder: Path, *, accept_good: bool = False) -> Files:
        folder.mkdir(exist_ok=True)
        paths = (folder / "padron.csv", folder / "historial.csv", folder / "matricula.csv")
        tables = (self.register, self.history, self.schooling)
        layouts = (REGISTER_COLUMNS, HISTORY_COLUMNS, SCHOOLING_COLUMNS)
        for path, rows, columns in zip(paths, tables, layouts, strict=True):
            _write(path, rows, columns)
        return Files(*paths, accept_good=accept_good)

    def home(self) -> str:
        return self.rng.choice(self.register)["codigo_hogar"]

    def rows_of(self, code: str) -> Rows:
        return [one for one in self.register if one["codigo_hogar"] == code]

    def give_home_away(self) -> None:
        worker = self.rng.choice(self.workers)
        for row in self.rows_of(self.home()):
            row["gestor"] = worker

    def new_telephone(self) -> None:
        number = f"9{self.rng.randrange(10**8):08d}"
        for row in self.rows_of(self.home()):
            row["telefono"] = number

    def person_moves(self) -> None:
        """To live in another household, whose columns his row takes over."""
        movers = [one for one in self.register if one["parentesco"] not in ("TITULAR", "PADRE")]
        row, host = self.rng.choice(movers), self.rng.choice(self.register)
        names = [one.name for one in REGISTER_COLUMNS]
        for name in names[: names.index("tipo_documento")]:
            row[name] = host.get(name, "")
        row["parentesco"] = "OTRO"

    def document_at_last(self) -> None:
        """A child that had none, or a CNV, has a DNI now; what it got before is reported under it."""
        row = self.rng.choice([one for one in self.register if one["parentesco"] == "HIJO"])
        old = (row["tipo_documento"], row["numero_documento"])
        self.next_document += 1
        new = ("DNI", with_check_digit(f"{self.next_document:08d}"))
        for one in (*self.register, *self.history, *self.schooling):
            if old[1] and (one["tipo_documento"], one["numero_documento"]) == old:
                one["tipo_documento"], one["numero_documento"] = new

    def without_document_yet(self) -> None:
        row = self.rng.choice([one for one in self.register if one["parentesco"] == "HIJO"])
        old = (row["tipo_documento"], row["numero_documento"])
        for one in (*self.register, *self.history):
            if old[1] and (one["tipo_documento"], one["numero_documento"]) == old:
                one["tipo_documento"], one["numero_documento"] = "SIN DOCUMENTO", ""
        self.schooling = [
            one for one in self.schooling if (one["tipo_documento"], one["numero_documento"]) != old
        ]

    def home_leaves(self) -> None:
        code = self.home()
        self.register = [one for one in self.register if one["codigo_hogar"] != code]

    def scatter(self) -> None:
        self.rng.shuffle(self.register)

    def mistype(self) -> None:
        row = self.rng.choice(self.register)
        column, value = self.rng.choice(
            (
                ("fecha_nacimiento", "31/02/2020"),
                ("sexo", "X"),
                ("ubigeo", "999999"),
                ("altitud", "1234"),
                ("nombre_eess", "P.S. Otro Nombre"),
                ("codigo_hogar", ""),
                ("telefono", "12"),
                ("nombre_eess", ""),
            )
        )
        row[column] = value

    def copy_row(self) -> None:
        """Somebody stands in the file twice, in his household or in another one."""
        row = dict(self.rng.choice(self.register))
        if self.rng.random() < 0.5:
            host = self.rng.choice(self.register)
            row |= {name: host.get(name, "") for name in ("codigo_hogar", "gestor")}
        self.register.insert(self.rng.randrange(len(self.register)), row)

    def mistype_events(self) -> None:
        for rows, column in ((self.history, "servicio"), (self.schooling, "anio_escolar")):
            self.rng.choice(rows)[column] = "1899"
        self.history.append(dict(self.rng.choice(self.history)))
        self.schooling.append(dict(self.rng.choice(self.schooling)))
        self.history.append({**self.rng.choice(self.history), "numero_documento": "96999999"})

    def school_named_late(self) -> None:
        """A school that only the file of school years knows; not its first row names it."""
        some = self.rng.sample(self.schooling, 3)
        for row in some:
            row |= {"codigo_ie": "9876543", "nombre_ie": "", "nivel_ie": "PRIMARIA", "grado": "4"}
        some[1]["nombre_ie"] = "I.E. Nueva"


CHANGES = (
    Office.give_home_away,
    Office.give_home_away,
    Office.new_telephone,
    Office.person_moves,
    Office.document_at_last,
    Office.without_document_yet,
    Office.home_leaves,
    Office.scatter,
)
FAULTS = (Office.mistype, Office.copy_row, Office.mistype_events, Office.school_named_late)


def _write(path: Path, rows: Rows, columns: Sequence[Column]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [column.name for column in columns]
        writer = csv.DictWriter(file, names, delimiter=";", restval="")
        writer.writeheader()
        writer.writerows(rows)
