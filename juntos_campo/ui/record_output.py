"""Where exported records go: the user chooses file and format; one door, as `pdf_output` for prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from juntos_campo.domain.errors import user_error
from juntos_campo.ui.pdf_output import CANNOT_WRITE

_KINDS = {
    ".xlsx": "Excel, con las filas de cada registro (*.xlsx)",
    ".csv": "CSV, solo los registros (*.csv)",
    ".zip": "XForms: un XML por registro, con sus fotos (*.zip)",
}


def ask_where(parent: QWidget, name: str) -> str:
    """The path the user chose for records called `name`; empty when he thought better of it."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    title = QCoreApplication.translate("RecordOutput", "Exportar registros")
    kinds = {
        QCoreApplication.translate("RecordOutput", text): suffix for suffix, text in _KINDS.items()
    }
    path, kind = QFileDialog.getSaveFileName(
        parent, title, str(Path(folder) / name), ";;".join(kinds)
    )
    if path and Path(path).suffix.lower() not in _KINDS:
        path += kinds.get(kind, ".xlsx")
    return path


@dataclass(slots=True)
class RecordOutput:
    """How records are exported; a run without a person at the screen puts its own function in."""

    ask: Callable[[QWidget, str], str] = ask_where


def write(path: Path, data: bytes) -> None:
    """Put the file on disk.

    Raises:
        UserError: UPR-001, it could not be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        detail = error.strerror or type(error).__name__
        raise user_error(CANNOT_WRITE, name=path.name, detail=detail) from None


record_output = RecordOutput()
