"""Where exported tables go: the user chooses file and format; the one door, as `pdf_output` for prints.

Writing a workbook is named, not imported: its library is needed once in a while.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from juntos_campo.ui.pdf_output import in_documents, write_file

_SPREADSHEET = "juntos_campo.register.spreadsheet"


def ask_where(parent: QWidget, name: str) -> str:
    """The path the user chose for tables called `name`; empty when he thought better of it."""
    title = QCoreApplication.translate("TableOutput", "Guardar tablas")
    kinds = QCoreApplication.translate(
        "TableOutput", "Excel, todas las tablas (*.xlsx);;CSV, solo la primera tabla (*.csv)"
    )
    path, kind = QFileDialog.getSaveFileName(parent, title, in_documents(name), kinds)
    if path and Path(path).suffix.lower() not in (".xlsx", ".csv"):
        path += ".csv" if "*.csv" in kind else ".xlsx"
    return path


@dataclass(slots=True)
class TableOutput:
    """How tables are saved."""

    ask: Callable[[QWidget, str], str] = ask_where

    def save(self, parent: QWidget, name: str, sheets: Sequence[Any]) -> Path | None:
        """Save `sheets` (`register.spreadsheet.Sheet`) where the user wants them; None when he chose
        no place. A CSV file holds the first one.

        Raises:
            UserError: UPR-001, it could not be written.
        """
        chosen = self.ask(parent, name)
        if not chosen:
            return None
        path = Path(chosen)
        if path.suffix.lower() == ".csv":
            data: bytes = resolve_name(f"{_SPREADSHEET}:csv_bytes")(sheets[0])
        else:
            data = resolve_name(f"{_SPREADSHEET}:xlsx_bytes")(sheets)
        write_file(path, data)
        return path


table_output = TableOutput()
