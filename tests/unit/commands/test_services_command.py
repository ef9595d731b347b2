from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.commands import services
from juntos_campo.domain.errors import UserError


@pytest.fixture
def run(tmp_path: Path) -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    services.register(app)

    def call(case: Any, *options: str) -> Any:
        file = tmp_path / "member.json"
        file.write_text(case if isinstance(case, str) else json.dumps(case), encoding="utf-8")
        return CliRunner().invoke(app, ["services", str(file), *options])

    return call


CHILD = {
    "member": {"birth_date": "2026-05-03", "sex": "M", "birth_weight_g": 3100},
    "events": [{"service": "ROTA", "on": "2026-07-05", "number": 1}],
}


def test_a_child_of_a_file_is_judged_with_reasons(run: Any) -> None:
    result = run(CHILD, "--today", "2026-11-21")
    assert result.exit_code == 0
    answer = json.loads(result.stdout)
    by_key = {one["key"]: one for one in answer["services"]}
    assert by_key["ROTA:1"]["state"] == "done"
    assert by_key["ROTA:1"]["done_on"] == "2026-07-05"
    assert by_key["CRED:6m"]["state"] == "due"
    assert by_key["CRED:6m"]["due"] == "2026-12-02"
    assert by_key["CRED:6m"]["why"]["official"] is True
    assert "NTS 238" in by_key["CRED:6m"]["why"]["norm"]
    assert answer["risk"]["official"] is False
    assert answer["alerts"]


def test_a_pregnancy_of_a_file_is_judged(run: Any) -> None:
    case = {
        "member": {"birth_date": "1996-01-01", "sex": "F", "document_kind": "DNI"},
        "pregnancy": {"last_period": "2026-08-20"},
    }
    answer = json.loads(run(case, "--today", "2026-11-21").stdout)
    assert answer["services"][0]["key"] == "APN:1"


def test_one_pack_alone_judges_any_date(run: Any) -> None:
    answer = json.loads(run(CHILD, "--today", "2026-11-21", "--pack", "cred-nts137").stdout)
    assert {one["service"] for one in answer["services"]} == {"CRED"}
    assert "CRED:5m" in {one["key"] for one in answer["services"]}


def test_a_pack_of_a_file_can_be_tried_before_it_is_shipped(run: Any, tmp_path: Path) -> None:
    shipped = Path(services.paths.resources()) / "norms" / "identity.toml"
    trial = tmp_path / "trial.toml"
    text = shipped.read_text(encoding="utf-8").replace('"identity"', '"trial"')
    trial.write_text(
        text.replace("29d", "9d").replace('id = "DNI"', 'id = "DNI_TRIAL"'), encoding="utf-8"
    )
    answer = json.loads(run(CHILD, "--today", "2026-05-20", "--pack", str(trial)).stdout)
    assert [(one["key"], one["due"]) for one in answer["services"]] == [("DNI:30d", "2026-05-12")]


@pytest.mark.parametrize(
    ("case", "options", "code"),
    [
        ("{not json", (), "no es JSON (línea 1, columna 2)"),
        ("[1, 2]", (), "no es un objeto JSON"),
        ("", (), "no es JSON"),
        ({"events": []}, (), "falta «member»"),
        ({"member": {"sex": "F"}}, (), "birth_date"),
        ({"member": {"birth_date": "yesterday", "sex": "F"}}, (), "birth_date"),
        (CHILD, ("--pack", "nts-999"), "cred-nts238"),
        ({**CHILD, "member": 5}, (), "«member» no se entiende: debe ser un objeto"),
        ({**CHILD, "events": "CRED"}, (), "«events» no se entiende: debe ser una lista"),
        ('{"member": {"birth_weight_g": NaN}}', (), "«NaN» no es un número"),
        ({**CHILD, "events": [7]}, (), "«events[0]» no se entiende: debe ser un objeto"),
        ({**CHILD, "events": [{"service": "HB", "on": "2026-13-01"}]}, (), "no se entiende: on"),
        ({**CHILD, "events": [{"service": "PENTAVALENTE", "on": "2026-08-01"}]}, (), "PENTA,"),
        ({"member": {**CHILD["member"], "weight": 3100}}, (), "no existe el campo weight"),
        ({**CHILD, "pregnancy": {"last_period": "2026-01-01"}}, (), "gestación en un varón"),
    ],
)
def test_a_bad_file_or_pack_is_explained_and_not_a_traceback(
    run: Any, case: Any, options: tuple[str, ...], code: str
) -> None:
    result = run(case, "--today", "2026-11-21", *options)
    assert result.exit_code == 2
    assert code in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_in_another_encoding_or_that_is_not_there_is_told_in_spanish(tmp_path: Path) -> None:
    latin = tmp_path / "latin.json"
    latin.write_bytes('{"member": {"given": "Peña"}}'.encode("latin-1"))
    for file, told in ((latin, "no está en UTF-8"), (tmp_path / "nadie.json", "no existe")):
        with pytest.raises(UserError, match=told):
            services.read_case(file)
