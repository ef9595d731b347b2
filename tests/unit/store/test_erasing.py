"""Erasing a laptop, whatever interrupts it: nothing can be opened once it has begun, and nothing stays."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.errors import UserError
from juntos_campo.paths import DataPlace
from juntos_campo.store.erasing import (
    Erasure,
    Phase,
    begin_erasing,
    erasure_of,
    go_on_erasing,
    mark_read,
    mark_told,
)
from juntos_campo.store.keys import KdfCost, create_key, unlock
from juntos_campo.store.store import Store

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=LIMA)
NAME = "QUISPE MAMANI"
MARK = Erasure(Phase.ERASING, NOW.isoformat(), "https://campo.example.pe", "d" * 32, "0" * 128)
AUTHORITY = "-----BEGIN CERTIFICATE-----"


class Killed(BaseException):
    """The power went."""


@pytest.fixture
def place(tmp_path: Path) -> DataPlace:
    """A laptop in the middle of a day: database with its log, an old wrong password, logs, settings."""
    made = DataPlace(tmp_path / "datos")
    key = create_key(made.key_file, "cumbre-clara", KdfCost(1, 64))
    with closing(Store(made.database, key)) as store:
        with store.transaction(actor="ana", at=NOW, action="test") as tx:
            tx.set_meta("user.full_name", NAME)
        for suffix in ("-wal", "-shm"):
            log = made.database.with_name(made.database.name + suffix)
            (made.root / f"campo.db.copia{suffix}").write_bytes(log.read_bytes())
    for name in ("campo.log", "campo.log.1", "window.ini", "campo.contacto.json"):
        (made.root / name).write_text("x", encoding="utf-8")
    (made.root / "campo.key.json.new").write_bytes(made.key_file.read_bytes())
    (made.root / "campo.key.attempts").write_text("{}", encoding="utf-8")
    made.authority_file.write_text(AUTHORITY, encoding="utf-8")
    (made.root / "carta.txt").write_text("de otro programa", encoding="utf-8")
    return made


@contextmanager
def killed_after(steps: int) -> Iterator[list[str]]:
    """The power goes before the step with this number among those that touch the disk."""
    done: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            if len(done) >= steps:
                raise Killed
            done.append(name)
            return real(*given, **named)

        return step

    with pytest.MonkeyPatch.context() as patch:
        for owner, name in ((Path, "unlink"), (Path, "replace"), (Path, "open"), (os, "fsync")):
            patch.setattr(owner, name, counted(name, getattr(owner, name)))
        yield done


def erase(place: DataPlace) -> None:
    begin_erasing(place, MARK)
    go_on_erasing(place)


def left(place: DataPlace) -> set[str]:
    return {one.name for one in place.root.iterdir()}


def test_nothing_of_the_laptop_stays_but_the_mark_and_what_is_not_the_programs(
    place: DataPlace,
) -> None:
    erase(place)
    assert left(place) == {"campo.borrado.json", "servidor-ca.pem", "carta.txt"}
    assert place.authority_file.read_text(encoding="utf-8") == AUTHORITY
    with pytest.raises(UserError) as caught:
        unlock(place.key_file, "cumbre-clara", NOW)
    assert caught.value.problem.code == "STO-007"


def test_a_laptop_switched_off_at_any_moment_of_it_is_whole_or_erased_at_the_next_start_never_between(
    place: DataPlace, tmp_path: Path
) -> None:
    before = {one.name: one.read_bytes() for one in place.root.iterdir()}
    with killed_after(10_000) as every:
        erase(place)
    assert len(every) > 15
    for steps in range(len(every)):
        laptop = DataPlace(tmp_path / f"a{steps}")
        laptop.root.mkdir()
        for name, data in before.items():
            (laptop.root / name).write_bytes(data)
        with killed_after(steps), pytest.raises(Killed):
            erase(laptop)
        begun = erasure_of(laptop) is not None
        go_on_erasing(laptop)  # the next start
        if begun:
            assert left(laptop) == {"campo.borrado.json", "servidor-ca.pem", "carta.txt"}, steps
        else:
            key = unlock(laptop.key_file, "cumbre-clara", NOW)
            with closing(Store(laptop.database, key)) as store:
                assert store.meta("user.full_name") == NAME


def test_the_key_is_gone_before_anything_else_is_touched(place: DataPlace) -> None:
    key = unlock(place.key_file, "cumbre-clara", NOW)
    wrapped = place.key_file.read_bytes()
    begin_erasing(place, MARK)
    assert place.database.exists()
    assert not place.key_file.exists()
    assert not any(wrapped[:80] in one.read_bytes() for one in place.root.iterdir())
    assert not any(key in one.read_bytes() for one in place.root.iterdir())


def test_what_cannot_be_removed_now_is_removed_at_the_next_start(
    place: DataPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows while a file is open."""
    real = Path.unlink

    def stubborn(path: Path, missing_ok: bool = False) -> None:
        if path == place.database:
            raise PermissionError
        real(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", stubborn)
    begin_erasing(place, MARK)
    assert not go_on_erasing(place)
    assert erasure_of(place) == MARK
    monkeypatch.undo()
    assert go_on_erasing(place)
    assert not place.database.exists()


def test_a_mark_somebody_meddled_with_erases_nothing(place: DataPlace) -> None:
    for text in ("", "{", '{"phase": "erasing"}', '{"phase": "all"}', "[1]", "\x00"):
        place.erased_file.write_text(text, encoding="utf-8")
        assert go_on_erasing(place)
        assert unlock(place.key_file, "cumbre-clara", NOW)


def test_the_mark_stays_until_somebody_read_it_and_the_office_knows(place: DataPlace) -> None:
    erase(place)
    mark_told(place)
    assert erasure_of(place) is not None
    mark_read(place)
    assert erasure_of(place) is None


def test_nothing_outside_the_folder_goes_with_it(place: DataPlace, tmp_path: Path) -> None:
    outside = tmp_path / "documentos.txt"
    outside.write_text("mío", encoding="utf-8")
    (place.root / "campo.enlace").symlink_to(outside)
    (place.root / "campo.carpeta").mkdir()
    erase(place)
    assert outside.read_text(encoding="utf-8") == "mío"
