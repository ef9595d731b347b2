"""An official form as it is to be printed: plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from juntos_campo.pdf.verification import print_code


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column of the form; columns of one `group` stand under a common heading."""

    label: str
    width_mm: float
    group: str = ""
    centred: bool = True
    fixed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetModel:
    """An official form as it is to be printed.

    Attributes:
        kind: form id and version, ``salud02/2026.11.1``.
        record_id: the record that is printed.
        head: (label, value) pairs above the table; an empty value is a line to write on.
        rows: the printed text of every cell, without the row number.
        state: ``Borrador: faltan 11 de 43``; empty on a complete form.
        legend: explanations under the table.
        notice: where the columns come from.
        empty_text: what stands in the table when there are no rows.
        printed_at, printed_by: for the foot.
        rows_a_page: so many rows share the height of the table; few make room to sign in.
        signature, seal: labels of the boxes for who signs.
    """

    kind: str
    record_id: str
    title: str
    subtitle: str
    head: tuple[tuple[str, str], ...]
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    printed_at: datetime
    printed_by: str
    signer: str = ""
    state: str = ""
    legend: tuple[str, ...] = ()
    notice: str = ""
    empty_text: str = ""
    totals: str = ""
    rows_a_page: int = 20
    signature: str = "Firma del jefe o responsable"
    seal: str = "Sello del establecimiento"

    @property
    def code(self) -> str:
        """The verification code of this content."""
        head = [f"{label}: {value}" for label, value in self.head]
        return print_code(self.kind, self.record_id, [head, *self.rows])
