"""What `bench sync` is compared with: the peers run in the same run, or their published figures."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from juntos_campo.demo.world import DemoError

KB = 1000.0


@dataclass(frozen=True, slots=True)
class Peers:
    """Figures of the peers nearest to us: bytes up and down, headers included, and seconds.

    Attributes:
        measured: in this run; else they are the published ones, from two cores of another machine.
        delta: bytes of 40 new documents and 60 updates, Anki's.
        slow_delta: seconds of the same at 600 ms and 8 kB/s, Anki's.
        idle: bytes of a synchronisation with nothing to do, Anki's.
        first: bytes of the first download, Anki's (its whole file, compressed).
        first_seconds: of PouchDB, the quickest peer that downloads records.
        cut_more: by how much PouchDB's first download grows when cut every 64 KB; always the published
            one, since that takes 135 tries and as many minutes as all the rest.
    """

    measured: bool
    delta: float
    slow_delta: float
    idle: float
    first: float
    first_seconds: float
    cut_more: float

    @property
    def told(self) -> str:
        """For the words of a measure."""
        return "en la misma corrida" if self.measured else "publicado, otra máquina"


PUBLISHED = Peers(
    measured=False,
    delta=21.3 * KB,
    slow_delta=9.4,
    idle=535,
    first=3.1e6,
    first_seconds=10.0,
    cut_more=0.33,
)


def run(folder: Path) -> Peers:
    """Run both peers' scripts in `folder`, which must be set up as its README says.

    Raises:
        DemoError: one of them failed.
    """
    pouch = _json(["node", "bench.js", "100"], folder / "pouchdb")
    anki = _json([str(folder / "anki" / "v" / "bin" / "python"), "bench.py", "2g"], folder / "anki")
    first = pouch["a_initial_pull"]
    return Peers(
        measured=True,
        delta=_bytes(anki["b_delta_push_40new_60upd"]),
        slow_delta=float(anki["s_delta_push_2g"]["seconds"]),
        idle=_bytes(anki["c_idle_sync_again"]),
        first=_bytes(anki["a_initial_download"]),
        first_seconds=float(first["seconds"]),
        cut_more=PUBLISHED.cut_more,
    )


def _bytes(told: Mapping[str, Any]) -> float:
    return float(told["bytes_up"] + told["bytes_down"])


def _json(command: list[str], folder: Path) -> Any:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
        )
    except OSError as error:
        raise DemoError(f"{command[0]}: {error.strerror}") from None
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        raise DemoError(f"{folder.name}: {done.stderr.strip()[-400:]}")
    return json.loads(lines[-1])
