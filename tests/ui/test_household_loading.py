"""What opening Hoy and a household's first tab must not read: the WHO tables are big and often unneeded."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from datetime import datetime
from pathlib import Path

from household_world import furnish
from PySide6.QtWidgets import QApplication

from juntos_campo import paths
from juntos_campo.app.session import User, create_session
from juntos_campo.domain.clock import LIMA, FixedClock
from juntos_campo.domain.values import Role
from juntos_campo.norms.packs import load_rule_book
from juntos_campo.paths import DataPlace
from juntos_campo.store.keys import KdfCost
from juntos_campo.ui.application import build_application
from juntos_campo.ui.notifications import Notifications
from juntos_campo.ui.opening import open_main_window
from juntos_campo.ui.preferences import Preferences

folder = Path(sys.argv[1])
clock = FixedClock(datetime(2026, 11, 21, 10, 32, tzinfo=LIMA))
session = furnish(create_session(
    DataPlace(folder), password="cumbre-clara", user=User("rccori", "Rosa", Role.FIELD_WORKER),
    clock=clock, book=load_rule_book(paths.resources() / "norms"), cost=KdfCost(1, 64, 1),
))
build_application([])
window = open_main_window(session, Notifications(clock.now), Preferences(folder / "w.ini"))
window.show()


def seen(step):
    for _ in range(5):
        QApplication.processEvents()
    who = sorted(one for one in sys.modules if one.partition(".")[0] == "pygrowup")
    forms = "pyxform" in sys.modules
    print(step, bool(who), forms)


seen("hoy")
window.context.navigation.open("household", household_id="h1", member_id="flor", tab="services")
seen("services")
window.context.navigation.open("household", household_id="h1", tab="coresponsibility")
seen("coresponsibility")
window.context.navigation.open("household", household_id="h1", member_id="flor", tab="growth")
seen("growth")
window.context.tasks.close()
sys.stdout.flush()
import os
os._exit(0)
"""


def test_the_who_tables_are_read_when_a_curve_is_first_looked_at(tmp_path: Path) -> None:
    fixtures = Path(__file__).parents[1] / "fixtures"
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": os.pathsep.join((str(fixtures), *sys.path)),
        },
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[:4] == [
        "hoy False False",
        "services False False",
        "coresponsibility False False",
        "growth True False",
    ]
