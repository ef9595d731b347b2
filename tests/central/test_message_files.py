"""The office sends and takes back messages; a faulty file changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from edited import edited_copy
from office_commands import run, sent_packs

from juntos_campo import paths
from juntos_campo.central.database import Database

MESSAGES = paths.resources() / "messages"


@pytest.fixture
def sent(address: str) -> Iterator[Any]:
    """Asks for what laptops would be sent: id of the pack -> (version, deleted, text)."""
    with closing(Database(address)) as database:
        yield partial(sent_packs, database, "message_pack")


def cards(folder: Path, *changes: tuple[str, str], name: str = "orientation.toml") -> Path:
    """The shipped cards, edited as the office would."""
    return edited_copy(MESSAGES / name, folder, *changes)


TITLE = (
    'title = "Hierro y ácido fólico todos los días"',
    'title = "Su hierro, cada día"',
)


def test_corrected_cards_go_to_every_laptop_and_come_back_when_taken_back(
    address: str, tmp_path: Path, sent: Any
) -> None:
    file = cards(tmp_path, TITLE)
    status, text = run("load", "--messages", file, "--database", address)
    assert (status, text.strip()) == (0, "Mensajes nuevos: orientacion-juntos.")
    assert sent() == {"orientacion-juntos": (1, False, file.read_text(encoding="utf-8"))}
    assert "iguales" in run("load", "--messages", file, "--database", address)[1]
    assert sent()["orientacion-juntos"][0] == 1
    back = ("load", "--messages-remove", "orientacion-juntos", "--database", address)
    assert run(*back) == (0, "Mensajes retirados: orientacion-juntos.\n")
    assert sent()["orientacion-juntos"][:2] == (2, True)
    status, text = run(*back)
    assert status == 1
    assert "CEN-230" in text


FAULTY: list[tuple[tuple[str, str], tuple[str, ...]]] = [
    (("[pack]", "[pack"), ("VIS-020", "línea")),
    (('kinds = ["pregnant"]', 'kinds = ["todas"]'), ("VIS-021", "kinds", "apn-temprano")),
    (('services = ["APN"]', 'services = ["APNN"]'), ("VIS-023", "APNN")),
    (('id = "apn-examenes"', 'id = "apn-temprano"'), ("VIS-022", "apn-temprano")),
    (('id = "orientacion-juntos"', 'id = "otra"'), ("VIS-022", "apn-temprano")),
    (('id = "orientacion-juntos"', 'id = "compromisos-juntos"'), ("VIS-025", "commitments")),
]


def test_a_faulty_file_is_refused_with_its_fault_and_nothing_is_sent(
    address: str, tmp_path: Path, sent: Any
) -> None:
    for change, named in FAULTY:
        status, text = run("load", "--messages", cards(tmp_path, change), "--database", address)
        assert status == 1, change
        assert [part for part in (*named, "orientation.toml") if part not in text] == []
    assert sent() == {}


def test_of_two_files_one_faulty_neither_is_sent(address: str, tmp_path: Path, sent: Any) -> None:
    good = cards(tmp_path, name="commitments.toml")
    bad = cards(tmp_path, FAULTY[0][0])
    assert run("load", "--messages", good, "--messages", bad, "--database", address)[0] == 1
    assert sent() == {}
    other = tmp_path / "otra.toml"
    other.write_text(good.read_text(encoding="utf-8"), encoding="utf-8")
    status, text = run("load", "--messages", good, "--messages", other, "--database", address)
    assert status == 1
    assert "VIS-024" in text
    assert run("load", "--messages", tmp_path / "falta.toml", "--database", address)[0] == 1
    assert sent() == {}
