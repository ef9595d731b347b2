"""Driving the real window from the door to a painted Hoy."""

from __future__ import annotations

import sys
from pathlib import Path
from pkgutil import resolve_name

from PySide6.QtCore import QCoreApplication

from juntos_campo.demo.bench.painted import PaintWatch
from juntos_campo.paths import DataPlace
from juntos_campo.ui.application import Shell, Start, build_application
from juntos_campo.ui.preferences import Preferences
from juntos_campo.ui.widgets.plan_list import PlanList


def drive(folder: str, password: str) -> None:
    """Open the laptop in `folder` with `password`; say ``listo`` when Hoy answers to the keyboard."""
    # The composition root stands above this package and is named: the very one of the command.
    start: Start = resolve_name("juntos_campo.commands.window:start_at")(DataPlace(Path(folder)))
    preferences = Preferences(start.place.root / "window.ini")
    build_application(["juntos-campo"], preferences)
    shell = Shell(start, preferences)
    login = shell.show_login()
    QCoreApplication.processEvents()
    login.password.setText(password)
    login.enter()
    if shell.window is None:
        raise SystemExit("the password was refused")
    plan = shell.window.screen_of("today").findChild(PlanList)
    if plan is None:
        raise SystemExit("Hoy shows no plan")
    watch = PaintWatch(plan.viewport())
    watch.wait_for_next(0)
    QCoreApplication.processEvents()
    if not plan.lines():
        raise SystemExit("Hoy is empty")
    sys.stdout.write("listo\n")
    sys.stdout.flush()
    shell.window.close()
    shell.notify.uninstall()
