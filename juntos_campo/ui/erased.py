"""What a person sees once the laptop was erased by the office's order."""

from __future__ import annotations

from PySide6.QtCore import Signal

from juntos_campo.domain.clock import LIMA
from juntos_campo.domain.spanish import long_date
from juntos_campo.store.erasing import Erasure
from juntos_campo.ui.door_page import DoorPage
from juntos_campo.ui.theme.theme import TextRole
from juntos_campo.ui.widgets.labels import Label, button
from juntos_campo.ui.widgets.sentence import Sentence


class ErasedWindow(DoorPage):
    """Says what happened; from here the laptop can be set up anew.

    Attributes:
        read: the person wants to set this computer up again.
    """

    read = Signal()

    def __init__(self, mark: Erasure) -> None:
        super().__init__(self.tr("Esta computadora fue borrada por orden de la oficina"))
        when = mark.ordered.astimezone(LIMA)
        told = self.tr(
            "La oficina lo ordenó el {day} a las {time}, porque se dio por robada o perdida. En esta "
            "computadora ya no queda ningún dato de las familias, y ninguna contraseña los abre."
        ).format(day=long_date(when.date()), time=f"{when:%H:%M}")
        self.what = Label(told, TextRole.BODY, wrap=True)
        self.kept = Label(
            self.tr(
                "Lo que se había enviado sigue en el servidor. Lo que todavía no se había enviado se perdió."
            ),
            TextRole.BODY,
            wrap=True,
        )
        self.advice = Label(
            self.tr(
                "Si la computadora es suya y la recuperó, avise a la oficina. Para trabajar otra vez en "
                "ella, prepárela con su usuario y sincronice: sus hogares vuelven a llegar."
            ),
            TextRole.BODY,
            wrap=True,
        )
        self.office = Sentence("cloud-check", "information")
        self.prepare_button = button(
            self.tr("Preparar esta computadora"), "sign-in", "primary", self.read.emit
        )
        self.close_button = button(self.tr("Cerrar"), role="quiet", on_click=self.close)
        for text in (self.what, self.kept, self.advice, self.office):
            self.card.body.addWidget(text)
        for one in (self.prepare_button, self.close_button):
            self.card.body.addWidget(one)
        self.say_told(mark.told)
        self.prepare_button.setFocus()

    def say_told(self, told: bool) -> None:
        """Whether the office knows by now."""
        if told:
            self.office.say(self.tr("La oficina ya sabe que se borró."))
        else:
            self.office.say(self.tr("La oficina lo sabrá cuando esta computadora tenga internet."))
