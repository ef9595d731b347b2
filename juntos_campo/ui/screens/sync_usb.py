"""Por USB: sealed files out and in, for oneself and for others, where there is no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from juntos_campo.app.session import Changed
from juntos_campo.app.sync_waiting import waiting_summary
from juntos_campo.app.usb import Carried, Made, UnderWay, carried, hand_back, make_bundle, under_way
from juntos_campo.app.usb_files import Taken, TakenFile, last_folder, remember_folder, take_file
from juntos_campo.domain.spanish import count, moment
from juntos_campo.store.bundle_rows import BundleState
from juntos_campo.sync.wording import bytes_text
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.folder_choice import folder_choice
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.sync_result import ResultCard
from juntos_campo.ui.tasks import Job, Task
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.inputs import ProgressPanel
from juntos_campo.ui.widgets.labels import Card, EmptyState, Label, SectionHeader, button
from juntos_campo.ui.widgets.record_list import FieldItem, Item, Note, RecordList
from juntos_campo.ui.widgets.scroll_column import ScrollColumn

MOST_PIXELS = 240

_STATES = {
    BundleState.WAITING: ("hourglass", "information"),
    BundleState.ANSWERED: ("arrow-bend-down-right", "low"),
    BundleState.REFUSED: ("prohibit", "high"),
    BundleState.RETURNED: ("check", "soft"),
}
_TAKEN = {
    Taken.APPLIED: ("check-circle", "low"),
    Taken.CARRIED: ("hourglass", "information"),
    Taken.KNOWN: ("info", "soft"),
    Taken.REFUSED: ("prohibit", "high"),
}


class UsbScreen(Screen):
    """E writes one's own file, A opens those of a stick, R writes the answers for others."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("UsbScreen", "Por USB"))
        self._task: Task | None = None
        self.files: tuple[TakenFile, ...] = ()
        self.waiting = Label("", TextRole.SECTION, wrap=True)
        self.advice = Label("", TextRole.SOFT, wrap=True)
        self.made = Label("", TextRole.BODY, wrap=True)
        self.make_button = button(
            self.tr("Escribir en la memoria…"), "upload-simple", "primary", self.make,
            tooltip=self.tr("Escribir un archivo sellado para el servidor (E)"),
        )  # fmt: skip
        self.open_button = button(
            self.tr("Abrir archivos de la memoria…"), "folder-open", on_click=self.take,
            tooltip=self.tr("La respuesta para usted, o archivos de otras computadoras (A)"),
        )  # fmt: skip
        self.progress = ProgressPanel()
        self.result = ResultCard()
        self.taken_head = SectionHeader(self.tr("Archivos abiertos"))
        self.taken = RecordList(self.tr("Archivos abiertos"))
        self.carried_head = SectionHeader(self.tr("De otras computadoras"))
        self.carried = RecordList(self.tr("Archivos de otras computadoras"))
        self.return_button = button(
            self.tr("Escribir las respuestas…"), "arrow-bend-down-right", on_click=self.hand_back,
            tooltip=self.tr("Escribir en la memoria las respuestas que dio el servidor (R)"),
        )  # fmt: skip
        self.nothing = EmptyState(
            "users",
            self.tr("No lleva archivos de nadie"),
            self.tr(
                "Si un gestor le da su memoria, abra aquí su archivo: al sincronizar usted, llega al "
                "servidor. Nadie puede leerlo en el camino."
            ),
        )
        self._lay_out()
        self.progress.cancelled.connect(self._stop)
        self.result.account_wanted.connect(self._open_account)
        self.add_key("E", self.tr("Escribir su archivo en la memoria"), self.make)
        self.add_key("A", self.tr("Abrir archivos de la memoria"), self.take)
        self.add_key("R", self.tr("Escribir las respuestas de otros"), self.hand_back)

    def refresh(self, changed: Changed | None) -> None:
        """Read again what waits, what is under way, what is carried."""
        del changed
        session = self.context.session
        summary = waiting_summary(session)
        if summary.text:
            self.waiting.setText(self.tr("Por enviar: {what}").format(what=summary.text))
        else:
            self.waiting.setText(self.tr("Nada por enviar; un archivo también pide lo nuevo"))
        self.advice.setText(
            self.tr(
                "Escriba un archivo en la memoria y llévelo a la oficina, o déselo a quien tenga "
                "internet. Después abra aquí la respuesta. El archivo va sellado: sin la llave del "
                "servidor nadie lo lee. Lo enviado sigue pendiente hasta abrir la respuesta."
            )
        )
        self._show_under_way(under_way(session))
        others = carried(session)
        self._show_carried(others)
        self._show_taken({one.id for one in others if one.state is BundleState.WAITING})

    def focus_first(self) -> None:
        self.make_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- doing -------------------------------------------------------------------------------------

    def make(self) -> None:
        """Write one's own file into a folder that is asked for."""
        folder = self._folder()
        if folder is None:
            return
        session = self.context.session

        def work(_job: Job) -> Made:
            with session.for_thread() as own:
                return make_bundle(own, folder)

        self._begin(self.tr("Sellando y escribiendo el archivo…"))
        self._task = self.context.tasks.run(work, self._was_made, self._failed, owner=self)

    def take(self) -> None:
        """Open files: an answer is applied, a file of somebody else is carried along."""
        if self._task is not None:
            return
        session = self.context.session
        chosen = [Path(one) for one in folder_choice.files(self, last_folder(session))]
        if not chosen:
            return
        remember_folder(session, chosen[0].parent)

        def work(job: Job) -> tuple[TakenFile, ...]:
            done = []
            with session.for_thread() as own:
                for number, one in enumerate(chosen):
                    job.progress(number, len(chosen), one.name)
                    if job.cancelled:
                        break
                    done.append(take_file(own, one))
            return tuple(done)

        self._begin(self.tr("Leyendo los archivos…"))
        self._task = self.context.tasks.run(
            work, self._were_taken, self._failed, self.progress.set_progress, self
        )

    def hand_back(self) -> None:
        """Write the answers for others into a folder that is asked for."""
        if not self.return_button.isEnabled():
            return
        folder = self._folder()
        if folder is None:
            return
        session = self.context.session

        def work(_job: Job) -> tuple[Path, ...]:
            with session.for_thread() as own:
                return hand_back(own, folder)

        self._begin(self.tr("Escribiendo las respuestas…"))
        self._task = self.context.tasks.run(work, self._were_returned, self._failed, owner=self)

    def _folder(self) -> Path | None:
        if self._task is not None:
            return None
        session = self.context.session
        chosen = folder_choice.folder(self, last_folder(session))
        if not chosen:
            return None
        remember_folder(session, Path(chosen))
        return Path(chosen)

    def _begin(self, text: str) -> None:
        self.problems.hide()
        self.result.hide()
        self._set_busy(True)
        self.progress.start(text)

    def _end(self) -> None:
        self._task = None
        self.progress.finish()
        self._set_busy(False)
        if self.isVisible():
            self.focus_first()

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _failed(self, error: Exception) -> None:
        self._end()
        self.refresh(None)
        self.context.notify.fail(error)

    def _was_made(self, made: Made) -> None:
        self._end()
        changes = count(made.operations, self.tr("cambio"))
        self.context.notify.tell(
            self.tr("Archivo escrito y comprobado: {name} ({size}, {changes})").format(
                name=made.path.name, size=bytes_text(made.size), changes=changes
            ),
            self.tr(
                "Retire la memoria con cuidado y llévela. Nada está sincronizado todavía: sus cambios "
                "siguen por enviar hasta que abra la respuesta."
            ),
        )
        self.context.changes.publish(Changed(frozenset({"bundle"})))

    def _were_taken(self, files: tuple[TakenFile, ...]) -> None:
        self._end()
        self.files = files
        changed = Changed(frozenset({"bundle"}))
        for one in files:
            changed |= one.changed
            if one.outcome is not None:
                self.result.show_outcome(one.outcome, moment(self.context.clock.now()))
        self.context.changes.publish(changed)

    def _were_returned(self, written: Sequence[Path]) -> None:
        self._end()
        if written:
            number = count(len(written), self.tr("respuesta"))
            self.context.notify.tell(
                self.tr("{answers} en la memoria").format(answers=number),
                self.tr("Cada gestor la abre en su computadora: Sincronizar, Por USB."),
            )
        self.context.changes.publish(Changed(frozenset({"bundle"})))

    # -- showing -----------------------------------------------------------------------------------

    def _show_under_way(self, files: Sequence[UnderWay]) -> None:
        lines = [
            self.tr("Archivo del {when}, {changes}: todavía sin respuesta.").format(
                when=moment(one.made_at), changes=count(one.operations, self.tr("cambio"))
            )
            for one in files[:3]
        ]
        self.made.setText("\n".join(lines))
        self.made.setVisible(bool(lines))

    def _show_carried(self, files: Sequence[Carried]) -> None:
        items: list[Item] = []
        for one in files:
            icon, tone = _STATES.get(one.state, ("info", "soft"))
            when = moment(one.made_at)
            name = self.tr("Computadora {device}").format(device=one.device)
            text = self.tr("archivo del {when}, {size}").format(
                when=when, size=bytes_text(one.size)
            )
            note = Note(icon, self._state_text(one), tone)
            items.append(FieldItem(one.id, name, text, (note,), strong=True))
        self.carried.set_items(items)
        self.carried.setVisible(bool(items))
        self.nothing.setVisible(not items)
        answered = sum(one.state is BundleState.ANSWERED for one in files)
        self.return_button.setEnabled(answered > 0)
        self.return_button.setVisible(bool(items))
        self._fit()

    def _state_text(self, one: Carried) -> str:
        return {
            BundleState.WAITING: self.tr("Por entregar al servidor: sincronice cuando haya red."),
            BundleState.ANSWERED: self.tr("El servidor respondió: escriba la respuesta."),
            BundleState.REFUSED: self.tr("No se aceptó. {why}").format(why=one.reason),
            BundleState.RETURNED: self.tr("Respuesta escrita en la memoria, {when}.").format(
                when=moment(one.at)
            ),
        }.get(one.state, "")

    def _show_taken(self, waiting: set[str]) -> None:
        """What became of the files just opened; one that was delivered since is told below alone."""
        items: list[Item] = []
        for number, one in enumerate(self.files):
            if one.taken is Taken.CARRIED and one.carried_id not in waiting:
                continue
            icon, tone = _TAKEN[one.taken]
            word = {
                Taken.APPLIED: self.tr("Respuesta abierta"),
                Taken.CARRIED: self.tr("Se llevará al servidor"),
                Taken.KNOWN: self.tr("Ya estaba"),
                Taken.REFUSED: self.tr("No se pudo usar"),
            }[one.taken]
            note = Note(icon, one.why, tone)
            items.append(FieldItem(str(number), one.name, word, (note,)))
        for widget in (self.taken_head, self.taken):
            widget.setVisible(bool(items))
        self.taken.set_items(items)
        self._fit()

    def _set_busy(self, busy: bool) -> None:
        for one in (self.make_button, self.open_button):
            one.setEnabled(not busy)
        self.return_button.setEnabled(
            not busy
            and any(one.state is BundleState.ANSWERED for one in carried(self.context.session))
        )

    def _open_account(self) -> None:
        account = next((one.outcome.account for one in self.files if one.outcome), None)
        if account is not None:
            self.context.navigation.open("sync_account", began=account.began.isoformat())

    def _fit(self) -> None:
        m = theme.metrics
        for one in (self.taken, self.carried):
            one.setFixedHeight(max(min(one.content_height(), m.px(MOST_PIXELS)), m.row_tall))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _lay_out(self) -> None:
        m = theme.metrics
        area = ScrollColumn()
        column = area.column
        box = Card()
        for label in (self.waiting, self.advice, self.made):
            box.body.addWidget(label)
        row = QHBoxLayout()
        row.setSpacing(m.s)
        row.addWidget(self.make_button)
        row.addWidget(self.open_button)
        row.addStretch(1)
        box.body.addLayout(row)
        box.body.addWidget(self.progress)
        self.carried_head.add_action(self.return_button)
        for widget in (box, self.result, self.taken_head, self.taken, self.carried_head,
                       self.carried, self.nothing):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        self.body.addWidget(area, 1)
