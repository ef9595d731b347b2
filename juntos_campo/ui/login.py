"""The door: the password of this laptop, or setting it up the first time."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from juntos_campo.app.user import User
from juntos_campo.domain.errors import UserError, user_error
from juntos_campo.domain.values import Role
from juntos_campo.store.problems import WAIT_BEFORE_RETRY
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.problems import PASSWORDS_DIFFER, USER_MISSING
from juntos_campo.ui.theme.icons import app_icon
from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Card, Label, button
from juntos_campo.ui.widgets.problem_bar import ProblemBar

if TYPE_CHECKING:
    from juntos_campo.app.session import Session

Open: TypeAlias = "Callable[[str], Session]"
"""Password -> open session; raises `UserError`."""
Create: TypeAlias = "Callable[[str, User], Session]"


class LoginWindow(QWidget):
    """Asks for the password, or for user and new password on a laptop without a database.

    Attributes:
        opened: the open `Session`.
    """

    opened = Signal(object)

    def __init__(
        self, open_: Open, create: Create, notify: Notifications, *, first_time: bool
    ) -> None:
        super().__init__()
        self._open, self._create, self._notify = open_, create, notify
        self.first_time = first_time
        self.setProperty("role", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle("Juntos Campo")
        self.setWindowIcon(app_icon())
        self.problems = ProblemBar()
        self.password = self._secret(self.tr("Contraseña"))
        self.repeated = self._secret(self.tr("Repita la contraseña"))
        self.user = QLineEdit()
        self.user.setAccessibleName(self.tr("Usuario del programa"))
        self.full_name = QLineEdit()
        self.full_name.setAccessibleName(self.tr("Nombre y apellidos"))
        self.role = QComboBox()
        self.role.setAccessibleName(self.tr("Trabajo"))
        self.role.addItem(self.tr("Gestor local"), Role.FIELD_WORKER)
        self.role.addItem(self.tr("Coordinador zonal"), Role.ZONE_COORDINATOR)
        word = self.tr("Preparar esta computadora") if first_time else self.tr("Entrar")
        self.enter_button = button(word, "sign-in", "primary", self.enter)
        self._seconds = 0
        self._timer = QTimer(self)
        self._timer.setInterval(1000)
        self._timer.timeout.connect(self._count_down)
        self._lay_out()
        self._connect()
        self.resize(theme.metrics.px(760), theme.metrics.px(560))
        (self.user if first_time else self.password).setFocus()

    def enter(self) -> None:
        """Open or create; a refusal is shown and nothing else happens."""
        self.enter_button.setEnabled(False)
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            session = self._make() if self.first_time else self._open(self.password.text())
        except UserError as error:
            self._refuse(error)
            return
        finally:
            QApplication.restoreOverrideCursor()
            self.enter_button.setEnabled(True)
        self.password.clear()
        self.repeated.clear()
        self.opened.emit(session)

    def _make(self) -> Session:
        if not self.user.text().strip():
            self.user.setFocus()
            raise user_error(USER_MISSING)
        if self.password.text() != self.repeated.text():
            self.repeated.setFocus()
            raise user_error(PASSWORDS_DIFFER)
        name = self.user.text().strip()
        user = User(name, self.full_name.text().strip() or name, Role(self.role.currentData()))
        return self._create(self.password.text(), user)

    def _refuse(self, error: UserError) -> None:
        self.problems.show_error(error)
        self.password.selectAll()
        self.password.setFocus()
        if error.problem is WAIT_BEFORE_RETRY:
            self._seconds = int(error.values["seconds"])
            self._failures = int(error.values["failures"])
            self._timer.start()

    def _count_down(self) -> None:
        self._seconds -= 1
        if self._seconds > 0:
            error = user_error(WAIT_BEFORE_RETRY, failures=self._failures, seconds=self._seconds)
            self.problems.show_error(error)
            return
        self._timer.stop()
        self.problems.show_notice(self.tr("Ya puede intentar otra vez."))

    def _secret(self, name: str) -> QLineEdit:
        edit = QLineEdit()
        edit.setEchoMode(QLineEdit.EchoMode.Password)
        edit.setAccessibleName(name)
        return edit

    def _connect(self) -> None:
        fields = [self.password]
        if self.first_time:
            fields = [self.user, self.full_name, self.password, self.repeated]
        for here, following in itertools.pairwise(fields):
            here.returnPressed.connect(following.setFocus)
        fields[-1].returnPressed.connect(self.enter_button.click)

    def _lay_out(self) -> None:
        m = theme.metrics
        card = Card()
        card.setFixedWidth(m.px(480))
        card.body.setContentsMargins(m.xl, m.l, m.xl, m.l)
        card.body.setSpacing(m.px(12))
        sign = QLabel()
        sign.setPixmap(app_icon().pixmap(QSize(m.px(48), m.px(48))))
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(Label("Juntos Campo", TextRole.TITLE))
        names.addWidget(Label(self.tr("Acompañamiento a los hogares"), TextRole.SOFT))
        head = QHBoxLayout()
        head.setSpacing(m.m)
        head.addWidget(sign)
        head.addLayout(names, 1)
        card.body.addLayout(head)
        card.body.addWidget(Label(self._explanation(), TextRole.SOFT, wrap=True))
        card.body.addWidget(self.problems)
        card.body.addLayout(self._fields())
        card.body.addWidget(self.enter_button)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addWidget(card, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def _fields(self) -> QFormLayout:
        fields = QFormLayout()
        fields.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        fields.setVerticalSpacing(theme.metrics.xs)
        if self.first_time:
            for edit in (self.user, self.full_name):
                fields.addRow(Label(edit.accessibleName()), edit)
            fields.addRow(Label(self.role.accessibleName()), self.role)
        fields.addRow(Label(self.password.accessibleName()), self.password)
        if self.first_time:
            fields.addRow(Label(self.repeated.accessibleName()), self.repeated)
        return fields

    def _explanation(self) -> str:
        if self.first_time:
            return self.tr(
                "Primera vez en esta computadora. Los datos de las familias se guardan cifrados: "
                "sin esta contraseña nadie puede leerlos, tampoco la oficina."
            )
        return self.tr("Los datos de las familias están cifrados en esta computadora.")
