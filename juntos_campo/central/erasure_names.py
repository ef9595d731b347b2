"""What a record of others says of somebody: by his id or document, or, in notes, by his name."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from juntos_campo.domain.spanish import fold
from juntos_campo.wire.codec import Fields

FREE_TEXT = ("visit", "commitment", "change_request", "field_record", "review", "external_finding")
"""Kinds in which somebody writes what he wants about a household."""


@dataclass(frozen=True, slots=True)
class Called:
    """The name of somebody, and his day of birth as ISO text."""

    paternal: str
    maternal: str
    given: str
    birth: str = ""

    def is_meant(self, said: str) -> bool:
        """Whether ``QUISPE HUAMÁN, Wayra; nació 2025-03-01`` may mean him, and not just a namesake."""
        whole = [one for one in _spellings(self) if " " in one and _plain(self.paternal) in one]
        is_named = any(f" {one} " in f" {_plain(said)} " for one in whole)
        return is_named and (self.birth in said or "nació" not in said)


def calling(people: Iterable[Called]) -> Callable[[str], bool]:
    """Whether a text calls one of them: by all given names, or by the first beside the surname.

    Accents, capitals and punctuation do not matter. The surname alone is the whole family's.
    """
    parts = [part for one in people for part in _spellings(one)]
    if not parts:
        return lambda _text: False
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, parts))})\b")
    return lambda text: pattern.search(_plain(text)) is not None


def _spellings(one: Called) -> Iterable[str]:
    given, paternal = _plain(one.given), _plain(one.paternal)
    if not given:
        return
    first = given.split()[0]
    yield given
    if paternal:
        yield f"{first} {paternal}"
        yield f"{paternal} {first}"
        yield f"{paternal} {_plain(one.maternal)} {first}".replace("  ", " ")


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]", " ", fold(text)).split())


def scrub(
    fields: Fields, needles: Iterable[str], calls: Callable[[str], bool] = lambda _text: False
) -> Fields:
    """Fields without the values whose place or text names one of `needles`; one level of keys.

    Args:
        calls: whether what somebody wrote calls one of them by name.
    """
    names = naming(needles)

    def named(value: Any) -> bool:
        return names(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))

    def called(value: Any) -> bool:
        return isinstance(value, str) and calls(value)

    result: Fields = {}
    for name, value in fields.items():
        if isinstance(value, dict):
            result[name] = {
                key: inner
                for key, inner in value.items()
                if not (named(key) or named(inner) or called(inner))
            }
        # A single word may be a code or somebody's user name.
        elif not (named(value) or (" " in str(value) and called(value))):
            result[name] = value
        elif isinstance(value, str):
            result[name] = ""  # a field must be there; what it said need not
    return result


def naming(needles: Iterable[str]) -> Callable[[str], bool]:
    """Whether a text names one of `needles`, and not just an id or number that contains it."""
    words = "|".join(re.escape(needle) for needle in needles)
    pattern = re.compile(rf"(?<![0-9A-Za-z])(?:{words})(?![0-9A-Za-z])")
    return lambda text: pattern.search(text) is not None
