from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer
from edited import edited_copy
from typer.testing import CliRunner

from juntos_campo import paths
from juntos_campo.commands import norms

NORMS = paths.resources() / "norms"


def run(*arguments: str) -> Any:
    app = typer.Typer()
    norms.register(app)
    return CliRunner().invoke(app, ["norms", *arguments])


@pytest.fixture
def copy(tmp_path: Path) -> Any:
    def make(name: str, *changes: tuple[str, str]) -> Path:
        return edited_copy(NORMS / name, tmp_path, *changes)

    return make


def test_the_list_has_every_file_with_its_dates_and_what_lacks_a_source() -> None:
    packs = {one["file"]: one for one in json.loads(run("list", "--json").stdout)}
    heads = {
        file.name: tomllib.loads(file.read_text(encoding="utf-8"))["pack"]
        for file in NORMS.glob("*.toml")
    }
    assert packs.keys() == heads.keys()
    for name, head in heads.items():
        one = packs[name]
        assert (one["id"], one["title"], one["norm"], one["trust"], one["from"]) == (
            head["id"], head["title"], head["norm"], head["trust"], head["start"].isoformat(),
        )  # fmt: skip
        assert 0 <= one["unofficial"] <= one["rows"]
        assert one["rows"] > 0
    assert packs["cred-nts137.toml"]["until"] == "2025-10-17"
    assert (
        packs["vaccines-2026-03.toml"]["until"] == "2026-06-12"
    )  # the next one begins on the 13th
    assert packs["risk.toml"]["unofficial"] == packs["risk.toml"]["rows"]
    raw = tomllib.loads((NORMS / "identity.toml").read_text(encoding="utf-8"))
    assert packs["identity.toml"]["rows"] == sum(len(one["rows"]) for one in raw["series"])


def test_the_list_reads_as_sentences() -> None:
    lines = run("list").stdout.splitlines()
    assert any("cred-nts137" in line and "del 10/07/2017 al 17/10/2025" in line for line in lines)
    assert any("sin fuente oficial" in line for line in lines)


def test_a_right_file_is_said_to_be_right(copy: Any) -> None:
    result = run("check", str(copy("identity.toml", ('due = "29d"', 'due = "44d"'))))
    assert (result.exit_code, result.stdout) == (0, "1 archivo sin fallas.\n")


def test_all_faults_of_all_files_are_told_and_nothing_is_a_traceback(copy: Any) -> None:
    cred = copy(
        "cred-nts238.toml", ('opens = "9m"', 'opens = "x"'), ('opens = "12m"', 'opens = "y"')
    )
    identity = copy("identity.toml", ('service = "DNI"', 'service = "DNJ"'))
    result = run("check", str(cred), str(identity), "--json")
    assert result.exit_code == 1
    answer = json.loads(result.stdout)
    assert answer["files"] == ["cred-nts238.toml", "identity.toml"]
    places = [(one["file"], one["row"], one["field"]) for one in answer["faults"]]
    assert places == [
        ("cred-nts238.toml", "CRED:9m", "opens"),
        ("cred-nts238.toml", "CRED:12m", "opens"),
        ("identity.toml", "DNI", "service"),
    ]
    assert all(one["what"] and one["remedy"] for one in answer["faults"])
    told = run("check", str(cred), str(identity))
    assert told.exit_code == 1
    assert "3 fallas" in told.stderr
    assert "Traceback" not in told.stderr


def test_a_new_norm_beside_the_one_in_force_is_refused(copy: Any) -> None:
    file = copy("identity.toml", ('id = "identity"', 'id = "identity-2027"'))
    result = run("check", str(file))
    assert result.exit_code == 1
    assert "NRM-005" in result.stderr


@pytest.mark.parametrize(
    ("day", "packs"),
    [
        ("2025-10-17", {"cred-nts137"}),
        ("2025-10-18", {"cred-nts238"}),
    ],
)
def test_what_judges_a_service_depends_on_the_day(day: str, packs: set[str]) -> None:
    rows = json.loads(run("show", "cred:6m", "--on", day, "--json").stdout)
    assert {row["pack"] for row in rows} == packs
    assert all(row["section"] and row["source"] and row["norm"] for row in rows)


def test_a_row_of_an_indicator_is_shown_too() -> None:
    rows = json.loads(run("show", "NEUMO:1", "--on", "2026-11-21", "--json").stdout)
    assert {"fed-mc02", "vaccines-nts246"} <= {row["pack"] for row in rows}
    text = run("show", "DNI:30d").stdout
    assert "Fuente: Documentos del programa" in text
    assert "sin fuente oficial" in run("show", "NEUMO:1", "--on", "2026-11-21").stdout


def test_an_unknown_key_names_those_that_are_alike() -> None:
    result = run("show", "CRED:5000m")
    assert result.exit_code == 2
    assert "CRED:6m" in result.stderr
    assert run("show", "CRED:6m", "--on", "1990-01-01").exit_code == 2
