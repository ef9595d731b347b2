"""The list that drops down under a cell whose answer is one of many."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from juntos_campo.domain.spanish import fold
from juntos_campo.ui.theme.theme import theme

FOLDED = int(Qt.ItemDataRole.UserRole) + 1
MOST_SHOWN = 10
LIST_WIDTH = 260


class Search(QCompleter):
    """Finds a text anywhere in the choices, accents or not."""

    def __init__(self, texts: Sequence[str], parent: QObject) -> None:
        model = QStandardItemModel()
        super().__init__(model, parent)
        self._model = model
        self.set_texts(texts)
        self.setCompletionRole(FOLDED)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setMaxVisibleItems(MOST_SHOWN)
        self.list = QListView()
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setPopup(self.list)

    @property
    def choices(self) -> QStandardItemModel:
        """The texts as a model."""
        return self._model

    def set_texts(self, texts: Sequence[str]) -> None:
        """Search in these."""
        self._model.clear()
        for text in texts:
            item = QStandardItem(text)
            item.setData(fold(text), FOLDED)
            self._model.appendRow(item)

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole) or "")

    def splitPath(self, path: str) -> list[str]:
        return [fold(path)]

    def only_match(self) -> str:
        """The one text that holds what was typed; "" when none or several do."""
        if self.completionCount() != 1:
            return ""
        return self.pathFromIndex(self.completionModel().index(0, 0))


class CellChoices(QObject):
    """Offers choices while a cell is typed into. Enter and Tab take the chosen or the only one found.

    Args:
        left: what a key that leaves the cell does, by key; it writes the cell.
    """

    def __init__(
        self, editor: QLineEdit, texts: Sequence[str], left: Callable[[QLineEdit, int], bool]
    ) -> None:
        super().__init__(editor)
        self._editor, self._left = editor, left
        self._search = Search(texts, self)
        self._search.setWidget(editor)
        self._search.list.setMinimumWidth(theme.metrics.px(LIST_WIDTH))
        editor.setCompleter(self._search)
        # Installed after the completer's own: it sees the keys first.
        self._search.list.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            leaves = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)
            if Qt.Key(event.key()) in leaves:
                at = self._search.list.currentIndex()
                chosen = str(at.data() or "") if at.isValid() else self._search.only_match()
                if chosen:
                    self._editor.setText(chosen)
                self._search.list.hide()
                return self._left(self._editor, event.key())
        return super().eventFilter(watched, event)
