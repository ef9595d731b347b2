"""How many rows of a file find their people, against an oracle that made the file and knows its errors."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa

from juntos_campo.central.imports.importing import import_file
from juntos_campo.central.imports.matches import Decision, decide, waiting
from juntos_campo.central.tables import findings
from juntos_campo.domain.entities import ExternalFinding, Member
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import DocumentKind, Sex

from .conftest import World, household

SURNAMES = (
    "Quispe",
    "Mamani",
    "Huamán",
    "Ñahui",
    "Condori",
    "Ccori",
    "Apaza",
    "Layme",
    "Sulca",
    "Yupa",
)
GIVEN = ("Wayra", "Killa", "Illari", "Yeison", "Flor", "Dina", "Saúl", "Rocío", "Mateo", "Luz")
TITLES = (
    "tipo_documento", "numero_documento", "apellido_paterno", "apellido_materno", "nombres",
    "fecha_nacimiento", "servicio", "fecha",
)  # fmt: skip


def people(random: Random, number: int) -> list[Member]:
    """Children with different documents, surnames and birthdays weeks apart: no two are alike."""
    pairs = [(one, other) for one in SURNAMES for other in SURNAMES if one != other]
    random.shuffle(pairs)
    return [
        Member(
            id=f"m-{place}",
            household_id=f"h-ana-{place % 2 + 1}",
            document_kind=DocumentKind.DNI,
            document_number=f"5{place:07d}",
            paternal=pairs[place][0].upper(),
            maternal=pairs[place][1],
            given=GIVEN[place % len(GIVEN)],
            sex=Sex.FEMALE,
            birth_date=date(2022, 1, 1) + timedelta(days=20 * place),
        )
        for place in range(number)
    ]


def row(one: Member, **other: str) -> dict[str, str]:
    return {
        "tipo_documento": "DNI",
        "numero_documento": one.document_number,
        "apellido_paterno": one.paternal,
        "apellido_materno": one.maternal,
        "nombres": one.given,
        "fecha_nacimiento": one.birth_date.isoformat(),
        "servicio": "90670",
        "fecha": "2026-10-05",
        **other,
    }


def spoilt(random: Random, members: list[Member]) -> tuple[list[dict[str, str]], Counter[str]]:
    """One row a person, each with an error of some kind or none, and what must become of the rows."""
    rows, expected = [], Counter[str]()
    for place, one in enumerate(members):
        match place % 6:
            case 0:
                rows.append(row(one))
                expected["certain"] += 1
            case (
                1
            ):  # a wrong digit: nobody's number, but the name and the birthday are this child's
                rows.append(row(one, numero_documento=f"6{one.document_number[1:]}"))
                expected["suggested"] += 1
            case 2:  # surnames in the place of each other: the document still decides
                swapped = {"apellido_paterno": one.maternal, "apellido_materno": one.paternal}
                rows.append(row(one, **swapped))
                expected["certain"] += 1
            case 3:  # somebody else's document
                stranger = members[(place + 7) % len(members)]
                rows.append(row(one, numero_documento=stranger.document_number))
                expected["other_person"] += 1
            case 4:  # without a document, surnames swapped
                swapped = {"apellido_paterno": one.maternal, "apellido_materno": one.paternal}
                rows.append(
                    row(one, tipo_documento="SIN DOCUMENTO", numero_documento="", **swapped)
                )
                expected["suggested"] += 1
            case _:  # of nobody in the register
                far = {"numero_documento": f"7{place:07d}", "fecha_nacimiento": "1990-06-15"}
                rows.append(row(one, **far))
                expected["unknown"] += 1
    random.shuffle(rows)
    return rows, expected


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, TITLES, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_rows_with_errors_are_counted_as_whoever_made_the_errors_counts_them(
    world: World, tmp_path: Path
) -> None:
    random = Random(20261117)
    members = people(random, 48)
    world.load(*members)
    rows, expected = spoilt(random, members)
    path = write(tmp_path / "his.csv", rows)
    done = import_file(world.database, "his", path, world.clock, world.new_id)
    assert done.stored.matches == expected
    assert done.stored.added == len(rows) - expected["unknown"]
    with world.database.reading() as connection:
        counted = connection.execute(sa.select(sa.func.count()).select_from(findings))
        assert counted.scalar_one() == expected["certain"], (
            "only certain matches count by themselves"
        )
        for one in waiting(connection):
            assert one.suggestions, "whoever must decide has somebody to choose from"


def test_twins_are_told_apart_by_their_documents_and_left_to_a_person_without_them(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    (one,) = people(Random(1), 1)
    twin = Member(
        id="m-twin", household_id=one.household_id, document_kind=DocumentKind.DNI,
        document_number="59999999", paternal=one.paternal, maternal=one.maternal, given="Zoila",
        sex=one.sex, birth_date=one.birth_date,
    )  # fmt: skip
    world.load(one, twin)
    newborn = row(one, tipo_documento="SIN DOCUMENTO", numero_documento="", nombres="RN DE ROSA")
    path = write(tmp_path / "his.csv", [row(one), row(twin, fecha="2026-10-06"), newborn])
    done = import_file(world.database, "his", path, world.clock, world.new_id)
    assert done.stored.matches == {"certain": 2, "suggested": 1}
    with world.database.reading() as connection:
        (left,) = waiting(connection)
    assert {each["member"] for each in left.suggestions} == {one.id, twin.id}


def test_what_a_person_decided_reaches_the_laptop_and_holds_for_the_next_file(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    (one,) = people(Random(1), 1)
    world.load(one)
    wrong = row(one, numero_documento="60000000")
    path = write(tmp_path / "his.csv", [wrong])
    ana = world.laptop("ana")
    import_file(world.database, "his", path, world.clock, world.new_id)
    ana.sync()
    assert ana.store.find(ExternalFinding) == []
    with world.database.writing() as connection:
        (left,) = waiting(connection)
        decide(connection, [Decision(left.code, 1, True)], "zoe", world.clock.now())
    write(path, [wrong, {**wrong, "fecha": "2026-10-20"}])
    again = import_file(world.database, "his", path, world.clock, world.new_id)
    ana.sync()
    assert again.stored.matches == {"confirmed": 2}
    days = {finding.on for finding in ana.store.find(ExternalFinding)}
    assert days == {date(2026, 10, 5), date(2026, 10, 20)}


def test_who_was_told_to_be_nobody_is_not_suggested_again(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    (one,) = people(Random(1), 1)
    world.load(one)
    path = write(tmp_path / "his.csv", [row(one, numero_documento="60000000")])
    import_file(world.database, "his", path, world.clock, world.new_id)
    with world.database.writing() as connection:
        (left,) = waiting(connection)
        decide(connection, [Decision(left.code, 1, False)], "zoe", world.clock.now())
    again = import_file(world.database, "his", path, world.clock, world.new_id)
    assert again.stored.matches == {"rejected": 1}
    with world.database.writing() as connection:
        assert waiting(connection) == []
        with pytest.raises(UserError, match="confirmar"):
            decide(connection, [Decision(left.code, 1, True)], "zoe", world.clock.now())


def test_members_are_found_by_index_and_never_by_reading_the_register(world: World) -> None:
    world.load(*people(Random(1), 40))
    wanted = {
        "word": "SELECT id FROM lookup_keys WHERE word = 'DNI:50000001'",
        "birth": "SELECT id FROM lookup_keys WHERE birth IN ('2022-01-01', '2022-01-21') "
        "AND (paternal IN ('quispe') OR maternal IN ('quispe'))",
    }
    postgresql = world.database.engine.dialect.name == "postgresql"
    with world.database.reading() as connection:
        if postgresql:
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for name, sql in wanted.items():
            explain = "EXPLAIN " if postgresql else "EXPLAIN QUERY PLAN "
            plan = str(connection.exec_driver_sql(explain + sql).all())
            assert "lookup_keys_" in plan, name
            assert "Seq Scan" not in plan, name
            assert "SCAN lookup_keys" not in plan, name


def test_keys_follow_a_member_whose_document_changes(world: World, tmp_path: Path) -> None:
    (one,) = people(Random(1), 1)
    other = Member(
        id=one.id, household_id=one.household_id, document_kind=DocumentKind.DNI,
        document_number="58888888", paternal=one.paternal, maternal=one.maternal, given=one.given,
        sex=one.sex, birth_date=one.birth_date,
    )  # fmt: skip
    world.load(one)
    world.load(other)
    path = write(tmp_path / "his.csv", [row(other), row(one, fecha="2026-10-06")])
    done = import_file(world.database, "his", path, world.clock, world.new_id)
    assert done.stored.matches == {"certain": 1, "suggested": 1}


def test_a_household_of_two_gestores_codes_is_never_guessed(
    sqlite_world: World, tmp_path: Path
) -> None:
    world = sqlite_world
    assert household("ana", 1).code == household("beto", 1).code
    path = tmp_path / "pagos.csv"
    path.write_text(
        "codigo_hogar;transferencia;mes;estado;motivo\n00001;TB;202609;SUSPENDIDO;x\n",
        encoding="utf-8",
    )
    done = import_file(world.database, "pagos", path, world.clock, world.new_id)
    assert done.stored.matches == {"unknown": 1}
