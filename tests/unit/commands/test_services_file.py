from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.commands import services

PEOPLE = """id;fecha_nacimiento;sexo;dni;peso_nacer;semanas_nacer;altitud;fur
a;03/05/2026;M;SI;3100;39;;
b;2026-13-01;F;;;;;
c;1996-01-01;F;SI;;;;2026-08-20
a;2026-05-03;M;;;;;
d;2026-05-03;M;;;;;2026-08-20
=e;1960-01-01;M;;;;;
"""
EVENTS = """id;servicio;fecha;numero;valor
a;rota;05/07/2026;1;
A;XYZ;06/07/2026;1;
b;CRED;2026-06-31;;
c;APN;2026-09-30;;
zz;CRED;2026-09-30;;
"""
TODAY = ("--today", "2026-11-21")


def run(*arguments: str) -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    services.register(app)
    return CliRunner().invoke(app, ["services", *arguments])


@pytest.fixture
def judged(tmp_path: Path) -> Any:
    def judge(people: str, events: str, *options: str) -> tuple[Any, list[dict[str, str]]]:
        (tmp_path / "p.csv").write_text(people, encoding="utf-8")
        (tmp_path / "e.csv").write_text(events, encoding="utf-8")
        out = tmp_path / "o.csv"
        result = run(
            "--csv", str(tmp_path / "p.csv"), "--events", str(tmp_path / "e.csv"),
            "--out", str(out), *TODAY, *options,
        )  # fmt: skip
        if not out.exists():
            return result, []
        with out.open(encoding="utf-8-sig", newline="") as handle:
            return result, list(csv.DictReader(handle, delimiter=";"))

    return judge


def test_every_person_stays_in_place_with_services_or_the_error(judged: Any) -> None:
    result, rows = judged(PEOPLE, EVENTS)
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    places = list(dict.fromkeys(row["fila"] for row in rows))
    assert places == ["2", "3", "4", "5", "6", "7", ""]
    errors: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        if row["error"]:
            errors.setdefault((row["fila"], row["id"]), []).append(row["error"])
    assert "Atenciones, fila 3" in errors["2", "a"][0]
    assert "XYZ" in errors["2", "a"][0]
    assert ["Atenciones, fila 4" in errors["3", "b"][0], "2026-13-01" in errors["3", "b"][1]] == [
        True, True,
    ]  # fmt: skip
    assert "fila 2" in errors["5", "a"][0]
    assert "gestación" in errors["6", "d"][0]
    assert "zz" in errors["", "zz"][0]
    assert set(errors) == {("2", "a"), ("3", "b"), ("5", "a"), ("6", "d"), ("", "zz")}
    assert "6 con error" in result.stderr


def test_a_person_of_a_file_is_judged_as_the_same_person_alone(judged: Any, tmp_path: Path) -> None:
    _, rows = judged(PEOPLE, EVENTS)
    case = {
        "member": {
            "birth_date": "2026-05-03", "sex": "M", "birth_weight_g": 3100, "gestation_weeks": 39,
            "document_kind": "DNI", "document_number": "00000001",
        },
        "events": [{"service": "ROTA", "on": "2026-07-05", "number": 1}],
    }  # fmt: skip
    file = tmp_path / "one.json"
    file.write_text(json.dumps(case), encoding="utf-8")
    alone = json.loads(run(str(file), *TODAY).stdout)["services"]
    mine = [row for row in rows if row["fila"] == "2" and not row["error"]]
    assert [row["clave"] for row in mine] == [one["key"] for one in alone]
    for row, one in zip(mine, alone, strict=True):
        assert row["nombre"] == one["label"]
        assert row["vence"] == (one["due"] or "")
        assert row["recibido"] == (one["done_on"] or "")
        assert row["porque"] == one["why"]["text"]
        assert row["norma"] == one["why"]["norm"]
        assert row["fuente_oficial"] == ("si" if one["why"]["official"] else "no")
    states = {row["clave"]: row["estado"] for row in mine}
    assert (states["ROTA:1"], states["CRED:6m"]) == ("hecho", "toca ahora")


def test_a_pregnancy_of_a_file_has_its_controls(judged: Any) -> None:
    _, rows = judged(PEOPLE, EVENTS)
    first = next(row for row in rows if row["fila"] == "4" and row["clave"] == "APN:1")
    assert (first["estado"], first["recibido"]) == ("hecho", "2026-09-30")


def test_an_old_person_has_a_row_that_says_nothing_is_due_and_no_formula(judged: Any) -> None:
    _, rows = judged(PEOPLE, EVENTS)
    (row,) = [row for row in rows if row["fila"] == "7"]
    assert (row["id"], row["clave"]) == ("'=e", "")
    assert "No le toca" in row["porque"]


def test_indicators_of_a_file_stand_beside_the_services(judged: Any) -> None:
    _, rows = judged(PEOPLE, EVENTS, "--indicator", "fed-mc02")
    mine = [row for row in rows if row["fila"] == "2" and row["indicador"]]
    assert (mine[0]["clave"], mine[0]["estado"]) == ("", "no cumple")
    by_key = {row["clave"]: row["estado"] for row in mine}
    assert (by_key["ROTA:1"], by_key["CRED:1"], by_key["CRED:11"]) == (
        "cumple", "no cumple", "aún no",
    )  # fmt: skip
    others = {row["estado"] for row in rows if row["fila"] == "7" and row["indicador"]}
    assert others == {"no se mide"}


def test_altitude_or_district_of_a_file_tells_an_anaemia(judged: Any) -> None:
    people = (
        "id,fecha_nacimiento,sexo,altitud,ubigeo\n"
        "low,2025-08-01,F,100,\nhigh,2025-08-01,F,3848,\nbad,2025-08-01,F,,999999\n"
    )
    events = "id,servicio,fecha,valor\nlow,HB,2026-02-20,11.5\nhigh,HB,2026-02-20,11.5\n"
    result, rows = judged(people, events, "--indicator", "fed-si0203")
    whole = {row["id"]: row["estado"] for row in rows if row["indicador"] and not row["clave"]}
    assert whole == {"low": "no se mide", "high": "no cumple"}
    assert [row["error"] != "" for row in rows if row["id"] == "bad"] == [True]
    assert result.exit_code == 1


def test_a_file_without_fault_ends_well(judged: Any) -> None:
    result, rows = judged(
        "id;fecha_nacimiento;sexo\n1;2026-05-03;M\n", "id;servicio;fecha\n1;CRED;2026-06-04\n"
    )
    assert result.exit_code == 0
    assert rows
    assert not any(row["error"] for row in rows)


def test_an_indicator_of_one_person_is_added_and_nothing_else_changes(tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_text(
        json.dumps(
            {
                "member": {"birth_date": "2026-05-03", "sex": "M", "birth_weight_g": 3100},
                "events": [{"service": "ROTA", "on": "2026-07-05"}],
            }
        ),
        encoding="utf-8",
    )
    plain = json.loads(run(str(file), *TODAY).stdout)
    answer = json.loads(run(str(file), *TODAY, "--indicator", "all").stdout)
    indicators = answer.pop("indicators")
    assert answer == plain
    by_id = {one["id"]: one for one in indicators}
    assert by_id["fed-mc02"]["applies"] is True
    items = {one["key"]: one for one in by_id["fed-mc02"]["items"]}
    assert (items["ROTA:1"]["met"], items["ROTA:1"]["done_on"]) == (True, "2026-07-05")
    assert all(one["why"]["text"] and one["why"]["norm"] for one in items.values())
    assert (by_id["fed-mc01"]["applies"], by_id["fed-mc01"]["met"]) == (False, None)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Falta el archivo de la persona o --csv"),
        (("{p}", "--csv", "{p}", "--out", "{o}"), "a la vez"),
        (("--csv", "{p}"), "Falta --out"),
        (("--out", "{o}"), "Falta"),
        (("--csv", "{p}", "--out", "{p}"), "son el mismo"),
        (("--csv", "{p}", "--events", "{o}", "--out", "{o}"), "son el mismo"),
        (("--csv", "{none}", "--out", "{o}"), "none.csv"),
        (("--csv", "{p}", "--out", "{o}", "--indicator", "fed-x"), "fed-mc02"),
        (("--csv", "{p}", "--out", "{none}/o.csv"), "No se pudo escribir"),
    ],
)
def test_what_cannot_be_judged_is_explained_and_the_file_stays(
    tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    people = tmp_path / "p.csv"
    people.write_text(PEOPLE, encoding="utf-8")
    names = {"p": str(people), "o": str(tmp_path / "o.csv"), "none": str(tmp_path / "none.csv")}
    result = run(*(one.format(**names) for one in arguments), *TODAY)
    assert result.exit_code == 2
    assert told in result.stderr
    assert "Traceback" not in result.output
    assert people.read_text(encoding="utf-8") == PEOPLE
