"""What went wrong with the server's data is found and named, and nobody's data with it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from office_commands import run
from server_databases import Lender, address_of

from juntos_campo.central.backup import make_backup
from juntos_campo.central.database import Database
from juntos_campo.central.verifying import verify
from juntos_campo.domain.clock import FixedClock

from .conftest import fill_as_always
from .filled_server import PHOTO_ID, send


def spoil(database: Database, statement: str) -> None:
    """Do what no command of ours does, past every constraint."""
    with database.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        if database.engine.dialect.name == "sqlite":
            driver.execute("PRAGMA foreign_keys=OFF")
        else:
            driver.execute("SET session_replication_role = replica")
            statement = statement.replace("zeroblob(4096)", "decode(repeat('00', 4096), 'hex')")
        assert driver.execute(statement).rowcount > 0
        driver.commit()
        connection.invalidate()


def test_a_sound_server_has_nothing_to_tell(
    filled: Database,
) -> None:
    database = filled
    done = verify(database, all_files=True)
    assert done.findings == []
    with database.reading() as connection:
        for name in ("records", "record_versions", "conflicts"):
            rows = connection.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one()  # noqa: S608
            assert done.read[name] == rows > 0
    assert done.read["archivos"] == 1


@pytest.mark.parametrize(
    ("statement", "check", "example"),
    [
        ("UPDATE records SET partition = 'fw:x' WHERE id LIKE '%r2'", "partition.records", "fw:x"),
        ("UPDATE partitions SET last_seq = 1 WHERE name = 'fw:ana'", "seq.beyond", "fw:ana"),
        (
            "UPDATE removals SET seq = (SELECT min(seq) FROM records WHERE "
            "records.partition = removals.partition) WHERE partition = 'fw:ana' AND "
            "seq = (SELECT max(seq) FROM removals WHERE partition = 'fw:ana')",
            "seq.twice",
            "fw:ana",
        ),
        (
            "DELETE FROM record_versions WHERE version = 1 AND kind = 'household'",
            "version.gap",
            "household",
        ),
        ("UPDATE records SET version = 9 WHERE id LIKE '%r2'", "version.gap", "field_record"),
        (
            "INSERT INTO record_versions SELECT unit, 'visit', 'v-9', 1, deleted, body, paths, author, "
            "device, changed_at FROM records LIMIT 1",
            "version.orphan",
            "v-9",
        ),
        ("DELETE FROM records WHERE id LIKE '%r2'", "operation.version", "r2"),
        ("UPDATE records SET body = '{' WHERE id LIKE '%r3'", "body.records", "r3"),
        ("UPDATE records SET paths = '{}' WHERE id LIKE '%r3'", "body.records", "r3"),
        ("UPDATE record_versions SET body = ''", "body.record_versions", "field_record"),
        ("UPDATE conflicts SET body = 'null'", "body.conflicts", "field_record"),
        ("UPDATE attachment_chunks SET data = zeroblob(4096) WHERE start = 0", "file.content", PHOTO_ID),
        ("DELETE FROM attachment_chunks WHERE start = 4096", "file.size", PHOTO_ID),
        ("UPDATE audit SET detail = 'x' WHERE sequence = 4", "audit.row", "secuencia 4"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_is_found_and_named(
    filled: Database, statement: str, check: str, example: str
) -> None:
    spoil(filled, statement)
    found = {one.check: one for one in verify(filled).findings}
    assert check in found
    assert example in found[check].example
    assert found[check].count >= 1


def test_a_file_with_unreadable_pages_is_a_finding_and_no_crash(
    filled_file: Path, tmp_path: Path
) -> None:
    whole = filled_file.read_bytes()
    page = 4096
    path = tmp_path / "broken.db"
    path.write_bytes(whole[: 40 * page] + bytes(20 * page) + whole[60 * page :])
    database = Database(f"sqlite:///{path}")
    try:
        assert {one.check for one in verify(database).findings} & {"sqlite", "database"}
    finally:
        database.close()


def test_a_record_erased_by_law_is_no_lost_change(filled: Database) -> None:
    with filled.reading() as connection:
        gone = connection.execute(sa.text("SELECT count(*) FROM erased")).scalar_one()
    assert gone
    assert verify(filled).findings == []
    spoil(filled, "INSERT INTO erased SELECT kind, id, changed_at FROM records WHERE id LIKE '%r2'")
    spoil(filled, "DELETE FROM records WHERE id LIKE '%r2'")
    assert verify(filled).findings == []


def test_the_command_ends_with_1_and_its_list_can_be_read_by_a_program(
    filled: Database, tmp_path: Path, clock: FixedClock
) -> None:
    url = ("--database", address_of(filled))
    status, text = run("verify", "--files", *url)
    assert status == 0, text
    assert "Todo está en orden" in text
    spoil(filled, "UPDATE records SET body = '{\"name\": \"QUISPE' WHERE id LIKE '%r3'")
    status, text = run("verify", "--json", *url)
    assert status == 1
    assert "QUISPE" not in text
    (finding,) = json.loads(text.splitlines()[-1])["findings"]
    assert (finding["check"], finding["count"]) == ("body.records", 1)


def test_an_end_cut_off_with_its_head_is_found_by_what_was_kept(
    filled: Database, lend: Lender, tmp_path: Path, clock: FixedClock
) -> None:
    url, heads = ("--database", address_of(filled)), tmp_path / "heads.json"
    old = lend("filled", fill_as_always)
    send(filled, clock, "ana", "e" * 32)
    assert run("verify", "--write-heads", heads, *url)[0] == 0
    backup = make_backup(filled, tmp_path / "a.jcr", clock.now()).path
    before = ("--database", old)
    assert run("verify", *before)[0] == 0
    for kept in (heads, backup):
        assert run("verify", "--heads", kept, *url)[0] == 0
        status, text = run("verify", "--heads", kept, *before)
        assert status == 1
        assert "cadena «ana»" in text
    heads.write_text("{}")
    status, text = run("verify", "--heads", heads, *url)
    assert (status, "CEN-314" in text) == (1, True)
