"""Rows that one version of a record has and the other does not."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout, QWidget

from juntos_campo.domain.spanish import ABSENT, count
from juntos_campo.form_engine.definition import Group
from juntos_campo.ui.form_view.question_box import Said
from juntos_campo.ui.form_view.stage import Stage, repeat_key


class RowChanges:
    """What became of the rows of a repeat since the version compared with.

    Attributes:
        added: rows that were not there.
        removed: texts of the rows that are gone.
    """

    def __init__(self, stage: Stage, repeat: Group, within: str) -> None:
        form = stage.form
        key = f"{within}/#{repeat_key(repeat)}" if within else f"#{repeat_key(repeat)}"
        before = stage.differences.get(key)
        self.added: frozenset[str] = frozenset()
        self.removed: tuple[str, ...] = ()
        if before is None:
            return
        prefix = f"{within}/" if within else ""
        rows = form.rows(repeat_key(repeat), within)
        was = [f"{prefix}{one}" for one in before.split()]
        self.added = frozenset(rows) - frozenset(was)
        self.removed = tuple(_text_of(stage, row) for row in was if row not in rows)

    def show_in(self, column: QVBoxLayout) -> None:
        """Say it below the rows; nothing where nothing changed."""
        parts: list[QWidget] = []
        if self.added:
            new = _say("fila nueva"), _say("filas nuevas")
            parts.append(Said(count(len(self.added), *new), "plus", "information"))
        parts += [Said(_say("quitada:"), "minus", "information", text) for text in self.removed]
        for part in parts:
            column.addWidget(part)


def _text_of(stage: Stage, row: str) -> str:
    texts = (
        text
        for address, text in stage.differences.items()
        if address.startswith(f"{row}/") and "#" not in address
    )
    return " · ".join(text for text in texts if text) or ABSENT


def _say(text: str) -> str:
    return QCoreApplication.translate("RowChanges", text)
