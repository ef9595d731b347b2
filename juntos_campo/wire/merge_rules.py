"""Which rule decides about which value: ``resources/sync/merge.toml``, checked when it is read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from juntos_campo import paths
from juntos_campo.domain.errors import Problem, user_error
from juntos_campo.domain.kinds import KINDS
from juntos_campo.wire.codec import field_names

DELETED = "@deleted"
"""The path under which a deletion is told as one side of a conflict."""

RULES_WRONG = Problem(
    "WIR-010",
    "Las reglas para juntar cambios ({file}) no se pueden usar: {detail}.",
    "Instale otra vez el programa; si se repite, avise a la oficina.",
)


class Rule(StrEnum):
    """Which value stands when two people changed one path.

    LAST_ARRIVAL: the one the server received last. FIRST_ARRIVAL: the one it already had (decisions).
    EDIT_STANDS: an edit beats a deletion, so that nothing typed disappears. BOTH_KEPT: two texts stand
    one under the other. OFFICE_WINS: the office's value stands, and the other becomes a change request.
    """

    LAST_ARRIVAL = "last_arrival"
    FIRST_ARRIVAL = "first_arrival"
    EDIT_STANDS = "edit_stands"
    BOTH_KEPT = "both_kept"
    OFFICE_WINS = "office_wins"


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    rule: Rule
    path: Annotated[str, Field(min_length=1)] = "**"


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1]
    rule: tuple[_Entry, ...]


@dataclass(frozen=True, slots=True)
class MergeRules:
    """The entries in their order: (kind or ``*``, parts of the path's pattern, rule)."""

    entries: tuple[tuple[str, tuple[str, ...], Rule], ...]

    def office_kinds(self) -> frozenset[str]:
        """Kinds whose values are the office's."""
        return frozenset(kind for kind, _, rule in self.entries if rule is Rule.OFFICE_WINS)

    def rule_for(self, kind: str, path: str) -> Rule:
        """The rule of one path of a kind: that of the first entry that fits."""
        parts = tuple(path.split("/"))
        for wanted, pattern, rule in self.entries:
            if wanted in ("*", kind) and _fits(pattern, parts):
                return rule
        return Rule.LAST_ARRIVAL  # unreachable with a checked file: its last entry fits everything


@cache
def shipped_rules() -> MergeRules:
    """The rules that come with the program.

    Raises:
        UserError: WIR-010.
    """
    file = paths.resources() / "sync" / "merge.toml"
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise user_error(RULES_WRONG, file=file.name, detail=type(error).__name__) from None
    return read_rules(text, file)


def read_rules(text: str, file: Path) -> MergeRules:
    """The rules of a TOML text; `file` is named in errors.

    Raises:
        UserError: WIR-010 an unknown rule, kind or field, a pattern that cannot fit, no last entry for
            everything else.
    """
    try:
        read = _File.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise user_error(RULES_WRONG, file=file.name, detail=str(error)) from None
    except ValidationError as error:
        where = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
        raise user_error(RULES_WRONG, file=file.name, detail=where) from None
    for number, entry in enumerate(read.rule, start=1):
        fault = _fault(entry)
        if fault:
            raise user_error(RULES_WRONG, file=file.name, detail=f"regla {number}: {fault}")
    if not read.rule or (read.rule[-1].kind, read.rule[-1].path) != ("*", "**"):
        raise user_error(RULES_WRONG, file=file.name, detail="falta la regla para todo lo demás")
    return MergeRules(tuple((one.kind, tuple(one.path.split("/")), one.rule) for one in read.rule))


def _fault(entry: _Entry) -> str:
    """What is wrong with an entry; empty when nothing is."""
    parts = entry.path.split("/")
    if entry.kind != "*" and entry.kind not in KINDS:
        return f"no hay registros «{entry.kind}»"
    if (entry.path == DELETED) is not (entry.rule is Rule.EDIT_STANDS):
        return f"«{Rule.EDIT_STANDS.value}» y «{DELETED}» van juntos"
    if entry.rule is Rule.OFFICE_WINS and (entry.kind == "*" or entry.path != "**"):
        return f"«{Rule.OFFICE_WINS.value}» vale para un tipo de registro entero"
    if "" in parts or "**" in parts[:-1]:
        return f"el patrón «{entry.path}» no se entiende"
    first = parts[0]
    if entry.kind == "*" or first in ("*", "**", DELETED):
        return ""
    return "" if first in field_names(entry.kind)[1:] else f"«{entry.kind}» no tiene «{first}»"


def _fits(pattern: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    if parts[0] == DELETED:
        return pattern == parts
    if pattern[-1] == "**":
        pattern = pattern[:-1]
        parts = parts[: len(pattern)]
    return len(pattern) == len(parts) and all(
        wanted in ("*", part) for wanted, part in zip(pattern, parts, strict=True)
    )
