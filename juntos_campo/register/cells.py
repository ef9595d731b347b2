"""What one cell says: text to a value, or the problem with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

from juntos_campo.domain.errors import JuntosError, Problem
from juntos_campo.domain.identity import normalise_dni
from juntos_campo.domain.spanish import fold
from juntos_campo.register import problems

T = TypeVar("T")

TEXT_LIMIT = 200

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?:[ T]0{1,2}:00(?::00)?)?")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_SHORT_YEAR = re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2}")
_SERIAL = re.compile(r"[1-7]\d{4}")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_EXCEL_ERRORS = frozenset(
    ("#N/A", "#N/D", "#REF!", "#¡REF!", "#VALUE!", "#¡VALOR!", "#DIV/0!", "#¡DIV/0!", "#NAME?",
     "#¿NOMBRE?", "#NUM!", "#¡NUM!", "#NULL!", "#¡NULO!")
)  # fmt: skip
_GARBLED = re.compile("[ÃÂ][\u0080-\u00bf‘’“”•–—˜™š›œžŸ¡-¿]|\ufffd")
"""UTF-8 read as Windows-1252 by whoever saved the file before us."""
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(slots=True)
class CellError(JuntosError):
    """The cell does not say what its column needs."""

    problem: Problem
    details: dict[str, str]


def bad(problem: Problem, **details: str) -> CellError:
    return CellError(problem, details)


@lru_cache(maxsize=20_000)
def text(cell: str) -> str:
    """Single-spaced text. Raises CellError: an Excel error, garbled letters, too long."""
    clean = " ".join(cell.split())
    if clean.startswith("#") and clean.upper() in _EXCEL_ERRORS:
        raise bad(problems.EXCEL_ERROR)
    if not clean.isascii() and _GARBLED.search(clean):
        raise bad(problems.GARBLED)
    if len(clean) > TEXT_LIMIT:
        raise bad(problems.TOO_LONG, length=str(len(clean)), limit=str(TEXT_LIMIT))
    return clean


@lru_cache(maxsize=20_000)
def day(cell: str) -> date:
    """A date as day/month/year, year-month-day or Excel's serial number. Raises CellError."""
    try:
        if match := _DAY_FIRST.fullmatch(cell):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := _YEAR_FIRST.fullmatch(cell):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        raise bad(problems.BAD_DATE) from None
    if _SERIAL.fullmatch(cell):
        return _EXCEL_EPOCH + timedelta(days=int(cell))
    if _SHORT_YEAR.fullmatch(cell):
        raise bad(problems.SHORT_YEAR)
    raise bad(problems.BAD_DATE)


def whole(cell: str, low: int, high: int, unit: str) -> int:
    """A whole number within bounds. Raises CellError."""
    value = decimal(cell, low, high, unit)
    if value != int(value):
        raise bad(problems.BAD_NUMBER)
    return int(value)


def decimal(cell: str, low: float, high: float, unit: str) -> float:
    """A number with decimal point or comma, within bounds. Raises CellError."""
    if not re.fullmatch(r"-?\d+(?:[.,]\d+)?", cell):
        raise bad(problems.BAD_NUMBER)
    value = float(cell.replace(",", "."))
    if not low <= value <= high:
        raise bad(problems.OUT_OF_RANGE, low=f"{low:g}", high=f"{high:g}", unit=unit)
    return value


@lru_cache(maxsize=4_096)
def folded(cell: str) -> str:
    """`fold` of what stands in many rows."""
    return fold(cell)


def choice(cell: str, values: Mapping[str, T]) -> T:
    """One of a closed list, whatever case and accents; the keys of `values` are folded. Raises CellError."""
    found = values.get(folded(cell))
    if found is None:
        raise bad(problems.NOT_ALLOWED, allowed=", ".join(key.upper() for key in values))
    return found


def digits(cell: str, length: int, problem: Problem, least: int = 1) -> tuple[str, bool]:
    """A code of so many digits; leading zeros that Excel dropped come back, and the flag says so.

    `least` is how short a code may have become by losing zeros.

    Raises:
        CellError: `problem`, or REG-027 for a number in scientific notation.
    """
    plain = unspoiled(cell)
    if not plain.isdecimal() or not least <= len(plain) <= length or not plain.isascii():
        raise bad(problem)
    return plain.zfill(length), len(plain) < length


def unspoiled(cell: str) -> str:
    """A code without the ``.0`` a number cell leaves. Raises CellError: scientific notation."""
    if _SCIENTIFIC.fullmatch(cell):
        raise bad(problems.SCIENTIFIC)
    return cell[:-2] if cell.endswith(".0") and cell[:-2].isdecimal() else cell


@lru_cache(maxsize=20_000)
def dni(cell: str, with_check: bool) -> tuple[str, bool]:
    """The eight digits of a DNI or CUI, and whether leading zeros had to be put back.

    `with_check` says that the column writes check digits: eight digits alone are then a number that
    lost its zero, and only a right check digit makes that certain.

    Raises:
        CellError: REG-027, REG-030, REG-031.
    """
    plain = unspoiled(cell)
    compact = plain.replace("-", "").replace(" ", "").upper()
    lost = "-" not in plain and compact.isdecimal()
    if lost and with_check and len(compact) in (7, 8):
        restored = normalise_dni(compact.zfill(9))
        if restored is None:
            raise bad(problems.BAD_DNI)
        return restored, True
    if lost and len(compact) == 7:
        return compact.zfill(8), True
    number = normalise_dni(compact)
    if number is None:
        shape = len(compact) == 9 and compact[:8].isdecimal()
        raise bad(problems.BAD_CHECK_DIGIT if shape else problems.BAD_DNI)
    return number, False


def cnv(cell: str) -> str:
    """Digits of a certificate of live birth. Raises CellError. Its length is not officially sourced."""
    plain = unspoiled(cell).replace("-", "").replace(" ", "")
    if not (plain.isdecimal() and plain.isascii() and 8 <= len(plain) <= 12):
        raise bad(problems.BAD_CNV)
    return plain


def phone(cell: str) -> str:
    """Nine digits, mobile (9...) or with area code (0...). Raises CellError."""
    plain = re.sub(r"[\s().\-]", "", unspoiled(cell))
    plain = plain.removeprefix("+51") if len(plain) == 12 else plain
    if not re.fullmatch(r"[09]\d{8}", plain) or not plain.isascii():
        raise bad(problems.BAD_PHONE)
    return plain
