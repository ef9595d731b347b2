"""The office sends and takes back rule packs; a faulty one changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from edited import edited_copy
from office_commands import run, sent_packs

from juntos_campo import paths
from juntos_campo.central.database import Database
from juntos_campo.central.tables import audit

NORMS = paths.resources() / "norms"


@pytest.fixture
def sent(address: str) -> Iterator[Any]:
    """Asks for what laptops would be sent: id of the pack -> (version, deleted, text)."""
    with closing(Database(address)) as database:
        yield partial(sent_packs, database, "rule_pack")


def pack(folder: Path, name: str, *changes: tuple[str, str]) -> Path:
    """A shipped pack, edited as the office would."""
    return edited_copy(NORMS / name, folder, *changes)


TITLE = ('title = "DNI del recién nacido"', 'title = "DNI del recién nacido (corregido)"')


def test_a_corrected_pack_goes_to_every_laptop_and_the_same_again_is_nothing_new(
    address: str, tmp_path: Path, sent: Any
) -> None:
    file = pack(tmp_path, "identity.toml", TITLE)
    status, text = run("load", "--norms", file, "--database", address)
    assert (status, text.strip()) == (0, "Normas nuevas: identity.")
    assert sent() == {"identity": (1, False, file.read_text(encoding="utf-8"))}
    assert "iguales" in run("load", "--norms", file, "--database", address)[1]
    assert sent()["identity"][0] == 1


def test_a_pack_saved_by_windows_notepad_is_taken(address: str, tmp_path: Path, sent: Any) -> None:
    file = pack(tmp_path, "identity.toml", TITLE)
    text = file.read_text(encoding="utf-8")
    file.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert run("load", "--norms", file, "--database", address)[0] == 0
    assert sent()["identity"][2] == text


FAULTY: list[tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]] = [
    (
        "cred-nts238.toml",
        (('opens = "9m"', 'opens = "nueve meses"'),),
        ("NRM-002", "cred-nts238.toml", "CRED:9m", "opens", "5m-1d"),
    ),
    (
        "cred-nts238.toml",
        (("[pack]", "[pack]\nurgencia = 3"),),
        ("NRM-002", "cred-nts238.toml", "urgencia"),
    ),
    (
        "cred-nts238.toml",
        (('kind = "services"', 'kind = "servicios2030"'),),
        ("NRM-002", "cred-nts238.toml", "kind", "services"),
    ),
    (
        "cred-nts238.toml",
        (('id = "cred-nts238"', 'id = "cred-nuevo"'),),
        ("NRM-005", "cred-nts238.toml", "CRED", "until"),
    ),
    ("identity.toml", (("[pack]", "[pack"),), ("NRM-001", "identity.toml", "línea")),
    ("risk.toml", (('id = "risk"', 'id = "identity"'),), ("NRM-010", "risk.toml", "identity")),
]


@pytest.mark.parametrize(("name", "changes", "named"), FAULTY)
def test_a_faulty_pack_is_refused_with_file_row_and_remedy_and_nothing_is_sent(
    address: str,
    tmp_path: Path,
    sent: Any,
    name: str,
    changes: tuple[tuple[str, str], ...],
    named: tuple[str, ...],
) -> None:
    folder = tmp_path / "faulty"
    folder.mkdir()
    bad, good = pack(folder, name, *changes), pack(tmp_path, "transfers.toml")
    status, text = run("load", "--norms", good, "--norms", bad, "--database", address)
    assert status == 1
    assert [part for part in named if part not in text] == []
    assert sent() == {}


def test_a_pack_that_only_clashes_with_one_sent_earlier_is_refused(
    address: str, tmp_path: Path, sent: Any
) -> None:
    changes = (("[pack]", "[pack]\nuntil = 2026-12-31"), TITLE)
    assert (
        run("load", "--norms", pack(tmp_path, "identity.toml", *changes), "--database", address)[0]
        == 0
    )
    other = (
        ('id = "identity"', 'id = "identity-2027"'),
        ("start = 1996-01-01", "start = 2027-01-01"),
    )
    folder = tmp_path / "next"
    folder.mkdir()
    following = pack(folder, "identity.toml", *other)
    assert run("load", "--norms", following, "--database", address)[0] == 0
    status, text = run(
        "load", "--norms", pack(tmp_path, "identity.toml", TITLE), "--database", address
    )
    assert status == 1
    assert "NRM-005" in text
    assert sent()["identity"][0] == 1
    status, text = run("load", "--norms-remove", "identity", "--database", address)
    assert status == 1, "the shipped pack would judge at once with the following one"
    assert "NRM-005" in text
    both = ("--norms-remove", "identity", "--norms-remove", "identity-2027")
    assert run("load", *both, "--database", address)[0] == 0
    assert [deleted for _, deleted, _ in sent().values()] == [True, True]


def test_a_pack_taken_back_is_gone_and_can_be_sent_again(
    address: str, tmp_path: Path, sent: Any
) -> None:
    file = pack(tmp_path, "identity.toml", TITLE)
    run("load", "--norms", file, "--database", address)
    status, text = run("load", "--norms-remove", "identity", "--database", address)
    assert (status, text.strip()) == (0, "Normas retiradas: identity.")
    assert sent()["identity"][:2] == (2, True)
    status, text = run("load", "--norms-remove", "identity", "--database", address)
    assert status == 1
    assert "CEN-208" in text
    assert (
        run("load", "--norms", file, "--database", address)[1].strip() == "Normas nuevas: identity."
    )
    assert sent()["identity"][:2] == (3, False)
    with closing(Database(address)) as database, database.reading() as connection:
        noted = [
            row.action for row in connection.execute(sa.select(audit).order_by(audit.c.sequence))
        ]
    assert noted == ["norms.added", "norms.taken_back", "norms.added"]


def test_two_files_of_one_name_are_not_silently_one(
    address: str, tmp_path: Path, sent: Any
) -> None:
    other = tmp_path / "otra.toml"
    file = pack(tmp_path, "identity.toml", TITLE)
    other.write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    status, text = run("load", "--norms", file, "--norms", other, "--database", address)
    assert status == 1
    assert "NRM-011" in text
    assert "otra.toml" in text
    assert sent() == {}


def test_a_file_that_is_not_there_or_no_text_is_told_in_spanish(
    address: str, tmp_path: Path
) -> None:
    status, text = run("load", "--norms", tmp_path / "falta.toml", "--database", address)
    assert status == 1
    assert "no existe" in text
    latin = tmp_path / "latin.toml"
    latin.write_bytes('title = "niñas"'.encode("latin-1"))
    status, text = run("load", "--norms", latin, "--database", address)
    assert status == 1
    assert "UTF-8" in text
