"""Who tampers with the audit trail is found out, and nobody waits for it."""

from __future__ import annotations

import contextlib
import threading
from datetime import datetime

import pytest
import sqlalchemy as sa
from alembic import command

from juntos_campo.central.audit_chain import Note, append, check_chains, read_heads
from juntos_campo.central.database import Database, alembic_config
from juntos_campo.central.findings import Finding
from juntos_campo.central.tables import audit, audit_chains, keys
from juntos_campo.central.trail import note
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.errors import ProgrammingError

from .filled_server import send

NOON = datetime(2026, 11, 17, 12, 0, tzinfo=LIMA)
Heads = dict[str, tuple[int, str]]


@pytest.fixture
def on_each(filled: Database) -> Database:
    """A server with a day's work in it, on each engine."""
    return filled


def findings(database: Database, kept: Heads | None = None) -> list[Finding]:
    with database.reading() as connection:
        return check_chains(connection, kept)


def kinds(database: Database, kept: Heads | None = None) -> set[str]:
    return {one.check for one in findings(database, kept)}


def tamper(database: Database, *statements: sa.Executable) -> None:
    with database.writing() as connection:
        for one in statements:
            connection.execute(one)


def of_ana(position: int) -> sa.ColumnElement[bool]:
    return sa.and_(audit.c.actor == "ana", audit.c.position == position)


def row_of(database: Database, position: int) -> sa.Row[tuple[object, ...]]:
    with database.reading() as connection:
        return connection.execute(sa.select(audit).where(of_ana(position))).one()


def test_after_a_day_of_work_and_an_erasure_all_chains_are_whole(on_each: Database) -> None:
    assert findings(on_each) == []
    with on_each.reading() as connection:
        actions = set(connection.execute(sa.select(audit.c.action)).scalars())
    assert {"login", "record.applied", "record.erased", "office.load"} <= actions


@pytest.mark.parametrize("column", ["at", "device", "action", "kind", "id", "detail", "actor"])
def test_an_altered_row_is_found_with_its_place(filled: Database, column: str) -> None:
    row = row_of(filled, 3)
    tamper(filled, sa.update(audit).where(of_ana(3)).values({column: "x"}))
    found = findings(filled)
    assert any(one.check in ("audit.row", "audit.unknown") for one in found)
    if column != "actor":
        assert f"cadena «ana», posición 3, secuencia {row.sequence}" in found[0].example


def test_moving_a_word_from_one_column_to_the_next_is_an_alteration(filled: Database) -> None:
    row = row_of(filled, 3)
    moved = {"kind": row.kind[:-1], "id": row.kind[-1] + row.id}
    tamper(filled, sa.update(audit).where(of_ana(3)).values(moved))
    assert kinds(filled) == {"audit.row"}


def test_a_row_taken_out_of_the_middle_is_found(filled: Database) -> None:
    tamper(filled, sa.delete(audit).where(of_ana(3)))
    (found,) = findings(filled)
    assert found.check == "audit.row"
    assert "después de la posición 2 viene la 4" in found.example


def test_a_row_taken_out_and_the_gap_closed_is_found(filled: Database) -> None:
    later = sa.and_(audit.c.actor == "ana", audit.c.position > 3)
    up = sa.update(audit).where(later).values(position=audit.c.position + 1000)
    down = sa.update(audit).where(later).values(position=audit.c.position - 1001)
    tamper(filled, sa.delete(audit).where(of_ana(3)), up, down)
    assert {"audit.row", "audit.length"} <= kinds(filled)


def test_two_rows_that_changed_places_are_found(filled: Database) -> None:
    tamper(
        filled,
        sa.update(audit).where(of_ana(2)).values(position=-1),
        sa.update(audit).where(of_ana(3)).values(position=2),
        sa.update(audit).where(of_ana(-1)).values(position=3),
    )
    assert "audit.row" in kinds(filled)


def test_a_row_put_in_by_hand_is_found(filled: Database) -> None:
    length = len(rows_of(filled, "ana"))
    like = row_of(filled, length)
    made = {**like._mapping, "sequence": 10**6, "position": length + 1, "action": "device.block"}
    tamper(filled, sa.insert(audit).values(made))
    assert {"audit.row", "audit.length"} <= kinds(filled)


def rows_of(database: Database, actor: str) -> list[int]:
    with database.reading() as connection:
        return list(
            connection.execute(sa.select(audit.c.position).where(audit.c.actor == actor)).scalars()
        )


def test_rows_cut_off_the_end_are_found(filled: Database) -> None:
    last = len(rows_of(filled, "ana"))
    tamper(filled, sa.delete(audit).where(of_ana(last)))
    (found,) = findings(filled)
    assert found.check == "audit.length"
    assert f"posición {last} y termina en la {last - 1}" in found.example


def test_who_cuts_the_end_and_mends_its_head_lacks_the_seal(filled: Database) -> None:
    last = len(rows_of(filled, "ana"))
    before = row_of(filled, last - 1)
    head = sa.update(audit_chains).where(audit_chains.c.name == "ana")
    mended = head.values(length=last - 1, head=before.hash)
    tamper(filled, sa.delete(audit).where(of_ana(last)), mended)
    assert kinds(filled) == {"audit.seal"}


def test_an_end_put_back_whole_is_found_by_heads_kept_elsewhere(
    filled: Database, clock: FixedClock
) -> None:
    with filled.reading() as connection:
        old = connection.execute(sa.select(audit_chains).where(audit_chains.c.name == "ana")).one()
    send(filled, clock, "ana", "e" * 32)
    with filled.reading() as connection:
        kept = read_heads(connection)
    assert findings(filled, kept) == []
    beyond = sa.and_(audit.c.actor == "ana", audit.c.position > old.length)
    whole = sa.update(audit_chains).where(audit_chains.c.name == "ana").values(dict(old._mapping))
    tamper(filled, sa.delete(audit).where(beyond), whole)
    assert findings(filled) == []
    assert kinds(filled, kept) == {"audit.kept"}


def test_the_whole_trail_of_a_person_cannot_vanish(filled: Database) -> None:
    tamper(
        filled,
        sa.delete(audit).where(audit.c.actor == "ana"),
        sa.delete(audit_chains).where(audit_chains.c.name == "ana"),
    )
    (found,) = findings(filled)
    assert (found.check, found.example) == ("audit.user", "usuario «ana»")


def test_a_trail_written_anew_with_another_key_is_found(filled: Database) -> None:
    tamper(filled, sa.update(keys).where(keys.c.name == "audit").values(secret="0" * 64))
    assert "audit.row" in kinds(filled)
    tamper(filled, sa.delete(keys).where(keys.c.name == "audit"))
    assert kinds(filled) == {"audit.key"}


def test_what_is_rolled_back_leaves_no_note_and_no_gap(filled: Database) -> None:
    before = rows_of(filled, "ana")
    with pytest.raises(ZeroDivisionError):
        roll_back(filled, "ana")
    with filled.writing() as connection:
        note(connection, NOON, "ana", "", "login")
    assert len(rows_of(filled, "ana")) == len(before) + 1
    assert findings(filled) == []


def roll_back(database: Database, actor: str) -> None:
    """A transaction that fails with its note already written, as when the commit does."""
    with database.writing() as connection:
        append(connection, [Note(NOON.isoformat(), actor, "", "test", "", "", "rolled back")])
        raise ZeroDivisionError


def test_a_note_outside_of_a_transaction_is_a_fault_of_ours(database: Database) -> None:
    with database.reading() as connection, pytest.raises(ProgrammingError):
        note(connection, NOON, "ana", "", "login")


def test_people_who_write_at_once_neither_break_chains_nor_wait_in_a_circle(
    database: Database,
) -> None:
    actors, rounds, failures = ("ana", "beto", "oficina"), 12, list[BaseException]()

    def work(number: int) -> None:
        try:
            for step in range(rounds):
                if step % 4 == 3:
                    with contextlib.suppress(ZeroDivisionError):
                        roll_back(database, actors[number % len(actors)])
                    continue
                with database.writing() as connection:
                    # Every thread names the actors in another order.
                    for turn in range(len(actors)):
                        actor = actors[(number + turn) % len(actors)]
                        note(connection, NOON, actor, f"d-{number}", "test", detail=str(step))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)
    assert failures == []
    assert findings(database) == []
    for actor in actors:
        assert sorted(rows_of(database, actor)) == list(range(1, 6 * rounds * 3 // 4 + 1))


def test_rows_from_before_the_chains_become_their_beginning(
    on_each: Database, clock: FixedClock
) -> None:
    with on_each.reading() as connection:
        said = sa.select(audit.c.sequence, audit.c.at, audit.c.actor, audit.c.action, audit.c.id)
        before = connection.execute(said.order_by(audit.c.sequence)).all()
    with on_each.writing() as connection:
        command.downgrade(alembic_config(connection), "0003")
    with on_each.reading() as connection:
        assert "audit_chains" not in sa.inspect(connection).get_table_names()
        columns = {one["name"] for one in sa.inspect(connection).get_columns("audit")}
        assert not columns & {"position", "hash"}
        assert connection.execute(said.order_by(audit.c.sequence)).all() == before
    on_each.migrate()
    assert findings(on_each) == []
    with on_each.reading() as connection:
        assert connection.execute(said.order_by(audit.c.sequence)).all() == before
    send(on_each, clock, "ana", "e" * 32)
    assert findings(on_each) == []
