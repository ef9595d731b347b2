"""A server's tables filled with a nation in minutes: some field workers' households are read as an office
would load them, the others are copies with other people's codes and documents, by COPY.

A copy has ids, codes, documents and places of its own, derived as the register derives them, so that the
server reads, packs and compares it like any other.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from juntos_campo.central.authorisation import REFERENCE, partition_of
from juntos_campo.central.copy_text import write_row
from juntos_campo.central.database import Database
from juntos_campo.central.ledger import body_text, moment
from juntos_campo.central.tables import records
from juntos_campo.central.units import PARTS, add_unit
from juntos_campo.demo import data as demo_data
from juntos_campo.demo.bench import nation
from juntos_campo.demo.bench.nation import Worker
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import (
    Entity,
    HealthFacility,
    Household,
    Member,
    Pregnancy,
    School,
    SchoolYear,
    ServiceEvent,
    Settlement,
)
from juntos_campo.domain.errors import ProgrammingError
from juntos_campo.domain.ids import derived_id
from juntos_campo.domain.kinds import KINDS, kind_of
from juntos_campo.domain.spanish import fold
from juntos_campo.domain.values import OFFICE
from juntos_campo.register.history import read_history
from juntos_campo.register.layout import household_key, member_key
from juntos_campo.register.reader import read_register
from juntos_campo.register.schooling import read_schooling
from juntos_campo.wire.codec import encode

SEED = 7
TEMPLATES = 5
"""Field workers whose households are read from files; the others are copies of theirs."""

FIRST_STAMP = "s0"
LOADED_AT = "2026-01-05T08:00:00-05:00"
_HASH = "$argon2id$v=19$m=8,t=1,p=1$AAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"  # opens nothing
_UNIT = "@unit@"
_TOKENS = re.compile(
    rb"([0-9a-f]{32}|@unit@|gestor\.\d{4}|(?<=\")\d{7,10}(?=\")|(?<=\")\d{4}-\d{6}(?=\"))"
)
_COLUMNS = (
    *("unit", "kind", "id", "partition", "seq", "version", "deleted", "body", "paths", "author"),
    *("device", "changed_at", "household", "flags"),
)
_ORDER = {name: place for place, name in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Derived:
    """How an id came about: `derived_id(kind, *parts)`; parts may be ids derived before."""

    id: str
    kind: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of COPY cut at what differs between copies: `pieces` at odd places are such tokens."""

    pieces: tuple[bytes, ...]
    rows: int

    def filled(self, tokens: Mapping[bytes, bytes]) -> bytes:
        """The rows of a copy."""
        found = list(self.pieces)
        found[1::2] = [tokens.get(one, one) for one in found[1::2]]
        return b"".join(found)


@dataclass(frozen=True, slots=True)
class Template:
    """One field worker's records, and how to make another's of them."""

    worker: Worker
    own: Block
    reference: Block
    derived: tuple[Derived, ...]
    numbers: frozenset[str]

    def tokens(self, worker: Worker) -> dict[bytes, bytes]:
        """What to write for `worker` in place of what is the template's own."""
        away = worker.number - self.worker.number
        found = {number: _moved(number, away) for number in self.numbers}
        found[self.worker.user], found[_UNIT] = worker.user, worker.unit
        for one in self.derived:
            parts = [found.get(part, part) for part in one.parts]
            if one.kind == "settlement" and away:
                parts.append(worker.user)  # else both would have the same village
            found[one.id] = derived_id(one.kind, *parts)
        return {key.encode(): value.encode() for key, value in found.items()}


@dataclass(frozen=True, slots=True)
class Seeded:
    """What lies in the tables now. `rows` without the reference data, of which there are `reference`.

    Attributes:
        load_seconds, load_mb: time and most memory of `juntos-central load`, when that was used.
    """

    households: int
    workers: int
    rows: int
    reference: int
    devices: int
    load_seconds: float = 0.0
    load_mb: float = 0.0


def token_of(device: int) -> str:
    """What the device of that number shows to be let in."""
    return f"bench-{device:06d}-{'x' * 20}"


def device_id(device: int) -> str:
    return derived_id("bench-device", str(device))


def _moved(number: str, away: int) -> str:
    """A code or document of the register as the same place of another field worker has it."""
    if "-" in number:
        prefix, serial = number.split("-")
        return f"{prefix}-{int(serial) + away * nation.HOUSEHOLDS_A_WORKER:06d}"
    step = {7: nation.SCHOOLS_A_WORKER, 8: nation.DOCUMENTS_A_WORKER, 10: nation.DOCUMENTS_A_WORKER}
    own = nation.FACILITIES_A_WORKER if number.startswith("98") else step[len(number)]
    return f"{int(number) + away * own:0{len(number)}d}"


def read_template(worker: Worker, today: date) -> Template:
    """A field worker's records as the office's files give them."""
    invented = nation.rows_of(worker, SEED, today)
    with tempfile.TemporaryDirectory() as name:
        files = demo_data.write(invented, Path(name))
        school_file = demo_data.write_schooling(invented, Path(name))
        register = read_register(files[0], today)
        services = read_history(files[1], register.members, today, register.pregnancies)
        years = read_schooling(school_file, register.members, today, register.schools)
    if register.faults or services.faults or years.faults:
        raise ProgrammingError("the invented nation has faults")
    everything = [*register.entities(), *years.schools, *years.years, *services.events]
    everything.sort(key=lambda one: _ORDER[kind_of(one)])
    derived, numbers = _recipes(everything)
    shared = [one for one in everything if KINDS[kind_of(one)].shared]
    own = [one for one in everything if not KINDS[kind_of(one)].shared]
    return Template(
        worker,
        _block(own, partition_of(worker.user), _UNIT),
        _block(shared, REFERENCE, _UNIT),
        derived,
        numbers,
    )


def _recipes(entities: Sequence[Entity]) -> tuple[tuple[Derived, ...], frozenset[str]]:
    """How every id is derived, what others are made of first; and the codes and documents."""
    codes = {one.id: one.code for one in entities if isinstance(one, Household)}
    derived: list[Derived] = []
    numbers: set[str] = set(codes.values())
    for one in entities:
        match one:
            case Settlement():
                parts: tuple[str, ...] = (one.ubigeo, fold(one.name))
            case HealthFacility() | School():
                parts = (one.code,)
                numbers.add(one.code)
            case Household():
                parts = household_key(one.code)
            case Member():
                document = (one.document_kind.value, one.document_number)
                birth = one.birth_date.isoformat()
                parts = member_key(codes[one.household_id], *document, fold(one.given), birth)
                numbers |= {one.document_number} - {""}
            case Pregnancy():
                known = one.last_period or one.due_date_ultrasound
                parts = (one.member_id, known.isoformat() if known else "")
            case SchoolYear():
                parts = (one.member_id, str(one.year))
            case ServiceEvent():
                parts = (one.member_id, one.service, one.on.isoformat(), str(one.number))
            case _:
                raise ProgrammingError(kind_of(one))
        if derived_id(kind_of(one), *parts) != one.id:
            raise ProgrammingError(f"another id: {kind_of(one)}")
        derived.append(Derived(one.id, kind_of(one), parts))
    return tuple(derived), frozenset(numbers)


def _block(entities: Sequence[Entity], partition: str, unit: str) -> Block:
    rows = b"".join(
        write_row(
            (
                *(unit, kind_of(one), one.id, partition, 0 if partition == REFERENCE else seq),
                *(1, False, body_text(encode(one)), "[]", OFFICE, "", LOADED_AT),
                *(one.id if isinstance(one, Household) else getattr(one, "household_id", ""), "[]"),
            )
        )
        for seq, one in enumerate(entities, 1)
    )
    return Block(tuple(_TOKENS.split(rows)), len(entities))


def seed(database: Database, address: str, households: int, today: date) -> Seeded:
    """Fill an empty, prepared server with units, accounts, devices and the records of a nation."""
    clock = SystemClock()
    everybody = list(nation.workers(households))
    for code, name, _ in nation.UNITS:
        add_unit(database, code, name, clock)
    templates = [read_template(one, today) for one in everybody[:TEMPLATES]]
    chosen = {one.number: _template_for(templates, one, today) for one in everybody}
    with psycopg.connect(address) as connection:
        ends = {one.user: chosen[one.number].own.rows for one in everybody}
        devices = make_people(connection, households, ends)
        for code, _, _ in nation.UNITS:
            _fill_unit(connection, code, [one for one in everybody if one.unit == code], chosen)
        reference = _fill_reference(connection, everybody, chosen)
        connection.execute(
            "INSERT INTO assignments (unit, household, number, worker, since, until, reason, ordered_by) "
            "SELECT unit, id, 1, substr(partition, 4), %s, '', 'load', %s FROM records "
            "WHERE kind = 'household'",
            (LOADED_AT, OFFICE),
        )
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
    rows = sum(chosen[one.number].own.rows for one in everybody)
    return Seeded(households, len(everybody), rows, reference, devices)


def _template_for(templates: Sequence[Template], worker: Worker, today: date) -> Template:
    """One with as many households; the last field worker may have fewer, and then is one himself."""
    fitting = [one for one in templates if one.worker.households == worker.households]
    return fitting[worker.number % len(fitting)] if fitting else read_template(worker, today)


def _copy(connection: psycopg.Connection[Any], table: str, rows: Iterable[Sequence[Any]]) -> None:
    columns, *content = rows
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for row in content:
            copy.write_row(row)


LEAST_DEVICES = 400


def make_people(
    connection: psycopg.Connection[Any], households: int, ends: Mapping[str, int]
) -> int:
    """Zones, accounts, partitions, and a laptop for each field worker (or more, of a small nation).

    Args:
        ends: field worker -> the end of his partition; none for who has nothing yet.

    Returns:
        How many laptops.
    """
    people = list(nation.accounts(households))
    zones = sorted({(one.zone, one.unit) for one in people})
    _copy(connection, "zones", [("name", "unit"), *zones])
    columns = ("name", "full_name", "role", "zone", "password_hash", "active", "failures")
    roles = {"gestor": "field_worker", "coordinador": "zone_coordinator"}
    rows = [
        (one.user, one.name, roles[one.role], one.zone, _HASH, True, 0, "", one.unit)
        for one in people
    ]
    _copy(connection, "users", [(*columns, "locked_until", "unit"), *rows])
    everybody = list(nation.workers(households))
    parts = [(partition_of(one.user), ends.get(one.user, 0), one.unit) for one in everybody]
    _copy(connection, "partitions", [("name", "last_seq", "unit"), *parts])
    number, now = max(len(everybody), LEAST_DEVICES), moment(SystemClock().now())
    laptops = [
        (
            *(device_id(one), everybody[one % len(everybody)].user, f"laptop {one}"),
            *(hashlib.sha256(token_of(one).encode()).hexdigest(), now, 0, False),
            *(FIRST_STAMP, "", now),
        )
        for one in range(number)
    ]
    names = ("id", "user_name", "name", "token_hash", "created_at", "counter", "revoked")
    _copy(connection, "devices", [(*names, "stamp", "stamp_before", "token_at"), *laptops])
    return number


def _fill_unit(
    connection: psycopg.Connection[Any],
    unit: str,
    everybody: Sequence[Worker],
    chosen: Mapping[int, Template],
) -> None:
    """COPY into a table without indexes, which then takes the place of the unit's empty one."""
    if not everybody:
        return
    part = sql.Identifier(PARTS, f"{records.name}_{unit.lower()}")
    connection.execute(sql.SQL("ALTER TABLE records DETACH PARTITION {}").format(part))
    connection.execute(sql.SQL("DROP TABLE {}").format(part))
    connection.execute(sql.SQL("CREATE TABLE {} (LIKE records INCLUDING DEFAULTS)").format(part))
    blocks = (chosen[one.number].own.filled(chosen[one.number].tokens(one)) for one in everybody)
    _copy_blocks(connection, part, blocks)
    connection.execute(
        sql.SQL("ALTER TABLE records ATTACH PARTITION {} FOR VALUES IN ({})").format(part, unit)
    )
    connection.commit()


def _copy_blocks(
    connection: psycopg.Connection[Any], table: sql.Composable, blocks: Iterable[bytes]
) -> None:
    columns = sql.SQL(", ").join(map(sql.Identifier, _COLUMNS))
    into = sql.SQL("COPY {} ({}) FROM STDIN").format(table, columns)
    with connection.cursor() as cursor, cursor.copy(into) as copy:
        for block in blocks:
            copy.write(block)


def _fill_reference(
    connection: psycopg.Connection[Any],
    everybody: Sequence[Worker],
    chosen: Mapping[int, Template],
) -> int:
    """Settlements, facilities and schools, which lie in their units' tables under one row of numbers; they
    have none in the templates, and get them here. Each is received by the field worker who named it."""
    last = 0
    readers: list[tuple[str, str, str, str]] = []

    def numbered() -> Iterator[bytes]:
        nonlocal last
        for one in everybody:
            template = chosen[one.number]
            for line in template.reference.filled(template.tokens(one)).splitlines(keepends=True):
                last += 1
                cells = line.split(b"\t", 5)
                unit, kind, key = (cell.decode() for cell in cells[:3])
                readers.append((unit, partition_of(one.user), kind, key))
                yield b"\t".join((*cells[:4], str(last).encode(), cells[5]))

    connection.execute("INSERT INTO partitions (name, last_seq, unit) VALUES ('ref', 0, '')")
    _copy_blocks(connection, sql.Identifier("records"), numbered())
    connection.execute("UPDATE partitions SET last_seq = %s WHERE name = 'ref'", (last,))
    _copy(connection, "place_readers", [("unit", "partition", "kind", "id"), *readers])
    connection.commit()
    return last
