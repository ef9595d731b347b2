"""Looks once for a GPS receiver where a form asks for places."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from juntos_campo.app.gps import gps_answers, read_position
from juntos_campo.ui.form_view.editors.place import GeopointEditor
from juntos_campo.ui.form_view.question_box import QuestionBox
from juntos_campo.ui.form_view.stage import Stage
from juntos_campo.ui.tasks import Tasks


def watch_for_gps(tasks: Tasks, owner: QObject, stage: Stage) -> None:
    """Offer "Leer GPS" at the form's places once a receiver answered; nothing otherwise."""
    if not any(one.type.name == "geopoint" for one in stage.form.definition.questions):
        return

    def read(came: Callable[[str], object], lost: Callable[[Exception], object]) -> object:
        return tasks.run(lambda _job: read_position(), came, lost, owner=owner, may_be_left=True)

    def found(there: bool) -> None:
        if not there:
            return
        stage.around.gps = read
        for box in stage.boxes.values():
            if isinstance(box, QuestionBox) and isinstance(box.editor, GeopointEditor):
                box.editor.show_gps()

    tasks.run(lambda _job: gps_answers(), found, lambda _error: None, owner=owner, may_be_left=True)
