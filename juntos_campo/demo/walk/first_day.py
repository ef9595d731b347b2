"""Steps of the first evening: set the laptop up, import the register, meet the server, see Hoy."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt

from juntos_campo.app.attention import household_standings
from juntos_campo.app.household_file import household_file
from juntos_campo.app.session import Session
from juntos_campo.app.today import plan_day
from juntos_campo.demo.walk.driver import WalkError
from juntos_campo.demo.walk.walk import LAPTOP, WINDOW, Walk
from juntos_campo.demo.world import FIELD_WORKER, PASSWORD
from juntos_campo.domain.calendar import completed_months
from juntos_campo.domain.entities import Household, Member, Pregnancy
from juntos_campo.domain.spanish import thousands
from juntos_campo.domain.values import ProgrammeState
from juntos_campo.ui.screens.households import HouseholdsScreen
from juntos_campo.ui.screens.register_import import RegisterImportScreen
from juntos_campo.ui.screens.today import TodayScreen

UNDER_SIX = 72


def import_register(walk: Walk, households: int) -> None:
    """An empty laptop: the door, the first screen, the padrón."""
    walk.step("Preparar la computadora e importar el padrón")
    checks = walk.checks
    with walk.driving(FIELD_WORKER) as driver:
        login = driver.shell.show_login()
        checks.expect("pide preparar la computadora", WINDOW, login.first_time)
        driver.fill(login.user, FIELD_WORKER.user)
        driver.fill(login.full_name, FIELD_WORKER.name)
        driver.fill(login.password, PASSWORD)
        driver.fill(login.repeated, PASSWORD)
        walk.pictures.append(driver.picture("01-preparar-computadora", login))
        driver.click(login.enter_button)
        driver.settle()
        checks.expect("Hoy dice qué hacer sin hogares", WINDOW, driver.shows("padrón"))
        walk.picture(driver, "hoy-sin-hogares")
        driver.window.context.navigation.open("register")
        screen = driver.screen("register")
        assert isinstance(screen, RegisterImportScreen)  # noqa: S101
        driver.fill(screen.register_edit, str(walk.world.register_file))
        started = time.monotonic()
        driver.click(screen.check_button)
        driver.idle()
        checks.expect("el padrón se revisa sin fallas", WINDOW, driver.shows("no tiene fallas"))
        walk.picture(driver, "padron-revisado")
        driver.click(screen.import_button)
        driver.idle()
        checks.figures["segundos de revisar e importar el padrón"] = round(
            time.monotonic() - started, 1
        )
        listing = driver.screen("households")
        assert isinstance(listing, HouseholdsScreen)  # noqa: S101
        driver.wait(lambda: bool(listing.figure.text()), "la lista de hogares")
        checks.expect(
            f"la lista dice {households} hogares",
            WINDOW,
            thousands(households) in listing.figure.text(),
        )
        walk.picture(driver, "hogares")
    with walk.looking_into(FIELD_WORKER) as session:
        checks.equal("hogares guardados", LAPTOP, session.store.count(Household), households)
        checks.figures["personas"] = session.store.count(Member)
        checks.figures["gestantes"] = session.store.count(Pregnancy)


def plan_the_day(walk: Walk) -> None:
    """Hoy proposes whom to visit, and says why."""
    walk.step("La víspera: Hoy")
    checks = walk.checks
    with walk.at_work(FIELD_WORKER) as driver:
        screen = driver.screen("today")
        assert isinstance(screen, TodayScreen)  # noqa: S101
        driver.wait(lambda: not screen.progress.isVisible(), "el cálculo del día")
        driver.idle()
        with walk.looking_into(FIELD_WORKER) as session:
            plan = plan_day(session)
        lines = [line for group in plan.groups for line in group.lines]
        checks.expect("propone hogares", LAPTOP, len(lines) > 0, f"{len(lines)} hogares")
        checks.expect(
            "cada hogar propuesto se ve con su titular y su primer motivo",
            WINDOW,
            all(driver.shows(line.holder, line.needs[0][1].text) for line in lines if line.needs),
        )
        checks.expect(
            "están agrupados por centro poblado",
            WINDOW,
            all(driver.shows(group.settlement) for group in plan.groups),
        )
        walk.picture(driver, "hoy")
        screen.list.setFocus(Qt.FocusReason.OtherFocusReason)
        screen.explain()
        driver.idle()
        checks.expect("«¿Por qué?» cita la norma", WINDOW, driver.shows("NTS"))
        walk.picture(driver, "hoy-por-que")
        driver.key(Qt.Key.Key_Escape)


def find_household(walk: Walk) -> None:
    """Search as one types, by name without accents, and open the file of the household to visit."""
    walk.step("Buscar y abrir el hogar")
    checks = walk.checks
    with walk.looking_into(FIELD_WORKER) as session:
        walk.household_id = _household_with_two_children_and_a_pregnancy(session)
        file = household_file(session, walk.household_id)
    holder = file.holder or file.members[0].member
    typed = f"{holder.paternal} {holder.given.split()[0]}".lower()
    with walk.at_work(FIELD_WORKER) as driver:
        listing = driver.open("households")
        assert isinstance(listing, HouseholdsScreen)  # noqa: S101
        driver.fill(listing.box, typed)
        driver.wait(lambda: driver.shows(holder.full_name), "el hogar buscado")
        checks.expect("se encuentra al escribir", WINDOW, driver.shows(file.household.code))
        walk.picture(driver, "buscar")
        driver.key(Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
        driver.type(holder.document_number)
        driver.wait(lambda: driver.shows(holder.document_number[-4:]), "la paleta")
        walk.picture(driver, "paleta")
        driver.key(Qt.Key.Key_Return)
        driver.screen("household")
        driver.idle()
        for view in file.members:
            checks.expect(
                "cada persona del hogar está en su ficha",
                WINDOW,
                driver.shows(view.member.full_name),
            )
        missing = [one.label for view in file.members for one in view.missing[:1]]
        checks.expect(
            "se ve lo que falta a cada uno",
            WINDOW,
            bool(missing) and driver.shows(*missing),
            ", ".join(missing),
        )
        walk.picture(driver, "ficha-del-hogar")


def _household_with_two_children_and_a_pregnancy(session: Session) -> str:
    """Id of an active household with a pregnant woman and two small children who lack something.

    Raises:
        WalkError: the demonstration register has none.
    """
    for pregnancy in session.store.find(Pregnancy):
        household = session.store.get(Household, pregnancy.household_id)
        if household is None or household.programme_state is not ProgrammeState.ACTIVE:
            continue
        standings = household_standings(session, household.id)
        lacking = [
            one
            for one in standings
            if one.pregnancy is None
            and completed_months(one.member.birth_date, session.today) < UNDER_SIX
            and any(status.state.is_missing for status in one.statuses)
        ]
        expecting = any(
            one.pregnancy is not None and any(status.state.is_missing for status in one.statuses)
            for one in standings
        )
        if expecting and len(lacking) >= 2:
            return household.id
    raise WalkError("el padrón inventado no tiene un hogar con dos niños y una gestante")
