"""Every form of `forms/` is filled to its end by keyboard alone, and leaves a picture.

The forms are found, not listed: a new one needs its answers in `our_forms.COMPLETE` (or, an official
one, in `TYPED` below). Pictures go to the folder in the variable ``FORM_PICTURES``, else to the test's own.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from fitting import fits
from form_desks import MemoryDesk
from form_views import CONTROL, ENTER, TAB, Hands
from our_forms import COMPLETE, begun
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from juntos_campo import paths
from juntos_campo.domain.entities import Answer
from juntos_campo.domain.form_ids import OFFICIAL
from juntos_campo.ui.form_view.question_box import QuestionBox
from juntos_campo.ui.form_view.repeat_grid import RepeatGrid
from juntos_campo.ui.form_view.view import FormView

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", "This plugin does not", extend=True)
FORMS = sorted(one.stem for one in paths.forms().glob("*.md") if one.stem != "README")
MOST_STEPS = 400

_HEAD: dict[str, Answer] = {
    "bimestre": "VI bimestre 2026", "mes1_nombre": "noviembre", "mes2_nombre": "diciembre",
    "mes1_inicio": "2026-11-01", "mes1_fin": "2026-11-30",
    "mes2_inicio": "2026-12-01", "mes2_fin": "2026-12-31",
}  # fmt: skip
_PLACE: dict[str, Answer] = {"eess": "P.S. Curanco", "eess_codigo": "00002451", **_HEAD}
_WHO: dict[str, Answer] = {"a/documento": "60000001", "a/hogar": "0307-004417"}
KNOWN: dict[str, dict[str, Answer]] = {
    "salud01": {**_PLACE, "#representantes": "a"},
    "salud02": {**_PLACE, "#ninos": "a", **_WHO, "a/nombre": "CCORI QUISPE, Yeison",
                "a/nacimiento": "2026-05-10", "a/edad": "6 m"},
    "salud03": {**_PLACE, "#gestantes": "a", **_WHO, "a/nombre": "QUISPE HUAMÁN, María Elena"},
    "educacion": {"ie": "IE 54120", "ie_codigo": "0236587", **_HEAD, "#estudiantes": "a", **_WHO,
                  "a/nombre": "CCORI QUISPE, Dina", "a/edad": "9 a", "a/grado": "4 primaria"},
}  # fmt: skip
"""What the register fills in before a person types."""
_BY: dict[str, Answer] = {"responsable": "Rosa Ccori", "fecha_llenado": "2026-11-21"}
TYPED: dict[str, dict[str, Answer]] = {
    "salud01": {"jefe": "Julia Soto", **_BY, "a/nombre": "Julia Soto", "a/nivel": "establecimiento",
                "a/funcion": "jefe"},
    "salud02": {"jefe": "Julia Soto", **_BY, "a/m1_cred": "2026-11-14", "a/m1_peso": "7.6",
                "a/m1_talla": "66.5", "a/m1_cumple": "si"},
    "salud03": {"jefe": "Julia Soto", **_BY, "a/fur": "2026-08-22", "a/m1_apn": "2026-11-18",
                "a/m1_cumple": "si"},
    "educacion": {"director": "Alberto Rojas", **_BY, "a/m1_asistencia": "92.0",
                  "a/m1_cumple": "si"},
}  # fmt: skip
_HIDDEN: dict[str, Answer] = {"clases": "pregnant", "edad_meses": 356, "modalidad": "home"}


class Typist(Hands):
    """Somebody with a keyboard and a list of answers.

    Args:
        wanted: address -> answer; rows by the keys of the list, in the order they are to be added.
    """

    def __init__(self, view: FormView, desk: MemoryDesk, wanted: dict[str, Answer]) -> None:
        super().__init__(view, desk)
        self.wanted = {key: value for key, value in wanted.items() if not key.startswith("#")}
        self.rows = {
            key[1:]: str(value).split() for key, value in wanted.items() if key.startswith("#")
        }
        self.done: set[str] = set()
        self.cells: dict[str, Answer] = {}

    @property
    def at(self) -> QWidget:
        """What gets the keys: the list below a cell, while there is one."""
        return QApplication.activePopupWidget() or super().at

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
        super().press(key, modifier)
        if QApplication.activePopupWidget() is None and not self.view.isActiveWindow():
            # Without a window system nobody gives the keyboard back when a list closes.
            self.view.activateWindow()
            QApplication.processEvents()

    def fill_form(self) -> None:
        """From the first control to the last, as the Tab key leads."""
        self.view.focus_first()
        seen: set[tuple[int, str]] = set()
        for _ in range(MOST_STEPS):
            here = (id(self.at), self.cell())
            if here in seen or not self.view.isAncestorOf(self.at):
                return
            seen.add(here)
            self.answer(self.at)
            if (id(self.at), self.cell()) == here:
                self.press(TAB)
        raise AssertionError(f"the Tab key never comes to an end; last at {self.at}")

    def cell(self) -> str:
        """The cell of a sheet the keyboard is in; empty outside one."""
        part = parent_of(self.at, RepeatGrid)
        return part.current_address() if isinstance(part, RepeatGrid) else ""

    def answer(self, control: QWidget) -> None:
        grid = parent_of(control, RepeatGrid)
        if grid is not None:
            self.fill_grid(grid)
            return
        address = next((a for a, box in self.view.stage.boxes.items() if box.holds(control)), "")
        if not address or address not in self.wanted:
            return
        answer = str(self.wanted[address])
        if isinstance(control, QCheckBox):
            self.tick(control, answer)
        elif address in self.done or str(self.form.given(address) or "") == answer:
            return
        elif isinstance(control, QRadioButton):
            names = [one.name for one in self.form.choices(address)]
            self.type(str(names.index(answer) + 1))
            self.press(ENTER)
        else:
            press_all(control)
            self.type(self.typed(address, answer))
            self.press(TAB if isinstance(control, QPlainTextEdit) else ENTER)
        self.done.add(address)

    def tick(self, box: QCheckBox, answer: str) -> None:
        owner = parent_of(box, QuestionBox)
        boxes = getattr(owner.editor if owner else None, "boxes", {})
        name = next((key for key, one in boxes.items() if one is box), "OK")
        if (name in answer.split()) is not box.isChecked():
            self.press(Qt.Key.Key_Space)

    def typed(self, address: str, answer: str) -> str:
        """What a person writes: the words of a choice, a date day first."""
        choices = {one.name: one.label("default") for one in self.form.choices(address)}
        if choices:
            return ", ".join(choices.get(name, name) for name in answer.split())
        if self.form.question(address).type.is_date:
            return f"{date.fromisoformat(answer):%d/%m/%Y}"
        return answer

    def fill_grid(self, part: RepeatGrid) -> None:
        """Row by row; behind its last cell the keyboard leaves the sheet by itself."""
        name = part.repeat.name
        rows = self.rows.get(name, [])
        if name in self.done:
            return
        self.done.add(name)
        for number, row in enumerate(rows):
            if number >= part.cells.row_count:
                self.press(ENTER, CONTROL)
            elif number == 0:
                self.press(Qt.Key.Key_Home, CONTROL)
            self.fill_row(part, number, row)

    def fill_row(self, part: RepeatGrid, number: int, row: str) -> None:
        left = [key for key in self.wanted if key.startswith(f"{row}/")]
        for address in left:
            cell = part.cells.rows[number] + address[len(row) :]
            self.wanted[cell] = self.cells[cell] = self.wanted[address]
        for _ in part.cells.questions:
            address = part.current_address()
            if address.partition("/")[0] != part.cells.rows[number]:
                return
            if address in self.wanted:
                self.type(self.typed(address, str(self.wanted[address])))
            last = address.rpartition("/")[2] == part.cells.questions[-1].key
            self.press(TAB if last or part.grid.typing else Qt.Key.Key_Right)
            if last:
                return


def press_all(control: QWidget) -> None:
    """What stands in the field gives way to what is typed."""
    line = control
    if isinstance(control, QComboBox):
        line = control.lineEdit()
        # Without a window system the list that drops down keeps the keyboard for ever.
        control.setCompleter(None)  # type: ignore[arg-type]
    if isinstance(line, QLineEdit):
        line.selectAll()


def parent_of(widget: QWidget | None, kind: type) -> QWidget | None:
    while widget is not None and not isinstance(widget, kind):
        widget = widget.parentWidget()
    return widget


def show(qtbot: QtBot, form_id: str) -> tuple[FormView, MemoryDesk]:
    """The form with as much room as a screen has on the cheap laptop."""
    known = KNOWN.get(form_id, _HIDDEN if form_id == "visita" else {})
    desk = MemoryDesk(begun(form_id, known))
    view = FormView(desk)
    qtbot.addWidget(view)
    view.resize(1366 - 190, 768 - 130)
    with qtbot.waitActive(view):
        view.show()
        view.activateWindow()
    qtbot.waitUntil(lambda: all(section.built for section in view.sections))
    return view, desk


def picture(view: FormView, tmp_path: Path, name: str) -> Path:
    folder = Path(os.environ.get("FORM_PICTURES") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    assert view.grab().save(str(path))
    return path


@pytest.mark.parametrize("form_id", FORMS)
def test_every_form_is_filled_to_its_end_by_keyboard_alone(
    qtbot: QtBot, tmp_path: Path, form_id: str
) -> None:
    wanted = dict(TYPED.get(form_id) or COMPLETE[form_id])
    if form_id in OFFICIAL:
        wanted |= {key: value for key, value in KNOWN[form_id].items() if key.startswith("#")}
    view, desk = show(qtbot, form_id)
    picture(view, tmp_path, f"{form_id}-begin")
    typist = Typist(view, desk, wanted)
    typist.fill_form()
    assert view.finish_editing()
    left = {one.address: one.message for one in desk.form.findings()}
    assert left == {}, "cannot be completed by keyboard"
    by_hand = {key: value for key, value in typist.wanted.items() if "/" not in key}
    given = {key: str(desk.form.given(key) or "") for key in by_hand if key not in _HIDDEN}
    assert given == {key: str(by_hand[key]) for key in given}
    typed = {key: str(desk.form.given(key) or "") for key in typist.cells}
    assert typed == {key: str(one) for key, one in typist.cells.items()}
    assert fits(view) == []
    for number, section in enumerate(one for one in view.sections if one.shown):
        view.pages.focus_section(section)
        QApplication.processEvents()
        picture(view, tmp_path, f"{form_id}-{number}")
