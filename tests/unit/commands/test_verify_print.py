"""`juntos-campo verify`: a paper that says something else than what was recorded is found out."""

from __future__ import annotations

from pathlib import Path

import pytest
from salud02_world import BIMESTER, world
from typer.testing import CliRunner

from juntos_campo.commands import command_line, print_, verify_print
from juntos_campo.domain.errors import UserError
from juntos_campo.pdf.problems import PRINT_ALTERED, PRINT_UNREADABLE

RUNNER = CliRunner()


@pytest.fixture
def printed(tmp_path: Path) -> Path:
    out = tmp_path / "hoja.pdf"
    with world(tmp_path / "data", 3) as session:
        print_.write_form(session, "salud02", "00002345", BIMESTER, out)
    return out


def test_a_whole_print_is_told_from_an_altered_one_without_any_data(
    printed: Path, tmp_path: Path
) -> None:
    result = RUNNER.invoke(command_line.build(), ["verify", str(printed)])
    assert result.exit_code == 0
    assert "entero" in result.output
    assert "--data" in result.output
    content = printed.read_bytes()
    at = len(content) // 2
    printed.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    result = RUNNER.invoke(command_line.build(), ["verify", str(printed)])
    assert result.exit_code == 1
    assert PRINT_ALTERED.code in result.output or "cambió" in result.output


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        verify_print.check(tmp_path / "nada.pdf", None, "")
    assert caught.value.problem is PRINT_UNREADABLE
