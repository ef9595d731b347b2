"""The password and the key."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.errors import UserError
from juntos_campo.store.keys import KdfCost, change_password, create_key, unlock

CHEAP = KdfCost(passes=1, memory_kib=8, lanes=1)
NOW = datetime(2026, 11, 21, 7, 0, tzinfo=LIMA)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "campo.key.json"


def test_the_right_password_gives_the_key_back(key_file: Path) -> None:
    key = create_key(key_file, "quinua-2026", CHEAP)
    assert unlock(key_file, "quinua-2026", NOW) == key
    assert len(key) == 32


def test_a_wrong_password_gives_nothing(key_file: Path) -> None:
    create_key(key_file, "quinua-2026", CHEAP)
    with pytest.raises(UserError) as caught:
        unlock(key_file, "quinua-2025", NOW)
    assert caught.value.problem.code == "STO-001"
    assert key_file.read_text().count("quinua") == 0


def test_guessing_is_slowed_down_more_and_more_and_a_clock_set_back_does_not_help(
    key_file: Path,
) -> None:
    create_key(key_file, "quinua-2026", CHEAP)
    waits = []
    moment = NOW
    for _ in range(8):
        try:
            unlock(key_file, "no es", moment)
        except UserError as error:
            if error.problem.code == "STO-002":
                waits.append(error.values["seconds"])
                with pytest.raises(UserError) as still:
                    unlock(key_file, "quinua-2026", moment - timedelta(days=400))
                assert still.value.problem.code == "STO-002"
                moment += timedelta(seconds=error.values["seconds"])
    assert waits == sorted(waits)
    assert waits[-1] > waits[0]
    assert unlock(key_file, "quinua-2026", moment + timedelta(minutes=6))


def test_changing_the_password_keeps_the_data_key(key_file: Path) -> None:
    key = create_key(key_file, "quinua-2026", CHEAP)
    change_password(key_file, "quinua-2026", "kiwicha-2027", NOW)
    assert unlock(key_file, "kiwicha-2027", NOW) == key
    with pytest.raises(UserError):
        unlock(key_file, "quinua-2026", NOW)


def test_a_short_password_is_refused_and_no_key_is_left(key_file: Path) -> None:
    with pytest.raises(UserError) as caught:
        create_key(key_file, "123", CHEAP)
    assert caught.value.problem.code == "STO-009"
    assert not key_file.exists()


def test_a_second_set_up_does_not_overwrite_the_key_of_the_first(key_file: Path) -> None:
    key = create_key(key_file, "quinua-2026", CHEAP)
    with pytest.raises(UserError):
        create_key(key_file, "otra-clave", CHEAP)
    assert unlock(key_file, "quinua-2026", NOW) == key


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"passes": "x"}', "\x00"])
def test_a_damaged_key_file_is_explained(key_file: Path, content: str) -> None:
    key_file.write_text(content)
    with pytest.raises(UserError) as caught:
        unlock(key_file, "quinua-2026", NOW)
    assert caught.value.problem.code == "STO-003"
