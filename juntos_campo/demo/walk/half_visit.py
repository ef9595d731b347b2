"""A program of its own that begins a visit and types until it is killed.

Run by the walk: ``python -m juntos_campo.demo.walk.half_visit LAPTOP HOUSEHOLD PICTURES``. It says
``guardado PATH`` for each answer that its window said was saved, and types on.
"""

from __future__ import annotations

import sys
from pathlib import Path

from juntos_campo.app.visit_form import visit_form
from juntos_campo.demo.walk.driver import Driver, WalkError, pause
from juntos_campo.demo.walk.visit_script import script, type_entry
from juntos_campo.demo.world import PASSWORD
from juntos_campo.domain.clock import SystemClock
from juntos_campo.paths import DataPlace
from juntos_campo.ui.screens.visit import VisitScreen

SAVED = "guardado"


def main(laptop: Path, household_id: str, pictures: Path) -> None:
    """Type the visit field by field, then a note without end."""
    driver = Driver(DataPlace(laptop), SystemClock(), pictures)
    login = driver.shell.show_login()
    driver.fill(login.password, PASSWORD)
    driver.click(login.enter_button)
    driver.settle()
    driver.window.context.navigation.open_visit(household_id)
    screen = driver.screen("visit")
    if not isinstance(screen, VisitScreen) or screen.desk is None:
        raise WalkError("la visita no se abrió")
    said: set[str] = set()

    def say() -> None:
        assert screen.desk is not None  # noqa: S101 - the visit is open
        for path in sorted(screen.desk.answers.keys() - screen.desk.unsaved.keys() - said):
            said.add(path)
            print(SAVED, path, flush=True)  # noqa: T201 - the walk listens

    screen.desk.saved.connect(say)
    session = driver.window.context.session
    for entry in script(session, visit_form(session, household_id)):
        type_entry(driver, screen, entry)
    screen.jump("note")
    while True:
        driver.type("y ")
        pause(20)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
