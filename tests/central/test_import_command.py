"""`juntos-central import` as an operator uses it: nothing half imported, everything told."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from office_commands import run
from openpyxl import load_workbook

from juntos_campo.central.database import Database
from juntos_campo.central.imports import importing
from juntos_campo.central.loading import load
from juntos_campo.central.settings import sqlite_url
from juntos_campo.central.tables import (
    audit,
    external_matches,
    external_records,
    findings,
    imports,
    partitions,
    records,
)
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import Household, Member, Settlement
from juntos_campo.domain.values import DocumentKind, Sex

NOW = datetime(2026, 11, 17, 8, 0, tzinfo=LIMA)
ROW = {
    "tipo_documento": "DNI", "numero_documento": "51000001", "apellido_paterno": "Quispe",
    "apellido_materno": "Huamán", "nombres": "Wayra", "fecha_nacimiento": "01/03/2025",
    "servicio": "90670", "fecha": "05/10/2025",
}  # fmt: skip
WRONG_DIGIT = {**ROW, "numero_documento": "61000001", "servicio": "90723"}
FAULTY = {**ROW, "fecha": "31/02/2025"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of the server that `--data` names."""
    return tmp_path / "central"


@pytest.fixture
def server(folder: Path) -> Iterator[Database]:
    """A server with one household and one child."""
    assert run("init", "--data", folder)[0] == 0
    database = Database(sqlite_url(folder))
    home = Household(id="h-1", code="00042", field_worker="ana", settlement_id="s-1")
    child = Member(
        id="m-1", household_id="h-1", document_kind=DocumentKind.DNI, document_number="51000001",
        paternal="QUISPE", maternal="HUAMÁN", given="Wayra", sex=Sex.FEMALE,
        birth_date=date(2025, 3, 1),
    )  # fmt: skip
    settlement = Settlement(
        id="s-1", name="Ccatun Pampa", ubigeo="030101", district="Abancay", province="Abancay"
    )
    load(database, [settlement, home, child], FixedClock(NOW))
    yield database
    database.close()


def as_file(path: Path, rows: Sequence[Mapping[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def everything(database: Database) -> dict[str, list[Any]]:
    tables = (audit, external_matches, external_records, findings, imports, partitions, records)
    with database.reading() as connection:
        return {one.name: list(connection.execute(sa.select(one))) for one in tables}


def told_to(database: Database) -> int:
    """How many findings laptops would be sent."""
    sql = sa.select(sa.func.count()).where(records.c.kind == "external_finding", ~records.c.deleted)
    with database.reading() as connection:
        return int(connection.execute(sql).scalar_one())


def test_a_faulty_row_is_told_with_its_remedy_and_nothing_of_the_file_is_imported(
    server: Database, folder: Path, tmp_path: Path
) -> None:
    file = as_file(tmp_path / "his.csv", [ROW, FAULTY])
    before = everything(server)
    listed = tmp_path / "fallas.csv"
    status, said = run("import", "his", file, "--data", folder)
    assert status == 1
    assert "CEN-331" in said
    assert "fila 3, fecha" in said
    assert everything(server) == before
    run("import", "his", file, "--faults", listed, "--data", folder)
    rows = list(csv.reader(listed.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert next(row[:3] for row in rows[1:] if row[4] == "error") == ["3", "fecha", "31/02/2025"]
    status, said = run("import", "his", file, "--accept-good", "--data", folder)
    assert (status, told_to(server)) == (0, 1)
    assert "1 con fallas, no usadas" in said


def test_a_file_that_is_not_what_was_asked_for_is_refused_in_plain_words(
    server: Database, folder: Path, tmp_path: Path
) -> None:
    before = everything(server)
    services = b"tipo_documento;numero_documento;servicio;fecha\nDNI;51000001;90670;1\n"
    for source, content, code in (
        ("his", b"", "CEN-330"),
        ("his", b"%PDF-1.7 nada", "CEN-330"),
        ("siagie", services, "CEN-330"),
        ("otro", b"a;b\n1;2\n", "EXT-002"),
    ):
        file = tmp_path / "archivo.csv"
        file.write_bytes(content)
        status, said = run("import", source, file, "--data", folder)
        assert status == 1
        assert code in said
    assert everything(server) == before


def test_a_dry_run_says_what_would_happen_and_keeps_nothing(
    server: Database, folder: Path, tmp_path: Path
) -> None:
    file = as_file(tmp_path / "his.csv", [ROW, WRONG_DIGIT])
    before = everything(server)
    status, said = run("import", "his", file, "--dry-run", "--data", folder)
    assert status == 0
    assert "2 nuevas" in said
    assert "no se guardó nada" in said
    assert everything(server) == before


def test_what_must_be_decided_goes_out_as_a_table_and_comes_back_with_the_answers(
    server: Database, folder: Path, tmp_path: Path
) -> None:
    run("import", "his", as_file(tmp_path / "his.csv", [ROW, WRONG_DIGIT]), "--data", folder)
    assert told_to(server) == 1
    shown = run("import", "--suggestions", "--data", folder)[1]
    assert "QUISPE HUAMÁN, Wayra (DNI 51000001, nacimiento 2025-03-01, hogar 00042)" in shown
    table = tmp_path / "por confirmar.csv"
    assert run("import", "--suggestions", "--csv", table, "--data", folder)[0] == 0
    rows = list(csv.DictReader(table.read_text(encoding="utf-8-sig").splitlines(), delimiter=";"))
    assert [row["hogar"] for row in rows] == ["00042"]
    assert "61000001" in rows[0]["el_archivo_dice"]
    rows[0]["decision"] = "SI"
    answered = as_file(tmp_path / "decidido.csv", rows)
    status, said = run("import", "--decisions", answered, "--by", "rosa", "--data", folder)
    assert (status, told_to(server)) == (0, 2)
    assert "1 confirmado" in said
    with server.reading() as connection:
        actors = connection.execute(
            sa.select(audit.c.actor).where(audit.c.action == "import.confirmed")
        ).scalars()
        assert list(actors) == ["rosa"]
    assert "CEN-332" in run("import", "--decisions", answered, "--data", folder)[1]


def test_a_decision_that_is_no_answer_is_told_with_its_row_and_none_is_taken(
    server: Database, folder: Path, tmp_path: Path
) -> None:
    run("import", "his", as_file(tmp_path / "his.csv", [WRONG_DIGIT]), "--data", folder)
    before = everything(server)
    file = tmp_path / "decidido.csv"
    file.write_text("codigo;decision\n0123456789ab:1;tal vez\n", encoding="utf-8")
    status, said = run("import", "--decisions", file, "--data", folder)
    assert status == 1
    assert "CEN-334" in said
    assert "fila 2" in said
    assert run("import", "--confirm", "%:1", "--data", folder)[0] == 1
    assert everything(server) == before


def test_the_list_shows_every_import_and_what_was_found_and_opens_in_excel(
    server: Database, folder: Path, tmp_path: Path
) -> None:
    run("import", "his", as_file(tmp_path / "his.csv", [ROW]), "--data", folder)
    said = run("import", "--list", "--data", folder)[1]
    assert "his.csv" in said
    assert "lista" in said
    target = tmp_path / "informe.xlsx"
    assert run("import", "--list", "--csv", target, "--data", folder)[0] == 0
    book = load_workbook(target)
    (_header, row) = list(book.worksheets[0].iter_rows(values_only=True))
    assert row[0] == "his"
    assert row[2] == "NEUMO"
    assert row[5] == 1, "only there"
    assert (
        "CEN-336"
        in run("import", "--list", "--csv", tmp_path / "no" / "x.csv", "--data", folder)[1]
    )


def test_an_import_cut_off_before_the_laptops_heard_of_it_is_finished_by_the_next_refresh(
    server: Database, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = as_file(tmp_path / "his.csv", [ROW])

    def cut(*_arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(importing, "tell", cut)
        with pytest.raises(KeyboardInterrupt):
            importing.import_file(server, "his", file, FixedClock(NOW), lambda: "i-1")
    assert told_to(server) == 0
    run("import", "--list", "--csv", tmp_path / "l.xlsx", "--data", folder)
    listed = load_workbook(tmp_path / "l.xlsx").worksheets[1]
    assert "pendiente" in str(list(listed.values))
    assert run("import", "--refresh", "--data", folder)[0] == 0
    assert told_to(server) == 1


def test_asking_for_nothing_is_answered_with_what_can_be_asked(
    server: Database, folder: Path
) -> None:
    del server
    status, said = run("import", "--data", folder)
    assert status == 1
    assert "CEN-335" in said
