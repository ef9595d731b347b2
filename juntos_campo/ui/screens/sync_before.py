"""Sincronizar before it begins: what waits, what it costs, photos, and whether it goes by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from juntos_campo.app.sync_files import FilesWaiting
from juntos_campo.app.sync_settings import AutoSync
from juntos_campo.app.sync_waiting import RecordLine, WaitingSummary
from juntos_campo.domain.spanish import count, moment
from juntos_campo.sync.files import Choice
from juntos_campo.sync.wording import bytes_text
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.flow import Flow
from juntos_campo.ui.widgets.labels import Card, Label, button
from juntos_campo.ui.widgets.record_list import FieldItem, Item, Note, RecordList
from juntos_campo.ui.widgets.sentence import Sentence

MOST_PIXELS = 220
"""Height of the list of what waits, at most."""


class BeforeCard(Card):
    """What would be sent now, and the buttons to do it.

    Attributes:
        start_wanted, usb_wanted, server_wanted, files_wanted: a button was pressed.
        auto_chosen, files_chosen: an `AutoSync`, a `Choice`, as text.
        record_wanted: (kind, id) of a line that was opened.
    """

    start_wanted = Signal()
    usb_wanted = Signal()
    server_wanted = Signal()
    files_wanted = Signal()
    auto_chosen = Signal(str)
    files_chosen = Signal(str)
    record_wanted = Signal(str, str)

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[RecordLine, ...] = ()
        self.waiting = Label("", TextRole.SECTION, wrap=True)
        self.cost = Label("", TextRole.SOFT, wrap=True)
        self.files = Label("", TextRole.SOFT, wrap=True)
        self.server = Label("", TextRole.SMALL, wrap=True)
        self.arriving = Sentence("download-simple", "information")
        self.clock = Sentence("clock", "medium")
        self.start_button = button(
            self.tr("Sincronizar ahora"), "arrows-clockwise", "primary", self.start_wanted.emit,
            tooltip=self.tr("Sincronizar ahora (F5)"),
        )  # fmt: skip
        self.usb_button = button(
            self.tr("Por USB…"), "floppy-disk", on_click=self.usb_wanted.emit,
            tooltip=self.tr("Enviar y recibir con una memoria USB (U)"),
        )  # fmt: skip
        self.change_button = button(
            self.tr("Cambiar servidor"), role="quiet", on_click=self.server_wanted.emit
        )
        self.list_button = button(
            self.tr("Ver qué se enviará"), "caret-down", "quiet", self._turn_list
        )
        self.files_button = button(
            self.tr("Enviar ahora las fotos"), "upload-simple", "quiet", self.files_wanted.emit
        )
        self.list = RecordList(self.tr("Lo que falta enviar"))
        self.auto = self._choices(
            self.tr("Sincronizar por sí solo"),
            {
                AutoSync.NEVER: self.tr("no, solo cuando yo lo pida"),
                AutoSync.GOOD_LINK: self.tr("solo con buena señal"),
                AutoSync.ALWAYS: self.tr("cuando haya red"),
            },
        )
        self.photos = self._choices(
            self.tr("Fotos y archivos"),
            {
                Choice.GOOD_LINK: self.tr("solo con buena señal"),
                Choice.ALWAYS: self.tr("siempre"),
                Choice.NEVER: self.tr("dejarlos para después"),
            },
        )
        self._lay_out()
        self.auto.activated.connect(lambda _row: self.auto_chosen.emit(self.auto.currentData()))
        self.photos.activated.connect(
            lambda _row: self.files_chosen.emit(self.photos.currentData())
        )
        self.list.opened.connect(self._opened)
        self.list.hide()

    def show_waiting(self, summary: WaitingSummary, files: FilesWaiting, auto: AutoSync) -> None:
        """Show what waits and what was chosen."""
        self._lines = summary.lines
        if summary.text:
            self.waiting.setText(self.tr("Por enviar: {what}").format(what=summary.text))
        else:
            self.waiting.setText(self.tr("Nada por enviar"))
        self.cost.setText(" · ".join(self._cost(summary)))
        self.cost.setVisible(bool(self.cost.text()))
        self.server.setText(self._server_text(summary))
        self.arriving.say(summary.arriving)
        self.clock.say(summary.clock)
        self._show_files(files)
        for box, choice in ((self.auto, auto), (self.photos, files.choice)):
            box.setCurrentIndex(box.findData(choice))
        self.list.set_items(self._items())
        self._name_list_button()
        self.list_button.setVisible(bool(summary.lines))
        if not summary.lines:
            self.list.hide()
        self.fit()

    def fit(self) -> None:
        """Give the list as much height as it needs, up to a limit."""
        m = theme.metrics
        height = min(self.list.content_height(), m.px(MOST_PIXELS))
        self.list.setFixedHeight(max(height, m.row_tall))

    def show_actions(self, *, shown: bool) -> None:
        """Without a server there is nothing to synchronise with."""
        for one in (self.start_button, self.usb_button, self.change_button, self.choices):
            one.setVisible(shown)

    def set_busy(self, busy: bool) -> None:
        """While one runs nothing else is begun."""
        buttons = (self.start_button, self.usb_button, self.change_button, self.files_button)
        for one in (*buttons, self.auto, self.photos):
            one.setEnabled(not busy)

    def _show_files(self, files: FilesWaiting) -> None:
        parts = []
        if files.count:
            number = count(files.count, self.tr("foto o archivo"), self.tr("fotos o archivos"))
            said = self.tr("{files} por enviar, {size}")
            parts.append(said.format(files=number, size=bytes_text(files.size_bytes)))
        if files.to_come:
            number = count(files.to_come, self.tr("foto o archivo"), self.tr("fotos o archivos"))
            parts.append(self.tr("{files} por llegar").format(files=number))
        self.files.setText(" · ".join(parts))
        self.files.setVisible(bool(parts))
        self.files_button.setVisible(bool(parts) and files.choice is not Choice.ALWAYS)

    def _items(self) -> list[Item]:
        return [
            FieldItem(
                str(number),
                one.what,
                one.changes,
                (Note("hourglass", one.reason, "information"),) if one.reason else (),
            )
            for number, one in enumerate(self._lines)
        ]

    def _opened(self, key: str) -> None:
        one = self._lines[int(key)]
        self.record_wanted.emit(one.kind, one.record_id)

    def _turn_list(self) -> None:
        self.list.setVisible(not self.list.isVisibleTo(self))
        self._name_list_button()
        self.fit()
        if self.list.isVisibleTo(self):
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _name_list_button(self) -> None:
        opened = self.list.isVisibleTo(self)
        number = count(len(self._lines), self.tr("registro"))
        said = self.tr("Ocultar la lista") if opened else self.tr("Ver qué se enviará ({n})")
        self.list_button.setText(said.format(n=number))
        self.list_button.setAccessibleName(self.list_button.text())

    def _cost(self, summary: WaitingSummary) -> list[str]:
        parts = []
        if summary.text:
            parts.append(self.tr("cerca de {size}").format(size=summary.size_text))
            if summary.seconds is not None:
                said = self.tr("cerca de {n} s con la última conexión")
                parts.append(said.format(n=summary.seconds))
        if summary.unreadable:
            number = count(summary.unreadable, self.tr("registro"))
            said = self.tr("{records} de una versión más nueva: se verá al actualizar el programa")
            parts.append(said.format(records=number))
        return parts

    def _server_text(self, summary: WaitingSummary) -> str:
        if not summary.server:
            return self.tr("Esta computadora todavía no se conectó con la oficina.")
        if summary.last_complete is None:
            last = self.tr("todavía no se sincronizó")
        else:
            last = self.tr("última vez completa: {when}").format(when=moment(summary.last_complete))
        return self.tr("Servidor {url} · {last}").format(url=summary.server, last=last)

    def _choices(self, name: str, texts: dict[AutoSync, str] | dict[Choice, str]) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(name)
        for key, text in texts.items():
            box.addItem(text, key)
        return box

    @staticmethod
    def _named(box: QComboBox) -> QWidget:
        """The box with its name in front."""
        label = Label(box.accessibleName(), TextRole.SOFT)
        label.setBuddy(box)
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, theme.metrics.xs)
        row.setSpacing(theme.metrics.s)
        row.addWidget(label)
        row.addWidget(box)
        row.addStretch(1)
        return whole

    def _lay_out(self) -> None:
        m = theme.metrics
        head = QHBoxLayout()
        head.setSpacing(m.s)
        head.addWidget(self.waiting, 1)
        head.addWidget(self.list_button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        self.body.addWidget(self.list)
        photos = QHBoxLayout()
        photos.setSpacing(m.s)
        photos.addWidget(self.files, 1)
        photos.addWidget(self.files_button)
        self.body.addWidget(self.cost)
        self.body.addLayout(photos)
        for one in (self.arriving, self.clock, self.server):
            self.body.addWidget(one)
        row = QHBoxLayout()
        row.setSpacing(m.s)
        for action in (self.start_button, self.usb_button, self.change_button):
            row.addWidget(action)
        row.addStretch(1)
        self.body.addLayout(row)
        self.choices = Flow(2)
        self.choices.set_items([self._named(box) for box in (self.auto, self.photos)])
        self.body.addWidget(self.choices)
