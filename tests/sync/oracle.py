"""What must be true after any day, said without a word of the protocol.

The oracle knows what people typed, what their screens had shown them by then, and what they were
told; and it reads both databases. It does not know versions to be merged, cursors or stamps.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import sqlalchemy as sa

from juntos_campo.central.tables import conflicts, metadata, operations, record_versions, records
from juntos_campo.domain.entities import Household, Settlement
from juntos_campo.domain.kinds import KINDS
from juntos_campo.store import outbox, sync_state
from juntos_campo.wire.codec import encode
from juntos_campo.wire.merge import DELETED, flatten

from .model import TOKEN, Day, Edit, Laptop

READS = {"ana": ("ref", "fw:ana"), "beto": ("ref", "fw:beto"), "zoe": ("ref", "fw:ana", "fw:beto")}


@dataclass(frozen=True)
class Version:
    """One version of a record on the server; `values`: path -> the typed values in it."""

    number: int
    deleted: bool
    values: Mapping[str, frozenset[str]]


@dataclass
class Seen:
    """The server's tables at the end of the day; `reference`: rows of the reference data, by no key."""

    standing: dict[tuple[str, str], Any]
    reference: list[Any]
    history: dict[tuple[str, str], list[Version]]
    told: list[Any]
    done: dict[str, Any]


def read_server(day: Day) -> Seen:
    with day.database.reading() as connection:
        rows = list(connection.execute(sa.select(records)))
        old = list(connection.execute(sa.select(record_versions)))
        told = list(connection.execute(sa.select(conflicts)))
        done = {row.op_id: row for row in connection.execute(sa.select(operations))}
    history: dict[tuple[str, str], list[Version]] = {}
    for row in (*old, *rows):
        # Of the same place each unit has its own.
        kind = f"{row.kind} of {row.unit}" if KINDS[row.kind].shared else row.kind
        history.setdefault((kind, row.id), []).append(_version(row))
    for versions in history.values():
        versions.sort(key=lambda one: one.number)
    reference = [row for row in rows if row.partition == "ref"]
    standing = {(row.kind, row.id): row for row in rows if row.partition != "ref"}
    return Seen(standing, reference, history, told, done)


def _version(row: Any) -> Version:
    paths = flatten(json.loads(row.body))
    values = {path: frozenset(TOKEN.findall(str(value))) for path, value in paths.items()}
    return Version(row.version, row.deleted, values)


def complaints(day: Day) -> list[str]:
    """Everything that is wrong at the end of a day; empty when every promise was kept."""
    server = read_server(day)
    found = list(day.complaints)
    found += nothing_acknowledged_is_lost(day, server)
    found += nothing_is_done_twice(server)
    found += nothing_is_overwritten_in_silence(day, server)
    for laptop in day.laptops:
        found += a_laptop_holds_its_territory(day, laptop, server)
        found += every_household_lies_somewhere(day, laptop)
        found += nothing_is_left_to_send(day, laptop)
        found += everybody_is_told(day, laptop, server)
    found += every_copy_was_noticed(day)
    found += the_erased_is_nowhere(day)
    return found


def nothing_acknowledged_is_lost(day: Day, server: Seen) -> Iterator[str]:
    """Each value of an acknowledged operation stands, stood, or was told as the one that gave way."""
    for op_id in sorted(day.acknowledged):
        edit = day.edits[op_id]
        if day._is_erased(edit.kind, edit.record_id, edit.household):
            continue
        if op_id not in server.done:
            yield f"lost: acknowledged {edit} is unknown to the server"
            continue
        for path, value in edit.fields.items():
            for token in TOKEN.findall(str(value)):
                if not _is_kept(server, edit, path, token):
                    yield f"lost: {token} of {edit} at {path}"
                if server.done[op_id].outcome == "requested" and token not in _requested(server):
                    yield f"unasked: the office was not asked about {token} of {edit}"


def _is_kept(server: Seen, edit: Edit, path: str, token: str) -> bool:
    key = (edit.kind, edit.record_id)
    if any(token in one.values.get(path, ()) for one in server.history.get(key, ())):
        return True
    told = [row.body for row in server.told if (row.kind, row.id, row.path) == (*key, path)]
    return token in TOKEN.findall(" ".join(told)) or token in _requested(server)


def _requested(server: Seen) -> list[str]:
    """Values the office was asked to put into its register."""
    requests = (row.body for (kind, _), row in server.standing.items() if kind == "change_request")
    return TOKEN.findall(" ".join(requests))


def nothing_is_done_twice(server: Seen) -> Iterator[str]:
    """A typed value comes to stand once; an operation that is done again brings it back."""
    for key, versions in server.history.items():
        numbers = [one.number for one in versions]
        if numbers != list(range(1, len(numbers) + 1)):
            yield f"torn: {key} has versions {numbers}"
        paths = {path for one in versions for path in one.values}
        for path in paths:
            came: set[str] = set()
            before: frozenset[str] = frozenset()
            for one in versions:
                now = one.values.get(path, frozenset())
                twice = (now - before) & came
                if twice:
                    yield f"twice: {sorted(twice)} at {key} {path}, version {one.number}"
                came |= now
                before = now


def nothing_is_overwritten_in_silence(day: Day, server: Seen) -> Iterator[str]:
    """A value that gave way had been seen by whoever wrote over it, or everybody was told."""
    by_record: dict[tuple[str, str], list[Edit]] = {}
    for op_id, row in server.done.items():
        if op_id in day.edits:
            by_record.setdefault((row.kind, row.id), []).append(day.edits[op_id])
    told: dict[tuple[str, str], set[str]] = {}
    for row in server.told:
        told.setdefault((row.kind, row.id), set()).update(TOKEN.findall(row.body))
    for key, versions in server.history.items():
        for old, new in pairwise(versions):
            for path, gone in _given_way(old, new):
                maker = _maker(by_record.get(key, []), server, path, new)
                silent = gone - (maker.seen if maker else frozenset()) - told.get(key, set())
                if silent and maker is not None and not (path == DELETED and _is_told(server, key)):
                    yield f"silence: {sorted(silent)} at {key} {path} gave way to {maker}"


def _is_told(server: Seen, key: tuple[str, str]) -> bool:
    """A deletion and an edit that did not know of each other were told."""
    return any((row.kind, row.id, row.path) == (*key, DELETED) for row in server.told)


def _given_way(old: Version, new: Version) -> Iterator[tuple[str, frozenset[str]]]:
    """(path, values) that stood in `old` and do not in `new`; a deletion takes all of them."""
    if new.deleted and not old.deleted:
        yield DELETED, frozenset().union(*old.values.values())
        return
    for path, values in old.values.items():
        if values - new.values.get(path, frozenset()):
            yield path, values - new.values.get(path, frozenset())


def _maker(edits: list[Edit], server: Seen, path: str, version: Version) -> Edit | None:
    """The operation that put into `version` what now stands at `path`."""
    for edit in edits:
        if server.done[edit.op_id].version != version.number:
            continue
        if path == DELETED:
            if edit.deleted:
                return edit
        elif set(TOKEN.findall(str(edit.fields.get(path)))) & version.values.get(path, frozenset()):
            return edit
    return None


def a_laptop_holds_its_territory(day: Day, laptop: Laptop, server: Seen) -> Iterator[str]:
    """Exactly the standing records of its partitions, in their standing version; no one else's.

    Of the reference data those of no unit and, of those of its units, what its records name; it may keep what
    they named once. Where two units say something of one place, the one whose version is higher.
    """
    mine = {
        key: row
        for key, row in server.standing.items()
        if row.partition in READS[laptop.user] and not row.deleted
    }
    named = {place for row in mine.values() for place in _places_named(row)}
    kept: set[tuple[str, str]] = set()
    for row in sorted(server.reference, key=lambda one: (one.version, one.seq)):
        if row.unit in day.ground.units[laptop.user]:
            mine[row.kind, row.id] = row
            if row.unit and (row.kind, row.id) not in named:
                kept.add((row.kind, row.id))
    waiting = {(one.kind, one.record_id) for one in outbox.refused(laptop.store)}
    here: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}
    for name, kind in KINDS.items():
        versions = laptop.store.server_versions(kind.entity)
        for entity in laptop.store.find(kind.entity):
            here[name, entity.id] = versions[entity.id], encode(entity)
    for key in sorted(mine.keys() - here.keys() - kept):
        yield f"missing: {laptop.name} lacks {key}"
    for key in sorted(here.keys() - mine.keys() - waiting if not laptop.old else ()):
        yield f"foreign: {laptop.name} still holds {key}"
    for key in sorted(here.keys() & mine.keys() - waiting):
        number, fields = here[key]
        row = mine[key]
        if number != row.version or fields != json.loads(row.body):
            yield f"differs: {laptop.name} holds {key} {number}, the server {row.version}"


def _places_named(row: Any) -> Iterator[tuple[str, str]]:
    fields = json.loads(row.body)
    for name, kind in (
        ("settlement_id", "settlement"),
        ("facility_id", "health_facility"),
        ("school_id", "school"),
    ):
        if fields.get(name):
            yield kind, fields[name]


def every_household_lies_somewhere(day: Day, laptop: Laptop) -> Iterator[str]:
    """The gestor sees in which village each of his households is, whoever had it before."""
    for home in laptop.store.find(Household):
        if laptop.store.get(Settlement, home.settlement_id) is None:
            yield f"nowhere: {laptop.name} does not know {home.settlement_id} of {home.id}"


EXPECTED_REFUSALS = frozenset({"review"})
"""Kinds that may be refused on such a day: the record a review is about was deleted meanwhile."""


def nothing_is_left_to_send(day: Day, laptop: Laptop) -> Iterator[str]:
    for one in outbox.waiting(laptop.store):
        yield f"unsent: {laptop.name} still has {one.kind} {one.record_id}"
    for one in outbox.refused(laptop.store):
        if one.kind not in EXPECTED_REFUSALS and not (laptop.old and _is_gone(day, one)):
            yield f"refused: {laptop.name}: {one.kind} {one.record_id}: {one.refusal}"


def _is_gone(day: Day, one: outbox.Operation) -> bool:
    """It is about something removed by law, of which version 1 does not tell a laptop."""
    edit = day.edits[one.op_id]
    return day._is_erased(edit.kind, edit.record_id, edit.household)


def everybody_is_told(day: Day, laptop: Laptop, server: Seen) -> Iterator[str]:
    """Every conflict of a territory is on each of its laptops, both sides of it."""
    held = {one.conflict_id: one for one in sync_state.conflicts(laptop.store)}
    for row in server.told:
        if row.partition not in READS[laptop.user]:
            continue
        one = held.get(row.conflict_id)
        if one is None:
            yield f"untold: {laptop.name} does not know of {row.kind} {row.id} {row.path}"
            continue
        body = json.loads(row.body)
        sides = body["kept"]["value"], body["lost"]["value"]
        if (one.kept, one.lost) != sides or not (one.kept_author and one.lost_author):
            yield f"untold: {laptop.name} was told {one}, the server has {sides}"


def every_copy_was_noticed(day: Day) -> Iterator[str]:
    """Copies on which somebody went on typing have become devices of their own by the evening.

    Two on which the same was typed hold the same: until they part there is nothing to tell them by, and
    nothing to lose.
    """
    for laptop in day.laptops:
        if any(other.typed != laptop.typed for other in day.doubles(laptop)):
            yield f"copy: {laptop.name} goes on as the same device as another laptop"


def the_erased_is_nowhere(day: Day) -> Iterator[str]:
    """No value of an erased record is in any row of the server or of any laptop.

    Version 1 has no word for it: such a laptop is told once it speaks version 2.
    """
    values = {
        token
        for edit in day.edits.values()
        if day._is_erased(edit.kind, edit.record_id, edit.household)
        for token in TOKEN.findall(str(edit.fields))
    }
    if not values:
        return
    with day.database.reading() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for token in values & set(TOKEN.findall(str(row))):
                    yield f"erased, yet in the server's {table.name}: {token}"
    for laptop in (one for one in day.laptops if not one.old):
        names = laptop.store.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        for (name,) in names:
            for row in laptop.store.rows(f'SELECT * FROM "{name}"'):  # noqa: S608
                for token in values & set(TOKEN.findall(str(row))):
                    yield f"erased, yet in {name} of {laptop.name}: {token}"


def figures(day: Day) -> dict[str, int]:
    """What a day gave to judge: without conflicts and refusals a campaign would prove little."""
    server = read_server(day)
    outcomes = [f"outcome {row.outcome}" for row in server.done.values()]
    return {
        "acknowledged": len(day.acknowledged),
        "conflicts": len(server.told),
        "values typed": sum(len(TOKEN.findall(str(one.fields))) for one in day.edits.values()),
        **{name: outcomes.count(name) for name in set(outcomes)},
    }
