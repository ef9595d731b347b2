"""The print of an official form: saved where the user wants it, and noted as a step of its paper."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from juntos_campo.app.paperwork import note_printed
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.errors import JuntosError
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.pdf_output import pdf_output


def save_official(
    parent: QWidget,
    context: UiContext,
    name: str,
    make: Callable[[], bytes],
    paper: tuple[str, str, Bimester],
) -> None:
    """Make the PDF and ask where to put it; what fails is told, and nothing is noted then.

    Args:
        name: of the file.
        paper: form, place and bimester of the paper that is printed then.
    """
    try:
        path = pdf_output.save(parent, name, make())
        if path is None:
            return
        changed = note_printed(context.session, *paper)
    except JuntosError as error:
        context.notify.fail(error)
        return
    said = QCoreApplication.translate("Prints", "El formato se guardó para imprimir")
    context.notify.tell(said, str(path))
    context.changes.publish(changed)
