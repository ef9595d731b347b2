"""Steps that ask the window why: the parts of a household's file, and where the norms come from."""

from __future__ import annotations

from PySide6.QtCore import Qt

from juntos_campo.app.growth_file import Coverage, growth_file, weight_text
from juntos_campo.app.household_file import MemberView, household_file
from juntos_campo.demo.walk.driver import Driver, WalkError
from juntos_campo.demo.walk.walk import LAPTOP, WINDOW, Walk
from juntos_campo.demo.world import FIELD_WORKER
from juntos_campo.domain.entities import SchoolYear
from juntos_campo.domain.spanish import fold
from juntos_campo.norms.model import ServiceStatus
from juntos_campo.ui.screens.help import HelpScreen
from juntos_campo.ui.screens.household import TABS, HouseholdScreen
from juntos_campo.ui.screens.norms_page import NormsScreen
from juntos_campo.ui.widgets.why_panel import WhyPanel

_CONTROL = Qt.KeyboardModifier.ControlModifier


def read_the_file(walk: Walk) -> None:
    """By keyboard through the file of the household: why a service is due, two months, the curve."""
    walk.step("La ficha: por qué, corresponsabilidad y crecimiento")
    child, weight = _measured_child(walk)
    due = next(one for one in child.missing if one.why.next_step)
    with walk.at_work(FIELD_WORKER) as driver:
        driver.window.context.navigation.open_household(walk.household_id)
        screen = driver.screen("household")
        assert isinstance(screen, HouseholdScreen)  # noqa: S101 - what the registry gives
        driver.idle()
        _choose(driver, screen, child)
        _why_due(walk, driver, screen, due)
        _turn_to(driver, screen, "coresponsibility")
        _coresponsibility(walk, driver, screen)
        _turn_to(driver, screen, "growth")
        _growth(walk, driver, screen, child, weight)


def read_the_norms(walk: Walk) -> None:
    """Ayuda opens the page of the norms; the row of one is read whole."""
    walk.step("Ayuda: de dónde salen las normas")
    with walk.at_work(FIELD_WORKER) as driver:
        assert isinstance(driver.open("help"), HelpScreen)  # noqa: S101
        driver.key(Qt.Key.Key_N, _CONTROL)
        screen = driver.screen("norms")
        assert isinstance(screen, NormsScreen)  # noqa: S101
        driver.idle()
        chosen = screen.packs.current()
        walk.checks.expect(
            "las normas dicen su resolución y su fuente",
            WINDOW,
            chosen is not None and driver.shows(chosen.norm, "Fuente:", chosen.source),
            f"{len(screen.page.packs)} normas",
        )
        walk.checks.expect(
            "lo que no tiene fuente oficial se dice", WINDOW, driver.shows("sin fuente oficial")
        )
        walk.picture(driver, "ayuda-normas")
        driver.key(Qt.Key.Key_Return)
        driver.key(Qt.Key.Key_F1)
        driver.idle()
        walk.checks.expect("una fila se lee entera", WINDOW, _panel(driver) is not None)
        walk.picture(driver, "ayuda-normas-fila")
        driver.key(Qt.Key.Key_Escape)


def _measured_child(walk: Walk) -> tuple[MemberView, str]:
    """A child of the household with a curve and something to do, and its last weight as text.

    Raises:
        WalkError: there is none.
    """
    with walk.looking_into(FIELD_WORKER) as session:
        years = session.store.find(SchoolYear, household_id=walk.household_id)
        walk.checks.figures["años escolares del hogar visitado"] = len(list(years))
        for view in household_file(session, walk.household_id).members:
            standing = view.standing
            if standing.pregnancy is not None:
                continue
            growth = growth_file(standing.member, standing.events, session.book, session.today)
            weights = [
                one.measurement.weight_kg
                for one in growth.controls
                if one.measurement.weight_kg is not None
            ]
            shown = growth.coverage is Coverage.SHOWN
            if shown and weights and any(one.why.next_step for one in view.missing):
                return view, weight_text(weights[-1])
    raise WalkError("el hogar visitado no tiene una niña o un niño con controles y algo pendiente")


def _choose(driver: Driver, screen: HouseholdScreen, child: MemberView) -> None:
    """Go down the list of people until the child is chosen."""
    screen.focus_first()
    driver.key(Qt.Key.Key_Home, _CONTROL)
    for _ in screen.members.rows_model.rows():
        current = screen.members.current()
        if current is not None and current.member.id == child.member.id:
            return
        driver.key(Qt.Key.Key_Down)
    raise WalkError("con la flecha no se llega a todas las personas del hogar")


def _why_due(walk: Walk, driver: Driver, screen: HouseholdScreen, due: ServiceStatus) -> None:
    driver.key(Qt.Key.Key_Return)
    screen.services.table.select(due)
    driver.key(Qt.Key.Key_F1)
    driver.idle()
    panel = _panel(driver)
    walk.checks.expect("el motivo se abre con F1", WINDOW, panel is not None)
    walk.checks.expect(
        "«¿Por qué?» de un servicio dice la norma y el siguiente paso",
        WINDOW,
        panel is not None and _says(driver, panel, due.why.norm, due.why.next_step),
        f"{due.label}: {due.why.norm}; {due.why.next_step}",
    )
    walk.picture(driver, "ficha-por-que")
    driver.key(Qt.Key.Key_Escape)


def _coresponsibility(walk: Walk, driver: Driver, screen: HouseholdScreen) -> None:
    view = screen.coresponsibility.view
    names = [one.member.given for one in view.members if one.concerned] if view else []
    walk.checks.expect(
        "cada persona con corresponsabilidad está con sus dos meses",
        WINDOW,
        bool(names) and driver.shows(*names),
        ", ".join(names),
    )
    walk.checks.expect(
        "el monto se llama estimación", WINDOW, driver.shows("Estimación", "la oficina verifica")
    )
    walk.picture(driver, "ficha-corresponsabilidad")


def _growth(
    walk: Walk, driver: Driver, screen: HouseholdScreen, child: MemberView, weight: str
) -> None:
    walk.checks.expect(
        f"la curva de {child.member.given} muestra su último peso",
        WINDOW,
        screen.growth.chart.isVisible() and driver.shows(f"{weight} kg", "P/E", "T/E", "P/T"),
        f"{weight} kg",
    )
    walk.picture(driver, "ficha-crecimiento")


def _turn_to(driver: Driver, screen: HouseholdScreen, tab: str) -> None:
    """Ctrl+Tab until the tab is in front.

    Raises:
        WalkError: it never is.
    """
    for _ in TABS:
        if TABS[screen.tabs.currentIndex()] == tab:
            driver.idle()
            return
        driver.key(Qt.Key.Key_Tab, _CONTROL)
    raise WalkError(f"con Ctrl+Tab no se llega a la parte «{tab}» de la ficha")


def _panel(driver: Driver) -> WhyPanel | None:
    panel = driver.window.findChild(WhyPanel)
    return panel if panel is not None and panel.isVisible() else None


def _says(driver: Driver, panel: WhyPanel, *texts: str) -> bool:
    shown = driver.text(panel)
    return all(fold(text) in shown for text in texts)


def school_years_arrived(walk: Walk) -> None:
    """Enrolment and attendance came with the first synchronisation, for these households only."""
    with walk.looking_into(FIELD_WORKER) as session:
        here = session.store.count(SchoolYear)
        present = [one for one in session.store.find(SchoolYear) if one.year == session.today.year]
    there = sum(not row["deleted"] for row in walk.on_server("school_year"))
    walk.checks.equal("los años escolares llegaron a la computadora", LAPTOP, here, there)
    walk.checks.expect(
        "traen matrícula y asistencia por mes",
        LAPTOP,
        any(one.enrolled_on and one.attendance for one in present),
        f"{here} años escolares, {len(present)} de este año",
    )
    walk.checks.figures["años escolares recibidos"] = here
