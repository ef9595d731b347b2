"""The prints of the day, from the database to paper."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path

from pypdf import PdfReader
from salud02_world import child, household, world

from juntos_campo import paths
from juntos_campo.app.attention import refresh_attention
from juntos_campo.app.day_print import print_household, print_route
from juntos_campo.app.today import move_to_day, plan_day
from juntos_campo.norms.packs import load_rule_book


def text_of(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_the_route_and_the_household_carry_what_the_screen_shows(tmp_path: Path) -> None:
    with world(tmp_path, 3) as session:
        session.rules = load_rule_book(paths.resources() / "norms")
        refresh_attention(session, [household(number).id for number in range(3)])
        move_to_day(session, "h001", date(2026, 11, 21))
        route = text_of(print_route(session, plan_day(session)))
        sheet = print_household(session, "h001")
    assert "Ruta del día" in route
    assert "Sábado 21 de noviembre de 2026" in route
    assert route.count(household(1).code) == 1
    assert "Huancarpuquio" in route
    assert len(PdfReader(BytesIO(sheet)).pages) == 1
    text = text_of(sheet)
    assert child(1).full_name in text
    assert household(1).code in text
    assert "CRED" in text
