"""The stick as people use it: the gestor, the coordinator who carries, the office's desk."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import office_commands
import pytest
import typer
from typer.testing import CliRunner

from juntos_campo import paths
from juntos_campo.app import synchronise, usb
from juntos_campo.app.session import Session
from juntos_campo.commands import sync as command
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.entities import Household
from juntos_campo.domain.errors import UserError
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.store import sync_state
from juntos_campo.store.bundle_rows import BundleState
from juntos_campo.store.keys import KdfCost
from juntos_campo.sync import stick
from juntos_campo.sync.http_transport import HttpTransport
from juntos_campo.sync.stick import read_file
from juntos_campo.wire.bundle import read

from .conftest import MORNING, PASSWORD, World, household, visit

HOME = household("ana")
NAME = re.compile(r"juntos-20261117-\d{4}-[0-9a-f]{6}(-respuesta)?(-\d+)?\.jcb")


@pytest.fixture
def people(world: World, tmp_path: Path) -> Iterator[Callable[[str], Session]]:
    """Laptops set up from the server once, each by its person's name."""
    with ExitStack() as closing:

        def set_up(user: str) -> Session:
            session = synchronise.set_up_from_server(
                paths.DataPlace(tmp_path / user),
                server=world.server.url,
                user=user,
                password=PASSWORD,
                clock=FixedClock(MORNING),
                book=load_rule_book(paths.resources() / "norms"),
                cost=KdfCost(passes=1, memory_kib=64),
            )
            closing.callback(session.close)
            return session

        yield set_up


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


def record(session: Session, visit_id: str) -> None:
    with session.work("test") as work:
        work.tx.save(visit(HOME, visit_id, note="sin señal"))


def waiting(session: Session) -> int:
    return sync_state.waiting_count(session.store)


def sync_command(session: Session, *arguments: str | Path) -> tuple[int, str]:
    app = typer.Typer()
    app.callback()(lambda: None)
    command.register(app)
    told = ["sync", "--data", str(session.place.root), "--password", PASSWORD]
    result = CliRunner().invoke(app, [*told, *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.stdout


def test_a_coordinator_carries_a_visit_to_the_server_and_brings_the_receipt(
    world: World, people: Callable[[str], Session], folder: Path
) -> None:
    ana, zoe = people("ana"), people("zoe")
    record(ana, "v-1")
    made = usb.make_bundle(ana, folder)
    assert (made.operations, made.size) == (1, made.path.stat().st_size)
    assert NAME.fullmatch(made.path.name)
    assert waiting(ana) == 1
    taken = usb.carry(zoe, made.path)
    assert [one.state for one in usb.carried(zoe)] == [BundleState.WAITING]
    assert taken.device == sync_state.device(ana.store)[:6]
    report, _ = synchronise.sync_now(zoe)
    assert report.complete
    assert any("recibió 1 archivo de otra computadora" in one for one in report.notes)
    assert world.record("visit", "v-1") is not None
    (answer,) = usb.hand_back(zoe, folder)
    assert NAME.fullmatch(answer.name)
    assert usb.hand_back(zoe, folder) == ()
    came, changed = usb.apply_answer(ana, answer)
    assert came.complete
    assert "household" in changed.kinds
    assert ana.store.count(Household) == 2
    assert (waiting(ana), usb.under_way(ana)) == (0, ())


def test_what_a_stick_that_failed_did_not_take_is_not_waited_for(
    people: Callable[[str], Session], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = people("ana")
    record(ana, "v-1")
    monkeypatch.setattr(stick, "_read_back", lambda _part: b"")
    with pytest.raises(UserError) as caught:
        usb.make_bundle(ana, folder)
    assert caught.value.problem.code == "USB-014"
    assert usb.under_way(ana) == ()
    assert waiting(ana) == 1


def test_a_carrier_refuses_what_he_cannot_carry(
    people: Callable[[str], Session], folder: Path
) -> None:
    ana, zoe = people("ana"), people("zoe")
    path = usb.make_bundle(ana, folder).path
    cut = folder / "cut.jcb"
    cut.write_bytes(path.read_bytes()[:-10])
    note = folder / "note.jcb"
    note.write_text("Lista de compras")
    usb.carry(zoe, path)
    for session, file, code in (
        (ana, path, "USB-004"),
        (zoe, path, "USB-016"),
        (zoe, cut, "JCB-003"),
        (zoe, note, "JCB-001"),
        (zoe, folder / "gone.jcb", "USB-011"),
    ):
        with pytest.raises(UserError) as caught:
            usb.carry(session, file)
        assert caught.value.problem.code == code
    assert len(usb.carried(zoe)) == 1


def test_a_file_the_server_refuses_comes_back_with_the_reason(
    world: World, people: Callable[[str], Session], folder: Path
) -> None:
    ana, zoe = people("ana"), people("zoe")
    usb.carry(zoe, usb.make_bundle(ana, folder).path)
    world.accounts.block_devices("ana")
    report, _ = synchronise.sync_now(zoe)
    assert report.complete, "his own changes went"
    assert any("bloqueó esta computadora" in one for one in report.notes)
    (refused,) = usb.carried(zoe)
    assert refused.state is BundleState.REFUSED
    assert "bloqueó" in refused.reason
    assert usb.hand_back(zoe, folder) == ()


class Breaks:
    """A link over which the server takes the file and the answer is lost."""

    def __init__(self, inner: HttpTransport, *, status: int = 0) -> None:
        self.inner = inner
        self.status = status

    def call(
        self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> tuple[int, Mapping[str, str], bytes]:
        if self.status:
            text = b'{"code": "CEN-009", "text": "El servidor no tiene esa direcci\xc3\xb3n."}'
            return self.status, {}, text
        status, given, _ = self.inner.call(method, path, body, headers)
        return status, given, b"half an ans"


def test_a_carrier_whose_answer_was_lost_gets_it_with_the_next_synchronisation(
    world: World, people: Callable[[str], Session], folder: Path
) -> None:
    ana, zoe = people("ana"), people("zoe")
    record(ana, "v-1")
    usb.carry(zoe, usb.make_bundle(ana, folder).path)
    with HttpTransport(world.server.url, sync_state.token(zoe.store)) as http:
        broken = usb.exchange_carried(zoe, Breaks(http))
        assert broken.stopped is not None
        assert broken.stopped.problem.code == "SYN-007"
        assert broken.waiting == 1
        old_server = usb.exchange_carried(zoe, Breaks(http, status=404))
        assert (old_server.refused, old_server.waiting) == ([], 1)
        assert len(usb.exchange_carried(zoe, http).answered) == 1
    (answer,) = usb.hand_back(zoe, folder)
    assert usb.apply_answer(ana, answer)[0].complete


def test_the_answer_can_be_written_again_when_the_stick_is_lost(
    people: Callable[[str], Session], folder: Path
) -> None:
    ana, zoe = people("ana"), people("zoe")
    made = usb.make_bundle(ana, folder)
    usb.carry(zoe, made.path)
    synchronise.sync_now(zoe)
    (first,) = usb.hand_back(zoe, folder)
    (second,) = usb.hand_back(zoe, folder, [made.id])
    assert first != second
    assert read_file(first) == read_file(second)


def test_the_commands_of_laptop_and_office_hand_a_stick_to_each_other(
    world: World, people: Callable[[str], Session], folder: Path
) -> None:
    ana = people("ana")
    record(ana, "v-1")
    status, text = sync_command(ana, "--bundle", folder)
    assert status == 0
    assert "Nada está sincronizado todavía" in text
    (file,) = folder.glob("*.jcb")
    status, text = sync_command(ana, "--bundle", file)
    assert status == 1
    assert "es un envío para el servidor" in text
    place = world.database.engine.url.render_as_string(hide_password=False)
    status, text = office_commands.run("bundle", file, "--out", folder, "--database", place)
    assert status == 0, text
    (answer,) = folder.glob("*-respuesta.jcb")
    status, text = office_commands.run(
        "bundle", file, "--out", folder / "other.jcb", "--database", place
    )
    assert status == 1
    assert "CEN-603" in text
    status, text = office_commands.run(
        "bundle", file, "--out", folder, "--database", place, "--again"
    )
    assert status == 0, text
    status, text = sync_command(ana, "--bundle", answer, "--json")
    told = json.loads(text)
    assert (status, told["complete"], told["acknowledged"]) == (0, True, 1)
    status, text = sync_command(ana, "--bundle", answer)
    assert status == 1
    assert "ya se aplicó" in text


def test_what_the_office_cannot_read_is_said_and_nothing_is_written(
    world: World, folder: Path
) -> None:
    place = world.database.engine.url.render_as_string(hide_password=False)
    note = folder / "note.jcb"
    note.write_text("Lista de compras")
    for file, code in ((note, "JCB-001"), (folder / "gone.jcb", "CEN-605")):
        status, text = office_commands.run("bundle", file, "--out", folder, "--database", place)
        assert status == 1
        assert code in text
    assert [one.name for one in folder.iterdir()] == ["note.jcb"]


def test_over_the_net_a_stranger_hands_in_nothing(
    world: World, people: Callable[[str], Session], folder: Path
) -> None:
    ana = people("ana")
    record(ana, "v-1")
    data = read_file(usb.make_bundle(ana, folder).path)
    with (
        HttpTransport(world.server.url) as stranger,
        pytest.raises(UserError) as caught,
    ):
        stranger.call("POST", "/v2/bundle", data)
    assert caught.value.problem.code == "SYN-004"
    assert world.record("visit", "v-1") is None


def test_a_file_says_nothing_of_who_made_it(people: Callable[[str], Session], folder: Path) -> None:
    ana = people("ana")
    record(ana, "v-1")
    ana.clock.advance(timedelta(hours=1))  # type: ignore[attr-defined]
    path = usb.make_bundle(ana, folder).path
    assert "ana" not in path.name
    assert b"ana" not in read(path.read_bytes()).header.to_json()
