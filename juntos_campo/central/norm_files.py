"""Rule packs the office sends to the laptops: checked against all others, then stored, or taken back.

A pack with the id of one that comes with the program replaces it on every laptop; taking it back lets
the program's own judge again. Everything happens in one transaction, or nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from juntos_campo.central.authorisation import REFERENCE
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import Ledger, moment
from juntos_campo.central.loading import OFFICE
from juntos_campo.central.problems import NORM_NOT_SENT
from juntos_campo.central.reference import ReferenceWriter, stored_reference
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import RulePack
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import derived_id
from juntos_campo.norms import problems
from juntos_campo.norms.packs import load_file, load_rule_book

KIND = "rule_pack"


@dataclass(frozen=True, slots=True)
class NormsReport:
    """What became of each pack, by its id."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    taken_back: tuple[str, ...] = ()


def send_norms(
    database: Database,
    shipped: Path,
    files: Sequence[Path],
    taken_back: Sequence[str],
    clock: Clock,
) -> NormsReport:
    """Store packs for every laptop, and take others back.

    Args:
        shipped: folder of the packs that come with the program.
        files: the packs; their ids say which ones they replace.
        taken_back: ids of packs sent earlier.

    Raises:
        UserError: NRM-001 to NRM-011 a pack is faulty by itself or beside the others, CEN-208 a pack to
            be taken back was never sent; nothing has changed then.
    """
    new = _read(files)
    with database.writing() as connection:
        ledger = Ledger.open(connection, REFERENCE)
        stored = _stored(connection)
        missing = [one for one in taken_back if one not in stored]
        if missing:
            raise user_error(
                NORM_NOT_SENT, pack=missing[0], sent=", ".join(sorted(stored)) or "ninguna"
            )
        kept = {key: pack for key, pack in stored.items() if key not in taken_back}
        _check(shipped, {**kept, **new})
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
                note(connection, clock.now(), OFFICE, "", f"norms.{action}", kind=KIND, detail=key)
    return NormsReport(**{name: tuple(keys) for name, keys in outcome.items()})


def _read(files: Sequence[Path]) -> dict[str, RulePack]:
    found: dict[str, RulePack] = {}
    for path in files:
        one = load_file(path)
        key = one.header.id
        if key in found:
            raise user_error(
                problems.PACK_ID_TWICE, file=path.name, other=found[key].file, pack=key
            )
        found[key] = RulePack(id=derived_id(KIND, key), pack_id=key, file=path.name, text=one.text)
    return found


def _stored(connection: sa.Connection) -> dict[str, RulePack]:
    """What the laptops have now, by id of the pack."""
    return {one.pack_id: one for one, gone in stored_reference(connection, KIND) if not gone}


def _check(shipped: Path, sent: dict[str, RulePack]) -> None:
    """Make sure that every laptop of this version can judge by these packs."""
    try:
        load_rule_book(shipped, received=sent.values())
    except UserError:
        raise
    except Exception as error:
        files = ", ".join(one.file for one in sent.values())
        detail = type(error).__name__
        raise user_error(problems.PACK_UNREADABLE, file=files, detail=detail) from error
