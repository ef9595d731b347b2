"""What PostgreSQL does for the queries of an exchange: the server's own statements, explained.

The statements are taken from the server while it works on requests, so that a query that changes is
explained as it is then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

import psycopg
import sqlalchemy as sa

from juntos_campo.central.accounts import Accounts
from juntos_campo.central.database import Database
from juntos_campo.central.exchange import Exchange
from juntos_campo.central.settings import ServerSettings
from juntos_campo.demo.bench.central_laptops import Laptop, homes_of
from juntos_campo.demo.bench.central_seed import token_of
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.ids import random_id
from juntos_campo.wire.messages import Operation, SyncResponse

Statement: TypeAlias = tuple[str, Any]
"""What the database was asked, and with which values."""

_EXPLAINED = ("SELECT", "UPDATE", "INSERT", "DELETE", "WITH")


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement of an exchange.

    Attributes:
        what: the exchange it belongs to.
        sql: the statement.
        tables: the tables it read or wrote, a unit's as ``records_puno``.
        sequential: tables of which it read every row.
        text: the plan, as ``EXPLAIN (ANALYZE, BUFFERS)`` writes it.
    """

    what: str
    sql: str
    tables: frozenset[str]
    sequential: frozenset[str]
    text: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {"what": self.what, "sql": self.sql, "plan": list(self.text)}


@dataclass(slots=True)
class Direct(Laptop):
    """A laptop that speaks with the server's service in this process, so that its statements are heard."""

    exchanges: Exchange | None = None
    accounts: Accounts | None = None

    def exchange(self, operations: Sequence[Operation] = (), **more: Any) -> SyncResponse:
        _, request = self.prepare(operations, **more)
        if self.exchanges is None or self.accounts is None:
            raise RuntimeError("not connected")
        caller = self.accounts.recognise(token_of(self.device))
        answer = self.exchanges.run(caller, request)
        self.stamp = answer.stamp
        return answer

    def listening(self) -> AbstractContextManager[list[Statement]]:
        """While the block runs, all statements of its exchanges are written down."""
        if self.accounts is None:
            raise RuntimeError("not connected")
        return _listening(self.accounts.database.engine)


def heard(url: str, laptop: tuple[int, str, int, int]) -> dict[str, list[Statement]]:
    """The statements of a quiet exchange, a day's work, the exchange after it and a first download."""
    found: dict[str, list[Statement]] = {}
    device, worker, end, reference = laptop
    with _direct(url, Direct(device, worker, {"ref": reference, f"fw:{worker}": end})) as one:
        one.exchange()  # the first of a process asks for more: keys, types
        now = SystemClock().now()
        work = one.days_work(homes_of(url, worker), now)
        for what, step in (
            ("quiet", one.exchange),
            ("day", lambda: one.exchange(work)),
            ("news", one.exchange),
            ("first download", one.download),
        ):
            with one.listening() as statements:
                step()
            found[what] = statements
    return found


def heard_of_download(url: str, laptop: Laptop) -> list[Statement]:
    """The statements of a first download of a laptop that has exchanged before."""
    same = Direct(laptop.device, laptop.worker, {}, laptop.stamp, laptop.counter)
    with _direct(url, same) as one:
        one.exchange()
        one.cursor = {}
        with one.listening() as statements:
            one.download()
    laptop.stamp = same.stamp
    return statements


@contextmanager
def _direct(url: str, laptop: Direct) -> Iterator[Direct]:
    """The laptop, which speaks with a service of its own while the block runs."""
    settings = ServerSettings(database_url=url, argon2_memory_kib=8, argon2_passes=1)
    with closing(Database(url, 2)) as database:
        clock = SystemClock()
        laptop.accounts = Accounts(database, settings, clock)
        laptop.exchanges = Exchange(database, settings, clock, random_id)
        yield laptop


@contextmanager
def _listening(engine: sa.Engine) -> Iterator[list[Statement]]:
    found: list[Statement] = []

    def hear(_c: Any, _cursor: Any, statement: str, given: Any, _x: Any, many: bool) -> None:
        found.append((statement, given[0] if many else given))

    sa.event.listen(engine, "before_cursor_execute", hear)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", hear)


def plans(
    url: str, laptop: tuple[int, str, int, int], *, indexes_first: bool = False
) -> tuple[list[Plan], dict[str, int]]:
    """Every different statement explained once; and how many statements each exchange takes.

    What a statement writes while it is explained is taken back.

    Args:
        indexes_first: every row of a table is read only where no index serves, as in a large one.
    """
    statements = heard(url, laptop)
    numbers = {what: len(some) for what, some in statements.items()}
    found: list[Plan] = []
    known: set[str] = set()
    with psycopg.connect(url) as connection:
        if indexes_first:
            connection.execute("SET enable_seqscan = off")
            connection.commit()
        for what, some in statements.items():
            for text, given in some:
                if text in known or not text.lstrip().startswith(_EXPLAINED):
                    continue
                known.add(text)
                plan = _explained(connection, what, text, given)
                if plan is not None:
                    found.append(plan)
    return found, numbers


def _explained(
    connection: psycopg.Connection[Any], what: str, text: str, given: Any
) -> Plan | None:
    try:
        tree = connection.execute(f"EXPLAIN (FORMAT JSON) {text}", given).fetchone()
        rows = connection.execute(f"EXPLAIN (ANALYZE, BUFFERS) {text}", given).fetchall()
    except psycopg.errors.IntegrityError:  # it was written a moment ago
        rows = []
    finally:
        connection.rollback()
    if not rows or tree is None:
        return None
    nodes = list(_nodes(tree[0] if isinstance(tree[0], list) else json.loads(tree[0])))
    tables = frozenset(one["Relation Name"] for one in nodes if "Relation Name" in one)
    sequential = frozenset(
        one["Relation Name"] for one in nodes if one.get("Node Type") == "Seq Scan"
    )
    return Plan(what, text, tables, sequential, tuple(row[0] for row in rows))


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    if isinstance(tree, list):
        for one in tree:
            yield from _nodes(one)
    elif isinstance(tree, dict):
        if "Node Type" in tree:
            yield tree
        for value in tree.values():
            yield from _nodes(value)
