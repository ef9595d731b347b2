"""A person at work: the open database, who it is, and the day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

from juntos_campo.app.lease import require_lease
from juntos_campo.app.user import User
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import RulePack
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.ids import Ids, random_id
from juntos_campo.domain.values import Role
from juntos_campo.norms.book import RuleBook
from juntos_campo.norms.rules import Rules
from juntos_campo.paths import DataPlace
from juntos_campo.store.erasing import Phase, erasure_of, go_on_erasing, mark_read
from juntos_campo.store.keys import DEFAULT_COST, KdfCost, create_key, unlock
from juntos_campo.store.problems import CANNOT_WRITE, DATABASE_UNREADABLE, ERASED
from juntos_campo.store.store import Store
from juntos_campo.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Changed:
    """What a use case changed; screens refresh from it.

    Attributes:
        kinds: kinds of record written.
        households: ids of the households concerned; empty with `everything` for bulk changes.
        everything: so much changed that every screen should look again.
    """

    kinds: frozenset[str] = frozenset()
    households: frozenset[str] = frozenset()
    everything: bool = False

    def __or__(self, other: Changed) -> Changed:
        return Changed(
            self.kinds | other.kinds,
            self.households | other.households,
            self.everything or other.everything,
        )


NOTHING_CHANGED = Changed()


@dataclass(slots=True)
class Work:
    """One writing use case at work: the transaction, and afterwards what it changed."""

    tx: Transaction
    changed: Changed = field(default=NOTHING_CHANGED)


@dataclass(slots=True)
class Session:
    """What every use case is given.

    Attributes:
        store: the open database; used by one thread at a time (`for_thread`).
        rules: the rule packs, or what reads them, those the office sent too, when they are needed.
    """

    store: Store
    user: User
    clock: Clock
    rules: RuleBook | Rules
    place: DataPlace
    ids: Ids = random_id

    @property
    def today(self) -> date:
        return self.clock.today()

    @property
    def book(self) -> RuleBook:
        """The rule packs in force.

        Raises:
            UserError: NRM-001 to NRM-011, a pack of the program itself is faulty.
        """
        if isinstance(self.rules, Rules):
            return self.rules.book(lambda: self.store.find(RulePack))
        return self.rules

    def forget_book(self) -> None:
        """The office's packs may have changed: whoever needs the rules next reads them again."""
        if isinstance(self.rules, Rules):
            self.rules.forget()

    @contextmanager
    def work(self, action: str) -> Iterator[Work]:
        """One durable transaction of this user; `Work.changed` is set when the block ends."""
        now = self.clock.now()
        with self.store.transaction(actor=self.user.name, at=now, action=action) as tx:
            work = Work(tx)
            yield work
        work.changed = Changed(frozenset(tx.touched), frozenset(tx.households))

    @contextmanager
    def for_thread(self) -> Iterator[Session]:
        """The same session with a connection of its own, for another thread; closed at the end."""
        store = self.store.again()
        try:
            yield Session(store, self.user, self.clock, self.rules, self.place, self.ids)
        finally:
            store.close()

    def close(self) -> None:
        self.store.close()


def has_database(place: DataPlace) -> bool:
    """Whether this laptop was set up already."""
    return place.key_file.exists()


def create_session(
    place: DataPlace,
    *,
    password: str,
    user: User,
    clock: Clock,
    book: RuleBook | Rules,
    ids: Ids = random_id,
    cost: KdfCost = DEFAULT_COST,
) -> Session:
    """Set this laptop up for `user`: key, empty encrypted database, device id.

    Raises:
        UserError: STO-006, STO-008, STO-009.
    """
    if not go_on_erasing(place):  # or the rest of it would take the new key along
        raise user_error(CANNOT_WRITE, detail="falta terminar de borrar lo anterior")
    mark_read(place)
    key = create_key(place.key_file, password, cost)
    store = Store(place.database, key, ids)
    session = Session(store, user, clock, book, place, ids)
    with session.work("laptop.set_up") as work:
        work.tx.set_meta("user.name", user.name)
        work.tx.set_meta("user.full_name", user.full_name)
        work.tx.set_meta("user.role", user.role.value)
        work.tx.set_meta("device.id", ids())
    return session


def open_session(
    place: DataPlace,
    *,
    password: str,
    clock: Clock,
    book: RuleBook | Rules,
    ids: Ids = random_id,
    past_lease: bool = False,
) -> Session:
    """Open this laptop's database.

    Args:
        past_lease: also when it was too long without contact, in order to make contact.

    Raises:
        UserError: STO-001 to STO-005, STO-007, STO-008; STO-010 it was erased, STO-011 past its lease.
    """
    go_on_erasing(place)
    mark = None if place.key_file.exists() else erasure_of(place)
    if mark is not None and mark.phase is not Phase.READ:
        raise user_error(ERASED)
    key = unlock(place.key_file, password, clock.now())
    session = open_unlocked(place, key, clock=clock, book=book, ids=ids)
    if not past_lease:
        try:
            require_lease(session)
        except UserError:
            session.close()
            raise
    return session


def open_unlocked(
    place: DataPlace, key: bytes, *, clock: Clock, book: RuleBook | Rules, ids: Ids = random_id
) -> Session:
    """Open this laptop's database with the key that its password gave (`store.keys.unlock`).

    Raises:
        UserError: STO-004, STO-005, STO-008.
    """
    if not place.database.exists():  # opening would put an empty one in its place
        raise user_error(DATABASE_UNREADABLE)
    store = Store(place.database, key, ids)
    user = User(
        store.meta("user.name"),
        store.meta("user.full_name"),
        Role(store.meta("user.role", Role.FIELD_WORKER)),
    )
    return Session(store, user, clock, book, place, ids)


__all__ = [
    "NOTHING_CHANGED",
    "Changed",
    "Session",
    "User",
    "Work",
    "create_session",
    "has_database",
    "open_session",
    "open_unlocked",
]
