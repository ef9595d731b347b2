"""The rule book, read when somebody first needs it.

Reading and checking the packs takes longer than opening the window, and what a household needs today
stands ready in the database; so a start of the program need not wait for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from juntos_campo.norms.book import RuleBook


class Rules:
    """Gives the rule book to any thread; reads it once. A fault is raised to everybody who asks."""

    def __init__(self, load: Callable[[], RuleBook]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._book: RuleBook | None = None

    @property
    def book(self) -> RuleBook:
        """The rule packs.

        Raises:
            UserError: NRM-001 to NRM-007, a pack is faulty.
        """
        with self._lock:
            if self._book is None:
                self._book = self._load()
            return self._book
