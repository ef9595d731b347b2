"""The rule book, read when somebody first needs it, and again when the office sent other packs.

Reading and checking the packs takes longer than opening the window, and what a household needs today
stands ready in the database; so a start of the program need not wait for them. `norms.received` is named,
not imported, for the same reason, and this module loads nothing: it stands before the door.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from juntos_campo.domain.entities import RulePack
    from juntos_campo.norms.book import RuleBook

LoadBook: TypeAlias = "Callable[[Iterable[RulePack]], RuleBook]"
"""Makes the book of the program's own packs and of those the office sent."""


def reader_of(folder: Path) -> LoadBook:
    """What reads the packs of `folder`; a pack of the office that cannot be used is left out and told."""

    def load(received: Iterable[RulePack]) -> RuleBook:
        book: RuleBook = resolve_name("juntos_campo.norms.received:read_rule_book")(
            folder, received
        )
        return book

    return load


def rules_of(folder: Path) -> Rules:
    """The rules of `folder` and of the office, to be read when they are needed."""
    return Rules(reader_of(folder))


class Rules:
    """Gives the rule book to any thread; reads it once. A fault is raised to everybody who asks."""

    def __init__(self, load: LoadBook) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._book: RuleBook | None = None

    def book(self, received: Callable[[], Iterable[RulePack]] = tuple) -> RuleBook:
        """The rule packs in force.

        Args:
            received: asked for the office's packs, in the thread that calls, when the book must be
                read; so each thread reads them over its own connection.

        Raises:
            UserError: NRM-001 to NRM-011, a pack of the program itself is faulty.
        """
        book = self._book
        if book is None:
            with self._lock:
                if self._book is None:
                    self._book = self._load(received())
                book = self._book
        return book

    def forget(self) -> None:
        """Other packs may have come: whoever asks next reads the book again."""
        with self._lock:  # not while somebody reads what stood before, and would keep it
            self._book = None
