"""A server restored from an older backup: laptops keep what they hold, and what is new arrives."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.app import create_app
from juntos_campo.central.backup import make_backup
from juntos_campo.central.database import Database
from juntos_campo.central.restore import restore
from juntos_campo.central.serving import ServerThread
from juntos_campo.central.settings import ServerSettings
from juntos_campo.central.tables import operations
from juntos_campo.central.verifying import verify
from juntos_campo.domain.entities import Visit
from juntos_campo.store import sync_state
from juntos_campo.sync.http_transport import HttpTransport

from .conftest import CHEAP, PASSWORD, Laptop, World, household, visit

HOME = household("ana", 1)


class Restored:
    """A second server, restored from what the first one was at the moment of the backup."""

    def __init__(self, world: World, backup: Path) -> None:
        url = f"sqlite:///{world.folder / 'restored.db'}"
        self.database = Database(url)
        world.closing.callback(self.database.close)
        restore(self.database, backup, world.clock)
        settings = ServerSettings(database_url=url, **CHEAP)
        self.world = world
        self.server = world.closing.enter_context(ServerThread(create_app(settings, world.clock)))

    def move(self, laptop: Laptop) -> None:
        """The same address answers with the restored server now; token and stamp are the laptop's."""
        token = laptop.transport.token
        laptop.transport = HttpTransport(self.server.url, token, pause=lambda _seconds: None)
        self.world.closing.callback(laptop.transport.close)

    def sign_in_again(self, laptop: Laptop) -> None:
        """What the program does when the server says that the database is a copy."""
        laptop.device = self.world.new_id()
        with laptop.store.transaction(actor=laptop.user, at=laptop.clock.now(), action="t") as tx:
            sync_state.become_another_device(tx, laptop.device)
        laptop.transport.login(laptop.user, PASSWORD, laptop.device, "laptop")

    def has(self, record_id: str) -> bool:
        with self.database.reading() as connection:
            found = sa.text("SELECT 1 FROM records WHERE id = :id")
            return connection.execute(found, {"id": record_id}).first() is not None


def test_laptops_go_on_with_a_server_restored_from_an_older_backup(world: World) -> None:
    ana, beto, zoe = (world.laptop(name) for name in ("ana", "beto", "zoe"))
    first = visit(HOME, "v-1", note="antes")
    ana.sync()
    ana.save(first)
    for one in (ana, beto, zoe):
        one.sync()
    backup = make_backup(world.database, world.folder / "a.jcr", world.clock.now()).path

    # After the backup: sent and acknowledged by the server that will be lost.
    ana.save(visit(HOME, "v-2", note="después"))
    ana.save(visit(HOME, "v-1", note="corregida"))
    assert ana.sync().complete
    # And recorded, but not sent before the server was lost.
    ana.save(visit(HOME, "v-3", note="sin enviar"))
    beto.save(visit(household("beto", 1), "v-4"))

    restored = Restored(world, backup)
    for one in (ana, beto, zoe):
        restored.move(one)

    # Who had not sent anything since goes on as if nothing had been.
    assert beto.sync().complete
    assert restored.has("v-4")

    # Who had is told to sign in again, and loses nothing that was not sent.
    stopped = ana.sync()
    assert stopped.stopped is not None
    assert stopped.stopped.code == "SYN-012"
    restored.sign_in_again(ana)
    report = ana.sync()
    assert report.complete, report
    assert [one.record_id for one in report.acknowledged] == ["v-3"]
    assert sync_state.waiting_count(ana.store) == 0
    with restored.database.reading() as connection:
        done = connection.execute(
            sa.select(operations.c.id).where(operations.c.author == "ana")
        ).scalars()
        assert sorted(done) == ["v-1", "v-3"]

    # What the restored server does not have is still on the laptop that sent it, to be read there.
    assert not restored.has("v-2")
    for key, note in (("v-1", "corregida"), ("v-2", "después"), ("v-3", "sin enviar")):
        kept = ana.store.get(Visit, key)
        assert kept is not None
        assert kept.answers["note"] == note

    # What is recorded from now on reaches everybody, though numbers of before were given twice.
    zoe_report = zoe.sync()
    assert zoe_report.complete
    assert {"v-3", "v-4"} <= {key for key in ("v-3", "v-4") if zoe.store.get(Visit, key)}
    assert verify(restored.database).findings == []


def test_an_edit_of_what_the_restored_server_lacks_is_kept_and_told(world: World) -> None:
    """A record it does not know, and one of which it knows an older version."""
    ana = world.laptop("ana")
    ana.sync()
    older = visit(HOME, "v-1", note="antes")
    ana.save(older)
    ana.sync()
    backup = make_backup(world.database, world.folder / "a.jcr", world.clock.now()).path
    lost = visit(HOME, "v-2", note="después")
    ana.save(lost)
    ana.save(replace(older, answers={"note": "corregida"}))
    assert ana.sync().complete

    restored = Restored(world, backup)
    restored.move(ana)
    restored.sign_in_again(ana)
    ana.save(replace(lost, answers={"note": "otra vez"}))
    ana.save(replace(older, answers={"note": "otra vez"}))
    report = ana.sync()
    assert [one.record_id for one in report.waiting_there] == ["v-2"]
    assert [(one.record_id, one.code) for one in report.refused] == [("v-1", "CEN-107")]
    assert sync_state.waiting_count(ana.store) + sync_state.refused_count(ana.store) == 2
    assert not restored.has("v-2")
