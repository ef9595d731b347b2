"""What the form view needs of a form that is being filled in, whatever it belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.session import Session as FormSession


class FormDesk(Protocol):
    """A form on somebody's table. What is written is on disk when a method returns.

    Attributes:
        form: the engine's session; read by the view, written through the methods below only.
    """

    @property
    def form(self) -> FormSession: ...

    def write(self, changes: Mapping[str, Answer]) -> frozenset[str]:
        """Answer cells.

        Args:
            changes: address -> text as typed, or answer; "" empties.

        Returns:
            Addresses that must be painted anew.

        Raises:
            UserError: the cell is not to be written, or the disk refuses; nothing changed then.
        """

    def add_row(
        self, repeat: str, within: str = "", *, before: str = ""
    ) -> tuple[str, frozenset[str]]:
        """Add a row to the repeat named `repeat`, in the row `within` of the repeat it lies in.

        Args:
            before: key of the row it goes before; last where there is no such row.

        Returns:
            The new row's key, and what must be painted anew.
        """

    def remove_row(self, repeat: str, row: str) -> frozenset[str]:
        """Take a row away with all its answers."""

    def remark(self, address: str) -> str:
        """What is to be looked at in a cell: a contradiction, a coordinator's comment; "" for nothing."""

    def keep_file(self, name: str, data: bytes) -> str:
        """Keep a photo, signature or file; what it returns is the answer that names it.

        Raises:
            UserError: it is too big or of a kind that is not taken, or the disk refuses.
        """

    def file(self, answer: str) -> bytes | None:
        """The bytes an answer names; None when this laptop does not have them."""
