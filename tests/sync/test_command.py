"""`juntos-campo sync`, as a person types it, and the use cases under it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from juntos_campo import paths
from juntos_campo.app import synchronise
from juntos_campo.app.session import Session, open_session
from juntos_campo.commands import sync as command
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.entities import Household, Visit
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.store.keys import KdfCost

from .conftest import PASSWORD, World, household, visit

ANA = household("ana")


@pytest.fixture
def session(world: World, tmp_path: Path) -> Iterator[Session]:
    """The laptop of ana, set up from the server."""
    made = synchronise.set_up_from_server(
        paths.DataPlace(tmp_path / "laptop"),
        server=world.server.url,
        user="ana",
        password=PASSWORD,
        clock=world.clock,
        book=load_rule_book(paths.resources() / "norms"),
        cost=KdfCost(passes=1, memory_kib=64),
    )
    yield made
    made.close()


def run(session: Session, *arguments: str) -> tuple[int, str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    result = CliRunner().invoke(
        app, ["sync", "--data", str(session.place.root), "--password", PASSWORD, *arguments]
    )
    return result.exit_code, result.stdout


def test_a_laptop_set_up_from_the_server_knows_whose_it_is(session: Session) -> None:
    assert session.user.full_name == "Nombre de ana"
    report, changed = synchronise.sync_now(session)
    assert report.complete
    assert "household" in changed.kinds
    assert session.store.count(Household) == 2


def test_a_password_is_never_sent_in_the_clear(tmp_path: Path) -> None:
    place = paths.DataPlace(tmp_path / "laptop")
    with pytest.raises(UserError, match="no protege los datos"):
        synchronise.set_up_from_server(
            place,
            server="http://campo.example.pe",
            user="ana",
            password=PASSWORD,
            clock=FixedClock(datetime(2026, 11, 21, tzinfo=LIMA)),
            book=load_rule_book(paths.resources() / "norms"),
        )
    assert not place.key_file.exists()


def test_another_server_is_not_entered_in_the_clear(session: Session) -> None:
    code, said = run(session, "--server", "http://campo.example.pe")
    assert code == 1
    assert "no protege los datos" in said


def test_a_wrong_password_sets_nothing_up(world: World, tmp_path: Path) -> None:
    place = paths.DataPlace(tmp_path / "laptop")
    with pytest.raises(UserError, match="contraseña no son correctos"):
        synchronise.set_up_from_server(
            place,
            server=world.server.url,
            user="ana",
            password="equivocada",
            clock=world.clock,
            book=load_rule_book(paths.resources() / "norms"),
        )
    assert not place.key_file.exists()


def test_the_command_tells_what_went_and_what_came(session: Session) -> None:
    with session.work("test") as work:
        work.tx.save(visit(ANA, "v-1", note="x"))
    status, text = run(session)
    assert status == 0
    assert "Sincronizado: el servidor tiene todo" in text
    assert "Recibido por el servidor: 1 visita." in text
    assert "Llegó del servidor: 1 centro poblado, 2 hogares, 2 personas." in text


def test_the_json_report_counts_exactly(session: Session) -> None:
    with session.work("test") as work:
        work.tx.save(visit(ANA, "v-1", note="x"))
    status, text = run(session, "--json")
    report = json.loads(text)
    assert status == 0
    assert (report["complete"], report["acknowledged"], report["still_waiting"]) == (True, 1, 0)
    assert report["received"] == {"settlement": 1, "household": 2, "member": 2}


def test_a_refused_change_makes_the_command_say_so(session: Session) -> None:
    with session.work("test") as work:
        work.tx.save(replace(visit(household("beto"), "v-1"), field_worker="ana"))
    status, text = run(session)
    assert status == command.REFUSED
    assert "no aceptó 1 cambio" in text
    assert synchronise.send_refused_again(session) == 1
    assert synchronise.sync_status(session).waiting == {"visit": 1}


def test_without_a_server_the_command_never_says_synchronised(
    session: Session, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("juntos_campo.sync.http_transport._PAUSE_SECONDS", 0.0)
    with session.work("test") as work:
        work.tx.save(visit(ANA, "v-1", note="x"))
    world.server.stop()
    status, text = run(session)
    assert status == command.NOT_COMPLETE
    assert "Sincronizado" not in text
    assert "Falta enviar: 1 cambio" in text
    assert session.store.stored(Visit, "v-1").pending


def test_a_copied_database_is_noticed_and_neither_copy_overwrites_the_other_unnoticed(
    session: Session, world: World, tmp_path: Path
) -> None:
    with session.work("test") as work:
        work.tx.save(visit(ANA, "v-1", note="x"))
    synchronise.sync_now(session)
    with session.work("test") as work:
        work.tx.save(visit(ANA, "v-2", note="sin enviar"))
    session.store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copytree(session.place.root, tmp_path / "copy")
    book = load_rule_book(paths.resources() / "norms")
    copy = open_session(
        paths.DataPlace(tmp_path / "copy"), password=PASSWORD, clock=world.clock, book=book
    )
    with closing(copy):
        for text in ("uno", "dos", "tres"):
            with session.work("test") as work:
                work.tx.save(visit(ANA, "v-1", note=text))
        with copy.work("test") as work:
            work.tx.save(visit(ANA, "v-1", note="copia"))
        assert synchronise.sync_now(session)[0].complete
        report, _ = synchronise.sync_now(copy)
        assert report.stopped is not None
        assert report.stopped.code == "SYN-012"
        assert report.still_waiting == 2
        assert synchronise.sync_now(copy)[0].stopped.code == "SYN-004"
        synchronise.sign_in(copy, PASSWORD)
        report, _ = synchronise.sync_now(copy)
        assert report.complete
        assert {one.record_id: one.outcome for one in report.acknowledged} == {
            "v-2": "duplicate",
            "v-1": "merged_with_conflict",
        }
        assert synchronise.sync_now(session)[0].complete
        for one in (session, copy):
            # Notes are told side by side: what either copy wrote is there for both.
            assert one.store.get(Visit, "v-1").answers == {"note": "tres\ncopia"}
            told = synchronise.sync_status(one).conflicts[0]
            assert (told.kept, told.lost) == ("tres", "copia")
