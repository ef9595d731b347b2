"""Which folder or file of a memory stick: the user chooses; one door, as `pdf_output` for prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

_FILES = "Archivos de Juntos Campo (*.jcb)"


def ask_folder(parent: QWidget, last: str) -> str:
    """The folder the user chose, beginning at `last`; empty when he thought better of it."""
    title = QCoreApplication.translate("FolderChoice", "Elegir la memoria USB")
    return QFileDialog.getExistingDirectory(parent, title, last)


def ask_files(parent: QWidget, last: str) -> list[str]:
    """The files the user chose, beginning in the folder `last`."""
    title = QCoreApplication.translate("FolderChoice", "Abrir archivos de la memoria USB")
    kinds = QCoreApplication.translate("FolderChoice", _FILES)
    return QFileDialog.getOpenFileNames(parent, title, last, kinds)[0]


@dataclass(slots=True)
class FolderChoice:
    """How folders and files are chosen; a run without a person at the screen puts its own in."""

    folder: Callable[[QWidget, str], str] = ask_folder
    files: Callable[[QWidget, str], list[str]] = ask_files


folder_choice = FolderChoice()
