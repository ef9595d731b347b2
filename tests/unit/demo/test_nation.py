"""The invented nation: what measurements of the server stand on."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from juntos_campo.demo.bench import nation
from juntos_campo.demo.bench.nation import (
    HOUSEHOLDS_A_WORKER,
    UNITS,
    Worker,
    accounts,
    rows_of,
    workers,
    write_nation,
)
from juntos_campo.register.history import read_history
from juntos_campo.register.reader import read_register
from juntos_campo.register.schooling import read_schooling

TODAY = date(2026, 11, 22)


def test_the_offices_own_readers_find_no_fault_in_what_a_nation_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nation, "HOUSEHOLDS_A_WORKER", 60)  # several field workers, quickly
    files = write_nation(tmp_path, 150, 3, TODAY)
    register = read_register(files[0], TODAY)
    history = read_history(files[1], register.members, TODAY, register.pregnancies)
    schooling = read_schooling(files[2], register.members, TODAY, register.schools)
    assert [*register.faults, *history.faults, *schooling.faults] == []
    assert len(register.households) == 150
    assert len(history.events) == 150 * 17


def test_a_nation_invented_by_several_processes_is_the_same(tmp_path: Path) -> None:
    alone = write_nation(tmp_path / "alone", 420, 3, TODAY, 2)
    together = write_nation(tmp_path / "together", 420, 3, TODAY, 2, processes=2)
    assert [one.read_bytes() for one in together] == [one.read_bytes() for one in alone]


def test_nobody_in_the_nation_has_the_document_of_somebody_else() -> None:
    sample = [next(workers(800_000)), Worker(1_998, 120), Worker(1_999, 400)]
    documents = Counter(
        (row["tipo_documento"], row["numero_documento"])
        for one in sample
        for row in rows_of(one, 1, TODAY, events=0).register
        if row["numero_documento"]
    )
    assert max(documents.values()) == 1
    # The run of the last field worker ends where eight figures do.
    highest = max(int(number[:8]) for kind, number in documents if kind in ("DNI", "CUI"))
    assert 99_998_000 <= highest <= 99_999_999


def test_places_of_two_field_workers_of_one_district_are_not_taken_for_one_another() -> None:
    everybody = [one for one in workers(800_000) if one.unit == "PASCO"]
    first = everybody[0]
    places: dict[tuple[str, str], int] = {}
    codes: dict[str, int] = {}
    same_district = [one for one in everybody if (one.place - first.place) % 29 == 0]
    assert len(same_district) > 3
    for few in same_district[:4]:
        one = replace(few, households=60)
        for row in rows_of(one, 1, TODAY, events=0).register:
            assert (
                places.setdefault((row["ubigeo"], row["centro_poblado"]), one.number) == one.number
            )
            assert codes.setdefault(row["codigo_eess"], one.number) == one.number


def test_a_small_nation_is_the_beginning_of_a_large_one_and_the_seed_decides() -> None:
    small, large = next(workers(800)), next(workers(800_000))
    assert small == large
    small, large = replace(small, households=60), replace(large, households=60)
    assert rows_of(small, 5, TODAY, 2) == rows_of(large, 5, TODAY, 2)
    assert rows_of(small, 5, TODAY, 2) != rows_of(small, 6, TODAY, 2)


def test_every_household_of_the_programme_has_a_field_worker_in_a_unit_and_a_zone() -> None:
    everybody = list(workers(800_000))
    assert sum(one.households for one in everybody) == 800_000
    assert len(everybody) == 2_000
    assert {one.unit for one in everybody} == {code for code, _, _ in UNITS}
    assert max(Counter(one.zone for one in everybody).values()) <= 12  # of a coordinator
    serials = [one.first_serial for one in everybody]
    assert all(b - a == HOUSEHOLDS_A_WORKER for a, b in pairwise(serials))
    people = list(accounts(800_000))
    assert len({one.user for one in people}) == len(people)
    coordinated = {one.zone for one in people if one.role == "coordinador"}
    assert coordinated == {one.zone for one in everybody}
    with pytest.raises(ValueError, match="households"):
        next(workers(800_001))


def test_writing_a_nation_takes_no_more_memory_when_it_is_larger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nation, "HOUSEHOLDS_A_WORKER", 20)

    def peak(households: int) -> int:
        tracemalloc.start()
        write_nation(tmp_path, households, 1, TODAY, events=1)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(20)  # what is read once and kept
    assert peak(120) < 1.5 * peak(40)
