"""Long runs of what the suite shows in short: days, cuts, kills. From the project's root:

    .venv/bin/python -m tests.sync.campaign days  --rounds 10000 [--seed 1] [--postgresql]
    .venv/bin/python -m tests.sync.campaign cuts  --rounds 500   [--postgresql]
    .venv/bin/python -m tests.sync.campaign kills --rounds 1000  [--postgresql]

Each prints its figures as JSON and ends with 1 when a promise was broken, with a day that shows it.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from collections.abc import Callable, Collection
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from juntos_campo.central.settings import ServerSettings

from . import oracle
from .conftest import CHEAP, build_world
from .cuts import cuts
from .databases import postgresql
from .ground import Ground
from .kills import kills
from .links import CuttingProxy
from .model import Day, Step
from .schedules import random_day, shortest

MEMORY = Path("/dev/shm")
"""Thousands of days on a disk would measure the disk."""


FIRST_DOWNLOADS = (65536, 4096, 1024)
"""Bytes after which the link is cut, again and again, while a new laptop is filled."""


def play(ground: Ground, steps: list[Step]) -> tuple[list[str], dict[str, int]]:
    """What was wrong with a day, and what happened on it."""
    day = Day(ground)
    try:
        day.play(steps)
        day.evening()
        return oracle.complaints(day), {**day.figures, **oracle.figures(day)}
    finally:
        day.close()


def days(
    ground: Ground,
    rounds: int,
    seed: int,
    *,
    most: int = 3,
    seconds: float = 1e9,
    without: Collection[str] = (),
) -> dict[str, Any]:
    """`rounds` random days from `seed` on; the failing ones, made short, are in `broken`.

    Args:
        most: broken days after which it stops; `seconds`: time after which no further day begins.
    """
    figures: dict[str, int] = {}
    broken: list[dict[str, Any]] = []
    began = time.monotonic()
    done = 0
    for number in range(seed, seed + rounds):
        if time.monotonic() - began > seconds:
            break
        steps = random_day(number, without=without)
        found, happened = play(ground, steps)
        done += 1
        for name, count in happened.items():
            figures[name] = figures.get(name, 0) + count
        if found:
            less = shortest(steps, lambda part: bool(play(ground, part)[0]))
            broken.append({"seed": number, "steps": less, "complaints": play(ground, less)[0][:6]})
            sys.stderr.write(json.dumps(broken[-1], ensure_ascii=False) + "\n")
            if len(broken) >= most:
                break
    return {
        "rounds": done,
        "broken": broken,
        "seconds": round(time.monotonic() - began, 1),
        "figures": dict(sorted(figures.items())),
    }


def _days(wanted: argparse.Namespace, folder: Path, new_database: Callable[[], str]) -> Any:
    ground = Ground(folder, new_database(), units=wanted.units)
    try:
        return days(
            ground,
            wanted.rounds,
            wanted.seed,
            most=wanted.most,
            seconds=wanted.seconds,
            without=wanted.without,
        )
    finally:
        ground.close()


def _cuts(wanted: argparse.Namespace, folder: Path, new_database: Callable[[], str]) -> Any:
    url = new_database() or f"sqlite:///{folder / 'central.db'}"
    with ExitStack() as closing:
        # A thousand exchanges a minute are no laptop's: they would be told to wait.
        settings = ServerSettings(database_url=url, exchanges_a_minute=0, **CHEAP)
        world = build_world(settings, folder, closing)
        proxy = CuttingProxy(world.server.url)
        closing.callback(proxy.close)
        made = cuts(world, proxy, wanted.rounds, wanted.seed)
        for every in FIRST_DOWNLOADS:
            made.figures[f"tries when cut every {every} bytes"] = made.first_download(every)
    return {"rounds": wanted.rounds, "broken": made.complaints, "figures": made.figures}


def _kills(wanted: argparse.Namespace, folder: Path, new_database: Callable[[], str]) -> Any:
    broken, figures = kills(folder, wanted.rounds, wanted.seed, new_database)
    return {"rounds": wanted.rounds, "broken": broken, "figures": figures}


WHAT = {"days": _days, "cuts": _cuts, "kills": _kills}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=sorted(WHAT))
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=3, help="broken days after which it stops")
    parser.add_argument("--seconds", type=float, default=1e9, help="no further day afterwards")
    parser.add_argument("--without", nargs="*", default=(), help="steps that never happen")
    parser.add_argument("--units", action="store_true", help="the gestores lie in two units")
    parser.add_argument("--postgresql", action="store_true")
    wanted = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    with ExitStack() as closing:
        where = MEMORY if MEMORY.is_dir() else None
        folder = Path(closing.enter_context(tempfile.TemporaryDirectory(dir=where)))
        new_database: Callable[[], str] = lambda: ""  # noqa: E731
        if wanted.postgresql:
            new_database = closing.enter_context(postgresql())
        result = WHAT[wanted.what](wanted, folder, new_database)
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    return 1 if result["broken"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
