"""`juntos-campo growth`: one measurement, and a file of them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.commands import growth

GIRL = ("--sex", "F", "--birth", "2024-06-15", "--on", "2025-06-15")
HEADER = "codigo;sexo;fecha_nacimiento;fecha;peso_kg;talla_cm;posicion;peso_nacer;nombre"


@pytest.fixture
def run() -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    growth.register(app)
    return lambda *options: CliRunner().invoke(app, ["growth", *map(str, options)])


def test_a_measurement_is_answered_with_its_reasons(run: Any) -> None:
    done = run(*GIRL, "--weight", 9, "--height", 70, "--position", "h", "--weeks", 35, "--json")
    assert done.exit_code == 0
    answer = json.loads(done.stdout)
    assert (answer["age_days"], answer["height_used_cm"]) == (365, 70.7)
    assert "pendiente" in answer["note"]
    by_short = {one["short"]: one for one in answer["results"]}
    # 9 kg at 365 days: the published worked example (doi 10.6084/m9.figshare.4294085), z 0.0488.
    assert by_short["P/E"]["z"] == 0.05
    assert by_short["P/E"]["label"] == "normal"
    assert by_short["P/E"]["why"]["official"] is True
    assert by_short["T/E"]["why"]["official"] is False
    assert "+0.7" in by_short["T/E"]["why"]["text"]


def test_without_json_a_person_reads_sentences(run: Any) -> None:
    done = run(*GIRL, "--weight", 6.0)
    assert done.exit_code == 0
    assert "P/E: Pesa 6.00 kg" in done.stdout
    assert "bajo peso severo" in done.stdout
    assert "Pida que lo evalúen" in done.stdout
    assert "T/E: Falta la talla." in done.stdout
    too_old = run("--sex", "M", "--birth", "2015-01-01", "--on", "2025-01-01", "--weight", 30)
    assert "no hay puntaje z" in too_old.stdout


@pytest.mark.parametrize(
    ("options", "part"),
    [
        ((*GIRL, "--weight", "0"), "no es un valor posible en kilogramos"),
        ((*GIRL, "--weight", "nan"), "no es un valor posible en kilogramos"),
        ((*GIRL, "--height", "300"), "no es un valor posible en centímetros"),
        ((*GIRL, "--weight", "9", "--position", "x"), "La posición «x» no se conoce"),
        (GIRL, "No hay peso ni talla"),
        (("--sex", "X", *GIRL[2:], "--weight", "9"), "El sexo «X» no se conoce"),
        ((*GIRL[:2], "--weight", "9"), "--birth, --on"),
        (
            ("--sex", "F", "--birth", "2025-06-16", "--on", "2025-06-15", "--weight", "3"),
            "anterior al nacimiento",
        ),
        (("--csv", "x.csv"), "--out"),
    ],
)
def test_a_wrong_option_is_told_in_spanish_with_what_to_do(
    run: Any, options: tuple[str, ...], part: str
) -> None:
    done = run(*options)
    assert done.exit_code == 2
    assert part in done.stderr
    assert "Traceback" not in done.output


def test_a_file_comes_back_row_by_row_and_faulty_rows_keep_their_place(
    run: Any, tmp_path: Path
) -> None:
    file, out = tmp_path / "entrada.csv", tmp_path / "salida.csv"
    rows = [
        "a;F;15/06/2024;15/06/2025;9;70;H;3200;Sin leer",
        "b;M;15/06/2024;15/06/2025;nueve;70;;;",
        "=1+1;F;2024-06-15;2025-06-15;6.0;;;;",
        "d;F;15/06/2025;15/06/2024;3;50;;;",
        "e;F;15/06/2024;15/06/2025;;;;;",
        "f;F;15/06/2024;;9;70;L;;",
        "g;F;15/06/2024;15/06/2025;9;700;echado;;",
        "h;F;15/06/2010;15/06/2025;40;150;de pie;;",
    ]
    file.write_text("\n".join([HEADER, *rows]), encoding="utf-8")
    before = file.read_bytes()
    done = run("--csv", file, "--out", out)
    assert done.exit_code == 1, done.output
    assert "8 filas, 5 con error" in done.stderr
    assert "«nombre»" in done.stderr, "a column that is not read must be told"
    assert file.read_bytes() == before
    with out.open(encoding="utf-8-sig", newline="") as handle:
        found = list(csv.DictReader(handle, delimiter=";"))
    assert [row["codigo"] for row in found] == ["a", "b", "'=1+1", "d", "e", "f", "g", "h"]
    assert [row["fila"] for row in found] == [str(number) for number in range(2, 10)]
    errors = [row["error"] for row in found]
    assert [bool(error) for error in errors] == [False, True, False, True, True, True, True, False]
    assert errors[1].startswith("«peso_kg»: ")
    assert "anterior al nacimiento" in errors[3]
    assert "No hay peso ni talla" in errors[4]
    assert errors[5].startswith("«fecha»: ")
    assert errors[6].startswith("«talla_cm»: ")
    first = found[0]
    assert (first["edad_dias"], first["talla_usada_cm"], first["z_pe"]) == ("365", "70.7", "0.05")
    assert (first["clase_te"], first["alarma_te"], first["poco_creible_te"]) == (
        "normal",
        "NO",
        "NO",
    )
    assert (found[2]["clase_pe"], found[2]["alarma_pe"], found[2]["z_te"]) == (
        "bajo peso severo",
        "SI",
        "",
    )
    assert found[1]["z_pe"] == found[7]["z_pe"] == ""


def test_a_file_that_cannot_be_used_is_told_and_nothing_is_overwritten(
    run: Any, tmp_path: Path
) -> None:
    file = tmp_path / "entrada.csv"
    file.write_text(f"{HEADER}\na;F;15/06/2024;15/06/2025;9;70;;;\n", encoding="utf-8")
    same = run("--csv", file, "--out", file)
    assert same.exit_code == 2
    assert "son el mismo" in same.stderr
    nowhere = run("--csv", file, "--out", tmp_path / "no" / "salida.csv")
    assert nowhere.exit_code == 2
    assert "No se pudo escribir" in nowhere.stderr
    good = run("--csv", file, "--out", tmp_path / "buena.csv")
    assert good.exit_code == 0
    assert "1 fila, 0 con error: buena.csv" in good.stdout
    missing = run("--csv", tmp_path / "nada.csv", "--out", tmp_path / "salida.csv")
    assert missing.exit_code == 2
    file.write_text("a;b\n1;2\n", encoding="utf-8")
    assert run("--csv", file, "--out", tmp_path / "salida.csv").exit_code == 2
    assert not (tmp_path / "salida.csv").exists()
