"""The form that connects this laptop to its server."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QHBoxLayout, QLineEdit

from juntos_campo.ui.theme.theme import TextRole, theme
from juntos_campo.ui.widgets.labels import Card, Label, button


class ConnectCard(Card):
    """Address, user, password.

    Attributes:
        wanted: (address, user, password) to enter with.
        left: the person does not want to change the server after all.
    """

    wanted = Signal(str, str, str)
    left = Signal()

    def __init__(self, user: str) -> None:
        super().__init__()
        m = theme.metrics
        self.title = Label("", TextRole.SECTION)
        self.advice = Label("", TextRole.SOFT, wrap=True)
        self.address, self.user, self.password = QLineEdit(), QLineEdit(user), QLineEdit()
        self.address.setPlaceholderText("https://campo.ejemplo.gob.pe")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        form = QFormLayout()
        form.setSpacing(m.s)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        for text, line in (
            (self.tr("Dirección del servidor"), self.address),
            (self.tr("Usuario"), self.user),
            (self.tr("Contraseña en el servidor"), self.password),
        ):
            label = Label(text)
            label.setBuddy(line)
            line.setAccessibleName(text)
            line.setMaximumWidth(m.px(420))
            form.addRow(label, line)
            line.returnPressed.connect(self._enter)
        self.enter_button = button(self.tr("Entrar al servidor"), "sign-in", "primary", self._enter)
        self.leave_button = button(self.tr("Dejar como está"), on_click=self.left.emit)
        row = QHBoxLayout()
        row.setSpacing(m.s)
        row.addWidget(self.enter_button)
        row.addWidget(self.leave_button)
        row.addStretch(1)
        self.body.addWidget(self.title)
        self.body.addWidget(self.advice)
        self.body.addLayout(form)
        self.body.addLayout(row)

    def ask(self, server: str, *, again: bool) -> None:
        """Show the form for the first time, to sign in `again`, or to change the server."""
        self.address.setText(self.address.text() or server)
        self.password.clear()
        self.leave_button.setVisible(bool(server))
        if again:
            self.title.setText(self.tr("Entre al servidor otra vez"))
            self.advice.setText(
                self.tr("El servidor no reconoce esta computadora. Lo que falta enviar sigue aquí.")
            )
        elif server:
            self.title.setText(self.tr("Cambiar de servidor"))
            self.advice.setText(self.tr("Use la dirección que le dio la oficina."))
        else:
            self.title.setText(self.tr("Conecte esta computadora con la oficina"))
            self.advice.setText(
                self.tr(
                    "Hace falta una sola vez y necesita internet. Mientras tanto puede trabajar: "
                    "todo queda guardado aquí."
                )
            )

    def set_busy(self, busy: bool) -> None:
        """While the server is asked nothing can be typed."""
        for one in (self.address, self.user, self.password, self.enter_button, self.leave_button):
            one.setEnabled(not busy)

    def focus_first(self) -> None:
        """The first empty line."""
        lines = (self.address, self.user, self.password)
        next((line for line in lines if not line.text()), self.password).setFocus()

    def _enter(self) -> None:
        self.wanted.emit(self.address.text(), self.user.text(), self.password.text())
