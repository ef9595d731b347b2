"""Left of Coordinación: what waits for a decision, with filters and figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from juntos_campo.app.review_queue import QueueFilter, QueueItem
from juntos_campo.app.reviews import FORM, VISIT
from juntos_campo.domain.spanish import count, near_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screens.review_words import kind_word
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import EmptyState, Label
from juntos_campo.ui.widgets.record_list import FieldItem, Item, Note, RecordList

OLD_DAYS = 3


class QueuePanel(QWidget):
    """The queue.

    Attributes:
        chosen: a `QueueItem`, or None when nothing is left.
        entered: Enter was pressed on an item.
    """

    chosen = Signal(object)
    entered = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.context = context
        self._items: list[QueueItem] = []
        self._shown: list[QueueItem] = []
        self.figure = Label("", TextRole.SOFT, wrap=True)
        self.workers, self.kinds = QComboBox(), QComboBox()
        self.list = RecordList(self.tr("Por revisar"))
        self.list.delegate.narrow = True
        self.empty = EmptyState("checks", "", "")
        self._lay_out()
        self.list.chosen.connect(lambda _key: self.chosen.emit(self.current()))
        self.list.opened.connect(lambda _key: self.entered.emit())

    def show_items(self, items: Sequence[QueueItem]) -> None:
        """Show the whole queue; filters stay as they were set."""
        self._items = list(items)
        chosen = self.workers.currentData()
        by_worker = Counter(item.field_worker for item in self._items)
        self.workers.clear()
        self.workers.addItem(self.tr("Todos los gestores ({n})").format(n=len(self._items)), "")
        for name, number in sorted(by_worker.items()):
            self.workers.addItem(f"{name} ({number})", name)
        self.workers.setCurrentIndex(max(0, self.workers.findData(chosen)))
        self.filter()

    def filter(self) -> None:
        """Show what the filters let through."""
        kind = self.kinds.currentData() or QueueFilter()
        worker = self.workers.currentData() or ""
        wanted = QueueFilter(worker, kind.kind, kind.waiting_days, kind.corrected_only)
        self._shown = [item for item in self._items if wanted.wants(item)]
        self.list.blockSignals(True)
        self.list.set_items([self._line(item) for item in self._shown])
        self.list.blockSignals(False)
        self.list.setVisible(bool(self._shown))
        self.empty.setVisible(not self._shown)
        self._tell()
        self.chosen.emit(self.current())

    def current(self) -> QueueItem | None:
        """What is chosen."""
        key = self.list.current()
        return next((item for item in self._shown if item.id == key), None)

    def select(self, record_id: str) -> bool:
        """Choose a record; False when it is not shown."""
        return self.list.select(record_id)

    def step(self, by: int) -> None:
        """Choose the next (1) or the one before (-1)."""
        keys = self.list.keys()
        here = self.list.current()
        if not keys:
            return
        place = keys.index(here) + by if here in keys else 0
        self.list.select(keys[max(0, min(place, len(keys) - 1))])

    def after(self, record_id: str) -> str:
        """Id of what comes after a record that is about to leave the queue."""
        keys = self.list.keys()
        if record_id not in keys or len(keys) == 1:
            return ""
        place = keys.index(record_id)
        return keys[place + 1] if place + 1 < len(keys) else keys[place - 1]

    def _lay_out(self) -> None:
        for text, wanted in (
            (self.tr("Todo lo que espera"), QueueFilter()),
            (self.tr("Solo visitas"), QueueFilter(kind=VISIT)),
            (self.tr("Solo formatos"), QueueFilter(kind=FORM)),
            (self.tr("Vuelve corregido"), QueueFilter(corrected_only=True)),
            (self.tr("Espera 3 días o más"), QueueFilter(waiting_days=OLD_DAYS)),
        ):
            self.kinds.addItem(text, wanted)
        self.workers.setAccessibleName(self.tr("Gestor"))
        self.kinds.setAccessibleName(self.tr("Qué mostrar de la cola"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.metrics.s)
        for box in (self.workers, self.kinds):
            box.setMinimumContentsLength(8)
            box.setSizeAdjustPolicy(
                QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            )
            box.activated.connect(lambda _index: self.filter())
            column.addWidget(box)
        column.addWidget(self.figure)
        column.addWidget(self.list, 1)
        column.addWidget(self.empty, 1)

    def _line(self, item: QueueItem) -> Item:
        today = self.context.clock.today()
        what = self.tr("{kind} del {day}").format(
            kind=kind_word(item.kind), day=near_date(item.on, today)
        )
        notes = [Note("user", f"{item.field_worker} · {item.place}")]
        if item.returned is not None:
            notes.append(Note("arrows-clockwise", self.tr("vuelve corregido"), "information"))
        elif item.days >= OLD_DAYS:
            waits = count(item.days, self.tr("día"))
            notes.append(Note("clock", self.tr("espera hace {days}").format(days=waits), "high"))
        return FieldItem(item.id, item.title, what, tuple(notes), strong=True)

    def _tell(self) -> None:
        corrected = sum(item.returned is not None for item in self._shown)
        old = sum(item.days >= OLD_DAYS for item in self._shown)
        parts = [self.tr("{n} por revisar").format(n=len(self._shown))]
        if corrected:
            parts.append(count(corrected, self.tr("corregido")))
        if old:
            parts.append(self.tr("{n} con {d} días o más").format(n=old, d=OLD_DAYS))
        self.figure.setText(" · ".join(parts))
        self.empty.set_text(
            self.tr("Nada con esos filtros"), self.tr("Elija «Todo lo que espera».")
        )
