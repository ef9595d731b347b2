"""The office sends and takes back forms; a fault, or other content under one version, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from edited import edited
from office_commands import reference_records, run
from pyxform.xls2json_backends import md_table_to_workbook

from juntos_campo import paths
from juntos_campo.central.database import Database
from juntos_campo.central.tables import audit
from juntos_campo.form_engine.form_files import form_definition_id
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.markdown import settings_of

FORM = """Prosa de la oficina.

| survey |
| | type | name | label |
| | text | a | Pregunta |
| settings |
| | form_title | form_id | version |
| | Prueba | prueba | {version} |
"""


@pytest.fixture
def sent(address: str) -> Iterator[Any]:
    """Asks for what laptops would be sent: ``id@version`` -> (version of the record, deleted, body)."""
    with closing(Database(address)) as database:

        def ask() -> dict[str, tuple[int, bool, dict[str, Any]]]:
            found = {}
            for row, body in reference_records(database, "form_definition"):
                assert row.id == form_definition_id(body["form_id"], body["version"])
                found[f"{body['form_id']}@{body['version']}"] = (row.version, row.deleted, body)
            return found

        yield ask


def form(folder: Path, version: str = "1", *changes: tuple[str, str], name: str = "") -> Path:
    text = edited(FORM.replace("{version}", version), *changes)
    folder.mkdir(exist_ok=True)
    file = folder / (name or f"prueba-{version}.md")
    file.write_text(text, encoding="utf-8")
    return file


def load(address: str, *files: Path, remove: tuple[str, ...] = ()) -> tuple[int, str]:
    wanted: list[str | Path] = []
    for file in files:
        wanted += ["--forms", file]
    for one in remove:
        wanted += ["--forms-remove", one]
    return run("load", *wanted, "--database", address)


def test_a_form_goes_to_every_laptop_and_the_same_again_is_nothing_new(
    address: str, tmp_path: Path, sent: Any
) -> None:
    file = form(tmp_path)
    assert load(address, file) == (0, "Formularios nuevos: prueba@1.\n")
    number, deleted, body = sent()["prueba@1"]
    assert (number, deleted) == (1, False)
    assert body["text"] == file.read_text(encoding="utf-8")
    file.write_text("Otra prosa." + file.read_text(encoding="utf-8"), encoding="utf-8")
    assert "iguales" in load(address, file)[1]
    assert sent()["prueba@1"][0] == 1


def test_every_version_stays_beside_the_newer_one(address: str, tmp_path: Path, sent: Any) -> None:
    assert load(address, form(tmp_path, "1"))[0] == 0
    status, text = load(address, form(tmp_path, "2", ("Pregunta", "Otra pregunta")))
    assert (status, text) == (0, "Formularios nuevos: prueba@2.\n")
    assert set(sent()) == {"prueba@1", "prueba@2"}


def test_another_content_under_a_version_that_exists_is_refused(
    address: str, tmp_path: Path, sent: Any
) -> None:
    load(address, form(tmp_path))
    other = form(tmp_path, "1", ("Pregunta", "Otra pregunta"), name="corregido.md")
    status, text = load(address, other, form(tmp_path, "2"))
    assert status == 1
    for part in ("corregido.md", "CEN-211", "prueba", "versión 1", "Suba la versión"):
        assert part in text
    assert set(sent()) == {"prueba@1"}, "the good file beside it waits too"
    load(address, remove=("prueba@1",))
    assert "CEN-211" in load(address, other)[1], (
        "records made with what was taken back are still read"
    )


def test_the_version_the_program_comes_with_is_not_replaced_by_another_content(
    address: str, tmp_path: Path, sent: Any
) -> None:
    text = (paths.forms() / "salud02.md").read_text(encoding="utf-8")
    same, other = tmp_path / "salud02.md", tmp_path / "otro.md"
    same.write_text(text, encoding="utf-8")
    other.write_text(text.replace("Cabecera", "Datos del establecimiento", 1), encoding="utf-8")
    status, told = load(address, other)
    assert status == 1
    assert "viene con el programa" in told
    assert load(address, same)[0] == 0
    assert len(sent()) == 1


def test_a_version_that_would_not_rule_is_told_when_it_is_sent(
    address: str, tmp_path: Path
) -> None:
    load(address, form(tmp_path, "2"))
    told = load(address, form(tmp_path, "1.9"))[1]
    assert "No regirán, porque hay una versión más nueva: prueba@1.9." in told
    assert "No regirán" not in load(address, form(tmp_path, "2.1"))[1]


FAULTY: list[tuple[tuple[tuple[str, str], ...], tuple[str, ...]]] = [
    ((("| text |", "| texto |"),), ("FRM-002", "fila 2", "texto")),
    ((("| label |", "| etiqueta |"),), ("FRM-003", "etiqueta")),
    ((("| {version} |", "| |"),), ("FRM-011", "version")),
    (
        (("| text | a |", "| texto | a | A |\n| | fecha | b |"),),
        ("2 archivos tienen errores", "FRM-002", "fila 2", "«texto»", "fila 3", "«fecha»"),
    ),
    ((("| label |", "| label | relevant |"), ("| Pregunta |", "| Pregunta | ${b} = 1 |")), ("b",)),
]


@pytest.mark.parametrize(("changes", "named"), FAULTY)
def test_a_faulty_form_is_told_with_its_row_and_nothing_is_sent(
    address: str,
    tmp_path: Path,
    sent: Any,
    changes: tuple[tuple[str, str], ...],
    named: tuple[str, ...],
) -> None:
    text = edited(FORM, *changes)
    bad = tmp_path / "malo.md"
    bad.write_text(text.replace("{version}", "1"), encoding="utf-8")
    worse = tmp_path / "peor.md"
    worse.write_text("esto no es un formulario", encoding="utf-8")
    status, told = load(address, form(tmp_path), bad, worse)
    assert status == 1
    assert [part for part in ("malo.md", "peor.md", *named) if part not in told] == []
    assert sent() == {}


def test_a_workbook_is_sent_as_tables_that_give_the_same_form(
    address: str, tmp_path: Path, sent: Any
) -> None:
    file = tmp_path / "encuesta.xlsx"
    md_table_to_workbook(FORM.replace("{version}", "7")).save(file)
    assert load(address, file)[0] == 0
    body = sent()["prueba@7"][2]
    assert body["file"] == "encuesta.xlsx"
    assert settings_of(body["text"])["version"] == "7"
    assert [one.label.plain() for one in load_text(body["text"]).questions] == ["Pregunta"]


def test_the_files_a_form_reads_travel_with_it(address: str, tmp_path: Path, sent: Any) -> None:
    (tmp_path / "lugares.csv").write_text("name,label\nx,Equis\n", encoding="utf-8")
    (tmp_path / "ajeno.csv").write_text("name,label\n", encoding="utf-8")
    file = form(tmp_path, "1", ("| text |", "| select_one_from_file lugares.csv |"))
    assert load(address, file)[0] == 0
    body = sent()["prueba@1"][2]
    assert body["tables"] == {"lugares.csv": "name,label\nx,Equis\n"}
    (tmp_path / "lugares.csv").write_text("name,label\ny,Ye\n", encoding="utf-8")
    assert "CEN-211" in load(address, file)[1], "other rows are another form"


def test_a_form_without_the_file_it_reads_is_refused(
    address: str, tmp_path: Path, sent: Any
) -> None:
    file = form(tmp_path, "1", ("| text |", "| select_one_from_file lugares.csv |"))
    status, told = load(address, file)
    assert status == 1
    assert "lugares.csv" in told
    assert sent() == {}


def test_forms_are_taken_back_by_version_or_all_at_once_and_can_come_again(
    address: str, tmp_path: Path, sent: Any
) -> None:
    load(address, form(tmp_path, "1"), form(tmp_path, "2"), form(tmp_path, "3"))
    assert load(address, remove=("prueba@2",)) == (0, "Formularios retirados: prueba@2.\n")
    assert {name: one[1] for name, one in sent().items()} == {
        "prueba@1": False, "prueba@2": True, "prueba@3": False,
    }  # fmt: skip
    assert load(address, remove=("prueba",))[0] == 0
    assert all(one[1] for one in sent().values())
    status, told = load(address, remove=("prueba",))
    assert status == 1
    assert "CEN-210" in told
    assert load(address, form(tmp_path, "2"))[1] == "Formularios nuevos: prueba@2.\n"
    assert sent()["prueba@2"][:2] == (3, False)
    with closing(Database(address)) as database, database.reading() as connection:
        noted = [
            (row.action, row.detail)
            for row in connection.execute(sa.select(audit).order_by(audit.c.sequence))
        ]
    assert noted[-1] == ("forms.added", "prueba@2")
    assert ("forms.taken_back", "prueba@2") in noted


def test_two_files_of_one_version_are_not_silently_one(
    address: str, tmp_path: Path, sent: Any
) -> None:
    status, told = load(address, form(tmp_path), form(tmp_path, name="copia.md"))
    assert status == 1
    assert "CEN-212" in told
    assert "copia.md" in told
    assert sent() == {}


def test_a_form_no_slow_link_could_carry_is_refused(
    address: str, tmp_path: Path, sent: Any
) -> None:
    (tmp_path / "lugares.csv").write_text("name,label\n" + "x,Equis\n" * 300_000, "utf-8")
    file = form(tmp_path, "1", ("| text |", "| select_one_from_file lugares.csv |"))
    status, told = load(address, file)
    assert status == 1
    assert "CEN-213" in told
    assert sent() == {}
