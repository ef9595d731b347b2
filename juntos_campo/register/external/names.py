"""Whether two spellings of a name may be the same person's, and in what they differ."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from juntos_campo.domain.spanish import fold

_PARTICLES = frozenset(("de", "del", "la", "las", "los", "y", "vda", "viuda", "da", "do"))
_NEWBORN = re.compile(r"(?:r ?n|recien nacid[oa]|hij[oa]|nn|sin nombre|bebe|neonato)(?: |$)")
_LEAST_FOR_SLIP = 4
"""Letters: in a shorter word one letter more often makes another name (Ana, Eva)."""


class Likeness(StrEnum):
    """How alike two names are, from the same to another."""

    SAME = "same"
    REORDERED = "reordered"
    SHORTER = "shorter"
    SLIP = "slip"
    NEWBORN = "newborn"
    OTHER = "other"


WORDS = {
    Likeness.SAME: "mismo nombre",
    Likeness.REORDERED: "mismo nombre en otro orden",
    Likeness.SHORTER: "mismo nombre, pero a uno le falta un nombre o un apellido",
    Likeness.SLIP: "nombre con una letra distinta",
    Likeness.NEWBORN: "recién nacido aún sin nombre, con los mismos apellidos",
    Likeness.OTHER: "otro nombre",
}


@dataclass(frozen=True, slots=True)
class Name:
    paternal: str
    maternal: str
    given: str


def compare(one: Name, other: Name) -> Likeness:
    """The likeness of two names; symmetric. Accents, case, hyphens and «de la» do not matter."""
    if _is_newborn(one.given) or _is_newborn(other.given):
        return _compare_newborn(one, other)
    if _words(one.given) == _words(other.given) and _surnames(one) == _surnames(other):
        return Likeness.SAME
    first, second = Counter(_all(one)), Counter(_all(other))
    if first == second:
        return Likeness.REORDERED
    left, right = sorted((first - second).elements()), sorted((second - first).elements())
    common = sum((first & second).values())
    if (not left or not right) and common >= 2 and _share_given(one, other):
        return Likeness.SHORTER
    if len(left) == len(right) == 1 and common >= 1 and one_slip(left[0], right[0]):
        return Likeness.SLIP
    return Likeness.OTHER


def one_slip(one: str, other: str) -> bool:
    """Whether one letter changed, missing, too many, or two neighbours swapped explain the difference.

    Words of fewer than four letters never pass: in them a letter makes another name.
    """
    if one == other or min(len(one), len(other)) < _LEAST_FOR_SLIP:
        return one == other
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    first, second = one[start:], other[start:]
    while first and second and first[-1] == second[-1]:
        first, second = first[:-1], second[:-1]
    swapped = len(first) == 2 and first == second[::-1]
    return swapped or (len(first) <= 1 and len(second) <= 1)


def _compare_newborn(one: Name, other: Name) -> Likeness:
    """A newborn's file name gives the mother's: only the surnames it shares with its own count."""
    first, second = set(_surnames(one)), set(_surnames(other))
    if not first or not second:
        return Likeness.OTHER
    both = _is_newborn(one.given) and _is_newborn(other.given)
    if both and first == second and _words(one.given) == _words(other.given):
        return Likeness.SAME
    enough = first <= second or second <= first
    return Likeness.NEWBORN if enough else Likeness.OTHER


def _is_newborn(given: str) -> bool:
    return bool(_NEWBORN.match(_plain(given)))


@lru_cache(maxsize=20_000)
def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", fold(text.replace("'", ""))).split())


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    words = (word.removeprefix("dela") if len(word) > 7 else word for word in _plain(text).split())
    return tuple(word for word in words if word not in _PARTICLES)


def _surnames(name: Name) -> tuple[str, ...]:
    return (*_words(name.paternal), *_words(name.maternal))


def _all(name: Name) -> tuple[str, ...]:
    return (*_surnames(name), *_words(name.given))


def _share_given(one: Name, other: Name) -> bool:
    """Among the words both have is a given name: surnames alone are the whole family's."""
    return not set(_all(one)).isdisjoint(_words(other.given)) and not set(_all(other)).isdisjoint(
        _words(one.given)
    )
