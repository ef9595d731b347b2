"""How dates, ages, names and numbers are written for a reader in Peru, on screen and on paper."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime

from juntos_campo.domain.calendar import Bimester, completed_months

WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
MONTHS = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "setiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
ABSENT = "—"
_LEAST_LETTERS = 3
"""Of a month's name: two letters are more often a slip than a month."""


def month_number(word: str) -> int | None:
    """11 for ``nov``, ``Nov.`` or ``noviembre``; both ``set`` and ``sep``. None: no month."""
    plain = fold(word).rstrip(".")
    if len(plain) < _LEAST_LETTERS:
        return None
    for number, name in enumerate(MONTHS, start=1):
        if name.startswith(plain) or (name == "setiembre" and "septiembre".startswith(plain)):
            return number
    return None


def short_weekday(day: date) -> str:
    """``vie``"""
    return WEEKDAYS[day.weekday()][:3]


def short_month(day: date) -> str:
    """``nov``"""
    return MONTHS[day.month - 1][:3]


def short_date(day: date) -> str:
    """``vie 21 nov 2026``"""
    return f"{short_weekday(day)} {day.day} {short_month(day)} {day.year}"


def near_date(day: date, today: date) -> str:
    """``3 dic`` in the year of `today`, else ``3 dic 2027``."""
    text = f"{day.day} {short_month(day)}"
    return text if day.year == today.year else f"{text} {day.year}"


def long_date(day: date) -> str:
    """``sábado 21 de noviembre de 2026``"""
    return f"{WEEKDAYS[day.weekday()]} {day.day} de {MONTHS[day.month - 1]} de {day.year}"


def moment(when: datetime) -> str:
    """``mar 17 nov 18:05``, in the time zone `when` carries."""
    return f"{short_weekday(when)} {when.day} {short_month(when)} {when:%H:%M}"


def paper_date(day: date) -> str:
    """``21/11/2026``, as the official sheets write it."""
    return f"{day.day:02}/{day.month:02}/{day.year}"  # what %d looks up costs ten times as much


def age_text(birth: date, on: date) -> str:
    """``23 días``, ``6 m``, ``1 a 3 m``, ``1 a``, ``29 a``; ``sin nacer`` before birth."""
    if on < birth:
        return "sin nacer"
    months = completed_months(birth, on)
    if months < 1:
        days = (on - birth).days
        return "1 día" if days == 1 else f"{days} días"
    if months < 12:
        return f"{months} m"
    years, rest = divmod(months, 12)
    return f"{years} a {rest} m" if years < 5 and rest else f"{years} a"


def bimester_text(bimester: Bimester) -> str:
    """``bimestre VI 2026 (noviembre y diciembre)``"""
    first, second = bimester.months
    return (
        f"bimestre {bimester.roman} {bimester.year} "
        f"({MONTHS[first.month - 1]} y {MONTHS[second.month - 1]})"
    )


def walk_text(minutes: int) -> str:
    """``40 min``, ``1 h 20``, ``3 h``"""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02}" if rest else f"{hours} h"


def phone_text(phone: str) -> str:
    """``983 123 456``; anything that is not nine digits as it is."""
    return f"{phone[:3]} {phone[3:6]} {phone[6:]}" if len(phone) == 9 and phone.isdigit() else phone


def count(number: int, singular: str, plural: str | None = None) -> str:
    """``1 niño``, ``3 niños``, ``1 200 hogares``; the plural defaults to `singular` + ``s``."""
    return f"{thousands(number)} {singular if number == 1 else plural or singular + 's'}"


def thousands(number: int) -> str:
    """``1 200``: a thin no-break space between groups, from five figures on or as the RAE allows."""
    return f"{number:,}".replace(",", "\u202f")


def decimal_text(number: float, places: int = 1) -> str:
    """``11.2``: Peru writes the decimal point."""
    return f"{number:.{places}f}"


def fold(text: str) -> str:
    """Lower case without accents; ``ñ`` becomes ``n``. For comparing and searching, not for showing."""
    lower = text.casefold()
    if lower.isascii():  # nothing to take off: titles of columns, and most of what is typed
        return lower
    plain = unicodedata.normalize("NFKD", lower)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
