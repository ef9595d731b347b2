"""What every screen is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from juntos_campo.domain.clock import Clock
from juntos_campo.ui.navigation import Navigation
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.tasks import Tasks


@dataclass(frozen=True, slots=True)
class UiContext:
    """Handed to every screen's constructor.

    Attributes:
        session: the open database and its use cases (`juntos_campo.app.session`).
        tasks: the worker for anything that may take longer than a blink.
        notify: errors and news.
        navigation: to open other screens.
        clock: the present day.
    """

    session: Any
    tasks: Tasks
    notify: Notifications
    navigation: Navigation
    clock: Clock
