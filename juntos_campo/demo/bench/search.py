"""P2: from the keystroke to painted results, against the bare full-text query."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QLineEdit, QWidget

from juntos_campo.app.session import Session
from juntos_campo.demo.bench.load import Load
from juntos_campo.demo.bench.measure import Measure, at_most, p95, timed
from juntos_campo.demo.bench.painted import PaintWatch
from juntos_campo.demo.walk.driver import type_letters
from juntos_campo.domain.entities import Member
from juntos_campo.store.search import match_expression
from juntos_campo.ui.application import build_application
from juntos_campo.ui.main_window import MainWindow
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.opening import open_main_window
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.screens.households import HouseholdsScreen

WORDS = 24
BAR_MS, BIG_BAR_MS = 16.0, 30.0


def measure(load: Load) -> list[Measure]:
    """Names and documents of the load typed letter by letter, in Hogares and in the palette."""
    preferences = Preferences(load.place.root / "search.ini")
    build_application([], preferences)
    with load.opened() as session:
        words = _words(session)
        notify = Notifications(session.clock.now)
        window = open_main_window(session, notify, preferences)
        window.resize(1366, 768)
        window.show()
        QCoreApplication.processEvents()
        try:
            listed = _type_in_households(window, words)
            found = _type_in_palette(window, words)
            # In the same process and moment, so that both meet the same machine.
            bare = [timed(query) for query in _bare_queries(session, words)]
        finally:
            window.context.attention.close()
            window.context.tasks.close()
            window.hide()
            window.deleteLater()
            QCoreApplication.processEvents()
    limit = BIG_BAR_MS if load.is_big else BAR_MS
    return [
        Measure(
            id="P2",
            what=f"tecla a resultados pintados en {where}, p95 de {len(times)} teclas, "
            f"{load.households} hogares",
            figure=p95(times) * 1000,
            unit="ms",
            reference=p95(bare) * 1000,
            bar=f"{limit:g} ms",
            holds=at_most(limit, p95(times) * 1000),
        )
        for where, times in (("Hogares", listed), ("la búsqueda general", found))
    ]


def _words(session: Session) -> list[str]:
    """What people type: surnames, two names, documents; spread over the register."""
    members = session.store.find(Member)
    chosen = members[:: max(1, len(members) // WORDS)][:WORDS]
    texts: list[str] = []
    for number, one in enumerate(chosen):
        kinds = (one.paternal, f"{one.given.split()[0]} {one.paternal}", one.document_number)
        texts.append((kinds[number % 3] or one.paternal).lower())
    return texts


def _prefixes(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        for length in range(1, len(word) + 1):
            yield word[:length]


def _bare_queries(session: Session, words: Sequence[str]) -> Iterator[Callable[[], object]]:
    sql = "SELECT household_id, member_id FROM person_search WHERE person_search MATCH ? LIMIT 200"
    for text in _prefixes(words):
        expression = match_expression(text)
        if expression:
            yield partial(session.store.rows, sql, (expression,))


def _type_in_households(window: MainWindow, words: Sequence[str]) -> list[float]:
    window.context.navigation.open("households")
    screen = window.screen_of("households")
    if not isinstance(screen, HouseholdsScreen):
        raise TypeError("Hogares is another screen")
    return _type(screen.box, screen.table.viewport(), screen.empty, words)


def _type_in_palette(window: MainWindow, words: Sequence[str]) -> list[float]:
    window.open_palette()
    panel = window.palette_panel
    times = _type(panel.box, panel.table.viewport(), panel.hint, words)
    panel.dismiss()
    return times


def _type(box: QLineEdit, results: QWidget, empty: QWidget, words: Sequence[str]) -> list[float]:
    """Seconds of each keystroke until the results, or the words that there are none, are painted."""
    watches = [PaintWatch(results), PaintWatch(empty)]
    QCoreApplication.processEvents()
    times: list[float] = []
    for word in words:
        for letter in word:
            times.append(timed(partial(_press, box, letter, watches)))
        box.clear()
        QCoreApplication.processEvents()
    return times


def _press(box: QLineEdit, letter: str, watches: Sequence[PaintWatch]) -> None:
    before = sum(watch.painted for watch in watches)
    type_letters(box, letter)
    QCoreApplication.processEvents()
    if sum(watch.painted for watch in watches) == before:
        watches[0].wait_for_next(watches[0].painted)
