"""A number on a scale: a slider with the number beside it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QSlider

from juntos_campo.form_engine.question_types.range import RangeBounds
from juntos_campo.ui.form_view.editors.base import LineEditor, Place
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Label


class Slider(QSlider):
    """The wheel scrolls the form, not the answer."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class RangeEditor(LineEditor):
    """Type the number, or move the slider with the arrows; empty until somebody does."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, 72)
        self._bounds = RangeBounds.of(place.question.parameters)
        steps = int(abs(self._bounds.end - self._bounds.start) / self._bounds.step)
        self.slider = Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, steps)
        self.slider.setFixedWidth(theme.metrics.px(280))
        self.slider.valueChanged.connect(self._slid)
        self.take_undo_keys(self.slider)
        self._moving = False
        if not place.has("picker"):
            self.row.insertWidget(1, Label(f"{self._bounds.start}", TextRole.SMALL))
            self.row.insertWidget(2, self.slider)
            self.row.insertWidget(3, Label(f"{self._bounds.end}", TextRole.SMALL))
        else:
            said = self.tr("de {start} a {end}").format(
                start=self._bounds.start, end=self._bounds.end
            )
            self.row.insertWidget(1, Label(said, TextRole.SOFT))
        self.name_controls()

    def load(self) -> None:
        super().load()
        try:
            value = Decimal(self.place.given)
            number = int(abs(value - self._bounds.start) / self._bounds.step)
        except InvalidOperation:
            number = 0
        self._moving = True
        self.slider.setValue(number)
        self._moving = False

    def name_controls(self) -> None:
        super().name_controls()
        if hasattr(self, "slider"):
            self.slider.setAccessibleName(self.tr("{name}: escala").format(name=self.place.name))

    def _slid(self, number: int) -> None:
        if self._moving:
            return
        sign = 1 if self._bounds.end >= self._bounds.start else -1
        value = self._bounds.start + sign * number * self._bounds.step
        self.edit.setText(f"{value.normalize():f}")
        self.done.emit()
