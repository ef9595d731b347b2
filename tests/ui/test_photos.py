"""Photos as they are to be seen, and those that have not come yet."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from form_views import show_form
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from juntos_campo.ui.form_view.editors.files import (
    FileEditor,
    SignatureEditor,
    picture_of,
    read_image,
)

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not", extend=True)

QUARTER_RIGHT = 6
"""EXIF's orientation of a photo taken with the phone upright."""


def form(type_: str, appearance: str = "") -> str:
    return f"""
| survey |
| | type | name | label | appearance |
| | {type_} | q | La pregunta | {appearance} |
"""


def photo(file: Path, width: int, height: int, orientation: int) -> bytes:
    """A JPEG with a red upper half as it is stored, and a note on how it is to be turned."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.blue)
    painter = QPainter(image)
    painter.fillRect(QRect(0, 0, width, height // 2), Qt.GlobalColor.red)
    painter.end()
    assert image.save(str(file), "JPG", 95)
    data = file.read_bytes()
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0" + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    data = data[:2] + b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif + data[2:]
    file.write_bytes(data)
    return data


def colour(image: QImage, across: float, down: float) -> str:
    found = QColor(image.pixelColor(int(image.width() * across), int(image.height() * down)))
    return "red" if found.red() > found.blue() else "blue"


@pytest.mark.parametrize("size", [(2400, 1600), (640, 480)])
def test_a_photo_taken_with_the_phone_upright_is_kept_upright(
    qtbot: QtBot, tmp_path: Path, size: tuple[int, int]
) -> None:
    """Reduced or not: what prints it does not heed the camera's note."""
    file = tmp_path / "foto.jpg"
    photo(file, *size, QUARTER_RIGHT)
    hands = show_form(qtbot, form("image"))
    editor = hands.box("q").editor
    assert isinstance(editor, FileEditor)
    editor.take(file)
    kept = QImage.fromData(hands.desk.files[str(hands.form.given("q"))])
    assert kept.height() > kept.width()
    assert (colour(kept, 0.9, 0.5), colour(kept, 0.1, 0.5)) == ("red", "blue")


def test_a_photo_that_needs_no_turning_is_kept_as_it_is(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "foto.jpg"
    data = photo(file, 640, 480, 1)
    hands = show_form(qtbot, form("image"))
    editor = hands.box("q").editor
    assert isinstance(editor, FileEditor)
    editor.take(file)
    assert list(hands.desk.files.values()) == [data]


def test_a_turned_photo_of_before_is_shown_upright(qtbot: QtBot, tmp_path: Path) -> None:
    data = photo(tmp_path / "foto.jpg", 200, 100, QUARTER_RIGHT)
    shown = read_image(data)
    assert (shown.width(), shown.height()) == (100, 200)
    small = picture_of(data)
    assert small is not None
    assert small.height() > small.width()
    assert picture_of(b"no photo") is None
    assert read_image(None).isNull()


MISSING = "a" * 64 + ".jpg"


@pytest.mark.parametrize(
    ("type_", "appearance", "named"),
    [("image", "", "La foto"), ("image", "signature", "La firma"), ("file", "", "El archivo")],
)
@pytest.mark.parametrize("readonly", [True, False])
def test_what_has_not_come_yet_is_told_and_when_it_will(
    qtbot: QtBot, type_: str, appearance: str, named: str, readonly: bool
) -> None:
    hands = show_form(qtbot, form(type_, appearance), {"q": MISSING}, readonly=readonly)
    box = hands.box("q")
    if readonly:
        assert box.value is not None
        told = box.value.text()
    else:
        assert isinstance(box.editor, FileEditor | SignatureEditor)
        assert box.editor.said.isVisible()
        told = box.editor.said.text()
    assert told.startswith(f"{named} todavía no llegó a esta computadora.")
    assert "sincronice" in told


def test_a_missing_signature_can_be_signed_anew(qtbot: QtBot) -> None:
    hands = show_form(qtbot, form("image", "signature"), {"q": MISSING})
    editor = hands.box("q").editor
    assert isinstance(editor, SignatureEditor)
    assert not editor.pad.isVisible(), "an empty pad would look as if nobody had signed"
    editor.clear_button.click()
    assert editor.pad.isVisible()
    assert not editor.said.isVisible()
    assert hands.form.given("q") is None
