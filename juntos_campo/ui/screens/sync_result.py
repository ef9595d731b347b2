"""Sincronizar afterwards: the account of one synchronisation, part by part."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout

from juntos_campo.app.sync_account import Account, past_account
from juntos_campo.app.sync_desk import SyncOutcome
from juntos_campo.domain.spanish import long_date
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.record_opening import open_record_of
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.theme.icons import icon_pixmap
from juntos_campo.ui.theme.theme import TextRole, set_tone, theme
from juntos_campo.ui.widgets.labels import Card, EmptyState, Label, button
from juntos_campo.ui.widgets.record_list import FieldItem, HeadItem, Item, RecordList


def account_items(account: Account) -> list[Item]:
    """The account as headings and lines; a line's key is ``part/number``."""
    items: list[Item] = []
    for place, part in enumerate(account.parts):
        items.append(HeadItem(part.title, str(len(part.lines)) if len(part.lines) > 1 else ""))
        for number, one in enumerate(part.lines):
            items.append(FieldItem(f"{place}/{number}", one.what, one.detail))
    return items


class AccountList(RecordList):
    """What happened, line by line.

    Attributes:
        record_wanted: (kind, id) of a line that was opened.
    """

    record_wanted = Signal(str, str)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.delegate.bare = True
        self._account: Account | None = None
        self.opened.connect(self._open)

    def show_account(self, account: Account) -> None:
        """Show all of it."""
        self._account = account
        self.set_items(account_items(account))

    def _open(self, key: str) -> None:
        place, _, number = key.partition("/")
        if self._account is not None:
            one = self._account.parts[int(place)].lines[int(number)]
            if one.record_id:
                self.record_wanted.emit(one.kind, one.record_id)


class ResultCard(Card):
    """The account of the synchronisation that just ended.

    Attributes:
        account_wanted: all of it is to be read.
    """

    account_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._tone, self._icon = "low", "cloud-check"
        self.sign = QLabel()
        self.headline = Label("", TextRole.STRONG, wrap=True)
        self.details = Label("", TextRole.BODY, wrap=True)
        self.account_button = button(
            self.tr("Ver el detalle"), "list", "quiet", self.account_wanted.emit,
            tooltip=self.tr("Qué recibió el servidor, qué llegó y qué no (D)"),
        )  # fmt: skip
        texts = QVBoxLayout()
        texts.addWidget(self.headline)
        texts.addWidget(self.details)
        row = QHBoxLayout()
        row.setSpacing(theme.metrics.m)
        row.addWidget(self.sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        row.addWidget(self.account_button, 0, Qt.AlignmentFlag.AlignTop)
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
        self.account_button.setVisible(outcome.account is not None)
        self.setAccessibleName(self.headline.text())
        self.setAccessibleDescription(self.details.text())
        self._redraw()
        self.show()

    def _redraw(self) -> None:
        self.sign.setPixmap(icon_pixmap(self._icon, self._tone, theme.metrics.px(28)))


class SyncAccountScreen(Screen):
    """One synchronisation of the past; ``began`` says which."""

    def __init__(self, context: UiContext) -> None:
        title = QCoreApplication.translate("SyncAccountScreen", "Una sincronización")
        super().__init__(context, title)
        self._began = ""
        self.stopped = Label("", TextRole.BODY, wrap=True)
        set_tone(self.stopped, "medium")
        self.list = AccountList(self.tr("Lo que pasó"))
        self.empty = EmptyState(
            "clock-counter-clockwise",
            self.tr("Esa sincronización ya no está en la lista"),
            self.tr("Se guardan las últimas. Lo sincronizado sigue igual."),
            self.tr("Volver a Sincronizar"),
            lambda: context.navigation.open("sync"),
        )
        for one in (self.stopped, self.list, self.empty):
            self.body.addWidget(one, 0 if one is self.stopped else 1)
        self.list.record_wanted.connect(
            lambda kind, record_id: open_record_of(context, kind, record_id)
        )

    def open(self, params: dict[str, str]) -> None:
        """Show the synchronisation that began at ``began`` (ISO)."""
        self.stale = False
        self._began = params.get("began", "")
        account = past_account(self.context.session, self._began)
        for one in (self.list, self.stopped):
            one.setVisible(account is not None)
        self.empty.setVisible(account is None)
        if account is None:
            return
        state = self.tr("completa") if account.complete else self.tr("quedó a medias")
        day = long_date(account.began.date())
        remark = self.tr("{day}, {time} · {state} · {headline}").format(
            day=day[:1].upper() + day[1:],
            time=f"{account.began:%H:%M}",
            state=state,
            headline=account.headline,
        )
        self.set_title(self.tr("Una sincronización"), remark)
        self.stopped.setText(account.stopped)
        self.stopped.setVisible(bool(account.stopped))
        self.list.show_account(account)
