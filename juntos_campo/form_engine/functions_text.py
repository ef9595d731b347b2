"""Text functions; those of XPath 1.0 as twins (``jc-...``) that see points in time in ISO form."""

from __future__ import annotations

import base64
import binascii
import hashlib
import math
import re
import unicodedata
from functools import lru_cache
from typing import Any

from juntos_campo.form_engine.function_values import (
    Function,
    FunctionError,
    every,
    to_number,
    to_text,
)
from juntos_campo.form_engine.question_types.base import writable

DIGESTS = {
    "MD5": hashlib.md5,
    "SHA-1": hashlib.sha1,
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}

_PATTERN_PART = re.compile(r"\\[pP]\{\w+\}|\\.|.", re.DOTALL)
_CATEGORY = re.compile(r"\\([pP])\{(\w{1,2})\}")


def _own(context: Any, values: tuple[Any, ...]) -> str:
    """The argument, or the cell itself when there is none."""
    return to_text(values[0] if values else [context.context_node])


def _join(_: Any, glue: Any, *values: Any) -> str:
    return to_text(glue).join(map(to_text, every(values)))


@lru_cache
def _letters(category: str) -> str:
    """The characters of a Unicode category (``L``, ``Lu``, ``N``) as they stand in square brackets."""
    found: list[list[int]] = []
    for code in range(0x10000):  # beyond are scripts no form of ours is written in
        if unicodedata.category(chr(code)).startswith(category):
            if found and found[-1][1] == code - 1:
                found[-1][1] = code
            else:
                found.append([code, code])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in found)


def compiled_pattern(pattern: str) -> re.Pattern[str]:
    """A pattern as forms write it: also with ``\\p{L}``, as ODK's manual has it, which Python lacks.

    Raises:
        re.error: it is no pattern.
    """
    parts, inside = [], False
    for part in _PATTERN_PART.findall(pattern):
        category = _CATEGORY.fullmatch(part)
        letters = _letters(category[2]) if category else ""
        unlike = category is not None and category[1] == "P"
        if letters and not (inside and unlike):
            parts.append(letters if inside else f"[{'^' * unlike}{letters}]")
            continue
        if part in ("[", "]"):
            inside = part == "["
        parts.append(part)
    return re.compile("".join(parts))


@lru_cache(maxsize=256)
def _pattern(pattern: str) -> re.Pattern[str]:
    try:
        return compiled_pattern(pattern)
    except re.error:
        raise FunctionError(f"La expresión regular «{pattern}» no se entiende.") from None


def _regex(_: Any, value: Any, pattern: Any) -> bool:
    """The whole text, as ODK's manual and its client have it (the specification does not say)."""
    return _pattern(to_text(pattern)).fullmatch(to_text(value)) is not None


def _index(value: Any, missing: int | None) -> int | None:
    number = to_number(value)
    return missing if math.isnan(number) or math.isinf(number) else int(number)


def _substr(_: Any, value: Any, start: Any, end: Any = None) -> str:
    """Zero-based; a negative place counts from the end, as ODK's clients do."""
    return to_text(value)[_index(start, 0) : None if end is None else _index(end, None)]


def _substring(_: Any, value: Any, start: Any, length: Any = None) -> str:
    """XPath 1.0, 4.2: one-based, places rounded."""
    text, begin = to_text(value), _half_up(to_number(start))
    end = math.inf if length is None else begin + _half_up(to_number(length))
    return "".join(letter for place, letter in enumerate(text, 1) if begin <= place < end)


def _half_up(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


def _before(_: Any, value: Any, part: Any) -> str:
    head, found, _rest = to_text(value).partition(to_text(part)) if to_text(part) else ("", "", "")
    return head if found else ""


def _after(_: Any, value: Any, part: Any) -> str:
    wanted = to_text(part)
    return to_text(value).partition(wanted)[2] if wanted else to_text(value)


def _translate(_: Any, value: Any, old: Any, new: Any) -> str:
    table: dict[int, str | None] = {}
    replacements = to_text(new)
    for index, letter in enumerate(to_text(old)):
        table.setdefault(ord(letter), replacements[index] if index < len(replacements) else None)
    return to_text(value).translate(table)


def _digest(_: Any, value: Any, algorithm: Any, encoding: Any = "base64") -> str:
    """XForms 1.1, 7.8.1: base64 unless ``hex`` is asked for."""
    name, how = to_text(algorithm).upper(), to_text(encoding)
    if name not in DIGESTS:
        raise FunctionError(f"digest() no conoce «{name}»: use {', '.join(DIGESTS)}.")
    if how not in ("base64", "hex"):
        raise FunctionError(f"digest() escribe en base64 o hex, no en «{how}».")
    digest = DIGESTS[name](to_text(value).encode(), usedforsecurity=False)
    return digest.hexdigest() if how == "hex" else base64.b64encode(digest.digest()).decode()


def _base64_decode(_: Any, value: Any) -> str:
    try:
        return writable(base64.b64decode(to_text(value), validate=True).decode())
    except (binascii.Error, ValueError):
        return ""


TEXT_FUNCTIONS: dict[str, Function] = {
    "join": _join,
    "regex": _regex,
    "substr": _substr,
    "ends-with": lambda _, value, part: to_text(value).endswith(to_text(part)),
    "upper-case": lambda _, value: to_text(value).upper(),
    "lower-case": lambda _, value: to_text(value).lower(),
    "digest": _digest,
    "base64-decode": _base64_decode,
    "jc-concat": lambda _, *values: "".join(map(to_text, every(values))),
    "jc-string": lambda context, *value: _own(context, value),
    "jc-string-length": lambda context, *value: float(len(_own(context, value))),
    "jc-contains": lambda _, value, part: to_text(part) in to_text(value),
    "jc-starts-with": lambda _, value, part: to_text(value).startswith(to_text(part)),
    "jc-substring": _substring,
    "jc-substring-before": _before,
    "jc-substring-after": _after,
    "jc-normalize-space": lambda context, *value: " ".join(_own(context, value).split()),
    "jc-translate": _translate,
}
