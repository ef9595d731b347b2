"""A number on a scale: a slider with the number beside it."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
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
    """Type the number, step with Up and Down, or move the slider; empty until somebody does."""

    def __init__(self, place: Place) -> None:
        super().__init__(place, 72)
        self._bounds = RangeBounds.of(place.question.parameters)
        steps = int(abs(self._bounds.end - self._bounds.start) / self._bounds.step)
        self.slider = Slider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, steps)
        self.slider.setFixedWidth(theme.metrics.px(280))
        # By keyboard one types the number or steps through it: the slider is for the pointer.
        self.slider.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.slider.valueChanged.connect(self._slid)
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

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        steps = {int(Qt.Key.Key_Up): 1, int(Qt.Key.Key_Down): -1}
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = steps.get(event.key())
            if step is not None and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                at = self.slider.value() + step if self.place.given else self.slider.minimum()
                self._slid(min(max(at, 0), self.slider.maximum()))
                return True
        return super().eventFilter(watched, event)

    def _slid(self, number: int) -> None:
        if self._moving:
            return
        sign = 1 if self._bounds.end >= self._bounds.start else -1
        value = self._bounds.start + sign * number * self._bounds.step
        self.edit.setText(f"{value.normalize():f}")
        self.done.emit()
