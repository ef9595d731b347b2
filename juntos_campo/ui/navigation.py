"""Going from screen to screen: who wants to open something says what, the main window shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal


@dataclass(frozen=True, slots=True)
class Place:
    """A screen and what it shows.

    Attributes:
        key: of the screen's entry in `juntos_campo.ui.registry`.
        params: handed to `Screen.open`; values are ids and codes.
    """

    key: str
    params: dict[str, str] = field(default_factory=dict)


class Navigation(QObject):
    """The way through the screens, with its history.

    Attributes:
        went: the main window shows this `Place`.
        history_changed: whether there is a way back.
    """

    went = Signal(object)
    history_changed = Signal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history: list[Place] = []
        self._at: Place | None = None

    @property
    def place(self) -> Place | None:
        """Where we are."""
        return self._at

    def open(self, key: str, **params: str) -> None:
        """Go to a screen; parameters left empty are not handed on."""
        place = Place(key, {name: value for name, value in params.items() if value})
        if self._at is not None and self._at != place:
            self._history.append(self._at)
            del self._history[:-50]
        self._go(place)

    def open_household(self, household_id: str, member_id: str = "", tab: str = "") -> None:
        """The household's file; `member_id` is chosen there, `tab` opened."""
        self.open("household", household_id=household_id, member_id=member_id, tab=tab)

    def open_visit(self, household_id: str, visit_id: str = "") -> None:
        """The visit to a household: its open draft, a new one, or a closed one to be corrected."""
        self.open("visit", household_id=household_id, visit_id=visit_id)

    def open_form(self, form_id: str, place_id: str = "", bimester: str = "") -> None:
        """An official form (``salud02``) of a facility or school and bimester (``2026-6``)."""
        self.open("form", form_id=form_id, place_id=place_id, bimester=bimester)

    def open_review(self, kind: str, record_id: str) -> None:
        """A record in the coordinator's queue."""
        self.open("coordination", kind=kind, record_id=record_id)

    def new_record(self, household_id: str = "", member_id: str = "") -> None:
        """Choose the form of a new record of ours; from a household's file about that household."""
        self.open("record_new", household_id=household_id, member_id=member_id)

    def open_record(
        self, *, form_id: str = "", subject_id: str = "", draft_id: str = "", record_id: str = ""
    ) -> None:
        """Fill in a form of ours: a draft, a new one about `subject_id`, or `record_id` corrected."""
        self.open(
            "record", form_id=form_id, subject_id=subject_id, draft_id=draft_id, record_id=record_id
        )

    def read_record(self, record_id: str) -> None:
        """A closed record of ours, to be read."""
        self.open("record_reader", record_id=record_id)

    def back(self) -> None:
        """To where we came from; nothing happens at the beginning."""
        if self._history:
            self._go(self._history.pop())

    def _go(self, place: Place) -> None:
        self._at = place
        self.history_changed.emit(bool(self._history))
        self.went.emit(place)
