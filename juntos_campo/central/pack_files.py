"""Packs of text the office sends to every laptop, each under its own id: put in, replaced, taken back.

A pack with the id of one that comes with the program replaces it on every laptop; taking it back lets
the program's own stand again. Everything happens in one transaction, or nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.reference import ReferenceWriter, stored_reference
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import MessagePack, RulePack
from juntos_campo.domain.errors import Problem, user_error
from juntos_campo.domain.kinds import name_of
from juntos_campo.domain.values import OFFICE

P = TypeVar("P", RulePack, MessagePack)


@dataclass(frozen=True, slots=True)
class PacksReport:
    """What became of each pack, by its id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PackKind(Generic[P]):
    """What one kind of pack needs.

    Attributes:
        action: beginning of its names in the audit trail.
        twice: told when two of the new packs have one id; of `file`, `other` and `pack`.
        not_sent: told when a pack to be taken back was never sent; of `pack` and `sent`.
        check: of all packs the laptops would have; raises what is wrong with them.
    """

    entity: type[P]
    action: str
    twice: Problem
    not_sent: Problem
    check: Callable[[Mapping[str, P]], None]


def send_packs(
    database: Database,
    kind: PackKind[P],
    sent: Iterable[P],
    taken_back: Sequence[str],
    clock: Clock,
) -> PacksReport:
    """Store packs for every laptop, and take others back.

    Args:
        sent: the packs as they were read.
        taken_back: ids of packs sent earlier.

    Raises:
        UserError: `kind.twice`, `kind.not_sent`, what reading or `kind.check` raises; nothing has
            changed then.
    """
    name = name_of(kind.entity)
    new = _by_id(sent, kind.twice)
    with database.writing() as connection:
        ledger = Ledger.open(connection, REFERENCE)
        stored = {one.pack_id: one for one, gone in stored_reference(connection, name) if not gone}
        missing = [one for one in taken_back if one not in stored]
        if missing:
            known = ", ".join(sorted(stored)) or "todavía nada"
            raise user_error(kind.not_sent, pack=missing[0], sent=known)
        kept = {key: pack for key, pack in stored.items() if key not in taken_back}
        kind.check({**kept, **new})
        writer = ReferenceWriter(ledger, moment(clock.now()))
        outcome: dict[str, list[str]] = {"added": [], "changed": [], "same": [], "taken_back": []}
        for key, pack in new.items():
            outcome[writer.put(pack)].append(key)
        for key in dict.fromkeys(taken_back):
            if key not in new:
                writer.take_back(stored[key])
                outcome["taken_back"].append(key)
        ledger.close()
        for action, keys in outcome.items():
            for key in keys:
                done = f"{kind.action}.{action}"
                note(connection, clock.now(), OFFICE, "", done, kind=name, detail=key)
    return PacksReport(**{name: tuple(keys) for name, keys in outcome.items()})


def _by_id(packs: Iterable[P], twice: Problem) -> dict[str, P]:
    found: dict[str, P] = {}
    for one in packs:
        key = one.pack_id
        if key in found:
            raise user_error(twice, file=one.file, other=found[key].file, pack=key)
        found[key] = one
    return found
