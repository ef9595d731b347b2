"""The reference of P1: the least that PySide6 needs to show a table of 1,200 rows.

Run as a script of its own, so that nothing of the program is loaded beside it. Says ``listo`` when the
table has been painted.
"""

from __future__ import annotations

import sys
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    QTimer,
)
from PySide6.QtWidgets import QApplication, QMainWindow, QTableView

ROWS, COLUMNS = 1200, 4
Index = QModelIndex | QPersistentModelIndex
_NOTHING = QModelIndex()


class _Rows(QAbstractTableModel):
    def rowCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else ROWS

    def columnCount(self, parent: Index = _NOTHING) -> int:
        return 0 if parent.isValid() else COLUMNS

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return f"fila {index.row()}, columna {index.column()}"
        return None


class _Table(QTableView):
    def viewportEvent(self, event: QEvent) -> bool:
        done = super().viewportEvent(event)
        if event.type() == QEvent.Type.Paint:
            sys.stdout.write("listo\n")
            sys.stdout.flush()
            QTimer.singleShot(0, QApplication.quit)
        return done


def main() -> None:
    """Show the window, say so, end."""
    application = QApplication([])
    window = QMainWindow()
    table = _Table()
    model = _Rows()
    table.setModel(model)
    window.setCentralWidget(table)
    window.resize(1240, 700)
    window.show()
    application.exec()


if __name__ == "__main__":
    main()
