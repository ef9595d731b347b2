"""Sincronizar: what waits, the synchronisation itself, and honestly what came of it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication

from juntos_campo.app.connect import Connected, connect
from juntos_campo.app.session import Changed
from juntos_campo.app.sync_desk import PastSync, SyncOutcome, sync_history
from juntos_campo.app.sync_files import choose_files, files_waiting, send_files_now
from juntos_campo.app.sync_settings import AutoSync, auto_sync, choose_auto_sync
from juntos_campo.app.sync_waiting import WaitingSummary, waiting_summary
from juntos_campo.domain.spanish import moment
from juntos_campo.sync.files import Choice
from juntos_campo.sync.wording import bytes_text
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.record_opening import open_record_of
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.sync_attention import AttentionPart
from juntos_campo.ui.screens.sync_before import BeforeCard
from juntos_campo.ui.screens.sync_connect import ConnectCard
from juntos_campo.ui.screens.sync_result import ResultCard
from juntos_campo.ui.tasks import Job, Task
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.inputs import ProgressPanel
from juntos_campo.ui.widgets.labels import SectionHeader, button
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.scroll_column import ScrollColumn
from juntos_campo.ui.widgets.table import DataTable

ROWS_SHOWN = 6


class SyncScreen(Screen):
    """F5 synchronises; the answer stays on the screen until the next one."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("SyncScreen", "Sincronizar"))
        self.summary: WaitingSummary | None = None
        self.outcome: SyncOutcome | None = None
        self._task: Task | None = None
        self._asking = False
        self._sign_in_again = False
        self.before = BeforeCard()
        self.start_button = self.before.start_button
        self.connect_card = ConnectCard(context.session.user.name)
        self.progress = ProgressPanel()
        self.result = ResultCard()
        self.attention = AttentionPart(context)
        self.conflicts_button = button(
            self.tr("Cambios cruzados"), "scales", on_click=self._open_conflicts,
            tooltip=self.tr("Datos que cambiaron dos personas (C)"),
        )  # fmt: skip
        self.tools.addWidget(self.conflicts_button)
        self.history_head = SectionHeader(self.tr("Sincronizaciones anteriores"))
        self.history_model: RowsModel[PastSync] = RowsModel(self._columns())
        self.history = DataTable(self.history_model, self.tr("Sincronizaciones anteriores"))
        self._lay_out()
        self._connect_parts()
        self.add_key("F5", self.tr("Sincronizar ahora"), self.start)
        self.add_key("U", self.tr("Enviar y recibir por USB"), self._open_usb)
        self.add_key("C", self.tr("Ver los cambios cruzados"), self._open_conflicts)
        self.add_key("D", self.tr("Ver el detalle de la última"), self._open_account)

    @property
    def waiting(self) -> str:
        """What would be sent, as the screen says it."""
        return self.before.waiting.text()

    @property
    def running(self) -> bool:
        """A synchronisation or a connection is under way; it goes on behind other screens."""
        return self._task is not None or self.context.sync.running

    def refresh(self, changed: Changed | None) -> None:
        """Read again what waits and how the last times went."""
        del changed
        session = self.context.session
        self.summary = waiting_summary(session)
        past = sync_history(session)
        self.history_model.set_rows(past)
        self.history.setVisible(bool(past))
        self.history_head.setVisible(bool(past))
        rows = min(len(past), ROWS_SHOWN) + 1
        self.history.setFixedHeight(theme.metrics.row * rows + theme.metrics.xs)
        self.before.show_waiting(self.summary, files_waiting(session), auto_sync(session))
        self._show_server(self.summary)
        self.attention.show_waiting(self.summary)
        number = self.summary.conflicts
        text = self.tr("Cambios cruzados ({n})") if number else self.tr("Cambios cruzados")
        self.conflicts_button.setText(text.format(n=number))
        self.conflicts_button.setAccessibleName(self.conflicts_button.text())

    def focus_first(self) -> None:
        if self.connect_card.isVisibleTo(self):
            self.connect_card.focus_first()
        else:
            self.start_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- synchronising -----------------------------------------------------------------------------

    def start(self) -> None:
        """Synchronise beside the window; nothing happens while one is running."""
        if self.running or self.summary is None or not self.summary.server:
            return
        self.problems.hide()
        self.result.hide()
        self.context.sync.start()

    def _running_changed(self, running: bool) -> None:
        if running:
            self._begin(self.tr("Llamando al servidor…"))
        else:
            self._end()

    def _begin(self, text: str) -> None:
        holder = QApplication.focusWidget()
        here = holder is not None and self.isAncestorOf(holder)
        self.before.set_busy(True)
        self.progress.start(text, take_keyboard=here)

    def _end(self) -> None:
        self._task = None
        self.progress.finish()
        self.before.set_busy(False)
        self.connect_card.set_busy(False)

    def _ended(self, outcome: SyncOutcome, automatic: bool) -> None:
        self.outcome = outcome
        self._sign_in_again = outcome.sign_in
        self._asking = outcome.sign_in
        self.result.show_outcome(outcome, moment(self.context.clock.now()))
        if not automatic:
            self.context.notify.say(outcome.headline)
        if not self.isVisible():
            self.stale = True
            return
        self.refresh(None)
        if not automatic or outcome.sign_in:
            self.focus_first()

    def _failed(self, error: Exception, automatic: bool) -> None:
        if not automatic:
            self.context.notify.fail(error)
            if self.isVisible():
                self.focus_first()

    def _stop(self) -> None:
        if not self.running:
            return
        self.context.sync.stop()
        if self._task is not None:
            self._task.cancel()

    # -- photos and files --------------------------------------------------------------------------

    def _send_files(self) -> None:
        if self.running:
            return
        self.problems.hide()
        session, said = self.context.session, self.tr("Fotos y archivos: {done} de {total}")

        def work(job: Job) -> tuple[Changed, tuple[str, ...]]:
            def tell(done: int, total: int) -> None:
                text = said.format(done=bytes_text(done), total=bytes_text(total))
                job.progress(done, total, text)

            with session.for_thread() as own:
                _, changed, told = send_files_now(
                    own, progress=tell, cancelled=lambda: job.cancelled
                )
                return changed, told

        self._begin(self.tr("Llamando al servidor…"))
        self._task = self.context.tasks.run(
            work, self._files_sent, self._task_failed, self.progress.set_progress, self,
            may_be_left=True,
        )  # fmt: skip

    def _files_sent(self, result: tuple[Changed, tuple[str, ...]]) -> None:
        self._end()
        changed, told = result
        self.context.notify.tell(
            self.tr("Fotos y archivos"), " ".join(told) or self.tr("No había nada por enviar.")
        )
        self.context.changes.publish(changed)
        self.refresh(None)
        if self.isVisible():
            self.focus_first()

    # -- the server --------------------------------------------------------------------------------

    def _connect(self, address: str, user: str, password: str) -> None:
        if self.running:
            return
        self.problems.hide()
        session = self.context.session
        changing = self._asking and not self._sign_in_again

        def work(_job: Job) -> Connected:
            with session.for_thread() as own:
                return connect(own, address, user, password, another_server=changing)

        self.connect_card.set_busy(True)
        self._begin(self.tr("Entrando al servidor…"))
        self._task = self.context.tasks.run(
            work, self._connected, self._task_failed, self.progress.set_progress, self,
            may_be_left=True,
        )  # fmt: skip

    def _connected(self, connected: Connected) -> None:
        self._end()
        self._asking = self._sign_in_again = False
        self.connect_card.password.clear()
        self.context.changes.publish(connected.changed)
        self.refresh(None)
        if connected.role_changed:
            self.context.notify.tell(
                self.tr("La oficina cambió su rol."),
                self.tr("Cierre y abra el programa para ver sus pantallas."),
            )
        self.start()

    def _task_failed(self, error: Exception) -> None:
        self._end()
        self.context.notify.fail(error)
        if self.isVisible():
            self.focus_first()

    def _change_server(self) -> None:
        self._asking = True
        if self.summary is not None:
            self._show_server(self.summary)
        self.connect_card.focus_first()

    def _stay(self) -> None:
        self._asking = self._sign_in_again = False
        if self.summary is not None:
            self._show_server(self.summary)
        self.focus_first()

    def _show_server(self, summary: WaitingSummary) -> None:
        asks = not summary.server or self._asking
        self.connect_card.setVisible(asks)
        self.before.show_actions(shown=bool(summary.server) and not asks)
        if asks:
            self.connect_card.ask(summary.server, again=self._sign_in_again)

    # -- going elsewhere ---------------------------------------------------------------------------

    def _open_usb(self) -> None:
        if self.before.usb_button.isVisible():
            self.context.navigation.open("usb")

    def _open_conflicts(self) -> None:
        self.context.navigation.open("conflicts")

    def _open_account(self) -> None:
        past = self.history_model.rows()
        if past:
            self._open_past(past[0])

    def _open_past(self, one: PastSync) -> None:
        self.context.navigation.open("sync_account", began=one.began)

    # -- laying out --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.attention.fit()
        self.before.fit()

    def _columns(self) -> list[Column[PastSync]]:
        return [
            Column(title=self.tr("Cuándo"), text=lambda one: moment(one.at), width=140),
            Column(
                title=self.tr("Resultado"),
                text=self._ending,
                tone=lambda one: "low" if one.complete and not one.refused else "high",
                width=130,
            ),
            Column(title=self.tr("Qué se envió"), text=lambda one: one.headline),
            Column(title=self.tr("Detalle"), text=lambda one: one.detail, weight=1.4),
        ]

    def _ending(self, one: PastSync) -> str:
        if not one.complete:
            return self.tr("quedó a medias")
        return self.tr("con rechazos") if one.refused else self.tr("completa")

    def _connect_parts(self) -> None:
        context, before = self.context, self.before
        before.start_wanted.connect(self.start)
        before.usb_wanted.connect(self._open_usb)
        before.server_wanted.connect(self._change_server)
        before.files_wanted.connect(self._send_files)
        before.auto_chosen.connect(self._choose_auto)
        before.files_chosen.connect(self._choose_files)
        before.record_wanted.connect(lambda kind, one: open_record_of(context, kind, one))
        self.connect_card.wanted.connect(self._connect)
        self.connect_card.left.connect(self._stay)
        self.progress.cancelled.connect(self._stop)
        self.result.account_wanted.connect(self._open_account)
        self.history.opened.connect(self._open_past)
        context.sync.running_changed.connect(self._running_changed)
        context.sync.progressed.connect(self.progress.set_progress)
        context.sync.ended.connect(self._ended)
        context.sync.failed.connect(self._failed)
        if context.sync.running:
            self._running_changed(True)

    def _choose_auto(self, choice: str) -> None:
        changed = choose_auto_sync(self.context.session, AutoSync(choice))
        self.context.notify.saved()
        self.context.changes.publish(changed)

    def _choose_files(self, choice: str) -> None:
        changed = choose_files(self.context.session, Choice(choice))
        self.context.notify.saved()
        self.context.changes.publish(changed)

    def _lay_out(self) -> None:
        area = ScrollColumn()
        column = area.column
        self.before.body.addWidget(self.progress)
        for widget in (self.before, self.connect_card, self.result, self.attention,
                       self.history_head, self.history):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        self.body.addWidget(area, 1)
