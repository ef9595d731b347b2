"""What happens once the password was right: the session, the main window, its standing figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QTimer

from juntos_campo.app.lease import LeaseState, lease_of, note_moment
from juntos_campo.app.rules_change import follow_rules
from juntos_campo.app.session import Changed, Session, User, create_session, open_unlocked
from juntos_campo.app.standing import Standing, standing_of
from juntos_campo.domain.spanish import count, moment, paper_date
from juntos_campo.domain.values import Role
from juntos_campo.norms.rules import Rules
from juntos_campo.store.contact import keep_contact
from juntos_campo.ui.auto_sync import SyncKeeper
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.navigation import Navigation
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.tasks import Job, Tasks

if TYPE_CHECKING:
    from juntos_campo.ui.application import Start

AFTER_PAINT_MS = 300
"""Later than the first screen is painted and sooner than anybody can open a household."""


def open_laptop(start: Start, key: bytes) -> Session:
    """The session of a laptop whose password was right.

    Raises:
        UserError: STO-004, STO-005, STO-008.
    """
    rules = Rules(start.load_book)
    return open_unlocked(start.place, key, clock=start.clock, book=rules, ids=start.ids)


def must_connect(session: Session) -> bool:
    """Whether this laptop was too long without contact: then only the gate opens."""
    past = lease_of(session).state is LeaseState.PAST
    if past:  # else it is noted once the first screen stands
        note_moment(session)
    return past


def create_laptop(start: Start, password: str, user: User) -> Session:
    """Set a laptop up for its first user.

    Raises:
        UserError: STO-006, STO-008, STO-009.
    """
    return create_session(
        start.place,
        password=password,
        user=user,
        clock=start.clock,
        book=Rules(start.load_book),
        ids=start.ids,
    )


def open_main_window(
    session: Session, notify: Notifications, preferences: Preferences
) -> MainWindow:
    """Build the main window for a session and go to the first screen of its user's role."""
    tasks = Tasks()
    tasks.unhandled.connect(notify.fail)
    context = UiContext(session, tasks, notify, Navigation(), session.clock)
    window = MainWindow(context, lambda: _standing(session), preferences)
    window.closing.connect(session.close)
    keeper = SyncKeeper(context, parent=window)
    window.closing.connect(keeper.close)
    context.attention.begin()
    first = "today" if session.user.role is Role.FIELD_WORKER else "coordination"
    context.navigation.open(first if window.has_screen(first) else "households")
    # Once the first screen stands: a faulty rule pack is told, a sound one is ready when it is needed.
    QTimer.singleShot(AFTER_PAINT_MS, window, lambda: _look_at_rules(context))
    QTimer.singleShot(AFTER_PAINT_MS, keeper, keeper.follow)
    return window


def _look_at_rules(context: UiContext) -> None:
    """Read the rules beside the window; when they are others than yesterday's, judge everybody anew."""

    def work(_job: Job) -> bool:
        with context.session.for_thread() as own:
            note_moment(own)
            keep_contact(own.place.contact_file, own.store)
            return follow_rules(own)

    def done(changed: bool) -> None:
        if changed:
            context.changes.publish(Changed(frozenset({"rule_pack"}), everything=True))

    context.tasks.run(work, done)


def _standing(session: Session) -> tuple[Mapping[str, int], Sequence[str]]:
    standing = standing_of(session)
    counts = {
        "alerts": standing.urgent,
        "visits": standing.open_visits + standing.returned,
        "records": standing.open_records,
        "reviews": standing.to_review,
        "to_send": standing.to_send,
    }
    return counts, facts_of(standing)


def facts_of(standing: Standing) -> list[str]:
    """The sentences of the quiet line."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("facts", text)

    facts = []
    if standing.refused:
        facts.append(count(standing.refused, tr("cambio rechazado"), tr("cambios rechazados")))
    if standing.to_send:
        text = count(standing.to_send, tr("cambio"), tr("cambios"))
        facts.append(tr("{changes} por enviar").format(changes=text))
    else:
        facts.append(tr("nada por enviar"))
    facts.append(_last_sync(standing.last_sync, tr))
    if standing.connect_before is not None:
        day = paper_date(standing.connect_before)
        facts.append(tr("conéctese antes del {day}").format(day=day))
    return facts


def _last_sync(when: datetime | None, tr: Callable[[str], str]) -> str:
    if when is None:
        return tr("todavía no se sincronizó")
    return tr("última sincronización {when}").format(when=moment(when))
