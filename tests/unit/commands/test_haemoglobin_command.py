from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.commands import haemoglobin

WOMAN = ("--birth", "1996-05-01", "--sex", "F", "--on", "2026-11-21")

GOLDEN = [
    # domain.md C4: a woman of 30 and what is known of her
    ("11.5", ("--altitude", "162"), 11.5, "mild"),
    ("11.5", ("--altitude", "3848"), 9.0, "moderate"),
    ("13.8", ("--altitude", "4373"), 10.9, "moderate"),
    ("10.8", ("--altitude", "3746", "--trimester", "2"), 8.3, "moderate"),
    ("11.5", (), 11.5, "mild"),
]
IDS = ["Lima", "Puno", "Cerro de Pasco", "gestante en Huancavelica", "altitud desconocida"]


@pytest.fixture
def run() -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    haemoglobin.register(app)
    return lambda *options: CliRunner().invoke(app, ["haemoglobin", *map(str, options)])


@pytest.mark.parametrize(("value", "options", "adjusted", "level"), GOLDEN, ids=IDS)
def test_the_known_cases_get_the_known_answers_at_the_command_line(
    run: Any, value: str, options: tuple[str, ...], adjusted: float, level: str
) -> None:
    result = run(value, *WOMAN, *options, "--json")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    assert (answer["adjusted"], answer["level"]) == (adjusted, level)
    assert "NTS 213" in answer["why"]["norm"]


def test_without_an_altitude_the_answer_says_that_nothing_was_adjusted(run: Any) -> None:
    answer = json.loads(run("11.5", *WOMAN, "--json").stdout)
    assert answer["altitude"]["metres"] is None
    assert "no está ajustado" in answer["note"]


def test_the_altitude_of_a_district_is_used_and_named_as_such(run: Any) -> None:
    answer = json.loads(run("11.5", *WOMAN, "--ubigeo", "030701", "--json").stdout)
    assert answer["altitude"] == {
        "metres": 3360,
        "source": "altitud de la capital del distrito de Chuquibambilla; "
        "no se conoce la del centro poblado",
        "of_settlement": False,
    }
    assert answer["adjustment"] == 2.1
    assert "capital del distrito" in answer["why"]["text"]


def test_a_district_without_a_sure_altitude_leaves_the_value_unadjusted(run: Any) -> None:
    answer = json.loads(run("11.5", *WOMAN, "--ubigeo", "030710", "--json").stdout)
    assert (answer["altitude"]["metres"], answer["adjusted"]) == (None, 11.5)


def test_a_measurement_is_judged_by_the_norm_of_its_day(run: Any) -> None:
    child = ("--birth", "2023-01-01", "--sex", "M", "--altitude", "2600", "--json")
    old = json.loads(run("12.0", *child, "--on", "2024-04-07").stdout)
    new = json.loads(run("12.0", *child, "--on", "2024-04-08").stdout)
    assert (old["adjusted"], new["adjusted"]) == (10.7, 10.2)
    assert (old["why"]["official"], new["why"]["official"]) == (False, True)


def test_a_person_reads_a_sentence_and_what_lacks_a_source(run: Any) -> None:
    told = run("9.8", *WOMAN, "--altitude", "100", "--trimester", "2").stdout
    assert "anemia moderada" in told
    assert "sin fuente oficial" in told


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("11.5",), "Falta --birth, --sex, --on"),
        (WOMAN, "Falta el valor"),
        (("115", *WOMAN), "no es un valor posible"),
        (("nan", *WOMAN), "no es un valor posible"),
        (("11.5", "--birth", "2026-11-22", "--sex", "F", "--on", "2026-11-21"), "anterior al nac"),
        (("11.5", *WOMAN, "--ubigeo", "999999"), "Ningún distrito"),
        (("11.5", *WOMAN, "--ubigeo", "Lima"), "no es un UBIGEO"),
        (("11.5", *WOMAN, "--ubigeo", "030701", "--altitude", "3000"), "a la vez"),
        (("11.5", *WOMAN, "--trimester", "1", "--puerpera"), "uno excluye al otro"),
        (
            ("11.5", "--birth", "1996-05-01", "--sex", "M", "--on", "2026-11-21", "--puerpera"),
            "en un varón, ninguno",
        ),
        (("--csv", "no-hay.csv", "--out", "x.csv"), "no-hay.csv"),
        (("--csv", "no-hay.csv"), "Falta --out"),
    ],
)
def test_bad_input_is_explained_and_not_a_traceback(
    run: Any, options: tuple[str, ...], said: str
) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def batch(run: Any, folder: Path, text: str) -> tuple[int, list[dict[str, str]]]:
    source, out = folder / "in.csv", folder / "out.csv"
    source.write_text(text, encoding="utf-8")
    code = run("--csv", source, "--out", out).exit_code
    with out.open(encoding="utf-8-sig", newline="") as handle:
        return code, list(csv.DictReader(handle, delimiter=";"))


HEAD = "id;valor;fecha_nacimiento;sexo;fecha;altitud;ubigeo;trimestre;puerpera;prematuro\n"


def test_the_known_cases_get_the_known_answers_in_a_file(run: Any, tmp_path: Path) -> None:
    code, rows = batch(
        run,
        tmp_path,
        HEAD
        + "lima;11.5;01/05/1996;F;21/11/2026;162;;;;\n"
        + "puno;11,5;1996-05-01;f;2026-11-21;3848;;;no;no\n"
        + "pasco;13.8;01/05/1996;F;21/11/2026;4373;;;;\n"
        + "huancavelica;10.8;01/05/1996;F;21/11/2026;3746;;2;;\n"
        + "nadie sabe;11.5;01/05/1996;F;21/11/2026;;;;;\n"
        + "distrito;11.5;01/05/1996;F;21/11/2026;;30701;;;\n",
    )
    assert code == 0
    assert [(row["id"], row["ajustada"], row["nivel"]) for row in rows] == [
        ("lima", "11.5", "anemia leve"),
        ("puno", "9.0", "anemia moderada"),
        ("pasco", "10.9", "anemia moderada"),
        ("huancavelica", "8.3", "anemia moderada"),
        ("nadie sabe", "11.5", "anemia leve"),
        ("distrito", "9.4", "anemia moderada"),
    ]
    assert {row["error"] for row in rows} == {""}
    assert "no está ajustado" in rows[4]["nota"]
    assert "Chuquibambilla" in rows[5]["altitud_de"]
    assert {row["fuente_oficial"] for row in rows[:3]} == {"si"}
    assert rows[3]["norma"].startswith("NTS 213")


FAULTY = [
    ("115;01/05/1996;F;21/11/2026;100;;;;", "valor"),
    ("once;01/05/1996;F;21/11/2026;100;;;;", "valor"),
    (";01/05/1996;F;21/11/2026;100;;;;", "valor"),
    ("11.5;31/02/1996;F;21/11/2026;100;;;;", "fecha_nacimiento"),
    ("11.5;01/05/1996;X;21/11/2026;100;;;;", "sexo"),
    ("11.5;01/05/1996;F;;100;;;;", "fecha"),
    ("11.5;01/05/1996;F;21/11/2026;9000;;;;", "altitud"),
    ("11.5;01/05/1996;F;21/11/2026;;999999;;;", "Ningún distrito"),
    ("11.5;01/05/1996;F;21/11/2026;100;;4;;", "trimestre"),
    ("11.5;01/05/1996;M;21/11/2026;100;;2;;", "en un varón, ninguno"),
    ("11.5;01/05/1996;F;21/11/1990;100;;;;", "anterior al nacimiento"),
    ("11.5;01/05/1996;F;21/11/2026;100;;;tal vez;", "puerpera"),
]


def test_a_faulty_row_keeps_its_place_with_its_error_and_the_others_are_judged(
    run: Any, tmp_path: Path
) -> None:
    good = "11.5;01/05/1996;F;21/11/2026;162;;;;"
    lines = [good, *(line for line, _ in FAULTY), good]
    code, rows = batch(
        run, tmp_path, HEAD + "".join(f"{n};{line}\n" for n, line in enumerate(lines))
    )
    assert code == 1
    assert [row["id"] for row in rows] == [str(number) for number in range(len(lines))]
    assert [row["fila"] for row in rows] == [str(number + 2) for number in range(len(lines))]
    for row, (line, said) in zip(rows[1:-1], FAULTY, strict=True):
        assert said in row["error"], line
        assert (row["ajustada"], row["nivel"]) == ("", "")
    assert [(row["ajustada"], row["error"]) for row in (rows[0], rows[-1])] == [("11.5", "")] * 2


def test_a_cell_that_excel_would_run_comes_out_as_text(run: Any, tmp_path: Path) -> None:
    _, rows = batch(run, tmp_path, HEAD + "=1+1;11.5;01/05/1996;F;21/11/2026;162;;;;\n")
    assert rows[0]["id"] == "'=1+1"


def test_a_file_without_its_columns_is_refused_with_their_names(run: Any, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("valor;sexo\n11.5;F\n", encoding="utf-8")
    result = run("--csv", source, "--out", tmp_path / "out.csv")
    assert result.exit_code == 2
    assert "fecha_nacimiento" in result.stderr
    assert not (tmp_path / "out.csv").exists()
