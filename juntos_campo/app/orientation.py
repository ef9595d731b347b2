"""What to say and what to agree on in a visit: cards and commitments, read from data files.

The files (``resources/messages/*.toml``) are dated by version, not by code: the office can send new
ones. Every entry is checked as it is loaded, so that a visit never meets half a card.
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from juntos_campo.app.visit_problems import (
    MESSAGE_ENTRY,
    MESSAGE_FILE,
    MESSAGE_SERVICE,
    MESSAGE_TWICE,
)
from juntos_campo.domain.calendar import completed_months, completed_years
from juntos_campo.domain.entities import Member, Pregnancy
from juntos_campo.domain.errors import user_error
from juntos_campo.domain.services import SERVICES
from juntos_campo.norms.model import Trust

SCHOOL_FROM_YEARS, SCHOOL_UNTIL_YEARS = 6, 19
ADOLESCENT_FROM_YEARS = 12


class MemberKind(StrEnum):
    """Whom a card or commitment is for. One person may be of several kinds."""

    PREGNANT = "pregnant"
    PREGNANT_ADOLESCENT = "pregnant_adolescent"
    PUERPERA = "puerpera"
    UNDER_24M = "under_24m"
    CHILD = "child"
    SCHOOL = "school"
    ADOLESCENT = "adolescent"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True)
class Card:
    """One orientation card.

    Attributes:
        say: what to tell, to be read aloud or put into one's own words.
        ask: a question that opens the conversation; may be empty.
        evidence: a figure worth telling; may be empty.
        services: codes of services whose lack makes this card the first to talk about.
        source, trust: where the content comes from.
    """

    id: str
    version: int
    kinds: frozenset[MemberKind]
    title: str
    say: str
    ask: str
    evidence: str
    services: frozenset[str]
    source: str
    trust: Trust


@dataclass(frozen=True, slots=True)
class CommitmentText:
    """One commitment to choose from; `services` as in `Card`."""

    id: str
    version: int
    kinds: frozenset[MemberKind]
    text: str
    services: frozenset[str]


@dataclass(frozen=True, slots=True)
class Messages:
    """Everything that can be said and agreed on."""

    cards: tuple[Card, ...]
    commitments: tuple[CommitmentText, ...]

    def cards_for(
        self, kinds: Collection[MemberKind], missing: Collection[str] = ()
    ) -> tuple[Card, ...]:
        """Cards for somebody of `kinds`, those about `missing` services first."""
        return tuple(_fitting(self.cards, kinds, missing))

    def commitments_for(
        self, kinds: Collection[MemberKind], missing: Collection[str] = ()
    ) -> tuple[CommitmentText, ...]:
        """Commitments for somebody of `kinds`, those about `missing` services first."""
        return tuple(_fitting(self.commitments, kinds, missing))

    def titles(self, card_ids: Iterable[str]) -> list[str]:
        """Titles of cards, in the order given; a card that is no longer there by its id."""
        known = {card.id: card.title for card in self.cards}
        return [known.get(one, one) for one in card_ids]


_Entry = TypeVar("_Entry", Card, CommitmentText)


def _fitting(
    entries: Iterable[_Entry], kinds: Collection[MemberKind], missing: Collection[str]
) -> list[_Entry]:
    wanted, lacking = frozenset(kinds), frozenset(missing)
    found = [entry for entry in entries if entry.kinds & wanted]
    return sorted(found, key=lambda entry: not entry.services & lacking)


def kinds_of(
    member: Member, pregnancy: Pregnancy | None, today: date, *, birth: Pregnancy | None = None
) -> tuple[MemberKind, ...]:
    """What kind of person to talk to somebody is today; empty for an adult who is not pregnant.

    Args:
        birth: her pregnancy that ended with a birth some weeks ago.
    """
    kinds = []
    months = completed_months(member.birth_date, today)
    years = completed_years(member.birth_date, today)
    if pregnancy is not None:
        kinds.append(MemberKind.PREGNANT)
        if years < SCHOOL_UNTIL_YEARS:
            kinds.append(MemberKind.PREGNANT_ADOLESCENT)
    elif birth is not None:
        kinds.append(MemberKind.PUERPERA)
    if months < 24:
        kinds.append(MemberKind.UNDER_24M)
    elif years < SCHOOL_FROM_YEARS:
        kinds.append(MemberKind.CHILD)
    elif years < SCHOOL_UNTIL_YEARS:
        kinds.append(MemberKind.SCHOOL)
        if years >= ADOLESCENT_FROM_YEARS:
            kinds.append(MemberKind.ADOLESCENT)
    return tuple(kinds)


# -- the files -----------------------------------------------------------------------------------


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Header(_Model):
    kind: Literal["orientation", "commitments"]
    id: str = Field(min_length=1)
    version: int = Field(ge=1)
    trust: Trust
    source: str = Field(min_length=1)


class _EntryModel(_Model):
    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    version: int = Field(ge=1)
    kinds: frozenset[MemberKind] = Field(min_length=1)
    services: frozenset[str] = frozenset()


class _CardModel(_EntryModel):
    title: str = Field(min_length=1, max_length=80)
    say: str = Field(min_length=1, max_length=600)
    ask: str = Field(default="", max_length=200)
    evidence: str = Field(default="", max_length=400)


class _CommitmentModel(_EntryModel):
    text: str = Field(min_length=1, max_length=120)


_TABLES: dict[str, tuple[str, type[_EntryModel]]] = {
    "orientation": ("card", _CardModel),
    "commitments": ("commitment", _CommitmentModel),
}


@lru_cache(maxsize=4)
def load_messages(folder: Path) -> Messages:
    """Read every ``*.toml`` of `folder`; kept, so that asking again costs nothing.

    Raises:
        UserError: VIS-020 to VIS-023, the first fault found, with file, entry and remedy.
    """
    cards: list[Card] = []
    commitments: list[CommitmentText] = []
    seen: set[str] = set()
    for file in sorted(folder.glob("*.toml")):
        header, entries = _read(file)
        for entry in entries:
            if entry.id in seen:
                raise user_error(MESSAGE_TWICE, file=file.name, entry=entry.id)
            seen.add(entry.id)
            unknown = sorted(entry.services - SERVICES.keys())
            if unknown:
                raise user_error(
                    MESSAGE_SERVICE, file=file.name, entry=entry.id, service=unknown[0]
                )
            if isinstance(entry, _CardModel):
                cards.append(Card(**entry.model_dump(), source=header.source, trust=header.trust))
            else:
                commitments.append(CommitmentText(**entry.model_dump()))
    return Messages(tuple(cards), tuple(commitments))


def _read(file: Path) -> tuple[_Header, list[_EntryModel]]:
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise user_error(MESSAGE_FILE, file=file.name, detail=str(error)) from error
    header = _checked(_Header, data.pop("pack", {}), file, "pack")
    table, model = _TABLES[header.kind]
    rows = data.pop(table, [])
    if data or not isinstance(rows, list):
        other = next(iter(data), table)
        raise user_error(
            MESSAGE_ENTRY, file=file.name, entry=other, field=other, expected=f"[[{table}]]"
        )
    return header, [
        _checked(model, row, file, row.get("id") or f"{table} {number}")
        for number, row in enumerate(rows, start=1)
    ]


_M = TypeVar("_M", bound=BaseModel)


def _checked(model: type[_M], row: Any, file: Path, entry: Any) -> _M:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "—"
        expected = str(first.get("ctx", {}).get("expected") or _EXPECTED.get(first["type"], ""))
        raise user_error(
            MESSAGE_ENTRY,
            file=file.name,
            entry=entry,
            field=place,
            expected=expected or "lo que indica el comienzo del archivo",
        ) from error


_EXPECTED = {
    "missing": "falta este campo",
    "extra_forbidden": "este campo no existe",
    "string_too_short": "un texto que no esté vacío",
    "string_too_long": "un texto más corto",
    "too_short": "al menos un elemento",
    "string_pattern_mismatch": "letras minúsculas, números y guiones",
    "int_parsing": "un número entero",
    "int_type": "un número entero",
    "greater_than_equal": "un número mayor que 0",
    "string_type": "un texto",
    "frozen_set_type": "una lista",
}
