"""Sincronizar: what waits, the synchronisation itself, and honestly what came of it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from juntos_campo.app.conflicts import leave, open_conflicts
from juntos_campo.app.connect import Connected, connect
from juntos_campo.app.session import Changed
from juntos_campo.app.sync_desk import (
    PastSync,
    SyncOutcome,
    WaitingSummary,
    progress_text,
    send_again,
    sync_history,
    synchronise,
    waiting_summary,
)
from juntos_campo.domain.spanish import moment
from juntos_campo.sync.report import Progress
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.screens.sync_connect import ConnectCard
from juntos_campo.ui.tasks import Job, Task
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.inputs import ProgressPanel
from juntos_campo.ui.widgets.labels import Card, Label, SectionHeader, button
from juntos_campo.ui.widgets.record_list import FieldItem, Item, Note, RecordList
from juntos_campo.ui.widgets.rows_model import Column, RowsModel
from juntos_campo.ui.widgets.table import DataTable


class SyncScreen(Screen):
    """F5 synchronises; the answer stays on the screen until the next one."""

    def __init__(self, context: UiContext) -> None:
        super().__init__(context, QCoreApplication.translate("SyncScreen", "Sincronizar"))
        self.summary: WaitingSummary | None = None
        self.outcome: SyncOutcome | None = None
        self._task: Task | None = None
        self._asking = False
        self._sign_in_again = False
        self.waiting = Label("", TextRole.SECTION, wrap=True)
        self.cost = Label("", TextRole.SOFT, wrap=True)
        self.server = Label("", TextRole.SMALL, wrap=True)
        self.start_button = button(
            self.tr("Sincronizar ahora"), "arrows-clockwise", "primary", self.start,
            tooltip=self.tr("Sincronizar ahora (F5)"),
        )  # fmt: skip
        self.change_button = button(
            self.tr("Cambiar servidor"), role="quiet", on_click=self._change_server
        )
        self.connect_card = ConnectCard(context.session.user.name)
        self.progress = ProgressPanel()
        self.result = ResultCard()
        self.attention_head = SectionHeader(self.tr("Requieren su atención"))
        self.attention = RecordList(self.tr("Requieren su atención"))
        self.attention_button = button(self.tr("Ya lo leí"), on_click=self._settle)
        self.history_head = SectionHeader(self.tr("Sincronizaciones anteriores"))
        self.history_model: RowsModel[PastSync] = RowsModel(self._columns())
        self.history = DataTable(self.history_model, self.tr("Sincronizaciones anteriores"))
        self._lay_out()
        self.connect_card.wanted.connect(self._connect)
        self.connect_card.left.connect(self._stay)
        self.progress.cancelled.connect(self._stop)
        self.attention.chosen.connect(lambda _key: self._attention_chosen())
        self.attention.opened.connect(lambda _key: self._settle())
        self.add_key("F5", self.tr("Sincronizar ahora"), self.start)

    def refresh(self, changed: Changed | None) -> None:
        """Read again what waits and how the last times went."""
        del changed
        session = self.context.session
        self.summary = waiting_summary(session)
        past = sync_history(session)
        self.history_model.set_rows(past)
        self.history.setVisible(bool(past))
        self.history_head.setVisible(bool(past))
        rows = min(len(past), 6) + 1
        self.history.setFixedHeight(theme.metrics.row * rows + theme.metrics.xs)
        self._show_waiting(self.summary)
        self._show_attention(self.summary)

    def focus_first(self) -> None:
        if self.connect_card.isVisibleTo(self):
            self.connect_card.focus_first()
        else:
            self.start_button.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def running(self) -> bool:
        """A synchronisation or a connection is under way; it goes on behind other screens."""
        return self._task is not None

    # -- synchronising -----------------------------------------------------------------------------

    def start(self) -> None:
        """Synchronise beside the window; nothing happens while one is running."""
        if self._task is not None or self.summary is None or not self.summary.server:
            return
        self.problems.hide()
        self.result.hide()
        session = self.context.session

        def work(job: Job) -> SyncOutcome:
            def tell(progress: Progress) -> None:
                total = progress.to_send if progress.acknowledged < progress.to_send else 0
                job.progress(progress.acknowledged, total, progress_text(progress))

            with session.for_thread() as own:
                return synchronise(own, progress=tell, cancelled=lambda: job.cancelled)

        self._begin(self.tr("Llamando al servidor…"))
        self._task = self.context.tasks.run(
            work, self._done, self._failed, self.progress.set_progress, self, may_be_left=True
        )

    def _begin(self, text: str) -> None:
        for one in (self.start_button, self.change_button):
            one.setEnabled(False)
        self.progress.start(text)

    def _end(self) -> None:
        self._task = None
        self.progress.finish()
        for one in (self.start_button, self.change_button):
            one.setEnabled(True)
        self.connect_card.set_busy(False)

    def _done(self, outcome: SyncOutcome) -> None:
        self._end()
        self.outcome = outcome
        self._sign_in_again = outcome.sign_in
        self._asking = outcome.sign_in
        self.result.show_outcome(outcome, moment(self.context.clock.now()))
        self.context.notify.say(outcome.headline)
        self.context.changes.publish(outcome.changed)
        if not self.isVisible():
            self.stale = True
        else:
            self.refresh(None)
            self.focus_first()

    def _failed(self, error: Exception) -> None:
        self._end()
        self.context.notify.fail(error)

    def _stop(self) -> None:
        if self._task is not None:
            self._task.cancel()

    # -- the server --------------------------------------------------------------------------------

    def _connect(self, address: str, user: str, password: str) -> None:
        if self._task is not None:
            return
        self.problems.hide()
        session = self.context.session

        def work(_job: Job) -> Connected:
            with session.for_thread() as own:
                return connect(own, address, user, password)

        self.connect_card.set_busy(True)
        self._begin(self.tr("Entrando al servidor…"))
        self._task = self.context.tasks.run(
            work, self._connected, self._failed, self.progress.set_progress, self, may_be_left=True
        )

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

    def _change_server(self) -> None:
        self._asking = True
        if self.summary is not None:
            self._show_waiting(self.summary)
        self.connect_card.focus_first()

    def _stay(self) -> None:
        self._asking = self._sign_in_again = False
        if self.summary is not None:
            self._show_waiting(self.summary)
        self.focus_first()

    # -- what needs attention ----------------------------------------------------------------------

    def _settle(self) -> None:
        """The action of the chosen line: send again, or read."""
        if self.summary is None:
            return
        kind, _, key = self.attention.current().partition("/")
        if kind == "refused":
            line = next((one for one in self.summary.refused if one.op_ids[0] == key), None)
            if line is not None:
                self.context.changes.publish(send_again(self.context.session, line))
                self.context.notify.say(self.tr("Se enviará otra vez al sincronizar"))
        elif kind == "conflict":
            self.context.changes.publish(leave(self.context.session, key))
        self.refresh(None)

    def _attention_chosen(self) -> None:
        refused = self.attention.current().startswith("refused/")
        text = self.tr("Enviar otra vez") if refused else self.tr("Ya lo leí")
        self.attention_button.setText(text)
        self.attention_button.setAccessibleName(text)

    def _show_attention(self, summary: WaitingSummary) -> None:
        items: list[Item] = [
            FieldItem(
                f"refused/{one.op_ids[0]}",
                one.what,
                self.tr("El servidor no lo aceptó; sigue guardado aquí."),
                (Note("prohibit", one.reason, "high"),),
                strong=True,
            )
            for one in summary.refused
        ]
        items += [
            FieldItem(
                f"conflict/{one.id}",
                f"{one.record}: {one.field}",
                self.tr("Dos personas cambiaron el mismo dato."),
                (Note("scales", f"{one.line}. {one.rule}", "information"),),
                strong=True,
            )
            for one in open_conflicts(self.context.session)
        ]
        for widget in (self.attention_head, self.attention):
            widget.setVisible(bool(items))
        self.attention.set_items(items)
        self._fit_attention()
        self._attention_chosen()

    def _fit_attention(self) -> None:
        height = min(self.attention.content_height(), theme.metrics.px(260))
        self.attention.setFixedHeight(max(height, theme.metrics.row_tall))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_attention()

    def _show_waiting(self, summary: WaitingSummary) -> None:
        asks = not summary.server or self._asking
        self.connect_card.setVisible(asks)
        self.start_button.setVisible(bool(summary.server) and not asks)
        self.change_button.setVisible(bool(summary.server) and not asks)
        if asks:
            self.connect_card.ask(summary.server, again=self._sign_in_again)
        if summary.text:
            self.waiting.setText(self.tr("Por enviar: {what}").format(what=summary.text))
        else:
            self.waiting.setText(self.tr("Nada por enviar"))
        self.cost.setText(" · ".join(self._cost(summary)))
        self.cost.setVisible(bool(self.cost.text()))
        self.server.setText(self._server_text(summary))

    def _cost(self, summary: WaitingSummary) -> list[str]:
        if not summary.text:
            return []
        parts = [self.tr("unos {size}").format(size=summary.size_text)]
        if summary.seconds is not None:
            parts.append(self.tr("unos {n} s con la última conexión").format(n=summary.seconds))
        return parts

    def _server_text(self, summary: WaitingSummary) -> str:
        if not summary.server:
            return self.tr("Esta computadora todavía no se conectó con la oficina.")
        if summary.last_complete is None:
            last = self.tr("todavía no se sincronizó")
        else:
            last = self.tr("última vez completa: {when}").format(when=moment(summary.last_complete))
        return self.tr("Servidor {url} · {last}").format(url=summary.server, last=last)

    def _columns(self) -> list[Column[PastSync]]:
        return [
            Column(title=self.tr("Cuándo"), text=lambda one: moment(one.at), width=140),
            Column(
                title=self.tr("Resultado"),
                text=lambda one: self.tr("completa") if one.complete else self.tr("quedó a medias"),
                tone=lambda one: "low" if one.complete else "high",
                width=130,
            ),
            Column(title=self.tr("Qué se envió"), text=lambda one: one.headline),
            Column(title=self.tr("Detalle"), text=lambda one: one.detail, weight=1.4),
        ]

    def _lay_out(self) -> None:
        m = theme.metrics
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, m.s, 0)
        column.setSpacing(m.s)
        box = Card()
        box.body.addWidget(self.waiting)
        box.body.addWidget(self.cost)
        box.body.addWidget(self.server)
        row = QHBoxLayout()
        row.setSpacing(m.s)
        row.addWidget(self.start_button)
        row.addWidget(self.change_button)
        row.addStretch(1)
        box.body.addLayout(row)
        box.body.addWidget(self.progress)
        self.attention_head.add_action(self.attention_button)
        for widget in (box, self.connect_card, self.result, self.attention_head, self.attention,
                       self.history_head, self.history):  # fmt: skip
            column.addWidget(widget)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        self.body.addWidget(area, 1)


class ResultCard(Card):
    """The account of the synchronisation that just ended."""

    def __init__(self) -> None:
        super().__init__()
        self._tone, self._icon = "low", "cloud-check"
        self.sign = QLabel()
        self.headline = Label("", TextRole.STRONG, wrap=True)
        self.details = Label("", TextRole.BODY, wrap=True)
        texts = QVBoxLayout()
        texts.addWidget(self.headline)
        texts.addWidget(self.details)
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.m)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self.body.addLayout(row)
        theme.changed.connect(self._redraw)
        self.hide()

    def show_outcome(self, outcome: SyncOutcome, when: str) -> None:
        """Tell what went, what came, what did not, and why."""
        whole = outcome.complete and not outcome.report.refused
        self._tone = "low" if whole else "medium"
        self._icon = "cloud-check" if outcome.complete else "wifi-slash"
        done = self.tr("Sincronización completa, {when}")
        cut = self.tr("La sincronización no terminó, {when}")
        state = (done if outcome.complete else cut).format(when=when)
        self.headline.setText(f"{state}. {outcome.headline}")
        lines = [outcome.stopped, *outcome.details]
        self.details.setText("\n".join(line for line in lines if line))
        set_tone(self.headline, "" if whole else self._tone)
        self.setAccessibleName(self.headline.text())
        self.setAccessibleDescription(self.details.text())
        self._redraw()
        self.show()

    def _redraw(self) -> None:
        self.sign.setPixmap(icon_pixmap(self._icon, self._tone, theme.metrics.px(28)))
