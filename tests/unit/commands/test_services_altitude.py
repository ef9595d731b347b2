"""A person of a file is judged where she lives, and the answer says where that is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.commands import services

CHILD = {
    "member": {"birth_date": "2025-06-01", "sex": "M", "birth_weight_g": 3100},
    "events": [{"service": "HB", "on": "2026-11-01", "value": 11.5}],
}


@pytest.fixture
def answer(tmp_path: Path) -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    services.register(app)

    def call(**more: Any) -> Any:
        file = tmp_path / "member.json"
        file.write_text(json.dumps({**CHILD, **more}), encoding="utf-8")
        return CliRunner().invoke(app, ["services", str(file), "--today", "2026-11-21"])

    return call


def anaemia(result: Any) -> list[str]:
    assert result.exit_code == 0
    alerts = json.loads(result.stdout)["alerts"]
    return [one["title"] for one in alerts if one["key"].endswith("HB:ANAEMIA")]


def test_the_altitude_of_the_file_decides_what_a_haemoglobin_means(answer: Any) -> None:
    assert anaemia(answer()) == []
    assert anaemia(answer(altitude_m=200)) == []
    assert anaemia(answer(altitude_m=3848)) == ["anemia moderada: 9.0 g/dL ajustada, del 1 nov"]
    keys = {one["key"] for one in json.loads(answer(altitude_m=3848).stdout)["services"]}
    assert "IRON:T1" in keys


def test_the_answer_says_where_the_altitude_comes_from(answer: Any) -> None:
    said = json.loads(answer(ubigeo="030701").stdout)["altitude"]
    assert said["metres"] == 3360
    assert "capital del distrito de Chuquibambilla" in said["source"]
    assert json.loads(answer().stdout)["altitude"]["metres"] is None


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"altitude_m": 9000}, "5500"),
        ({"altitude_m": "alto"}, "5500"),
        ({"altitude_m": True}, "5500"),
        ({"ubigeo": "999999"}, "Ningún distrito"),
        ({"ubigeo": "Grau"}, "no es un UBIGEO"),
        ({"ubigeo": "030701", "altitude_m": 3000}, "a la vez"),
    ],
)
def test_an_impossible_place_is_explained(answer: Any, more: dict[str, Any], said: str) -> None:
    result = answer(**more)
    assert result.exit_code == 2
    assert said in result.stderr
