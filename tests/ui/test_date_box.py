from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import paper_date
from juntos_campo.ui.widgets.date_box import DateBox
from juntos_campo.ui.widgets.date_text import parse_date

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("14/11", date(2026, 11, 14)),
        ("14/11/26", date(2026, 11, 14)),
        ("14/11/2026", date(2026, 11, 14)),
        ("14112026", date(2026, 11, 14)),
        ("141126", date(2026, 11, 14)),
        ("1411", date(2026, 11, 14)),
        ("14-11", date(2026, 11, 14)),
        ("14.11.26", date(2026, 11, 14)),
        ("14 nov", date(2026, 11, 14)),
        ("14 de noviembre de 2026", date(2026, 11, 14)),
        ("3 set", date(2026, 9, 3)),
        ("3 septiembre", date(2026, 9, 3)),
        ("25/12", date(2025, 12, 25)),
        ("29/2", date(2024, 2, 29)),
        ("hoy", TODAY),
        ("Ayer", date(2026, 11, 20)),
    ],
)
def test_a_date_copied_from_the_card_is_understood(text: str, meant: date) -> None:
    assert parse_date(text, TODAY) == meant


def test_the_next_visit_without_a_year_is_in_the_future() -> None:
    assert parse_date("5/1", TODAY, future=True) == date(2027, 1, 5)
    assert parse_date("29/2", TODAY, future=True) == date(2028, 2, 29)
    assert parse_date("mañana", TODAY, future=True) == date(2026, 11, 22)


@pytest.mark.parametrize(
    "text", ["", "x", "14", "31/02", "14/13", "0/5", "14/11/1", "14 foo", "99999999"]
)
def test_what_is_no_date_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_date(text, TODAY)
    assert refused.value.remedy


@given(st.dates(date(2001, 1, 1), date(2099, 12, 31)))
def test_every_date_as_the_box_shows_it_is_read_back(day: date) -> None:
    assert parse_date(paper_date(day), TODAY) == day


@given(st.dates(TODAY - timedelta(days=364), TODAY))
def test_day_and_month_alone_mean_the_last_time_it_was_that_day(day: date) -> None:
    assert parse_date(f"{day.day}/{day.month}", TODAY) == day


def _box(qtbot: QtBot, **options: object) -> DateBox:
    box = DateBox("Fecha", lambda: TODAY, **options)  # type: ignore[arg-type]
    qtbot.addWidget(box)
    box.show()
    return box


def test_typing_a_day_and_enter_is_all_it_takes(qtbot: QtBot) -> None:
    box = _box(qtbot)
    qtbot.keyClicks(box.edit, "14/11")
    told: list[object] = []
    box.date_changed.connect(told.append)
    box.committed.connect(lambda: told.append("committed"))
    qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    assert told == [date(2026, 11, 14), "committed"]
    assert box.value() == date(2026, 11, 14)
    assert box.edit.text() == "14/11/2026"


def test_a_wrong_date_says_why_beneath_the_box_and_keeps_what_was_typed(qtbot: QtBot) -> None:
    box = _box(qtbot)
    qtbot.keyClicks(box.edit, "31/02")
    with qtbot.assertNotEmitted(box.committed):
        qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    assert box.is_wrong()
    assert box.value() is None
    assert box.edit.text() == "31/02"
    assert "31/02" in box.error.text()
    assert box.error.isVisible()
    assert box.edit.accessibleDescription() == box.error.text()


def test_a_wrong_date_can_be_mended(qtbot: QtBot) -> None:
    box = _box(qtbot)
    qtbot.keyClicks(box.edit, "31/02\r")
    box.edit.clear()
    qtbot.keyClicks(box.edit, "28/02\r")
    assert box.value() == date(2026, 2, 28)
    assert not box.is_wrong()
    assert not box.error.isVisible()


def test_a_service_cannot_be_received_tomorrow_nor_before_birth(qtbot: QtBot) -> None:
    box = _box(qtbot, earliest=date(2026, 5, 1))
    qtbot.keyClicks(box.edit, "22/11/2026\r")
    assert "todavía no llega" in box.error.text()
    box.edit.clear()
    qtbot.keyClicks(box.edit, "30/04/2026\r")
    assert "01/05/2026" in box.error.text()


def test_the_next_visit_cannot_be_yesterday(qtbot: QtBot) -> None:
    box = _box(qtbot, future=True)
    qtbot.keyClicks(box.edit, "20/11/2026\r")
    assert "ya pasó" in box.error.text()


def test_a_date_can_be_taken_away_again(qtbot: QtBot) -> None:
    box = _box(qtbot)
    box.set_value(date(2026, 11, 14))
    box.edit.clear()
    with qtbot.waitSignal(box.date_changed) as told:
        qtbot.keyClick(box.edit, Qt.Key.Key_Return)
    assert told.args == [None]
