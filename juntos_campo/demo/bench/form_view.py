"""P8: the form view of our own forms, from the key to the repaint, and until a long form stands there.

Nothing is written to a disk here: what a commit costs, P7 measures.
"""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter, thread_time

from PySide6.QtCore import QCoreApplication, QEvent, Qt

from juntos_campo.demo.bench.measure import Measure, at_most, median, p95
from juntos_campo.demo.bench.painted import PaintWatch, key_to_paint
from juntos_campo.demo.world import DemoError
from juntos_campo.domain.clock import Clock
from juntos_campo.domain.entities import Answer
from juntos_campo.form_engine.loader import load_text
from juntos_campo.form_engine.session import Session
from juntos_campo.ui.form_view import FormView
from juntos_campo.ui.form_view.repeat_grid import RepeatGrid

ROWS, COLUMNS, TYPED = 200, 30, 60
QUESTIONS, SECTIONS = 150, 10
KEY_MS, OPEN_MS = 16.0, 500.0
_SETTINGS = "\n| settings |\n| | form_id | version | form_title |\n| | medida | 1 | Medida |\n"
_KINDS = ("text", "integer", "select_one sino", "date", "select_multiple sino")


class _Desk:
    """A form on a desk without a disk."""

    def __init__(self, form: Session) -> None:
        self.form = form

    def write(self, changes: Mapping[str, Answer]) -> frozenset[str]:
        return self.form.set_many(changes)

    def add_row(
        self, repeat: str, within: str = "", *, before: str = ""
    ) -> tuple[str, frozenset[str]]:
        key = f"n{len(self.form.rows(repeat, within))}"
        return key, self.form.add_row(repeat, key, within, before=before)

    def remove_row(self, repeat: str, row: str) -> frozenset[str]:
        return self.form.remove_row(repeat, row)

    def remark(self, address: str) -> str:
        del address
        return ""

    def keep_file(self, name: str, data: bytes) -> str:
        raise DemoError(f"{name}: {len(data)}")

    def file(self, answer: str) -> bytes | None:
        del answer
        return None


def measure(clock: Clock) -> list[Measure]:
    """Type into the sheet of a repeat, and open a long form; needs an application."""
    keys, busy = _typed(clock)
    opened, worked = _opened(clock)
    return [
        Measure(
            id="P8",
            what=f"de la tecla a la pantalla, hoja de {ROWS} x {COLUMNS} en un formulario, p95 de "
            f"{len(keys)} teclas (p50 {median(keys):.1f}, máximo {max(keys):.1f} ms; "
            f"del procesador p50 {median(busy):.1f}, p95 {p95(busy):.1f} ms)",
            figure=p95(keys),
            unit="ms",
            reference=median(keys),
            bar=f"{KEY_MS:g} ms; la referencia es la tecla mediana",
            holds=at_most(KEY_MS, p95(keys)),
        ),
        Measure(
            id="P8b",
            what=f"abrir un formulario de {QUESTIONS} preguntas (del procesador {worked:.0f} ms)",
            figure=opened,
            unit="ms",
            reference=median(keys),
            bar=f"{OPEN_MS:g} ms; la referencia es la tecla mediana",
            holds=at_most(OPEN_MS, opened),
        ),
    ]


def _typed(clock: Clock) -> tuple[list[float], list[float]]:
    """Milliseconds of each key, and how many of them the processor worked."""
    columns = "".join(f"| | integer | c{n} | Columna {n} | . < 1000 |\n" for n in range(COLUMNS))
    form = (
        "| survey |\n| | type | name | label | constraint |\n| | begin repeat | r | Filas | |\n"
        f"{columns}| | end repeat | | | |\n{_SETTINGS}"
    )
    rows = " ".join(f"k{number}" for number in range(ROWS))
    view = FormView(_Desk(Session(load_text(form), clock.now(), answers={"#r": rows})))
    _show(view)
    grid = view.findChild(RepeatGrid)
    if grid is None or not view.go_to("k20/c0"):
        raise DemoError("la hoja de la medición no se abrió")
    _settle()
    times, busy = [], []
    for number in range(TYPED):
        for key in (str(number % 9 + 1), "7", Qt.Key.Key_Tab if number % 3 else Qt.Key.Key_Return):
            worked = thread_time()
            times.append(key_to_paint(grid.grid, grid.grid.viewport(), key))
            busy.append(1000 * (thread_time() - worked))
    _close(view)
    return times, busy


def _opened(clock: Clock) -> tuple[float, float]:
    """Milliseconds until the first screenful of a long form was painted, and of the processor."""
    lines = ["| survey |", "| | type | name | label | hint | required |"]
    for part in range(SECTIONS):
        lines.append(f"| | begin group | g{part} | Parte {part} | | |")
        for number in range(QUESTIONS // SECTIONS):
            kind = _KINDS[number % len(_KINDS)]
            lines.append(f"| | {kind} | q{part}_{number} | Pregunta {number} | Ayuda | yes |")
        lines.append("| | end group | | | | |")
    lines += ["| choices |", "| | list_name | name | label |", "| | sino | si | Sí |"]
    definition = load_text("\n".join([*lines, "| | sino | no | No |"]) + _SETTINGS)
    form = Session(definition, clock.now())
    started, worked = perf_counter(), thread_time()
    view = FormView(_Desk(form))
    watch = PaintWatch(view)
    _show(view)
    watch.wait_for_next(0)
    taken = 1000 * (perf_counter() - started), 1000 * (thread_time() - worked)
    _close(view)
    return taken


def _show(view: FormView) -> None:
    view.resize(1160, 640)
    view.show()
    view.activateWindow()


def _close(view: FormView) -> None:
    view.close()
    view.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _settle() -> None:
    for _ in range(5):
        QCoreApplication.processEvents()
