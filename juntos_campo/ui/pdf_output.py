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

from juntos_campo.domain.errors import Problem, user_error

CANNOT_WRITE = Problem(
    "UPR-001",
    "No se pudo guardar «{name}»: {detail}.",
    "Elija otra carpeta, o cierre el archivo si está abierto en otro programa.",
)


def ask_where(parent: QWidget, name: str) -> str:
    """The path the user chose for a PDF called `name`; empty when he thought better of it."""
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    title = QCoreApplication.translate("PdfOutput", "Guardar PDF")
    path, _ = QFileDialog.getSaveFileName(parent, title, str(Path(folder) / name), "PDF (*.pdf)")
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
        try:
            path.write_bytes(data)
        except OSError as error:
            detail = error.strerror or type(error).__name__
            raise user_error(CANNOT_WRITE, name=path.name, detail=detail) from None
        self.show(path)
        return path


pdf_output = PdfOutput()
