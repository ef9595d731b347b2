"""A backup holds all of one moment, and a damaged one is never taken for a good one."""

from __future__ import annotations

import json
import random
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from hypothesis import given
from hypothesis import strategies as st
from office_commands import run

from juntos_campo.central.backup import make_backup
from juntos_campo.central.backup_file import Cost
from juntos_campo.central.backup_reading import read_backup
from juntos_campo.central.copy_text import read_rows, write_row
from juntos_campo.central.database import Database, alembic_config
from juntos_campo.central.tables import metadata
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import FixedClock
from juntos_campo.domain.errors import UserError

from .filled_server import content

SECRET = b"quinua y papa nativa"
CHEAPEST = Cost(passes=1, memory_kib=8)


def backed_up(database: Database, path: Path, clock: FixedClock, secret: bytes | None) -> Path:
    return make_backup(database, path, clock.now(), passphrase=secret, cost=CHEAPEST).path


def code_of(action: Callable[[], object]) -> str:
    with pytest.raises(UserError) as refused:
        action()
    return refused.value.problem.code


def test_a_backup_says_what_it_holds(filled: Database, tmp_path: Path, clock: FixedClock) -> None:
    database = filled
    found = read_backup(backed_up(database, tmp_path / "a.jcr", clock, None), None)
    there = content(database)
    assert found.manifest.tables.keys() == metadata.tables.keys()
    assert {name: one.rows for name, one in found.manifest.tables.items()} == {
        name: len(rows) for name, rows in there.items()
    }
    assert found.manifest.heads.keys() == {"ana", "beto", "zoe", "oficina"}
    assert found.header.made_at == "2026-11-17T08:00:00-05:00"


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(
    filled: Database, tmp_path: Path, clock: FixedClock
) -> None:
    """Every note moves the end of a chain too: at any one moment the two agree."""
    database = filled
    stop, written = threading.Event(), list[int]()

    def work() -> None:
        while not stop.is_set():
            with database.writing() as connection:
                note(connection, clock.now(), "ana", "", "login")
            written.append(1)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        for number in range(4):
            path = backed_up(database, tmp_path / f"{number}.jcr", clock, None)
            manifest = read_backup(path, None).manifest
            lengths = sum(length for length, _head in manifest.heads.values())
            assert manifest.tables["audit"].rows == lengths
    finally:
        stop.set()
        thread.join()
    assert written


def test_an_older_schema_can_be_backed_up_before_the_update(
    filled: Database, tmp_path: Path, clock: FixedClock
) -> None:
    with filled.writing() as connection:
        command.downgrade(alembic_config(connection), "0002")
    found = read_backup(backed_up(filled, tmp_path / "old.jcr", clock, None), None)
    assert found.header.revision == "0002"
    assert found.manifest.heads == {}
    assert found.manifest.tables["audit"].rows > 5


def test_nothing_of_an_encrypted_backup_can_be_read_without_its_passphrase(
    filled: Database, tmp_path: Path, clock: FixedClock
) -> None:
    path = backed_up(filled, tmp_path / "a.jcr", clock, SECRET)
    assert code_of(lambda: read_backup(path, None)) == "CEN-304"
    assert code_of(lambda: read_backup(path, SECRET + b"!")) == "CEN-303"
    assert read_backup(path, SECRET).manifest.tables["users"].rows == 3
    assert path.stat().st_mode & 0o077 == 0


def test_an_existing_file_is_replaced_only_when_asked(
    filled: Database, tmp_path: Path, clock: FixedClock
) -> None:
    path = tmp_path / "a.jcr"
    path.write_bytes(b"mine")
    assert code_of(lambda: make_backup(filled, path, clock.now())) == "CEN-306"
    assert path.read_bytes() == b"mine"
    make_backup(filled, path, clock.now(), force=True)
    assert read_backup(path, None)
    assert sorted(one.name for one in tmp_path.glob("*.partial")) == []


def test_a_full_disk_leaves_no_half_backup_and_keeps_the_old_ones(
    filled: Database, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    make_backup(filled, folder, clock.now())
    usage = shutil.disk_usage(folder)
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _folder: usage._replace(free=1000))
        assert code_of(lambda: make_backup(filled, folder, clock.now(), force=True)) == "CEN-308"
    assert len(list(folder.iterdir())) == 1
    assert code_of(lambda: make_backup(filled, tmp_path / "no" / "a.jcr", clock.now())) == "CEN-307"
    assert code_of(lambda: make_backup(filled, tmp_path / "no", clock.now())) == "CEN-315"


def test_only_older_automatic_backups_are_removed(
    filled: Database, tmp_path: Path, clock: FixedClock
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    days = ("20261101", "20261102", "20261103")
    old = [folder / f"juntos-respaldo-{day}-020000.jcr" for day in days]
    others = [folder / "juntos-respaldo-antes-de-actualizar.jcr", folder / "notas.txt"]
    for one in (*old, *others):
        one.write_bytes(b"")
    done = make_backup(filled, folder, clock.now(), keep=2)
    assert set(folder.iterdir()) == {old[2], done.path, *others}
    assert set(done.removed) == set(old[:2])
    assert (
        code_of(lambda: make_backup(filled, tmp_path / "b.jcr", clock.now(), keep=2)) == "CEN-313"
    )


def damages(data: bytes, dice: random.Random) -> bytes:
    """The bytes with one thing done to them that a disk, a cable or a person may do."""
    at, length = dice.randrange(len(data)), dice.randrange(1, 64)
    other = dice.randrange(len(data))
    return dice.choice(
        (
            lambda: data[:at] + bytes([data[at] ^ 1 << dice.randrange(8)]) + data[at + 1 :],
            lambda: data[:at],
            lambda: data[:at] + dice.randbytes(length) + data[at:],
            lambda: data[:at] + data[at + length :],
            lambda: data[:at] + bytes(length) + data[at + length :],
            lambda: data + dice.randbytes(length),
            lambda: data[:at] + data[other : other + length] + data[at + length :],
            lambda: data[at:],
        )
    )()


@pytest.mark.parametrize("secret", [None, SECRET], ids=["plain", "encrypted"])
def test_no_damage_is_overlooked(
    filled: Database, tmp_path: Path, clock: FixedClock, secret: bytes | None
) -> None:
    whole = backed_up(filled, tmp_path / "whole.jcr", clock, secret).read_bytes()
    dice, path, tried = random.Random(6), tmp_path / "damaged.jcr", 0
    while tried < 150:
        damaged = damages(whole, dice)
        if damaged == whole:
            continue
        path.write_bytes(damaged)
        code = code_of(lambda: read_backup(path, secret))
        assert code in {"CEN-301", "CEN-302", "CEN-303", "CEN-305"}
        tried += 1


def test_other_files_are_no_backups(tmp_path: Path) -> None:
    path = tmp_path / "a.jcr"
    for text in (b"", b"PK\x03\x04" + bytes(100), b"{}"):
        path.write_bytes(text)
        assert code_of(lambda: read_backup(path, None)) == "CEN-301"
    assert code_of(lambda: read_backup(tmp_path / "none.jcr", None)) == "CEN-309"


VALUES = {
    "text": st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0")),
    "int": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "bytes": st.binary(),
}
ROWS = st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5).flatmap(
    lambda types: st.tuples(
        st.just(types), st.lists(st.tuples(*(st.none() | VALUES[one] for one in types)))
    )
)


@given(ROWS, st.integers(1, 40))
def test_rows_come_back_from_their_text_however_it_is_cut(
    rows: tuple[list[str], list[tuple[object, ...]]], size: int
) -> None:
    types, values = rows
    text = b"".join(write_row(one) for one in values)  # type: ignore[arg-type]
    assert text.count(b"\n") == len(values)
    blocks = [text[start : start + size] for start in range(0, len(text), size)]
    assert [tuple(one) for one in read_rows(blocks, types)] == values


def test_postgresql_writes_the_same_text(
    new_postgresql: Callable[[], str], filled: Database
) -> None:
    """What we write in its format for SQLite is what PostgreSQL itself makes of the same values."""
    database = Database(new_postgresql())
    values = ["a\tb\nc\rd\\e\x08\x0c\x0bf", "\\N", "ñ👶", None]
    try:
        with database.writing() as connection:
            connection.execute(sa.text("CREATE TABLE t (a text, b bytea, c bool, d bigint)"))
            insert = sa.text("INSERT INTO t VALUES (:a, :b, :c, :d)")
            rows = [{"a": one, "b": b"\x00\\\n", "c": True, "d": -7} for one in values]
            connection.execute(insert, rows)
            driver = connection.connection.driver_connection
            assert driver is not None
            with driver.cursor().copy("COPY t TO STDOUT") as copy:
                written = b"".join(bytes(one) for one in copy)
    finally:
        database.close()
    assert written == b"".join(write_row((one, b"\x00\\\n", True, -7)) for one in values)


def test_the_command_makes_a_backup_and_checks_it(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    secret = tmp_path / "secret"
    secret.write_text("corta\n")
    given_file = ("--passphrase-file", secret, "--database", address)
    status, text = run("backup", folder, *given_file)
    assert (status, "CEN-312" in text) == (1, True)
    secret.write_text("quinua y papa nativa\n")
    status, text = run("backup", folder, "--keep", "3", *given_file)
    assert status == 0, text
    assert "Respaldo hecho y comprobado" in text
    (made,) = folder.iterdir()
    assert run("verify", made)[0] == 1
    monkeypatch.setenv("JUNTOS_BACKUP_PASSPHRASE", "quinua y papa nativa")
    status, text = run("verify", made, "--json")
    assert status == 0, text
    assert json.loads(text.splitlines()[-1])["rows"]["users"] == 0
