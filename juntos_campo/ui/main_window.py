"""The one window. It navigates; what is shown belongs to the screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from juntos_campo.app.households import find_anything
from juntos_campo.app.session import Changed
from juntos_campo.domain.errors import ProgrammingError, UserError
from juntos_campo.domain.spanish import fold
from juntos_campo.ui.context import UiContext
from juntos_campo.ui.frame import Header, SideBar
from juntos_campo.ui.navigation import Place
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.registry import SCREENS, ScreenEntry, screens_for
from juntos_campo.ui.screen import Screen
from juntos_campo.ui.theme.icons import app_icon
from juntos_campo.ui.theme.theme import theme
from juntos_campo.ui.widgets.found import Found
from juntos_campo.ui.widgets.inputs import StatusLine

if TYPE_CHECKING:
    from juntos_campo.ui.widgets.palette import Palette

Standing = Callable[[], tuple[Mapping[str, int], Sequence[str]]]
"""Figures for the navigation by name, and the facts of the status line."""


class MainWindow(QMainWindow):
    """Header, navigation, the screens, and the quiet line.

    Attributes:
        closing: it is about to close; nothing is running any more.
    """

    closing = Signal()

    def __init__(
        self,
        context: UiContext,
        standing: Standing,
        preferences: Preferences,
        screens: tuple[ScreenEntry, ...] = SCREENS,
    ) -> None:
        super().__init__()
        self.context = context
        self._standing = standing
        self._preferences = preferences
        self._entries = {
            entry.key: entry for entry in screens_for(context.session.user.role, screens)
        }
        self._built: dict[str, Screen] = {}
        self.setWindowTitle("Juntos Campo")
        self.setWindowIcon(app_icon())
        listed = [entry for entry in self._entries.values() if entry.listed]
        self.header = Header(context.session.user, preferences)
        self.side = SideBar(listed)
        self.stack = QStackedWidget()
        # A screen that wants more room than there is must scroll, not push the window off the desk.
        self.stack.setMinimumSize(theme.metrics.px(480), theme.metrics.px(320))
        self.status = StatusLine()
        self._lay_out()
        self._palette_panel: Palette | None = None
        self._at_once = False
        self._connect(listed)
        self.refresh_standing()
        if not self.restoreGeometry(preferences.geometry):
            self.resize(theme.metrics.px(1240), theme.metrics.px(700))

    @property
    def palette_panel(self) -> Palette:
        """The search over everything; named, not imported, so that starting does not pay for it."""
        if self._palette_panel is None:
            palette: type[Palette] = resolve_name("juntos_campo.ui.widgets.palette:Palette")
            self._palette_panel = palette(self, self._find)
        return self._palette_panel

    def open_palette(self) -> None:
        """Begin to search."""
        self.palette_panel.open()

    def open_norms(self, norm: str) -> None:
        """Show where the norms come from, the one that `norm` (number and section) names first."""
        self.context.navigation.open("norms", norm=norm)

    @property
    def screen_in_front(self) -> Screen | None:
        """The screen shown now."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Screen) else None

    def screen_of(self, key: str) -> Screen:
        """The screen `key`, built now if it was not.

        Raises:
            ProgrammingError: there is none for this role.
        """
        if key not in self._entries:
            raise ProgrammingError(f"no screen {key!r} for this role")
        if key not in self._built:
            screen = self._entries[key].build(self.context)
            self._built[key] = screen
            self.stack.addWidget(screen)
        return self._built[key]

    def has_screen(self, key: str) -> bool:
        """Whether this role has a screen `key`."""
        return key in self._entries

    def refresh_standing(self) -> None:
        """Read the figures of the navigation and the facts of the status line again."""
        counts, facts = self._standing()
        figures = {self._entries[key].count: one.nav_figure for key, one in self._built.items()}
        self.side.set_counts({**figures, **counts})
        self.status.set_facts(*facts)

    def close_at_once(self) -> None:
        """Close without asking the screen in front: nothing of it can be kept any more."""
        self._at_once = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        shown = self.screen_in_front
        if not self._at_once and shown is not None and not shown.may_leave():
            event.ignore()
            return
        if self._palette_panel is not None:
            self._palette_panel.dismiss()
        self._preferences.geometry = self.saveGeometry()
        self.context.attention.close()
        self.hide()  # what still has to end must not look like a window that hangs
        self.context.tasks.close()
        self.closing.emit()
        super().closeEvent(event)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.side)
        middle.addWidget(self.stack, 1)
        ground = QWidget()
        ground.setProperty("role", "ground")
        column = QVBoxLayout(ground)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(ground)

    def _connect(self, listed: Sequence[ScreenEntry]) -> None:
        context = self.context
        context.navigation.went.connect(self._show)
        context.navigation.history_changed.connect(self.header.back_button.setEnabled)
        context.notify.problem.connect(self._show_problem)
        context.notify.notice.connect(self._show_notice)
        context.notify.said.connect(self.status.say)
        context.changes.happened.connect(self._refresh)
        self.header.search_wanted.connect(self.open_palette)
        self.header.back_wanted.connect(context.navigation.back)
        self.side.chosen.connect(context.navigation.open)
        self._key("Ctrl+K", self.open_palette)
        self._key("Alt+Left", context.navigation.back)
        self._key("F6", self._swap_focus)
        for number, entry in enumerate(listed[:9], start=1):
            self._key(f"Ctrl+{number}", self._opener(entry.key))

    def _key(self, keys: str, action: Callable[[], object]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(action)

    def _opener(self, key: str) -> Callable[[], None]:
        return lambda: self.context.navigation.open(key)

    def _show(self, place: Place) -> None:
        self.context.attention.look_at_day()
        shown = self.screen_in_front
        screen = self.screen_of(place.key)
        if shown is not None and shown is not screen and not shown.may_leave():
            return
        self.stack.setCurrentWidget(screen)
        entry = self._entries[place.key]
        self.side.mark(entry.key if entry.listed else entry.parent)
        try:
            screen.open(place.params)
        except UserError as error:
            self.context.notify.fail(error)
        screen.focus_first()
        self.refresh_standing()

    def _refresh(self, changed: Changed) -> None:
        front = self.screen_in_front
        for screen in self._built.values():
            screen.stale = screen is not front
        if front is not None:
            front.refresh(changed)
        self.refresh_standing()

    def _show_problem(self, error: UserError) -> None:
        if (front := self.screen_in_front) is not None:
            front.show_error(error)

    def _show_notice(self, what: str, detail: str) -> None:
        if (front := self.screen_in_front) is not None:
            front.problems.show_notice(what, detail)

    def _swap_focus(self) -> None:
        front = self.screen_in_front
        focus = self.focusWidget()
        if front is not None and focus is not None and self.side.isAncestorOf(focus):
            front.focus_first()
        else:
            self.side.focus_marked()

    def _find(self, text: str) -> list[Found]:
        go = self.context.navigation
        plain = fold(text)
        found = [
            Found(title, self.tr("pantalla"), "", self._opener(entry.key))
            for entry in self._entries.values()
            if entry.listed
            and fold(title := QCoreApplication.translate("registry", entry.title)).startswith(plain)
        ]
        if len(text) < 2:
            return found
        for hit in find_anything(self.context.session, text):
            found.append(
                Found(
                    hit.name,
                    hit.document or hit.code,
                    hit.place,
                    lambda hid=hit.household_id, mid=hit.member_id: go.open_household(hid, mid),  # type: ignore[misc]
                )
            )
        return found
