"""P7: typing and pasting into a Formato Salud 02 of 200 children, from the key to the repaint.

Each cell is on disk before it counts as typed: the commit is part of what is measured, and a bare durable
commit stands beside it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from time import thread_time

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from juntos_campo.app.official_children import children_of
from juntos_campo.app.session import Session
from juntos_campo.demo.bench.durable import bare_commit, forget
from juntos_campo.demo.bench.form_view import measure as measure_view
from juntos_campo.demo.bench.load import Load
from juntos_campo.demo.bench.measure import Measure, at_most, median, p95, timed
from juntos_campo.demo.bench.painted import key_to_paint
from juntos_campo.demo.world import DemoError
from juntos_campo.domain.calendar import Bimester
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Entity, HealthFacility, ServiceEvent, Settlement
from juntos_campo.domain.form_ids import SALUD02
from juntos_campo.paths import DataPlace
from juntos_campo.store.store import Store
from juntos_campo.ui.context import make_context
from juntos_campo.ui.screens.form_grid import FormGridScreen
from juntos_campo.ui.theme.theme import Appearance, load_fonts, theme
from juntos_campo.ui.widgets.grid import GridView

CHILDREN = 200
TYPED_ROWS = 40
KEY_MS = 16.0
PASTE_MS = 1000.0
_COLUMNS = {"m1_cred": "{day}", "m1_peso": "9.4", "m1_hb": "11.2", "m1_cumple": "si"}
"""Column -> what is typed into each of the first rows."""


@dataclass(slots=True)
class Times:
    """Milliseconds of each key: `written` of those that write a cell, `keys` of all of them; `busy` of
    the processor alone, which a machine that does something else besides does not make longer."""

    keys: list[float] = field(default_factory=list)
    busy: list[float] = field(default_factory=list)
    written: list[float] = field(default_factory=list)
    commits: list[float] = field(default_factory=list)
    pasted: float = 0.0
    pasted_cells: int = 0


def measure(load: Load) -> list[Measure]:
    """Type into `TYPED_ROWS` rows letter by letter, then paste the whole month of every child."""
    times = taken(load)
    commit = p95(times.commits)
    spread = (
        f"p50 {median(times.keys):.1f}, máximo {max(times.keys):.1f} ms; al guardar la celda "
        f"p50 {median(times.written):.1f}, p95 {p95(times.written):.1f} ms; "
        f"del procesador p95 {p95(times.busy):.1f} ms"
    )
    return [
        Measure(
            id="P7",
            what=f"de la tecla a la pantalla, {CHILDREN} niños, p95 de {len(times.keys)} teclas ({spread})",
            figure=p95(times.keys),
            unit="ms",
            reference=commit,
            bar=f"{KEY_MS:g} ms; la referencia es un guardado durable desnudo",
            holds=at_most(KEY_MS, p95(times.keys)),
        ),
        Measure(
            id="P7b",
            what=f"pegar {CHILDREN} filas, {times.pasted_cells} celdas",
            figure=times.pasted,
            unit="ms",
            reference=commit,
            bar=f"{PASTE_MS:g} ms; la referencia es un guardado durable desnudo",
            holds=at_most(PASTE_MS, times.pasted),
        ),
        *measure_view(SystemClock()),
    ]


def taken(load: Load) -> Times:
    """Every time measured."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)  # noqa: S101 - made by a window or just now
    load_fonts()
    theme.apply(app, Appearance.LIGHT, 1.0)
    with tempfile.TemporaryDirectory() as folder, _laptop(load, Path(folder)) as session:
        context = make_context(session)
        screen = FormGridScreen(context)
        try:
            return _on_screen(session, screen)
        finally:
            screen.close()
            screen.deleteLater()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
            context.tasks.close()


@contextmanager
def _laptop(load: Load, folder: Path) -> Iterator[Session]:
    """A laptop whose one health facility has `CHILDREN` children of the load, with their history."""
    with load.opened() as source:
        bimester = Bimester.of(source.today)
        known = [one for one in children_of(source, bimester) if one.household and one.member]
        if not known:
            raise DemoError("la carga no tiene niñas o niños menores de 6 años")
        facility = HealthFacility(id="f1", code="00000001", name="Puesto de salud de la medición")
        entities: list[Entity] = [facility, *source.store.find(Settlement)]
        for number, one in enumerate(islice(cycle(known), CHILDREN)):
            assert one.member is not None  # noqa: S101 - chosen so
            assert one.household is not None  # noqa: S101
            member = replace(
                one.member, id=f"m{number}", household_id=f"h{number}", facility_id="f1"
            )
            entities += [replace(one.household, id=f"h{number}"), member]
            for event in source.store.find(ServiceEvent, member_id=one.key):
                entities.append(replace(event, id=f"{event.id}-{number}", member_id=member.id))
        book, user, clock = source.rules, source.user, source.clock
    store = Store(DataPlace(folder).database, b"k" * 32)
    with closing(store):
        with store.transaction(actor="", at=clock.now(), action="bench.load") as tx:
            for entity in entities:
                tx.load(entity)
        yield Session(store, user, clock, book, DataPlace(folder))


def _on_screen(session: Session, screen: FormGridScreen) -> Times:
    screen.resize(1160, 640)
    screen.show()
    bimester = str(Bimester.of(session.today))
    screen.open({"form_id": SALUD02, "place_id": "f1", "bimester": bimester})
    screen.focus_first()
    _settle()
    grid, cells = screen.grid, screen.cells
    if grid is None or cells is None or cells.row_count < CHILDREN:
        raise DemoError("el formato de la medición no se abrió")
    at = {cells.address(0, one).rpartition("/")[2]: one for one in range(len(cells.columns))}
    times = Times()
    day = f"{session.today:%d/%m}"
    for name, text in _COLUMNS.items():
        grid.go_to(0, at[name])
        _settle()
        for _ in range(TYPED_ROWS // len(_COLUMNS) * 2):
            for key in (*text.format(day=day), Qt.Key.Key_Return):
                worked = thread_time()
                times.keys.append(_press(grid, key))
                times.busy.append(1000 * (thread_time() - worked))
            times.written.append(times.keys[-1])
    body = "x" * 120
    times.commits = [
        1000 * timed(partial(bare_commit, session.store, body)) for _ in range(TYPED_ROWS)
    ]
    forget(session.store)
    width = at["m1_motivo"] - at["m1_cred"]
    row = [day, "", "", "", "Influenza", day, day, "11.2", day, "si"][:width]
    QGuiApplication.clipboard().setText("\n".join("\t".join(row) for _ in range(CHILDREN)))
    grid.go_to(0, at["m1_cred"])
    _settle()
    times.pasted = _press(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    times.pasted_cells = CHILDREN * len(row)
    return times


def _press(
    grid: GridView,
    key: str | Qt.Key,
    modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
) -> float:
    """Milliseconds from a key until what it changed was painted, and nothing is left to paint."""
    return key_to_paint(grid, grid.viewport(), key, modifier)


def _settle() -> None:
    for _ in range(5):
        QCoreApplication.processEvents()
