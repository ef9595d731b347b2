"""The office's commands, as an operator types them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from office_commands import run

from juntos_campo.demo import data


@pytest.fixture
def address(address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """As that of all tests here; its passwords cost little."""
    monkeypatch.setenv("JUNTOS_CENTRAL_ARGON2_MEMORY_KIB", "64")
    return address


def test_a_register_and_its_history_are_loaded_once(address: str, tmp_path: Path) -> None:
    invented = data.generate(6, 1, date(2026, 11, 17), ["r.ccori"])
    register, history = data.write(invented, tmp_path / "files")
    command = ("load", "--register", register, "--history", history, "--database", address)
    status, text = run(*command)
    assert status == 0, text
    assert "0 cambiados" in text
    status, text = run(*command)
    assert text.strip().startswith("0 registros nuevos, 0 cambiados")
    status, text = run("report", "--database", address)
    assert "hogares" in text
    assert "6" in text


def test_a_register_with_faults_loads_nothing_and_says_where(address: str, tmp_path: Path) -> None:
    invented = data.generate(3, 1, date(2026, 11, 17), ["r.ccori"])
    register, _ = data.write(invented, tmp_path / "files")
    text = register.read_text(encoding="utf-8-sig").replace("POBRE", "RICO")
    register.write_text(text, encoding="utf-8-sig")
    status, text = run("load", "--register", register, "--database", address)
    assert status == 1
    assert "CEN-205" in text
    assert "fila 2" in text
    assert "hogares" not in run("report", "--database", address)[1]


def test_people_are_enrolled_with_their_role(address: str) -> None:
    person = ("--user", "r.ccori", "--name", "Rosa Ccori", "--zone", "Z1", "--database", address)
    secret = ("--password", "papa nativa 2026")
    assert run("enrol", *person, "--role", "gestor", *secret)[0] == 0
    status, text = run("enrol", *person, "--role", "coordinador", *secret)
    assert status == 1
    assert "CEN-203" in text
    assert run("enrol", *person, "--role", "jefe", *secret)[0] == 2


def test_a_server_that_was_not_prepared_is_told_in_spanish(tmp_path: Path) -> None:
    status, text = run("report", "--data", tmp_path)
    assert status == 1
    assert "CEN-201" in text
