"""Typing and pasting into a form of 200 children. The bars are loose: machines that test are shared; the
real ones are those of `juntos-campo bench forms`."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from juntos_campo.demo.bench import forms
from juntos_campo.demo.bench.load import prepare
from juntos_campo.demo.bench.measure import median
from juntos_campo.ui.widgets.grid_delegate import GridDelegate

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_typing_into_a_form_of_200_children_does_not_lag(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del qtbot, qapp
    painted = 0
    paint = GridDelegate.paint

    def counted(self: GridDelegate, *args: object) -> None:
        nonlocal painted
        painted += 1
        paint(self, *args)  # type: ignore[arg-type]

    monkeypatch.setattr(GridDelegate, "paint", counted)
    monkeypatch.setattr(forms, "TYPED_ROWS", 16)
    times = forms.taken(prepare(tmp_path, 40))
    assert median(times.keys) < 80
    assert median(times.written) < 200
    assert times.pasted_cells >= forms.CHILDREN * 10
    assert times.pasted < 8_000
    # Sheets that are painted whole at every key were what made typing lag.
    assert painted / len(times.keys) < 25
