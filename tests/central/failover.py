"""The server and its PostgreSQL killed under load: `python -m tests.central.failover --rounds 20`.

Laptops type and synchronise all the time (`load_clients`), while with SIGKILL go, in turn or as `--only`
says:

server    the whole group of processes of `juntos-central serve`; started again
database  PostgreSQL, postmaster and all; started again, it recovers
standby   the primary PostgreSQL, for ever; its standby is promoted, the server finds it by itself, and what
          was the primary becomes a new standby
alone     the standby, then the primary, which comes back without one: nothing may be acknowledged then,
          since the standby is promoted next

A commit is told only when the standby has it (`synchronous_standby_names`). At the end every laptop sends
what it has left, and what they were told is held against the database: exit status 1 when anything is lost,
doubled or torn.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from juntos_campo.central.accounts import Account
from juntos_campo.central.database import Database
from juntos_campo.central.loading import load
from juntos_campo.domain.clock import SystemClock
from juntos_campo.domain.entities import Settlement
from juntos_campo.domain.values import Role

from .failover_checks import complaints, kept
from .failover_clusters import Cluster, address, clusters
from .load_clients import LONGEST_PAUSE, PASSWORD, Load, home_of
from .server_process import Served, free_port, prepared, started, wait_until_ready

PLACE = Settlement(
    id="s-1", name="Ccatun Pampa", ubigeo="030101", district="Abancay", province="Abancay"
)
KINDS = ("server", "database", "standby", "alone")
_WITH_STANDBY = ("standby", "alone")
_QUIET_SECONDS = 3.0


@dataclass
class Failover:
    """A server, its databases and its laptops.

    Attributes:
        broken: what did not hold.
        figures: what happened, and how often.
    """

    folder: Path
    new_cluster: Callable[[str], Cluster]
    laptops: dict[str, int]
    dice: random.Random
    with_standby: bool
    workers: int = 2
    working_seconds: float = 2.5
    longest_pause: float = LONGEST_PAUSE
    broken: list[str] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.primary, self.standby = self.new_cluster("norte"), self.new_cluster("sur")
        self.url = address(self.primary, self.standby)
        self.port = free_port()
        self.load = Load(
            self.folder,
            f"http://127.0.0.1:{self.port}",
            self.laptops,
            longest_pause=self.longest_pause,
        )
        self.served: Served | None = None

    def set_up(self) -> None:
        """Databases, people and their households; the server runs, the laptops work."""
        self.primary.make()
        people = [Account(one, f"Nombre de {one}", Role.FIELD_WORKER, "Z1") for one in self.laptops]
        prepared(self.url, *people, password=PASSWORD)
        with closing(Database(self.url)) as database:
            load(database, [PLACE, *map(home_of, self.laptops)], SystemClock())
        if self.with_standby:
            self.standby.copy_of(self.primary)
            self._follow()
        self._serve()
        self.load.start()

    def close(self) -> None:
        self.load.abandon()
        self._kill_server()

    # -- rounds --------------------------------------------------------------------------------

    def one(self, kind: str) -> None:
        """Let them work for a moment, kill, see them go on."""
        time.sleep(self.dice.uniform(0.2, 1.0) * self.working_seconds)
        before = self.load.acknowledged()
        getattr(self, f"_{kind}")()
        self.figures[f"kills: {kind}"] += 1
        self._wait_for_more(before)

    def _server(self) -> None:
        self._kill_server()
        time.sleep(self.dice.random() * 0.3)
        self._serve()

    def _database(self) -> None:
        self.primary.kill()
        time.sleep(self.dice.random() * 0.3)
        self.primary.start()
        if self.with_standby:
            self.primary.wait_until_followed()

    def _standby(self) -> None:
        self.primary.kill()
        self._promote()

    def _alone(self) -> None:
        """Whatever the primary holds that the standby never saw must not be told to anybody."""
        self.standby.kill()
        before = self._wait_for_silence()
        self.primary.kill()
        self.primary.start()  # what waited for the standby is visible now: a laptop asks again
        time.sleep(_QUIET_SECONDS)
        told = self.load.acknowledged() - before
        if told:
            self.broken.append(f"{told} changes acknowledged that no standby had")
        (only_here,) = self.primary.run("SELECT count(*) FROM operations")[0]
        self.primary.kill()
        self.standby.start()
        (everywhere,) = self.standby.run("SELECT count(*) FROM operations")[0]
        self.figures["commits that nobody was told of, given up with their primary"] += (
            only_here - everywhere
        )
        self._promote()

    def _promote(self) -> None:
        """The standby is the primary; the laptops go on; then it gets a standby again."""
        began = time.monotonic()
        self.standby.promote()
        self.standby.demand("")  # one machine is all there is for now
        self.primary, self.standby = self.standby, self.primary
        self._wait_for_more(self.load.acknowledged())
        took = round((time.monotonic() - began) * 1000)
        self.figures["longest way from promotion to the next acknowledgement, ms"] = max(
            took, self.figures["longest way from promotion to the next acknowledgement, ms"]
        )
        shutil.rmtree(self.standby.data)
        self.standby.copy_of(self.primary)
        self._follow()

    def _follow(self) -> None:
        self.primary.demand(self.standby.name)
        self.primary.wait_until_followed()

    def _wait_for_silence(self, within: float = 60.0) -> int:
        """Until the answers that were under way have arrived; how much is acknowledged then."""
        last = time.monotonic() + within
        while time.monotonic() < last:
            before = self.load.acknowledged()
            time.sleep(_QUIET_SECONDS)
            if self.load.acknowledged() == before:
                return before
        raise TimeoutError("changes are acknowledged although no standby is there")

    def _wait_for_more(self, before: int, within: float = 60.0) -> None:
        last = time.monotonic() + within
        while self.load.acknowledged() <= before:
            if time.monotonic() > last or self.load.given_up.is_set():
                raise TimeoutError(f"the laptops do not go on: {self.load.faults()[:3]}")
            time.sleep(0.02)

    # -- the server ----------------------------------------------------------------------------

    def _serve(self) -> None:
        own = self.folder / "tmp"  # what a killed server leaves goes with the rest
        own.mkdir(exist_ok=True)
        self.served = started(
            self.folder,
            self.url,
            self.port,
            "--workers",
            str(self.workers),
            TMPDIR=str(own),
            JUNTOS_CENTRAL_LOGINS_A_MINUTE="0",
            JUNTOS_CENTRAL_EXCHANGES_A_MINUTE="0",
        )
        wait_until_ready(self.served)

    def _kill_server(self) -> None:
        if self.served is not None:
            os.killpg(self.served.process.pid, signal.SIGKILL)
            self.served.process.wait()
            self.served = None

    # -- the end -------------------------------------------------------------------------------

    def end(self) -> None:
        """Everybody sends what is left; what they were told is held against the database."""
        told = self.load.settle()
        with closing(Database(self.url)) as database:
            self.broken += complaints(database, told, [one.user for one in self.load.clients])
            self.figures.update(kept(database))
        self.figures["laptops"] = len(told)
        self.figures["changes acknowledged"] = self.load.acknowledged()
        for one in told:
            self.figures.update({f"synchronisations ended by {k}": n for k, n in one.stops.items()})


def failover(
    kinds: Sequence[str],
    rounds: int,
    seed: int = 1,
    laptops: int = 12,
    **more: Any,
) -> dict[str, Any]:
    """`rounds` kills of these kinds in turn; what did not hold is in ``broken``."""
    began, gestores = time.monotonic(), max(2, laptops // 3)
    shares = Counter(f"gestor{number % gestores}" for number in range(laptops))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="failover")))
        new_cluster = stack.enter_context(clusters())
        made = Failover(
            folder,
            new_cluster,
            dict(shares),
            random.Random(seed),
            with_standby=bool(set(kinds) & set(_WITH_STANDBY)),
            **more,
        )
        stack.callback(made.close)
        made.set_up()
        for number in range(rounds):
            try:
                made.one(kinds[number % len(kinds)])
            except TimeoutError as error:
                made.broken.append(str(error))
            if made.broken or made.load.faults():
                break
        made.end()
    return {
        "rounds": rounds,
        "broken": made.broken[:50],
        "seconds": round(time.monotonic() - began, 1),
        "figures": dict(sorted(made.figures.items())),
    }


def main(arguments: list[str]) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--laptops", type=int, default=12)
    parser.add_argument("--workers", type=int, default=2, help="processes of the server")
    parser.add_argument("--working", type=float, default=2.5, help="seconds between kills at most")
    parser.add_argument(
        "--pause", type=float, default=LONGEST_PAUSE, help="seconds a laptop rests at most"
    )
    parser.add_argument("--only", choices=KINDS, nargs="*", default=KINDS)
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # nothing we started stays behind
    result = failover(
        wanted.only,
        wanted.rounds,
        wanted.seed,
        wanted.laptops,
        workers=wanted.workers,
        working_seconds=wanted.working,
        longest_pause=wanted.pause,
    )
    if wanted.json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    else:
        for name, figure in result["figures"].items():
            sys.stdout.write(f"{name}: {figure}\n")
        sys.stdout.writelines(f"BROKEN {one}\n" for one in result["broken"])
        sys.stdout.write(f"{wanted.rounds} rounds in {result['seconds']} s\n")
    return 1 if result["broken"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
