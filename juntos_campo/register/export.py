"""The list of faults as a CSV that Excel opens, for whoever must mend the file."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from juntos_campo.register.faults import Fault

HEADER = ("fila", "columna", "valor", "hogar", "clase", "que_pasa", "que_hacer", "codigo")


def fault_row(fault: Fault) -> tuple[str, ...]:
    """One fault as text cells under `HEADER`."""
    return (
        str(fault.row) if fault.row else "",
        fault.column,
        fault.value,
        fault.household,
        "aviso" if fault.is_warning else "error",
        fault.reason,
        fault.remedy,
        fault.code,
    )


def write_faults(path: Path, faults: Iterable[Fault]) -> None:
    """Write the faults (UTF-8 with BOM, ``;``); what Excel would run as a formula is quoted.

    Raises:
        OSError: the place cannot be written.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle, delimiter=";")
        writer.writerow(HEADER)
        writer.writerows([harmless(cell) for cell in fault_row(fault)] for fault in faults)


def harmless(cell: str) -> str:
    """What Excel would run as a formula is quoted."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell
