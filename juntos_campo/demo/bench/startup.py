"""P1: from the start of the process to a usable Hoy, against a bare window."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from juntos_campo.demo.bench.load import Load
from juntos_campo.demo.bench.measure import Measure, at_most, median
from juntos_campo.demo.world import PASSWORD, DemoError

TIMES = 9
BAR = 3.0
_BARE = (sys.executable, str(Path(__file__).with_name("bare_window.py")))
_PROGRAM = (sys.executable, "-m", "juntos_campo.demo.bench.app_start")


def measure(load: Load) -> list[Measure]:
    """Both started by turns; medians."""
    program = (*_PROGRAM, str(load.place.root))
    environment = _installed(load.place.root / "compiled")
    for command in (_BARE, program):
        _until_ready(command, environment)  # modules are compiled, the disk's cache is warm
    bare, own = [], []
    for _ in range(TIMES):
        bare.append(_until_ready(_BARE, environment))
        own.append(_until_ready(program, environment))
    figure, reference = median(own), median(bare)
    return [
        Measure(
            id="P1",
            what=f"proceso a Hoy utilizable, {load.households} hogares, contraseña ya escrita",
            figure=figure,
            unit="s",
            reference=reference,
            bar=f"{BAR:g} veces una ventana PySide6 desnuda con 1200 filas",
            holds=at_most(BAR * reference, figure),
        )
    ]


def _installed(folder: Path) -> dict[str, str]:
    """As on a laptop where the program ran before: modules are kept compiled (in `folder`)."""
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder), "PYTHONUTF8": "1"}


def _until_ready(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """Seconds until the process says that it is ready.

    Raises:
        DemoError: it ended without saying so.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise DemoError("no se pudo hablar con el proceso medido")
        process.stdin.write(f"{PASSWORD}\n")
        process.stdin.flush()
        said = process.stdout.readline()
        seconds = time.perf_counter() - started
        process.communicate()
    if said.strip() != "listo":
        raise DemoError(f"el proceso medido terminó sin abrir su ventana: {command[-1]}")
    return seconds
