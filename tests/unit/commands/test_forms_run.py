"""`forms run`: answers in, the record or its errors out; and `forms check` on all faults of a file."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import typer
from lxml import etree
from typer.testing import CliRunner

from juntos_campo.commands import forms

RUNNER = CliRunner()
FORM = """
| survey |
| | type | name | label::es | label::qu | required | relevant | constraint | constraint_message::es | \
constraint_message::qu | calculation | repeat_count |
| | text | nombre | Nombre | Suti | yes | | | | | | |
| | today | hoy | | | | | | | | | |
| | username | quien | | | | | | | | | |
| | begin group | salud | Salud | Qhali kay | | | | | | | |
| | select_multiple vacunas | vacunas | Vacunas | Vacunas | | | | | | | |
| | acknowledge | conforme | Conforme | Arí | | | | | | | |
| | end group | | | | | | | | | | |
| | begin repeat | ninos | Niños | Wawakuna | | | | | | | |
| | decimal | peso | Peso de ${nombre} | Llasa | | | . < 40 | Nadie pesa tanto. | Manan. | | |
| | text | motivo | Motivo | Imarayku | | ${peso} < 3 | | | | | |
| | begin repeat | dosis | Dosis | Dosis | | | | | | | |
| | integer | numero | Número | Yupay | | | | | | | |
| | end repeat | | | | | | | | | | |
| | end repeat | | | | | | | | | | |
| | calculate | total | | | | | | | | sum(${numero}) | |
| | begin repeat | contados | Contados | Yupasqa | | | | | | | 2 |
| | text | cosa | Cosa | Ima | | | | | | | |
| | end repeat | | | | | | | | | | |
| choices |
| | list_name | name | label::es | label::qu |
| | vacunas | bcg | BCG | BCG |
| | vacunas | penta | Pentavalente | Pentavalente |
| settings |
| | form_title | form_id | version | default_language | instance_name |
| | Prueba | prueba | 3 | es | concat('De ', ${nombre}) |
"""
NESTED: dict[str, Any] = {
    "nombre": "Ana",
    "salud": {"vacunas": ["penta", "bcg"], "conforme": True},
    "ninos": [
        {"peso": 8.4, "dosis": [{"numero": 1}, {"numero": 2}]},
        {"peso": "2,5", "motivo": "nació antes"},
    ],
    "contados": [{"cosa": "a"}],
}
FLAT = {
    "nombre": "Ana",
    "vacunas": "BCG, pentavalente",
    "conforme": "sí",
    "#ninos": "1 2",
    "1/peso": 8.4,
    "1/#dosis": "1 2",
    "1/1/numero": 1,
    "1/2/numero": 2,
    "2/peso": "2,5",
    "2/motivo": "nació antes",
    "1/cosa": "a",
}


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer()
    forms.register(made)
    return made


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "prueba.md").write_text(FORM, "utf-8")
    return tmp_path


def run(app: typer.Typer, place: Path, answers: object, *options: str) -> tuple[int, str]:
    text = answers if isinstance(answers, str) else json.dumps(answers)
    (place / "a.json").write_text(text, "utf-8")
    result = RUNNER.invoke(
        app,
        ["forms", "run", str(place / "prueba.md"), "--answers", str(place / "a.json"),
         "--today", "2026-11-21", *options],
    )  # fmt: skip
    assert "Traceback" not in result.output
    return result.exit_code, result.output


@pytest.mark.parametrize("answers", [NESTED, FLAT], ids=["nested", "flat"])
def test_both_ways_of_writing_answers_give_the_same_record(
    app: typer.Typer, place: Path, answers: object
) -> None:
    code, output = run(app, place, answers, "--person", "rccori")
    assert code == 0, output
    record = json.loads(output)
    assert record["nombre"] == "De Ana"
    assert record["version"] == "3"
    kept = record["respuestas"]
    assert (kept["hoy"], kept["quien"], kept["vacunas"], kept["conforme"]) == (
        "2026-11-21", "rccori", "bcg penta", "OK"
    )  # fmt: skip
    assert (kept["1/peso"], kept["2/peso"], kept["2/motivo"]) == (8.4, 2.5, "nació antes")
    assert record["calculados"] == {"total": "3", "contados_count": "2"}
    assert record["tablas"]["dosis"][1]["numero"] == 2
    assert record["tablas"]["dosis"][1]["fila"] == "1/2"
    assert record["no_cuentan"] == []


def test_what_the_form_does_not_ask_is_told_not_kept(app: typer.Typer, place: Path) -> None:
    code, output = run(app, place, {**FLAT, "1/motivo": "ninguno"})
    record = json.loads(output)
    assert code == 0
    assert record["no_cuentan"] == ["1/motivo"]
    assert "1/motivo" not in record["respuestas"]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("es", "1/peso (Peso de Ana): Nadie pesa tanto."),
        ("qu", "1/peso (Llasa): Manan."),
    ],
)
def test_what_is_wrong_is_told_with_address_label_and_message(
    app: typer.Typer, place: Path, language: str, said: str
) -> None:
    code, output = run(app, place, {**FLAT, "1/peso": 84}, "--language", language)
    assert code == 1
    assert output.strip() == said


def test_a_missing_answer_and_an_unreadable_one_are_both_told(
    app: typer.Typer, place: Path
) -> None:
    code, output = run(app, place, {"#ninos": "x", "x/peso": "ocho"})
    assert code == 1
    assert "nombre (Nombre): Falta este dato." in output
    assert "x/peso (Peso de): «ocho» no es un número" in output


WRONG: list[tuple[object, str]] = [
    ({"nonbre": "Ana"}, "nonbre: esa pregunta no existe en el formulario. ¿Quiso decir «nombre»?"),
    ({"#hijos": "a"}, "#hijos: esa pregunta no existe"),
    ({"peso": 3}, "peso: la pregunta está en la repetición «ninos»."),
    ({"1/nombre": "Ana"}, "1/nombre: la pregunta no se repite."),
    ({"9/peso": 3}, "9/peso: falta la fila «9»; agréguela en «#ninos»."),
    ({"total": 3}, "total: la calcula el formulario; no se responde."),
    ({"nombre": {"es": "Ana"}}, "nombre: se esperaba una respuesta, no un objeto."),
    ({"nombre": [1, 2]}, "nombre: se esperaba una respuesta, no una lista."),
    ({"ninos": [3]}, "ninos[1]: cada fila se escribe entre llaves."),
    ({"#ninos": "a a"}, "#ninos: cada fila lleva una clave propia"),
    ({"#ninos": ["a/b"]}, "#ninos: cada fila lleva una clave propia"),
    ({"#dosis": "a"}, "#dosis: «dosis» va dentro de la fila que la contiene."),
    ("{", "no es JSON (línea 1"),
    ("[]", "no es un objeto JSON"),
    ('{"nombre": NaN}', "«NaN» no es un número"),
    ('{"nombre": 1e400}', "«1e400» no es un número"),
    ('{"nombre": "Ana", "nombre": "Luz"}', "«nombre» está dos veces"),
    ({"#ninos": {"a": 1}}, '#ninos: escriba las filas así: "k1 k2".'),
    ({"ninos": {"peso": 8}}, "ninos: escriba sus filas entre corchetes"),
    ({"0/cosa": "a"}, "0/cosa: las filas de «contados» se llaman 1, 2, 3"),
]


@pytest.mark.parametrize(("answers", "said"), WRONG, ids=[said[:30] for _, said in WRONG])
def test_a_slip_in_the_answers_is_told_with_its_place(
    app: typer.Typer, place: Path, answers: object, said: str
) -> None:
    code, output = run(app, place, answers)
    assert code == 1
    assert said in output


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--now", "mañana"), "«mañana» no es una fecha"),
        (("--out", "x.pdf"), ".xml, .csv, .xlsx"),
        (("--out", "no/existe/x.xml"), "No se pudo escribir «x.xml»"),
        (("--language", "en"), "es, qu"),
        (("--table", "miembros=no.csv"), "no.csv"),
    ],
)
def test_a_wrong_option_is_told(
    app: typer.Typer, place: Path, options: tuple[str, str], said: str
) -> None:
    code, output = run(app, place, FLAT, *options)
    assert code == 1
    assert said in output


def test_the_record_is_written_as_xform(app: typer.Typer, place: Path) -> None:
    out = place / "r.xml"
    code, _ = run(app, place, FLAT, "--out", str(out))
    assert code == 0
    root = etree.fromstring(out.read_bytes())
    assert (root.get("id"), root.get("version")) == ("prueba", "3")
    assert [one.findtext("peso") for one in root.iter("ninos")] == ["8.4", "2.5"]


def test_a_record_made_elsewhere_is_run_again_from_its_xform(app: typer.Typer, place: Path) -> None:
    out = place / "r.xml"
    _, first = run(app, place, FLAT, "--out", str(out))
    again = RUNNER.invoke(
        app,
        ["forms", "run", str(place / "prueba.md"), "--answers", str(out), "--today", "2026-11-21"],
    )
    assert again.exit_code == 0, again.output
    made = json.loads(first[: first.rindex("}") + 1])["respuestas"]
    assert json.loads(again.output)["respuestas"] == made
    out.write_bytes(out.read_bytes()[:-20])
    cut = RUNNER.invoke(app, ["forms", "run", str(place / "prueba.md"), "--answers", str(out)])
    assert cut.exit_code == 1
    assert "no es XML" in cut.output


def test_the_record_is_written_for_excel_and_runs_nothing(app: typer.Typer, place: Path) -> None:
    run(app, place, {**FLAT, "nombre": "=1+1"}, "--out", str(place / "r.csv"))
    text = (place / "r.csv").read_bytes()
    assert text.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(text.decode("utf-8-sig").splitlines(), delimiter=";")
    assert row["nombre"] == "'=1+1"
    assert (place / "r-dosis.csv").exists()
    run(app, place, FLAT, "--out", str(place / "r.xlsx"))
    book = openpyxl.load_workbook(place / "r.xlsx")
    assert book.sheetnames == ["prueba", "ninos", "dosis", "contados"]
    assert [cell.value for cell in book["ninos"]["C"]] == ["peso", 8.4, 2.5]


def test_nothing_is_written_when_something_is_wrong(app: typer.Typer, place: Path) -> None:
    code, _ = run(app, place, {"nombre": ""}, "--out", str(place / "r.xml"))
    assert code == 1
    assert not (place / "r.xml").exists()


def test_the_same_answers_give_the_same_record_to_the_letter(app: typer.Typer, place: Path) -> None:
    assert run(app, place, FLAT)[1] == run(app, place, FLAT)[1]


def test_check_lists_every_fault_of_a_file_and_counts_them(app: typer.Typer, place: Path) -> None:
    bad = place / "malo.md"
    bad.write_text(
        "| survey |\n| | type | name | label |\n| | geoshape | a | A |\n| | text | b c | B |\n"
        "| settings |\n| | form_title | form_id | version |\n| | P | p | 1 |\n",
        "utf-8",
    )
    result = RUNNER.invoke(app, ["forms", "check", str(bad), str(place / "prueba.md")])
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0].startswith("malo.md: hoja survey, fila 2, columna type")
    assert "geopoint" in lines[0]
    assert lines[1].startswith("malo.md: hoja survey, fila 3, columna name")
    assert lines[2] == "malo.md: 2 errores."
    assert lines[3].startswith("prueba.md: correcto. Prueba, versión 3:")


def test_check_tells_what_may_be_a_slip_in_spanish(app: typer.Typer, place: Path) -> None:
    file = place / "aviso.md"
    file.write_text(FORM.replace("| Suti |", "| |"), "utf-8")
    result = RUNNER.invoke(app, ["forms", "check", str(file)])
    assert result.exit_code == 0
    assert (
        "aviso.md: aviso: hoja survey, columna label::qu: falta la traducción en la fila 2."
        in result.output
    )


def test_the_text_that_explains_a_folder_of_forms_is_no_broken_form(
    app: typer.Typer, place: Path
) -> None:
    (place / "README.md").write_text("# Formularios\n\n| a | b |\n", "utf-8")
    result = RUNNER.invoke(app, ["forms", "check", *map(str, sorted(place.glob("*.md")))])
    assert result.exit_code == 0, result.output
    assert "README.md: explica la carpeta" in result.output
    assert "prueba.md: correcto" in result.output
