"""The gate: what the right password opens when the laptop was too long without contact with the office."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QLineEdit

from juntos_campo.app.lease import LeaseState, LeaseView, lease_of
from juntos_campo.app.lease_contact import contact_office
from juntos_campo.app.session import Session
from juntos_campo.app.usb import apply_answer, make_bundle
from juntos_campo.app.usb_files import last_folder, remember_folder
from juntos_campo.domain.errors import UserError
from juntos_campo.domain.spanish import long_date
from juntos_campo.store.problems import ERASED
from juntos_campo.sync.problems import DATABASE_COPIED, SIGN_IN_AGAIN
from juntos_campo.ui.door_page import DoorPage
from juntos_campo.ui.folder_choice import folder_choice
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.tasks import Job, Tasks
from juntos_campo.ui.theme.theme import TextRole
from juntos_campo.ui.widgets.labels import Label, button
from juntos_campo.ui.widgets.problem_bar import ProblemBar
from juntos_campo.ui.widgets.sentence import Sentence


class GateWindow(DoorPage):
    """Shows nothing of what is recorded. Contact over the net or by stick opens everything again.

    Attributes:
        passed: there was contact; the session stays open for the main window.
        erased: the office's answer was to erase this laptop.
        left: the person closed it; the session is closed.
    """

    passed = Signal(object)
    erased = Signal()
    left = Signal()

    def __init__(self, session: Session, notify: Notifications) -> None:
        super().__init__(self.tr("Conéctese con la oficina para continuar"))
        self.session = session
        self.tasks = Tasks(self)
        self.tasks.unhandled.connect(notify.fail)
        self._done = False
        self.problems = ProblemBar()
        self.what = Label("", TextRole.BODY, wrap=True)
        self.clock = Sentence("clock", "medium")
        self.working = Sentence("hourglass", "information")
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(self.tr("Contraseña en el servidor"))
        self.password.returnPressed.connect(self.connect_now)
        self.password_label = Label(self.password.accessibleName())
        self.password_label.setBuddy(self.password)
        self.connect_button = button(
            self.tr("Conectar ahora"), "cloud-check", "primary", self.connect_now
        )
        self.write_button = button(
            self.tr("Escribir archivo en memoria USB…"), "upload-simple", on_click=self.write
        )
        self.read_button = button(
            self.tr("Traer respuesta por memoria USB…"), "folder-open", on_click=self.read
        )
        self.close_button = button(self.tr("Cerrar"), role="quiet", on_click=self.close)
        self._buttons = (self.connect_button, self.write_button, self.read_button)
        self._lay_out()
        self._ask_password(False)
        self._show(lease_of(session))
        self.connect_button.setFocus()

    def connect_now(self) -> None:
        """Ask the office over the net."""
        typed, session = self.password.text(), self.session

        def work(job: Job) -> LeaseView:
            with session.for_thread() as own:
                return contact_office(own, typed, lambda: job.cancelled)

        self._run(self.tr("Conectando con la oficina…"), work, self._contacted)

    def write(self) -> None:
        """Write a sealed file for the office to a stick."""
        session = self.session
        chosen = folder_choice.folder(self, last_folder(session))
        if not chosen:
            return
        remember_folder(session, Path(chosen))

        def work(_job: Job) -> str:
            with session.for_thread() as own:
                return make_bundle(own, Path(chosen)).path.name

        self._run(self.tr("Escribiendo el archivo…"), work, self._written)

    def read(self) -> None:
        """Apply the office's answer on a stick."""
        session = self.session
        chosen = folder_choice.files(self, last_folder(session))
        if not chosen:
            return

        def work(_job: Job) -> LeaseView:
            with session.for_thread() as own:
                apply_answer(own, Path(chosen[0]))
                return lease_of(own)

        self._run(self.tr("Leyendo la respuesta…"), work, self._contacted)

    def closeEvent(self, event: QCloseEvent) -> None:
        self.tasks.close()
        if not self._done:
            self._done = True
            self.session.close()
            self.left.emit()
        super().closeEvent(event)

    # -- what came of it -------------------------------------------------------------------------

    def _run(self, text: str, work: Callable[[Job], Any], done: Callable[[Any], object]) -> None:
        if self.tasks.busy:
            return
        self.problems.hide()
        self.working.say(text)
        self._enable(False)

        def ended(result: Any) -> None:
            self._rest()
            done(result)

        self.tasks.run(work, ended, self._failed, owner=self, may_be_left=True)

    def _contacted(self, view: LeaseView) -> None:
        self.password.clear()
        if view.state is not LeaseState.PAST:
            self._done = True
            self.passed.emit(self.session)
            return
        self._show(view)
        self.problems.show_notice(
            self.tr("La oficina respondió, pero el plazo sigue vencido."),
            self.tr("Revise la fecha de la computadora; si está bien, avise a la oficina."),
        )

    def _written(self, name: str) -> None:
        self.problems.show_notice(
            self.tr("Archivo escrito: {name}").format(name=name),
            self.tr(
                "Llévelo a la oficina, o a quien tenga internet, y traiga la respuesta. Va sellado: nadie "
                "puede leerlo en el camino."
            ),
        )

    def _failed(self, error: Exception) -> None:
        self._rest()
        if not isinstance(error, UserError):
            self.tasks.unhandled.emit(error)
            return
        if error.problem is ERASED:
            self._done = True
            self.session.close()
            self.erased.emit()
            return
        self.problems.show_error(error)
        if error.problem in (SIGN_IN_AGAIN, DATABASE_COPIED):
            self._ask_password(True)

    def _rest(self) -> None:
        self.working.say("")
        self._enable(True)

    def _enable(self, on: bool) -> None:
        for one in (*self._buttons, self.password):
            one.setEnabled(on)

    def _ask_password(self, wanted: bool) -> None:
        self.password.setVisible(wanted)
        self.password_label.setVisible(wanted)
        if wanted:
            self.password.setFocus()

    def _show(self, view: LeaseView) -> None:
        day = long_date(view.last_day) if view.last_day else ""
        self.what.setText(
            self.tr(
                "Debía conectarse hasta el {day}. Pasado ese plazo, por si la computadora fue robada, no se "
                "abre sin que la oficina lo confirme. No se perdió nada: todo lo que registró sigue aquí, "
                "cifrado. Conéctese a internet un momento; si no hay, escriba un archivo en una memoria USB, "
                "llévelo a la oficina y traiga la respuesta."
            ).format(day=day)
        )
        self.clock.say(self._clock_text(view))

    def _clock_text(self, view: LeaseView) -> str:
        if not view.clock_ahead or view.shown is None or view.seen is None:
            return ""
        return self.tr(
            "El reloj de esta computadora dice que hoy es {shown}, y se usó por última vez el {seen}. Si "
            "esa fecha está mal, corríjala en la configuración del sistema y abra el programa otra vez, o "
            "conéctese."
        ).format(shown=long_date(view.shown), seen=long_date(view.seen))

    def _lay_out(self) -> None:
        body = self.card.body
        for one in (self.problems, self.what, self.clock, self.password_label, self.password):
            body.addWidget(one)
        body.addWidget(self.working)
        for other in (*self._buttons, self.close_button):
            body.addWidget(other)
