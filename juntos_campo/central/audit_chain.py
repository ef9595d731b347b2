"""The audit trail as hash chains: what is altered, taken out, put in, reordered or cut off is noticed.

Each actor has a chain of his own, so that people who work at the same time do not wait for each other. The
hash of a row is an HMAC-SHA256, with a key of the server, of the hash before it and of the row itself; so
each hash stands for the whole chain up to there. `audit_chains` holds the end of every chain, sealed with
the same key: cutting off rows needs an end that was sealed when the chain was that short. Against somebody
who has the key as well (it lies in the same database) or puts back an end that he copied earlier, heads
kept elsewhere help: every backup holds them, and ``verify --write-heads`` writes them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.findings import Finding
from juntos_campo.central.tables import audit, audit_chains, keys, users
from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.domain.spanish import thousands

KEY_NAME = "audit"
_ROWS_AT_ONCE = 2000
_TOLD_EVERY = 5000

Heads = Mapping[str, tuple[int, str]]
"""Name of a chain -> its length, and the hash of its last row."""


@dataclass(frozen=True, slots=True)
class Note:
    """One row of the trail before it has its place; `at` is a moment as text."""

    at: str
    actor: str
    device: str
    action: str
    kind: str
    id: str
    detail: str


def row_hash(key: str, previous: str, position: int, note: Note) -> str:
    """The hash of a row: of the one before it (empty for the first), its position, all it says.

    A JSON list tells its parts apart whatever they contain.
    """
    said = [note.at, note.actor, note.device, note.action, note.kind, note.id, note.detail]
    return _mac(key, ["row", previous, position, *said])


def head_seal(key: str, name: str, length: int, head: str) -> str:
    """What only who has the key can put beside the end of a chain."""
    return _mac(key, ["head", name, length, head])


def _mac(key: str, parts: list[str | int]) -> str:
    text = json.dumps(parts, separators=(",", ":")).encode()
    return hmac.new(bytes.fromhex(key), text, hashlib.sha256).hexdigest()


def append(connection: sa.Connection, notes: Sequence[Note]) -> None:
    """Write notes at the ends of their chains; the last thing before the commit.

    Chains are locked in the order of their names: nobody waits in a circle.
    """
    for name, group in groupby(sorted(notes, key=lambda one: one.actor), lambda one: one.actor):
        length, head, key = _locked(connection, name)
        rows: list[dict[str, object]] = []
        for one in group:
            length += 1
            head = row_hash(key, head, length, one)
            rows.append(
                {
                    "at": one.at,
                    "actor": one.actor,
                    "device": one.device,
                    "action": one.action,
                    "kind": one.kind,
                    "id": one.id,
                    "detail": one.detail,
                    "position": length,
                    "hash": head,
                }
            )
        connection.execute(sa.insert(audit), rows)
        connection.execute(
            sa.update(audit_chains)
            .where(audit_chains.c.name == name)
            .values(length=length, head=head, seal=head_seal(key, name, length, head))
        )


def _locked(connection: sa.Connection, name: str) -> tuple[int, str, str]:
    """Length and head of a chain, locked until the commit, and the key; begun when it is new."""
    secret = sa.select(keys.c.secret).where(keys.c.name == KEY_NAME).scalar_subquery()
    lock = (
        sa.select(audit_chains.c.length, audit_chains.c.head, secret)
        .where(audit_chains.c.name == name)
        .with_for_update(of=audit_chains)
    )
    found = connection.execute(lock).first()
    if found is None:
        connection.execute(
            sa.text(
                "INSERT INTO audit_chains (name, length, head, seal) VALUES (:name, 0, '', '') "
                "ON CONFLICT (name) DO NOTHING"
            ),
            {"name": name},
        )
        found = connection.execute(lock).one()
    length, head, key = found
    if key is None:
        raise ProgrammingError("the key of the audit chains is missing")
    return int(length), str(head), str(key)


def read_heads(connection: sa.Connection) -> dict[str, tuple[int, str]]:
    """The end of every chain as it is stored."""
    rows = connection.execute(
        sa.select(audit_chains.c.name, audit_chains.c.length, audit_chains.c.head)
    )
    return {row.name: (row.length, row.head) for row in rows}


@dataclass(slots=True)
class _Chain:
    """A chain while its rows come by; `length` and `head` are as counted."""

    name: str
    kept: tuple[int, str] | None = None
    length: int = 0
    head: str = ""
    sequence: int = 0
    faults: int = 0
    first: str = ""
    kept_found: bool = False

    def take(self, key: str, row: Any) -> None:
        note = Note(row.at, row.actor, row.device, row.action, row.kind, row.id, row.detail)
        if row.position != self.length + 1:
            self._fault(
                row,
                f"después de la posición {self.length} viene la {row.position}: se quitaron "
                "o agregaron filas",
            )
        elif not hmac.compare_digest(row_hash(key, self.head, row.position, note), row.hash):
            self._fault(row, "la fila no es la que se escribió: se alteró o se cambió de lugar")
        elif row.sequence <= self.sequence:
            self._fault(row, "su número de orden es menor que el de la fila anterior")
        self.length, self.head, self.sequence = row.position, row.hash, row.sequence
        if self.kept and self.kept == (row.position, row.hash):
            self.kept_found = True

    def _fault(self, row: Any, meaning: str) -> None:
        self.faults += 1
        if not self.first:
            self.first = f"cadena «{self.name}», posición {row.position}, secuencia {row.sequence}: {meaning}"


@dataclass(slots=True)
class _Faults:
    """What is wrong, each kind with its count and the first place."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def add(self, check: str, example: str, count: int = 1) -> None:
        self.counts[check] = self.counts.get(check, 0) + count
        self.examples.setdefault(check, example)

    def findings(self) -> list[Finding]:
        return [
            Finding(check, _MEANINGS[check], count, self.examples[check])
            for check, count in self.counts.items()
        ]


_MEANINGS = {
    "audit.key": "Falta la llave de las cadenas de auditoría: no se puede comprobar ninguna.",
    "audit.row": "Filas de auditoría alteradas, quitadas, agregadas o cambiadas de lugar.",
    "audit.length": "Cadenas de auditoría a las que se les cortó el final, o con otro final.",
    "audit.seal": "Cadenas de auditoría cuyo final no escribió este servidor.",
    "audit.unknown": "Filas de auditoría de una cadena que no está registrada.",
    "audit.kept": "Cadenas de auditoría que ya no contienen lo que contenían en la copia guardada.",
    "audit.user": "Personas inscritas de las que no queda ningún rastro de auditoría.",
}


def check_chains(
    connection: sa.Connection,
    kept: Heads | None = None,
    progress: Callable[[int], None] = lambda _rows: None,
) -> list[Finding]:
    """Check every chain from its first row to its end, in one pass; memory does not grow with the rows.

    Args:
        kept: heads of an earlier day, which the chains must still contain.
        progress: is given the number of rows read so far.

    Returns:
        What is wrong; nothing else is.
    """
    kept = kept or {}
    faults = _Faults()
    key = connection.execute(
        sa.select(keys.c.secret).where(keys.c.name == KEY_NAME)
    ).scalar_one_or_none()
    if key is None:
        faults.add("audit.key", "keys")
        return faults.findings()
    ends = {row.name: row for row in connection.execute(sa.select(audit_chains))}
    seen: set[str] = set()
    for chain in _chains(connection, key, kept, progress):
        seen.add(chain.name)
        _check_end(faults, key, chain, ends.get(chain.name))
    for name in ends.keys() - seen:
        _check_end(faults, key, _Chain(name, kept.get(name)), ends[name])
    for name in sorted(kept.keys() - seen - ends.keys()):
        faults.add("audit.kept", f"cadena «{name}»: desapareció entera")
    nameless = sa.select(users.c.name).where(
        users.c.name.not_in(sa.select(audit_chains.c.name)),
    )
    for name in connection.execute(nameless.order_by(users.c.name)).scalars():
        faults.add("audit.user", f"usuario «{name}»")
    return faults.findings()


def _chains(
    connection: sa.Connection, key: str, kept: Heads, progress: Callable[[int], None]
) -> Iterable[_Chain]:
    """Each chain after all its rows came by."""
    sql = sa.select(audit).order_by(audit.c.actor, audit.c.position, audit.c.sequence)
    streamed = connection.execution_options(stream_results=True, yield_per=_ROWS_AT_ONCE)
    count = 0
    chain: _Chain | None = None
    for row in streamed.execute(sql):
        if chain is None or chain.name != row.actor:
            if chain is not None:
                yield chain
            chain = _Chain(row.actor, kept.get(row.actor))
        chain.take(key, row)
        count += 1
        if count % _TOLD_EVERY == 0:
            progress(count)
    progress(count)
    if chain is not None:
        yield chain


def _check_end(faults: _Faults, key: str, chain: _Chain, end: Any) -> None:
    if chain.faults:
        faults.add("audit.row", chain.first, chain.faults)
    place = f"cadena «{chain.name}»"
    if end is None:
        faults.add("audit.unknown", place, chain.length)
    elif (end.length, end.head) != (chain.length, chain.head):
        faults.add(
            "audit.length",
            f"{place}: debe terminar en la posición {thousands(end.length)} y termina en la "
            f"{thousands(chain.length)}",
        )
    elif not hmac.compare_digest(head_seal(key, chain.name, end.length, end.head), end.seal):
        faults.add("audit.seal", f"{place}, posición {thousands(end.length)}")
    if chain.kept and chain.kept[0] and not chain.kept_found:
        faults.add(
            "audit.kept",
            f"{place}: su fila de la posición {thousands(chain.kept[0])} ya no está o es otra",
        )
