"""What to say and what to agree on in a visit: cards and commitments, read from data files.

Those that come with the program are ``resources/messages/*.toml``; the office can send others. A file of
the office with the id of one of the program's stands in its place. Every entry is checked as it is
read, so that a visit never meets half a card.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from juntos_campo.domain.entities import MessagePack
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.services import SERVICES
from juntos_campo.norms import toml_files
from juntos_campo.norms.book import LeftOut
from juntos_campo.norms.message_problems import (
    MESSAGE_ENTRY,
    MESSAGE_FILE,
    MESSAGE_SERVICE,
    MESSAGE_TWICE,
    MESSAGES_OTHER_KIND,
    MESSAGES_TWICE,
)
from juntos_campo.norms.model import Trust

log = logging.getLogger(__name__)


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
class MessageFile:
    """One file of messages, checked by itself.

    Attributes:
        kind: ``orientation`` (cards) or ``commitments``.
        text: as it was read, without the mark that Windows puts before UTF-8.
        received: from the office; else it came with the program.
    """

    id: str
    kind: str
    version: int
    file: str
    text: str
    source: str
    trust: Trust
    cards: tuple[Card, ...] = ()
    commitments: tuple[CommitmentText, ...] = ()
    received: bool = False

    @property
    def entries(self) -> tuple[Card, ...] | tuple[CommitmentText, ...]:
        return self.cards or self.commitments


@dataclass(frozen=True, slots=True)
class Messages:
    """Everything that can be said and agreed on.

    Attributes:
        files: where it comes from.
        left_out: what the office sent in vain.
        past: titles of cards that were replaced, by id: visits of before name them.
    """

    cards: tuple[Card, ...]
    commitments: tuple[CommitmentText, ...]
    files: tuple[MessageFile, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    past: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def cards_for(
        self, kinds: Collection[MemberKind], missing: Collection[str] = ()
    ) -> tuple[Card, ...]:
        """Cards for somebody of `kinds`, those about `missing` services first."""
        return tuple(_for_somebody(self.cards, kinds, missing))

    def commitments_for(
        self, kinds: Collection[MemberKind], missing: Collection[str] = ()
    ) -> tuple[CommitmentText, ...]:
        """Commitments for somebody of `kinds`, those about `missing` services first."""
        return tuple(_for_somebody(self.commitments, kinds, missing))

    def title_by_id(self) -> dict[str, str]:
        """Titles of the cards there are and of those there were."""
        return {**self.past, **{card.id: card.title for card in self.cards}}

    def titles(self, card_ids: Iterable[str]) -> list[str]:
        """Titles of cards, in the order given; of one nobody knows any more its id."""
        known = self.title_by_id()
        return [known.get(one, one) for one in card_ids]


_Entry = TypeVar("_Entry", Card, CommitmentText)


def _for_somebody(
    entries: Iterable[_Entry], kinds: Collection[MemberKind], missing: Collection[str]
) -> list[_Entry]:
    wanted, lacking = frozenset(kinds), frozenset(missing)
    found = [entry for entry in entries if entry.kinds & wanted]
    return sorted(found, key=lambda entry: not entry.services & lacking)


# -- all of them together --------------------------------------------------------------------------


def load_messages(folder: Path, received: Iterable[MessagePack] = ()) -> Messages:
    """The messages of the program with those of the office laid over them, all of them faultless.

    Raises:
        UserError: VIS-020 to VIS-025, the first fault found, with file, entry and remedy.
    """
    shipped = load_folder(folder)
    return _messages(shipped, [_received(one) for one in received])


def read_messages(folder: Path, received: Iterable[MessagePack]) -> Messages:
    """As `load_messages`; a file of the office that cannot be used is left out and told.

    Raises:
        UserError: VIS-020 to VIS-024, a file of the program itself is faulty.
    """
    shipped = load_folder(folder)
    left_out: list[LeftOut] = []
    waiting: list[MessageFile] = []
    for pack in received:
        try:
            waiting.append(_received(pack))
        except Exception as error:
            left_out.append(_left_out(pack.pack_id, pack.file, error))
    used: list[MessageFile] = []
    messages = _messages(shipped, used)
    # One may be used only beside another: again and again, while that helps.
    helped = True
    faults: dict[str, Exception] = {}
    while waiting and helped:
        helped, faults = False, {}
        for one in list(waiting):
            try:
                messages = _messages(shipped, [*used, one])
            except Exception as error:
                faults[one.id] = error
            else:
                used.append(one)
                waiting.remove(one)
                helped = True
    left_out += [_left_out(one.id, one.file, faults[one.id]) for one in waiting]
    return Messages(
        messages.cards, messages.commitments, messages.files, tuple(left_out), messages.past
    )


def load_folder(folder: Path) -> dict[str, MessageFile]:
    """The program's own files by id.

    Raises:
        UserError: VIS-020 to VIS-024.
    """
    found: dict[str, MessageFile] = {}
    for path in sorted(folder.glob("*.toml")):
        one = read_file(path)
        other = found.setdefault(one.id, one)
        if other is not one:
            raise user_error(MESSAGES_TWICE, file=one.file, other=other.file, pack=one.id)
    return found


def _received(pack: MessagePack) -> MessageFile:
    return read_text(pack.text, pack.file, received=True)


def _messages(shipped: Mapping[str, MessageFile], sent: Iterable[MessageFile]) -> Messages:
    files = dict(shipped)
    past: dict[str, str] = {}
    for one in sent:
        stands = files.get(one.id)
        if stands is not None and stands.kind != one.kind:
            raise user_error(MESSAGES_OTHER_KIND, file=one.file, pack=one.id, kind=stands.kind)
        if stands is not None:
            past.update((card.id, card.title) for card in stands.cards)
        files[one.id] = one
    seen: set[str] = set()
    for one in files.values():
        for entry in one.entries:
            if entry.id in seen:
                raise user_error(MESSAGE_TWICE, file=one.file, entry=entry.id)
            seen.add(entry.id)
    return Messages(
        tuple(card for one in files.values() for card in one.cards),
        tuple(text for one in files.values() for text in one.commitments),
        tuple(files.values()),
        past=MappingProxyType(past),
    )


def _left_out(pack_id: str, file: str, error: Exception) -> LeftOut:
    """Whatever is wrong with a file from outside, it is told and never stops the program."""
    if not isinstance(error, UserError):
        log.warning("messages %s: %s", pack_id, type(error).__name__)
        error = user_error(MESSAGE_FILE, file=file, detail=type(error).__name__)
    return LeftOut(pack_id, file, error.what)


# -- one file --------------------------------------------------------------------------------------


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Header(_Model):
    kind: Literal["orientation", "commitments"]
    id: str = Field(min_length=1, max_length=64)
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


def read_file(path: Path) -> MessageFile:
    """Read and check one file; the mark that Windows puts before UTF-8 does not matter.

    Raises:
        UserError: VIS-020, VIS-021, VIS-023.
    """
    return read_text(toml_files.read_file(path, MESSAGE_FILE), path.name)


def read_text(text: str, file: str, *, received: bool = False) -> MessageFile:
    """Read and check one file's text.

    Raises:
        UserError: VIS-020, VIS-021, VIS-023.
    """
    data = toml_files.parse(text, file, MESSAGE_FILE)
    header = _checked(_Header, data.pop("pack", {}), file, "pack")
    table, model = _TABLES[header.kind]
    rows = data.pop(table, [])
    if data or not isinstance(rows, list):
        other = next(iter(data), table)
        raise user_error(
            MESSAGE_ENTRY, file=file, entry=other, field=other, expected=f"[[{table}]]"
        )
    found = [
        _checked(model, row, file, _name_of(row) or f"{table} {number}")
        for number, row in enumerate(rows, start=1)
    ]
    for entry in found:
        unknown = sorted(entry.services - SERVICES.keys())
        if unknown:
            raise user_error(MESSAGE_SERVICE, file=file, entry=entry.id, service=unknown[0])
    is_cards = header.kind == "orientation"
    said = {"source": header.source, "trust": header.trust} if is_cards else {}
    entries = [{**one.model_dump(), **said} for one in found]
    return MessageFile(
        header.id,
        header.kind,
        header.version,
        file,
        text,
        header.source,
        header.trust,
        cards=tuple(Card(**one) for one in entries) if is_cards else (),
        commitments=() if is_cards else tuple(CommitmentText(**one) for one in entries),
        received=received,
    )


def _name_of(row: Any) -> str:
    return str(row.get("id") or "") if isinstance(row, dict) else ""


_M = TypeVar("_M", bound=BaseModel)


def _checked(model: type[_M], row: Any, file: str, entry: str) -> _M:
    try:
        return model.model_validate(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "—"
        allowed = str(first.get("ctx", {}).get("expected", "")).replace(" or ", " o ")
        expected = allowed or _EXPECTED.get(first["type"], "")
        raise user_error(
            MESSAGE_ENTRY,
            file=file,
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
