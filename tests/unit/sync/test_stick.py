"""Files on a stick: there and whole, or not there and told."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from juntos_campo.domain.errors import UserError
from juntos_campo.sync import stick
from juntos_campo.wire import bundle

Break = Callable[[pytest.MonkeyPatch, Path], None]
NAME = "juntos-20261121-0930-3f2a1c.jcb"


def raising(number: int) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise OSError(number, "synthetic")

    return fail


def full_while_writing(patch: pytest.MonkeyPatch, _folder: Path) -> None:
    patch.setattr(stick, "_write", raising(errno.ENOSPC))


def full_before(patch: pytest.MonkeyPatch, _folder: Path) -> None:
    patch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=10))


def protected(patch: pytest.MonkeyPatch, _folder: Path) -> None:
    patch.setattr(stick, "_write", raising(errno.EROFS))


def pulled_out(_patch: pytest.MonkeyPatch, folder: Path) -> None:
    folder.rmdir()


def pulled_out_while_writing(patch: pytest.MonkeyPatch, folder: Path) -> None:
    def fail(*_: object) -> None:
        folder.rmdir()
        raise OSError(errno.EIO, "synthetic")

    patch.setattr(stick, "_write", fail)


def faulty(patch: pytest.MonkeyPatch, _folder: Path) -> None:
    patch.setattr(stick, "_read_back", lambda part: part.read_bytes()[:-1] + b"?")


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = stick.write_file(tmp_path, NAME, b"sealed")
    assert path.name == NAME
    assert stick.read_file(path) == b"sealed"
    assert [one.name for one in tmp_path.iterdir()] == [NAME]


def test_a_file_of_before_is_never_written_over(tmp_path: Path) -> None:
    first = stick.write_file(tmp_path, NAME, b"one")
    second = stick.write_file(tmp_path, NAME, b"two")
    assert (first.read_bytes(), second.read_bytes()) == (b"one", b"two")
    assert second.suffix == ".jcb"


@pytest.mark.parametrize(
    ("breaks", "code"),
    [
        (full_before, "USB-012"),
        (full_while_writing, "USB-012"),
        (protected, "USB-013"),
        (pulled_out, "USB-011"),
        (pulled_out_while_writing, "USB-011"),
        (faulty, "USB-014"),
    ],
)
def test_a_stick_that_fails_is_named_and_no_half_file_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, breaks: Break, code: str
) -> None:
    folder = tmp_path / "stick"
    folder.mkdir()
    breaks(monkeypatch, folder)
    with pytest.raises(UserError) as caught:
        stick.write_file(folder, NAME, b"sealed")
    assert caught.value.problem.code == code
    assert "sigue guardado" in str(caught.value)
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_file_that_is_not_there_any_more_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        stick.read_file(tmp_path / NAME)
    assert caught.value.problem.code == "USB-011"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        stick.read_file(tmp_path)
    assert caught.value.problem.code == "USB-015"


def test_a_film_is_not_read_into_memory(tmp_path: Path) -> None:
    film = tmp_path / "film.jcb"
    with film.open("wb") as file:
        file.truncate(bundle.MOST_BYTES + 1)
    with pytest.raises(UserError) as caught:
        stick.read_file(film)
    assert caught.value.problem.code == "JCB-005"
