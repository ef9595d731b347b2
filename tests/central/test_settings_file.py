"""The server's settings: where they come from, and what an operator reads when one is wrong."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from office_commands import run

from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.settings_file import find_settings
from juntos_campo.domain.errors import UserError

SAMPLE = Path(__file__).resolve().parents[2] / "packaging" / "server" / "juntos-central.toml"
SECRET = "Qoyllur-riti-77"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "central.toml"


def refused(
    file: Path, text: str | bytes, environment: dict[str, str] | None = None
) -> tuple[str, str]:
    """The code and text of the error that settings of this content give."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError) as error:
        find_settings(environment or {}, file)
    return error.value.problem.code, str(error.value)


def test_the_command_beats_the_environment_the_environment_the_file_and_each_is_named(
    file: Path,
) -> None:
    file.write_text('# oficina\nport = 1\nworkers = 2\nhost = "10.0.0.7"\n', encoding="utf-8")
    environment = {"JUNTOS_CENTRAL_PORT": "2", "JUNTOS_CENTRAL_WORKERS": "3", "PATH": "/bin"}
    found = find_settings(environment, file, port=4, host=None)
    assert (found.settings.port, found.settings.workers, found.settings.host) == (4, 3, "10.0.0.7")
    assert found.settings.max_body == ServerSettings().max_body
    origins = {name: origin for name, _, origin in found.shown()}
    assert origins["port"] == "opción de la orden"
    assert origins["workers"] == "variable JUNTOS_CENTRAL_WORKERS"
    assert origins["host"] == f"{file}, línea 4"
    assert origins["max_body"] == "valor de fábrica"


def test_the_file_may_be_named_by_the_environment_and_by_any_command(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(f'database_url = "sqlite:///{tmp_path.as_posix()}/x.db"\n', encoding="utf-8")
    assert run("--config", file, "init")[0] == 0
    assert (tmp_path / "x.db").exists()
    monkeypatch.setenv("JUNTOS_CENTRAL_CONFIG", str(file))
    assert run("report")[0] == 0


def test_every_fault_is_told_at_once_with_its_place_its_rule_and_what_to_do(file: Path) -> None:
    text = 'port = "mucho"\n\nworkers = 0\nlog_format = "xml"\nmax_boddy = 5\n[tls]\nx = 1\n'
    code, told = refused(file, text, {"JUNTOS_CENTRAL_FREE_ATTEMPTS": "-1"})
    assert code == "CEN-206"
    assert f"{file}, línea 1: «port» dice «mucho» y debe ser un número entero de 0 a 65535" in told
    assert "línea 3: «workers» dice «0» y debe ser un número entero de 1 a 64" in told
    assert "línea 4: «log_format» dice «xml» y debe ser uno de: text, json" in told
    assert "línea 5: «max_boddy» no es ningún ajuste. ¿Quiso decir «max_body»?" in told
    assert "línea 6: «tls» no es ningún ajuste" in told
    assert "variable JUNTOS_CENTRAL_FREE_ATTEMPTS: «free_attempts» dice «-1»" in told


def test_true_is_not_taken_for_one_day(file: Path) -> None:
    file.write_text("token_days = true\nport = 8471\n", encoding="utf-8")
    status, told = run("config", "--config", file)
    assert status == 1
    assert "línea 1: «token_days» dice «True» y debe ser un número entero de 1 a 3650" in told


def test_a_misspelt_variable_is_not_silently_without_effect(file: Path) -> None:
    _, told = refused(file, "", {"JUNTOS_CENTRAL_PROT": "80"})
    assert "¿Quiso decir «JUNTOS_CENTRAL_PORT»?" in told


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ("port = 1\nhost = localhost\n", "CEN-242", "línea 2"),
        ("port = 1\nport = 2\n", "CEN-242", "línea 2"),
        (b"\xff\xfe\x00p", "CEN-241", "UTF-8"),
        ("#" * 2_000_000, "CEN-241", "demasiado grande"),
    ],
)
def test_a_file_that_is_none_is_told_without_a_traceback(
    file: Path, content: str | bytes, code: str, words: str
) -> None:
    found, told = refused(file, content)
    assert found == code
    assert words in told


def test_a_file_that_is_missing_stops_the_command_instead_of_taking_the_defaults(
    tmp_path: Path,
) -> None:
    status, told = run("config", "--config", tmp_path / "no-hay.toml")
    assert status == 1
    assert "CEN-241" in told


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://juntos:{SECRET}@equipo/juntos",
        f"postgresql://equipo/juntos?password={SECRET}",
    ],
)
def test_the_password_of_the_database_is_shown_to_nobody(
    file: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("JUNTOS_CENTRAL_DATABASE_URL", url)
    status, told = run("config", "--json")
    assert status == 0
    shown = json.loads(told)["database_url"]
    assert "equipo" in shown["value"]
    assert "***" in shown["value"]
    _, wrong = refused(file, f'database_url = "oracle://juntos:{SECRET}@equipo/j"\n')
    _, hopeless = refused(file, f'database_url = "{SECRET}"\n')
    settings = repr(ServerSettings(database_url=url))
    for text in (told, run("config")[1], wrong, hopeless, settings):
        assert SECRET not in text


def test_the_sample_file_loads_names_every_setting_and_changes_none() -> None:
    found = find_settings({}, SAMPLE)
    assert found.settings == ServerSettings()
    text = SAMPLE.read_text(encoding="utf-8")
    assert set(tomllib.loads(text)) == set(ServerSettings.model_fields)
    lines = text.splitlines()
    for number, line in enumerate(lines):
        if " = " in line and not line.startswith("#"):
            assert lines[number - 1], line  # a comment, or a setting that shares one
