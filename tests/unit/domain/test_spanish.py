"""How figures are written for people, on the screen and on paper alike."""

from __future__ import annotations

import pytest

from juntos_campo.domain.spanish import phone_text, walk_text


@pytest.mark.parametrize(
    ("minutes", "shown"),
    [(0, "0 min"), (15, "15 min"), (60, "1 h"), (80, "1 h 20"), (185, "3 h 05")],
)
def test_a_walk_is_not_zero_hours_long(minutes: int, shown: str) -> None:
    assert walk_text(minutes) == shown


@pytest.mark.parametrize(
    ("phone", "shown"), [("983123456", "983 123 456"), ("084-321", "084-321"), ("", "")]
)
def test_a_phone_can_be_dialled_from_paper(phone: str, shown: str) -> None:
    assert phone_text(phone) == shown
