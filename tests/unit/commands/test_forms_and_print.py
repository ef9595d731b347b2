"""`forms check` and `print` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from pypdf import PdfReader
from salud02_world import BIMESTER, world
from typer.testing import CliRunner

from juntos_campo import paths
from juntos_campo.app.form_problems import CANNOT_WRITE, FACILITY_NOT_HERE, UNKNOWN_BIMESTER
from juntos_campo.app.session import Session, User, create_session
from juntos_campo.commands import forms, print_
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.values import Role
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.paths import DataPlace
from juntos_campo.store.keys import KdfCost

RUNNER = CliRunner()


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer()
    forms.register(made)
    print_.register(made)
    return made


def test_every_form_that_ships_is_accepted(app: typer.Typer) -> None:
    files = [str(one) for one in sorted(paths.forms().glob("*.md")) if one.stem != "README"]
    result = RUNNER.invoke(app, ["forms", "check", *files])
    assert result.exit_code == 0, result.output
    assert "salud02.md: correcto" in result.output


def test_a_faulty_form_is_named_with_its_place_and_the_others_are_still_checked(
    app: typer.Typer, tmp_path: Path
) -> None:
    bad = tmp_path / "malo.md"
    bad.write_text(
        "| survey |\n| | type | name | label |\n| | geoshape | a | A |\n"
        "| settings |\n| | form_title | form_id | version |\n| | P | p | 1 |\n",
        "utf-8",
    )
    good = paths.forms() / "salud02.md"
    result = RUNNER.invoke(app, ["forms", "check", str(bad), str(good)])
    assert result.exit_code == 1
    assert "malo.md: hoja survey, fila 2, columna type" in result.output
    assert "geoshape" in result.output
    assert "salud02.md: correcto" in result.output


def test_a_form_is_printed_by_the_code_of_its_facility(tmp_path: Path) -> None:
    out = tmp_path / "hoja.pdf"
    with world(tmp_path / "data", 3) as session:
        print_.write_form(session, "salud02", "00002345", BIMESTER, out)
    assert len(PdfReader(out).pages) == 1


def test_what_cannot_be_printed_is_told(tmp_path: Path) -> None:
    with world(tmp_path / "data", 1) as session:
        with pytest.raises(UserError) as caught:
            print_.write_form(session, "salud02", "99999999", BIMESTER, tmp_path / "x.pdf")
        assert caught.value.problem is FACILITY_NOT_HERE
        with pytest.raises(UserError) as caught:
            print_.write_form(session, "salud02", "00002345", BIMESTER, tmp_path / "no" / "x.pdf")
        assert caught.value.problem is CANNOT_WRITE
    with pytest.raises(UserError) as caught:
        print_.read_bimester("2026-9")
    assert caught.value.problem is UNKNOWN_BIMESTER


def test_the_command_tells_a_wrong_form_and_facility_without_a_traceback(
    app: typer.Typer, tmp_path: Path
) -> None:
    place = DataPlace(tmp_path / "data")
    session: Session = create_session(
        place,
        password="clave de prueba 1",
        user=User("rccori", "Rufina Ccori", Role.FIELD_WORKER),
        clock=SystemClock(),
        book=load_rule_book(paths.resources() / "norms"),
        cost=KdfCost(memory_kib=64, passes=1),
    )
    session.close()
    common = ["--data", str(place.root), "--password", "clave de prueba 1"]
    common += ["--out", str(tmp_path / "x.pdf")]
    result = RUNNER.invoke(app, ["print", "salud09", "--facility", "1", *common])
    assert result.exit_code == 1
    assert "salud09" in result.output
    result = RUNNER.invoke(app, ["print", "salud02", "--facility", "1", *common])
    assert result.exit_code == 1
    assert "no está en esta computadora" in result.output
    assert not (tmp_path / "x.pdf").exists()
