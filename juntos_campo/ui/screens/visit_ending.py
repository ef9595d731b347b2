"""The end of a visit: changes in the household, signature, next visit, the summary to read aloud."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from juntos_campo.app.visit_context import change_numbers
from juntos_campo.app.visit_labels import CHANGE_KINDS, MARKS
from juntos_campo.app.visit_rules import DETAIL_ASKED, Finding, blocking
from juntos_campo.app.visit_summary import visit_summary
from juntos_campo.domain.spanish import count
from juntos_campo.domain.values import ChangeRequestKind, Modality
from juntos_campo.domain.visits import HOUSEHOLD, change_path
from juntos_campo.ui.screens.visit_desk import Field, FieldNotes, Section, VisitDesk
from juntos_campo.ui.screens.visit_fields import (
    ChoiceField,
    TextArea,
    date_field,
    labelled,
    line_field,
)
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Card, Label, Line, SectionHeader, button
from juntos_campo.ui.widgets.signature_pad import SignaturePad

FINDINGS_LISTED = 8


class ChangeRow(QWidget):
    """One change to report: what, of whom, and the detail.

    Attributes:
        removed: the person took it back.
    """

    removed = Signal(int)

    def __init__(self, desk: VisitDesk, number: int) -> None:
        super().__init__()
        self._desk, self.number = desk, number
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.metrics.s)
        grid.setVerticalSpacing(theme.metrics.px(2))
        kinds = {str(key): text.capitalize() for key, text in CHANGE_KINDS.items()}
        self.kind = self._combo(
            grid, 0, "kind", self.tr("¿Qué cambió?"), {"": self.tr("Elija qué cambió"), **kinds}
        )
        people = {one.member.id: one.member.given for one in desk.form.context.standings}
        people = {"": self.tr("¿De quién?"), HOUSEHOLD: self.tr("Todo el hogar"), **people}
        self.member = self._combo(grid, 1, "member", self.tr("¿De quién se trata?"), people)
        notes = FieldNotes()
        self.detail = line_field(
            desk, change_path(number, "detail"), self.tr("Detalle del cambio"), notes
        )
        grid.addWidget(self.detail, 0, 2)
        grid.addLayout(notes, 1, 2)
        remove = button("", "x", "quiet", lambda: self.removed.emit(number))
        remove.setAccessibleName(self.tr("Quitar este cambio"))
        remove.setToolTip(self.tr("Quitar este cambio"))
        grid.addWidget(remove, 0, 3)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 5)
        self._hint()

    def paths(self) -> list[str]:
        return [change_path(self.number, name) for name in ("kind", "member", "detail")]

    def _combo(
        self, grid: QGridLayout, column: int, name: str, title: str, choices: dict[str, str]
    ) -> QComboBox:
        box, notes = QComboBox(), FieldNotes()
        box.setAccessibleName(title)
        box.setMinimumContentsLength(12)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for answer, text in choices.items():
            box.addItem(text, answer)
        path = change_path(self.number, name)
        box.setCurrentIndex(max(0, box.findData(self._desk.text(path))))
        box.currentIndexChanged.connect(lambda _index: self._chosen(path, box))
        self._desk.add(Field(path, box, notes))
        grid.addWidget(box, 0, column)
        grid.addLayout(notes, 1, column)
        return box

    def _chosen(self, path: str, box: QComboBox) -> None:
        self._desk.put(path, box.currentData())
        self._hint()

    def _hint(self) -> None:
        kind = self._desk.text(change_path(self.number, "kind"))
        asked = DETAIL_ASKED.get(ChangeRequestKind(kind), "") if kind else ""
        self.detail.setPlaceholderText(asked or self.tr("Detalle"))
        self.detail.setToolTip(asked)


class ChangesSection(Section):
    """What changed in the household and must be told to the office."""

    def __init__(self, desk: VisitDesk) -> None:
        title = desk.tr("Cambios en el hogar")
        super().__init__(desk, desk.tr("Cambios"), ("change",))
        remark = desk.tr("Gestación, nacimiento, mudanza, fallecimiento… La oficina lo revisa.")
        self.column.addWidget(SectionHeader(title))
        self.column.addWidget(Label(remark, TextRole.SOFT, wrap=True))
        self.rows: dict[int, ChangeRow] = {}
        self._box = Card()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.metrics.s)
        self._box.body.addLayout(self._lines)
        self.add_button = button(desk.tr("Agregar un cambio"), "plus", on_click=self.add_change)
        self._box.body.addWidget(self.add_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.column.addWidget(self._box)
        for number in change_numbers(desk.answers):
            self._add(number)

    def add_change(self) -> None:
        """A new empty line."""
        taken = {*self.rows, *change_numbers(self.desk.answers)}
        number = next(n for n in range(1, len(taken) + 2) if n not in taken)
        self._add(number).kind.setFocus()

    def _add(self, number: int) -> ChangeRow:
        row = ChangeRow(self.desk, number)
        row.removed.connect(self._remove)
        self.rows[number] = row
        self._lines.addWidget(row)
        QWidget.setTabOrder(row, self.add_button)
        return row

    def _remove(self, number: int) -> None:
        row = self.rows.pop(number)
        self.add_button.setFocus()
        for path in row.paths():
            self.desk.put(path, None)
            self.desk.drop(path)
        self._lines.removeWidget(row)
        row.hide()
        row.deleteLater()


class SignSection(Section):
    """Signature or mark, and the next visit."""

    def __init__(self, desk: VisitDesk) -> None:
        title = desk.tr("Firma y próxima visita")
        super().__init__(
            desk, desk.tr("Firma y regreso"), ("mark", "signature", "next_visit_on", "note")
        )
        self.column.addWidget(SectionHeader(title))
        box = Card()
        notes = FieldNotes()
        choices = {key: text[:1].upper() + text[1:] for key, text in MARKS.items()}
        choices["absent"] = desk.tr("Sin firma (por teléfono)")
        question = desk.tr("¿Cómo deja constancia el hogar?")
        self.mark = ChoiceField(desk, "mark", question, choices, notes, columns=3)
        box.body.addLayout(labelled(question, self.mark, notes))
        self.pad = SignaturePad(desk.tr("Espacio para la firma"))
        self.pad.set_text(desk.text("signature"))
        self.pad.drawn.connect(lambda text: desk.put("signature", text))
        self._pad_notes = FieldNotes()
        desk.add(Field("signature", self.pad, self._pad_notes))
        self._clear = button(desk.tr("Borrar firma"), "trash", "quiet", self.pad.clear)
        pad_row = QHBoxLayout()
        pad_row.addWidget(self.pad, 1)
        pad_row.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignBottom)
        pad_row.addStretch(1)
        box.body.addLayout(pad_row)
        box.body.addLayout(self._pad_notes)
        notes = FieldNotes()
        question = desk.tr("¿Cuándo vuelve?")
        self.next_visit = date_field(desk, "next_visit_on", question, notes, future=True)
        box.body.addLayout(labelled(question, self.next_visit, notes))
        notes = FieldNotes()
        question = desk.tr("Nota de la visita")
        hint = desk.tr("Lo que conviene recordar la próxima vez")
        self.note = TextArea(desk, "note", question, notes, hint)
        box.body.addLayout(labelled(question, self.note, notes))
        self.column.addWidget(box)
        desk.saved.connect(self._follow)
        self._follow()

    def _follow(self) -> None:
        """The pad is there for a drawn signature only; no mark is possible without a meeting."""
        drawn = self.desk.get("mark") == "signature"
        self.pad.setVisible(drawn)
        self._clear.setVisible(drawn)
        by_phone = self.desk.get("modality") == Modality.PHONE.value
        absent = self.mark.buttons["absent"]
        absent.setVisible(by_phone or self.desk.get("mark") == "absent")


class FindingLine(QWidget):
    """A line that says what is wrong with which field, and leads there."""

    def __init__(self, jump: Callable[[str], object]) -> None:
        super().__init__()
        self.path = ""
        self.link = button("", "arrow-right", "quiet", lambda: jump(self.path))
        self._text = Label("", TextRole.SOFT, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.metrics.s)
        row.addWidget(self.link)
        row.addWidget(self._text, 1)

    def tell(self, path: str, place: str, text: str) -> None:
        """Say it and show."""
        self.path = path
        self.link.setText(place)
        self.link.setAccessibleName(f"{place}: {text}")
        self._text.setText(text)
        self.show()


class EndSection(Section):
    """The summary, what still has to be mended, and the button that closes the visit.

    Attributes:
        jumped: go to the field of this path.
    """

    jumped = Signal(str)

    def __init__(self, desk: VisitDesk, close: Callable[[], None]) -> None:
        title = desk.tr("Resumen para leer en voz alta")
        super().__init__(desk, desk.tr("Resumen y cierre"), ())
        header = SectionHeader(title)
        # Beside the heading, so that it is in sight while a long summary is read.
        self.close_button = button(
            desk.tr("Cerrar visita"), "check", "primary", close,
            tooltip=desk.tr("Cerrar visita (Ctrl+G)"),
        )  # fmt: skip
        header.add_action(self.close_button)
        self.column.addWidget(header)
        self._box = Card()
        self.state = Label("", TextRole.STRONG, wrap=True)
        self._box.body.addWidget(self.state)
        self._links: list[FindingLine] = []
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._box.body.addLayout(self._list)
        self._box.body.addWidget(Line())
        self._sentences: list[Label] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.metrics.s)
        self._box.body.addLayout(self._lines)
        self.column.addWidget(self._box)
        desk.saved.connect(self.show_state)
        self.show_state()

    def is_answered(self) -> bool:
        return False

    def show_state(self) -> None:
        """Say again what was noted and what is missing."""
        said = visit_summary(self.desk.form, self.desk.answers)
        for number, sentence in enumerate(said):
            if number == len(self._sentences):
                self._sentences.append(Label("", wrap=True))
                self._lines.addWidget(self._sentences[-1])
            self._sentences[number].setText(sentence)
            self._sentences[number].show()
        for extra in self._sentences[len(said) :]:
            extra.hide()
        self._show_findings(self.desk.findings)

    def _show_findings(self, findings: tuple[Finding, ...]) -> None:
        wrong = blocking(findings)
        if wrong:
            text = self.tr("Antes de cerrar: {things} por completar o corregir.")
            self.state.setText(text.format(things=count(len(wrong), "dato")))
        else:
            self.state.setText(
                self.tr("Ya puede cerrar la visita. Antes, lea el resumen a la familia.")
            )
        doubts = tuple(one for one in findings if not one.blocks)
        shown = (*wrong, *doubts)[:FINDINGS_LISTED]
        for number, found in enumerate(shown):
            if number == len(self._links):
                self._links.append(FindingLine(self.jumped.emit))
                self._list.addWidget(self._links[number])
            self._links[number].tell(found.path, self.desk.place(found.path), found.text)
        for extra in self._links[len(shown) :]:
            extra.hide()
