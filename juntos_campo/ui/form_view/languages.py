"""The box that switches the language of a form."""

from __future__ import annotations

import re

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from juntos_campo.form_engine.definition import DEFAULT_LANGUAGE
from juntos_campo.form_engine.session import Session
from juntos_campo.ui.form_view.editors.choice import Combo
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label

_CODE = re.compile(r"\s*\([a-z]{2,3}(-[A-Za-z]+)?\)$")


class LanguageBox(QWidget):
    """Shown only when the form speaks more than one language.

    Attributes:
        chosen: name of the language, as the form has it.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.combo = Combo()
        self.combo.setAccessibleName(self.tr("Idioma del formulario"))
        self.combo.activated.connect(lambda number: self.chosen.emit(self._names[number]))
        self._names: list[str] = []
        label = Label(self.tr("Idioma"), TextRole.SMALL)
        label.setBuddy(self.combo)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.s)
        row.addStretch(1)
        row.addWidget(label)
        row.addWidget(self.combo)
        self.hide()

    def show_for(self, form: Session) -> None:
        """Offer the languages of a form."""
        self._names = list(form.definition.languages)
        self.combo.clear()
        own = self.tr("Idioma original")
        for name in self._names:
            self.combo.addItem(own if name == DEFAULT_LANGUAGE else _CODE.sub("", name))
        if form.language in self._names:
            self.combo.setCurrentIndex(self._names.index(form.language))
        if self.parentWidget() is not None:
            self.setVisible(len(self._names) > 1)
