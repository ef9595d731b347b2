"""Where a print goes: the user chooses the file, the system's own viewer shows it.

`pdf_output` is the one door; a run without a person at the screen puts its own functions in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from juntos_campo.domain.disk_words import disk_reason
from juntos_campo.domain.errors import Problem, user_error

CANNOT_WRITE = Problem(
    "UPR-001",
    "No se pudo guardar «{name}»: {detail}.",
    "Elija otra carpeta, o cierre el archivo si está abierto en otro programa.",
)


def in_documents(name: str) -> str:
    """Where a file called `name` is proposed to be put."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return str(Path(folder) / name)


def write_file(path: Path, data: bytes) -> None:
    """Put a file on disk.

    Raises:
        UserError: UPR-001, it could not be written.
    """
    try:
        path.write_bytes(data)
    except OSError as error:
        detail = disk_reason(error)
        raise user_error(CANNOT_WRITE, name=path.name, detail=detail) from None


def ask_where(parent: QWidget, name: str) -> str:
    """The path the user chose for a PDF called `name`; empty when he thought better of it."""
    title = QCoreApplication.translate("PdfOutput", "Guardar PDF")
    path, _ = QFileDialog.getSaveFileName(parent, title, in_documents(name), "PDF (*.pdf)")
    return path


def show_in_viewer(path: Path) -> None:
    """Open the file with the system's viewer."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


@dataclass(slots=True)
class PdfOutput:
    """How prints are saved and shown."""

    ask: Callable[[QWidget, str], str] = ask_where
    show: Callable[[Path], object] = show_in_viewer

    def save(self, parent: QWidget, name: str, data: bytes) -> Path | None:
        """Save a print where the user wants it and show it; None when he chose no place.

        Raises:
            UserError: UPR-001, it could not be written.
        """
        chosen = self.ask(parent, name)
        if not chosen:
            return None
        path = Path(chosen)
        write_file(path, data)
        self.show(path)
        return path


pdf_output = PdfOutput()
