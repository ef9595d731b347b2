"""Where exported records go: the user chooses file and format; one door, as `pdf_output` for prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from juntos_campo.ui.pdf_output import in_documents

_KINDS = {
    ".xlsx": "Excel, con las filas de cada registro (*.xlsx)",
    ".csv": "CSV, solo los registros (*.csv)",
    ".zip": "XForms: un XML por registro, con sus fotos (*.zip)",
}


def ask_where(parent: QWidget, name: str) -> str:
    """The path the user chose for records called `name`; empty when he thought better of it."""
    title = QCoreApplication.translate("RecordOutput", "Exportar registros")
    kinds = {
        QCoreApplication.translate("RecordOutput", text): suffix for suffix, text in _KINDS.items()
    }
    path, kind = QFileDialog.getSaveFileName(parent, title, in_documents(name), ";;".join(kinds))
    if path and Path(path).suffix.lower() not in _KINDS:
        path += kinds.get(kind, ".xlsx")
    return path


@dataclass(slots=True)
class RecordOutput:
    """How records are exported; a run without a person at the screen puts its own function in."""

    ask: Callable[[QWidget, str], str] = ask_where


record_output = RecordOutput()
