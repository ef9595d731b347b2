from __future__ import annotations

import pytest
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtWidgets import QApplication

from juntos_campo import paths
from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.palette import DARK, LIGHT, LINE_PAIRS, TEXT_PAIRS, Palette, contrast
from juntos_campo.ui.theme.theme import Appearance, TextRole, theme


def test_contrast_is_measured_as_wcag_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_can_be_read_in_the_sun(palette: Palette) -> None:
    colours = palette.colours()
    weak = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in TEXT_PAIRS
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }
    assert not weak


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_every_box_to_type_in_can_be_seen(palette: Palette) -> None:
    colours = palette.colours()
    assert all(contrast(colours[line], colours[ground]) >= 3 for line, ground in LINE_PAIRS)


def test_red_is_not_the_colour_of_a_button(application: QApplication) -> None:
    rules = [part for part in application.styleSheet().split("}") if "QPushButton" in part]
    reds = (LIGHT.very_high, LIGHT.very_high_tint)
    assert rules
    assert not [rule for rule in rules if any(red in rule for red in reds)]


def test_the_bundled_letters_are_used_on_a_machine_without_them(application: QApplication) -> None:
    assert "Noto Sans" in QFontDatabase.families()
    assert QFontInfo(theme.font(TextRole.BODY)).family() == "Noto Sans"


def test_bigger_letters_make_everything_bigger(application: QApplication) -> None:
    row, title = theme.metrics.row, theme.font(TextRole.TITLE).pointSizeF()
    theme.apply(application, scale=1.3)
    assert theme.metrics.row == round(28 * 1.3) > row
    assert theme.font(TextRole.TITLE).pointSizeF() == pytest.approx(title * 1.3)


def test_dark_reaches_style_sheet_and_palette(application: QApplication) -> None:
    theme.apply(application, Appearance.DARK)
    assert DARK.surface in application.styleSheet()
    assert application.palette().base().color().name().upper() == DARK.surface


def test_an_icon_that_is_not_bundled_is_noticed_at_once(application: QApplication) -> None:
    with pytest.raises(ProgrammingError):
        icon_pixmap("no-such-icon")


def test_every_bundled_icon_draws_something(application: QApplication) -> None:
    blank = []
    for file in (paths.resources() / "icons").glob("*.svg"):
        image = icon_pixmap(file.stem, "text", 24).toImage()
        inked = any(
            image.pixelColor(x, y).alpha()
            for x in range(0, image.width(), 3)
            for y in range(0, image.height(), 3)
        )
        if not inked:
            blank.append(file.stem)
    assert not blank
