"""Peruvian identity numbers."""

from __future__ import annotations

from stdnum.pe import cui


def normalise_dni(text: str) -> str | None:
    """The eight digits of a DNI written as ``10117410``, ``10117410-2`` or ``101174102``.

    A check character, when present, must be right (python-stdnum, `stdnum.pe.cui`). None if the text
    is no DNI.
    """
    number = cui.compact(text)
    if not number[:8].isdigit() or len(number) not in (8, 9):
        return None
    if len(number) == 9 and not cui.is_valid(number):
        return None
    return number[:8]


def with_check_digit(dni: str) -> str:
    """``10117410-2`` for the eight digits ``10117410``, as printed on the card."""
    return f"{dni}-{cui.calc_check_digits(dni)[0]}"


def masked(dni: str) -> str:
    """``••••7410``: enough to recognise a number one knows, not enough to learn one."""
    return "••••" + dni[-4:] if len(dni) >= 4 else "••••"
