"""What the coordinator sent back stands on top of the gestor's day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from return_loop import COORDINATOR, GESTOR, carry, form_record, open_laptop, save, visit

from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.reviews import return_with_comments
from juntos_campo.app.session import Session
from juntos_campo.app.standing import standing_of
from juntos_campo.ui.context import UiContext, make_context
from juntos_campo.ui.navigation import Place
from juntos_campo.ui.screens.today import TodayScreen
from juntos_campo.ui.widgets.painted_list import GroupItem
from juntos_campo.ui.widgets.plan_list import LineItem

SAID = "la fecha del CRED no coincide con el carné"


@pytest.fixture
def gestor(tmp_path: Path) -> Iterator[Session]:
    """A field worker whose visit came back."""
    own = open_laptop(tmp_path / "gestor", GESTOR)
    zone = open_laptop(tmp_path / "zone", COORDINATOR)
    save(own, visit())
    carry(own, zone)
    return_with_comments(zone, "v1", SAID, {}, version=1)
    carry(zone, own)
    refresh_attention(own)
    yield own
    own.close()
    zone.close()


@pytest.fixture
def context(gestor: Session) -> Iterator[UiContext]:
    made = make_context(gestor)
    yield made
    assert made.tasks.close()


def test_a_returned_visit_is_the_first_line_of_the_day_and_enter_corrects_it(
    qtbot: QtBot, context: UiContext
) -> None:
    screen = TodayScreen(context)
    qtbot.addWidget(screen)
    screen.resize(1100, 640)
    screen.show()
    screen.open({})
    heading, line, *_ = screen.list.items_model.items()
    assert isinstance(heading, GroupItem)
    assert isinstance(line, LineItem)
    assert "coordinador" in heading.title
    assert SAID in line.spoken()
    assert screen.nav_figure >= 1
    screen.list.select("v1")
    assert screen.visit_button.text() == "Corregir"
    assert not screen.why_button.isEnabled()
    went: list[Place] = []
    context.navigation.went.connect(went.append)
    qtbot.keyClick(screen.list, Qt.Key.Key_Return)
    assert went == [Place("visit", {"household_id": "h1", "visit_id": "v1"})]
    screen.grab()  # paints without complaint


def test_a_returned_form_is_named_by_its_bimester_and_facility(
    qtbot: QtBot, gestor: Session, tmp_path: Path
) -> None:
    zone = open_laptop(tmp_path / "other zone", COORDINATOR)
    try:
        save(gestor, form_record())
        carry(gestor, zone)
        return_with_comments(zone, "form1", "Revise", {}, version=1, kind="form_record")
        carry(zone, gestor)
    finally:
        zone.close()
    context = make_context(gestor)
    screen = TodayScreen(context)
    qtbot.addWidget(screen)
    screen.open({})
    titles = {one.title: one.remark for one in screen.list.items_model.items()}
    assert "P.S. Curanco" in titles["Formato Salud 02, bimestre VI 2026"]
    assert standing_of(gestor).returned == 1, "the returned visit; a form is no visit"
    assert context.tasks.close()
