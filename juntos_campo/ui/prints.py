"""Prints of the day's plan and of a household's file, saved where the user wants them.

The printing use cases are named, not imported: the PDF library takes a quarter of the time the whole
window takes to open, and most starts of the program print nothing.
"""

from __future__ import annotations

from pkgutil import resolve_name

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from juntos_campo.app.today import DayPlan
from juntos_campo.domain.errors import UserError
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.pdf_output import pdf_output

_PRINTS = "juntos_campo.app.day_print"


def save_route(parent: QWidget, context: UiContext, plan: DayPlan) -> None:
    """Make the route sheet of a day and ask where to put it."""
    data: bytes = resolve_name(f"{_PRINTS}:print_route")(context.session, plan)
    _save(parent, context, f"ruta-{plan.day.isoformat()}.pdf", data)


def save_household(parent: QWidget, context: UiContext, household_id: str, code: str) -> None:
    """Make the sheet of a household and ask where to put it."""
    try:
        data: bytes = resolve_name(f"{_PRINTS}:print_household")(context.session, household_id)
    except UserError as error:
        context.notify.fail(error)
        return
    _save(parent, context, f"hogar-{code}.pdf", data)


def _save(parent: QWidget, context: UiContext, name: str, data: bytes) -> None:
    try:
        path = pdf_output.save(parent, name, data)
    except UserError as error:
        context.notify.fail(error)
        return
    if path is not None:
        said = QCoreApplication.translate("Prints", "Guardado para imprimir: {name}")
        context.notify.say(said.format(name=path.name))
