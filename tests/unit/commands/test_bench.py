"""What the program loads before it is needed, and that its measurements measure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo.commands import bench
from juntos_campo.demo.bench.load import Load, prepare
from juntos_campo.demo.bench.measure import Measure, p95
from juntos_campo.demo.world import PASSWORD

HOUSEHOLDS = 40

NOT_FOR_HOY = (
    "alembic",
    "fastapi",
    "hypothesis",
    "lxml",
    "openpyxl",
    "pygrowup",
    "pypdf",
    "pyxform",
    "reportlab",
    "requests",
    "segno",
    "sqlalchemy",
    "sqlite_utils",
    "typer",
    "zstandard",
    "juntos_campo.central",
    "juntos_campo.form_engine",
    "juntos_campo.norms.pack_format",
    "juntos_campo.wire.messages",
)
"""Each takes from a twentieth to the whole of the time that a bare window takes to open."""

_LOADED_AT_HOY = """
import sys
from juntos_campo.demo.bench.driven_start import drive
drive({folder!r}, {password!r})
print("\\n".join(sys.modules))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def load(folder: Path) -> Load:
    return prepare(folder, HOUSEHOLDS)


def modules_after(code: str) -> set[str]:
    """What a fresh interpreter has loaded after `code`, which prints the names."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONUTF8": "1"},
    )
    return set(done.stdout.split())


def loaded(modules: set[str], name: str) -> bool:
    return any(one == name or one.startswith(f"{name}.") for one in modules)


@pytest.mark.journey
def test_hoy_opens_without_loading_what_it_does_not_show(load: Load) -> None:
    code = _LOADED_AT_HOY.format(folder=str(load.place.root), password=PASSWORD)
    modules = modules_after(code)
    assert loaded(modules, "juntos_campo.ui.screens.today"), "Hoy was not reached"
    assert [name for name in NOT_FOR_HOY if loaded(modules, name)] == []


def test_the_door_opens_before_the_database_and_the_rules_are_loaded() -> None:
    modules = modules_after(
        "import sys, juntos_campo.commands.window\nprint('\\n'.join(sys.modules))"
    )
    assert loaded(modules, "juntos_campo.ui.login")
    for name in (
        "pydantic",
        "sqlcipher3",
        "juntos_campo.norms.book",
        "juntos_campo.store.store",
        "juntos_campo.ui.main_window",
    ):
        assert not loaded(modules, name), name


@pytest.fixture
def run(folder: Path, load: Load) -> Any:
    app = typer.Typer()
    app.callback()(lambda: None)
    bench.register(app)

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(
            app, ["bench", *arguments, "--households", str(HOUSEHOLDS), "--data", str(folder)]
        )

    return call


@pytest.mark.parametrize(("what", "bar"), [("alerts", "P3"), ("save", "P4")])
def test_a_measurement_is_a_list_of_figures_with_reference_and_bar(
    run: Any, what: str, bar: str
) -> None:
    result = run(what, "--json")
    assert result.exit_code == 0, result.output
    rows = json.loads(result.output)
    assert {row["id"] for row in rows} == {bar}
    for row in rows:
        assert list(row) == ["id", "what", "figure", "unit", "reference", "ratio", "bar", "holds"]
        assert row["figure"] > 0
        assert row["reference"] > 0
        assert isinstance(row["holds"], bool)


def test_the_profile_of_the_alerts_says_which_functions_take_the_time(run: Any) -> None:
    result = run("alerts", "--json", "--profile")
    assert result.exit_code == 0, result.output
    shares = json.loads(result.output)[0]["profile"]
    own = [one["own"] for one in shares]
    assert own == sorted(own, reverse=True)
    assert 0.2 < sum(own) <= 1.0
    assert all(one["own"] <= one["total"] <= 1.0 and one["calls"] > 0 for one in shares)
    names = {one["function"] for one in shares}
    assert "norms/schedule.py:run_family" in names
    assert not [name for name in names if name.startswith("/")], "a machine's path was shown"


def test_only_the_alerts_have_a_profile(run: Any) -> None:
    assert run("save", "--profile").exit_code == 2


@pytest.mark.parametrize("what", ["alerts", "save"])
def test_a_measurement_leaves_no_table_of_its_own(run: Any, load: Load, what: str) -> None:
    assert run(what).exit_code == 0
    with load.opened() as session:
        tables = session.store.rows("SELECT name FROM sqlite_master WHERE name LIKE 'bench%'")
    assert tables == []


def test_what_cannot_be_measured_is_refused(run: Any) -> None:
    assert run("weather").exit_code == 2


def test_a_figure_over_its_bar_does_not_hold() -> None:
    slow = Measure(
        id="P9", what="x", figure=3.0, unit="s", reference=1.5, bar="2 s", holds=False
    ).as_json()
    assert (slow["ratio"], slow["holds"]) == (2.0, False)


def test_the_95th_of_a_hundred_is_neither_the_worst_nor_the_middle() -> None:
    assert p95([float(one) for one in range(100, 0, -1)]) == 95.0
    assert p95([7.0]) == 7.0
